//! The sandbox gateway, spoken to over HTTP like any other (CONTRACT section 6).

use std::borrow::Cow;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use http::HeaderMap;
use reqwest::{Method, RequestBuilder, StatusCode};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::gateway::{
    Closed, Gateway, GatewayError, NewRefund, NewSession, Session, SessionReport, SessionStatus,
    WebhookError,
};
use super::signature::Secret;
use crate::causes::causes;
use crate::seats::{Amount, Currency, GatewayEvent, GatewayEventKind, Millis, PaymentId};

/// How long a connection may take: beyond a lost packet or two, the gateway is not there.
const CONNECT_MAX: Duration = Duration::from_secs(3);

/// How long a whole call may take. A buyer waits for it.
const CALL_MAX: Duration = Duration::from_secs(10);

/// Bytes of an answer: a list of some hundred thousand sessions.
const ANSWER_MAX: usize = 64 << 20;

/// Characters kept of what the gateway says: people read them, and the log has them.
const WORDS_MAX: usize = 300;

/// Bytes of the gateway's names for things: they enter the log and stay there.
const NAME_MAX: usize = 255;

/// Bytes of the address that a buyer is sent to.
const URL_MAX: usize = 2048;

/// Speaks to a sandbox gateway.
pub struct Sandbox {
    http: reqwest::Client,
    /// Without a slash at the end.
    api: String,
    secret: Secret,
}

impl Sandbox {
    /// The gateway at an address, whose webhooks are signed with a secret.
    ///
    /// # Errors
    /// The address or the secret is none.
    pub fn new(api: &str, webhook_secret: &str) -> Result<Sandbox, String> {
        let url = reqwest::Url::parse(api).map_err(|error| format!("{api:?}: {error}"))?;
        if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
            return Err(format!("{api:?} is no http or https address"));
        }
        let builder = reqwest::Client::builder()
            .connect_timeout(CONNECT_MAX)
            .timeout(CALL_MAX)
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy();
        // Without https no certificates are needed, nor looked for on machines that have none.
        let builder = if url.scheme() == "https" { builder } else { builder.tls_certs_only([]) };
        let http = builder.build().map_err(|error| error.to_string())?;
        let api = api.trim_end_matches('/').to_owned();
        Ok(Sandbox { http, api, secret: Secret::parse(webhook_secret)? })
    }

    fn call(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, format!("{}{path}", self.api))
    }

    async fn open_session(&self, new: &NewSession) -> Result<Session, GatewayError> {
        let customer = new.customer.as_ref().map(|customer| {
            json!({ "name": customer.name, "phone": customer.phone, "locale": customer.locale })
        });
        let body = json!({
            "payment": new.payment.to_string(),
            "amount": new.amount.0,
            "currency": new.currency.as_str(),
            "customer": customer,
            "success_url": new.success_url,
            "cancel_url": new.cancel_url,
            "webhook_urls": new.webhook_urls,
        });
        let answer = self.post("/sessions", &new.payment.to_string(), &body).await?;
        // A proxy between may say 400 as well, of something else.
        let understood = answer.code().is_some_and(|code| code == "invalid_request");
        if answer.status == StatusCode::BAD_REQUEST && understood {
            return Err(GatewayError::WillNotOpen(answer.words()));
        }
        let opened: Opened = answer.sound()?;
        let (reference, redirect_url) = (opened.id, opened.redirect_url);
        let plain = is_name(&reference) && redirect_url.len() <= URL_MAX;
        if !plain || !["http://", "https://"].iter().any(|s| redirect_url.starts_with(s)) {
            let what = short(&format!("session {reference:?} at {redirect_url:?} is none"));
            return Err(GatewayError::Unreachable(what));
        }
        Ok(Session { reference, redirect_url })
    }

    async fn close_session(&self, reference: &str) -> Result<Closed, GatewayError> {
        let path = format!("/sessions/{}", segment(reference)?);
        let key = format!("expire-{reference}");
        let answer = self.post(&format!("{path}/expire"), &key, &json!({})).await?;
        if answer.code().as_deref() != Some("already_paid") {
            let _closed: Value = answer.sound()?;
            return Ok(Closed::Unpaid);
        }
        let listed: Listed = exchange(self.call(Method::GET, &path)).await?.sound()?;
        let currency = Currency::parse(&listed.currency).ok_or_else(|| {
            GatewayError::Unreachable(short(&format!("{:?} is no currency", listed.currency)))
        })?;
        let reference = reference.to_owned();
        Ok(Closed::Paid { reference, amount: Amount(listed.captured), currency })
    }

    async fn post(&self, path: &str, key: &str, body: &Value) -> Result<Answer, GatewayError> {
        exchange(self.call(Method::POST, path).header("idempotency-key", key).json(body)).await
    }
}

impl Gateway for Sandbox {
    fn open<'a>(&'a self, new: &'a NewSession) -> BoxFuture<'a, Result<Session, GatewayError>> {
        self.open_session(new).boxed()
    }

    fn close<'a>(
        &'a self,
        new: &'a NewSession,
        reference: Option<&'a str>,
    ) -> BoxFuture<'a, Result<Closed, GatewayError>> {
        async move {
            let Some(reference) = reference else {
                return match self.open_session(new).await {
                    Ok(session) => self.close_session(&session.reference).await,
                    // Should an earlier request have been taken after all: nobody was sent to its
                    // session, and a success that is heard of all the same is not lost.
                    Err(GatewayError::WillNotOpen(_)) => Ok(Closed::Unpaid),
                    Err(error) => Err(error),
                };
            };
            self.close_session(reference).await
        }
        .boxed()
    }

    fn refund<'a>(&'a self, refund: &'a NewRefund) -> BoxFuture<'a, Result<(), GatewayError>> {
        async move {
            let body = json!({ "session": refund.reference, "amount": refund.amount.0 });
            let answer = self.post("/refunds", &refund.key.to_string(), &body).await?;
            answer.sound::<Value>().map(|_made| ())
        }
        .boxed()
    }

    fn sessions(&self) -> BoxFuture<'_, Result<Vec<SessionReport>, GatewayError>> {
        async move {
            let list: List = exchange(self.call(Method::GET, "/sessions")).await?.sound()?;
            Ok(list.data.into_iter().map(Listed::report).collect())
        }
        .boxed()
    }

    fn read_webhook(
        &self,
        gateway: &str,
        headers: &HeaderMap,
        body: &[u8],
        now: Millis,
    ) -> Result<Option<GatewayEvent>, WebhookError> {
        let event = self.secret.verify(headers, body, now)?;
        if !is_name(event) {
            return malformed(format!("webhook-id has over {NAME_MAX} bytes"));
        }
        let told: Told = match serde_json::from_slice(body) {
            Ok(told) => told,
            Err(error) => return malformed(format!("the body is not understood: {error}")),
        };
        let kind = match told.r#type.as_str() {
            "payment.succeeded" => GatewayEventKind::Succeeded,
            "payment.declined" => GatewayEventKind::Declined,
            "payment.failed" => GatewayEventKind::Failed,
            "payment.expired" => GatewayEventKind::Expired,
            _ => return Ok(None),
        };
        let data: Data = match serde_json::from_value(told.data) {
            Ok(data) => data,
            Err(error) => return malformed(format!("data is not understood: {error}")),
        };
        let Some(currency) = Currency::parse(&data.currency) else {
            return malformed("data.currency must be three upper-case letters".to_owned());
        };
        if !is_name(&data.reference) {
            return malformed(format!("data.reference must have 1 to {NAME_MAX} bytes"));
        }
        Ok(Some(GatewayEvent {
            gateway: gateway.to_owned(),
            event: event.to_owned(),
            payment: PaymentId::parse(&data.payment),
            reference: data.reference,
            kind,
            amount: Amount(data.amount),
            currency,
        }))
    }
}

/// A webhook's body. Fields that we do not know are the gateway's affair.
#[derive(Deserialize)]
struct Told {
    r#type: String,
    #[serde(default)]
    data: Value,
}

#[derive(Deserialize)]
struct Data {
    payment: String,
    reference: String,
    amount: u64,
    currency: String,
}

#[derive(Deserialize)]
struct Opened {
    id: String,
    redirect_url: String,
}

#[derive(Deserialize)]
struct List {
    data: Vec<Listed>,
}

#[derive(Deserialize)]
struct Listed {
    id: String,
    payment: String,
    status: Status,
    amount: u64,
    currency: String,
    captured: u64,
    refunded: u64,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Status {
    Open,
    Succeeded,
    Failed,
    Expired,
}

impl Listed {
    fn report(self) -> SessionReport {
        SessionReport {
            reference: self.id,
            payment: self.payment,
            status: match self.status {
                Status::Open => SessionStatus::Open,
                Status::Succeeded => SessionStatus::Succeeded,
                Status::Failed => SessionStatus::Failed,
                Status::Expired => SessionStatus::Expired,
            },
            amount: Amount(self.amount),
            currency: self.currency,
            captured: Amount(self.captured),
            refunded: Amount(self.refunded),
        }
    }
}

/// What the gateway answered.
struct Answer {
    status: StatusCode,
    body: Bytes,
}

impl Answer {
    /// The code of a refusal.
    fn code(&self) -> Option<String> {
        let problem: Value = serde_json::from_slice(&self.body).ok()?;
        Some(problem.get("code")?.as_str()?.to_owned())
    }

    /// The body of a good answer. A gateway that is overloaded or broken may have done what was
    /// asked; one that refuses has not.
    fn sound<T: DeserializeOwned>(&self) -> Result<T, GatewayError> {
        let status = self.status;
        if status.is_success() {
            return serde_json::from_slice(&self.body).map_err(|error| {
                let what = format!("its answer is not understood: {error}");
                GatewayError::Unreachable(short(&what))
            });
        }
        if status.is_client_error() && status != StatusCode::TOO_MANY_REQUESTS {
            return Err(GatewayError::Refused(self.words()));
        }
        Err(GatewayError::Unreachable(self.words()))
    }

    /// The words of a refusal.
    fn words(&self) -> String {
        let problem: Value = serde_json::from_slice(&self.body).unwrap_or_default();
        let detail = problem.get("detail").or(problem.get("code")).and_then(Value::as_str);
        let words = detail.map_or_else(|| String::from_utf8_lossy(&self.body), Cow::Borrowed);
        format!("{} {}", self.status.as_u16(), short(&words))
    }
}

/// Asks, and reads an answer of bounded size.
async fn exchange(request: RequestBuilder) -> Result<Answer, GatewayError> {
    let lost = |error: reqwest::Error| GatewayError::Unreachable(causes(&error.without_url()));
    let mut response = request.send().await.map_err(lost)?;
    let status = response.status();
    let mut body = BytesMut::new();
    while let Some(chunk) = response.chunk().await.map_err(lost)? {
        if body.len() + chunk.len() > ANSWER_MAX {
            let what = format!("its answer has over {ANSWER_MAX} bytes");
            return Err(GatewayError::Unreachable(what));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Answer { status, body: body.freeze() })
}

/// A gateway's name for a session as a part of a path.
fn segment(reference: &str) -> Result<&str, GatewayError> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    if reference.bytes().all(plain) && is_name(reference) {
        return Ok(reference);
    }
    Err(GatewayError::Refused(format!("{reference:?} is no session of this gateway")))
}

fn is_name(text: &str) -> bool {
    (1..=NAME_MAX).contains(&text.len())
}

/// As much of what a gateway says as is kept.
fn short(words: &str) -> String {
    words.chars().take(WORDS_MAX).collect()
}

fn malformed<T>(what: String) -> Result<T, WebhookError> {
    Err(WebhookError::Malformed(what))
}

#[cfg(test)]
mod tests;

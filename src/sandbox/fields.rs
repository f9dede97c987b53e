//! Bodies of requests to the gateway, checked field by field.

use axum::http::{HeaderMap, Uri, header};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::answer::Answer;
use super::ledger::{Session, Status};

/// Characters of a payment's name and of an idempotency key.
const NAME_MAX: usize = 255;

/// Bytes of an address.
const URL_MAX: usize = 2048;

/// Addresses for webhooks: a cluster has fewer members.
const URLS_MAX: usize = 20;

/// The largest amount: sums of many stay whole numbers everywhere, in JavaScript too.
const AMOUNT_MAX: u64 = 1_000_000_000_000;

/// `POST /sessions`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NewSession {
    payment: String,
    amount: u64,
    currency: String,
    #[serde(default)]
    customer: Option<Value>,
    success_url: String,
    cancel_url: String,
    webhook_urls: Vec<String>,
}

/// `POST /refunds`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NewRefund {
    pub(super) session: String,
    pub(super) amount: u64,
}

impl NewSession {
    /// The session that is asked for.
    pub(super) fn check(self, id: String) -> Result<Session, Answer> {
        let NewSession {
            payment,
            amount,
            currency,
            customer,
            success_url,
            cancel_url,
            webhook_urls,
        } = self;
        if !is_name(&payment) {
            return Err(Answer::invalid("payment", "must have 1 to 255 visible ASCII characters"));
        }
        amount_is_sound(amount)?;
        if currency.len() != 3 || !currency.bytes().all(|byte| byte.is_ascii_uppercase()) {
            return Err(Answer::invalid("currency", "must be three upper-case letters"));
        }
        if customer.as_ref().is_some_and(|customer| !customer.is_object()) {
            return Err(Answer::invalid("customer", "must be an object or null"));
        }
        url("success_url", &success_url)?;
        url("cancel_url", &cancel_url)?;
        if webhook_urls.is_empty() || webhook_urls.len() > URLS_MAX {
            return Err(Answer::invalid("webhook_urls", "must have 1 to 20 addresses"));
        }
        for (at, webhook) in webhook_urls.iter().enumerate() {
            url(&format!("webhook_urls[{at}]"), webhook)?;
        }
        let (status, captured, refunded) = (Status::Open, 0, 0);
        Ok(Session {
            id,
            payment,
            status,
            amount,
            currency,
            captured,
            refunded,
            success_url,
            cancel_url,
            webhook_urls,
            customer,
        })
    }
}

impl NewRefund {
    pub(super) fn check(self) -> Result<NewRefund, Answer> {
        amount_is_sound(self.amount)?;
        Ok(self)
    }
}

/// Reads a JSON object.
pub(super) fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, Answer> {
    let object: Value = serde_json::from_slice(body)
        .map_err(|error| Answer::invalid("", &format!("the body is not JSON: {error}")))?;
    if !object.is_object() {
        return Err(Answer::invalid("", "the body must be a JSON object"));
    }
    serde_path_to_error::deserialize(object).map_err(|error| {
        let path = error.path().to_string();
        let field = if path == "." { String::new() } else { path };
        Answer::invalid(&field, &format!("is not valid: {}", error.inner()))
    })
}

/// The key of a request that has to have one.
pub(super) fn key(headers: &HeaderMap) -> Result<String, Answer> {
    let mut values = headers.get_all("idempotency-key").iter();
    let key = values.next().and_then(|value| value.to_str().ok()).filter(|key| is_name(key));
    match (key, values.next()) {
        (Some(key), None) => Ok(key.to_owned()),
        _ => Err(Answer::invalid(
            "Idempotency-Key",
            "must be given once, with 1 to 255 visible ASCII characters",
        )),
    }
}

/// Whether the body claims to be something else than JSON.
pub(super) fn is_other_media(headers: &HeaderMap) -> bool {
    let media = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let media = media.map(|media| media.split(';').next().unwrap_or_default().trim());
    media.is_some_and(|media| !media.eq_ignore_ascii_case("application/json"))
}

fn amount_is_sound(amount: u64) -> Result<(), Answer> {
    if (1..=AMOUNT_MAX).contains(&amount) {
        return Ok(());
    }
    Err(Answer::invalid("amount", &format!("must be 1 to {AMOUNT_MAX} minor units")))
}

fn url(field: &str, text: &str) -> Result<(), Answer> {
    let parsed = text.parse::<Uri>().ok().filter(|_| text.len() <= URL_MAX);
    let web = parsed.is_some_and(|uri| {
        matches!(uri.scheme_str(), Some("http" | "https"))
            && uri.host().is_some_and(|host| !host.is_empty())
    });
    if web {
        return Ok(());
    }
    Err(Answer::invalid(field, &format!("must be an http(s) address of at most {URL_MAX} bytes")))
}

fn is_name(text: &str) -> bool {
    (1..=NAME_MAX).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic())
}

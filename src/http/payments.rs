//! Payments: opened at a gateway, read, cancelled (CONTRACT section 5).
//!
//! Opening one is the only effect that a request waits for. The payment is recorded first, then its
//! gateway is called under the payment's id, then what the gateway said is recorded, and only then
//! is it told. Each step may be the last one that a request gets to: a client that hangs up takes
//! its handler with it, in the middle of a call to the gateway, too. That harms nothing, since the
//! same request under the same key goes on where the last one stopped, and a session that nobody
//! asks for any more is closed when its hold ends.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use utoipa::ToSchema;

use super::app::Site;
use super::ask::{Ask, Id};
use super::body::{self, BODY_MAX, Nothing, Object};
use super::exchange::{WRITE_PATIENCE, Written, final_refusal, json, located};
use super::headers;
use super::openapi::{EmailAddress, Line35, Line40, Line200, WebAddress};
use super::params::Freshness;
use super::problem::{Code, Faults, Problem};
use super::refusals::{self, not_found};
use super::view::PaymentBody;
use crate::clock;
use crate::gateways::{GatewayError, Gateways, NewSession, Session, webhook_urls};
use crate::seats::{
    Amount, Command, Customer, Hold, HoldId, HoldStatus, NewPayment, Noun, Payment, PaymentId,
    PaymentStatus, Receipt, Refusal, State as Seats,
};
use crate::traces;

/// Seconds after which a client may try again that found every opening taken.
const RETRY_AFTER: u32 = 1;

/// Characters of a buyer's name.
const NAME_MAX: usize = 200;

/// Characters of a phone number; E.164 has 15 digits, and people write more around them.
const PHONE_MAX: usize = 40;

/// Characters of a language tag (RFC 5646, section 4.4.1).
const LOCALE_MAX: usize = 35;

/// `POST /v1/holds/{hold}/payments`
pub(super) async fn create(
    State(site): State<Arc<Site>>,
    Id(hold): Id,
    ask: Ask,
    body: Body,
) -> Result<Response, Problem> {
    ask.no_params()?;
    let raw = body::read(&ask, body, BODY_MAX).await?;
    let fields: PaymentFields = body::json(&ask.headers, &raw)?;
    // A text that is no id names no hold, and neither does zero.
    let hold = HoldId::parse(&hold).unwrap_or(HoldId(0));
    let free = fields.gateway.is_none() && site.is_free(hold).await?;
    let new = fields.check(hold, &site.gateways, free)?;
    ask.allowed()?;
    // Once the payment is recorded, "nothing was done" would be a lie: what can be refused for want
    // of room is refused before.
    let _opening = site.openings.try_acquire().map_err(|_| {
        let detail = "nothing was done: as many payments are being opened as there is room for";
        Problem::new(Code::Overloaded, detail).retry_after(RETRY_AFTER)
    })?;
    let written = site.write(&ask, &raw, Command::OpenPayment(Box::new(new)), &[]).await?;
    let Receipt::Payment(payment) = &written.receipt else { return Err(written.unexpected()) };
    // The receipt is the payment as it was right after it was recorded, whatever became of it.
    let mut payment = payment.as_ref().clone();
    let free = payment.gateway.is_empty();
    let written = if free {
        written
    } else {
        let opening = Opening { site: &site, ask: &ask, body: &raw, payment: &payment };
        let (page, written) = opening.page(written).await?;
        payment.redirect_url = Some(page);
        written
    };
    let answer = written.answer(StatusCode::CREATED, &PaymentBody::of(&payment));
    Ok(located(answer, &format!("/v1/payments/{}", payment.id)))
}

/// `GET /v1/payments/{payment}`
pub(super) async fn get(
    State(site): State<Arc<Site>>,
    Id(payment): Id,
    ask: Ask,
) -> Result<Response, Problem> {
    let fresh = ask.freshness()?;
    ask.allowed()?;
    site.freshen(fresh).await?;
    let (found, index) = site.backend.read(|state, index| {
        let payment = PaymentId::parse(&payment).and_then(|id| state.payment(id));
        (payment.filter(|payment| ask.identity.sees(&payment.user)).cloned(), index)
    });
    let payment = found.ok_or_else(|| not_found(Noun::Payment).at(index))?;
    Ok(json(StatusCode::OK, &PaymentBody::of(&payment), index))
}

/// `POST /v1/payments/{payment}/cancel`
pub(super) async fn cancel(
    State(site): State<Arc<Site>>,
    Id(payment): Id,
    ask: Ask,
    body: Body,
) -> Result<Response, Problem> {
    ask.no_params()?;
    let raw = body::read(&ask, body, BODY_MAX).await?;
    body::json_or_nothing::<Nothing>(&ask.headers, &raw)?;
    ask.allowed()?;
    // A text that is no id names no payment, and neither does zero.
    let payment = PaymentId::parse(&payment).unwrap_or(PaymentId(0));
    let written = site.write(&ask, &raw, Command::CancelPayment { payment }, &[]).await?;
    let Receipt::Payment(payment) = &written.receipt else { return Err(written.unexpected()) };
    Ok(written.answer(StatusCode::OK, &PaymentBody::of(payment)))
}

/// A payment that is recorded and is to be paid on a page of its gateway.
struct Opening<'a> {
    site: &'a Site,
    ask: &'a Ask,
    body: &'a [u8],
    payment: &'a Payment,
}

/// Where a payment stands, for somebody who wants to be sent to its gateway.
enum Standing {
    /// It is paid here, or was: the page is told for good.
    Page(String),
    /// It can be paid and has no page yet.
    Payable,
    /// It ended, or is about to, before it had a page.
    Over {
        /// Its hold's deadline passed.
        hold_expired: bool,
    },
}

impl Opening<'_> {
    /// Where the buyer pays. The session is opened if that has not been done, and the write comes
    /// back as the one that the answer stands on.
    async fn page(&self, written: Written) -> Result<(String, Written), Problem> {
        let key = written.key.as_str();
        match self.standing(written.index, key).await? {
            Standing::Page(page) => return Ok((page, written)),
            Standing::Over { hold_expired } => {
                return Err(written.mark_refusal(self.over(hold_expired)).at(written.index));
            }
            Standing::Payable => {}
        }
        let payment = self.payment.id;
        let command = match self.session(key).await? {
            Some(Session { reference, redirect_url }) => {
                Command::Opened { payment, reference, redirect_url }
            }
            // It ends, so that its hold can be paid another way.
            None => Command::CancelPayment { payment },
        };
        // Whatever kept this from the log, the payment itself is there: its outcome is open.
        let answer = self.site.propose(command).await;
        let answer = answer.map_err(|error| refusals::unknown(&error.to_string(), key))?;
        match answer.outcome.result {
            // What has ended meanwhile need not be cancelled.
            Ok(_) | Err(Refusal::PaymentNotOpen) => {}
            Err(refusal) => {
                let what = format!("an opened payment is refused: {refusal:?}");
                return Err(Problem::internal(&what));
            }
        }
        match self.standing(answer.index, key).await? {
            Standing::Page(page) => Ok((page, written.completed_at(answer.index))),
            Standing::Over { hold_expired } => {
                Err(written.mark_refusal(self.over(hold_expired)).at(answer.index))
            }
            Standing::Payable => {
                tracing::warn!(%payment, "the gateway names a second session of one payment");
                Err(self.failed("names a second session of one payment", key))
            }
        }
    }

    /// Where the payment stands at an index or later.
    async fn standing(&self, index: u64, key: &str) -> Result<Standing, Problem> {
        let backend = &self.site.backend;
        let caught_up = backend.wait_applied(index, clock::deadline(WRITE_PATIENCE)).await;
        caught_up.map_err(|_| refusals::unknown("this node lags", key))?;
        let standing = backend.read(|state, _| standing(state, self.payment.id));
        standing.ok_or_else(|| Problem::internal("a payment that was recorded is not there"))
    }

    /// Has the gateway open the session, or find the one that it opened before. `None` if it will
    /// never open one.
    async fn session(&self, key: &str) -> Result<Option<Session>, Problem> {
        let gateway = &self.payment.gateway;
        let Some(driver) = self.site.gateways.get(gateway) else {
            return Err(Problem::internal("a payment is at a gateway that was not asked for"));
        };
        let members = self.site.members();
        let webhooks = webhook_urls(gateway, &self.site.settings.public_url, &members);
        let new = NewSession::of(self.payment, webhooks);
        let payment = self.payment.id;
        let patience = self.site.settings.limits.opening_patience;
        let span = traces::current().and_then(|current| current.call("open session"));
        let opened = tokio::time::timeout(patience, driver.open(&new)).await;
        if let Some(mut span) = span {
            span.set("usher.gateway", gateway.clone());
            if !matches!(opened, Ok(Ok(_))) {
                span.fail("the gateway did not open a session");
            }
        }
        match opened {
            Ok(Ok(session)) => Ok(Some(session)),
            Ok(Err(error @ GatewayError::WillNotOpen(_))) => {
                tracing::warn!(gateway, %payment, %error, "the payment is given up");
                Ok(None)
            }
            Ok(Err(error)) => {
                tracing::warn!(gateway, %payment, %error, "no session was opened");
                Err(self.failed("did not open a session", key))
            }
            Err(_elapsed) => {
                tracing::warn!(gateway, %payment, "no session was opened in time");
                Err(self.failed("did not open a session in time", key))
            }
        }
    }

    /// The gateway let us down. What it said is for the operator; the buyer learns how to go on.
    fn failed(&self, what: &str, key: &str) -> Problem {
        let gateway = &self.payment.gateway;
        let detail = format!("gateway {gateway:?} {what}: repeat it with this Idempotency-Key");
        Problem::new(Code::GatewayError, detail)
            .with("payment", self.payment.id.to_string().into())
            .header(headers::IDEMPOTENCY_KEY, key)
    }

    /// The payment is not to be paid any more, and never had a page. A hold that expired is what
    /// the buyer has to know of: its seats are gone. Otherwise the payment tells what happened to
    /// it, such as a success whose webhook was faster than the answer to our opening the session,
    /// or that it is closing since its gateway does not take it.
    ///
    /// NB: of a payment that was cancelled before it had a page, the answer is 409 while its hold
    /// is pending and 410 once that has expired.
    fn over(&self, hold_expired: bool) -> Problem {
        let problem = if hold_expired {
            Problem::new(
                Code::HoldExpired,
                "the hold's deadline passed before its gateway answered",
            )
        } else {
            Problem::new(Code::PaymentNotOpen, "the payment ended before it had a page")
        };
        let problem = problem.with("payment", self.payment.id.to_string().into());
        final_refusal(self.ask, self.body, problem)
    }
}

impl Site {
    /// Whether there is nothing to pay for a hold, which another node may have made just now.
    async fn is_free(&self, hold: HoldId) -> Result<bool, Problem> {
        let is_free = |hold: &Hold| hold.total == Amount(0);
        let look = || self.backend.read(|state, _| state.hold(hold).map(is_free));
        if let Some(free) = look() {
            return Ok(free);
        }
        let timeout = WRITE_PATIENCE;
        self.freshen(Freshness { linearizable: true, min_index: None, timeout }).await?;
        Ok(look().unwrap_or(false))
    }
}

fn standing(state: &Seats, id: PaymentId) -> Option<Standing> {
    let payment = state.payment(id)?;
    if let Some(page) = &payment.redirect_url {
        return Some(Standing::Page(page.clone()));
    }
    if payment.status == PaymentStatus::Open && !payment.closing {
        return Some(Standing::Payable);
    }
    let hold = state.hold(payment.hold);
    let hold_expired = hold.is_some_and(|hold| hold.status == HoldStatus::Expired);
    Some(Standing::Over { hold_expired })
}

/// What a new payment asks for.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewPayment)]
pub(super) struct PaymentFields {
    /// One of `GET /v1/gateways`. A hold that costs nothing needs none.
    #[schema(value_type = String, required = false)]
    gateway: Option<String>,
    /// Where the ticket is mailed.
    #[schema(value_type = EmailAddress)]
    email: String,
    /// Where the gateway sends the buyer who has paid.
    #[schema(value_type = WebAddress)]
    success_url: String,
    /// Where it sends the buyer who has not.
    #[schema(value_type = WebAddress)]
    cancel_url: String,
    /// What the gateway may want to know.
    #[schema(value_type = Option<CustomerFields>)]
    customer: Option<Object<CustomerFields>>,
}

/// A buyer, as far as a gateway wants to know.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Customer)]
struct CustomerFields {
    /// Their name.
    #[schema(value_type = Option<Line200>)]
    name: Option<String>,
    /// Their phone number.
    #[schema(value_type = Option<Line40>)]
    phone: Option<String>,
    /// Their language, as RFC 5646 writes it.
    #[schema(value_type = Option<Line35>)]
    locale: Option<String>,
}

impl PaymentFields {
    fn check(self, hold: HoldId, gateways: &Gateways, free: bool) -> Result<NewPayment, Problem> {
        let PaymentFields { gateway, email, success_url, cancel_url, customer } = self;
        let mut faults = Faults::default();
        let needs_none = free && gateway.is_none();
        let gateway = gateway.unwrap_or_default();
        if !needs_none && gateways.get(&gateway).is_none() {
            faults.add("gateway", known(gateways));
        }
        faults.email("email", &email);
        faults.web_url("success_url", &success_url);
        faults.web_url("cancel_url", &cancel_url);
        let customer = customer.map(|Object(CustomerFields { name, phone, locale })| {
            for (field, line, max) in [
                ("customer.name", &name, NAME_MAX),
                ("customer.phone", &phone, PHONE_MAX),
                ("customer.locale", &locale, LOCALE_MAX),
            ] {
                if let Some(line) = line {
                    faults.line(field, line, 1, max);
                }
            }
            Customer { name, phone, locale }
        });
        faults.finish()?;
        Ok(NewPayment { hold, gateway, email, success_url, cancel_url, customer })
    }
}

/// The rule that a gateway's name keeps.
pub(super) fn known(gateways: &Gateways) -> String {
    let ids: Vec<&str> = gateways.names().map(|(id, _)| id).collect();
    if ids.is_empty() {
        return "names a gateway, and none is configured".to_owned();
    }
    format!("must be one of: {}", ids.join(", "))
}

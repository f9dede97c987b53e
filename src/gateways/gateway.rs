//! What is asked of every gateway.

use futures_util::future::BoxFuture;
use http::HeaderMap;

use crate::seats::{
    Amount, Currency, Customer, GatewayEvent, Millis, OutboxId, Payment, PaymentId,
};

/// A payment gateway. Each call is bounded in time by the driver and safe to repeat.
pub trait Gateway: Send + Sync + 'static {
    /// Opens the session of a payment under the payment's id, or finds the one that was opened
    /// under it before.
    ///
    /// # Errors
    /// See [`GatewayError`]; this alone tells of a session that will never be opened.
    fn open<'a>(&'a self, new: &'a NewSession) -> BoxFuture<'a, Result<Session, GatewayError>>;

    /// Closes the session of a payment, so that it cannot be paid any more. Where its reference is
    /// not known, the session is opened first, under its payment's id: a request to open it that is
    /// still on its way then finds it closed. One that will never be opened is closed and unpaid.
    ///
    /// # Errors
    /// See [`GatewayError`].
    fn close<'a>(
        &'a self,
        new: &'a NewSession,
        reference: Option<&'a str>,
    ) -> BoxFuture<'a, Result<Closed, GatewayError>>;

    /// Pays back, once for each key.
    ///
    /// # Errors
    /// See [`GatewayError`]; a refusal too may be tried again, since funds come back.
    fn refund<'a>(&'a self, refund: &'a NewRefund) -> BoxFuture<'a, Result<(), GatewayError>>;

    /// Every session that the gateway knows.
    ///
    /// # Errors
    /// See [`GatewayError`].
    fn sessions(&self) -> BoxFuture<'_, Result<Vec<SessionReport>, GatewayError>>;

    /// Checks a webhook's signature on its raw body, then reads it. `None` is an event that we have
    /// no use for. `gateway` is what this gateway is called in the configuration, `now` the wall
    /// clock.
    ///
    /// # Errors
    /// See [`WebhookError`].
    fn read_webhook(
        &self,
        gateway: &str,
        headers: &HeaderMap,
        body: &[u8],
        now: Millis,
    ) -> Result<Option<GatewayEvent>, WebhookError>;
}

/// A session to be opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewSession {
    /// Which payment; also the idempotency key.
    pub payment: PaymentId,
    /// What is to be paid.
    pub amount: Amount,
    /// In this currency.
    pub currency: Currency,
    /// What the gateway may be told of the buyer.
    pub customer: Option<Customer>,
    /// Where the buyer lands after paying.
    pub success_url: String,
    /// Where the buyer lands otherwise.
    pub cancel_url: String,
    /// Where the gateway tells us, in turn until one answers.
    pub webhook_urls: Vec<String>,
}

impl NewSession {
    /// The session of a payment.
    #[must_use]
    pub fn of(payment: &Payment, webhook_urls: Vec<String>) -> NewSession {
        NewSession {
            payment: payment.id,
            amount: payment.amount,
            currency: payment.currency,
            customer: payment.customer.clone(),
            success_url: payment.success_url.clone(),
            cancel_url: payment.cancel_url.clone(),
            webhook_urls,
        }
    }
}

/// A session that was opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// The gateway's name for it.
    pub reference: String,
    /// Where the buyer pays.
    pub redirect_url: String,
}

/// What became of a session that was to be closed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Closed {
    /// It is closed and was not paid.
    Unpaid,
    /// It had been paid before it could be closed.
    Paid {
        /// The gateway's name for it.
        reference: String,
        /// What was paid.
        amount: Amount,
        /// In this currency.
        currency: Currency,
    },
}

/// A refund to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewRefund {
    /// The idempotency key: the outbox row's id.
    pub key: OutboxId,
    /// The gateway's name for the session that was paid.
    pub reference: String,
    /// How much.
    pub amount: Amount,
}

/// A session as its gateway lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionReport {
    /// The gateway's name for it.
    pub reference: String,
    /// The payment, as the gateway was told; not always one of ours.
    pub payment: String,
    /// Where it stands.
    pub status: SessionStatus,
    /// What was to be paid.
    pub amount: Amount,
    /// In this currency, as the gateway writes it.
    pub currency: String,
    /// What was paid.
    pub captured: Amount,
    /// What went back.
    pub refunded: Amount,
}

/// Where a session stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SessionStatus {
    /// It can be paid.
    Open,
    /// It was paid.
    Succeeded,
    /// It failed for good.
    Failed,
    /// It was closed unpaid.
    Expired,
}

/// Why a gateway did not do what was asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GatewayError {
    /// It did not answer, or said that it cannot at the moment. It may have done it.
    #[error("the gateway did not answer: {0}")]
    Unreachable(String),
    /// It said no.
    #[error("the gateway refused: {0}")]
    Refused(String),
    /// It said no to what is to be paid, and always will: it takes no such amount, or address.
    #[error("the gateway will never open this session: {0}")]
    WillNotOpen(String),
}

/// Why a webhook is not taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WebhookError {
    /// Its signature is missing, wrong or stale: it is not from the gateway, or not from now.
    #[error("the signature is not valid: {0}")]
    Signature(String),
    /// It is signed, and not understood.
    #[error("{0}")]
    Malformed(String),
}

//! Payment gateways, each behind the same trait, one file a gateway.
//!
//! A gateway keeps sessions: what a buyer is asked to pay, on pages of the gateway's own. It tells
//! us of them by webhook. Whatever is asked of it carries an idempotency key of ours, so that
//! asking again changes nothing. Nothing here knows the log; what a gateway says becomes a
//! [`GatewayEvent`](crate::seats::GatewayEvent), which the core judges.

mod gateway;
mod reconcile;
mod registry;
mod sandbox;
pub mod signature;

pub use gateway::{
    Closed, Gateway, GatewayError, NewRefund, NewSession, Session, SessionReport, SessionStatus,
    WebhookError,
};
pub use reconcile::{Accounts, Difference, DifferenceKind, Field, Ours, compare, lasting};
pub use registry::{Entry, Gateways, webhook_urls};
pub use sandbox::Sandbox;

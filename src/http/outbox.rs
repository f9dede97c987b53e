//! The outbox as operators see it: what is still to be done outside, and what keeps it.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Serialize;
use utoipa::ToSchema;

use super::app::Site;
use super::ask::Ask;
use super::exchange::json;
use super::openapi::{BookingName, EffectKind, OutboxName, PaymentName, RefundName};
use super::page::Page;
use super::problem::Problem;
use super::time::Time;
use crate::seats::{Effect, OutboxId, OutboxRow};

/// `GET /v1/outbox`
pub(super) async fn list(State(site): State<Arc<Site>>, ask: Ask) -> Result<Response, Problem> {
    let mut params = ask.params()?;
    let fresh = params.freshness();
    let paging = params.paging(|key| OutboxId::parse(key).is_some());
    params.finish()?;
    ask.allowed()?;
    site.freshen(fresh).await?;
    let after = paging.after.as_deref().and_then(OutboxId::parse);
    let (rows, index) = site.backend.read(|state, index| {
        // The oldest first: what has been stuck for long is what one looks for.
        let rows = state.outbox_above(after);
        (rows.take(paging.limit + 1).cloned().collect::<Vec<_>>(), index)
    });
    let page = Page::cut(rows, paging.limit, |row: &OutboxRow| row.id.to_string());
    Ok(json(StatusCode::OK, &page.render(|row| Ok(RowBody::of(row)))?, index))
}

/// An outbox row. Of payment, refund and booking it names the one that it is about.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OutboxRow)]
pub(super) struct RowBody<'a> {
    /// Its id, under which the outside is asked.
    #[schema(value_type = OutboxName)]
    id: String,
    /// What is owed.
    #[schema(value_type = EffectKind)]
    kind: &'static str,
    /// The payment whose session is to be closed.
    #[schema(value_type = PaymentName, required = false)]
    #[serde(skip_serializing_if = "Option::is_none")]
    payment: Option<String>,
    /// The refund that is to be paid.
    #[schema(value_type = RefundName, required = false)]
    #[serde(skip_serializing_if = "Option::is_none")]
    refund: Option<String>,
    /// The booking that is to be mailed.
    #[schema(value_type = BookingName, required = false)]
    #[serde(skip_serializing_if = "Option::is_none")]
    booking: Option<String>,
    /// How often it was tried.
    attempts: u32,
    /// When it is tried next.
    due_at: Time,
    /// Why it has not been done.
    last_error: Option<&'a str>,
    /// Since when it is owed.
    created_at: Time,
}

impl RowBody<'_> {
    fn of(row: &OutboxRow) -> RowBody<'_> {
        let (mut payment, mut refund, mut booking) = (None, None, None);
        match row.effect {
            Effect::CloseSession(id) => payment = Some(id.to_string()),
            Effect::Refund(id) => refund = Some(id.to_string()),
            Effect::MailBooking(id) => booking = Some(id.to_string()),
        }
        RowBody {
            id: row.id.to_string(),
            kind: row.effect.kind().name(),
            payment,
            refund,
            booking,
            attempts: row.attempts,
            due_at: Time(row.due_at),
            last_error: row.last_error.as_deref(),
            created_at: Time(row.created_at),
        }
    }
}

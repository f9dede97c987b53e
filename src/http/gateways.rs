//! Payment gateways as buyers see them, and what they tell us (CONTRACT section 5).

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Serialize;
use utoipa::ToSchema;

use super::app::Site;
use super::ask::{Ask, Id, Signed};
use super::body;
use super::exchange::json;
use super::headers;
use super::openapi::EffectWord;
use super::page::Page;
use super::problem::{Code, Problem};
use super::refusals;
use crate::gateways::{Gateway, WebhookError};
use crate::seats::{Command, EventEffect, GatewayEventKind, Receipt};

/// Bytes of a webhook: ours have some 200, and large gateways send whole objects of a few thousand.
const WEBHOOK_MAX: usize = 64 * 1024;

/// `GET /v1/gateways`
pub(super) async fn list(State(site): State<Arc<Site>>, ask: Ask) -> Result<Response, Problem> {
    let mut params = ask.params()?;
    let paging = params.paging(|key| site.gateways.get(key).is_some());
    params.finish()?;
    let rows = site.gateways.names().map(|(id, name)| GatewayBody { id, name });
    let rows = rows.filter(|row| paging.after.as_deref().is_none_or(|after| after < row.id));
    let rows = rows.take(paging.limit + 1).collect();
    let page = Page::cut(rows, paging.limit, |row: &GatewayBody<'_>| row.id.to_owned());
    Ok(apart_from_state(&page))
}

/// `POST /v1/gateways/{gateway}/webhook`
///
/// It is answered with 2xx only after its event is in the log. What is refused before costs no log
/// entry, so that nobody but the gateway can have us write.
pub(super) async fn webhook(
    State(site): State<Arc<Site>>,
    Id(gateway): Id,
    Signed(ask): Signed,
    body: Body,
) -> Result<Response, Problem> {
    let Some(driver) = site.gateways.get(&gateway) else {
        return Err(Problem::new(Code::NotFound, "no such gateway"));
    };
    let mut kind = "unread";
    let taken = take(&site, &**driver, &gateway, (&ask, body), &mut kind).await;
    let result =
        taken.as_ref().map_or_else(|problem| problem.code().as_str(), |taken| taken.effect);
    site.metrics.webhook_answered(&gateway, kind, result);
    let Effect { effect, index } = taken?;
    Ok(match index {
        Some(index) => json(StatusCode::OK, &Taken { effect }, index),
        None => apart_from_state(&Taken { effect }),
    })
}

/// What an event did, and at which index.
struct Effect {
    effect: &'static str,
    /// `None` if no entry was needed.
    index: Option<u64>,
}

/// Reads a webhook and has its event decided. `kind` is set as soon as that is known.
async fn take(
    site: &Site,
    driver: &dyn Gateway,
    gateway: &str,
    (ask, body): (&Ask, Body),
    kind: &mut &'static str,
) -> Result<Effect, Problem> {
    let raw = body::read(ask, body, WEBHOOK_MAX).await?;
    let event = match driver.read_webhook(gateway, &ask.headers, &raw, site.clock.wall()) {
        Ok(Some(event)) => event,
        // An event of a kind that we have no use for: the gateway need not send it again.
        Ok(None) => {
            *kind = "other";
            return Ok(Effect { effect: "ignored", index: None });
        }
        Err(error @ WebhookError::Signature(_)) => {
            tracing::warn!(gateway, %error, "a webhook is not taken");
            return Err(Problem::new(Code::InvalidSignature, error.to_string()));
        }
        Err(error @ WebhookError::Malformed(_)) => {
            tracing::warn!(gateway, %error, "a signed webhook is not understood");
            return Err(Problem::field("", error.to_string()));
        }
    };
    *kind = match event.kind {
        GatewayEventKind::Succeeded => "succeeded",
        GatewayEventKind::Declined => "declined",
        GatewayEventKind::Failed => "failed",
        GatewayEventKind::Expired => "expired",
    };
    let id = event.event.clone();
    let answer = site.propose(Command::GatewayEvent(Box::new(event))).await;
    let answer = answer.map_err(|error| refusals::not_proposed(error, &id))?;
    let effect = match answer.outcome.result {
        Ok(Receipt::Event(effect)) => effect,
        Ok(other) => {
            return Err(Problem::internal(&format!("an event got the receipt {other:?}")));
        }
        Err(refusal) => return Err(refusals::refused(refusal, &[]).at(answer.index)),
    };
    let effect = match effect {
        EventEffect::Booked(_) => "booked",
        EventEffect::RefundQueued(_) => "refund_queued",
        EventEffect::Ended(_) => "ended",
        EventEffect::Ignored => "ignored",
        EventEffect::Unmatched => "unmatched",
    };
    Ok(Effect { effect, index: Some(answer.index) })
}

/// An answer that stands on no replicated state.
fn apart_from_state(body: &impl Serialize) -> Response {
    let mut answer = json(StatusCode::OK, body, 0);
    answer.headers_mut().remove(headers::APPLIED_INDEX);
    answer
}

/// A payment gateway.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Gateway)]
pub(super) struct GatewayBody<'a> {
    /// What a new payment names.
    id: &'a str,
    /// For people.
    name: &'a str,
}

/// What an event did.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WebhookTaken)]
pub(super) struct Taken {
    /// What it came to.
    #[schema(value_type = EffectWord)]
    effect: &'static str,
}

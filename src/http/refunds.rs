//! Refunds: money that goes back (CONTRACT section 5). The outbox pays them; here they are read,
//! and an operator who has filled an empty account has them tried again.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use super::app::Site;
use super::ask::{Ask, Id};
use super::body::{self, BODY_MAX, Nothing};
use super::exchange::json;
use super::page::Page;
use super::problem::Problem;
use super::refusals::not_found;
use super::view::RefundBody;
use crate::seats::{Command, Noun, Receipt, Refund, RefundId, RefundStatus, State as Seats};

/// `GET /v1/refunds/{refund}`
pub(super) async fn get(
    State(site): State<Arc<Site>>,
    Id(refund): Id,
    ask: Ask,
) -> Result<Response, Problem> {
    let fresh = ask.freshness()?;
    ask.allowed()?;
    site.freshen(fresh).await?;
    let (found, index) = site.backend.read(|state, index| {
        let refund = RefundId::parse(&refund).and_then(|id| state.refund(id));
        (refund.filter(|refund| sees(&ask, state, refund)).cloned(), index)
    });
    let refund = found.ok_or_else(|| not_found(Noun::Refund).at(index))?;
    Ok(json(StatusCode::OK, &RefundBody::of(&refund), index))
}

/// `GET /v1/refunds`
pub(super) async fn list(State(site): State<Arc<Site>>, ask: Ask) -> Result<Response, Problem> {
    const STATUSES: &[(&str, Option<RefundStatus>)] = &[
        ("all", None),
        ("pending", Some(RefundStatus::Pending)),
        ("succeeded", Some(RefundStatus::Succeeded)),
    ];
    let mut params = ask.params()?;
    let fresh = params.freshness();
    let paging = params.paging(|key| RefundId::parse(key).is_some());
    let status = params.one_of("status", STATUSES).flatten();
    params.finish()?;
    ask.allowed()?;
    site.freshen(fresh).await?;
    let after = paging.after.as_deref().and_then(RefundId::parse);
    let (rows, index) = site.backend.read(|state, index| {
        let rows = state.refunds_below(after).rev();
        let rows = rows.filter(|refund| status.is_none_or(|status| refund.status == status));
        let rows = rows.filter(|refund| sees(&ask, state, refund));
        (rows.take(paging.limit + 1).cloned().collect::<Vec<_>>(), index)
    });
    let page = Page::cut(rows, paging.limit, |refund: &Refund| refund.id.to_string());
    Ok(json(StatusCode::OK, &page.render(|refund| Ok(RefundBody::of(refund)))?, index))
}

/// `POST /v1/refunds/{refund}/retry`
pub(super) async fn retry(
    State(site): State<Arc<Site>>,
    Id(refund): Id,
    ask: Ask,
    body: Body,
) -> Result<Response, Problem> {
    ask.no_params()?;
    let raw = body::read(&ask, body, BODY_MAX).await?;
    body::json_or_nothing::<Nothing>(&ask.headers, &raw)?;
    ask.allowed()?;
    // A text that is no id names no refund, and neither does zero.
    let refund = RefundId::parse(&refund).unwrap_or(RefundId(0));
    let written = site.write(&ask, &raw, Command::RetryRefund { refund }, &[]).await?;
    let Receipt::Refund(refund) = &written.receipt else { return Err(written.unexpected()) };
    Ok(written.answer(StatusCode::OK, &RefundBody::of(refund)))
}

/// A refund is its payment's user's affair.
fn sees(ask: &Ask, state: &Seats, refund: &Refund) -> bool {
    let theirs = || state.payment(refund.payment).is_some_and(|it| ask.identity.sees(&it.user));
    ask.identity.sees_all() || theirs()
}

//! What Prometheus reads of a node. It tells of nobody: no label names a user, a seat or a show.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::Response;

use super::app::Site;
use super::ask::{AnyMedia, Ask};
use super::problem::{Code, Problem};
use crate::metrics::{self, Form, Outbox, Readings};
use crate::seats::{EffectKind, Millis, State as Seats};
use crate::tasks;

/// `GET /metrics`
pub(super) async fn metrics(
    State(site): State<Arc<Site>>,
    AnyMedia(ask): AnyMedia,
) -> Result<Response, Problem> {
    ask.no_params()?;
    let form = form(&ask)?;
    // With thousands of connections this is a long folder to read.
    let process = match tasks::blocking(metrics::of_this_process).await {
        Ok(Ok(process)) => Some(process),
        Ok(Err(error)) => {
            tracing::debug!(%error, "this process cannot be measured");
            None
        }
        Err(error) => return Err(Problem::internal(&error.to_string())),
    };
    let text = site.metrics.render(Readings { process, ..site.readings() }, form);
    let mut answer = Response::new(Body::from(text));
    let headers = answer.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(form.content_type()));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::VARY, HeaderValue::from_static("accept"));
    Ok(answer)
}

/// `OpenMetrics` for whoever names it, and the classic text for everybody else.
fn form(ask: &Ask) -> Result<Form, Problem> {
    const OPEN: &str = "application/openmetrics-text";
    let accepted = ask.headers.get_all(header::ACCEPT).iter();
    let named = |value: &HeaderValue| {
        value.to_str().is_ok_and(|value| value.to_ascii_lowercase().contains(OPEN))
    };
    if accepted.into_iter().any(named) && ask.accepts(OPEN) {
        return Ok(Form::OpenMetrics);
    }
    if !ask.accepts("text/plain") {
        return Err(Problem::new(Code::NotAcceptable, "this route answers text/plain"));
    }
    Ok(Form::Classic)
}

impl Site {
    /// The node at this moment, but for its process.
    fn readings(&self) -> Readings {
        let vitals = self.backend.vitals();
        let wall = self.clock.wall();
        let (holds_active, bookings_made, outbox) = self.backend.read(|state, _| {
            let outbox = EffectKind::ALL.map(|kind| outbox(state, kind, wall));
            (state.holds_pending() as u64, state.bookings_made() as u64, outbox.to_vec())
        });
        #[expect(clippy::cast_precision_loss, reason = "no clock is off by so many milliseconds")]
        let seconds = |millis: i64| millis as f64 / 1e3;
        Readings {
            ready: self.checks().iter().all(|check| check.failed.is_none()),
            term: vitals.term,
            leads: vitals.leads,
            applied_index: vitals.applied_index,
            apply_lag: vitals.apply_lag,
            match_lag: vitals.match_lag,
            undecided: vitals.undecided,
            clock_offset: vitals.clock_offset_ms.map(seconds),
            holds_active,
            bookings_made,
            outbox,
            listeners: self.listeners() as u64,
            process: None,
        }
    }
}

fn outbox(state: &Seats, kind: EffectKind, wall: Millis) -> Outbox {
    // A node whose clock is behind sees no row that is younger than nothing.
    let now = wall.max(state.now());
    #[expect(clippy::cast_precision_loss, reason = "ages are far below 2^53 milliseconds")]
    let age = |since: Millis| now.since(since).0 as f64 / 1e3;
    Outbox {
        kind: kind.name(),
        depth: state.outbox_depth(kind) as u64,
        oldest: state.outbox_oldest(kind).map_or(0.0, age),
    }
}

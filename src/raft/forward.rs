//! Carries proposals from the node that took them to the one that leads.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::handle::{Answer, ProposeError};
use super::intake::{Intake, Origin, Queued, unknown};
use super::propose::Landing;
use super::transport::{CallError, Lane, Peers};
use super::types::{Member, NodeId};
use super::wire::{self, Decision, Forwarded, Request, Response, SpanRecord};
use crate::codec;
#[cfg(test)]
use crate::simulation::{Bug, planted};
use crate::traces::{Parent, Span, Traces};

/// A deadline that a peer names counts up to this; no client of ours waits longer.
const LEFT_MAX: Duration = Duration::from_mins(1);

/// Bytes of all decisions of one answer: the rest of the message's limit is slack. Receipts may be
/// far larger than the commands that they answer (a show with its description and pictures).
const DECISIONS_BYTES_MAX: usize = wire::BYTES_MAX / 2;

/// Sends a batch, all of it away, to the leader and tells whoever waits.
pub(super) async fn carry(
    peers: &Arc<Peers>,
    leader: NodeId,
    member: &Member,
    batch: Vec<Queued>,
) -> Landing {
    let now = Instant::now();
    let left = |queued: &Queued| queued.waiter.deadline.saturating_duration_since(now);
    let Some(longest) = batch.iter().map(left).max() else { return Landing::Decided };
    let frame = || {
        let forwarded = batch.iter().map(|queued| Forwarded {
            left_ms: u64::try_from(left(queued).as_millis()).unwrap_or(u64::MAX),
            proposal: Cow::Borrowed(&queued.proposal),
        });
        forwarded.collect::<Vec<_>>()
    };
    let send = async |request| peers.call(Lane::Forward, leader, member, &request, longest).await;
    let spans = spans(&batch);
    let records = records(&spans);
    let mut answer = if records.is_empty() {
        send(Request::Forward(frame())).await
    } else {
        send(Request::ForwardTraced { frame: frame(), spans: records }).await
    };
    if !spans.is_empty() && matches!(answer, Err(CallError::Refused(_))) {
        // Nothing was carried out; an older version does not know what it was asked.
        answer = send(Request::Forward(frame())).await;
    }
    drop(spans);
    match answer {
        Ok(Response::Forward(decisions)) if decisions.len() == batch.len() => {
            let settled = batch.into_iter().zip(decisions);
            let back: Vec<_> = settled.filter_map(|(one, what)| settle(one, what)).collect();
            if back.is_empty() { Landing::Decided } else { Landing::TurnedAway(back) }
        }
        Ok(other) => lost(batch, &format!("the leader answered otherwise: {other:?}")),
        // It never reached the leader, or was refused before anybody looked at it.
        Err(CallError::NotSent(_) | CallError::Refused(_)) => Landing::TurnedAway(
            batch.into_iter().inspect(|queued| queued.waiter.come_back()).collect(),
        ),
        #[cfg(test)]
        Err(CallError::Lost(_)) if planted(Bug::ForwardUnderNewKey) => {
            let again = |mut queued: Queued| {
                queued.waiter.come_back();
                queued.proposal.fresh.0 ^= 1;
                if let Some(key) = &mut queued.proposal.key {
                    key.text = format!("{}+", key.text).into();
                }
                queued
            };
            Landing::TurnedAway(batch.into_iter().map(again).collect())
        }
        Err(error @ (CallError::Lost(_) | CallError::Garbled(_))) => {
            lost(batch, &error.to_string())
        }
    }
}

/// A span for each proposal of a batch that is traced, with its place.
fn spans(batch: &[Queued]) -> Vec<(usize, Span)> {
    let traced = batch.iter().enumerate();
    traced.filter_map(|(at, one)| Some((at, one.waiter.trace.as_ref()?.call("forward")?))).collect()
}

/// The same as it goes over the wire.
fn records(spans: &[(usize, Span)]) -> Vec<SpanRecord> {
    let record = |(at, span): &(usize, Span)| {
        let Parent { trace, span } = span.context().parent();
        SpanRecord { at: u32::try_from(*at).unwrap_or(u32::MAX), trace, span }
    };
    spans.iter().map(record).collect()
}

/// Tells whoever waits for one proposal, or returns it if it was not proposed.
fn settle(queued: Queued, decision: Decision) -> Option<Queued> {
    match decision {
        Decision::Decided(index, outcome) => queued.waiter.tell(Ok(Answer { index, outcome })),
        // A node that stops makes room for another leader: as good as not leading.
        Decision::NotLeader | Decision::NotReady(_) => {
            queued.waiter.come_back();
            return Some(queued);
        }
        Decision::Overloaded(reason) => queued.waiter.tell(Err(ProposeError::Overloaded(reason))),
        Decision::Unknown(reason) => queued.waiter.tell(Err(unknown(&reason))),
    }
    None
}

fn lost(batch: Vec<Queued>, reason: &str) -> Landing {
    for queued in batch {
        queued.waiter.tell(Err(unknown(reason)));
    }
    Landing::Lost
}

/// Has a peer's proposals decided by this node, if it leads. `spans` are those of the peer.
pub(super) async fn take(
    intake: &Intake,
    traces: &Traces,
    frame: Vec<Forwarded<'_>>,
    spans: &[SpanRecord],
) -> Vec<Decision> {
    let now = Instant::now();
    let asked = |record: &SpanRecord| {
        let parent = Parent { trace: record.trace, span: record.span };
        Some((record.at as usize, traces.asked("take forwarded", parent)?))
    };
    let mut spans: BTreeMap<usize, Span> = spans.iter().filter_map(asked).collect();
    let mut pending = Vec::with_capacity(frame.len());
    for (at, Forwarded { left_ms, proposal }) in frame.into_iter().enumerate() {
        let deadline = now + Duration::from_millis(left_ms).min(LEFT_MAX);
        let begun = async { intake.begin(proposal.into_owned(), deadline, Origin::Peer) };
        let span = spans.remove(&at);
        let begun = match &span {
            Some(span) => span.within(begun).await,
            None => begun.await,
        };
        pending.push((begun, span));
    }
    // All are on their way: once the first is decided, so are most of the others.
    let mut decisions = Vec::with_capacity(pending.len());
    for (begun, _span) in pending {
        let decided = match begun {
            Ok(pending) => pending.decided().await,
            Err(error) => Err(error),
        };
        decisions.push(Decision::from(decided));
    }
    // One answer that is too large must not cost the others theirs: whoever waits for it asks again
    // under its key.
    let mut left = DECISIONS_BYTES_MAX;
    for decision in &mut decisions {
        match left.checked_sub(codec::wire_size(&*decision)) {
            Some(less) => left = less,
            None => *decision = Decision::Unknown("its answer does not fit".to_owned()),
        }
    }
    decisions
}

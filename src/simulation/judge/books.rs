//! What nodes hold, and what the outside has in its books, against the log.

use std::collections::BTreeSet;

use usher::audit;
use usher::seats::{Effect, OutboxId, PaymentId};

use super::FINDINGS_MAX;
use super::evidence::{Evidence, Findings, Session};
use super::replay::Replay;

/// Every node has the state that the log makes (I9), and it is sound.
pub(super) fn nodes(evidence: &Evidence<'_>, replay: &Replay<'_>, found: &mut Findings) {
    for what in &replay.differing {
        found.violate("I9", what.clone(), Vec::new());
    }
    for standing in &evidence.nodes {
        if !replay.times.contains_key(&standing.index) {
            let (node, index) = (standing.node, standing.index);
            let what = format!("node {node} stands at {index}, and no such entry was replayed");
            found.violate("I9", what, Vec::new());
        }
    }
    let report = audit::report(&replay.state, 0);
    for violation in report.violations.into_iter().take(FINDINGS_MAX) {
        found.violate("audit", violation, Vec::new());
    }
}

/// The gateway's own books agree with ours (I3), and what was settled as delivered was (I11).
pub(super) fn outside(evidence: &Evidence<'_>, replay: &Replay<'_>, found: &mut Findings) {
    let sessions = &evidence.sessions;
    let refunded: BTreeSet<OutboxId> =
        sessions.iter().flat_map(|session| session.refunds.keys().copied()).collect();
    let is_open = |session: &&Session| session.is_open;
    let open: BTreeSet<PaymentId> =
        sessions.iter().filter(is_open).map(|session| session.payment).collect();
    let closed: BTreeSet<PaymentId> =
        sessions.iter().map(|session| session.payment).filter(|id| !open.contains(id)).collect();
    for payment in replay.state.payments().filter(|payment| 0 < payment.captured.0) {
        if !closed.contains(&payment.id) {
            let what = format!("{} has captured what no session took", payment.id);
            found.violate("I3", what, vec![payment.id.to_string()]);
        }
    }
    for (row, effect) in &replay.delivered {
        let done = match effect {
            Effect::Refund(_) => refunded.contains(row),
            Effect::MailBooking(_) => evidence.letters.contains(row),
            Effect::CloseSession(payment) => closed.contains(payment),
        };
        if !done {
            let what = format!("{row} was settled as delivered, and nothing was: {effect:?}");
            found.violate("I11", what, vec![row.to_string()]);
        }
    }
    for session in sessions {
        let about = vec![session.payment.to_string()];
        let Some(payment) = replay.state.payment(session.payment) else {
            let what = format!("the gateway has a session of {}, we do not", session.payment);
            found.violate("I3", what, about);
            continue;
        };
        let (captured, back) = (session.captured, session.refunded());
        if payment.captured.0 != captured || payment.refunded.0 != back || captured < back {
            let what = format!(
                "the gateway took {captured} for {} and gave back {back}; our books say {} and {}",
                session.payment, payment.captured.0, payment.refunded.0
            );
            found.violate("I3", what, about);
        }
    }
}

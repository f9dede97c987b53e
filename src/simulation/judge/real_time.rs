//! Real time binds the log's order.

use super::FINDINGS_MAX;
use super::evidence::Findings;
use super::history::{End, Op};
use super::replay::Replay;

/// Whatever was answered before something was asked stands on an earlier index, or on the same.
pub(super) fn check(history: &[Op], replay: &Replay<'_>, found: &mut Findings) {
    let mut placed = placed(history, replay);
    placed.sort_by_key(|(index, called, returned, _)| (*index, *called, *returned));
    let mut later: Option<(u64, u64, &Op)> = None;
    let mut here: Option<(u64, u64, &Op)> = None;
    let mut findings = 0;
    for (index, called, returned, op) in placed.into_iter().rev() {
        if here.is_some_and(|(at, _, _)| index < at) {
            later = [later, here.take()].into_iter().flatten().min_by_key(|(_, back, _)| *back);
        }
        if let Some((at, back, other)) = later
            && back < called
        {
            findings += 1;
            if findings <= FINDINGS_MAX {
                let what = format!(
                    "{} asked {:?} after {} had been answered {:?} at {at}, and got index {index}",
                    op.user, op.ask, other.user, other.ask
                );
                found.violate("real time", what, op.key.iter().cloned().collect());
            }
        }
        if here.is_none_or(|(_, back, _)| returned < back) {
            here = Some((index, returned, op));
        }
    }
}

/// Everything that real time binds: its index, its call and its answer.
fn placed<'a>(history: &'a [Op], replay: &Replay<'_>) -> Vec<(u64, u64, u64, &'a Op)> {
    let mut placed = Vec::new();
    for op in history {
        if let Some(decided) = replay.of(op) {
            placed.push((decided.index, op.called, op.end_of_wait(), op));
        } else if let (End::Told(told), None, true) = (&op.end, &op.key, op.ask.is_bound())
            && let Some(index) = told.index
        {
            placed.push((index, op.called, op.returned, op));
        }
    }
    placed
}

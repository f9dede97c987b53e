//! The outbox: work for the outside world, by id, and each kind of it by when it is due.

use std::collections::BTreeSet;

use super::ids::{Ids, Millis, OutboxId};
use super::record::{Effect, EffectKind, OutboxRow};
use super::state::State;

impl State {
    /// One outbox row.
    #[must_use]
    pub fn outbox_row(&self, id: OutboxId) -> Option<&OutboxRow> {
        self.outbox.get(&id)
    }

    /// Every outbox row by id.
    #[must_use]
    pub fn outbox(&self) -> impl DoubleEndedIterator<Item = &OutboxRow> + '_ {
        self.outbox.values()
    }

    /// The outbox rows above an id, or all, by id.
    #[must_use]
    pub fn outbox_above(
        &self,
        start: Option<OutboxId>,
    ) -> impl DoubleEndedIterator<Item = &OutboxRow> + '_ {
        self.outbox.above(start)
    }

    /// The outbox rows of a kind, the earliest due first.
    pub fn outbox_by_due(&self, kind: EffectKind) -> impl Iterator<Item = &OutboxRow> + '_ {
        let least = (kind, Millis(0), OutboxId(0));
        let most = (kind, Millis(u64::MAX), OutboxId(u128::MAX));
        self.outbox_due.range(least..=most).filter_map(|(_, _, id)| self.outbox.get(id))
    }

    /// How many rows of a kind there are. Costs nothing.
    #[must_use]
    pub fn outbox_depth(&self, kind: EffectKind) -> usize {
        self.outbox_ages.get(&kind).map_or(0, BTreeSet::len)
    }

    /// When the oldest row of a kind was queued. Costs nothing.
    #[must_use]
    pub fn outbox_oldest(&self, kind: EffectKind) -> Option<Millis> {
        self.outbox_ages.get(&kind)?.first().map(|(created_at, _)| *created_at)
    }

    pub(super) fn queue(&mut self, id: OutboxId, effect: Effect) {
        let now = self.meta.now;
        let (due_at, created_at) = (now, now);
        let row = OutboxRow { id, effect, attempts: 0, due_at, last_error: None, created_at };
        let new = self.outbox.insert(id, row);
        assert!(new, "{id} is queued once");
        self.outbox_due.insert((effect.kind(), due_at, id));
        self.outbox_ages.entry(effect.kind()).or_default().insert((created_at, id));
    }

    /// A row that is known is due at another time; what else of it changes, `change` does.
    pub(super) fn reschedule(
        &mut self,
        id: OutboxId,
        due_at: Millis,
        change: impl FnOnce(&mut OutboxRow),
    ) {
        let row = self.outbox.edit(&id).expect("a row that is rescheduled is known");
        let kind = row.effect.kind();
        let was_due = self.outbox_due.remove(&(kind, row.due_at, id));
        assert!(was_due, "{id} was queued and had its time");
        row.due_at = due_at;
        change(row);
        self.outbox_due.insert((kind, due_at, id));
    }

    /// A row that is known is due at once, if it is not already.
    pub(super) fn hasten(&mut self, id: OutboxId) {
        let row = self.outbox.get(&id).expect("a row that is hastened is known");
        let due_at = row.due_at.min(self.meta.now);
        self.reschedule(id, due_at, |_| ());
    }

    /// A row that is known is settled.
    pub(super) fn unqueue(&mut self, id: OutboxId) {
        let row = self.outbox.remove(&id).expect("a row that is settled is known");
        let was_due = self.outbox_due.remove(&(row.effect.kind(), row.due_at, id));
        assert!(was_due, "{id} was queued and had its time");
        let ages = self.outbox_ages.get_mut(&row.effect.kind());
        let was_known = ages.is_some_and(|ages| ages.remove(&(row.created_at, id)));
        assert!(was_known, "{id} was queued and had its age");
    }

    pub(super) fn new_outbox_id(&self, ids: &mut Ids) -> OutboxId {
        loop {
            let id = OutboxId(ids.next());
            if !self.outbox.contains(&id) {
                return id;
            }
        }
    }
}

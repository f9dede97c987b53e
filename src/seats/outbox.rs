//! The outbox: work for the outside world, by id, and in queues by when it is due.

use std::collections::BTreeSet;

use super::ids::{Ids, Millis, OutboxId};
use super::record::{Effect, EffectKind, OutboxRow};
use super::state::State;

/// Rows of a kind that wait at one gateway. What one queue waits for is nothing to another.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Queue {
    /// What its rows ask for.
    pub kind: EffectKind,
    /// Of which gateway; empty for mail.
    pub gateway: String,
}

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

    /// Every queue that has rows, with them, the earliest due first.
    pub fn outbox_queues(
        &self,
    ) -> impl Iterator<Item = (&Queue, impl Iterator<Item = &OutboxRow> + '_)> + '_ {
        let rows = |(_, id): &(Millis, OutboxId)| self.outbox.get(id);
        self.outbox_due.iter().map(move |(queue, due)| (queue, due.iter().filter_map(rows)))
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
        self.line_up(id);
        self.outbox_ages.entry(effect.kind()).or_default().insert((created_at, id));
    }

    /// A row that is known is due at another time; what else of it changes, `change` does.
    pub(super) fn reschedule(
        &mut self,
        id: OutboxId,
        due_at: Millis,
        change: impl FnOnce(&mut OutboxRow),
    ) {
        self.step_out(id);
        let row = self.outbox.edit(&id).expect("a row that is rescheduled is known");
        row.due_at = due_at;
        change(row);
        self.line_up(id);
    }

    /// A row that is known is due at once, if it is not already.
    pub(super) fn hasten(&mut self, id: OutboxId) {
        let row = self.outbox.get(&id).expect("a row that is hastened is known");
        let due_at = row.due_at.min(self.meta.now);
        self.reschedule(id, due_at, |_| ());
    }

    /// A row that is known is settled.
    pub(super) fn unqueue(&mut self, id: OutboxId) {
        self.step_out(id);
        let row = self.outbox.remove(&id).expect("a row that is settled is known");
        let ages = self.outbox_ages.get_mut(&row.effect.kind());
        let was_known = ages.is_some_and(|ages| ages.remove(&(row.created_at, id)));
        assert!(was_known, "{id} was queued and had its age");
    }

    /// In which queue an effect waits; `None` if what it names is not there.
    pub(super) fn queue_of(&self, effect: Effect) -> Option<Queue> {
        let kind = effect.kind();
        let payment = match effect {
            Effect::CloseSession(payment) => payment,
            Effect::Refund(refund) => self.refunds.get(&refund)?.payment,
            Effect::MailBooking(booking) => {
                let known = self.bookings.contains(&booking);
                return known.then(|| Queue { kind, gateway: String::new() });
            }
        };
        let gateway = self.payments.get(&payment)?.gateway.clone();
        Some(Queue { kind, gateway })
    }

    fn line_up(&mut self, id: OutboxId) {
        let (queue, due_at) = self.place(id);
        self.outbox_due.entry(queue).or_default().insert((due_at, id));
    }

    fn step_out(&mut self, id: OutboxId) {
        let (queue, due_at) = self.place(id);
        let due = self.outbox_due.get_mut(&queue).expect("the queue of a row has it");
        let was_due = due.remove(&(due_at, id));
        assert!(was_due, "{id} was queued and had its time");
        if due.is_empty() {
            self.outbox_due.remove(&queue);
        }
    }

    /// Where a known row stands.
    fn place(&self, id: OutboxId) -> (Queue, Millis) {
        let row = self.outbox.get(&id).expect("a row that stands in a queue is known");
        let queue = self.queue_of(row.effect).expect("what a row names is known");
        (queue, row.due_at)
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

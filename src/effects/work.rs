//! What is to be done, copied out of the state.

use std::collections::{BTreeMap, BTreeSet};

use super::mail::Letter;
use crate::gateways::{NewRefund, NewSession};
use crate::seats::{
    Booking, Effect, Millis, OutboxId, OutboxRow, PaymentId, Queue, RefundId, State,
};
use crate::tickets::{Links, Slip};

/// Calls under way for each queue. Each has its own, so that a dead mail server does not keep money
/// from going back, nor one gateway that of another.
const AT_ONCE_MAX: usize = 32;

/// A row that is due, with what its delivery needs.
#[derive(Clone, Debug)]
pub(super) struct Job {
    pub(super) row: OutboxId,
    pub(super) queue: Queue,
    /// Failed deliveries so far.
    pub(super) failures: u32,
    pub(super) work: Work,
}

/// What a delivery needs.
#[derive(Clone, Debug)]
pub(super) enum Work {
    /// Close a session.
    Close {
        gateway: String,
        /// Without its webhook addresses, which depend on the present members.
        new: NewSession,
        reference: Option<String>,
    },
    /// Pay back.
    Refund { gateway: String, refund: NewRefund },
    /// Mail a booking.
    Mail(Letter),
    /// It cannot be done for a reason that lies with us.
    Unfit(String),
}

/// What there is to do.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) jobs: Vec<Job>,
    /// When the next row is due of those queues that have room.
    pub(super) next: Option<Millis>,
}

/// Rows under way, by queue.
#[derive(Debug, Default)]
pub(super) struct UnderWay {
    rows: BTreeSet<OutboxId>,
    counts: BTreeMap<Queue, usize>,
}

impl UnderWay {
    pub(super) fn add(&mut self, job: &Job) {
        let added = self.rows.insert(job.row);
        assert!(added, "{} is under way once", job.row);
        *self.counts.entry(job.queue.clone()).or_default() += 1;
    }

    pub(super) fn remove(&mut self, row: OutboxId, queue: Queue) {
        let removed = self.rows.remove(&row);
        assert!(removed, "{row} was under way");
        *self.counts.entry(queue).or_default() -= 1;
    }

    fn room(&self, queue: &Queue) -> usize {
        AT_ONCE_MAX - self.counts.get(queue).copied().unwrap_or(0)
    }
}

/// Finds rows that are due at `now` and not under way, of each queue as many as there is room for.
pub(super) fn find(state: &State, now: Millis, under_way: &UnderWay, links: &Links) -> Found {
    let mut found = Found::default();
    for (queue, rows) in state.outbox_queues() {
        let mut room = under_way.room(queue);
        for row in rows {
            if room == 0 {
                break;
            }
            if now < row.due_at {
                found.next = Some(found.next.map_or(row.due_at, |next| next.min(row.due_at)));
                break;
            }
            if under_way.rows.contains(&row.id) {
                continue;
            }
            room -= 1;
            let work = work(state, row, now, links).unwrap_or_else(Work::Unfit);
            let (row, queue, failures) = (row.id, queue.clone(), row.attempts);
            found.jobs.push(Job { row, queue, failures, work });
        }
    }
    found
}

fn work(state: &State, row: &OutboxRow, now: Millis, links: &Links) -> Result<Work, String> {
    match row.effect {
        Effect::CloseSession(payment) => close(state, payment),
        Effect::Refund(id) => refund(state, row, id),
        Effect::MailBooking(id) => {
            let booking = state.booking(id).ok_or_else(|| format!("{id} is not there"))?;
            letter(state, row, booking, now, links).map(Work::Mail)
        }
    }
}

fn close(state: &State, id: PaymentId) -> Result<Work, String> {
    let payment = state.payment(id).ok_or_else(|| format!("{id} is not there"))?;
    Ok(Work::Close {
        gateway: payment.gateway.clone(),
        new: NewSession::of(payment, Vec::new()),
        reference: payment.reference.clone(),
    })
}

fn refund(state: &State, row: &OutboxRow, id: RefundId) -> Result<Work, String> {
    let refund = state.refund(id).ok_or_else(|| format!("{id} is not there"))?;
    let payment = state.payment(refund.payment);
    let payment = payment.ok_or_else(|| format!("{} is not there", refund.payment))?;
    let reference = payment.reference.clone();
    let reference = reference.ok_or("its gateway's name for the session is not known")?;
    let refund = NewRefund { key: row.id, reference, amount: refund.amount };
    Ok(Work::Refund { gateway: payment.gateway.clone(), refund })
}

fn letter(
    state: &State,
    row: &OutboxRow,
    booking: &Booking,
    now: Millis,
    links: &Links,
) -> Result<Letter, String> {
    let to = booking.email.clone().ok_or("the booking has no e-mail address")?;
    let show = state.show(&booking.show).ok_or("its show is not there")?;
    let slip = Slip::of(booking, show, links.ticket(booking.id));
    let slip = slip.ok_or("a line of it names a seat that its map does not have")?;
    Ok(Letter { id: row.id, to, slip, at: now })
}

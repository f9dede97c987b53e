//! What clients asked, and what they were told: all that the judges know of a run.

use std::fmt::Write as _;
use std::sync::{Mutex, PoisonError};

use serde_json::Value;

/// What a client asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Ask {
    /// To hold seats of a show.
    Hold { show: String },
    /// To hold longer.
    Extend { hold: String },
    /// To let a hold go.
    Release { hold: String },
    /// To sell a hold at the box office.
    Confirm { hold: String },
    /// To pay.
    Pay { hold: String },
    /// Not to pay after all.
    CancelPayment { payment: String },
    /// To take a booking back.
    CancelBooking { booking: String },
    /// To take seats off the market, or to put them back.
    Block { show: String },
    /// To take a show off.
    CancelShow { show: String },
    /// To put a show on.
    CreateShow { show: String },
    /// How the seats of a show stand.
    Seats { show: String, linearizable: bool },
    /// Anything else that is only read.
    Look { path: String, linearizable: bool },
}

impl Ask {
    pub(crate) fn is_hold(&self) -> bool {
        matches!(self, Ask::Hold { .. })
    }

    /// Whether it changes nothing.
    pub(crate) fn is_read(&self) -> bool {
        matches!(self, Ask::Seats { .. } | Ask::Look { .. })
    }

    /// Whether real time binds its answer.
    pub(crate) fn is_bound(&self) -> bool {
        match self {
            Ask::Seats { linearizable, .. } | Ask::Look { linearizable, .. } => *linearizable,
            _ => true,
        }
    }
}

/// A definite answer.
#[derive(Clone, Debug)]
pub(crate) struct Told {
    pub(crate) status: u16,
    /// Of a problem.
    pub(crate) code: Option<String>,
    /// `Usher-Applied-Index`.
    pub(crate) index: Option<u64>,
    /// `Idempotent-Replayed`.
    pub(crate) replayed: bool,
    /// Of the seats of a show only what [`Told::spots`] reads, see [`Told::pack`].
    pub(crate) body: Value,
}

/// A seat as a reader was told of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Spot<'a> {
    pub(crate) id: &'a str,
    /// `AVAILABLE`, `PENDING`, `RESERVED` or `BLOCKED`.
    pub(crate) state: &'a str,
    pub(crate) hold: Option<&'a str>,
    pub(crate) booking: Option<&'a str>,
}

impl Told {
    pub(crate) fn is_success(&self) -> bool {
        self.status < 300
    }

    /// A text field of the body; empty if there is none.
    pub(crate) fn text(&self, field: &str) -> &str {
        self.body[field].as_str().unwrap_or_default()
    }

    /// Keeps of a show's seats a line each, which takes a twentieth of what JSON does in memory.
    pub(crate) fn pack(&mut self) {
        let Some(seats) = self.body["seats"].as_array() else { return };
        let mut lines = String::new();
        for seat in seats {
            let field = |name: &str| seat[name].as_str().unwrap_or_default();
            let (id, state) = (field("id"), field("state"));
            let (hold, booking) = (field("hold"), field("booking"));
            writeln!(lines, "{id}\t{state}\t{hold}\t{booking}").expect("a String takes all");
        }
        self.body = Value::String(lines);
    }

    /// The seats of a show, as an organizer reads them; `None` if none were told, or if they are
    /// not packed.
    pub(crate) fn spots(&self) -> Option<impl Iterator<Item = Spot<'_>>> {
        let lines = self.body.as_str()?.lines();
        Some(lines.map(|line| {
            let mut fields = line.split('\t');
            let mut next = || fields.next().filter(|text| !text.is_empty());
            let (id, state) = (next().unwrap_or_default(), next().unwrap_or_default());
            Spot { id, state, hold: next(), booking: next() }
        }))
    }
}

/// How a request ended for its client.
#[derive(Clone, Debug)]
pub(crate) enum End {
    /// With an answer.
    Told(Told),
    /// It was never proposed, on whatever node it was tried.
    NotProposed,
    /// Nobody knows.
    Unknown,
}

/// One request, with all of its repeats under one key.
#[derive(Clone, Debug)]
pub(crate) struct Op {
    pub(crate) user: String,
    pub(crate) ask: Ask,
    /// The key of a write.
    pub(crate) key: Option<String>,
    /// What was sent.
    pub(crate) sent: Value,
    /// The least index that a read must stand on.
    pub(crate) min_index: u64,
    /// It is given up after this.
    pub(crate) patience_ms: u64,
    /// Moments of the first call and of the last answer.
    pub(crate) called: u64,
    pub(crate) returned: u64,
    /// The same in milliseconds since the run began.
    pub(crate) called_ms: u64,
    pub(crate) returned_ms: u64,
    pub(crate) end: End,
}

impl Op {
    /// When its client heard of it; never, if nobody knows.
    pub(crate) fn end_of_wait(&self) -> u64 {
        match self.end {
            End::Told(_) => self.returned,
            End::NotProposed | End::Unknown => u64::MAX,
        }
    }
}

/// Everything that clients asked, in the order of the last answers.
#[derive(Default)]
pub(crate) struct History(Mutex<Vec<Op>>);

impl History {
    /// Adds a request that is over.
    pub(crate) fn push(&self, mut op: Op) {
        if let (Ask::Seats { .. }, End::Told(told)) = (&op.ask, &mut op.end) {
            told.pack();
        }
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(op);
    }

    pub(crate) fn take(&self) -> Vec<Op> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

//! The audit trail: what became of seats, holds, payments and bookings, in the order in which it
//! came about, with who asked for it. It is kept apart from what it tells of: a hold is forgotten
//! an hour after its end, its deeds are not.

use std::collections::VecDeque;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::command::{Caller, Role};
use super::ids::{
    Amount, AreaIx, BookingId, Currency, HoldId, Millis, PaymentId, RefundId, SeatIx, ShowId,
    UserId,
};
use super::record::{Booking, Hold};

/// The level from which on deeds are recorded.
pub const TRAIL_LEVEL: u32 = 1;

/// How long deeds are kept, in log time.
const KEPT: Millis = Millis(30 * 24 * 60 * 60 * 1000);

/// Deeds that are kept at most: with half a kilobyte each no more than a GiB, and few enough that
/// whoever looks for something walks all of them in a fraction of a second, without an index that
/// every hold would pay for. Thirty days of three deeds every four seconds.
const DEEDS_MAX: usize = 2_000_000;

/// Deeds of one piece. A copy of the trail shares all pieces; the one that is being filled is
/// copied when the next deed comes.
const PIECE_DEEDS: usize = 256;

/// Names a deed: the index of its entry, and its place among the deeds of that entry.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct DeedKey {
    /// Of the log entry.
    pub index: u64,
    /// From 0.
    pub place: u32,
}

/// One thing that was done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deed {
    /// Where it stands in the log.
    pub key: DeedKey,
    /// Log time.
    pub at: Millis,
    /// What was done.
    pub kind: DeedKind,
    /// Who asked for it.
    pub asker: Asker,
    /// To what.
    pub about: About,
}

/// What was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum DeedKind {
    /// Seats are a user's until a deadline.
    HoldMade,
    /// The deadline was moved.
    HoldExtended,
    /// The user, a failed payment or a cancelled show ended it.
    HoldReleased,
    /// Its deadline passed.
    HoldExpired,
    /// Another hold of the user took its place.
    HoldReplaced,
    /// It was booked.
    HoldConfirmed,
    /// A payment was recorded, before its gateway was called; the note names the gateway.
    PaymentOpened,
    /// The gateway has a session for it, under the name in the note.
    PaymentSession,
    /// Its session is to be closed.
    PaymentClosing,
    /// The gateway took the money.
    PaymentSucceeded,
    /// An attempt was declined; the session went on.
    PaymentDeclined,
    /// It failed for good.
    PaymentFailed,
    /// Its session ended unpaid.
    PaymentExpired,
    /// Money is owed back.
    RefundQueued,
    /// The gateway did not pay back, for the reason in the note: told when the reason is new.
    RefundFailed,
    /// An organizer had it tried again.
    RefundRetried,
    /// The money is back.
    RefundSucceeded,
    /// A hold was sold.
    BookingMade,
    /// A booking was cancelled, with the seats that it still had.
    BookingCancelled,
    /// Some seats of a booking were cancelled.
    BookingReduced,
    /// Seats were taken off sale.
    Blocked,
    /// Seats were put on sale.
    Unblocked,
    /// A show was created.
    ShowCreated,
    /// A show was changed.
    ShowChanged,
    /// A show was cancelled.
    ShowCancelled,
}

impl DeedKind {
    /// Whether it touches every seat of its show.
    fn is_of_show(self) -> bool {
        match self {
            DeedKind::ShowCreated | DeedKind::ShowChanged | DeedKind::ShowCancelled => true,
            DeedKind::HoldMade
            | DeedKind::HoldExtended
            | DeedKind::HoldReleased
            | DeedKind::HoldExpired
            | DeedKind::HoldReplaced
            | DeedKind::HoldConfirmed
            | DeedKind::PaymentOpened
            | DeedKind::PaymentSession
            | DeedKind::PaymentClosing
            | DeedKind::PaymentSucceeded
            | DeedKind::PaymentDeclined
            | DeedKind::PaymentFailed
            | DeedKind::PaymentExpired
            | DeedKind::RefundQueued
            | DeedKind::RefundFailed
            | DeedKind::RefundRetried
            | DeedKind::RefundSucceeded
            | DeedKind::BookingMade
            | DeedKind::BookingCancelled
            | DeedKind::BookingReduced
            | DeedKind::Blocked
            | DeedKind::Unblocked => false,
        }
    }
}

/// Who asked for a deed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Asker {
    /// Nobody: time passed.
    Time,
    /// The user whom the deed is about, in this role: their name need not be kept twice.
    Owner(Role),
    /// Somebody else.
    Other(Caller),
}

/// What a deed was done to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum About {
    /// A hold as it was right after.
    Hold(Arc<Hold>),
    /// Anything else.
    Subject(Box<Subject>),
    /// A booking as it was right after, and the currency of its show. Only in memory: its row has
    /// the same as a subject.
    #[serde(skip)]
    Booking(Arc<Booking>, Currency),
}

/// What a deed was done to, and what else it touches.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subject {
    /// Of which show.
    pub show: ShowId,
    /// Which seats, in map order.
    pub seats: Vec<SeatIx>,
    /// Which places.
    pub areas: Vec<(AreaIx, u32)>,
    /// Whose.
    pub user: Option<UserId>,
    /// Which hold.
    pub hold: Option<HoldId>,
    /// Which payment.
    pub payment: Option<PaymentId>,
    /// Which booking.
    pub booking: Option<BookingId>,
    /// Which refund.
    pub refund: Option<RefundId>,
    /// How much money.
    pub amount: Option<(Amount, Currency)>,
    /// More, in words.
    pub note: Option<String>,
}

impl Subject {
    /// A show alone.
    pub(super) fn of(show: ShowId) -> Subject {
        Subject {
            show,
            seats: Vec::new(),
            areas: Vec::new(),
            user: None,
            hold: None,
            payment: None,
            booking: None,
            refund: None,
            amount: None,
            note: None,
        }
    }
}

/// Characters kept of what a gateway said, or called its session.
const NOTE_CHARS_MAX: usize = 200;

/// The first of it, if it says anything.
pub(super) fn short(note: &str) -> Option<&str> {
    let end = note.char_indices().nth(NOTE_CHARS_MAX).map_or(note.len(), |(at, _)| at);
    (!note.is_empty()).then(|| &note[..end])
}

impl Deed {
    /// The deed as it is stored.
    pub(super) fn stored(&self) -> Deed {
        match &self.about {
            About::Hold(_) | About::Subject(_) => return self.clone(),
            About::Booking(..) => {}
        }
        let subject = Subject {
            show: self.show().clone(),
            seats: self.seats(),
            areas: self.areas(),
            user: self.user().cloned(),
            hold: self.hold(),
            payment: self.payment(),
            booking: self.booking(),
            refund: self.refund(),
            amount: self.amount(),
            note: self.note().map(str::to_owned),
        };
        Deed { about: About::Subject(Box::new(subject)), asker: self.asker.clone(), ..*self }
    }

    /// Of which show.
    #[must_use]
    pub fn show(&self) -> &ShowId {
        match &self.about {
            About::Hold(hold) => &hold.show,
            About::Subject(subject) => &subject.show,
            About::Booking(booking, _) => &booking.show,
        }
    }

    /// Whose it is.
    #[must_use]
    pub fn user(&self) -> Option<&UserId> {
        match &self.about {
            About::Hold(hold) => Some(&hold.user),
            About::Subject(subject) => subject.user.as_ref(),
            About::Booking(booking, _) => Some(&booking.user),
        }
    }

    /// Which seats, in map order.
    #[must_use]
    pub fn seats(&self) -> Vec<SeatIx> {
        match &self.about {
            About::Hold(hold) => hold.seats.iter().map(|line| line.seat).collect(),
            About::Subject(subject) => subject.seats.clone(),
            About::Booking(booking, _) => booking.seats.iter().map(|line| line.seat).collect(),
        }
    }

    /// Which places of standing areas.
    #[must_use]
    pub fn areas(&self) -> Vec<(AreaIx, u32)> {
        let lines = match &self.about {
            About::Hold(hold) => &hold.areas,
            About::Subject(subject) => return subject.areas.clone(),
            About::Booking(booking, _) => &booking.areas,
        };
        lines.iter().map(|line| (line.area, line.quantity)).collect()
    }

    /// Which hold.
    #[must_use]
    pub fn hold(&self) -> Option<HoldId> {
        match &self.about {
            About::Hold(hold) => Some(hold.id),
            About::Subject(subject) => subject.hold,
            About::Booking(booking, _) => Some(booking.hold),
        }
    }

    /// Which payment.
    #[must_use]
    pub fn payment(&self) -> Option<PaymentId> {
        match &self.about {
            About::Hold(hold) => hold.payment,
            About::Subject(subject) => subject.payment,
            About::Booking(booking, _) => booking.payment,
        }
    }

    /// Which booking.
    #[must_use]
    pub fn booking(&self) -> Option<BookingId> {
        match &self.about {
            About::Hold(hold) => hold.booking,
            About::Subject(subject) => subject.booking,
            About::Booking(booking, _) => Some(booking.id),
        }
    }

    /// Which refund.
    #[must_use]
    pub fn refund(&self) -> Option<RefundId> {
        match &self.about {
            About::Hold(_) | About::Booking(..) => None,
            About::Subject(subject) => subject.refund,
        }
    }

    /// How much money; a hold's is its total, in its show's currency.
    #[must_use]
    pub fn amount(&self) -> Option<(Amount, Currency)> {
        match &self.about {
            About::Hold(_) => None,
            About::Subject(subject) => subject.amount,
            About::Booking(booking, currency) => Some((booking.total, *currency)),
        }
    }

    /// More, in words.
    #[must_use]
    pub fn note(&self) -> Option<&str> {
        match &self.about {
            About::Hold(_) => None,
            About::Subject(subject) => subject.note.as_deref(),
            About::Booking(booking, _) => booking.reference.as_deref().and_then(short),
        }
    }

    /// Until when a hold's seats are the user's, as it was right after.
    #[must_use]
    pub fn expires_at(&self) -> Option<Millis> {
        match &self.about {
            About::Hold(hold) => Some(hold.expires_at),
            About::Subject(_) | About::Booking(..) => None,
        }
    }

    /// Who asked for it: a name, if they had one, and a role. `None` if time passed.
    #[must_use]
    pub fn asked_by(&self) -> Option<(Option<&UserId>, Role)> {
        match &self.asker {
            Asker::Time => None,
            Asker::Owner(role) => Some((self.user(), *role)),
            Asker::Other(caller) => Some((caller.user.as_ref(), caller.role)),
        }
    }

    fn has_seat(&self, seat: SeatIx) -> bool {
        let lines = match &self.about {
            About::Hold(hold) => &hold.seats,
            About::Booking(booking, _) => &booking.seats,
            About::Subject(subject) => {
                return self.kind.is_of_show() || subject.seats.binary_search(&seat).is_ok();
            }
        };
        lines.binary_search_by_key(&seat, |line| line.seat).is_ok()
    }
}

/// Which deeds are looked for: all that are given must fit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Search {
    /// Of this show.
    pub show: Option<ShowId>,
    /// Of this seat of it.
    pub seat: Option<SeatIx>,
    /// Of this user, or asked for by them.
    pub user: Option<UserId>,
    /// Of this hold.
    pub hold: Option<HoldId>,
    /// Of this payment.
    pub payment: Option<PaymentId>,
    /// Not before.
    pub from: Option<Millis>,
    /// Before.
    pub to: Option<Millis>,
}

impl Search {
    fn fits(&self, deed: &Deed) -> bool {
        let asked = |user: &UserId| match &deed.asker {
            Asker::Other(caller) => caller.user.as_ref() == Some(user),
            Asker::Time | Asker::Owner(_) => false,
        };
        self.from.is_none_or(|from| from <= deed.at)
            && self.to.is_none_or(|to| deed.at < to)
            && self.hold.is_none_or(|hold| deed.hold() == Some(hold))
            && self.payment.is_none_or(|payment| deed.payment() == Some(payment))
            && self.show.as_ref().is_none_or(|show| deed.show() == show)
            && self.seat.is_none_or(|seat| deed.has_seat(seat))
            && self.user.as_ref().is_none_or(|user| deed.user() == Some(user) || asked(user))
    }
}

/// The deeds of the last thirty days, as far as there is room for them.
///
/// Invariants: keys ascend, and times never fall; no piece but the last has room, and none is
/// empty; at least one deed of the first piece is not gone.
///
/// A copy is cheap: it shares the pieces.
#[derive(Clone, Debug)]
pub struct Trail {
    pieces: VecDeque<Arc<Vec<Deed>>>,
    /// Of the first piece so many are gone.
    skipped: usize,
    len: usize,
    /// Every deed from here on is there; `None` while nothing is recorded.
    since: Option<Millis>,
    since_dirty: bool,
    /// The entry that is being carried out.
    entry: u64,
    /// What was done and nobody has put their name to yet.
    draft: Vec<(DeedKind, About)>,
    /// So many of the last were never taken for the disk.
    untaken: usize,
    /// Keys that went since.
    gone: Vec<DeedKey>,
    /// See [`DEEDS_MAX`].
    pub(super) max: usize,
}

/// Rows that changed since they were last taken.
pub(super) struct Touched {
    /// These deeds went.
    pub(super) gone: Vec<DeedKey>,
    /// These came.
    pub(super) came: Vec<Deed>,
    /// From when on everything is there, if that has changed.
    pub(super) since: Option<Millis>,
}

impl Trail {
    pub(super) fn new() -> Trail {
        Trail {
            pieces: VecDeque::new(),
            skipped: 0,
            len: 0,
            since: None,
            since_dirty: false,
            entry: 0,
            draft: Vec::new(),
            untaken: 0,
            gone: Vec::new(),
            max: DEEDS_MAX,
        }
    }

    /// Every deed from this moment on is there, and perhaps some from before; `None` if nothing is
    /// recorded yet.
    #[must_use]
    pub fn since(&self) -> Option<Millis> {
        self.since
    }

    /// How many deeds there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Every deed, in order.
    #[must_use]
    pub fn deeds(&self) -> impl DoubleEndedIterator<Item = &Deed> + '_ {
        let skipped = self.skipped;
        let pieces = self.pieces.iter().enumerate();
        pieces.flat_map(move |(n, piece)| &piece[if n == 0 { skipped } else { 0 }..])
    }

    /// The deeds that are looked for and come after one, in order.
    pub fn find<'a>(
        &'a self,
        search: &'a Search,
        after: Option<DeedKey>,
    ) -> impl Iterator<Item = &'a Deed> + 'a {
        let is_before = move |deed: &Deed| {
            after.is_some_and(|after| deed.key <= after)
                || search.from.is_some_and(|from| deed.at < from)
        };
        // Nothing is gone of any piece but the first, so those that count are the same.
        let first = self.pieces.partition_point(|piece| piece.last().is_none_or(is_before));
        let skipped = if first == 0 { self.skipped } else { 0 };
        let deeds = self.pieces.range(first..).flat_map(|piece| piece.iter()).skip(skipped);
        deeds
            .skip_while(move |deed| is_before(deed))
            .take_while(|deed| search.to.is_none_or(|to| deed.at < to))
            .filter(|deed| search.fits(deed))
    }

    pub(super) fn is_recording(&self) -> bool {
        self.since.is_some()
    }

    /// From here on deeds are recorded.
    pub(super) fn begin(&mut self, now: Millis) {
        if self.since.is_none() {
            // At this very moment something may have been done before.
            self.since = Some(now.plus(Millis(1)));
            self.since_dirty = true;
        }
    }

    /// What comes now is of this entry.
    pub(super) fn enter(&mut self, entry: u64) {
        self.entry = entry;
    }

    /// Something was done. Whoever asked for it puts their name to it with [`Trail::sign`].
    pub(super) fn note(&mut self, kind: DeedKind, about: About) {
        self.draft.push((kind, about));
    }

    /// Records what was noted as done at this time on somebody's asking, or because it passed.
    pub(super) fn sign(&mut self, at: Millis, caller: Option<&Caller>) {
        if self.draft.is_empty() {
            return;
        }
        let mut draft = std::mem::take(&mut self.draft);
        for (kind, about) in draft.drain(..) {
            let mut deed = Deed { key: self.next_key(), at, kind, asker: Asker::Time, about };
            if let Some(caller) = caller {
                deed.asker = match &caller.user {
                    Some(user) if deed.user() == Some(user) => Asker::Owner(caller.role),
                    Some(_) | None => Asker::Other(caller.clone()),
                };
            }
            if self.len == self.max {
                self.drop_first();
            }
            self.push(deed);
            self.untaken += 1;
        }
        self.draft = draft;
    }

    /// When the next deed is forgotten.
    pub(super) fn next(&self) -> Option<Millis> {
        self.first().map(|deed| deed.at.plus(KEPT))
    }

    /// Forgets up to `limit` deeds whose time has come.
    pub(super) fn forget(&mut self, now: Millis, limit: usize) {
        for _ in 0..limit {
            if self.next().is_none_or(|due| now < due) {
                return;
            }
            self.drop_first();
        }
    }

    pub(super) fn take_dirty(&mut self) -> Touched {
        let untaken = std::mem::take(&mut self.untaken);
        let mut came: Vec<Deed> = self.deeds().rev().take(untaken).map(Deed::stored).collect();
        came.reverse();
        let since = self.since.filter(|_| std::mem::take(&mut self.since_dirty));
        Touched { gone: std::mem::take(&mut self.gone), came, since }
    }

    /// The trail of deeds that are on disk already, in any order.
    pub(super) fn load(since: Option<Millis>, mut deeds: Vec<Deed>) -> Result<Trail, String> {
        deeds.sort_unstable_by_key(|deed| deed.key);
        if let Some(pair) = deeds.windows(2).find(|pair| pair[0].key == pair[1].key) {
            return Err(format!("{:?} stands there twice", pair[0].key));
        }
        let mut trail = Trail { since, ..Trail::new() };
        for deed in deeds {
            trail.push(deed);
        }
        Ok(trail)
    }

    /// Violated invariants in words.
    pub(super) fn check(&self, now: Millis, violations: &mut Vec<String>) {
        let mut before: Option<&Deed> = None;
        let mut count = 0;
        for deed in self.deeds() {
            if before.is_some_and(|before| deed.key <= before.key || deed.at < before.at) {
                violations.push(format!("{:?} of the trail is out of order", deed.key));
            }
            (before, count) = (Some(deed), count + 1);
        }
        if before.is_some_and(|last| now < last.at) {
            violations.push("the trail is ahead of log time".to_owned());
        }
        if count != self.len || self.max < count {
            violations.push(format!("the trail has {count} deeds, {} are counted", self.len));
        }
        if !self.draft.is_empty() {
            violations.push("something was done that the trail does not have".to_owned());
        }
    }

    fn first(&self) -> Option<&Deed> {
        self.pieces.front().map(|piece| &piece[self.skipped])
    }

    fn last(&self) -> Option<&Deed> {
        self.pieces.back().and_then(|piece| piece.last())
    }

    fn next_key(&self) -> DeedKey {
        match self.last().map(|deed| deed.key) {
            Some(last) if self.entry <= last.index => DeedKey { place: last.place + 1, ..last },
            Some(_) | None => DeedKey { index: self.entry, place: 0 },
        }
    }

    fn push(&mut self, deed: Deed) {
        self.len += 1;
        match self.pieces.back_mut() {
            Some(piece) if piece.len() < PIECE_DEEDS => Arc::make_mut(piece).push(deed),
            Some(_) | None => {
                let mut piece = Vec::with_capacity(PIECE_DEEDS);
                piece.push(deed);
                self.pieces.push_back(Arc::new(piece));
            }
        }
    }

    /// The oldest deed goes; there is one.
    fn drop_first(&mut self) {
        let Some(first) = self.first() else { return };
        let (key, at) = (first.key, first.at);
        self.skipped += 1;
        if self.pieces.front().is_some_and(|piece| piece.len() == self.skipped) {
            self.pieces.pop_front();
            self.skipped = 0;
        }
        self.len -= 1;
        self.untaken = self.untaken.min(self.len);
        self.gone.push(key);
        // Of the same moment others may be there still.
        let since = Some(at.plus(Millis(1)));
        if self.since < since {
            (self.since, self.since_dirty) = (since, true);
        }
    }
}

#[cfg(test)]
mod tests;

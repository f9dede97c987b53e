//! Who is connected, and who gives way when the house is full: first those that have never asked
//! for anything, then those that idle, then those that keep us waiting for their body or leave an
//! answer unread; of each kind whoever has done so longest. Nobody whose request we are working on.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::Instant;

use super::source::Source;

/// Guests that are looked up at a time to give way: looking at all of them for each newcomer would
/// make newcomers expensive.
const LEAVERS: usize = 64;

/// Whoever keeps us waiting for less than this is only slow.
const SLOW: Duration = Duration::from_secs(3);

/// Everybody who is connected.
pub(super) struct Guests {
    max: usize,
    /// At most so many of one source; 0 for any number.
    per_source: usize,
    book: Mutex<Book>,
    /// Somebody has left, or may be asked to.
    changed: Notify,
}

#[derive(Default)]
struct Book {
    guests: HashMap<u64, Arc<Guest>>,
    sources: HashMap<Source, usize>,
    count: u64,
    /// Who gives way next, from the end.
    leavers: Vec<(Standing, Arc<Guest>)>,
}

/// One connection.
pub(super) struct Guest {
    number: u64,
    source: Source,
    state: Mutex<State>,
    leave: Notify,
}

#[derive(Debug)]
struct State {
    /// Since when nothing is under way.
    idle: Instant,
    has_asked: bool,
    /// Requests whose answers are not over.
    asked: u32,
    /// Requests whose bodies have not come in full, and since when that is all we do.
    sending: u32,
    sending_since: Instant,
    /// Answers, by number, of which a piece lies with the connection since then.
    unread: HashMap<u64, Instant>,
    count: u64,
}

/// Why somebody may be asked to leave, and since when that is so: the least goes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Standing {
    Silent(Instant),
    Idle(Instant),
    Slow(Instant),
}

/// Why somebody is not let in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Full {
    /// Everybody is being served.
    House,
    /// Their source has as many connections as it may.
    Source,
}

/// A guest's place, until it is dropped.
pub(super) struct Place {
    guests: Arc<Guests>,
    pub(super) guest: Arc<Guest>,
}

impl Guests {
    pub(super) fn new(max: usize, per_source: usize) -> Arc<Guests> {
        let (book, changed) = (Mutex::default(), Notify::new());
        Arc::new(Guests { max: max.max(1), per_source, book, changed })
    }

    /// Lets somebody in; if the house is full, somebody else gives way.
    ///
    /// # Errors
    /// There is no place.
    pub(super) fn enter(self: &Arc<Guests>, source: Source) -> Result<Place, Full> {
        let mut book = self.book();
        let of_source = book.sources.get(&source).copied().unwrap_or(0);
        if self.per_source != 0 && self.per_source <= of_source {
            return Err(Full::Source);
        }
        if self.max <= book.guests.len() {
            book.see_out().ok_or(Full::House)?;
        }
        book.count += 1;
        let guest = Arc::new(Guest::new(book.count, source));
        book.guests.insert(guest.number, Arc::clone(&guest));
        *book.sources.entry(source).or_default() += 1;
        Ok(Place { guests: Arc::clone(self), guest })
    }

    /// Waits until it may be worth trying again.
    pub(super) async fn changed(&self) {
        // Being slow comes with time alone.
        let _either = tokio::time::timeout(SLOW, self.changed.notified()).await;
    }

    fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Book {
    /// Asks whoever should go first to leave, and gives their place away.
    fn see_out(&mut self) -> Option<()> {
        if let Some(leaver) = self.next_leaver() {
            leaver.leave.notify_one();
            self.forget(&leaver);
            return Some(());
        }
        None
    }

    fn next_leaver(&mut self) -> Option<Arc<Guest>> {
        for refilled in [false, true] {
            if refilled {
                self.look_for_leavers();
            }
            while let Some((standing, guest)) = self.leavers.pop() {
                let is_here = self.guests.contains_key(&guest.number);
                if is_here && guest.standing() == Some(standing) {
                    return Some(guest);
                }
            }
        }
        None
    }

    fn look_for_leavers(&mut self) {
        let known = self.guests.values();
        let mut found: Vec<(Standing, Arc<Guest>)> =
            known.filter_map(|guest| Some((guest.standing()?, Arc::clone(guest)))).collect();
        if LEAVERS < found.len() {
            found.select_nth_unstable_by_key(LEAVERS, |(standing, _)| *standing);
            found.truncate(LEAVERS);
        }
        found.sort_unstable_by_key(|(standing, _)| std::cmp::Reverse(*standing));
        // Before the next kind's turn comes there may be new ones of this kind.
        if let Some(first) = found.last().map(|(standing, _)| std::mem::discriminant(standing)) {
            found.retain(|(standing, _)| std::mem::discriminant(standing) == first);
        }
        self.leavers = found;
    }

    fn forget(&mut self, guest: &Guest) {
        if self.guests.remove(&guest.number).is_none() {
            return;
        }
        if let Some(count) = self.sources.get_mut(&guest.source) {
            *count -= 1;
            if *count == 0 {
                self.sources.remove(&guest.source);
            }
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.guests.book().forget(&self.guest);
        self.guests.changed.notify_one();
    }
}

impl Place {
    /// Returns when this guest has to make room.
    pub(super) async fn asked_to_leave(&self) {
        self.guest.leave.notified().await;
    }

    /// Tells whoever waits for a place that this guest may now be asked to leave.
    fn is_idle(&self) {
        self.guests.changed.notify_one();
    }
}

impl Guest {
    fn new(number: u64, source: Source) -> Guest {
        let now = Instant::now();
        let state = State {
            idle: now,
            has_asked: false,
            asked: 0,
            sending: 0,
            sending_since: now,
            unread: HashMap::new(),
            count: 0,
        };
        Guest { number, source, state: Mutex::new(state), leave: Notify::new() }
    }

    pub(super) fn source(&self) -> Source {
        self.source
    }

    /// Whether it has ever asked for anything.
    pub(super) fn has_asked(&self) -> bool {
        self.state().has_asked
    }

    /// For how long nothing has been under way.
    pub(super) fn idle(&self) -> Duration {
        let state = self.state();
        if state.asked == 0 { state.idle.elapsed() } else { Duration::ZERO }
    }

    /// For how long the answer that was left longest has lain unread.
    pub(super) fn unread(&self) -> Duration {
        self.state().unread_since().map_or(Duration::ZERO, |since| since.elapsed())
    }

    /// A request begins.
    fn asks(&self, has_body: bool) -> u64 {
        let mut state = self.state();
        state.has_asked = true;
        state.asked += 1;
        if has_body {
            state.sending += 1;
            state.sending_since = Instant::now();
        }
        state.count += 1;
        state.count
    }

    /// A request's body is here, or nobody wants it any more.
    fn has_sent(&self) {
        self.state().sending -= 1;
    }

    /// A piece of an answer lies with the connection, or the connection wants another.
    fn has_piece(&self, answer: u64, lies: bool) {
        let mut state = self.state();
        if lies {
            state.unread.insert(answer, Instant::now());
        } else {
            state.unread.remove(&answer);
        }
    }

    /// An answer is over.
    fn is_answered(&self, answer: u64) {
        let mut state = self.state();
        state.unread.remove(&answer);
        state.asked -= 1;
        if state.asked == 0 {
            state.idle = Instant::now();
        }
    }

    fn standing(&self) -> Option<Standing> {
        let state = self.state();
        if !state.has_asked {
            return Some(Standing::Silent(state.idle));
        }
        if state.asked == 0 {
            return Some(Standing::Idle(state.idle));
        }
        let sends = (state.sending == state.asked).then_some(state.sending_since);
        let since = state.unread_since().into_iter().chain(sends).min()?;
        (SLOW <= since.elapsed()).then_some(Standing::Slow(since))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn unread_since(&self) -> Option<Instant> {
        self.unread.values().min().copied()
    }
}

/// A request of a guest, from its head to the end of its answer.
pub(super) struct Visit {
    place: Arc<Place>,
    number: u64,
}

impl Visit {
    /// A request begins; what it sends is told of by what comes second, if it sends anything.
    pub(super) fn begin(place: &Arc<Place>, has_body: bool) -> (Visit, Option<Sending>) {
        let number = place.guest.asks(has_body);
        let sending = has_body.then(|| Sending(Arc::clone(place)));
        (Visit { place: Arc::clone(place), number }, sending)
    }

    /// A piece of its answer was handed to the connection.
    pub(super) fn hands_over(&self) {
        self.place.guest.has_piece(self.number, true);
    }

    /// The connection wants a piece: what it had is away.
    pub(super) fn is_wanted(&self) {
        self.place.guest.has_piece(self.number, false);
    }
}

impl Drop for Visit {
    fn drop(&mut self) {
        self.place.guest.is_answered(self.number);
        self.place.is_idle();
    }
}

/// A body on its way in, until it is dropped.
pub(super) struct Sending(Arc<Place>);

impl Drop for Sending {
    fn drop(&mut self) {
        self.0.guest.has_sent();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(last: u8) -> Source {
        Source::of([192, 0, 2, last].into())
    }

    async fn later() {
        tokio::time::advance(Duration::from_millis(10)).await;
    }

    fn left(place: &Place) -> bool {
        !place.guests.book().guests.contains_key(&place.guest.number)
    }

    /// Silent ones give way before idle ones, and these before slow ones; the oldest of each first,
    /// and nobody who is being served.
    #[tokio::test(start_paused = true)]
    async fn who_gives_way() {
        let guests = Guests::new(7, 0);
        let mut places = Vec::new();
        for at in 0..7 {
            places.push(Arc::new(guests.enter(source(at)).ok().unwrap()));
            later().await;
        }
        // 0 is served, 1 sends, 2 does not read, 3 was served last, 4 before that; 5, 6 are silent.
        let served = Visit::begin(&places[0], false);
        let sends = Visit::begin(&places[1], true);
        later().await;
        let reads_not = Visit::begin(&places[2], false);
        reads_not.0.hands_over();
        for at in [4, 3] {
            drop(Visit::begin(&places[at], true));
            later().await;
        }
        let mut newcomers = Vec::new();
        let mut order = Vec::new();
        while let Ok(place) = guests.enter(source(9)) {
            let place = Arc::new(place);
            newcomers.push(Visit::begin(&place, false));
            order.extend(
                (0..7).filter(|at| left(&places[*at]) && !order.contains(at)).collect::<Vec<_>>(),
            );
            if order.len() == 4 {
                tokio::time::advance(SLOW).await;
            }
        }
        assert_eq!(order, [5, 6, 4, 3, 1, 2]);
        assert_eq!(guests.enter(source(9)).err(), Some(Full::House));
        // A slow one who goes on is served again.
        drop((served, sends, reads_not));
        assert!(guests.enter(source(9)).is_ok());
    }

    /// A source has no more places than it may, and has them again when it leaves.
    #[tokio::test]
    async fn a_source_has_so_many_places() {
        let guests = Guests::new(10, 2);
        let places = [guests.enter(source(1)), guests.enter(source(1)), guests.enter(source(2))];
        assert_eq!(guests.enter(source(1)).err(), Some(Full::Source));
        drop(places);
        assert!(guests.enter(source(1)).is_ok());
        assert!(guests.book().sources.is_empty() && guests.book().guests.is_empty());
    }
}

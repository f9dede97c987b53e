//! Who is connected, and who gives way when the house is full: first those that have never asked
//! for anything, then those that idle, then those that keep us waiting for their body or leave an
//! answer unread; of each kind whoever has done so longest. Nobody whose request we are working on.
//!
//! Whoever is silent may be about to speak, and may be an attacker who comes again as soon as it is
//! seen out. So a small part of the house is for newcomers who have not spoken yet, and the silent
//! beyond that are seen out at a bounded pace; newcomers wait for it in the kernel's queue.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::Instant;

use super::source::Source;

/// Guests that are looked up at a time to give way: looking at all of them for each newcomer would
/// make newcomers expensive.
const LEAVERS: usize = 64;

/// The part of the house, one in so many, that is for those who have not asked yet. They get it,
/// and up to `LEAVERS` places more, at the cost of whoever idles: people who all come at once must
/// not throw one another out.
const NEWCOMERS: usize = 16;

/// The time between two silent guests that are seen out. Each who comes again costs some 50 µs; the
/// thousand that the kernel's queue holds have all been let in after a second.
const PACE: Duration = Duration::from_millis(1);

/// Silent guests that are seen out at once if none was for a while.
const PACE_BURST: u32 = 32;

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
    /// From when on a silent guest may be seen out.
    next_silent: Option<Instant>,
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
    /// Everybody is being served, or may stay until then.
    House { until: Instant },
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
            book.see_out(self.max / NEWCOMERS)?;
        }
        book.count += 1;
        let guest = Arc::new(Guest::new(book.count, source));
        book.guests.insert(guest.number, Arc::clone(&guest));
        *book.sources.entry(source).or_default() += 1;
        Ok(Place { guests: Arc::clone(self), guest })
    }

    /// Waits until somebody leaves or may be asked to, or until a time.
    pub(super) async fn changed(&self, until: Instant) {
        let _either = tokio::time::timeout_at(until, self.changed.notified()).await;
    }

    fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Book {
    /// Asks whoever should go first to leave, and gives their place away.
    fn see_out(&mut self, newcomers: usize) -> Result<(), Full> {
        let now = Instant::now();
        let (standing, leaver) =
            self.next_leaver(newcomers).ok_or(Full::House { until: now + SLOW })?;
        if let Standing::Silent(_) = standing {
            if let Some(until) = self.next_silent.filter(|next| now < *next) {
                self.leavers.push((standing, leaver));
                return Err(Full::House { until });
            }
            let earliest = now.checked_sub(PACE * (PACE_BURST - 1)).unwrap_or(now);
            let last = self.next_silent.map_or(earliest, |next| next.max(earliest));
            self.next_silent = Some(last + PACE);
        }
        leaver.leave.notify_one();
        self.forget(&leaver);
        Ok(())
    }

    fn next_leaver(&mut self, newcomers: usize) -> Option<(Standing, Arc<Guest>)> {
        for refilled in [false, true] {
            if refilled {
                self.look_for_leavers(newcomers);
            }
            while let Some((standing, guest)) = self.leavers.pop() {
                let is_here = self.guests.contains_key(&guest.number);
                if is_here && guest.standing() == Some(standing) {
                    return Some((standing, guest));
                }
            }
        }
        None
    }

    fn look_for_leavers(&mut self, newcomers: usize) {
        let standing =
            self.guests.values().filter_map(|guest| Some((guest.standing()?, Arc::clone(guest))));
        let (silent, others): (Vec<_>, Vec<_>) =
            standing.partition(|(standing, _)| matches!(standing, Standing::Silent(_)));
        let have_room = silent.len() < newcomers && !others.is_empty();
        let going = if have_room || silent.is_empty() { others } else { silent };
        self.leavers = oldest(going);
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

/// Those that should go first, all of one kind; who goes first is last.
fn oldest(mut found: Vec<(Standing, Arc<Guest>)>) -> Vec<(Standing, Arc<Guest>)> {
    if LEAVERS < found.len() {
        found.select_nth_unstable_by_key(LEAVERS, |(standing, _)| *standing);
        found.truncate(LEAVERS);
    }
    found.sort_unstable_by_key(|(standing, _)| std::cmp::Reverse(*standing));
    // Before the next kind's turn comes there may be new ones of this kind.
    if let Some(first) = found.last().map(|(standing, _)| std::mem::discriminant(standing)) {
        found.retain(|(standing, _)| std::mem::discriminant(standing) == first);
    }
    found
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
        let until = Instant::now() + SLOW;
        assert_eq!(guests.enter(source(9)).err(), Some(Full::House { until }));
        // A slow one who goes on is served again.
        drop((served, sends, reads_not));
        assert!(guests.enter(source(9)).is_ok());
    }

    /// Attackers who come again at once are let in at a pace: those inside keep their places until
    /// then, and whoever idles keeps theirs altogether.
    #[tokio::test(start_paused = true)]
    async fn the_silent_are_seen_out_at_a_pace() {
        let guests = Guests::new(64, 0);
        let idle = Arc::new(guests.enter(source(1)).ok().unwrap());
        drop(Visit::begin(&idle, false));
        let enter = |_| guests.enter(source(2)).ok().unwrap();
        let mut silent: Vec<Place> = (1..64).map(enter).collect();
        let begun = Instant::now();
        let newcomers: u32 = 1000;
        for newcomer in 0..newcomers {
            loop {
                match guests.enter(source(3)) {
                    Ok(place) => break silent.push(place),
                    Err(Full::House { until }) => {
                        assert!(Instant::now() < until && until <= Instant::now() + PACE);
                        tokio::time::sleep_until(until).await;
                    }
                    Err(Full::Source) => unreachable!("there is no bound on sources"),
                }
            }
            assert!(newcomer != PACE_BURST - 1 || begun.elapsed().is_zero(), "a burst waits");
        }
        assert_eq!(begun.elapsed(), PACE * (newcomers - PACE_BURST));
        assert!(!left(&idle));
        // Whoever leaves makes room at once.
        drop(silent.pop());
        assert!(guests.enter(source(4)).is_ok());
    }

    /// Where everybody idles, people who come all at once get places at the cost of those, and
    /// neither wait nor throw one another out. Those who then come and say nothing get so many.
    #[tokio::test(start_paused = true)]
    async fn newcomers_do_not_throw_one_another_out() {
        let (max, newcomers) = (NEWCOMERS * 50, 50);
        let guests = Guests::new(max, 0);
        let enter = || guests.enter(source(1)).map(Arc::new);
        let idle: Vec<Arc<Place>> = (0..max).map(|_| enter().ok().unwrap()).collect();
        for place in &idle {
            drop(Visit::begin(place, false));
        }
        let mut asking = Vec::new();
        for _ in 0..6 {
            later().await;
            let come: Vec<Arc<Place>> = (0..newcomers).map(|_| enter().ok().unwrap()).collect();
            later().await;
            assert!(!come.iter().any(|place| left(place)));
            asking.extend(come.iter().map(|place| Visit::begin(place, false)));
        }
        later().await;
        let silent: Vec<_> = std::iter::from_fn(|| enter().ok()).collect();
        let inside = silent.iter().filter(|place| !left(place)).count();
        assert!((newcomers..=newcomers + LEAVERS).contains(&inside), "{inside}");
        assert_eq!(silent.len() - inside, PACE_BURST as usize);
        assert_eq!(idle.iter().filter(|place| left(place)).count(), asking.len() + inside);
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

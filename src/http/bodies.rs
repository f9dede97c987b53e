//! Rendered answers, kept for as many readers as ask: a reader copies bytes and walks no seats.
//! Each is rendered at most once per version, by one task, while the others wait for it.

use std::collections::BTreeMap;
use std::future::Future;
use std::io::Write as _;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use tokio::time::Instant;

use super::problem::Problem;
use crate::seats::{MapHash, ShowId};

/// Entries that are kept.
const ENTRIES_MAX: usize = 4_096;

/// What an entry costs beside its bytes, roughly.
const ENTRY_BYTES: usize = 256;

/// Compresses fast rather than well: a show on sale is rendered anew all the time.
const GZIP_LEVEL: u32 = 3;

/// Which answer.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum BodyKey {
    /// The static geometry of a hall, compressed or not.
    Map(MapHash, bool),
    /// A show's seats in one view.
    Seats(ShowId, String),
    /// What changed since a version (with its epoch) of a show's seats, as an event; to organizers
    /// or to buyers.
    Delta(ShowId, (u64, u64), bool),
}

/// A rendered answer.
#[derive(Clone, Debug)]
pub(super) struct Rendered {
    /// The version that it shows.
    pub(super) version: u64,
    /// An index at which that was the version.
    pub(super) index: u64,
    /// What it says.
    pub(super) body: Bytes,
}

/// Answers by key, the least recently used dropped first.
pub(super) struct Bodies {
    shelf: Mutex<Shelf>,
    bytes_max: usize,
}

#[derive(Default)]
struct Shelf {
    slots: BTreeMap<BodyKey, Slot>,
    bytes: usize,
    uses: u64,
}

#[derive(Default)]
struct Slot {
    rendered: Option<Rendered>,
    /// When it was rendered.
    since: Option<Instant>,
    used: u64,
    turn: Turn,
}

impl Bodies {
    pub(super) fn new(bytes_max: usize) -> Bodies {
        Bodies { shelf: Mutex::default(), bytes_max }
    }

    /// The answer of `version` or a later one: a kept one, or what `render` makes.
    pub(super) async fn get<F>(
        &self,
        key: BodyKey,
        version: u64,
        render: impl FnOnce() -> F,
    ) -> Result<Rendered, Problem>
    where
        F: Future<Output = Result<Rendered, Problem>>,
    {
        let turn = match self.find(&key, version) {
            Ok(rendered) => return Ok(rendered),
            Err(turn) => turn,
        };
        let waiting = Waiting { bodies: self, key: &key, turn };
        let _mine = waiting.turn.lock().await;
        if let Ok(rendered) = self.find(&key, version) {
            return Ok(rendered);
        }
        let rendered = render().await?;
        self.shelf().keep(&key, rendered.clone(), self.bytes_max);
        Ok(rendered)
    }

    /// An answer that was rendered no longer ago than this.
    pub(super) fn recent(&self, key: &BodyKey, age_max: Duration) -> Option<Rendered> {
        let mut shelf = self.shelf();
        shelf.uses += 1;
        let used = shelf.uses;
        let slot = shelf.slots.get_mut(key)?;
        slot.used = used;
        let is_recent = slot.since.is_some_and(|since| since.elapsed() < age_max);
        slot.rendered.clone().filter(|_| is_recent)
    }

    fn find(&self, key: &BodyKey, version: u64) -> Result<Rendered, Turn> {
        self.shelf().find(key, version, self.bytes_max)
    }

    fn shelf(&self) -> std::sync::MutexGuard<'_, Shelf> {
        // What is kept can be rendered again; a panic while holding the lock spoils nothing else.
        self.shelf.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Held by the task that renders an answer, while others wait for it.
type Turn = Arc<tokio::sync::Mutex<()>>;

/// A task that renders an answer, or waits for it. If nothing came of it, the last to go takes the
/// slot along: else whoever asks for what cannot be rendered would fill the shelf.
struct Waiting<'a> {
    bodies: &'a Bodies,
    key: &'a BodyKey,
    turn: Turn,
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.bodies.shelf().leave(self.key, &self.turn);
    }
}

impl Shelf {
    fn find(&mut self, key: &BodyKey, version: u64, bytes_max: usize) -> Result<Rendered, Turn> {
        self.uses += 1;
        let used = self.uses;
        if let Some(slot) = self.slots.get_mut(key) {
            slot.used = used;
            return match &slot.rendered {
                Some(rendered) if rendered.version >= version => Ok(rendered.clone()),
                _ => Err(Arc::clone(&slot.turn)),
            };
        }
        self.bytes += ENTRY_BYTES;
        let slot = Slot { used, ..Slot::default() };
        let turn = Arc::clone(&slot.turn);
        self.slots.insert(key.clone(), slot);
        self.make_room(bytes_max);
        Err(turn)
    }

    fn keep(&mut self, key: &BodyKey, rendered: Rendered, bytes_max: usize) {
        // The slot may have been dropped while its body was rendered; then it is just not kept.
        let Some(slot) = self.slots.get_mut(key) else { return };
        self.bytes += rendered.body.len();
        slot.since = Some(Instant::now());
        self.bytes -= slot.rendered.replace(rendered).map_or(0, |old| old.body.len());
        self.make_room(bytes_max);
    }

    fn leave(&mut self, key: &BodyKey, turn: &Turn) {
        let Some(slot) = self.slots.get(key) else { return };
        // The slot has one, and whoever leaves, if it is still theirs.
        let own = 1 + usize::from(Arc::ptr_eq(&slot.turn, turn));
        if slot.rendered.is_none() && Arc::strong_count(&slot.turn) <= own {
            self.drop_slot(key);
        }
    }

    /// Drops the least recently used until what is left fits; of too many an eighth at a time, for
    /// finding the oldest looks at all of them.
    fn make_room(&mut self, bytes_max: usize) {
        let too_many = self.slots.len() > ENTRIES_MAX;
        if !too_many && self.bytes <= bytes_max {
            return;
        }
        let entries_max = if too_many { ENTRIES_MAX - ENTRIES_MAX / 8 } else { ENTRIES_MAX };
        let mut oldest: Vec<(u64, &BodyKey, usize)> =
            self.slots.iter().map(|(key, slot)| (slot.used, key, slot.bytes())).collect();
        oldest.sort_unstable_by_key(|(used, _, _)| *used);
        let (mut bytes, mut left) = (self.bytes, self.slots.len());
        let mut leaving = Vec::new();
        for (_, key, size) in oldest {
            if bytes <= bytes_max && left <= entries_max {
                break;
            }
            (bytes, left) = (bytes - size, left - 1);
            leaving.push(key.clone());
        }
        for key in leaving {
            self.drop_slot(&key);
        }
    }

    fn drop_slot(&mut self, key: &BodyKey) {
        let Some(slot) = self.slots.remove(key) else { return };
        self.bytes -= slot.bytes();
    }
}

impl Slot {
    /// What it costs.
    fn bytes(&self) -> usize {
        ENTRY_BYTES + self.rendered.as_ref().map_or(0, |rendered| rendered.body.len())
    }
}

/// Compresses a body.
pub(super) fn gzip(body: &[u8]) -> Bytes {
    let out = Vec::with_capacity(body.len() / 8 + 64);
    let mut encoder = flate2::write::GzEncoder::new(out, flate2::Compression::new(GZIP_LEVEL));
    encoder.write_all(body).expect("writing to a Vec cannot fail");
    encoder.finish().expect("writing to a Vec cannot fail").into()
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt as _;

    use super::super::problem::Code;
    use super::*;

    fn rendered(version: u64, len: usize) -> Rendered {
        Rendered { version, index: version, body: Bytes::from(vec![0; len]) }
    }

    fn key(show: &str) -> BodyKey {
        BodyKey::Seats(ShowId::from(show), String::new())
    }

    /// Readers of one version share one rendering, however many wait for it; an older one is not
    /// served to a reader who has seen a newer version.
    #[tokio::test]
    async fn a_version_is_rendered_once() {
        let bodies = Bodies::new(1 << 20);
        let renders = &std::cell::Cell::new(0);
        let bodies = &bodies;
        let get = |version| {
            bodies.get(key("a"), version, move || {
                renders.set(renders.get() + 1);
                async move {
                    tokio::task::yield_now().await;
                    Ok(rendered(version, 10))
                }
            })
        };
        let (a, b, c) = tokio::join!(get(1), get(1), get(1));
        assert_eq!(renders.get(), 1, "three readers, one rendering");
        for got in [a, b, c] {
            assert_eq!(got.unwrap().version, 1);
        }
        assert_eq!(get(2).await.unwrap().version, 2);
        assert_eq!(renders.get(), 2);
        assert_eq!(get(1).await.unwrap().version, 2, "a newer one will do");
        assert_eq!(renders.get(), 2);
    }

    /// Whoever asks for what cannot be rendered, or does not wait for it, leaves nothing behind;
    /// while others wait they get their turn.
    #[tokio::test]
    async fn nothing_is_kept_of_nothing() {
        let bodies = Bodies::new(1 << 20);
        let gone = || Problem::new(Code::NotFound, "too old");
        for n in 0..10 {
            bodies.get(key(&format!("{n}")), 1, || async { Err(gone()) }).await.unwrap_err();
        }
        assert!(bodies.get(key("a"), 1, std::future::pending).now_or_never().is_none());
        assert!(bodies.shelf().slots.is_empty() && bodies.shelf().bytes == 0);

        let mut first = Box::pin(bodies.get(key("a"), 1, std::future::pending));
        assert!(futures_util::poll!(&mut first).is_pending());
        let mut second = Box::pin(bodies.get(key("a"), 1, || async { Ok(rendered(1, 10)) }));
        assert!(futures_util::poll!(&mut second).is_pending());
        drop(first);
        assert_eq!(second.await.unwrap().version, 1);
        assert_eq!(bodies.shelf().slots.len(), 1, "what the second made is kept");
    }

    /// However many are rendered at once, the shelf has no more than it may have.
    #[tokio::test]
    async fn what_is_being_rendered_counts() {
        let bodies = Bodies::new(1 << 30);
        let all =
            (0..2 * ENTRIES_MAX).map(|n| bodies.get(key(&n.to_string()), 1, std::future::pending));
        let mut all: Vec<_> = all.map(Box::pin).collect();
        for get in &mut all {
            assert!(futures_util::poll!(get).is_pending());
        }
        let kept = bodies.shelf().slots.len();
        assert!(kept <= ENTRIES_MAX && ENTRIES_MAX / 2 < kept, "{kept}");
    }

    /// What is kept stays within its bound, and the least recently used goes first.
    #[tokio::test]
    async fn the_shelf_is_bounded() {
        let bodies = Bodies::new(3 * (1000 + ENTRY_BYTES));
        for show in ["a", "b", "c", "a", "d"] {
            bodies.get(key(show), 1, || async { Ok(rendered(1, 1000)) }).await.unwrap();
        }
        let shelf = bodies.shelf();
        let kept: Vec<_> = shelf.slots.keys().cloned().collect();
        assert_eq!(kept, [key("a"), key("c"), key("d")], "b was used least recently");
        assert_eq!(shelf.bytes, 3 * (1000 + ENTRY_BYTES));
    }
}

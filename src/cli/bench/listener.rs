//! One who listens to a show's changes, and what all listeners of a show share.
//!
//! Thousands listen in one process, beside the nodes on the same machine. So the event that one of
//! them has read is not read again for the others: they compare its bytes.

use std::borrow::Cow;
use std::collections::HashMap;
use std::io::BufRead as _;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use hyper::Request;
use hyper::body::Incoming;
use hyper::header::ACCEPT;
use serde::Deserialize;
use tokio::sync::watch;
use tokio::time::{Instant, sleep, sleep_until};

use super::connection::{Broken, Connection, Node};
use super::sheet::Delays;

/// Before a stream that broke is resumed.
const PAUSE: Duration = Duration::from_millis(100);

/// Events that are kept for others to compare; those that were are then read again.
const KNOWN_MAX: usize = 20_000;

/// A show that is listened to.
pub(super) struct Stage {
    pub(super) show: String,
    /// Its seats, by their place in its map.
    pub(super) seats: Vec<String>,
    places: HashMap<String, usize>,
    /// The event from which listeners go on.
    from: Id,
    begun: Instant,
    /// When the hold of each seat was sent, in microseconds from the beginning; 0 where none was,
    /// or none that counts.
    sent: Vec<AtomicU64>,
    heard: Mutex<Heard>,
}

/// What the listeners of a show have heard.
#[derive(Default)]
pub(super) struct Heard {
    pub(super) delays: Delays,
    pub(super) events: u64,
    /// By the versions from which and to which an event leads.
    known: HashMap<(Id, Id), Known>,
}

/// An event that was read.
struct Known {
    block: Bytes,
    taken: Arc<[usize]>,
}

/// An event's id: epoch and version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Id(u64, u64);

/// Until when listeners wait for what is due.
#[derive(Clone, Debug)]
pub(super) struct Over {
    /// The seats that every listener has to hear of.
    pub(super) due: Arc<Seats>,
    pub(super) until: Instant,
}

/// What a listener came to.
pub(super) struct Listened {
    pub(super) heard: Seats,
    pub(super) reconnected: u64,
}

impl Stage {
    /// Reads the seats of a show from the beginning of its stream.
    pub(super) async fn open(node: &Node, show: &str) -> Result<Stage, Broken> {
        let (mut connection, mut body) = stream(node, show, None).await?;
        let mut blocks = Blocks::default();
        loop {
            let part = connection.next(&mut body).await?;
            blocks.push(part.ok_or_else(|| Broken("the stream ends".to_owned()))?);
            while let Some(block) = blocks.next() {
                let event = Event::parse(&block);
                let (Some(from), b"snapshot") = (event.id, event.name) else { continue };
                let seats: Vec<String> =
                    event.seats()?.into_iter().map(|seat| seat.id.into_owned()).collect();
                return Ok(Stage::new(show, seats, from));
            }
        }
    }

    fn new(show: &str, seats: Vec<String>, from: Id) -> Stage {
        Stage {
            show: show.to_owned(),
            places: seats.iter().cloned().zip(0..).collect(),
            sent: seats.iter().map(|_| AtomicU64::new(0)).collect(),
            seats,
            from,
            begun: Instant::now(),
            heard: Mutex::default(),
        }
    }

    /// The hold of a seat is being sent, and counts.
    pub(super) fn sending(&self, place: usize) {
        let micros = u64::try_from(self.begun.elapsed().as_micros()).unwrap_or(u64::MAX);
        self.sent[place].store(micros.max(1), Ordering::Relaxed);
    }

    pub(super) fn heard(&self) -> MutexGuard<'_, Heard> {
        // Nobody panics with it; if one did, the figures are as good as before.
        self.heard.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The places of seats that an event shows as taken.
    fn taken(&self, heard: &mut Heard, since: Id, block: Bytes) -> Result<Taken, Broken> {
        let event = Event::parse(&block);
        let Some(id) = event.id else { return Ok(Taken::default()) };
        if let Some(known) = heard.known.get(&(since, id))
            && known.block == block
        {
            return Ok(Taken { id: Some(id), places: Some(Arc::clone(&known.taken)) });
        }
        if !matches!(event.name, b"seats" | b"snapshot") {
            return Ok(Taken { id: Some(id), places: None });
        }
        let seats = event.seats()?.into_iter().filter(|seat| seat.status == "unavailable");
        let taken: Arc<[usize]> =
            seats.filter_map(|seat| self.places.get(&*seat.id).copied()).collect();
        if KNOWN_MAX <= heard.known.len() {
            heard.known.clear();
        }
        let known = Known { taken: Arc::clone(&taken), block };
        heard.known.insert((since, id), known);
        Ok(Taken { id: Some(id), places: Some(taken) })
    }
}

/// What an event says.
#[derive(Default)]
struct Taken {
    id: Option<Id>,
    places: Option<Arc<[usize]>>,
}

/// One listener.
pub(super) struct Listener {
    stage: Arc<Stage>,
    node: Node,
    last: Id,
    blocks: Blocks,
    heard: Seats,
    reconnected: u64,
}

impl Listener {
    pub(super) fn new(stage: &Arc<Stage>, node: &Node) -> Listener {
        Listener {
            last: stage.from,
            heard: Seats::none(stage.seats.len()),
            stage: Arc::clone(stage),
            node: node.clone(),
            blocks: Blocks::default(),
            reconnected: 0,
        }
    }

    /// Begins to listen.
    pub(super) async fn open(&mut self) -> Result<Stream, Broken> {
        self.blocks = Blocks::default();
        stream(&self.node, &self.stage.show, Some(self.last)).await
    }

    /// Listens until it has heard all that is due at its stage, one of those that `over` lists, or
    /// that is over. A stream that breaks is resumed.
    pub(super) async fn listen(
        mut self,
        stream: Stream,
        stage: usize,
        mut over: watch::Receiver<Option<Vec<Over>>>,
    ) -> Result<Listened, Broken> {
        let mut stream = Some(stream);
        loop {
            let end = over.borrow_and_update().as_ref().map(|all| all[stage].clone());
            if end.as_ref().is_some_and(|end| self.heard.has_all(&end.due)) {
                break;
            }
            let until = end.as_ref().map_or_else(Instant::now, |end| end.until);
            tokio::select! {
                biased;
                part = self.part(&mut stream) => if let Some(part) = part { self.hear(part)? },
                () = sleep_until(until), if end.is_some() => break,
                changed = over.changed() => if changed.is_err() { break },
            }
        }
        Ok(Listened { heard: self.heard, reconnected: self.reconnected })
    }

    /// The next part of the stream, from which it may have to be resumed; `None` if that failed.
    async fn part(&mut self, stream: &mut Option<Stream>) -> Option<Bytes> {
        if let Some((connection, body)) = stream {
            if let Ok(Some(part)) = connection.next(body).await {
                return Some(part);
            }
            *stream = None;
            self.reconnected += 1;
        }
        // Whatever is wrong is seen by the deltas that do not come.
        match self.open().await {
            Ok(resumed) => *stream = Some(resumed),
            Err(Broken(_)) => sleep(PAUSE).await,
        }
        None
    }

    fn hear(&mut self, part: Bytes) -> Result<(), Broken> {
        let stage = Arc::clone(&self.stage);
        let now = stage.begun.elapsed();
        self.blocks.push(part);
        while let Some(block) = self.blocks.next() {
            let mut heard = stage.heard();
            let taken = stage.taken(&mut heard, self.last, block)?;
            self.last = taken.id.unwrap_or(self.last);
            let Some(places) = taken.places else { continue };
            heard.events += 1;
            for &place in &*places {
                let sent = stage.sent[place].load(Ordering::Relaxed);
                if self.heard.insert(place) && sent != 0 {
                    heard.delays.note(now.saturating_sub(Duration::from_micros(sent)));
                }
            }
        }
        Ok(())
    }
}

/// A stream that was begun.
pub(super) type Stream = (Connection, Incoming);

async fn stream(node: &Node, show: &str, since: Option<Id>) -> Result<Stream, Broken> {
    let path = format!("/v1/shows/{show}/stream");
    let mut request = Request::builder().uri(path).header(ACCEPT, "text/event-stream");
    if let Some(Id(epoch, version)) = since {
        request = request.header("last-event-id", format!("{epoch}-{version}"));
    }
    let request = request.body(String::new()).map_err(|error| Broken(error.to_string()))?;
    let mut connection = Connection::open(node).await?;
    let (status, body) = connection.begin(request).await?;
    if status != 200 {
        return Err(Broken(format!("{show}: its stream answers {status}")));
    }
    Ok((connection, body))
}

/// Cuts a stream into its blocks, each with the empty line that ends it.
#[derive(Default)]
struct Blocks {
    rest: Bytes,
    /// Where no block ends before.
    searched: usize,
}

impl Blocks {
    fn push(&mut self, part: Bytes) {
        if self.rest.is_empty() {
            self.rest = part;
            return;
        }
        let mut joined = BytesMut::from(std::mem::take(&mut self.rest));
        joined.extend_from_slice(&part);
        self.rest = joined.freeze();
    }

    fn next(&mut self) -> Option<Bytes> {
        loop {
            let line = line(&self.rest[self.searched..])?;
            self.searched += line.len() + 1;
            if line.is_empty() {
                let end = std::mem::take(&mut self.searched);
                return Some(self.rest.split_to(end));
            }
        }
    }
}

/// The first line, if it has ended.
fn line(text: &[u8]) -> Option<&[u8]> {
    let mut rest = text;
    // Reading from memory does not fail.
    let len = rest.skip_until(b'\n').ok()?;
    text[..len].strip_suffix(b"\n")
}

/// A block, as far as it matters here.
#[derive(Default)]
struct Event<'a> {
    name: &'a [u8],
    id: Option<Id>,
    data: &'a [u8],
}

#[derive(Deserialize)]
struct Frame<'a> {
    #[serde(borrow)]
    seats: Vec<Seat<'a>>,
}

#[derive(Deserialize)]
struct Seat<'a> {
    #[serde(borrow)]
    id: Cow<'a, str>,
    #[serde(borrow)]
    status: Cow<'a, str>,
}

impl<'a> Event<'a> {
    fn parse(block: &'a [u8]) -> Event<'a> {
        let (mut event, mut rest) = (Event::default(), block);
        while let Some(line) = line(rest) {
            rest = &rest[line.len() + 1..];
            if let Some(data) = line.strip_prefix(b"data: ") {
                event.data = data;
            } else if let Some(id) = line.strip_prefix(b"id: ") {
                event.id = Id::parse(id);
            } else if let Some(name) = line.strip_prefix(b"event: ") {
                event.name = name;
            }
        }
        event
    }

    fn seats(&self) -> Result<Vec<Seat<'a>>, Broken> {
        let frame: Result<Frame<'a>, _> = serde_json::from_slice(self.data);
        let frame =
            frame.map_err(|error| Broken(format!("an event is not understood: {error}")))?;
        Ok(frame.seats)
    }
}

impl Id {
    fn parse(text: &[u8]) -> Option<Id> {
        let (epoch, version) = std::str::from_utf8(text).ok()?.split_once('-')?;
        Some(Id(epoch.parse().ok()?, version.parse().ok()?))
    }
}

/// Some seats of a show, a bit each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Seats(Vec<u64>);

impl Seats {
    pub(super) fn none(of: usize) -> Seats {
        Seats(vec![0; of.div_ceil(64)])
    }

    /// Adds one; whether it was not there.
    pub(super) fn insert(&mut self, place: usize) -> bool {
        let (word, bit) = (&mut self.0[place / 64], 1 << (place % 64));
        let new = *word & bit == 0;
        *word |= bit;
        new
    }

    /// How many are in both.
    pub(super) fn common(&self, other: &Seats) -> u64 {
        let words = self.0.iter().zip(&other.0);
        words.map(|(mine, theirs)| u64::from((mine & theirs).count_ones())).sum()
    }

    fn has_all(&self, other: &Seats) -> bool {
        self.0.iter().zip(&other.0).all(|(mine, theirs)| mine & theirs == *theirs)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(name: &str, id: &str, taken: &[&str]) -> String {
        let seats: Vec<String> = taken
            .iter()
            .map(|id| format!(r#"{{"id":"{id}","category":"A","status":"unavailable"}}"#))
            .collect();
        let seats = seats.join(",");
        format!("event: {name}\nid: {id}\ndata: {{\"version\":1,\"seats\":[{seats}]}}\n\n")
    }

    fn listener() -> Listener {
        let seats = ["a", "b", "c"].map(str::to_owned).to_vec();
        let stage = Arc::new(Stage::new("show", seats, Id(1, 0)));
        Listener::new(&stage, &Node::new("http://127.0.0.1:1").unwrap())
    }

    /// However a stream is cut, it has the same blocks.
    #[test]
    fn blocks_are_found_however_the_stream_is_cut() {
        let text = format!("retry: 5\n\n: quiet\n\n{}", event("seats", "1-7", &["a", "b"]));
        for size in 1..text.len() {
            let (mut blocks, mut found) = (Blocks::default(), Vec::new());
            for part in text.as_bytes().chunks(size) {
                blocks.push(Bytes::copy_from_slice(part));
                found.extend(std::iter::from_fn(|| blocks.next()));
            }
            assert_eq!(found.len(), 3, "parts of {size}");
            let event = Event::parse(&found[2]);
            assert_eq!((event.name, event.id), (&b"seats"[..], Some(Id(1, 7))));
            assert_eq!(event.seats().unwrap().len(), 2);
        }
    }

    /// A seat counts once, when it is first heard of and if its hold counts; ids go on.
    #[test]
    fn a_seat_is_heard_of_once() {
        let mut listener = listener();
        let stage = Arc::clone(&listener.stage);
        stage.sending(0);
        listener.hear(event("seats", "1-1", &["a", "b"]).into()).unwrap();
        listener.hear(event("seats", "1-2", &["a"]).into()).unwrap();
        listener.hear(Bytes::from_static(b": keep-alive\n\n")).unwrap();
        assert_eq!(listener.last, Id(1, 2));
        assert_eq!(stage.heard().delays.count(), 1, "only a was sent, and it is heard once");
        assert_eq!(stage.heard().events, 2);
        let mut due = Seats::none(3);
        due.insert(0);
        assert!(listener.heard.has_all(&due));
        due.insert(2);
        assert!(!listener.heard.has_all(&due), "nobody said that c is taken");
        assert_eq!(listener.heard.common(&due), 1);
    }

    /// An event between the same versions is compared, not trusted to be the same.
    #[test]
    fn what_differs_is_read_again() {
        let (mut one, mut other) = (listener(), listener());
        other.stage = Arc::clone(&one.stage);
        one.hear(event("seats", "1-1", &["a", "b"]).into()).unwrap();
        other.hear(event("seats", "1-1", &["a"]).into()).unwrap();
        assert!(one.heard != other.heard, "b was kept from the other");
    }

    /// After a reset the snapshot says it all again.
    #[test]
    fn a_snapshot_counts_like_deltas() {
        let mut listener = listener();
        let reset = "event: reset\nid: 2-9\ndata: {\"reason\":\"epoch\"}\n\n";
        listener.hear((reset.to_owned() + &event("snapshot", "2-9", &["c"])).into()).unwrap();
        assert_eq!(listener.last, Id(2, 9));
        assert!(!listener.heard.insert(2) && listener.heard.insert(0));
        let broken = Bytes::from_static(b"event: seats\nid: 2-10\ndata: {}\n\n");
        assert!(listener.hear(broken).is_err());
    }
}

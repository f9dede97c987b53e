//! Server-Sent Events of a show: a snapshot, then what changes.
//!
//! Nothing is buffered for a listener: the next event is made when the last one has been taken. A
//! slow listener just gets its changes in larger pieces, and the snapshot again if it falls behind
//! what the show remembers.
//!
//! Many listeners look at their shows together and now and then, not at every batch: what has
//! changed meanwhile is one event, rendered once.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::Response;
use bytes::{BufMut as _, Bytes, BytesMut};
use futures_util::StreamExt as _;
use tokio::sync::{OwnedSemaphorePermit, watch};

use super::app::Site;
use super::ask::{AnyMedia, Id};
use super::bodies::{BodyKey, Rendered};
use super::frame::Frame;
use super::headers;
use super::identity::single;
use super::problem::{Code, Problem};
use super::seats::View;
use crate::clock;
use crate::seats::{Millis, ShowId};

/// How long a listener who has seen more than this node waits for it to catch up.
const CATCH_UP: Duration = Duration::from_secs(2);

/// A listener reconnects after this and up to as much again, so that all of them do not at once.
const RETRY_MS: u64 = 1_000;

/// Share of the time between two looks that one listener is worth: an event to one takes a node 10
/// to 15 µs of processor.
const LOOK: Duration = Duration::from_micros(40);

/// Listeners look at least so often.
const LOOKS_APART_MAX: Duration = Duration::from_millis(250);

/// Fewer listeners look at every batch.
const LOOKS_APART_MIN: Duration = Duration::from_millis(4);

/// Groups of listeners that look one after the other, so that others' requests get between them.
const GROUPS: u32 = 8;

/// `GET /v1/shows/{show}/stream`
pub(super) async fn get(
    State(site): State<Arc<Site>>,
    Id(show): Id,
    AnyMedia(ask): AnyMedia,
) -> Result<Response, Problem> {
    let fresh = ask.freshness()?;
    if !ask.accepts("text/event-stream") {
        return Err(Problem::new(Code::NotAcceptable, "this route answers text/event-stream"));
    }
    let seen = single(&ask.headers, &headers::LAST_EVENT_ID)?.map(Seen::parse);
    site.freshen(fresh).await?;
    let show = ShowId::from(show);
    let stand = site.stand(&show)?;
    let Ok(permit) = Arc::clone(&site.streams).try_acquire_owned() else {
        let detail = "this node has as many listeners as it takes";
        return Err(Problem::new(Code::Overloaded, detail).retry_after(5).at(stand.index));
    };
    let feed = Feed {
        applied: site.backend.applied(),
        shutdown: site.shutdown.clone(),
        next: seen.map_or(Next::Snapshot, Next::Resume),
        rest: [greeting(&site)].into(),
        organizer: ask.identity.sees_all(),
        epoch: stand.epoch,
        group: u32::try_from(site.fresh().0 % u128::from(GROUPS)).unwrap_or(0),
        site: Arc::clone(&site),
        show,
        _permit: permit,
    };
    let events = futures_util::stream::unfold(feed, |mut feed| async move {
        let piece = match feed.rest.pop_front() {
            Some(piece) => piece,
            None => feed.event().await?,
        };
        Some((Ok::<Bytes, std::convert::Infallible>(piece), feed))
    });
    // Whoever connects again with a token that has expired hears so.
    let events = events.take_until(end_of(&site, ask.identity.ends));
    let mut answer = Response::new(Body::from_stream(events));
    let out = answer.headers_mut();
    out.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    out.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    out.insert("x-accel-buffering", HeaderValue::from_static("no"));
    out.insert(headers::APPLIED_INDEX, HeaderValue::from(stand.index));
    Ok(answer)
}

/// Waits until a token's end, for ever if it has none.
fn end_of(site: &Site, ends: Option<Millis>) -> impl Future<Output = ()> + use<> {
    let left = ends.map(|ends| Duration::from_millis(ends.0.saturating_sub(site.clock.wall().0)));
    async move {
        match left {
            Some(left) => tokio::time::sleep(left).await,
            None => std::future::pending().await,
        }
    }
}

/// Up to where a listener has read; `None` for an id that is none of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Seen(Option<(u64, u64)>);

impl Seen {
    fn parse(id: &str) -> Seen {
        let numbers = id.split_once('-');
        Seen(
            numbers.and_then(|(epoch, version)| Some((epoch.parse().ok()?, version.parse().ok()?))),
        )
    }
}

/// What a listener gets next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Next {
    /// All seats.
    Snapshot,
    /// What has changed since an earlier connection.
    Resume(Seen),
    /// What changes after this version.
    After(u64),
}

/// One listener.
struct Feed {
    site: Arc<Site>,
    show: ShowId,
    organizer: bool,
    epoch: u64,
    group: u32,
    next: Next,
    /// Pieces to be sent before the next event is made.
    rest: VecDeque<Bytes>,
    applied: watch::Receiver<u64>,
    shutdown: watch::Receiver<bool>,
    _permit: OwnedSemaphorePermit,
}

impl Feed {
    /// The next event, or the first piece of it; `None` when this node stops, or cannot go on.
    async fn event(&mut self) -> Option<Bytes> {
        let made = match self.next {
            Next::Snapshot => self.snapshot(None).await,
            Next::Resume(seen) => self.resume(seen).await,
            Next::After(version) => return self.after(version).await,
        };
        // The client connects again and hears what is wrong.
        made.ok()
    }

    /// All seats, after a word on why they come again. A hall has megabytes: its bytes are those of
    /// every listener, and of nobody's alone while they wait for one who does not read.
    async fn snapshot(&mut self, reset: Option<&str>) -> Result<Bytes, Problem> {
        let stand = self.site.stand(&self.show)?;
        self.epoch = stand.epoch;
        let view = View::whole(self.organizer);
        let seats = self.site.seats(&self.show, &view, stand.version).await?;
        self.next = Next::After(seats.version);
        let mut out = BytesMut::with_capacity(256);
        let id = format!("{}-{}", self.epoch, seats.version);
        if let Some(reason) = reset {
            event(&mut out, "reset", &id, format!("{{\"reason\":\"{reason}\"}}").as_bytes());
        }
        begin(&mut out, "snapshot", &id);
        self.rest.extend([seats.body, Bytes::from_static(END)]);
        Ok(out.freeze())
    }

    /// Goes on where an earlier connection, perhaps to another node, ended.
    async fn resume(&mut self, Seen(seen): Seen) -> Result<Bytes, Problem> {
        let Some((epoch, version)) = seen else { return self.snapshot(None).await };
        if epoch != self.epoch {
            return self.snapshot(Some("epoch")).await;
        }
        if !self.reach(version).await? {
            return self.snapshot(Some("ahead")).await;
        }
        if self.site.stand(&self.show)?.version == version {
            self.next = Next::After(version);
            return Ok(Bytes::from_static(b": nothing has changed\n\n"));
        }
        match self.changes(version, Duration::ZERO).await {
            Some(event) => Ok(event),
            None => self.snapshot(Some("too_old")).await,
        }
    }

    /// Waits until this node knows a version that another has shown; false if it takes too long.
    async fn reach(&mut self, version: u64) -> Result<bool, Problem> {
        let deadline = clock::deadline(CATCH_UP);
        loop {
            self.applied.borrow_and_update();
            if self.site.stand(&self.show)?.version >= version {
                return Ok(true);
            }
            let changed = tokio::time::timeout_at(deadline, self.applied.changed()).await;
            if !matches!(changed, Ok(Ok(()))) {
                return Ok(false);
            }
        }
    }

    /// What changes after a version, whenever it does.
    async fn after(&mut self, version: u64) -> Option<Bytes> {
        let quiet = clock::deadline(self.site.settings.limits.stream_keep_alive);
        loop {
            self.turn().await?;
            self.applied.borrow_and_update();
            let stand = self.site.stand(&self.show).ok()?;
            if stand.epoch != self.epoch {
                return self.snapshot(Some("epoch")).await.ok();
            }
            if stand.version != version {
                // Its group has just taken an event: whoever takes the same goes on together.
                let recent = looks_apart(self.site.listeners()) / GROUPS;
                return match self.changes(version, recent).await {
                    Some(event) => Some(event),
                    None => self.snapshot(Some("too_old")).await.ok(),
                };
            }
            tokio::select! {
                // An error means that nobody is left to say it: this node has ended.
                stopped = self.shutdown.changed() => stopped.ok()?,
                applied = self.applied.changed() => applied.ok()?,
                () = tokio::time::sleep_until(quiet) => {
                    return Some(Bytes::from_static(b": keep-alive\n\n"));
                }
            }
        }
    }

    /// Waits for this listener's turn to look at its show; `None` when this node stops.
    async fn turn(&mut self) -> Option<()> {
        if *self.shutdown.borrow() {
            return None;
        }
        let apart = looks_apart(self.site.listeners());
        if apart.is_zero() {
            return Some(());
        }
        // Turns stand fixed in time, so that a group's listeners keep together.
        let phase = apart * self.group / GROUPS;
        let into = (self.site.begun.elapsed() + phase).as_nanos() % apart.as_nanos();
        let left = apart.saturating_sub(Duration::from_nanos(u64::try_from(into).unwrap_or(0)));
        tokio::select! {
            // An error means that nobody is left to say it: this node has ended.
            _ = self.shutdown.changed() => None,
            () = tokio::time::sleep(left) => Some(()),
        }
    }

    /// An event with what has changed since a version, by now or by so long ago at most; `None` if
    /// the show has forgotten.
    async fn changes(&mut self, since: u64, age_max: Duration) -> Option<Bytes> {
        let (site, show, organizer, epoch) = (&self.site, &self.show, self.organizer, self.epoch);
        let key = BodyKey::Delta(show.clone(), (epoch, since), organizer);
        let delta = if let Some(delta) = site.bodies.recent(&key, age_max) {
            delta
        } else {
            let version = site.stand(show).ok()?.version;
            let render = || async move {
                let taken = site
                    .backend
                    .read(|state, index| Frame::changes(state, index, show, organizer, since));
                let frame = taken.ok_or_else(|| Problem::new(Code::NotFound, "too old"))?;
                let (version, index) = (frame.version, frame.index);
                let mut body = BytesMut::new();
                event(&mut body, "seats", &format!("{epoch}-{version}"), &frame.json());
                Ok(Rendered { version, index, body: body.freeze() })
            };
            site.bodies.get(key, version, render).await.ok()?
        };
        self.next = Next::After(delta.version);
        Some(delta.body)
    }
}

/// How much time passes between two looks of a listener, if there are so many; zero for each batch.
fn looks_apart(listeners: usize) -> Duration {
    let apart = LOOK * u32::try_from(listeners).unwrap_or(u32::MAX);
    if apart < LOOKS_APART_MIN { Duration::ZERO } else { apart.min(LOOKS_APART_MAX) }
}

/// Ends an event.
const END: &[u8] = b"\n\n";

/// Writes one event. Its data is one line: JSON escapes line ends.
fn event(out: &mut BytesMut, name: &str, id: &str, data: &[u8]) {
    begin(out, name, id);
    out.put_slice(data);
    out.put_slice(END);
}

/// Writes an event up to its data.
fn begin(out: &mut BytesMut, name: &str, id: &str) {
    out.put_slice(format!("event: {name}\nid: {id}\ndata: ").as_bytes());
}

/// Tells the client when to come back after a break.
fn greeting(site: &Site) -> Bytes {
    let mut random = [0; 2];
    site.rng.fill(&mut random);
    let jitter = u64::from(u16::from_le_bytes(random)) * RETRY_MS / u64::from(u16::MAX);
    format!("retry: {}\n\n", RETRY_MS + jitter).into()
}

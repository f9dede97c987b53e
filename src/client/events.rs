//! What happens to a show's seats, as it happens: Server-Sent Events, resumed wherever they break.

use std::time::Duration;

use bytes::BytesMut;
use futures_util::Stream;
use reqwest::header::{ACCEPT, HeaderMap, HeaderValue};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use tokio::time::{Instant, sleep, timeout};

use super::Client;
use super::call::path;
use super::error::{Error, Problem};
use super::retry::{ANSWER_MAX, jittered};
use super::types::Seats;

/// A stream that is silent for so long is dead: nodes say something every 15 seconds.
const QUIET_MAX: Duration = Duration::from_secs(45);

/// Before a stream that broke is resumed, unless a node asks for more.
const PAUSE: Duration = Duration::from_millis(200);

/// What happens to a show's seats.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// All seats: what was known before is of no use.
    Snapshot(Seats),
    /// The seats that have changed since the event before.
    Seats(Seats),
    /// What was missed cannot be told any more: a snapshot follows.
    Reset {
        /// Why not.
        reason: String,
    },
}

/// The events of a show, in order, without gap or repetition, whichever nodes come and go.
#[derive(Debug)]
pub struct Events {
    client: Client,
    show: String,
    /// Which endpoint is listened to, or is asked next.
    at: usize,
    /// Up to where the caller has heard.
    last: Option<String>,
    response: Option<reqwest::Response>,
    blocks: Blocks,
    /// How long a node asks to stay away after a break.
    retry: Duration,
}

impl Client {
    /// Listens to a show's seats. It connects when the first event is asked for.
    #[must_use]
    pub fn stream(&self, show: &str) -> Events {
        let (client, show) = (self.clone(), show.to_owned());
        let at = self.shared.last.load(std::sync::atomic::Ordering::Relaxed);
        let blocks = Blocks::default();
        Events { client, show, at, last: None, response: None, blocks, retry: PAUSE }
    }
}

impl Events {
    /// Goes on after an event that was heard before, by its id.
    #[must_use]
    pub fn after(self, id: impl Into<String>) -> Events {
        Events { last: Some(id.into()), ..self }
    }

    /// The id of the last event: whoever has it can go on from there.
    #[must_use]
    pub fn last_id(&self) -> Option<&str> {
        self.last.as_deref()
    }

    /// The next event. A connection that breaks is made again at the next endpoint, with what was
    /// heard last, so that nothing is missed.
    ///
    /// # Errors
    /// A node refused, or none could be reached for as long as there was patience. Asked again, it
    /// tries again.
    pub async fn next(&mut self) -> Result<Event, Error> {
        loop {
            while let Some(block) = self.blocks.next() {
                if let Some(event) = self.event(block)? {
                    return Ok(event);
                }
            }
            let Some(response) = &mut self.response else {
                self.response = Some(self.connect().await?);
                continue;
            };
            let Ok(Ok(Some(part))) = timeout(QUIET_MAX, response.chunk()).await else {
                // It has ended, broken or died. What was half received comes again.
                (self.response, self.blocks) = (None, Blocks::default());
                self.at += 1;
                sleep(self.retry).await;
                continue;
            };
            self.blocks.push(&part);
            if ANSWER_MAX < self.blocks.rest.len() {
                self.response = None;
                let why = format!("an event has more than {ANSWER_MAX} bytes");
                return Err(Error::Malformed { endpoint: self.endpoint().to_owned(), why });
            }
        }
    }

    /// The same as a stream, which ends with the first error.
    pub fn into_stream(self) -> impl Stream<Item = Result<Event, Error>> {
        futures_util::stream::try_unfold(self, async |mut events| {
            let event = events.next().await?;
            Ok(Some((event, events)))
        })
    }

    fn endpoint(&self) -> &str {
        let endpoints = self.client.endpoints();
        &endpoints[self.at % endpoints.len()]
    }

    /// Asks the endpoints in turn until one has events.
    async fn connect(&mut self) -> Result<reqwest::Response, Error> {
        let deadline = Instant::now() + self.client.shared.patience;
        let mut address = path(&["v1", "shows", &self.show, "stream"])?;
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, HeaderValue::from_static("text/event-stream"));
        if let Some(last) = &self.last {
            let id = HeaderValue::try_from(last);
            let id = id.map_err(|_| Error::Unusable(format!("{last:?} is no event's id")))?;
            headers.insert("last-event-id", id);
        } else if let Some((name, value)) = self.client.freshness() {
            address = format!("{address}?{name}={value}");
        }
        loop {
            let (mut pause, mut missed) = (self.retry, None);
            for _ in 0..self.client.endpoints().len() {
                let within = self.client.shared.timeout;
                match self.client.begin(self.endpoint(), &address, headers.clone(), within).await {
                    Ok(response) => return Ok(response),
                    Err(Error::Refused(problem)) if is_passing(&problem) => {
                        pause = pause.max(problem.retry_after.unwrap_or_default());
                        missed = Some(Error::Refused(problem));
                    }
                    Err(Error::Unreachable { why }) => {
                        missed.get_or_insert(Error::Unreachable { why });
                    }
                    Err(refused) => return Err(refused),
                }
                self.at += 1;
            }
            pause = jittered(pause);
            if let Some(missed) = missed.filter(|_| deadline <= Instant::now() + pause) {
                return Err(missed);
            }
            sleep(pause).await;
        }
    }

    /// What a block says to the caller.
    fn event(&mut self, block: Block) -> Result<Option<Event>, Error> {
        #[derive(Deserialize)]
        struct Reset {
            #[serde(default)]
            reason: String,
        }
        let Block { name, id, data, retry } = block;
        self.retry = retry.map_or(self.retry, Duration::from_millis);
        let event = match name.as_str() {
            "snapshot" => Event::Snapshot(self.read(&data)?),
            "seats" => Event::Seats(self.read(&data)?),
            "reset" => {
                let Reset { reason } = self.read(&data)?;
                // Its id is that of the snapshot to come: taken for heard, a break between the two
                // would lose it.
                return Ok(Some(Event::Reset { reason }));
            }
            _ => return Ok(None),
        };
        self.last = id.or(self.last.take());
        Ok(Some(event))
    }

    fn read<T: DeserializeOwned>(&self, data: &[u8]) -> Result<T, Error> {
        serde_json::from_slice(data).map_err(|error| {
            let (endpoint, why) = (self.endpoint().to_owned(), error.to_string());
            Error::Malformed { endpoint, why }
        })
    }
}

/// Whether a listener who was put off may come back.
fn is_passing(problem: &Problem) -> bool {
    matches!(problem.status, 412 | 429 | 502..=504)
}

/// What stands between two empty lines.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Block {
    pub(super) name: String,
    pub(super) id: Option<String>,
    pub(super) data: Vec<u8>,
    /// In milliseconds.
    retry: Option<u64>,
}

/// Cuts what comes into blocks.
#[derive(Debug, Default)]
pub(super) struct Blocks {
    rest: BytesMut,
    /// No line ends before.
    searched: usize,
    /// What is known of the block that has not ended.
    open: Block,
}

impl Blocks {
    pub(super) fn push(&mut self, part: &[u8]) {
        self.rest.extend_from_slice(part);
    }

    /// The next whole block that says something.
    pub(super) fn next(&mut self) -> Option<Block> {
        loop {
            let unseen = &self.rest[self.searched..];
            let Some(end) = unseen.iter().position(|byte| *byte == b'\n') else {
                self.searched = self.rest.len();
                return None;
            };
            let line = self.rest.split_to(self.searched + end + 1);
            self.searched = 0;
            let line = line.strip_suffix(b"\n").unwrap_or(&line);
            let line = line.strip_suffix(b"\r").unwrap_or(line);
            if !line.is_empty() {
                self.open.take(line);
            } else if self.open != Block::default() {
                return Some(std::mem::take(&mut self.open));
            }
        }
    }
}

impl Block {
    /// Takes a line: `field: value`, or a comment.
    fn take(&mut self, line: &[u8]) {
        let colon = line.iter().position(|byte| *byte == b':').unwrap_or(line.len());
        let (field, value) = line.split_at(colon);
        let value = value.strip_prefix(b":").unwrap_or(value);
        let value = value.strip_prefix(b" ").unwrap_or(value);
        let text = || String::from_utf8_lossy(value).into_owned();
        match field {
            b"event" => self.name = text(),
            b"id" => self.id = Some(text()),
            b"retry" => self.retry = text().parse().ok(),
            b"data" => {
                if !self.data.is_empty() {
                    self.data.push(b'\n');
                }
                self.data.extend_from_slice(value);
            }
            // A comment, which keeps the connection, or what nobody has use for.
            _ => {}
        }
    }
}

//! A cluster of one node whose whole disk is copied, harmed, and started again: it either refuses
//! or shows exactly what the reference shows.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

use super::load::{Ack, Load, decided};
use crate::harness::{Node, Rng, START_MAX, eventually, list, usher};

/// No ballast, which would only be copied, and no low water.
const STORAGE: &str = "[storage]\nballast_mib = 0\nlow_water_mib = 0\n";

/// How often the node is killed and started while it is written to: each start flushes what the
/// write-ahead log holds into sorted files.
const RESTARTS: usize = 3;

/// Writes between two restarts.
const WRITES: usize = 80;

/// More than are sold in between.
const SEATS: usize = 1000;

/// Answers that each trial asks for again, besides the whole of seats and bookings.
const REPLAYS: usize = 12;

/// The sentinel is written at most every 20 ms: one that has not changed for this many looks at
/// [`LOOK_EVERY`] is at rest.
const LOOKS: usize = 10;

/// See [`LOOKS`].
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// The disk of a node that was killed, and what it acknowledged.
pub struct Universe {
    dir: TempDir,
    acks: Vec<Ack>,
    reference: Reference,
}

/// What a node shows.
struct Reference {
    /// Of every show.
    seats: Vec<Value>,
    bookings: Vec<Value>,
}

impl Reference {
    /// Everything that another start shows otherwise.
    fn differs(&self, other: &Reference) -> Vec<String> {
        let pairs = self.seats.iter().zip(&other.seats);
        let pairs = pairs.chain(self.bookings.iter().zip(&other.bookings));
        let mut found: Vec<String> =
            pairs.filter_map(|(was, is)| difference("", was, is)).collect();
        if self.bookings.len() != other.bookings.len() {
            found.push(format!("{} bookings of {}", other.bookings.len(), self.bookings.len()));
        }
        found
    }
}

/// The first place where two values differ.
fn difference(place: &str, was: &Value, is: &Value) -> Option<String> {
    match (was, is) {
        (Value::Object(was), Value::Object(_)) => was
            .iter()
            .find_map(|(name, was)| difference(&format!("{place}/{name}"), was, &is[name])),
        (Value::Array(was), Value::Array(is)) if was.len() == is.len() => was
            .iter()
            .zip(is)
            .enumerate()
            .find_map(|(at, (was, is))| difference(&format!("{place}/{at}"), was, is)),
        _ => (was != is).then(|| format!("{place} was {was} and is {is}")),
    }
}

/// What became of a start from a harmed disk.
pub enum Outcome {
    /// It refused, with this log.
    Refused(String),
    /// It has everything.
    Sound,
    /// It serves something else than was acknowledged.
    Wrong(String),
}

impl Universe {
    /// Writes holds and bookings with several restarts, and kills the node.
    pub async fn make(rng: &mut Rng) -> Universe {
        let dir = folder();
        let node = prepare(dir.path());
        starts(&node).await.expect("a free port");
        usher(&["cluster", "init", "--endpoints", node.base()]).await.exits(0);
        let nodes = [node];
        let mut acks = Vec::new();
        for round in 0..=RESTARTS {
            if 0 < round {
                nodes[0].process.kill();
                nodes[0].process.start();
            }
            nodes[0].ready().await;
            let load = Load::open(&nodes, &show(round), SEATS, rng).await;
            load.during(async || load.grows_by(WRITES).await).await;
            let verdict = load.judge().await;
            assert!(verdict.lost.is_empty(), "{:?}", verdict.lost);
            acks.extend(load.into_acks());
        }
        let reference = read(&nodes[0]).await;
        assert!(!reference.bookings.is_empty(), "no bookings were made");
        rests(&nodes[0].data_dir.join("sentinel")).await;
        nodes[0].process.kill();
        Universe { dir, acks, reference }
    }

    /// Acknowledged writes.
    pub fn acked(&self) -> usize {
        self.acks.len()
    }

    /// The data directory.
    pub fn disk(&self) -> PathBuf {
        self.dir.path().join("data-1")
    }

    /// Starts from a copy of the disk to which `harm` was done.
    pub async fn trial(&self, rng: &mut Rng, harm: impl FnOnce(&Path)) -> Outcome {
        let dir = folder();
        let disk = dir.path().join("data-1");
        copy(&self.disk(), &disk);
        harm(&disk);
        let mut node = prepare(dir.path());
        let start = loop {
            match starts(&node).await {
                Ok(start) => break start,
                Err(PortTaken) => node = prepare(dir.path()),
            }
        };
        match start {
            Start::Serves => {}
            Start::Refused => return Outcome::Refused(node.process.log()),
            Start::Hangs => {
                let ready = node.get("/readyz").try_send().await;
                let said = ready.map_or_else(|lost| lost, |reply| reply.text());
                let log = node.process.log_tail();
                return Outcome::Wrong(format!("neither ready nor ended: {said}\n{log}"));
            }
        }
        let mut wrong: Vec<String> = Vec::new();
        wrong.extend(self.reference.differs(&read(&node).await));
        for _ in 0..REPLAYS {
            wrong.extend(rng.pick(&self.acks).replayed(&node).await);
        }
        if usher(&["audit", "--endpoints", node.base()]).await.code != 0 {
            wrong.push("the audit finds violations".to_owned());
        }
        if wrong.is_empty() { Outcome::Sound } else { Outcome::Wrong(wrong.join("; ")) }
    }
}

fn show(round: usize) -> String {
    format!("universe-{round}")
}

fn folder() -> TempDir {
    let dir = tempfile::Builder::new().prefix("usher-universe-").tempdir();
    dir.expect("a temporary folder can be made")
}

/// A node that elects itself quickly.
fn prepare(dir: &Path) -> Node {
    let node = Node::alone(dir, STORAGE);
    node.reconfigure("heartbeat_ms = 200", "heartbeat_ms = 50");
    node.reconfigure("[500, 900]", "[100, 200]");
    // The links in bookings are the same wherever a copy runs.
    node.reconfigure(&format!("public_url = \"{}\"", node.base()), "public_url = \"http://here\"");
    node
}

/// Another process was faster to listen on a port that was free before.
#[derive(Debug)]
struct PortTaken;

/// What comes of a start.
#[derive(PartialEq)]
enum Start {
    /// It serves, or would if it were formed.
    Serves,
    /// It ended.
    Refused,
    /// It does neither.
    Hangs,
}

/// Starts a node and waits for what comes of it.
async fn starts(node: &Node) -> Result<Start, PortTaken> {
    node.process.start();
    let began = Instant::now();
    eventually("the node answers, ends or hangs", START_MAX * 2, async || {
        if node.process.ended().is_some() {
            let taken = node.process.log().contains("in use");
            return Some(if taken { Err(PortTaken) } else { Ok(Start::Refused) });
        }
        if START_MAX < began.elapsed() {
            return Some(Ok(Start::Hangs));
        }
        let reply = node.get("/readyz").within(Duration::from_secs(5)).try_send().await.ok()?;
        // Before it is formed, a node answers and is not ready.
        let unformed = reply.text().contains("not part of a cluster");
        (reply.status == 200 || unformed).then_some(Ok(Start::Serves))
    })
    .await
}

/// All seats and all bookings, as an organizer sees them.
async fn read(node: &Node) -> Reference {
    let get = async |path: &str| {
        eventually(path, START_MAX, async || decided(node.get(path).organizer().try_send().await))
            .await
            .expect(200)
            .json()
    };
    let mut seats = Vec::new();
    for round in 0..=RESTARTS {
        let path = format!("/v1/shows/{}/seats?consistency=linearizable", show(round));
        seats.push(get(&path).await);
    }
    let (mut bookings, mut cursor) = (Vec::new(), String::new());
    loop {
        let path = format!("/v1/bookings?limit=200&consistency=linearizable{cursor}");
        let page = get(&path).await;
        bookings.extend_from_slice(list(&page, "data"));
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return Reference { seats, bookings },
        }
    }
}

/// Waits until a file is written no more.
async fn rests(file: &Path) {
    let look = || fs::read(file).expect("the sentinel can be read");
    let (mut last, mut unchanged) = (look(), 0);
    while unchanged < LOOKS {
        tokio::time::sleep(LOOK_EVERY).await;
        let now = look();
        unchanged = if now == last { unchanged + 1 } else { 0 };
        last = now;
    }
}

/// Copies a folder with what is in it.
pub fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder can be made");
    for entry in fs::read_dir(from).expect("our own folder can be read") {
        let path = entry.expect("our own folder can be read").path();
        let to = to.join(path.file_name().expect("an entry has a name"));
        if path.is_dir() {
            copy(&path, &to);
        } else {
            fs::copy(&path, &to).expect("our own file can be copied");
        }
    }
}

/// The files of the database whose names begin and end like this, oldest first.
pub fn files(disk: &Path, begin: &str, end: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(disk.join("db")).expect("the database can be listed");
    let mut files: Vec<PathBuf> = entries
        .map(|entry| entry.expect("the database can be listed").path())
        .filter(|path| {
            let name = path.file_name().expect("an entry has a name").to_string_lossy();
            name.starts_with(begin) && name.ends_with(end)
        })
        .filter(|path| fs::metadata(path).is_ok_and(|file| 0 < file.len()))
        .collect();
    files.sort();
    files
}

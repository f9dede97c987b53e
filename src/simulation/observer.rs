//! Sees what happens in every node of a run, keeps what was agreed, and compares the nodes with
//! each other: the same index has the same entry and the same outcomes everywhere, and a vote once
//! given
//! is never forgotten.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;
use tokio::time::Instant;

use super::judge::{Logged, Violation, digest};
use super::ledger::Counts;
use crate::codec::{LogId, Vote};
use crate::raft::{Batch, NodeId};
use crate::seats::{Millis, Outcome};
use crate::story;

/// See the module.
pub(crate) struct Observer {
    begun: Instant,
    /// Who voted last.
    voter: watch::Sender<NodeId>,
    inner: Mutex<Inner>,
}

struct Inner {
    log: BTreeMap<u64, Logged>,
    /// The latest index that was applied anywhere, with log time there.
    latest: (u64, Millis),
    /// Webhooks that were taken, with the index that their answers named.
    webhooks: Vec<(String, Option<u64>)>,
    votes: BTreeMap<NodeId, Vote>,
    /// Nodes that ended by themselves, and why.
    ended: Vec<(NodeId, String)>,
    violations: Vec<Violation>,
    counts: Counts,
    /// The next moment in the order of everything that clients saw.
    moment: u64,
    trace: Trace,
}

/// What happened, folded into a number, and in words if somebody wants them.
struct Trace {
    hash: u64,
    events: u64,
    lines: Option<Vec<String>>,
}

impl Observer {
    /// Nothing has happened yet. With `words` the trace is kept to be read.
    pub(crate) fn new(words: bool) -> Observer {
        let trace = Trace { hash: 0xcbf2_9ce4_8422_2325, events: 0, lines: words.then(Vec::new) };
        Observer {
            begun: Instant::now(),
            voter: watch::Sender::new(0),
            inner: Mutex::new(Inner {
                log: BTreeMap::new(),
                latest: (0, Millis(0)),
                webhooks: Vec::new(),
                votes: BTreeMap::new(),
                ended: Vec::new(),
                violations: Vec::new(),
                counts: Counts::default(),
                moment: 0,
                trace,
            }),
        }
    }

    /// A node has applied an entry.
    pub(crate) fn applied(
        &self,
        node: NodeId,
        id: LogId,
        batch: Option<&Arc<Batch>>,
        outcomes: &[Outcome],
    ) {
        let digest = digest(outcomes);
        self.note(|line| write!(line, "node {node} applies {id} {digest:08x}"));
        let mut inner = self.inner();
        let Some(known) = inner.log.get(&id.index) else {
            let batch = batch.cloned();
            if let (Some(lines), Some(batch)) = (&mut inner.trace.lines, &batch) {
                let index = id.index;
                let told = batch.proposals.iter().zip(outcomes);
                lines.extend(told.map(|(asked, outcome)| {
                    let words = story::words(index, batch.at, asked, outcome);
                    format!("        in the log, {words}")
                }));
            }
            let logged = Logged { id, batch, digest: Some(digest), by: node };
            inner.log.insert(id.index, logged);
            let fresh = outcomes.iter().filter(|outcome| !outcome.replayed);
            for at in fresh.map(|outcome| outcome.at) {
                let (index, before) = inner.latest;
                if index <= id.index && at < before {
                    let (at, before) = (at.0, before.0);
                    let what = format!("entry {id} is decided at {at}, one before at {before}");
                    inner.violate("I10", what);
                }
                inner.latest = (id.index.max(index), at.max(before));
            }
            return;
        };
        if known.id != id {
            let what = format!("node {node} applied entry {id}, node {} {}", known.by, known.id);
            inner.violate("I9", what);
        } else if known.digest != Some(digest) {
            let what = format!("entry {id} had other outcomes on node {node} than on {}", known.by);
            inner.violate("I9", what);
        }
    }

    /// A node has given a vote to others.
    pub(crate) fn voted(&self, node: NodeId, vote: Vote) {
        self.inner().votes.insert(node, vote);
        self.voter.send_replace(node);
    }

    /// Tells who votes.
    pub(crate) fn votes(&self) -> watch::Receiver<NodeId> {
        self.voter.subscribe()
    }

    /// A node has read its vote at its start.
    pub(crate) fn remembered(&self, node: NodeId, vote: Option<Vote>) {
        let mut inner = self.inner();
        if let Some(given) = inner.votes.get(&node).copied()
            && vote < Some(given)
        {
            let vote = vote.map_or("none".to_owned(), |vote| vote.to_string());
            let what = format!("node {node} gave vote {given} and came back with {vote}");
            inner.violate("vote", what);
        }
    }

    /// A webhook was answered with success.
    pub(crate) fn took(&self, body: &str, index: Option<u64>) {
        self.inner().webhooks.push((body.to_owned(), index));
    }

    /// Every webhook that was answered with success.
    pub(crate) fn webhooks(&self) -> Vec<(String, Option<u64>)> {
        self.inner().webhooks.clone()
    }

    /// A node's disk is gone, and its vote with it.
    pub(crate) fn wiped(&self, node: NodeId) {
        self.inner().votes.remove(&node);
    }

    /// A node has installed a snapshot.
    pub(crate) fn installed(&self, node: NodeId, id: Option<LogId>) {
        self.note(|line| write!(line, "node {node} installs a snapshot of {id:?}"));
        self.inner().counts.snapshots += 1;
    }

    /// A node has ended by itself.
    pub(crate) fn ended(&self, node: NodeId, reason: &str) {
        self.note(|line| write!(line, "node {node} ends: {reason}"));
        self.inner().ended.push((node, reason.to_owned()));
    }

    /// The nodes that have ended by themselves since this was last asked.
    pub(crate) fn take_ended(&self) -> Vec<(NodeId, String)> {
        std::mem::take(&mut self.inner().ended)
    }

    /// Something that must never happen has happened.
    pub(crate) fn violate(&self, rule: &'static str, what: String, about: Vec<String>) {
        self.inner().violations.push(Violation { rule, what, about });
    }

    /// What has happened that must never happen.
    pub(crate) fn violations(&self) -> Vec<Violation> {
        self.inner().violations.clone()
    }

    /// Counts something.
    pub(crate) fn count(&self, count: impl FnOnce(&mut Counts)) {
        count(&mut self.inner().counts);
    }

    /// What was counted.
    pub(crate) fn counts(&self) -> Counts {
        self.inner().counts.clone()
    }

    /// The next moment in the order of everything that clients saw.
    pub(crate) fn moment(&self) -> u64 {
        let mut inner = self.inner();
        inner.moment += 1;
        inner.moment
    }

    /// Milliseconds since the run began.
    pub(crate) fn elapsed_ms(&self) -> u64 {
        u64::try_from(self.begun.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    /// Everything that was agreed, by index.
    pub(crate) fn log(&self) -> BTreeMap<u64, Logged> {
        self.inner().log.clone()
    }

    /// Notes an event in the trace.
    pub(crate) fn note(&self, write: impl FnOnce(&mut String) -> std::fmt::Result) {
        let mut line = format!("{:>7} ", self.elapsed_ms());
        write(&mut line).expect("writing to a String cannot fail");
        let trace = &mut self.inner().trace;
        trace.events += 1;
        // FNV-1a.
        for byte in line.bytes() {
            trace.hash = (trace.hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
        if let Some(lines) = &mut trace.lines {
            lines.push(line);
        }
    }

    /// The trace as a number, with how many events it has.
    pub(crate) fn trace(&self) -> (u64, u64) {
        let inner = self.inner();
        (inner.trace.hash, inner.trace.events)
    }

    /// The trace in words, if they were kept.
    pub(crate) fn lines(&self) -> Vec<String> {
        self.inner().trace.lines.clone().unwrap_or_default()
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    fn violate(&mut self, rule: &'static str, what: String) {
        self.violations.push(Violation { rule, what, about: Vec::new() });
    }
}

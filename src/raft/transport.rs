//! How nodes talk to each other: one request, one answer, each with the papers of both ends.
//!
//! [`Transport`] only carries bytes, so that simulation can replace it. [`Peers`] knows what the
//! bytes mean: it encodes, shows this node's papers, checks the other's, and samples its clock.

use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;

use bytes::Bytes;
use futures_util::future::BoxFuture;
use futures_util::stream::BoxStream;

use super::guard::Guard;
use super::identity::Identity;
use super::types::{Member, NodeId};
use super::wire::{self, Request, Response};
use crate::seats::Millis;

/// Which connection carries a call: bulk on one never delays another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Lane {
    /// Heartbeats, votes, read indexes, status: small, and somebody waits.
    Control,
    /// Log entries.
    Log,
    /// Snapshots.
    Snapshot,
    /// Proposals on their way to the leader.
    Forward,
}

/// A node with the name of its disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Party {
    /// Its number.
    pub node: NodeId,
    /// The name of its data directory; `None` where the caller cannot know it yet.
    pub disk: Option<u128>,
}

impl fmt::Display for Party {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.disk {
            Some(disk) => write!(f, "node {} (disk {disk:032x})", self.node),
            None => write!(f, "node {}", self.node),
        }
    }
}

/// What every call shows, and every answer in turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Papers {
    /// The cluster; `None` before one is formed.
    pub cluster: Option<u128>,
    /// Who speaks.
    pub from: Party,
    /// Who is meant.
    pub to: Party,
}

/// An answer as it arrived.
#[derive(Clone, Debug)]
pub struct Reply {
    /// The papers of the node that answered.
    pub papers: Papers,
    /// Its wall clock when it answered.
    pub clock: Millis,
    /// What it said.
    pub body: Bytes,
}

/// Why a call has no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CallError {
    /// It never reached the peer.
    #[error("cannot reach the peer: {0}")]
    NotSent(String),
    /// It may have reached the peer, and may have been carried out.
    #[error("no answer from the peer: {0}")]
    Lost(String),
    /// The peer would not deal with this node; nothing was carried out.
    #[error("refused: {0}")]
    Refused(String),
    /// The answer cannot be read, or believed; the call may have been carried out.
    #[error("unusable answer: {0}")]
    Garbled(String),
}

/// Carries calls to peers. Implementations neither retry nor reorder.
pub trait Transport: Send + Sync + 'static {
    /// Sends a request and waits for its answer, `timeout` at most.
    fn call(
        &self,
        lane: Lane,
        address: &str,
        papers: Papers,
        body: Bytes,
        timeout: Duration,
    ) -> BoxFuture<'static, Result<Reply, CallError>>;

    /// Sends a long body piece by piece and waits for its answer, `timeout` at most.
    fn stream(
        &self,
        address: &str,
        papers: Papers,
        body: BoxStream<'static, io::Result<Bytes>>,
        timeout: Duration,
    ) -> BoxFuture<'static, Result<Reply, CallError>>;
}

/// Peers whose last refusal is kept. Who calls may have any number; members are far fewer.
const REFUSALS_MAX: usize = 64;

/// Calls peers on behalf of this node.
pub(super) struct Peers {
    transport: Arc<dyn Transport>,
    identity: Arc<Identity>,
    guard: Arc<Guard>,
    refusals: Refusals,
    /// Where members are now: whoever holds on to an address for long (replication does) may have
    /// an old one.
    book: RwLock<BTreeMap<NodeId, Member>>,
}

/// The last refusal of each peer, so that a standing one is logged once, not five times a second.
#[derive(Default)]
pub(super) struct Refusals(Mutex<BTreeMap<NodeId, String>>);

impl Refusals {
    /// Whether this refusal is news.
    pub(super) fn note(&self, peer: NodeId, reason: &str) -> bool {
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if REFUSALS_MAX <= last.len() {
            last.clear();
        }
        last.insert(peer, reason.to_owned()).as_deref() != Some(reason)
    }

    /// All is well with this peer.
    pub(super) fn forget(&self, peer: NodeId) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&peer);
    }
}

impl Peers {
    /// Calls go out through `transport`, clocks that come back go to `guard`.
    pub(super) fn new(
        transport: Arc<dyn Transport>,
        identity: Arc<Identity>,
        guard: Arc<Guard>,
    ) -> Peers {
        let (refusals, book) = (Refusals::default(), RwLock::default());
        Peers { transport, identity, guard, refusals, book }
    }

    /// These are the members now.
    pub(super) fn learn(&self, members: BTreeMap<NodeId, Member>) {
        *self.book.write().unwrap_or_else(PoisonError::into_inner) = members;
    }

    /// Where peers reach a member now.
    fn address(&self, node: NodeId, member: &Member) -> String {
        let book = self.book.read().unwrap_or_else(PoisonError::into_inner);
        let known = book.get(&node).filter(|known| known.disk == member.disk);
        known.unwrap_or(member).peer.clone()
    }

    /// Asks a member of the cluster.
    ///
    /// # Errors
    /// See [`CallError`].
    pub(super) async fn call(
        &self,
        lane: Lane,
        node: NodeId,
        member: &Member,
        request: &Request<'_>,
        timeout: Duration,
    ) -> Result<Response, CallError> {
        let to = Party { node, disk: Some(member.disk) };
        self.call_at(lane, &self.address(node, member), to, request, timeout).await
    }

    /// Asks whoever should be at an address, whose disk may not be known yet.
    ///
    /// # Errors
    /// See [`CallError`].
    pub(super) async fn call_at(
        &self,
        lane: Lane,
        address: &str,
        to: Party,
        request: &Request<'_>,
        timeout: Duration,
    ) -> Result<Response, CallError> {
        let body = wire::encode(request).map_err(CallError::Refused)?;
        let papers = self.identity.papers(to);
        let sent = self.guard.read();
        let answer = self.transport.call(lane, address, papers, body, timeout).await;
        let reply = self.checked(to, answer)?;
        self.guard.observe(to.node, reply.clock, sent, self.guard.read());
        wire::decode(&reply.body).map_err(CallError::Garbled)
    }

    /// Streams a snapshot to a member of the cluster.
    ///
    /// # Errors
    /// See [`CallError`].
    pub(super) async fn stream(
        &self,
        node: NodeId,
        member: &Member,
        body: BoxStream<'static, io::Result<Bytes>>,
        timeout: Duration,
    ) -> Result<Response, CallError> {
        let to = Party { node, disk: Some(member.disk) };
        let papers = self.identity.papers(to);
        let address = self.address(node, member);
        let answer = self.transport.stream(&address, papers, body, timeout).await;
        let reply = self.checked(to, answer)?;
        wire::decode(&reply.body).map_err(CallError::Garbled)
    }

    /// Checks the papers of an answer, and logs a mismatch that either end found when it is news.
    fn checked(&self, to: Party, answer: Result<Reply, CallError>) -> Result<Reply, CallError> {
        let answer = answer.and_then(|reply| match self.identity.check_answer(to, &reply.papers) {
            Ok(()) => Ok(reply),
            Err(mismatch) => Err(CallError::Garbled(mismatch.to_string())),
        });
        match &answer {
            Ok(_) => self.refusals.forget(to.node),
            Err(CallError::Refused(reason) | CallError::Garbled(reason)) => {
                if self.refusals.note(to.node, reason) {
                    tracing::warn!(peer = %to, %reason, "peer call refused");
                }
            }
            Err(CallError::NotSent(_) | CallError::Lost(_)) => {}
        }
        answer
    }
}

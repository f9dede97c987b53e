//! What nodes say to each other: our own types, never openraft's, so that an upgrade of the crate
//! cannot change what stands on the wire.
//!
//! Every message begins with [`VERSION`]. Variants are added at the end, never altered.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use bytes::{BufMut as _, Bytes, BytesMut};
use openraft::entry::RaftEntry as _;
use openraft::raft::{
    AppendEntriesRequest, AppendEntriesResponse, TransferLeaderRequest,
    VoteRequest, VoteResponse,
};
use openraft::vote::RaftLeaderId as _;
use openraft::{EntryPayload, Membership};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::handle::{Answer, ProposeError, Role};
use super::types::{Batch, Entry, LogId, Member, NodeId, StoredMembership, TypeConfig, Vote};
use crate::codec;
use crate::seats::{Outcome, Proposal};

/// Bytes of one message. An append holds at most 2 MiB of entries, or one entry that alone is larger:
/// a batch of at most 1 MiB of proposals, or of one larger proposal. The rest is slack.
pub(super) const BYTES_MAX: usize = 8 << 20;

/// The first byte of every message. A node that speaks another version is refused.
const VERSION: u8 = 1;

/// What one node asks of another.
#[derive(Debug, Serialize, Deserialize)]
pub(super) enum Request<'a> {
    /// A heartbeat, or log entries.
    Append(Append),
    /// Asks for a vote.
    Vote(Ballot),
    /// Asks whether a vote would be given.
    PreVote(Ballot),
    /// The leader makes way for a successor.
    MakeWay(MakeWay),
    /// Asks the leader which index a linearizable read must wait for.
    ReadIndex {
        /// Fresh for every attempt, and echoed: an answer can belong to this attempt alone.
        attempt: u64,
    },
    /// Proposals on their way to the leader.
    Forward(Vec<Forwarded<'a>>),
    /// How are you?
    Status,
    /// Which disk are you, and do you belong to a cluster?
    Hello,
    /// Become a part of this cluster, which is being formed.
    Adopt {
        /// Its id.
        cluster: u128,
    },
    /// Asks the leader to hand over to this voter, or to the most caught-up one.
    HandOver {
        /// To whom.
        to: Option<NodeId>,
    },
    /// What time is it?
    Clock,
}

impl Request<'_> {
    /// Whether it may come before a cluster exists.
    pub(super) fn is_forming(&self) -> bool {
        matches!(self, Request::Hello | Request::Adopt { .. })
    }
}

/// What the other node answers.
#[derive(Debug, Serialize, Deserialize)]
pub(super) enum Response {
    /// To `Append`.
    Append(AppendAnswer),
    /// To `Vote` and `PreVote`.
    Vote(BallotAnswer),
    /// To `MakeWay`: whether it will stand for election.
    MakeWay(Result<(), String>),
    /// To `ReadIndex`.
    ReadIndex {
        /// Of the request.
        attempt: u64,
        /// The index, if this node leads and a quorum confirmed it after the request came.
        index: Option<u64>,
    },
    /// To `Forward`: one each, in order.
    Forward(Vec<Decision>),
    /// To `Status`.
    Status(Report),
    /// To `Hello`.
    Hello(Introduction),
    /// To `Adopt`.
    Adopt(Result<(), String>),
    /// To `HandOver`.
    HandOver(Result<NodeId, HandOverRefusal>),
    /// To `Clock`: the time is in the papers.
    Clock,
    /// To a snapshot: this node's vote after it.
    Snapshot(VoteId),
    /// This node's consensus has stopped.
    Stopped(String),
}

/// A vote: who leads or wants to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct VoteId {
    term: u64,
    node: NodeId,
    granted: bool,
}

/// The id of a log entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct EntryId {
    term: u64,
    node: NodeId,
    index: u64,
}

/// Log entries from the leader; none is a heartbeat.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Append {
    vote: VoteId,
    previous: Option<EntryId>,
    entries: Vec<LogEntry>,
    committed: Option<EntryId>,
}

impl Append {
    /// Whether it carries no entries.
    pub(super) fn is_heartbeat(&self) -> bool {
        self.entries.is_empty()
    }
}

/// One log entry.
#[derive(Debug, Serialize, Deserialize)]
struct LogEntry {
    id: EntryId,
    payload: Payload,
}

/// What a log entry holds.
#[derive(Debug, Serialize, Deserialize)]
enum Payload {
    Blank,
    Batch(Arc<Batch>),
    Members(Members),
}

/// A membership.
#[derive(Debug, Serialize, Deserialize)]
struct Members {
    configs: Vec<BTreeSet<NodeId>>,
    nodes: BTreeMap<NodeId, Member>,
}

/// What became of an `Append`.
#[derive(Debug, Serialize, Deserialize)]
pub(super) enum AppendAnswer {
    /// They are durable there.
    Done,
    /// The entry before them differs.
    Conflict,
    /// It has seen a later leader or candidate.
    HigherVote(VoteId),
}

/// A candidate's request.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Ballot {
    vote: VoteId,
    last: Option<EntryId>,
    by_leave: bool,
}

/// A voter's answer.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct BallotAnswer {
    vote: VoteId,
    granted: bool,
    last: Option<EntryId>,
}

/// The leader's word that a successor may stand.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct MakeWay {
    from: VoteId,
    to: NodeId,
    last: Option<EntryId>,
}

/// A proposal with the time that is left for it.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Forwarded<'a> {
    /// Milliseconds until nobody waits for it any more.
    pub(super) left_ms: u64,
    /// What is proposed.
    pub(super) proposal: Cow<'a, Proposal>,
}

/// What became of a forwarded proposal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Decision {
    /// Decided at this index.
    Decided(u64, Outcome),
    /// Not proposed: this node does not lead.
    NotLeader,
    /// Not proposed: this node's queue is full or its disk nearly so.
    Overloaded(String),
    /// Not proposed: this node is stopping.
    NotReady(String),
    /// It may have been proposed.
    Unknown(String),
}

/// How a node is.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Report {
    /// What it is.
    pub(super) role: Role,
    /// Whom it follows, or itself.
    pub(super) leader: Option<NodeId>,
    /// Its term.
    pub(super) term: u64,
    /// What it has applied.
    pub(super) applied_index: u64,
    /// What it has in its log.
    pub(super) last_log_index: Option<u64>,
}

/// Which disk a node has, and where it belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Introduction {
    /// The name of its disk.
    pub(super) disk: u128,
    /// The cluster it was told of.
    pub(super) cluster: Option<u128>,
    /// It has voted or has a log: it can be told of no other cluster.
    pub(super) formed: bool,
}

/// Why leadership is not handed over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum HandOverRefusal {
    /// This node does not lead.
    NotLeader,
    /// No such voter.
    NoSuchVoter(NodeId),
    /// The successor cannot be reached, or nobody can.
    Unreachable(String),
}

/// What comes before a snapshot's own frames.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct SnapshotHead {
    vote: VoteId,
    last: Option<EntryId>,
    members_at: Option<EntryId>,
    members: Members,
}

/// A message's bytes.
///
/// # Errors
/// It is larger than the other end would take.
pub(super) fn encode<T: Serialize>(message: &T) -> Result<Bytes, String> {
    let record = codec::encode_wire(message, BYTES_MAX).map_err(|error| error.to_string())?;
    let mut bytes = BytesMut::with_capacity(record.len() + 1);
    bytes.put_u8(VERSION);
    bytes.put_slice(&record);
    Ok(bytes.freeze())
}

/// The inverse of [`encode`]. Survives any bytes.
///
/// # Errors
/// What is wrong with them.
pub(super) fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, String> {
    match bytes.split_first() {
        Some((&VERSION, record)) => {
            codec::decode_wire(record, BYTES_MAX).map_err(|error| error.to_string())
        }
        Some((version, _)) => Err(format!("version {version} of the peer protocol is not known")),
        None => Err("an empty message".to_owned()),
    }
}

impl From<&Vote> for VoteId {
    fn from(vote: &Vote) -> VoteId {
        let Vote { leader_id, committed } = *vote;
        VoteId { term: leader_id.term, node: leader_id.node_id, granted: committed }
    }
}

impl From<VoteId> for Vote {
    fn from(vote: VoteId) -> Vote {
        if vote.granted {
            Vote::new_committed(vote.term, vote.node)
        } else {
            Vote::new(vote.term, vote.node)
        }
    }
}

impl From<&LogId> for EntryId {
    fn from(id: &LogId) -> EntryId {
        EntryId { term: id.leader_id.term, node: id.leader_id.node_id, index: id.index }
    }
}

impl From<EntryId> for LogId {
    fn from(id: EntryId) -> LogId {
        LogId::new(LeaderId::new(id.term, id.node), id.index)
    }
}

/// Openraft's name for who appended an entry.
type LeaderId = openraft::alias::CommittedLeaderIdOf<TypeConfig>;

impl From<&Membership<NodeId, Member>> for Members {
    fn from(membership: &Membership<NodeId, Member>) -> Members {
        Members {
            configs: membership.get_joint_config().clone(),
            nodes: membership.nodes().map(|(id, node)| (*id, node.clone())).collect(),
        }
    }
}

impl TryFrom<Members> for Membership<NodeId, Member> {
    type Error = String;

    fn try_from(members: Members) -> Result<Membership<NodeId, Member>, String> {
        // NB: a fresh node's membership is empty, which `Membership::new` refuses.
        if members.configs.iter().all(BTreeSet::is_empty) && members.nodes.is_empty() {
            return Ok(Membership::default());
        }
        Membership::new(members.configs, members.nodes).map_err(|error| error.to_string())
    }
}

impl From<Entry> for LogEntry {
    fn from(entry: Entry) -> LogEntry {
        let id = EntryId::from(&entry.log_id());
        let payload = match entry.payload {
            EntryPayload::Blank => Payload::Blank,
            EntryPayload::Normal(batch) => Payload::Batch(batch),
            EntryPayload::Membership(members) => Payload::Members(Members::from(&members)),
        };
        LogEntry { id, payload }
    }
}

impl TryFrom<LogEntry> for Entry {
    type Error = String;

    fn try_from(entry: LogEntry) -> Result<Entry, String> {
        let payload = match entry.payload {
            Payload::Blank => EntryPayload::Blank,
            Payload::Batch(batch) => EntryPayload::Normal(batch),
            Payload::Members(members) => EntryPayload::Membership(members.try_into()?),
        };
        Ok(Entry::new(entry.id.into(), payload))
    }
}

impl From<AppendEntriesRequest<TypeConfig>> for Append {
    fn from(request: AppendEntriesRequest<TypeConfig>) -> Append {
        Append {
            vote: VoteId::from(&request.vote),
            previous: request.prev_log_id.as_ref().map(EntryId::from),
            entries: request.entries.into_iter().map(LogEntry::from).collect(),
            committed: request.leader_commit.as_ref().map(EntryId::from),
        }
    }
}

impl TryFrom<Append> for AppendEntriesRequest<TypeConfig> {
    type Error = String;

    fn try_from(append: Append) -> Result<AppendEntriesRequest<TypeConfig>, String> {
        let entries: Result<_, String> = append.entries.into_iter().map(Entry::try_from).collect();
        Ok(AppendEntriesRequest {
            vote: append.vote.into(),
            prev_log_id: append.previous.map(LogId::from),
            entries: entries?,
            leader_commit: append.committed.map(LogId::from),
        })
    }
}

impl TryFrom<AppendEntriesResponse<TypeConfig>> for AppendAnswer {
    type Error = String;

    fn try_from(response: AppendEntriesResponse<TypeConfig>) -> Result<AppendAnswer, String> {
        match response {
            AppendEntriesResponse::Success => Ok(AppendAnswer::Done),
            AppendEntriesResponse::Conflict => Ok(AppendAnswer::Conflict),
            AppendEntriesResponse::HigherVote(vote) => Ok(AppendAnswer::HigherVote((&vote).into())),
            // Openraft leaves this one to transports that cut a request short. Ours does not.
            AppendEntriesResponse::PartialSuccess(_) => Err("entries taken in part".to_owned()),
        }
    }
}

impl From<AppendAnswer> for AppendEntriesResponse<TypeConfig> {
    fn from(answer: AppendAnswer) -> AppendEntriesResponse<TypeConfig> {
        match answer {
            AppendAnswer::Done => AppendEntriesResponse::Success,
            AppendAnswer::Conflict => AppendEntriesResponse::Conflict,
            AppendAnswer::HigherVote(vote) => AppendEntriesResponse::HigherVote(vote.into()),
        }
    }
}

impl From<&VoteRequest<TypeConfig>> for Ballot {
    fn from(request: &VoteRequest<TypeConfig>) -> Ballot {
        Ballot {
            vote: VoteId::from(&request.vote),
            last: request.last_log_id.as_ref().map(EntryId::from),
            by_leave: request.leadership_transfer,
        }
    }
}

impl From<Ballot> for VoteRequest<TypeConfig> {
    fn from(ballot: Ballot) -> VoteRequest<TypeConfig> {
        VoteRequest {
            vote: ballot.vote.into(),
            last_log_id: ballot.last.map(LogId::from),
            leadership_transfer: ballot.by_leave,
        }
    }
}

impl From<&VoteResponse<TypeConfig>> for BallotAnswer {
    fn from(response: &VoteResponse<TypeConfig>) -> BallotAnswer {
        BallotAnswer {
            vote: VoteId::from(&response.vote),
            granted: response.vote_granted,
            last: response.last_log_id.as_ref().map(EntryId::from),
        }
    }
}

impl From<BallotAnswer> for VoteResponse<TypeConfig> {
    fn from(answer: BallotAnswer) -> VoteResponse<TypeConfig> {
        let last = answer.last.map(LogId::from);
        VoteResponse::new(Vote::from(answer.vote), last, answer.granted)
    }
}

impl From<&TransferLeaderRequest<TypeConfig>> for MakeWay {
    fn from(request: &TransferLeaderRequest<TypeConfig>) -> MakeWay {
        MakeWay {
            from: VoteId::from(request.from_leader()),
            to: *request.to_node_id(),
            last: request.last_log_id().map(EntryId::from),
        }
    }
}

impl From<MakeWay> for TransferLeaderRequest<TypeConfig> {
    fn from(way: MakeWay) -> TransferLeaderRequest<TypeConfig> {
        TransferLeaderRequest::new(way.from.into(), way.to, way.last.map(LogId::from))
    }
}

impl SnapshotHead {
    /// The head of a snapshot that ends at `last`, sent under `vote`.
    pub(super) fn new(vote: &Vote, last: Option<&LogId>, members: &StoredMembership) -> SnapshotHead {
        SnapshotHead {
            vote: VoteId::from(vote),
            last: last.map(EntryId::from),
            members_at: members.log_id().as_ref().map(EntryId::from),
            members: Members::from(members.membership()),
        }
    }

    /// The inverse of [`SnapshotHead::new`].
    ///
    /// # Errors
    /// The membership contradicts itself.
    pub(super) fn open(self) -> Result<(Vote, Option<LogId>, StoredMembership), String> {
        let members = StoredMembership::new(self.members_at.map(LogId::from), self.members.try_into()?);
        Ok((self.vote.into(), self.last.map(LogId::from), members))
    }
}

impl From<Result<Answer, ProposeError>> for Decision {
    fn from(result: Result<Answer, ProposeError>) -> Decision {
        match result {
            Ok(answer) => Decision::Decided(answer.index, answer.outcome),
            Err(ProposeError::NoLeader) => Decision::NotLeader,
            Err(ProposeError::Overloaded(reason)) => Decision::Overloaded(reason),
            Err(ProposeError::NotReady(reason)) => Decision::NotReady(reason),
            Err(ProposeError::OutcomeUnknown(reason)) => Decision::Unknown(reason),
        }
    }
}

impl From<Decision> for Result<Answer, ProposeError> {
    fn from(decision: Decision) -> Result<Answer, ProposeError> {
        match decision {
            Decision::Decided(index, outcome) => Ok(Answer { index, outcome }),
            // A node that stops makes room for another leader: as good as not leading.
            Decision::NotLeader | Decision::NotReady(_) => Err(ProposeError::NoLeader),
            Decision::Overloaded(reason) => Err(ProposeError::Overloaded(reason)),
            Decision::Unknown(reason) => Err(ProposeError::OutcomeUnknown(reason)),
        }
    }
}

//! What nodes say to each other: our own types and those of `codec`, never openraft's, so that an
//! upgrade of the crate cannot change what stands on the wire.
//!
//! The envelope of `codec` carries the version. Variants are added at the end, never altered.

use std::borrow::Cow;

use bytes::Bytes;
use openraft::raft::{
    AppendEntriesRequest, AppendEntriesResponse, TransferLeaderRequest, VoteRequest, VoteResponse,
};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::compare::{Digest, RowDigest};
use super::convert::{entry, entry_record, log_id, log_id_record, vote, vote_record};
use super::handle::{Answer, ProposeError, Role};
use super::membership::{Change, Plan};
use super::types::{NodeId, TypeConfig};
use crate::codec::{self, LogId, LogRecord, Vote};
use crate::seats::{Millis, Outcome, Proposal};

/// Bytes of one message. An append holds at most 2 MiB of entries, or one entry that alone is
/// larger: a batch of at most 1 MiB of proposals, or of one larger proposal. The rest is slack.
pub(super) const BYTES_MAX: usize = 8 << 20;

/// What one node asks of another.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) enum Request<'a> {
    /// A heartbeat, or log entries.
    Append(Append<'a>),
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
    /// Asks the leader to change members, or what that would do.
    Change {
        /// How.
        change: Change,
        /// Only what it would do.
        dry_run: bool,
        /// Milliseconds until nobody waits for it any more.
        left_ms: u64,
    },
    /// Make ready for your end, and end.
    Drain,
    /// What does your state come to, as it was marked at this index?
    Digest {
        /// Of the entry with the mark.
        index: u64,
    },
    /// Which rows are in one bucket of it?
    Rows {
        /// Of the entry with the mark.
        index: u64,
        /// Which bucket.
        bucket: u32,
    },
    /// Are you there, and will you be?
    Stays,
    /// Up to which level can you carry the state on?
    Level,
    /// `Forward`, where some of the proposals are traced. A node of an older version turns it away,
    /// and gets `Forward` instead.
    ForwardTraced {
        /// What `Forward` carries.
        frame: Vec<Forwarded<'a>>,
        /// The spans of those that are traced.
        spans: Vec<SpanRecord>,
    },
}

impl Request<'_> {
    /// Whether it may come before a cluster exists.
    pub(super) fn is_forming(&self) -> bool {
        matches!(self, Request::Hello | Request::Adopt { .. } | Request::Level)
    }
}

/// What the other node answers.
#[derive(Clone, Debug, Serialize, Deserialize)]
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
        /// The moment, if this node leads and a quorum confirmed it after the request came.
        moment: Option<Moment>,
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
    /// To a snapshot: this node's vote after it, or why it was not taken.
    Snapshot(Result<Vote, String>),
    /// This node's consensus has stopped.
    Stopped(String),
    /// To `Change`.
    Change(Result<Plan, ChangeRefusal>),
    /// To `Drain`: it has begun.
    Drain,
    /// To `Digest`.
    Digest(Result<Digest, String>),
    /// To `Rows`.
    Rows(Result<Vec<RowDigest>, String>),
    /// To `Stays`: false once it makes ready for its end.
    Stays(bool),
    /// To `Level`.
    Level(u32),
}

/// Log entries from the leader; none is a heartbeat.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Append<'a> {
    vote: Vote,
    previous: Option<LogId>,
    entries: Vec<LogRecord<'a>>,
    committed: Option<LogId>,
}

/// What became of an `Append`.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(super) enum AppendAnswer {
    /// They are durable there.
    Done,
    /// The entry before them differs.
    Conflict,
    /// It has seen a later leader or candidate.
    HigherVote(Vote),
}

/// A candidate's request.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(super) struct Ballot {
    vote: Vote,
    last: Option<LogId>,
    by_leave: bool,
}

/// A voter's answer.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(super) struct BallotAnswer {
    vote: Vote,
    granted: bool,
    last: Option<LogId>,
}

/// The leader's word that a successor may stand.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(super) struct MakeWay {
    from: Vote,
    to: NodeId,
    last: Option<LogId>,
}

/// A proposal with the time that is left for it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Forwarded<'a> {
    /// Milliseconds until nobody waits for it any more.
    pub(super) left_ms: u64,
    /// What is proposed.
    pub(super) proposal: Cow<'a, Proposal>,
}

/// The span that one proposal of a frame is forwarded in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct SpanRecord {
    /// Which proposal: its place in the frame.
    pub(super) at: u32,
    /// The id of its trace.
    pub(super) trace: u128,
    /// Its own id.
    pub(super) span: u64,
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
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
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
    /// It has voted or has a log: the cluster exists.
    pub(super) formed: bool,
}

/// A moment at which a leader certainly led.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Moment {
    /// What it had committed.
    pub(super) index: u64,
    /// Log time, as it would have stamped it; `None` while its clock is wrong.
    pub(super) at: Option<Millis>,
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

/// Why members are not changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum ChangeRefusal {
    /// This node does not lead.
    NotLeader,
    /// It would be unsafe.
    Refused(String),
    /// No such node.
    NotFound(String),
    /// Somebody does not answer in time.
    Unreachable(String),
}

/// A message's bytes.
///
/// # Errors
/// It is larger than the other end would take.
pub(super) fn encode<T: Serialize>(message: &T) -> Result<Bytes, String> {
    codec::encode_wire(message, BYTES_MAX).map(Bytes::from).map_err(|error| error.to_string())
}

/// The inverse of [`encode`]. Survives any bytes.
///
/// # Errors
/// What is wrong with them.
pub(super) fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, String> {
    codec::decode_wire(bytes, BYTES_MAX).map_err(|error| error.to_string())
}

impl<'a> From<&'a AppendEntriesRequest<TypeConfig>> for Append<'a> {
    fn from(request: &'a AppendEntriesRequest<TypeConfig>) -> Append<'a> {
        Append {
            vote: vote_record(&request.vote),
            previous: request.prev_log_id.as_ref().map(log_id_record),
            // Each node chains the checksums of its own log.
            entries: request.entries.iter().map(|entry| entry_record(entry, 0)).collect(),
            committed: request.leader_commit.as_ref().map(log_id_record),
        }
    }
}

impl TryFrom<Append<'_>> for AppendEntriesRequest<TypeConfig> {
    type Error = String;

    fn try_from(append: Append<'_>) -> Result<AppendEntriesRequest<TypeConfig>, String> {
        let entries: Result<_, String> = append.entries.into_iter().map(entry).collect();
        Ok(AppendEntriesRequest {
            vote: vote(append.vote),
            prev_log_id: append.previous.map(log_id),
            entries: entries?,
            leader_commit: append.committed.map(log_id),
        })
    }
}

impl TryFrom<AppendEntriesResponse<TypeConfig>> for AppendAnswer {
    type Error = String;

    fn try_from(response: AppendEntriesResponse<TypeConfig>) -> Result<AppendAnswer, String> {
        match response {
            AppendEntriesResponse::Success => Ok(AppendAnswer::Done),
            AppendEntriesResponse::Conflict => Ok(AppendAnswer::Conflict),
            AppendEntriesResponse::HigherVote(higher) => {
                Ok(AppendAnswer::HigherVote(vote_record(&higher)))
            }
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
            AppendAnswer::HigherVote(higher) => AppendEntriesResponse::HigherVote(vote(higher)),
        }
    }
}

impl From<&VoteRequest<TypeConfig>> for Ballot {
    fn from(request: &VoteRequest<TypeConfig>) -> Ballot {
        Ballot {
            vote: vote_record(&request.vote),
            last: request.last_log_id.as_ref().map(log_id_record),
            by_leave: request.leadership_transfer,
        }
    }
}

impl From<Ballot> for VoteRequest<TypeConfig> {
    fn from(ballot: Ballot) -> VoteRequest<TypeConfig> {
        VoteRequest {
            vote: vote(ballot.vote),
            last_log_id: ballot.last.map(log_id),
            leadership_transfer: ballot.by_leave,
        }
    }
}

impl From<&VoteResponse<TypeConfig>> for BallotAnswer {
    fn from(response: &VoteResponse<TypeConfig>) -> BallotAnswer {
        BallotAnswer {
            vote: vote_record(&response.vote),
            granted: response.vote_granted,
            last: response.last_log_id.as_ref().map(log_id_record),
        }
    }
}

impl From<BallotAnswer> for VoteResponse<TypeConfig> {
    fn from(answer: BallotAnswer) -> VoteResponse<TypeConfig> {
        VoteResponse::new(vote(answer.vote), answer.last.map(log_id), answer.granted)
    }
}

impl From<&TransferLeaderRequest<TypeConfig>> for MakeWay {
    fn from(request: &TransferLeaderRequest<TypeConfig>) -> MakeWay {
        MakeWay {
            from: vote_record(request.from_leader()),
            to: *request.to_node_id(),
            last: request.last_log_id().map(log_id_record),
        }
    }
}

impl From<MakeWay> for TransferLeaderRequest<TypeConfig> {
    fn from(way: MakeWay) -> TransferLeaderRequest<TypeConfig> {
        TransferLeaderRequest::new(vote(way.from), way.to, way.last.map(log_id))
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

#[cfg(test)]
mod tests;

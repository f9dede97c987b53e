//! Records of the log: entries, votes, log ids and members.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::{Deserialize, Serialize};

use super::envelope::{DecodeError, EncodeError, Kind, decode, encode, size};
use crate::seats::{Millis, Proposal};

/// Proposals are batched up to 2 MiB, and one proposal is at most a part of a seat map of 512 KiB;
/// the rest is room for an error in that arithmetic, which must not stop a cluster.
const LOG: Kind = Kind { name: "log record", format: 0x10, bytes_max: 16 << 20 };

const VOTE: Kind = Kind { name: "vote", format: 0x12, bytes_max: 64 };

const LOG_ID: Kind = Kind { name: "log id", format: 0x14, bytes_max: 64 };

/// The place of an entry in the log. Ordered as consensus orders them: first by leader.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct LogId {
    /// The term in which it was proposed.
    pub term: u64,
    /// The leader that proposed it.
    pub leader: u64,
    /// Its position.
    pub index: u64,
}

impl fmt::Display for LogId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (term {} of node {})", self.index, self.term, self.leader)
    }
}

/// Whom a node follows or would elect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Vote {
    /// The term voted in.
    pub term: u64,
    /// The candidate or leader.
    pub node: u64,
    /// A quorum granted it.
    pub committed: bool,
}

impl fmt::Display for Vote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = if self.committed { "committed" } else { "not committed" };
        write!(f, "term {} of node {} ({state})", self.term, self.node)
    }
}

/// One member.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// Where its peers reach it.
    pub peer: String,
    /// Where clients reach it.
    pub http: String,
    /// The random name of its data directory.
    pub disk: u128,
}

/// A membership: one config, or two while it changes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Members {
    /// Sets of voters; a decision needs a majority of each.
    pub configs: Vec<BTreeSet<u64>>,
    /// Voters and learners.
    pub nodes: BTreeMap<u64, Member>,
}

/// A membership and the entry that it came with.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MembersAt {
    /// `None` before there is any.
    pub log_id: Option<LogId>,
    /// Who.
    pub members: Members,
}

/// One entry of the log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogRecord<'a> {
    /// Its place.
    pub id: LogId,
    /// The checksum of the record before it; 0 if that one is unknown. A log that lost a piece from
    /// its middle is recognised by this.
    pub previous: u32,
    /// What it says.
    pub content: Content<'a>,
}

/// What an entry says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Content<'a> {
    /// Nothing: a new leader's first entry.
    Blank,
    /// Proposals with their time.
    Batch {
        /// The leader's stamp.
        at: Millis,
        /// In this order.
        proposals: Cow<'a, [Proposal]>,
    },
    /// A change of members.
    Members(Members),
}

/// Encodes an entry.
///
/// # Errors
/// It is too large.
pub fn encode_log(record: &LogRecord<'_>) -> Result<Vec<u8>, EncodeError> {
    encode(LOG, record)
}

/// Decodes an entry.
///
/// # Errors
/// The bytes are not such a record.
pub fn decode_log(record: &[u8]) -> Result<LogRecord<'static>, DecodeError> {
    decode(LOG, record)
}

/// How many bytes an entry takes before it is deflated, about; `encoded` is its record.
#[must_use]
pub fn plain_size(record: &LogRecord<'_>, encoded: &[u8]) -> usize {
    // Few are deflated: of the others the length is known without another walk.
    if encoded.first() == Some(&LOG.format) { encoded.len() } else { size(record) }
}

/// Encodes a vote.
///
/// # Errors
/// None in practice: a vote is small.
pub fn encode_vote(vote: &Vote) -> Result<Vec<u8>, EncodeError> {
    encode(VOTE, vote)
}

/// Decodes a vote.
///
/// # Errors
/// The bytes are not such a record.
pub fn decode_vote(record: &[u8]) -> Result<Vote, DecodeError> {
    decode(VOTE, record)
}

/// Encodes a log id.
///
/// # Errors
/// None in practice: a log id is small.
pub fn encode_log_id(id: &LogId) -> Result<Vec<u8>, EncodeError> {
    encode(LOG_ID, id)
}

/// Decodes a log id.
///
/// # Errors
/// The bytes are not such a record.
pub fn decode_log_id(record: &[u8]) -> Result<LogId, DecodeError> {
    decode(LOG_ID, record)
}

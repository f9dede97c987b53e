//! Between openraft's types and the records of `codec`: no type of openraft's is ever encoded.

use std::borrow::Cow;
use std::sync::Arc;

use openraft::alias::{EntryOf, LogIdOf, StoredMembershipOf, VoteOf};
use openraft::vote::leader_id_adv::LeaderId;
use openraft::{EntryPayload, Membership};

use super::types::{Batch, Member, NodeId, TypeConfig};
use crate::codec::{self, Content, LogRecord, Members, MembersAt};

/// The place of an entry as a record has it.
pub fn log_id_record(id: &LogIdOf<TypeConfig>) -> codec::LogId {
    let leader = id.committed_leader_id();
    codec::LogId { term: leader.term, leader: leader.node_id, index: id.index() }
}

/// The place of an entry as openraft has it.
pub fn log_id(record: codec::LogId) -> LogIdOf<TypeConfig> {
    LogIdOf::<TypeConfig>::new(LeaderId { term: record.term, node_id: record.leader }, record.index)
}

/// A vote as a record has it.
pub fn vote_record(vote: &VoteOf<TypeConfig>) -> codec::Vote {
    codec::Vote {
        term: vote.leader_id.term,
        node: vote.leader_id.node_id,
        committed: vote.committed,
    }
}

/// A vote as openraft has it.
pub fn vote(record: codec::Vote) -> VoteOf<TypeConfig> {
    let leader_id = LeaderId { term: record.term, node_id: record.node };
    VoteOf::<TypeConfig> { leader_id, committed: record.committed }
}

/// A membership as a record has it.
pub fn members_record(membership: &Membership<NodeId, Member>) -> Members {
    let member = |(id, node): (&NodeId, &Member)| {
        let (peer, http) = (node.peer.clone(), node.http.clone());
        (*id, codec::Member { peer, http, disk: node.disk })
    };
    Members {
        configs: membership.get_joint_config().clone(),
        nodes: membership.nodes().map(member).collect(),
    }
}

/// A membership as openraft has it.
///
/// # Errors
/// Says which rule of memberships the record breaks.
pub fn membership(record: Members) -> Result<Membership<NodeId, Member>, String> {
    if record == Members::default() {
        return Ok(Membership::default());
    }
    let node = |(id, member): (u64, codec::Member)| {
        (id, Member { peer: member.peer, http: member.http, disk: member.disk })
    };
    let nodes: std::collections::BTreeMap<NodeId, Member> =
        record.nodes.into_iter().map(node).collect();
    Membership::new(record.configs, nodes).map_err(|error| error.to_string())
}

/// A membership with its place as a record has it.
pub fn members_at_record(stored: &StoredMembershipOf<TypeConfig>) -> MembersAt {
    MembersAt {
        log_id: stored.log_id().as_ref().map(log_id_record),
        members: members_record(stored.membership()),
    }
}

/// A membership with its place as openraft has it.
///
/// # Errors
/// Says which rule of memberships the record breaks.
pub fn members_at(record: MembersAt) -> Result<StoredMembershipOf<TypeConfig>, String> {
    let membership = membership(record.members)?;
    Ok(StoredMembershipOf::<TypeConfig>::new(record.log_id.map(log_id), membership))
}

/// An entry as a record has it, after the record with the checksum `previous`.
pub fn entry_record(entry: &EntryOf<TypeConfig>, previous: u32) -> LogRecord<'_> {
    let content = match &entry.payload {
        EntryPayload::Blank => Content::Blank,
        EntryPayload::Normal(batch) => {
            Content::Batch { at: batch.at, proposals: Cow::Borrowed(&batch.proposals) }
        }
        EntryPayload::Membership(membership) => Content::Members(members_record(membership)),
    };
    LogRecord { id: log_id_record(&entry.log_id), previous, content }
}

/// An entry as openraft has it.
///
/// # Errors
/// Says what is wrong with the membership in the record.
pub fn entry(record: LogRecord<'_>) -> Result<EntryOf<TypeConfig>, String> {
    let payload = match record.content {
        Content::Blank => EntryPayload::Blank,
        Content::Batch { at, proposals } => {
            EntryPayload::Normal(Arc::new(Batch { at, proposals: proposals.into_owned() }))
        }
        Content::Members(members) => EntryPayload::Membership(membership(members)?),
    };
    Ok(EntryOf::<TypeConfig> { log_id: log_id(record.id), payload })
}

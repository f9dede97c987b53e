//! Compares the states of all nodes at one entry of the log.
//!
//! A mark is proposed; every node keeps a copy of its state as it is after it (`CockroachDB`'s
//! consistency checker compares replicas in this way). Each sums its rows up in buckets by their
//! keys; of a bucket in which nodes differ, the rows themselves are compared.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use tokio::time::{Instant, timeout, timeout_at};

use super::admin::{Admin, not_reached, odd};
use super::handle::AdminError;
use super::machine::{Marked, Shared};
use super::transport::Lane;
use super::types::{Member, NodeId};
use super::wire::{Request, Response};
use crate::codec::{encode_row, encode_row_key};
use crate::seats::{Command, Row};
use crate::tasks;

/// Buckets: of a million rows one holds a thousand.
const BUCKETS: u32 = 1024;

/// How long a node may take to apply the mark.
const MARK_MAX: Duration = Duration::from_secs(10);

/// How long it may take to sum up all of its rows, besides.
const SUM_MAX: Duration = Duration::from_mins(1);

/// Rows of a bucket that are sent.
const ROWS_MAX: usize = 4096;

/// Characters of a row that are sent.
const ROW_TEXT_MAX: usize = 1024;

/// Rows that differ, as they are told of; one bug makes many.
const DIFFERENCES_MAX: usize = 20;

/// What a state comes to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Digest {
    /// How many rows it has.
    pub(super) rows: u64,
    /// The sums of each bucket.
    pub(super) buckets: Vec<u128>,
}

impl Digest {
    /// All of it in one number.
    fn whole(&self) -> u128 {
        let mut hash = Sha256::new();
        hash.update(self.rows.to_le_bytes());
        for bucket in &self.buckets {
            hash.update(bucket.to_le_bytes());
        }
        number(hash)
    }
}

/// One row of a bucket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct RowDigest {
    /// Its key, for people.
    pub(super) key: String,
    /// What it comes to.
    pub(super) digest: u128,
    /// It, for people; cut off if it is long.
    pub(super) text: String,
}

/// How the nodes compare.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Comparison {
    /// The entry at which they were compared.
    pub index: u64,
    /// All of them answered, and have the same state.
    pub equal: bool,
    /// Every member.
    pub nodes: Vec<NodeDigest>,
    /// The first rows that differ.
    pub differences: Vec<Difference>,
}

/// One node's state at the entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NodeDigest {
    /// Its number.
    pub id: NodeId,
    /// 32 hex digits; `null` if it did not say.
    pub digest: Option<String>,
    /// How many rows it has.
    pub rows: Option<u64>,
    /// Why it did not say.
    pub error: Option<String>,
}

/// A row that is not the same everywhere.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Difference {
    /// Its key.
    pub row: String,
    /// What each node has; `null` for a node that has no such row.
    pub nodes: BTreeMap<NodeId, Option<String>>,
}

fn number(hash: Sha256) -> u128 {
    let all: [u8; 32] = hash.finalize().into();
    let (half, _rest) = all.split_first_chunk().expect("16 of 32 bytes");
    u128::from_le_bytes(*half)
}

/// The bucket of a row, and what it comes to.
fn sum(row: &Row) -> Result<(u32, u128), String> {
    let key = encode_row_key(&row.key()).map_err(|error| error.to_string())?;
    let record = encode_row(row).map_err(|error| error.to_string())?;
    let mut hash = Sha256::new();
    hash.update(&key);
    let place = number(hash.clone()) % u128::from(BUCKETS);
    hash.update(&record);
    Ok((u32::try_from(place).expect("below the number of buckets"), number(hash)))
}

/// The state as it was marked at this index.
async fn marked(shared: &Shared, index: u64) -> Result<Arc<Marked>, String> {
    let mut marks = shared.marked();
    let reached = marks.wait_for(|mark| mark.as_ref().is_some_and(|mark| index <= mark.index));
    let reached = timeout(MARK_MAX, reached).await;
    let reached = reached.map_err(|_elapsed| "it has not applied the mark in time")?;
    let mark = reached.map_err(|_closed| "it is stopping")?.clone();
    let mark = mark.filter(|mark| mark.index == index);
    mark.ok_or_else(|| "another comparison has begun meanwhile, or it got a snapshot".to_owned())
}

/// Sums up the rows of the state as it was marked.
pub(super) async fn digest(shared: &Shared, index: u64) -> Result<Digest, String> {
    let mark = marked(shared, index).await?;
    let summed = tasks::blocking(move || {
        let mut digest = Digest { rows: 0, buckets: vec![0; BUCKETS as usize] };
        for row in mark.state.rows() {
            let (bucket, sum) = sum(&row)?;
            // The order of rows is not part of what is compared.
            digest.buckets[bucket as usize] ^= sum;
            digest.rows += 1;
        }
        Ok(digest)
    });
    summed.await.unwrap_or_else(|_panicked| Err("summing up panicked".to_owned()))
}

/// The rows in one bucket of the state as it was marked.
pub(super) async fn rows(
    shared: &Shared,
    index: u64,
    bucket: u32,
) -> Result<Vec<RowDigest>, String> {
    let mark = marked(shared, index).await?;
    let listed = tasks::blocking(move || {
        let mut rows = Vec::new();
        for row in mark.state.rows() {
            let (at, digest) = sum(&row)?;
            if at == bucket && rows.len() < ROWS_MAX {
                let text: String = format!("{row:?}").chars().take(ROW_TEXT_MAX).collect();
                rows.push(RowDigest { key: format!("{:?}", row.key()), digest, text });
            }
        }
        Ok(rows)
    });
    listed.await.unwrap_or_else(|_panicked| Err("listing panicked".to_owned()))
}

impl Admin {
    /// Compares the states of all members.
    ///
    /// # Errors
    /// The mark was not decided in time.
    pub(super) async fn verify(&self, deadline: Instant) -> Result<Comparison, AdminError> {
        let Ok(_comparing) = timeout_at(deadline, self.comparing.lock()).await else {
            let reason = "another comparison is under way: try again".to_owned();
            return Err(AdminError::Unreachable(reason));
        };
        let index = self.propose(Command::Mark, deadline).await?;
        let members = self.members();
        let asked = members.iter().map(|(id, member)| self.digest_of(*id, member, index));
        let digests: BTreeMap<NodeId, Result<Digest, String>> =
            members.keys().copied().zip(join_all(asked).await).collect();
        let known: BTreeMap<NodeId, &Digest> =
            digests.iter().filter_map(|(id, digest)| Some((*id, digest.as_ref().ok()?))).collect();
        let odd = odd_buckets(&known);
        let mut differences = Vec::new();
        for bucket in &odd {
            if DIFFERENCES_MAX <= differences.len() {
                break;
            }
            differences.extend(self.differences(&members, &known, index, *bucket).await);
        }
        differences.truncate(DIFFERENCES_MAX);
        let equal = odd.is_empty() && known.len() == members.len();
        let node = |(id, digest): (NodeId, Result<Digest, String>)| match digest {
            Ok(digest) => NodeDigest {
                id,
                digest: Some(format!("{:032x}", digest.whole())),
                rows: Some(digest.rows),
                error: None,
            },
            Err(error) => NodeDigest { id, digest: None, rows: None, error: Some(error) },
        };
        let nodes = digests.into_iter().map(node).collect();
        Ok(Comparison { index, equal, nodes, differences })
    }

    async fn digest_of(&self, id: NodeId, member: &Member, index: u64) -> Result<Digest, String> {
        if id == self.me() {
            return digest(&self.peer.shared, index).await;
        }
        let request = Request::Digest { index };
        let patience = MARK_MAX + SUM_MAX;
        match self.peers.call(Lane::Control, id, member, &request, patience).await {
            Ok(Response::Digest(digest)) => digest,
            Ok(other) => Err(odd(id, &other).to_string()),
            Err(error) => Err(not_reached(id, &error).to_string()),
        }
    }

    async fn rows_of(
        &self,
        id: NodeId,
        member: &Member,
        index: u64,
        bucket: u32,
    ) -> Result<Vec<RowDigest>, String> {
        if id == self.me() {
            return rows(&self.peer.shared, index, bucket).await;
        }
        let request = Request::Rows { index, bucket };
        match self.peers.call(Lane::Log, id, member, &request, SUM_MAX).await {
            Ok(Response::Rows(rows)) => rows,
            Ok(other) => Err(odd(id, &other).to_string()),
            Err(error) => Err(not_reached(id, &error).to_string()),
        }
    }

    /// The rows of a bucket that are not the same everywhere.
    async fn differences(
        &self,
        members: &BTreeMap<NodeId, Member>,
        known: &BTreeMap<NodeId, &Digest>,
        index: u64,
        bucket: u32,
    ) -> Vec<Difference> {
        let mut listed: BTreeMap<NodeId, BTreeMap<String, RowDigest>> = BTreeMap::new();
        for (id, member) in members.iter().filter(|(id, _)| known.contains_key(id)) {
            match self.rows_of(*id, member, index, bucket).await {
                Ok(rows) => {
                    listed
                        .insert(*id, rows.into_iter().map(|row| (row.key.clone(), row)).collect());
                }
                Err(error) => tracing::warn!(node = id, %error, "its rows are not compared"),
            }
        }
        let keys: BTreeSet<&String> = listed.values().flat_map(BTreeMap::keys).collect();
        let differs = |key: &&String| {
            let mut digests = listed.values().map(|rows| rows.get(*key).map(|row| row.digest));
            let first = digests.next();
            digests.any(|digest| Some(digest) != first)
        };
        let told = |key: &String| Difference {
            row: key.clone(),
            nodes: listed
                .iter()
                .map(|(id, rows)| (*id, rows.get(key).map(|row| row.text.clone())))
                .collect(),
        };
        keys.into_iter().filter(differs).take(DIFFERENCES_MAX).map(told).collect()
    }
}

/// The buckets in which not all have the same.
fn odd_buckets(known: &BTreeMap<NodeId, &Digest>) -> Vec<u32> {
    let of = |digest: &Digest, bucket: u32| digest.buckets.get(bucket as usize).copied();
    let is_odd = |bucket: &u32| {
        let mut sums = known.values().map(|digest| of(digest, *bucket));
        let first = sums.next();
        sums.any(|sum| Some(sum) != first)
    };
    (0..BUCKETS).filter(is_odd).collect()
}

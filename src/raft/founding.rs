//! Makes the data directory of a new cluster's only member, from a state that was there before: a
//! backup, or what is left on the disk of one node. Nothing of openraft runs meanwhile.
//!
//! The new directory begins as a node's does whose log was purged up to its checkpoint, so every
//! other member gets the state as a snapshot. It has a new disk and belongs to a new cluster: what
//! is left of the old one is refused by its papers. Its epoch is raised, so that no client takes
//! what it remembers of the old state for the new.

use std::path::Path;
use std::sync::Arc;

use super::machine::{PIECE_BYTES_MAX, position_writes};
use super::types::{Member, NodeId};
use crate::clock::{Clock, Rng, name};
use crate::codec::{
    self, COMMITTED_KEY, LogId, Members, MembersAt, PURGED_KEY, Position, STAGING, VOTE_KEY, Vote,
    encode_log_id, encode_row, encode_row_key, encode_vote, state_key,
};
use crate::seats::{Meta, Row, State};
use crate::store::{
    self, Engine, Family, Options, RocksEngine, Sentinel, StoreError, Write, Writes, keep_sentinel,
    write,
};

/// Who founds the cluster.
pub struct Founder {
    /// The number of its only member.
    pub node: NodeId,
    /// Where peers and clients reach it. (Its disk is made here.)
    pub member: Member,
}

/// What was founded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Founded {
    /// The new cluster.
    pub cluster: u128,
    /// Its epoch.
    pub epoch: u64,
}

/// Fills a new data directory with a state that reflects the log up to `applied`.
///
/// # Errors
/// The directory cannot be written; what is in it then is of no use.
pub async fn found(
    dir: &Path,
    founder: &Founder,
    state: &State,
    applied: LogId,
    clock: &dyn Clock,
    rng: &dyn Rng,
) -> Result<Founded, StoreError> {
    let (cluster, disk) = (name(rng), name(rng));
    // The same backup restored twice makes two histories: the wall clock tells them apart.
    let epoch = (state.epoch() + 1).max(clock.wall().0 / 1000);
    let engine: Arc<dyn Engine> = Arc::new(RocksEngine::open(dir, &no_ballast())?);
    store::claim(&*engine, founder.node, disk).await?;
    put_rows(&*engine, state, epoch).await?;
    let vote = Vote { term: applied.term + 1, node: founder.node, committed: false };
    let mut writes = position_writes(&position(founder, disk, applied))?;
    let put = |key: &[u8], record| Write::Put(Family::Meta, key.to_vec(), record);
    writes.push(put(PURGED_KEY, encode_log_id(&applied)?));
    writes.push(put(COMMITTED_KEY, encode_log_id(&applied)?));
    writes.push(put(VOTE_KEY, encode_vote(&vote)?));
    write(&*engine, Writes::synced(writes)).await?;
    store::join_cluster(&*engine, cluster).await?;
    let promised =
        Sentinel { disk, vote: Some(vote), acknowledged: Some(applied), ..Sentinel::default() };
    keep_sentinel(&*engine, promised).await?;
    Ok(Founded { cluster, epoch })
}

/// Generation of the rows.
const GENERATION: u64 = STAGING + 1;

fn position(founder: &Founder, disk: u128, applied: LogId) -> Position {
    let Member { peer, http, .. } = founder.member.clone();
    let members = Members {
        configs: vec![[founder.node].into()],
        nodes: [(founder.node, codec::Member { peer, http, disk })].into(),
    };
    Position {
        generation: GENERATION,
        serial: 1,
        applied: Some(applied),
        members: MembersAt { log_id: Some(applied), members },
        staged: None,
    }
}

async fn put_rows(engine: &dyn Engine, state: &State, epoch: u64) -> Result<(), StoreError> {
    let (mut piece, mut bytes) = (Vec::new(), 0);
    for row in state.rows() {
        let row = match row {
            Row::Meta(meta) => Row::Meta(Meta { epoch, ..meta }),
            // Another cluster has its own numbers.
            Row::Retired { .. } => continue,
            other => other,
        };
        let (key, record) = (encode_row_key(&row.key())?, encode_row(&row)?);
        bytes += key.len() + record.len();
        piece.push(Write::Put(Family::State, state_key(GENERATION, &key), record));
        if PIECE_BYTES_MAX <= bytes {
            write(engine, Writes::written(std::mem::take(&mut piece))).await?;
            bytes = 0;
        }
    }
    write(engine, Writes::written(piece)).await
}

/// The node makes its ballast when it starts, as its configuration has it.
fn no_ballast() -> Options {
    Options { ballast_bytes: 0, low_water_bytes: 0 }
}

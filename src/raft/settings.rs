//! What consensus is told before it starts.

use std::sync::Arc;

use openraft::{Config, SnapshotPolicy};

use super::types::NodeId;

/// When the log is brought to rows and shortened. Only tests have reason for others than these.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sizes {
    /// A log of so many bytes is due for a snapshot: it bounds what a node must read at its start.
    pub log_bytes_max: u64,
    /// Bytes of the log that are kept behind a snapshot, so that a node that was away for a while
    /// catches up by entries and needs no snapshot.
    pub log_bytes_kept: u64,
    /// A checkpoint is begun once so much has changed: about one for each proposal. Apply waits
    /// while it is: with four times as much at once, the slowest holds took half as long again.
    pub checkpoint_weight: u64,
}

impl Default for Sizes {
    fn default() -> Sizes {
        Sizes { log_bytes_max: 512 << 20, log_bytes_kept: 256 << 20, checkpoint_weight: 512 }
    }
}

/// Log entries sent to a peer in one call; the log store caps the same call by bytes.
const ENTRIES_PER_CALL_MAX: u64 = 4096;

/// How long a snapshot may take to be sent and installed. Generous, because a snapshot that is
/// given up half-way starts again from nothing; a stream that stands still is given up much sooner.
const SNAPSHOT_SEND_MAX_MS: u64 = 30 * 60 * 1000;

/// Entries that openraft keeps behind a snapshot when it purges by itself: all of them. What is
/// kept, so that a node that was away catches up by entries, is counted in bytes (see
/// `housekeeping`).
const ENTRIES_BEHIND_SNAPSHOT_KEPT: u64 = u64::MAX;

/// Entries purged at least in one step: each purge is a write of its own.
const PURGE_STEP: u64 = 8192;

/// Pauses between calls to a peer that cannot be reached: short enough that a restarted node is
/// back within half a second, long enough not to spin.
const BACKOFF: &str = "50ms 100ms 200ms ..500ms";

/// What consensus is told before it starts; `config` has checked it.
#[derive(Clone, Debug)]
pub struct Settings {
    /// This node's number.
    pub node: NodeId,
    /// Where peers reach this node.
    pub peer: String,
    /// Where clients reach this node.
    pub http: String,
    /// Shared by all nodes of the cluster; both ends of every call prove that they know it.
    pub secret: String,
    /// How often a leader shows that it lives, in milliseconds; also the deadline of that call.
    pub heartbeat_ms: u64,
    /// Bounds of the random election timeout in milliseconds; the upper one is also the leader's
    /// lease. The two add up: the worst failover takes about twice the upper bound.
    pub election_timeout_ms: (u64, u64),
    /// See there.
    pub sizes: Sizes,
}

impl Settings {
    /// The same in openraft's terms.
    ///
    /// # Errors
    /// The times contradict each other.
    pub(super) fn openraft(&self) -> Result<Arc<Config>, String> {
        let (election_timeout_min, election_timeout_max) = self.election_timeout_ms;
        let config = Config {
            cluster_name: "usher".to_owned(),
            heartbeat_interval: self.heartbeat_ms,
            election_timeout_min,
            election_timeout_max,
            enable_pre_vote: Some(true),
            // A leader's lease, then one election timeout: the smallest that openraft accepts.
            quorum_loss_probe_interval: Some(election_timeout_max.saturating_mul(2)),
            // What was committed is saved unsynced, so a restarted leader must win an election
            // before it may answer for anything.
            enable_leader_restore: Some(false),
            // A voter whose log ran back has lost what it acknowledged. It must never be let in.
            allow_log_reversion: Some(false),
            max_payload_entries: ENTRIES_PER_CALL_MAX,
            // Snapshots are triggered by the log's size in bytes (see `housekeeping`).
            snapshot_policy: SnapshotPolicy::Never,
            install_snapshot_timeout: SNAPSHOT_SEND_MAX_MS,
            max_in_snapshot_log_to_keep: ENTRIES_BEHIND_SNAPSHOT_KEPT,
            purge_batch_size: PURGE_STEP,
            backoff: BACKOFF.to_owned(),
            ..Config::default()
        };
        config.validate().map(Arc::new).map_err(|error| error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(heartbeat_ms: u64, election_timeout_ms: (u64, u64)) -> Settings {
        Settings {
            node: 1,
            peer: "127.0.0.1:9101".to_owned(),
            http: "127.0.0.1:8101".to_owned(),
            secret: "secret".to_owned(),
            heartbeat_ms,
            election_timeout_ms,
            sizes: Sizes::default(),
        }
    }

    /// The defaults of the contract are accepted and the safety switches stand as designed.
    #[test]
    fn the_defaults_are_sound() {
        let config = settings(200, (500, 900)).openraft().unwrap();
        assert_eq!(config.quorum_loss_probe_interval, Some(1800));
        assert_eq!(config.enable_pre_vote, Some(true));
        assert_eq!(config.enable_leader_restore, Some(false));
        assert_eq!(config.allow_log_reversion, Some(false));
        assert_eq!(config.snapshot_policy, SnapshotPolicy::Never);
    }

    /// Times that contradict each other are refused with a reason, before anything starts.
    #[test]
    fn contradictory_times_are_refused() {
        assert!(settings(200, (900, 500)).openraft().is_err());
        assert!(settings(600, (500, 900)).openraft().is_err());
    }
}

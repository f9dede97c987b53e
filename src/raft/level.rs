//! Raises the level of the state, by which apply tells old behaviour from new, once every member
//! knows the new one.
//!
//! A node is asked what it knows; one of a version before the question refuses it, and whoever does
//! not answer may be one. No member comes in meanwhile, and later none that does not know the level
//! that has been reached. (A node that meets a level which it does not know stops.)

use std::sync::Arc;
use std::time::Duration;

use openraft::ServerState;
use openraft::async_runtime::watch::WatchReceiver as _;
use tokio::sync::watch;
use tokio::time::{Instant, sleep, timeout_at};

use super::admin::{Admin, STATUS_MAX};
use super::handle::AdminError;
use super::stop::stopped;
use super::transport::{Lane, Party};
use super::types::NodeId;
use super::wire::{Request, Response};
use crate::seats::{Command, LEVEL};

/// How often a leader looks whether there is anything to raise.
const ROUND: Duration = Duration::from_secs(1);

/// Pause after a round that failed: a member is away, or of an older version, for longer than this.
const PAUSE: Duration = Duration::from_secs(10);

/// How long one round may take.
const ROUND_MAX: Duration = Duration::from_secs(5);

/// Works until the node stops.
///
/// # Errors
/// None: what goes wrong is tried again.
pub(super) async fn keep(
    admin: Arc<Admin>,
    mut shutdown: watch::Receiver<bool>,
) -> Result<(), String> {
    let rounds = async {
        let mut told = None;
        loop {
            let mut pause = ROUND;
            if admin.may_raise() {
                match admin.raise_level(Instant::now() + ROUND_MAX).await {
                    Ok(()) => told = None,
                    Err(error) => {
                        pause = PAUSE;
                        if told.replace(error.to_string()) != Some(error.to_string()) {
                            tracing::info!(%error, "the level of the state is not raised yet");
                        }
                    }
                }
            }
            sleep(pause).await;
        }
    };
    tokio::select! {
        biased;
        () = stopped(&mut shutdown) => {}
        () = rounds => {}
    }
    Ok(())
}

impl Admin {
    /// Whether this node leads a cluster whose level is not the newest that it knows.
    fn may_raise(&self) -> bool {
        let leads = self.raft().server_metrics().borrow_watched().state == ServerState::Leader;
        // While the state is being changed, it is looked at in the next round.
        let level = || self.peer.shared.try_read(|state, _index| state.level());
        leads && level().is_some_and(|level| level < LEVEL)
    }

    /// Raises the level to the newest that this node knows, if all members know it.
    ///
    /// # Errors
    /// See [`AdminError`]; `Refused` if a member does not know it.
    pub(super) async fn raise_level(&self, deadline: Instant) -> Result<(), AdminError> {
        let Ok(_changing) = timeout_at(deadline, self.changing.lock()).await else {
            let reason = "a change of members is under way".to_owned();
            return Err(AdminError::Unreachable(reason));
        };
        if LEVEL <= self.peer.shared.read(|state, _index| state.level()) {
            return Ok(());
        }
        for (id, member) in self.members() {
            self.must_know(LEVEL, id, &member.peer, Some(member.disk), deadline).await?;
        }
        let index = self.propose(Command::RaiseLevel { level: LEVEL }, deadline).await?;
        tracing::info!(level = LEVEL, index, "every member knows this level: it is raised");
        Ok(())
    }

    /// Refuses to take in a node that would stop, or go astray, at the level that is reached.
    pub(super) async fn must_know_level(
        &self,
        id: NodeId,
        peer: &str,
        deadline: Instant,
    ) -> Result<(), AdminError> {
        match self.peer.shared.read(|state, _index| state.level()) {
            0 => Ok(()),
            level => self.must_know(level, id, peer, None, deadline).await,
        }
    }

    async fn must_know(
        &self,
        level: u32,
        id: NodeId,
        peer: &str,
        disk: Option<u128>,
        deadline: Instant,
    ) -> Result<(), AdminError> {
        if id == self.me() {
            return Ok(());
        }
        let to = Party { node: id, disk };
        let left = STATUS_MAX.min(deadline.saturating_duration_since(Instant::now()));
        match self.peers.call_at(Lane::Control, peer, to, &Request::Level, left).await {
            Ok(Response::Level(known)) if level <= known => Ok(()),
            Ok(_) | Err(_) => Err(AdminError::Refused(format!(
                "node {id} does not say that it knows level {level}: is it of an older version?"
            ))),
        }
    }
}

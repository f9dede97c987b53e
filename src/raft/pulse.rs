//! What the leader does unasked: it lets time pass, and makes way when its clock is wrong.

use std::sync::Arc;
use std::time::Duration;

use openraft::ServerState;
use openraft::async_runtime::watch::WatchReceiver as _;
use tokio::sync::watch;
use tokio::time::{Instant, sleep};

use super::guard::{ClockFault, Guard};
use super::intake::{Intake, Origin};
use super::machine::Shared;
use super::stop::stopped;
use super::succession;
use super::types::{NodeId, Raft};
use crate::clock::{self, Clock, Rng};
use crate::seats::{Caller, Command, Millis, Proposal, Role};

/// The shortest time between two ticks, and the longest before the next deadline is looked at
/// again: with one commit on top, what has expired is offered again within 500 ms.
const BEAT: Duration = Duration::from_millis(250);

/// Pause between two attempts to hand leadership over.
const STEP_ASIDE_PAUSE: Duration = Duration::from_secs(1);

/// The task that ticks.
pub(super) struct Pulse {
    /// This node.
    pub(super) node: NodeId,
    /// Its consensus.
    pub(super) raft: Raft,
    /// Its applied state.
    pub(super) shared: Shared,
    /// Judges its clock.
    pub(super) guard: Arc<Guard>,
    /// Where ticks go.
    pub(super) intake: Intake,
    /// Its clock, for the ids of ticks.
    pub(super) clock: Arc<dyn Clock>,
    /// Randomness for the same.
    pub(super) rng: Arc<dyn Rng>,
    /// True when the node stops.
    pub(super) shutdown: watch::Receiver<bool>,
}

impl Pulse {
    /// Beats until the node stops.
    ///
    /// # Errors
    /// None: what goes wrong is tried again at the next beat.
    pub(super) async fn run(mut self) -> Result<(), String> {
        let mut shutdown = self.shutdown.clone();
        let beating = async {
            let mut told = None;
            loop {
                let pause = self.beat(&mut told).await;
                sleep(pause).await;
            }
        };
        tokio::select! {
            biased;
            () = stopped(&mut shutdown) => {}
            () = beating => {}
        }
        Ok(())
    }

    /// One beat; how long to wait for the next. `told` is the fault that was reported last.
    async fn beat(&mut self, told: &mut Option<ClockFault>) -> Duration {
        let leads = self.raft.server_metrics().borrow_watched().state == ServerState::Leader;
        if !leads {
            // Keeps the guard's readings close together, so that it notices a jump at once.
            let _not_leading = self.guard.check();
            *told = None;
            return BEAT;
        }
        match self.guard.log_time(self.shared.now()) {
            Ok(now) => {
                if told.take().is_some() {
                    tracing::info!("this node's clock is right again");
                }
                // While the state is being changed, time passes.
                match self.shared.try_read(|state, _index| state.next_deadline()) {
                    Some(due) => self.tick(now, due).await,
                    None => BEAT,
                }
            }
            Err(fault) => {
                if told.replace(fault).is_none() {
                    tracing::error!(%fault, "this node leads and must not: handing over");
                }
                if let Err(refusal) = succession::hand_over(&self.raft, self.node, None).await {
                    tracing::warn!(?refusal, "nobody takes over; no proposal is taken");
                }
                STEP_ASIDE_PAUSE
            }
        }
    }

    /// Proposes a tick if one is due.
    async fn tick(&self, now: Millis, due: Option<Millis>) -> Duration {
        match due {
            None => BEAT,
            Some(due) if now < due => BEAT.min(Duration::from_millis(due.since(now).0)),
            // Any entry lets time pass, and one is on its way.
            Some(_) if !self.intake.is_empty() => BEAT,
            Some(_) => {
                let next = Instant::now() + BEAT;
                let tick = Proposal {
                    caller: Caller { user: None, role: Role::Operator },
                    key: None,
                    fresh: clock::fresh(&*self.clock, &*self.rng),
                    command: Command::Tick,
                };
                if let Err(error) = self.intake.decide(tick, next, Origin::Client).await {
                    tracing::debug!(%error, "a tick was not decided in time");
                }
                next.saturating_duration_since(Instant::now())
            }
        }
    }
}

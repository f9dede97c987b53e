//! The task that finds rows which are due and has them carried out.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until, timeout};

use super::deliver::Courier;
use super::ledger::Ledger;
use super::mail::Mail;
use super::work::{Found, UnderWay, find};
use crate::clock::{Clock, Rng};
use crate::gateways::Gateways;
use crate::metrics::Metrics;
use crate::seats::{Millis, OutboxId, Queue};
#[cfg(test)]
use crate::simulation::{Bug, planted, scope};
use crate::tasks;
use crate::tickets::Links;

/// The shortest time between two looks at the state: a busy leader applies thousands of batches a
/// second, and a look holds the next one up.
const LOOK_PAUSE: Duration = Duration::from_millis(10);

/// The longest sleep: it costs nothing to look again.
const SLEEP_MAX: Duration = Duration::from_secs(30);

/// How soon to look again while this node's clock is wrong: nothing is due by a wrong clock.
const CLOCK_PAUSE: Duration = Duration::from_secs(1);

/// How long what is under way may go on when the node stops. What is cut off is done again.
const STOP_PATIENCE: Duration = Duration::from_secs(1);

/// What the task is made of.
pub struct Parts {
    /// Consensus.
    pub ledger: Arc<dyn Ledger>,
    /// Where sessions are closed and money goes back.
    pub gateways: Gateways,
    /// How letters leave.
    pub mail: Arc<dyn Mail>,
    /// Links to tickets, for letters.
    pub links: Links,
    /// Where clients reach this node, for gateways.
    pub public_url: String,
    /// Tells when rows are due.
    pub clock: Arc<dyn Clock>,
    /// For ids and jitter.
    pub rng: Arc<dyn Rng>,
    /// Where it is told how deliveries go.
    pub metrics: Metrics,
    /// Becomes true when the node stops; consensus must go on until this task has ended.
    pub shutdown: watch::Receiver<bool>,
}

/// Carries rows out until the node stops: at any time those of a node that leads.
///
/// # Errors
/// A delivery panicked, which is a bug.
pub async fn run(parts: Parts) -> Result<(), String> {
    let Parts { ledger, gateways, mail, links, public_url, clock, rng, metrics, shutdown } = parts;
    let mut stopping = shutdown.clone();
    let courier = Courier { ledger, gateways, mail, public_url, clock, rng, metrics, shutdown };
    let courier = Arc::new(courier);
    let worker = Worker { courier, links, under_way: UnderWay::default(), flights: JoinSet::new() };
    worker.run(&mut stopping).await
}

struct Worker {
    courier: Arc<Courier>,
    links: Links,
    under_way: UnderWay,
    flights: JoinSet<(OutboxId, Queue)>,
}

impl Worker {
    async fn run(mut self, stopping: &mut watch::Receiver<bool>) -> Result<(), String> {
        let mut applied = self.courier.ledger.applied();
        loop {
            // What is applied from here on has the state looked at again.
            applied.mark_unchanged();
            let next = self.start_due();
            let rested = Instant::now() + LOOK_PAUSE;
            tokio::select! {
                biased;
                // A sender that is gone means the same.
                _ = stopping.wait_for(|stop| *stop) => break,
                Some(landed) = self.flights.join_next() => self.land(landed)?,
                changed = applied.changed() => {
                    if changed.is_err() {
                        break;
                    }
                }
                () = sleep_until(next) => {}
            }
            tokio::select! {
                biased;
                _ = stopping.wait_for(|stop| *stop) => break,
                () = sleep_until(rested) => {}
            }
        }
        let landing = async { while self.flights.join_next().await.is_some() {} };
        if timeout(STOP_PATIENCE, landing).await.is_err() {
            self.flights.shutdown().await;
        }
        Ok(())
    }

    /// Starts what is due, if this node leads. Returns when to look again, should nothing happen.
    fn start_due(&mut self) -> Instant {
        if !self.courier.ledger.leads() {
            return Instant::now() + SLEEP_MAX;
        }
        let Some(now) = self.courier.ledger.now() else {
            return Instant::now() + CLOCK_PAUSE;
        };
        let Found { jobs, next } = self.find(now);
        #[cfg(test)]
        let dropped = planted(Bug::OutboxDroppedAtFailover) && scope::recall("led").is_none();
        #[cfg(test)]
        scope::remember("led", 1);
        for job in jobs {
            self.under_way.add(&job);
            let courier = Arc::clone(&self.courier);
            self.flights.spawn(tasks::owned(async move {
                let landed = (job.row, job.queue.clone());
                #[cfg(test)]
                if dropped {
                    courier.settle(job.row, crate::seats::Delivery::Done).await;
                    return landed;
                }
                courier.carry(job).await;
                landed
            }));
        }
        let wait = next.map_or(SLEEP_MAX, |next| Duration::from_millis(next.since(now).0));
        Instant::now() + wait.min(SLEEP_MAX)
    }

    fn find(&self, now: Millis) -> Found {
        let mut found = Found::default();
        self.courier.ledger.look(&mut |state| {
            found = find(state, now.max(state.now()), &self.under_way, &self.links);
        });
        found
    }

    fn land(
        &mut self,
        landed: Result<(OutboxId, Queue), tokio::task::JoinError>,
    ) -> Result<(), String> {
        let (row, queue) = landed.map_err(|error| format!("a delivery: {error}"))?;
        self.under_way.remove(row, queue);
        Ok(())
    }
}

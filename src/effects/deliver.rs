//! Does what a row asks for, and proposes how it went.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

use super::backoff::{wait, wait_refused};
use super::ledger::Ledger;
use super::mail::{Mail, MailError};
use super::work::{Job, Work};
use crate::clock::{self, Clock, Rng};
use crate::gateways::{Closed, Gateway, Gateways, webhook_urls};
use crate::metrics::Metrics;
use crate::raft::Answer;
use crate::seats::{
    Caller, Command, Delivery, GatewayEvent, GatewayEventKind, Millis, OutboxId, PaymentId,
    Proposal, Role,
};
#[cfg(test)]
use crate::simulation::{Bug, planted};

/// How long one attempt to have a delivery settled may take: longer than an election.
const SETTLE_PATIENCE: Duration = Duration::from_secs(5);

/// Attempts to settle a delivery before it is done again altogether.
const SETTLE_ATTEMPTS_MAX: usize = 3;

/// Pause between two of them.
const SETTLE_PAUSE: Duration = Duration::from_millis(250);

/// What deliveries are done with.
pub(super) struct Courier {
    pub(super) ledger: Arc<dyn Ledger>,
    pub(super) gateways: Gateways,
    pub(super) mail: Arc<dyn Mail>,
    pub(super) public_url: String,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) rng: Arc<dyn Rng>,
    pub(super) metrics: Metrics,
    /// True when the node stops.
    pub(super) shutdown: watch::Receiver<bool>,
}

/// Why a delivery failed.
struct Failure {
    why: String,
    /// It will hardly go better soon.
    is_final: bool,
}

impl From<String> for Failure {
    fn from(why: String) -> Failure {
        Failure { why, is_final: false }
    }
}

impl From<MailError> for Failure {
    fn from(error: MailError) -> Failure {
        Failure { why: error.to_string(), is_final: matches!(error, MailError::Refused(_)) }
    }
}

impl Courier {
    /// When a delivery that failed is tried again.
    fn retry_at(&self, job: &Job, failure: &Failure) -> Millis {
        let now = self.ledger.now().unwrap_or_else(|| {
            // Log time may be old, but never ahead: rather too soon than hours too late.
            let mut applied = Millis(0);
            self.ledger.look(&mut |state| applied = state.now());
            applied
        });
        now.plus(if failure.is_final {
            wait_refused(&*self.rng)
        } else {
            wait(job.queue.kind, job.failures, &*self.rng)
        })
    }

    /// Carries a row out and has it settled.
    pub(super) async fn carry(&self, job: Job) {
        if !self.ledger.leads() {
            return;
        }
        let delivery = match self.deliver(&job).await {
            Ok(delivery) => delivery,
            Err(failure) => {
                // The reason stands in the outbox, for operators: it may name a buyer.
                let (row, kind) = (job.row, job.queue.kind);
                tracing::warn!(%row, ?kind, failures = job.failures, "not delivered");
                let retry_at = self.retry_at(&job, &failure);
                Delivery::Failed { error: failure.why, retry_at }
            }
        };
        let result = match &delivery {
            Delivery::Done => "done",
            Delivery::AlreadyPaid => "already_paid",
            Delivery::Failed { .. } => "failed",
        };
        self.metrics.delivered(job.queue.kind.name(), result);
        self.settle(job.row, delivery).await;
    }

    async fn deliver(&self, job: &Job) -> Result<Delivery, Failure> {
        match &job.work {
            Work::Close { gateway, new, reference } => {
                let webhooks = webhook_urls(gateway, &self.public_url, &self.ledger.members());
                let new = crate::gateways::NewSession { webhook_urls: webhooks, ..new.clone() };
                let driver = self.driver(gateway)?;
                let closed = driver.close(&new, reference.as_deref()).await;
                match closed.map_err(|error| error.to_string())? {
                    Closed::Unpaid => Ok(Delivery::Done),
                    Closed::Paid { reference, amount, currency } => {
                        let event = GatewayEvent {
                            gateway: gateway.clone(),
                            event: format!("asked:{reference}"),
                            payment: Some(new.payment),
                            reference,
                            kind: GatewayEventKind::Succeeded,
                            amount,
                            currency,
                        };
                        Ok(self.found_paid(new.payment, event).await?)
                    }
                }
            }
            Work::Refund { gateway, refund } => {
                #[cfg(test)]
                let refund = &crate::gateways::NewRefund {
                    key: if planted(Bug::RefundWithoutKey) {
                        OutboxId(clock::fresh(&*self.clock, &*self.rng).0)
                    } else {
                        refund.key
                    },
                    ..refund.clone()
                };
                let refunded = self.driver(gateway)?.refund(refund).await;
                refunded.map_err(|error| error.to_string())?;
                Ok(Delivery::Done)
            }
            Work::Mail(letter) => {
                self.mail.deliver(letter).await?;
                Ok(Delivery::Done)
            }
            Work::Unfit(why) => Err(why.clone().into()),
        }
    }

    /// A session that was to be closed had been paid. Its webhook may be on its way, or lost: what
    /// it says is proposed here, and of two the core takes one. The row goes with that; should it
    /// stay, as it does when the event fits no payment, it asks again later.
    async fn found_paid(
        &self,
        payment: PaymentId,
        event: GatewayEvent,
    ) -> Result<Delivery, String> {
        tracing::info!(%payment, reference = event.reference, "a session to be closed was paid");
        match self.propose(Command::GatewayEvent(Box::new(event))).await?.outcome.result {
            Ok(_receipt) => Ok(Delivery::AlreadyPaid),
            Err(refusal) => Err(format!("its success is refused: {refusal:?}")),
        }
    }

    pub(super) async fn settle(&self, row: OutboxId, delivery: Delivery) {
        for _ in 0..SETTLE_ATTEMPTS_MAX {
            match self.propose(Command::Settle { row, delivery: delivery.clone() }).await {
                // A refusal says that the row has gone, which is what was wanted.
                Ok(_answer) => return,
                Err(error) => tracing::debug!(%row, error, "a delivery is not settled yet"),
            }
            if !self.ledger.leads() || *self.shutdown.borrow() {
                break;
            }
            tokio::time::sleep(SETTLE_PAUSE).await;
        }
        tracing::warn!(%row, "a delivery is not settled: it will be done again");
    }

    async fn propose(&self, command: Command) -> Result<Answer, String> {
        let proposal = Proposal {
            caller: Caller { user: None, role: Role::Operator },
            key: None,
            fresh: clock::fresh(&*self.clock, &*self.rng),
            command,
        };
        let answer = self.ledger.propose(proposal, clock::deadline(SETTLE_PATIENCE)).await;
        answer.map_err(|error| error.to_string())
    }

    fn driver(&self, gateway: &str) -> Result<&Arc<dyn Gateway>, String> {
        let driver = self.gateways.get(gateway);
        driver.ok_or_else(|| format!("gateway {gateway:?} is not configured on this node"))
    }
}

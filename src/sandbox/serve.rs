//! The gateway as a server: its books, its listener and its deliveries.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;

use axum::http::StatusCode;
use futures_util::FutureExt as _;
use tokio::net::TcpListener;
use tokio::sync::{mpsc, watch};

use super::answer::Answer;
use super::journal::{Journal, JournalError};
use super::ledger::{Fact, Ledger};
use super::{api, delivery};
use crate::clock::{self, Clock, Rng};
use crate::gateways::signature::Secret;
use crate::http::{Ends, ServeLimits, serve as accept};
use crate::metrics::Metrics;

/// How long requests under way may take when the gateway stops: none waits for more than the disk.
const DRAIN: Duration = Duration::from_secs(2);

/// How a gateway is set up.
#[derive(Clone)]
pub struct Options {
    /// Where its state lies.
    pub dir: PathBuf,
    /// With which its webhooks are signed.
    pub secret: String,
    /// What its pages' addresses begin with.
    pub public_url: String,
}

/// Why a gateway does not start, or ended without being asked.
#[derive(Debug, thiserror::Error)]
pub enum SandboxError {
    /// The secret is none.
    #[error("{0}")]
    Secret(String),
    /// Its disk.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// Webhooks cannot be sent at all.
    #[error("no HTTP client: {0}")]
    Client(String),
    /// A defect of ours.
    #[error("a delivery panicked: {0}")]
    Bug(String),
    /// What happened could not be written down, so that nothing more may happen.
    #[error("the journal: {0}")]
    Broken(String),
}

/// Serves until `shutdown` is true.
///
/// # Errors
/// See [`SandboxError`].
pub async fn serve(
    listener: TcpListener,
    options: Options,
    clock: Arc<dyn Clock>,
    rng: Arc<dyn Rng>,
    shutdown: watch::Receiver<bool>,
) -> Result<(), SandboxError> {
    let secret = Secret::parse(&options.secret).map_err(SandboxError::Secret)?;
    let (journal, ledger) = Journal::open(&options.dir)?;
    let (deliveries, wanted) = mpsc::unbounded_channel();
    let (changed, _) = watch::channel(0);
    let (broken, mut breaking) = watch::channel(None);
    let desk = Arc::new(Desk {
        journal: Arc::new(Mutex::new(journal)),
        ledger: Arc::new(RwLock::new(ledger)),
        secret,
        public_url: options.public_url.trim_end_matches('/').to_owned(),
        clock,
        rng,
        deliveries,
        changed,
        broken,
        stopping: shutdown.clone(),
    });
    let delivering = delivery::deliver(Arc::clone(&desk), wanted, shutdown.clone());
    let ends = Ends { leaving: shutdown.clone(), stopping: shutdown };
    let front =
        accept(listener, api::router(Arc::clone(&desk)), limits(), ends, Metrics::default());
    // Both stop when they are told to; with the last of them the books are closed.
    let both = async { tokio::try_join!(front.map(Ok), delivering).map(|_| ()) };
    tokio::select! {
        ended = both => ended,
        Ok(broken) = breaking.wait_for(Option::is_some) => {
            Err(SandboxError::Broken(broken.clone().unwrap_or_default()))
        }
    }
}

fn limits() -> ServeLimits {
    ServeLimits { drain: DRAIN, ..ServeLimits::default() }
}

/// What the gateway's parts share.
pub(super) struct Desk {
    /// Held from a decision until it is true, over the wait for the disk.
    journal: Arc<Mutex<Journal>>,
    /// What is on the disk, and nothing else. Held shortly.
    ledger: Arc<RwLock<Ledger>>,
    pub(super) secret: Secret,
    public_url: String,
    clock: Arc<dyn Clock>,
    rng: Arc<dyn Rng>,
    deliveries: mpsc::UnboundedSender<String>,
    /// Counts changes.
    changed: watch::Sender<u64>,
    /// Why nothing may happen any more.
    broken: watch::Sender<Option<String>>,
    /// Whether the gateway is to end.
    stopping: watch::Receiver<bool>,
}

impl Desk {
    /// Looks at what is true.
    pub(super) fn look<T>(&self, look: impl FnOnce(&Ledger) -> T) -> T {
        look(&self.ledger.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Decides a change, writes it down, and makes it true. Changes are made one after the other;
    /// whoever looks meanwhile sees what was true before. A panic ends the gateway, so that a lock
    /// which it poisons is nobody's concern.
    pub(super) async fn change<T: Send + 'static>(
        &self,
        decide: impl FnOnce(&Ledger, u64) -> Result<(T, Vec<Fact>), Answer> + Send + 'static,
    ) -> Result<T, Answer> {
        let (journal, ledger) = (Arc::clone(&self.journal), Arc::clone(&self.ledger));
        let now = self.now();
        // Writing waits for the disk.
        let done = tokio::task::spawn_blocking(move || {
            let mut journal = journal.lock().unwrap_or_else(PoisonError::into_inner);
            let decided = decide(&ledger.read().unwrap_or_else(PoisonError::into_inner), now);
            let (done, facts) = decided.map_err(Failed::Refused)?;
            if !facts.is_empty() {
                journal.write(&facts).map_err(|error| Failed::Broken(error.to_string()))?;
                let mut ledger = ledger.write().unwrap_or_else(PoisonError::into_inner);
                for fact in facts {
                    ledger.learn(fact).map_err(Failed::Broken)?;
                }
            }
            Ok(done)
        });
        let why = match done.await {
            Ok(Ok(done)) => {
                self.changed.send_modify(|count| *count += 1);
                return Ok(done);
            }
            Ok(Err(Failed::Refused(answer))) => return Err(answer),
            Ok(Err(Failed::Broken(why))) => why,
            Err(error) => error.to_string(),
        };
        let answer = Answer::error(StatusCode::INTERNAL_SERVER_ERROR, "internal", &why);
        self.broken.send_replace(Some(why));
        Err(answer)
    }

    /// Has what a session owes delivered.
    pub(super) fn deliver(&self, session: String) {
        // The receiver is gone only while the gateway stops; what is owed is on disk.
        let _stopping = self.deliveries.send(session);
    }

    /// Returns when a webhook is owed no more, or the gateway stops, which delivers nothing.
    pub(super) async fn taken(&self, webhook: &str) {
        let (mut changed, mut stopping) = (self.changed.subscribe(), self.stopping.clone());
        while self.look(|books| books.is_owed(webhook)) {
            tokio::select! {
                changed = changed.changed() => if changed.is_err() { return },
                _ = stopping.wait_for(|stop| *stop) => return,
            }
        }
    }

    /// Wall time in milliseconds.
    pub(super) fn now(&self) -> u64 {
        self.clock.wall().0
    }

    /// A name that nothing else has.
    pub(super) fn new_id(&self, prefix: &str) -> String {
        format!("{prefix}_{:032x}", clock::fresh(&*self.clock, &*self.rng).0)
    }

    /// Where a session's buyer pays.
    pub(super) fn page_of(&self, session: &str) -> String {
        format!("{}/pay/{session}", self.public_url)
    }

    /// A wait between half and all of this, so that what failed together does not come back
    /// together.
    pub(super) fn jitter(&self, whole: Duration) -> Duration {
        let mut random = [0; 2];
        self.rng.fill(&mut random);
        let half = whole / 2;
        half + half * u32::from(u16::from_be_bytes(random)) / u32::from(u16::MAX)
    }
}

/// Why a change was not made.
enum Failed {
    Refused(Answer),
    Broken(String),
}

//! Webhooks: each session's in order, again and again until somebody takes them.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use reqwest::{Client, StatusCode};
use tokio::sync::{Notify, Semaphore, mpsc, watch};
use tokio::task::JoinSet;

use super::ledger::{Fact, Owed};
use super::serve::{Desk, SandboxError};
use crate::gateways::signature;

/// How long one address may take: a cluster that elects a leader needs about two seconds, and where
/// the first address hangs, the second is still reached while a button waits.
const ATTEMPT_MAX: Duration = Duration::from_secs(3);

/// How long a connection may take.
const CONNECT_MAX: Duration = Duration::from_secs(2);

/// The wait after a round in which nobody took it; each further round doubles it.
const FIRST_WAIT: Duration = Duration::from_millis(500);

/// The longest wait.
const WAIT_MAX: Duration = Duration::from_secs(30);

/// How long a webhook is tried, in milliseconds: as long as real gateways do.
const TRIED_MAX: u64 = 3 * 24 * 60 * 60 * 1000;

/// Deliveries under way at once.
const AT_ONCE_MAX: usize = 64;

/// Delivers what is owed, until the gateway stops. `wanted` names sessions that owe something.
pub(super) async fn deliver(
    desk: Arc<Desk>,
    mut wanted: mpsc::UnboundedReceiver<String>,
    mut shutdown: watch::Receiver<bool>,
) -> Result<(), SandboxError> {
    let carrier = Arc::new(Carrier::new()?);
    // Sessions that are being delivered, each with what has it look again at once.
    let mut busy: BTreeMap<String, Arc<Notify>> = BTreeMap::new();
    let mut flights = JoinSet::new();
    for session in desk.look(super::ledger::Ledger::owing) {
        desk.deliver(session);
    }
    loop {
        tokio::select! {
            Some(landed) = flights.join_next() => {
                let session: String = landed.map_err(|error| SandboxError::Bug(error.to_string()))?;
                busy.remove(&session);
                // Something may have come to be owed while the last delivery ended.
                if desk.look(|books| books.next_owed(&session).is_some()) {
                    desk.deliver(session);
                }
            }
            // A sender that is gone means the same.
            () = async { let _stop = shutdown.wait_for(|stop| *stop).await; } => break,
            session = wanted.recv() => {
                let Some(session) = session else { break };
                if desk.look(|books| books.next_owed(&session).is_none()) {
                    continue;
                }
                if let Some(wake) = busy.get(&session) {
                    // Somebody waits for the news; what was owed before it goes out first.
                    wake.notify_one();
                    continue;
                }
                let wake = Arc::new(Notify::new());
                busy.insert(session.clone(), Arc::clone(&wake));
                let (desk, carrier) = (Arc::clone(&desk), Arc::clone(&carrier));
                flights.spawn(async move {
                    of_session(&desk, &carrier, &wake, &session).await;
                    session
                });
            }
        }
    }
    flights.shutdown().await;
    Ok(())
}

/// Delivers what a session owes, one after the other.
async fn of_session(desk: &Desk, carrier: &Carrier, wake: &Notify, session: &str) {
    let mut rounds = 0;
    while let Some((owed, urls)) = desk.look(|books| {
        let owed = books.next_owed(session)?.clone();
        Some((owed, books.session(session)?.webhook_urls.clone()))
    }) {
        let taken = round(desk, carrier, &owed, &urls).await;
        let given_up = desk.now().saturating_sub(owed.since) > TRIED_MAX;
        if given_up {
            tracing::error!(webhook = owed.id, session, "nobody took it for days: given up");
        }
        if taken || given_up {
            let id = owed.id.clone();
            let settled = desk.change(move |books, _| {
                let facts = if books.is_owed(&id) { vec![Fact::Settled(id)] } else { Vec::new() };
                Ok(((), facts))
            });
            if settled.await.is_err() {
                return;
            }
            rounds = 0;
            continue;
        }
        let wait = FIRST_WAIT.saturating_mul(1 << rounds.min(16)).min(WAIT_MAX);
        tokio::select! {
            () = tokio::time::sleep(desk.jitter(wait)) => {}
            () = wake.notified() => {}
        }
        rounds += 1_u32;
    }
}

/// Offers a webhook to each address in turn, until one takes it.
async fn round(desk: &Desk, carrier: &Carrier, owed: &Owed, urls: &[String]) -> bool {
    for url in urls {
        match carrier.offer(desk, owed, url).await {
            Ok(status) if status.is_success() => return true,
            Ok(status) => {
                tracing::info!(webhook = owed.id, url, status = status.as_u16(), "not taken");
            }
            Err(error) => tracing::info!(webhook = owed.id, url, error, "not taken"),
        }
    }
    false
}

/// Carries webhooks over the network.
struct Carrier {
    plain: Client,
    /// Made when the first https address is met: on machines without certificates it cannot be, and
    /// nothing but such an address may fail for that.
    secure: OnceLock<Client>,
    room: Semaphore,
}

impl Carrier {
    fn new() -> Result<Carrier, SandboxError> {
        let plain = builder().tls_certs_only([]).build();
        let plain = plain.map_err(|error| SandboxError::Client(error.to_string()))?;
        Ok(Carrier { plain, secure: OnceLock::new(), room: Semaphore::new(AT_ONCE_MAX) })
    }

    /// Offers a webhook to one address, signed as of now.
    async fn offer(&self, desk: &Desk, owed: &Owed, url: &str) -> Result<StatusCode, String> {
        let http = if is_secure(url) { self.secure()? } else { self.plain.clone() };
        let _permit = self.room.acquire().await.map_err(|error| error.to_string())?;
        let timestamp = desk.now() / 1000;
        let signature = desk.secret.sign(&owed.id, timestamp, owed.body.as_bytes());
        let offered = http
            .post(url)
            .header(signature::ID, &owed.id)
            .header(signature::TIMESTAMP, timestamp)
            .header(signature::SIGNATURE, signature)
            .header("content-type", "application/json")
            .body(owed.body.clone())
            .send();
        let answer = offered.await.map_err(|error| error.to_string())?;
        Ok(answer.status())
    }

    fn secure(&self) -> Result<Client, String> {
        if let Some(made) = self.secure.get() {
            return Ok(made.clone());
        }
        let made = builder().build().map_err(|error| format!("no TLS: {error}"))?;
        Ok(self.secure.get_or_init(|| made).clone())
    }
}

fn builder() -> reqwest::ClientBuilder {
    Client::builder()
        .connect_timeout(CONNECT_MAX)
        .timeout(ATTEMPT_MAX)
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
}

/// Whether an address needs TLS. Schemes are the same in either case (RFC 3986, section 3.1).
fn is_secure(url: &str) -> bool {
    url.split_once(':').is_some_and(|(scheme, _)| scheme.eq_ignore_ascii_case("https"))
}

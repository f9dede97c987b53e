//! Webhooks: each session's in order, again and again until somebody takes them.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Semaphore, mpsc, watch};
use tokio::task::JoinSet;

use super::ledger::{Fact, Owed};
use super::serve::{Desk, SandboxError};
use crate::gateways::signature;

/// How long one address may take: a cluster that elects a leader needs about two seconds.
const ATTEMPT_MAX: Duration = Duration::from_secs(6);

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
    let http = reqwest::Client::builder()
        .connect_timeout(CONNECT_MAX)
        .timeout(ATTEMPT_MAX)
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .build()
        .map_err(|error| SandboxError::Client(error.to_string()))?;
    let room = Arc::new(Semaphore::new(AT_ONCE_MAX));
    let mut busy: BTreeSet<String> = BTreeSet::new();
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
                if desk.look(|books| books.next_owed(&session).is_some())
                    && busy.insert(session.clone())
                {
                    let (desk, http, room) = (Arc::clone(&desk), http.clone(), Arc::clone(&room));
                    flights.spawn(async move {
                        of_session(&desk, &http, &room, &session).await;
                        session
                    });
                }
            }
        }
    }
    flights.shutdown().await;
    Ok(())
}

/// Delivers what a session owes, one after the other.
async fn of_session(desk: &Arc<Desk>, http: &reqwest::Client, room: &Semaphore, session: &str) {
    let mut rounds = 0;
    while let Some((owed, urls)) = desk.look(|books| {
        let owed = books.next_owed(session)?.clone();
        Some((owed, books.session(session)?.webhook_urls.clone()))
    }) {
        let taken = {
            let Ok(_permit) = room.acquire().await else { return };
            round(desk, http, &owed, &urls).await
        };
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
        tokio::time::sleep(desk.jitter(wait)).await;
        rounds += 1_u32;
    }
}

/// Offers a webhook to each address in turn, until one takes it.
async fn round(desk: &Desk, http: &reqwest::Client, owed: &Owed, urls: &[String]) -> bool {
    for url in urls {
        let timestamp = desk.now() / 1000;
        let signature = desk.secret.sign(&owed.id, timestamp, owed.body.as_bytes());
        let offered = http
            .post(url)
            .header(signature::ID, &owed.id)
            .header(signature::TIMESTAMP, timestamp)
            .header(signature::SIGNATURE, signature)
            .header("content-type", "application/json")
            .body(owed.body.clone())
            .send()
            .await;
        match offered {
            Ok(answer) if answer.status().is_success() => return true,
            Ok(answer) => {
                tracing::info!(
                    webhook = owed.id,
                    url,
                    status = answer.status().as_u16(),
                    "not taken"
                );
            }
            Err(error) => tracing::info!(webhook = owed.id, url, %error, "not taken"),
        }
    }
    false
}

//! A client of a cluster: every call of the contract with its types, repeated as the contract says.
//!
//! ```no_run
//! use usher::client::{Client, Error, NewHold};
//!
//! # async fn example() -> Result<(), Error> {
//! let client = Client::builder(["http://127.0.0.1:8101", "http://127.0.0.1:8102"])
//!     .user("anna")
//!     .build()?;
//! // Reads from now on show what this client has written, whichever node answers.
//! let client = client.consistent();
//! let hold = match client.create_hold("club", &NewHold::best(2, None)).key("annas-seats").await {
//!     Ok(hold) => hold,
//!     Err(Error::Refused(problem)) => return Err(Error::Refused(problem)),
//!     // Whether Anna has seats is not known: the same call under the same key will tell.
//!     Err(Error::OutcomeUnknown { key, .. }) => {
//!         client.create_hold("club", &NewHold::best(2, None)).key(key).await?
//!     }
//!     Err(other) => return Err(other),
//! };
//! println!("{} until {}", hold.id, hold.expires_at);
//! # Ok(())
//! # }
//! ```
//!
//! Every write has an `Idempotency-Key`, so that it can be made again when its answer is lost: the
//! client does so by itself, at the next endpoint, as long as its patience lasts. What was decided,
//! be it a refusal, is never asked for again.
//!
//! Nothing here knows how a cluster works: what stands in CONTRACT.md is all that is needed, and
//! this room could be a crate of its own.

mod api;
mod call;
mod error;
mod events;
mod list;
mod retry;
#[cfg(test)]
pub(crate) mod tests;
mod types;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderValue};

pub use api::Readiness;
pub use call::{Answer, Call, path};
pub use error::{Code, Error, FieldError, Problem};
pub use events::{Event, Events};
pub use list::{List, Page};
pub use retry::Chunks;
pub use types::*;

/// How long a connection may take: beyond a lost packet or two, the node is not there.
pub const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);

/// How long an endpoint may take before the next is asked: nodes give up on each other sooner, and
/// say so, which tells more than silence.
const CALL_TIMEOUT: Duration = Duration::from_secs(15);

/// How long new attempts are begun: longer than a failover.
const PATIENCE: Duration = Duration::from_secs(15);

/// A cluster, through its endpoints. Clones share connections, and what they have seen.
#[derive(Clone, Debug)]
pub struct Client {
    shared: Arc<Shared>,
    endpoints: Arc<[String]>,
    reads: Reads,
}

/// What all clones share.
#[derive(Debug)]
struct Shared {
    http: reqwest::Client,
    /// How long to go on trying.
    patience: Duration,
    /// How long one endpoint may take.
    timeout: Duration,
    /// The highest index that any answer stood on.
    seen: AtomicU64,
    /// The endpoint that answered last is asked first.
    last: AtomicUsize,
}

/// How fresh reads are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reads {
    /// As whichever node has it.
    Local,
    /// With all that this client has seen.
    Consistent,
    /// With all that was acknowledged to anybody.
    Linearizable,
}

/// A client in the making.
#[derive(Debug)]
pub struct Builder {
    endpoints: Vec<String>,
    token: Option<String>,
    user: Option<String>,
    role: Option<String>,
    patience: Duration,
    timeout: Duration,
}

impl Client {
    /// A client of these nodes, each `http://host:port` or `https://host:port`. They are asked in
    /// turn, beginning with the one that answered last.
    pub fn builder(endpoints: impl IntoIterator<Item = impl Into<String>>) -> Builder {
        let endpoints = endpoints.into_iter().map(Into::into).collect();
        let (patience, timeout) = (PATIENCE, CALL_TIMEOUT);
        Builder { endpoints, token: None, user: None, role: None, patience, timeout }
    }

    /// The same client, whose reads show at least what it has seen or written so far (`min_index`).
    #[must_use]
    pub fn consistent(&self) -> Client {
        Client { reads: Reads::Consistent, ..self.clone() }
    }

    /// The same client, whose reads show every write that was acknowledged to anybody.
    #[must_use]
    pub fn linearizable(&self) -> Client {
        Client { reads: Reads::Linearizable, ..self.clone() }
    }

    /// The same caller at one other endpoint.
    #[must_use]
    pub fn at(&self, endpoint: &str) -> Client {
        let shared = Shared {
            http: self.shared.http.clone(),
            seen: AtomicU64::new(self.index()),
            last: AtomicUsize::new(0),
            ..*self.shared
        };
        let endpoints = [endpoint.to_owned()].into();
        Client { shared: Arc::new(shared), endpoints, reads: self.reads }
    }

    /// The URL of a member that names itself `host:port`, spoken to as the endpoints are.
    #[must_use]
    pub fn member(&self, http: &str) -> String {
        if http.contains("://") {
            return http.to_owned();
        }
        let scheme = if is_secure(&self.endpoints) { "https" } else { "http" };
        format!("{scheme}://{http}")
    }

    /// Whom it asks.
    #[must_use]
    pub fn endpoints(&self) -> &[String] {
        &self.endpoints
    }

    /// The highest `Usher-Applied-Index` that it has seen.
    #[must_use]
    pub fn index(&self) -> u64 {
        self.shared.seen.load(Ordering::Relaxed)
    }

    fn saw(&self, index: u64) {
        self.shared.seen.fetch_max(index, Ordering::Relaxed);
    }

    /// What makes a read as fresh as this client's reads are.
    fn freshness(&self) -> Option<(&'static str, String)> {
        match (self.reads, self.index()) {
            (Reads::Local, _) | (Reads::Consistent, 0) => None,
            (Reads::Consistent, index) => Some(("min_index", index.to_string())),
            (Reads::Linearizable, _) => Some(("consistency", "linearizable".to_owned())),
        }
    }
}

impl Builder {
    /// Who asks, where credentials are looked at: sent as `Authorization: Bearer`.
    #[must_use]
    pub fn token(self, token: impl Into<String>) -> Builder {
        Builder { token: Some(token.into()), ..self }
    }

    /// Who asks, where callers are believed.
    #[must_use]
    pub fn user(self, user: impl Into<String>) -> Builder {
        Builder { user: Some(user.into()), ..self }
    }

    /// In which role, where callers are believed: `organizer` or `operator`.
    #[must_use]
    pub fn role(self, role: impl Into<String>) -> Builder {
        Builder { role: Some(role.into()), ..self }
    }

    /// How long new attempts are begun; one under way is awaited.
    #[must_use]
    pub fn patience(self, patience: Duration) -> Builder {
        Builder { patience, ..self }
    }

    /// How long one endpoint may take to answer.
    #[must_use]
    pub fn timeout(self, timeout: Duration) -> Builder {
        Builder { timeout, ..self }
    }

    /// The client. It connects when it is used.
    ///
    /// # Errors
    /// There are no endpoints, or the caller's name or token has characters that none has.
    pub fn build(self) -> Result<Client, Error> {
        let Builder { endpoints, token, user, role, patience, timeout } = self;
        if endpoints.is_empty() {
            return Err(Error::Unusable("no endpoints".to_owned()));
        }
        let endpoints: Vec<String> =
            endpoints.iter().map(|endpoint| endpoint.trim_end_matches('/').to_owned()).collect();
        let mut headers = HeaderMap::new();
        let bearer = token.map(|token| format!("Bearer {token}"));
        let named = [("x-user-id", user, "user"), ("x-usher-role", role, "role")];
        let secret = (AUTHORIZATION.as_str(), bearer, "token");
        for (header, value, what) in named.into_iter().chain([secret]) {
            let Some(value) = value else { continue };
            let mut value = HeaderValue::try_from(value).map_err(|_| {
                Error::Unusable(format!("the {what} has characters that no {what} has"))
            })?;
            value.set_sensitive(what == "token");
            headers.insert(reqwest::header::HeaderName::from_static(header), value);
        }
        let builder = reqwest::Client::builder()
            .default_headers(headers)
            .connect_timeout(CONNECT_TIMEOUT)
            .redirect(reqwest::redirect::Policy::none())
            // A cluster is talked to directly: a proxy would hide which node answers.
            .no_proxy();
        // Without https no certificates are needed, nor looked for on machines that have none.
        let builder = if is_secure(&endpoints) { builder } else { builder.tls_certs_only([]) };
        let http = builder.build().map_err(|error| {
            Error::Unusable(format!("no HTTP client: {}", crate::causes::causes(&error)))
        })?;
        let (seen, last) = (AtomicU64::new(0), AtomicUsize::new(0));
        let shared = Arc::new(Shared { http, patience, timeout, seen, last });
        Ok(Client { shared, endpoints: endpoints.into(), reads: Reads::Local })
    }
}

fn is_secure(endpoints: &[String]) -> bool {
    endpoints.iter().any(|endpoint| endpoint.starts_with("https:"))
}

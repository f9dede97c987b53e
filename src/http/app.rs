//! What the room is built from, and what its handlers share.

use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Semaphore, watch};
use tokio::time::Instant;

use super::backend::Backend;
use super::bodies::Bodies;
use super::cors::Cors;
use super::origins::{Origin, origins};
use super::rates::{Meters, Rates};
use super::routes::Doors;
use super::shares::Shares;
use crate::clock::{self, Clock, Rng};
use crate::gateways::Gateways;
use crate::journal::Journal;
use crate::metrics::Metrics;
use crate::raft::{Member, NodeId};
use crate::seats::Fresh;
use crate::tickets::Links;
use crate::tokens::Authority;
use crate::traces::Traces;

/// Everything that the router needs of a node.
pub struct App {
    /// Consensus: a [`crate::raft::Handle`], or a stand-in.
    pub backend: Arc<dyn Backend>,
    /// What an operator sets.
    pub settings: Settings,
    /// Where buyers pay.
    pub gateways: Gateways,
    /// Makes and checks links to tickets.
    pub links: Links,
    /// Tells the time that only `expires_in_ms` and "upcoming" look at.
    pub clock: Arc<dyn Clock>,
    /// Makes ids.
    pub rng: Arc<dyn Rng>,
    /// Where it is told what is counted and measured.
    pub metrics: Metrics,
    /// Where it is told what became of traced requests.
    pub traces: Traces,
    /// Streams end and the node reads as not ready once this is true.
    pub shutdown: watch::Receiver<bool>,
}

/// What an operator sets of this room.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// How callers are told apart.
    pub auth: Auth,
    /// Where relative media URLs are served (the CDN); empty: by this node, under `/media`.
    pub media_base_url: String,
    /// The folder that this node serves media from, if any.
    pub media_folder: Option<PathBuf>,
    /// Where clients reach this node, without a slash at the end.
    pub public_url: String,
    /// The members that `POST /v1/cluster/init` forms a cluster of.
    pub members: Vec<(NodeId, Member)>,
    /// Bounds.
    pub limits: Limits,
    /// How often one user and one address may ask.
    pub rates: Rates,
    /// Proxies that are believed about whom they ask for.
    pub trusted_proxies: Vec<IpAddr>,
    /// Other sites whose pages may use this API, beside the nodes' own: exact origins, or `*`.
    pub cors_origins: Vec<String>,
    /// The node's whole configuration as it is in effect, with stars for secrets.
    pub effective: serde_json::Value,
    /// What was logged lately.
    pub journal: Journal,
}

/// How callers are told apart (CONTRACT section 2).
#[derive(Clone, Debug, Default)]
pub enum Auth {
    /// The caller is whoever `X-User-Id` says.
    #[default]
    Open,
    /// The caller is whom a token is for, and roles bound routes.
    Token(Arc<Authority>),
}

/// Bounds on what clients can make a node hold.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Undecided writes of one address, of some thousand that a node takes: whoever has many
    /// connections must not be the only one who is heard.
    pub writes_per_address_max: usize,
    /// Open event streams; each costs a socket and a look at the state per batch.
    pub streams_max: usize,
    /// Bytes of rendered answers that are kept.
    pub cache_bytes_max: usize,
    /// Seats, over all answers with the caller's own marked that are rendered or sent. Each takes
    /// some 65 bytes until its client has read it.
    pub own_seats_max: usize,
    /// Plans read at the same time; each may take 32 MiB of text and more as a tree.
    pub uploads_max: usize,
    /// Payments being opened. A gateway that hangs keeps each for its whole patience, so these are
    /// the buyers that one such gateway can keep waiting; more are told at once to come again.
    pub openings_max: usize,
    /// How long a buyer waits for a gateway to open a session. Drivers bound each of their calls;
    /// this bounds the whole, within the patience of most clients.
    pub opening_patience: Duration,
    /// Reconciliations at the same time; each holds a list of every payment and every session.
    pub reconciliations_max: usize,
    /// Backups at the same time; each keeps the database from freeing what it replaces meanwhile.
    pub backups_max: usize,
    /// How long an ordinary body may take to arrive; the largest get twelve times as long.
    pub body_patience: Duration,
    /// Bookings that a user may have of one show, else holds are refused; 0 means any number.
    pub bookings_per_user_and_show: u32,
    /// A comment goes out on a stream after so long without an event, so that proxies keep the
    /// connection and dead ones are noticed.
    pub stream_keep_alive: Duration,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            writes_per_address_max: 768,
            streams_max: 10_000,
            cache_bytes_max: 64 * 1024 * 1024,
            own_seats_max: 1_000_000,
            uploads_max: 2,
            openings_max: 256,
            opening_patience: Duration::from_secs(10),
            reconciliations_max: 1,
            backups_max: 1,
            body_patience: Duration::from_secs(10),
            bookings_per_user_and_show: 0,
            stream_keep_alive: Duration::from_secs(15),
        }
    }
}

/// What handlers are handed.
pub(super) type Served = Arc<Site>;

/// What the handlers share.
pub(super) struct Site {
    pub(super) backend: Arc<dyn Backend>,
    pub(super) settings: Settings,
    pub(super) gateways: Gateways,
    pub(super) links: Links,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) rng: Arc<dyn Rng>,
    pub(super) metrics: Metrics,
    pub(super) traces: Traces,
    pub(super) shutdown: watch::Receiver<bool>,
    /// Who may use which route.
    pub(super) doors: Doors,
    /// Who has asked how often.
    pub(super) meters: Meters,
    /// Who has how many undecided writes.
    pub(super) shares: Shares,
    /// Whose pages may read answers.
    pub(super) cors: Cors,
    /// Rendered answers, shared by readers.
    pub(super) bodies: Bodies,
    /// One permit per open stream.
    pub(super) streams: Arc<Semaphore>,
    /// One permit per seat of an answer that is one caller's alone.
    pub(super) own_seats: Arc<Semaphore>,
    /// When this node began: what it does at regular times is counted from then.
    pub(super) begun: Instant,
    /// One permit per plan that is being read.
    pub(super) uploads: Arc<Semaphore>,
    /// One permit per payment that is being opened.
    pub(super) openings: Semaphore,
    /// One permit per reconciliation.
    pub(super) reconciliations: Semaphore,
    /// One permit per backup.
    pub(super) backups: Arc<Semaphore>,
}

impl Site {
    pub(super) fn new(app: App, doors: Doors) -> Site {
        let App { backend, settings, gateways, links, clock, rng, metrics, traces, shutdown } = app;
        let limits = settings.limits;
        Site {
            meters: Meters::new(settings.rates, &clock),
            shares: Shares::new(limits.writes_per_address_max),
            cors: Cors::new(&settings.cors_origins),
            backend,
            settings,
            gateways,
            links,
            clock,
            rng,
            metrics,
            traces,
            shutdown,
            doors,
            bodies: Bodies::new(limits.cache_bytes_max),
            streams: Arc::new(Semaphore::new(limits.streams_max)),
            own_seats: Arc::new(Semaphore::new(limits.own_seats_max)),
            begun: Instant::now(),
            uploads: Arc::new(Semaphore::new(limits.uploads_max)),
            openings: Semaphore::new(limits.openings_max),
            reconciliations: Semaphore::new(limits.reconciliations_max),
            backups: Arc::new(Semaphore::new(limits.backups_max)),
        }
    }

    /// Streams that are open.
    pub(super) fn listeners(&self) -> usize {
        self.settings.limits.streams_max - self.streams.available_permits()
    }

    /// Host and port at which clients reach each member.
    pub(super) fn members(&self) -> Vec<String> {
        self.backend.members().into_iter().map(|(_, member)| member.http).collect()
    }

    /// Where browsers reach the nodes, this one first.
    pub(super) fn origins(&self) -> Vec<Origin> {
        origins(&self.settings.public_url, &self.members())
    }

    /// Makes links to tickets that are the same at every node.
    pub(super) fn links(&self) -> Links {
        self.links.for_all(&self.members())
    }

    /// A new id.
    pub(super) fn fresh(&self) -> Fresh {
        clock::fresh(&*self.clock, &*self.rng)
    }
}

//! The command line as clap reads it. What needs neither disk nor network to judge is judged here.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::builder::TypedValueParser;
use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

use crate::plans::PresetName;
use crate::seats::Role;
use crate::tokens::{Algorithm, StaticToken};

/// Where a node listens unless it is told otherwise.
const ENDPOINT_USUAL: &str = "127.0.0.1:8101";

/// Shows of one `--ids`: as many as seats of a stadium, and beyond every benchmark.
const IDS_MAX: usize = 100_000;

/// A replicated ticket-booking seat store that never double-books.
#[derive(Debug, Parser)]
#[command(name = "usher", version, about, arg_required_else_help = true)]
#[command(after_help = "Exit codes: 0 ok, 1 failed, 2 usage, 3 unreachable or no quorum, \
    4 not found or conflict, 5 refused as unsafe, 6 outcome unknown.")]
pub(super) struct Arguments {
    #[command(flatten)]
    pub connect: Connect,

    /// How data is printed on stdout
    #[arg(long, global = true, value_enum, default_value_t = Format::Table)]
    pub output: Format,

    #[command(subcommand)]
    pub command: Command,
}

/// How to reach a cluster.
#[derive(Args, Debug)]
pub(super) struct Connect {
    /// Nodes to ask, tried in turn: host:port or URL, separated by commas
    #[arg(
        long,
        global = true,
        env = "USHER_ENDPOINTS",
        value_delimiter = ',',
        default_value = ENDPOINT_USUAL,
        value_parser = endpoint,
        value_name = "A,B,C"
    )]
    pub endpoints: Vec<String>,

    /// File with the token to present; without it the variable `USHER_TOKEN` is used, if set
    #[arg(long, global = true, value_name = "FILE")]
    pub token_file: Option<PathBuf>,

    /// How long a command begins new attempts, in seconds; one under way is awaited
    #[arg(
        long,
        global = true,
        value_name = "SECONDS",
        default_value = "15",
        value_parser = clap::value_parser!(u64).range(1..=3600).map(Duration::from_secs)
    )]
    pub timeout: Duration,
}

/// How data is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// For people
    Table,
    /// For programs
    Json,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Run a whole cluster with a gateway, mail and shows to play with, in this one process
    Demo(Demo),
    /// Run one node
    Serve(ConfigFile),
    /// Run a stand-in payment gateway, in which no real money moves
    SandboxGateway(SandboxGateway),
    /// Form a cluster, or look at it
    #[command(subcommand)]
    Cluster(ClusterVerb),
    /// Add, promote, remove, replace, drain and move nodes
    #[command(subcommand)]
    Node(NodeVerb),
    /// Say who leads
    #[command(subcommand)]
    Leader(LeaderVerb),
    /// Collect what helps to find out what went wrong
    #[command(subcommand)]
    Debug(DebugVerb),
    /// Create, list and export shows
    #[command(subcommand)]
    Show(ShowVerb),
    /// Compare our books with those of the payment gateways
    #[command(subcommand)]
    Payments(PaymentsVerb),
    /// Look at the money that goes back
    #[command(subcommand)]
    Refunds(RefundsVerb),
    /// Look at what is still to be done outside: sessions to close, refunds to pay, mail to send
    #[command(subcommand)]
    Outbox(OutboxVerb),
    /// Save, check and restore backups
    #[command(subcommand)]
    Backup(BackupVerb),
    /// Make a cluster of what is left on this node's disk, when a majority is gone for good
    Recover(Recover),
    /// Measure, and make what is to be measured
    #[command(subcommand)]
    Bench(BenchVerb),
    /// Check every invariant of seats and money: 0 when all hold, 1 with each violation named
    Audit(Audit),
    /// Check and show a node's configuration
    #[command(subcommand)]
    Config(ConfigVerb),
    /// Print the description of the HTTP interface, as every node serves it at /openapi.json
    Openapi,
    /// Make tokens for `auth.mode = "token"`
    #[command(subcommand)]
    Token(TokenVerb),
    /// Print what a shell reads to complete commands: usher completions bash > FILE
    Completions {
        /// For which shell
        shell: Shell,
    },
    /// Print the manual's first page, for `man -l -`, or write all pages
    Man {
        /// Write a page for each command into this folder
        #[arg(long)]
        dir: Option<PathBuf>,
    },
}

/// What is audited, or what is read of the trail.
#[derive(Args, Debug)]
pub(super) struct Audit {
    #[command(subcommand)]
    pub verb: Option<AuditVerb>,
    /// Audit a backup instead of a running cluster
    #[arg(long, value_name = "FILE", conflicts_with = "data_dir")]
    pub backup: Option<PathBuf>,
    /// Audit the data directory of a stopped node instead of a running cluster
    #[arg(long, value_name = "DIR")]
    pub data_dir: Option<PathBuf>,
}

impl Audit {
    /// Whether it is about files and not about a running cluster.
    pub(super) fn is_offline(&self) -> bool {
        self.backup.is_some() || self.data_dir.is_some()
    }
}

#[derive(Debug, Subcommand)]
pub(super) enum AuditVerb {
    /// Tell who did what, and when, the oldest first: of a seat, a user, a hold or a payment
    Trail(Trail),
}

/// Of what deeds are told: all that is given must fit.
#[derive(Args, Clone, Debug)]
#[command(group = clap::ArgGroup::new("about").required(true).multiple(true))]
pub(super) struct Trail {
    /// Of a seat, by its id, such as A-12; its show must be given
    #[arg(long, value_name = "SEAT", group = "about", requires = "show")]
    pub seat: Option<String>,
    /// Of what a user has or had, or asked for
    #[arg(long, value_name = "USER", group = "about")]
    pub user: Option<String>,
    /// Of a hold
    #[arg(long, value_name = "HLD", group = "about")]
    pub hold: Option<String>,
    /// Of a payment
    #[arg(long, value_name = "PAY", group = "about")]
    pub payment: Option<String>,
    /// Only of this show
    #[arg(long, value_name = "SHOW")]
    pub show: Option<String>,
    /// Only then or later, in log time: 2099-03-01T19:30:00Z
    #[arg(long, value_name = "TIME")]
    pub from: Option<String>,
    /// Only then or earlier
    #[arg(long, value_name = "TIME")]
    pub to: Option<String>,
}

#[derive(Debug, Subcommand)]
pub(super) enum TokenVerb {
    /// Make a static token of an organizer or operator: printed once; its hash belongs into the
    /// configuration of every node
    New {
        /// Who uses it, such as "till"
        #[arg(long, value_name = "NAME", value_parser = token_name)]
        name: String,
        /// What it is good for
        #[arg(long, value_parser = role, value_name = "organizer|operator|buyer")]
        role: Role,
    },
    /// Sign a JSON Web Token, as the issuer of your users' tokens does
    Sign(Sign),
}

/// A JSON Web Token to be signed.
#[derive(Args, Clone, Debug)]
pub(super) struct Sign {
    /// Whose it is (`sub`)
    #[arg(long, value_name = "USER")]
    pub user: Option<String>,
    /// What it is good for
    #[arg(long, value_parser = role, default_value = "buyer", value_name = "ROLE")]
    pub role: Role,
    /// For how many seconds it is good
    #[arg(
        long,
        value_name = "SECONDS",
        default_value = "3600",
        value_parser = clap::value_parser!(u64).range(1..=31_536_000)
    )]
    pub lifetime: u64,
    /// For whom it is meant (`aud`)
    #[arg(long, value_name = "AUDIENCE")]
    pub audience: Option<String>,
    /// Who says so (`iss`)
    #[arg(long, value_name = "ISSUER")]
    pub issuer: Option<String>,
    /// What it is signed with
    #[arg(long, value_name = "ALGORITHM", default_value = "HS256", value_parser = algorithm)]
    pub algorithm: Algorithm,
    /// File with the key: the secret of HS256 as `auth.jwt.secret` has it, or a private key in PEM
    #[arg(long, value_name = "FILE")]
    pub key: PathBuf,
    /// The key's name in the set of public keys (`kid`)
    #[arg(long, value_name = "ID")]
    pub key_id: Option<String>,
}

fn role(text: &str) -> Result<Role, String> {
    Role::named(text).ok_or_else(|| "must be buyer, organizer or operator".to_owned())
}

fn algorithm(text: &str) -> Result<Algorithm, String> {
    Algorithm::named(text).ok_or_else(|| "must be EdDSA, ES256, RS256 or HS256".to_owned())
}

fn token_name(text: &str) -> Result<String, String> {
    if StaticToken::is_name(text) {
        return Ok(text.to_owned());
    }
    Err("must have 1 to 64 letters, digits, -, _ or .".to_owned())
}

/// A stand-in payment gateway.
#[derive(Args, Clone)]
pub(super) struct SandboxGateway {
    /// Where it listens
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8200")]
    pub listen: SocketAddr,

    /// With which its webhooks are signed: `whsec_` and a key in base64
    #[arg(
        long,
        value_name = "SECRET",
        env = "USHER_SANDBOX_WEBHOOK_SECRET",
        hide_env_values = true,
        value_parser = webhook_secret
    )]
    pub webhook_secret: String,

    /// Where its state lies; without it, data/sandbox-PORT, so that each gateway has its own
    #[arg(long, value_name = "DIR")]
    pub data_dir: Option<PathBuf>,

    /// What its pages' addresses begin with; without it, http:// and where it listens
    #[arg(long, value_name = "URL", value_parser = endpoint)]
    pub public_url: Option<String>,
}

impl std::fmt::Debug for SandboxGateway {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Without the secret.
        f.debug_struct("SandboxGateway").field("listen", &self.listen).finish_non_exhaustive()
    }
}

/// A cluster to play with.
#[derive(Args, Clone, Debug)]
pub(super) struct Demo {
    /// How many nodes
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u16).range(1..=9))]
    pub nodes: u16,

    /// Keep everything in this folder; without it, nothing is kept
    #[arg(long, value_name = "DIR")]
    pub data_dir: Option<PathBuf>,

    /// The first node's port for clients; the next have the following ones, peers 1000 more, and
    /// the gateway's is 99 above
    #[arg(
        long,
        value_name = "PORT",
        default_value_t = 8101,
        value_parser = clap::value_parser!(u16).range(1024..=64_000)
    )]
    pub port: u16,

    /// How callers are known: they are who they say, or they show tokens, which are put into the
    /// folder
    #[arg(long, value_enum, default_value_t = DemoAuth::Open)]
    pub auth: DemoAuth,
}

/// How callers of a demonstration are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum DemoAuth {
    /// They are who they say
    Open,
    /// They show tokens
    Token,
}

#[derive(Debug, Subcommand)]
pub(super) enum ClusterVerb {
    /// Form the cluster: the first endpoint does it, of the members in its configuration
    Init,
    /// Show members, leader and how far each has got
    Status {
        /// Again every second, until it is stopped
        #[arg(long)]
        watch: bool,
    },
    /// Compare the states of all nodes at one index: 0 when they are equal, 1 with the rows that
    /// differ
    Verify,
}

#[derive(Debug, Subcommand)]
pub(super) enum DebugVerb {
    /// Write what every node knows of itself into one file (.tar.gz): versions, configurations,
    /// consensus, counts, last lines of logs. Secrets and buyers are not in it
    Bundle {
        /// A file that is not there yet
        #[arg(value_name = "FILE", default_value = "usher-debug.tar.gz")]
        file: PathBuf,
    },
}

/// A node that is brought in.
#[derive(Args, Clone, Debug)]
pub(super) struct NewNode {
    /// Where its clients reach it, host:port; it must run and be new. Or its number, if it is a
    /// member already, or with --peer and --http
    #[arg(value_name = "NEW", value_parser = node_name)]
    pub node: NodeName,
    /// Where peers reach it, if not as it says itself
    #[arg(long, value_name = "HOST:PORT")]
    pub peer: Option<String>,
    /// Where clients reach it, if not as it says itself
    #[arg(long, value_name = "HOST:PORT")]
    pub http: Option<String>,
}

#[derive(Debug, Subcommand)]
pub(super) enum NodeVerb {
    /// Bring a new node in as a learner: it gets the state and the log, and has no vote yet
    Add {
        #[command(flatten)]
        new: NewNode,
        #[command(flatten)]
        sure: Sure,
    },
    /// Let a learner vote, once it has caught up
    Promote {
        /// Its number
        id: u64,
        #[command(flatten)]
        sure: Sure,
    },
    /// Remove a node for good; its number is never given again
    Remove {
        /// Its number
        id: u64,
        #[command(flatten)]
        sure: Sure,
    },
    /// Put a new node in the place of another, dead or not: add it, wait for it, and swap the two
    /// in one change. Interrupted, give it again
    Replace {
        /// The number of the node that goes
        old: u64,
        #[command(flatten)]
        new: NewNode,
        #[command(flatten)]
        sure: Sure,
    },
    /// Have a node hand leadership over, finish what it was asked, and end
    Drain {
        /// Its number
        id: u64,
        #[command(flatten)]
        sure: Sure,
    },
    /// Tell the cluster where a node is now; it must answer there
    SetAddress {
        /// Its number
        id: u64,
        /// Where peers reach it
        #[arg(long, value_name = "HOST:PORT", required_unless_present = "http")]
        peer: Option<String>,
        /// Where clients reach it
        #[arg(long, value_name = "HOST:PORT")]
        http: Option<String>,
        #[command(flatten)]
        sure: Sure,
    },
}

/// Whether a change is to be made.
#[derive(Args, Clone, Copy, Debug)]
pub(super) struct Sure {
    /// Make the change; without this it is shown, and asked about on a terminal
    #[arg(long)]
    pub yes: bool,

    /// Only show what would be done
    #[arg(long, conflicts_with = "yes")]
    pub dry_run: bool,
}

/// A node as it is named on the command line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum NodeName {
    /// By its number.
    Id(u64),
    /// By where its clients reach it.
    At(String),
}

#[derive(Debug, Subcommand)]
pub(super) enum LeaderVerb {
    /// Hand leadership over
    Transfer {
        /// To this node; otherwise to the most caught-up one
        #[arg(long, value_name = "ID")]
        to: Option<u64>,
    },
}

#[derive(Debug, Subcommand)]
pub(super) enum ShowVerb {
    /// Create a show from a JSON file
    Create {
        /// The show, as `POST /v1/shows` takes it; `-` is stdin
        #[arg(value_name = "FILE", required_unless_present = "file")]
        show: Option<PathBuf>,
        /// The same, by name
        #[arg(long, value_name = "FILE", conflicts_with = "show")]
        file: Option<PathBuf>,
        /// A seating plan to go with it, as `seat_map`
        #[arg(long, value_name = "FILE")]
        plan: Option<PathBuf>,
    },
    /// List shows
    List {
        /// scheduled, `on_sale`, closed, cancelled or all; without it what is upcoming and not
        /// cancelled
        #[arg(long, value_parser = ["scheduled", "on_sale", "closed", "cancelled", "all"])]
        status: Option<String>,
    },
    /// Print a show with its seating plan, as `show create` takes it
    Export {
        /// The show's id
        #[arg(value_parser = clap::builder::NonEmptyStringValueParser::new())]
        show: String,
    },
    /// Create shows in a generated hall; those that are there already stay as they are
    Seed(Seed),
}

#[derive(Debug, Subcommand)]
pub(super) enum PaymentsVerb {
    /// List what we and the gateways see differently, and events that fit no payment: exit 0 when
    /// all could be compared, whatever is listed, and 1 when a gateway could not be asked
    Reconcile {
        /// Only with this gateway
        #[arg(long, value_name = "ID", value_parser = clap::builder::NonEmptyStringValueParser::new())]
        gateway: Option<String>,
    },
}

#[derive(Debug, Subcommand)]
pub(super) enum RefundsVerb {
    /// List refunds
    List {
        /// pending, succeeded or all
        #[arg(long, value_parser = ["pending", "succeeded", "all"], default_value = "pending")]
        status: String,
    },
    /// Have a pending refund tried now, such as after the gateway's account was filled up
    Retry {
        /// The refund's id
        #[arg(value_name = "RFD", value_parser = clap::builder::NonEmptyStringValueParser::new())]
        refund: String,
    },
}

#[derive(Debug, Subcommand)]
pub(super) enum OutboxVerb {
    /// List every row, the oldest first
    List,
}

#[derive(Debug, Subcommand)]
pub(super) enum BackupVerb {
    /// Save the whole state into one file while the cluster goes on
    Save {
        #[command(flatten)]
        file: BackupFile,
        /// What the first node that answers has applied, even without a quorum; else everything
        /// that was acknowledged before
        #[arg(long)]
        local: bool,
    },
    /// Read a backup as a restore would, and check every invariant of what it holds
    Verify {
        #[command(flatten)]
        file: BackupFile,
    },
    /// Make the data directory of the first node of a new cluster; then start the nodes, the others
    /// with empty data directories, and run `usher cluster init`
    Restore {
        #[command(flatten)]
        file: BackupFile,
        #[command(flatten)]
        config: ConfigFile,
    },
}

/// A backup.
#[derive(Args, Clone, Debug)]
pub(super) struct BackupFile {
    /// The backup
    #[arg(value_name = "FILE", required_unless_present = "named")]
    path: Option<PathBuf>,
    /// The same, by name
    #[arg(long = "file", id = "named", value_name = "FILE", conflicts_with = "path")]
    named: Option<PathBuf>,
}

impl BackupFile {
    pub(super) fn path(&self) -> &Path {
        self.path.as_deref().or(self.named.as_deref()).expect("clap requires one of the two")
    }
}

/// When a majority is gone.
#[derive(Args, Debug)]
pub(super) struct Recover {
    /// Required: what the lost nodes had acknowledged and this one has not is lost
    #[arg(long, required = true)]
    pub unsafe_single_node: bool,

    /// Do it; without this, the plan is shown and nothing is done
    #[arg(long)]
    pub yes: bool,

    #[command(flatten)]
    pub config: ConfigFile,
}

#[derive(Debug, Subcommand)]
pub(super) enum BenchVerb {
    /// Look at halls, and now and then at what is on
    Browse(Load),
    /// Rush for the seats of one show until they are gone, and after them in vain
    Onsale(Load),
    /// Hold one seat after the other
    Hold(Load),
    /// Hold one seat after the other, and confirm each
    HoldConfirm(Load),
    /// Four looks to one hold, a quarter of the holds confirmed
    Mixed(Load),
    /// Hold and confirm while leadership is handed on every three seconds
    Failover(Load),
    /// Listen to a show's changes while its seats are held: 1 if a listener missed one
    Listen(Listen),
    /// Carry holds and confirms out on one thread, without log, disk and network
    Core {
        /// Shows of 1,000 seats to sell, each seat by a hold and a confirm
        #[arg(
            long,
            default_value_t = 500,
            value_parser = clap::value_parser!(u16).range(1..=5_000)
        )]
        shows: u16,
    },
    /// Write a backup of a cluster that has sold much, to restore and measure
    Fill {
        #[command(flatten)]
        file: BackupFile,
        /// Seats on sale, in halls of 20,000
        #[arg(
            long,
            default_value_t = 1_000_000,
            value_parser = clap::value_parser!(u32).range(1..=10_000_000)
        )]
        seats: u32,
        /// Of these, sold, a booking each, over the last year
        #[arg(
            long,
            default_value_t = 1_000_000,
            value_parser = clap::value_parser!(u32).range(..=10_000_000)
        )]
        bookings: u32,
        /// Sold through a gateway, with its payment each, instead of at the box office
        #[arg(long)]
        paid: bool,
    },
}

#[derive(Args, Debug)]
pub(super) struct Seed {
    /// club (300 seats), theatre (1,200), arena (20,000), stadium (100,000) or bench (1,000)
    #[arg(long, value_parser = PresetParser)]
    pub preset: PresetName,

    /// Numbers n of shows `preset-n`, ranges inclusive: 0..400,800000..800199,900000. Without them
    /// the show is called like its preset, and of bench it is bench-0
    #[arg(long, value_parser = ids)]
    pub ids: Option<Ids>,
}

/// Numbers of shows, each once, ascending.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Ids(pub BTreeSet<u64>);

/// How much is asked, and for how long.
#[derive(Args, Clone, Debug)]
pub(super) struct Load {
    /// Clients, each with one request under way
    #[arg(long, default_value_t = 64, value_parser = clap::value_parser!(u16).range(1..=20_000))]
    pub clients: u16,

    /// Steps that begin in a second, whatever becomes of earlier ones (open loop); without it each
    /// client begins again when it was answered (closed loop)
    #[arg(long, value_parser = clap::value_parser!(u64).range(1..=1_000_000))]
    pub rate: Option<u64>,

    /// How long it is measured
    #[arg(long, default_value = "10", value_parser = seconds)]
    pub seconds: Duration,

    /// How long it runs before that
    #[arg(long, default_value = "2", value_parser = seconds)]
    pub warm_up: Duration,

    /// Shows to sell, all at once; they are made for this run
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u64).range(1..=10_000))]
    pub shows: u64,

    /// Their halls: club (300 seats), theatre (1,200), arena (20,000), stadium (100,000) or bench
    /// (1,000)
    #[arg(long, default_value = "bench", value_parser = PresetParser)]
    pub preset: PresetName,

    /// After it, hold so many seats a second for five seconds more, and say how long it took until
    /// a second's worth of them succeeded again
    #[arg(long, value_name = "RATE", value_parser = clap::value_parser!(u64).range(1..=1_000_000))]
    pub then: Option<u64>,

    /// Ask once: an answer that decides nothing ends a request, as it does for a buyer who closes
    /// the page; without it the next node is asked, under the same key. Steps that the clients are
    /// a tenth of a second late for are left out
    #[arg(long)]
    pub impatient: bool,
}

/// How many listen, and to how much.
#[derive(Args, Clone, Copy, Debug)]
pub(super) struct Listen {
    /// Listeners, all at the first endpoint
    #[arg(long, default_value_t = 5_000, value_parser = clap::value_parser!(u16).range(1..=20_000))]
    pub listeners: u16,

    /// Holds that begin in a second, at the other endpoints
    #[arg(long, default_value_t = 500, value_parser = clap::value_parser!(u64).range(1..=100_000))]
    pub rate: u64,

    /// Clients that hold seats, each with one request under way
    #[arg(long, default_value_t = 256, value_parser = clap::value_parser!(u16).range(1..=20_000))]
    pub clients: u16,

    /// How long it is measured
    #[arg(long, default_value = "10", value_parser = seconds)]
    pub seconds: Duration,

    /// How long it runs before that
    #[arg(long, default_value = "2", value_parser = seconds)]
    pub warm_up: Duration,

    /// Shows of 20,000 seats over which listeners and holds are spread; they are made for this run
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u64).range(1..=1_000))]
    pub shows: u64,
}

impl Listen {
    /// The load of the holds.
    pub(super) fn load(&self) -> Load {
        Load {
            clients: self.clients,
            rate: Some(self.rate),
            seconds: self.seconds,
            warm_up: self.warm_up,
            shows: self.shows,
            preset: PresetName::Arena,
            then: None,
            impatient: false,
        }
    }
}

/// What clients of a benchmark do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scenario {
    Browse,
    Onsale,
    Hold,
    HoldConfirm,
    Mixed,
    Failover,
}

impl Scenario {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Scenario::Browse => "browse",
            Scenario::Onsale => "onsale",
            Scenario::Hold => "hold",
            Scenario::HoldConfirm => "hold-confirm",
            Scenario::Mixed => "mixed",
            Scenario::Failover => "failover",
        }
    }
}

#[derive(Debug, Subcommand)]
pub(super) enum ConfigVerb {
    /// Say whether a node would start with this configuration
    Check(ConfigFile),
    /// Print the configuration in effect, secrets hidden
    Print(ConfigFile),
    /// Print every key with its default and meaning, as a file to start from
    Reference,
}

/// A node's configuration.
#[derive(Args, Debug)]
pub(super) struct ConfigFile {
    /// The node's TOML file; `USHER_*` variables and --set go over it
    #[arg(long, value_name = "FILE")]
    pub config: PathBuf,

    /// Set one key, such as --set http.listen=127.0.0.1:8102
    #[arg(long, value_name = "KEY=VALUE", value_parser = assignment)]
    pub set: Vec<(String, String)>,
}

/// Whole seconds, up to an hour.
fn seconds(text: &str) -> Result<Duration, String> {
    match text.parse() {
        Ok(seconds @ 0..=3600) => Ok(Duration::from_secs(seconds)),
        Ok(_) | Err(_) => Err("must be seconds, 0 to 3600".to_owned()),
    }
}

/// `host:port` or a URL, as the URL that requests begin with.
fn endpoint(text: &str) -> Result<String, String> {
    let text = text.trim().trim_end_matches('/');
    let url = if text.contains("://") { text.to_owned() } else { format!("http://{text}") };
    let parsed = reqwest::Url::parse(&url).map_err(|error| error.to_string())?;
    let plain = parsed.path() == "/" && parsed.query().is_none() && parsed.fragment().is_none();
    let plain = plain && parsed.username().is_empty() && parsed.password().is_none();
    match parsed.scheme() {
        "http" | "https" if parsed.has_host() && plain => Ok(url),
        _ => Err("must be host:port, or http:// or https:// with host and port".to_owned()),
    }
}

fn node_name(text: &str) -> Result<NodeName, String> {
    match text.parse() {
        Ok(id) => Ok(NodeName::Id(id)),
        Err(_) => endpoint(text).map(NodeName::At),
    }
}

fn webhook_secret(text: &str) -> Result<String, String> {
    crate::gateways::signature::Secret::parse(text).map(|_secret| text.to_owned())
}

fn assignment(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((key, value)) if !key.is_empty() => Ok((key.to_owned(), value.to_owned())),
        Some(_) | None => Err("must be KEY=VALUE".to_owned()),
    }
}

fn ids(text: &str) -> Result<Ids, String> {
    let number = |text: &str| {
        let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let parsed = if digits { text.parse::<u64>().ok() } else { None };
        parsed.ok_or_else(|| format!("{text:?} is no number"))
    };
    let mut ids = BTreeSet::new();
    for part in text.split(',') {
        let (first, last) = match part.split_once("..") {
            Some((first, last)) => (number(first)?, number(last)?),
            None => (number(part)?, number(part)?),
        };
        if last < first {
            return Err(format!("{part}: a range goes upwards"));
        }
        if last - first >= IDS_MAX as u64 || ids.len() > IDS_MAX {
            return Err(format!("has more than {IDS_MAX} numbers"));
        }
        ids.extend(first..=last);
    }
    if ids.len() > IDS_MAX { Err(format!("has more than {IDS_MAX} numbers")) } else { Ok(Ids(ids)) }
}

/// Reads a preset's name, and lets help list them all.
#[derive(Clone)]
struct PresetParser;

impl TypedValueParser for PresetParser {
    type Value = PresetName;

    fn parse_ref(
        &self,
        command: &clap::Command,
        argument: Option<&clap::Arg>,
        value: &OsStr,
    ) -> Result<PresetName, clap::Error> {
        let names = PresetName::ALL.map(PresetName::as_str);
        let name = clap::builder::PossibleValuesParser::new(names);
        let name = name.parse_ref(command, argument, value)?;
        Ok(PresetName::parse(&name).expect("only names of presets were possible"))
    }

    fn possible_values(
        &self,
    ) -> Option<Box<dyn Iterator<Item = clap::builder::PossibleValue> + '_>> {
        let names = PresetName::ALL.into_iter().map(PresetName::as_str);
        Some(Box::new(names.map(clap::builder::PossibleValue::new)))
    }
}

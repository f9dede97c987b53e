//! The settings with their types. What each means to an operator stands in `keys.rs`, from where
//! the reference file is generated.

use std::collections::BTreeMap;
use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// Everything a node is configured with.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Who it is.
    pub node: Node,
    /// Where clients reach it.
    pub http: Http,
    /// Where peers reach it.
    pub peer: Peer,
    /// What it shares with its peers.
    pub cluster: Cluster,
    /// Consensus.
    pub raft: Raft,
    /// Who may call.
    pub auth: Auth,
    /// Bounds on what callers may use up.
    pub limits: Limits,
    /// Pictures.
    pub media: Media,
    /// E-mail.
    pub mail: Mail,
    /// Payment gateways by name.
    #[serde(default)]
    pub gateways: BTreeMap<String, Gateway>,
    /// The disk.
    pub storage: Storage,
    /// What it writes to stderr.
    pub log: Log,
}

/// Who a node is.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Node {
    /// Its number; never reused.
    pub id: u64,
    /// Its data directory.
    pub data_dir: PathBuf,
}

/// Where clients reach a node.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Http {
    /// Address to listen on.
    pub listen: SocketAddr,
    /// What links in answers begin with; empty means `http://` and the address it listens on.
    pub public_url: String,
    /// Other sites whose pages may use the API: exact origins, or `*`.
    pub cors_origins: Vec<String>,
    /// Proxies that are believed about whom they ask for.
    pub trusted_proxies: Vec<IpAddr>,
}

/// Where peers reach a node.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Peer {
    /// Address to listen on.
    pub listen: SocketAddr,
    /// Host and port that peers dial; empty means the address it listens on.
    pub advertise: String,
}

/// What a node shares with its peers.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Cluster {
    /// Known to all nodes and nobody else.
    pub secret: Secret,
    /// The first members; used by `cluster init` only.
    #[serde(default)]
    pub members: Vec<MemberEntry>,
}

/// A first member.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct MemberEntry {
    /// Its number.
    pub id: u64,
    /// Host and port that peers dial.
    pub peer: String,
    /// Host and port that clients dial.
    pub http: String,
}

/// Consensus.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Raft {
    /// How often a leader makes itself heard; also the deadline of a call to a peer.
    pub heartbeat_ms: u64,
    /// Least and most of the random time after which a follower seeks election.
    pub election_timeout_ms: [u64; 2],
}

/// Who may call.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Auth {
    /// How callers are known.
    pub mode: AuthMode,
    /// Allows open mode on an address that others can reach.
    pub allow_open_on_network: bool,
    /// Which JSON Web Tokens are good.
    pub jwt: Jwt,
    /// Tokens of organizers and operators, known by their hash.
    #[serde(default)]
    pub tokens: Vec<TokenEntry>,
}

/// Which JSON Web Tokens are good.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Jwt {
    /// What they may be signed with, by name; none is taken if this is empty.
    pub algorithms: Vec<String>,
    /// Where the issuer's public keys are: a file, or an address.
    pub jwks: String,
    /// How often they are read anew.
    pub refresh_seconds: u64,
    /// The key of HS256.
    pub secret: Secret,
    /// They must be meant for one of these, if there are any.
    pub audience: Vec<String>,
    /// They must come from here; empty means from anywhere.
    pub issuer: String,
    /// How far the issuer's clock may be off.
    pub leeway_seconds: u64,
}

/// A token that does not expire.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct TokenEntry {
    /// Who uses it.
    pub name: String,
    /// What they may do: `buyer`, `organizer` or `operator`.
    pub role: String,
    /// Its SHA-256 in hexadecimal digits; `usher token new` says it.
    pub sha256: String,
}

impl TokenEntry {
    /// Its hash, if it is one.
    #[must_use]
    pub fn hash(&self) -> Option<[u8; 32]> {
        let digits: Vec<u8> =
            self.sha256.chars().map(|c| c.to_digit(16)?.try_into().ok()).collect::<Option<_>>()?;
        let bytes: Vec<u8> = digits
            .chunks(2)
            .map(|pair| pair.iter().fold(0, |sum, digit| sum << 4 | digit))
            .collect();
        <[u8; 32]>::try_from(bytes).ok().filter(|_| digits.len() == 64)
    }
}

/// How callers are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum AuthMode {
    /// They are who they say.
    Open,
    /// They show tokens.
    Token,
}

/// Bounds on what callers may use up.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// Open client connections of the node.
    pub connections_max: usize,
    /// Those of one address; 0 for any number.
    pub connections_per_address: usize,
    /// Requests a second of one user; 0 for any number.
    pub user_rate: u32,
    /// Requests that one user may make at once; 0 for as many as in a second.
    pub user_burst: u32,
    /// Requests a second of one address; 0 for any number.
    pub address_rate: u32,
    /// Requests that one address may make at once; 0 for as many as in a second.
    pub address_burst: u32,
    /// Bookings that a user may have of one show; 0 means any number.
    pub bookings_per_user_and_show: u32,
}

/// Pictures.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Media {
    /// What relative media addresses are put under, such as a CDN's; empty means this node.
    pub base_url: String,
    /// Folder that this node serves under `/media/`; empty means none.
    pub folder: PathBuf,
}

/// E-mail.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Mail {
    /// How it leaves.
    pub transport: MailTransport,
    /// Where the `file` transport writes.
    pub folder: PathBuf,
    /// The sender.
    pub from: String,
    /// Where the `smtp` transport delivers; empty otherwise.
    pub url: Secret,
    /// Certificate that the mail server's is signed with; empty means those of the system.
    pub ca: PathBuf,
    /// Folder of templates that replace our own; empty means none do.
    pub templates: PathBuf,
}

/// How e-mail leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum MailTransport {
    /// One file a message.
    File,
    /// A mail server.
    Smtp,
}

/// A payment gateway.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Gateway {
    /// How it is spoken to; empty means that the table's name says it.
    #[serde(default)]
    pub driver: String,
    /// What buyers read; empty means the table's name.
    #[serde(default)]
    pub name: String,
    /// Its API's address.
    pub api: String,
    /// With which its webhooks are signed.
    pub webhook_secret: Secret,
    /// With which we call it, where it wants one.
    #[serde(default)]
    pub secret_key: Secret,
}

/// The disk.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Storage {
    /// Size of the file that can be deleted to get a full disk going again.
    pub ballast_mib: u64,
    /// Free space below which the node takes no writes.
    pub low_water_mib: u64,
    /// Size of the log from which on it is shortened to half; a leader lets it grow to four times
    /// that while a member that answers is behind.
    pub log_mib: u64,
}

/// What a node writes to stderr.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Log {
    /// For people or for machines.
    pub format: LogFormat,
    /// Which events, as `tracing` filters are written.
    pub filter: String,
}

/// For people or for machines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// A line for people.
    Text,
    /// A JSON object a line.
    Json,
}

/// Text that is never shown: `Debug` and serialization print stars.
#[derive(Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    /// The text itself. Whoever calls this keeps it out of logs and answers.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }

    fn shown(&self) -> &'static str {
        if self.0.is_empty() { "" } else { "***" }
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Secret {
        Secret(text.to_owned())
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.shown())
    }
}

impl Serialize for Secret {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.shown())
    }
}

impl Gateway {
    /// How it is spoken to. `table` is the name of its table.
    #[must_use]
    pub fn driver_or<'a>(&'a self, table: &'a str) -> &'a str {
        if self.driver.is_empty() { table } else { &self.driver }
    }

    /// What buyers read.
    #[must_use]
    pub fn name_or<'a>(&'a self, table: &'a str) -> &'a str {
        if self.name.is_empty() { table } else { &self.name }
    }
}

impl Config {
    /// What links in answers begin with.
    #[must_use]
    pub fn public_url(&self) -> String {
        match self.http.public_url.trim_end_matches('/') {
            "" => format!("http://{}", self.http.listen),
            url => url.to_owned(),
        }
    }

    /// Host and port that clients dial: what the list of members says of this node, or the address
    /// that it listens on.
    #[must_use]
    pub fn http_advertised(&self) -> String {
        let own = self.cluster.members.iter().find(|member| member.id == self.node.id);
        own.map_or_else(|| self.http.listen.to_string(), |own| own.http.clone())
    }

    /// Host and port that peers dial.
    #[must_use]
    pub fn peer_advertised(&self) -> String {
        match self.peer.advertise.as_str() {
            "" => self.peer.listen.to_string(),
            address => address.to_owned(),
        }
    }
}

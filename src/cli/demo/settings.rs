//! Who listens where, and the secrets that a demonstration is made with.

use std::fs;
use std::io::{self, ErrorKind, Write as _};
use std::net::{Ipv4Addr, SocketAddr};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde::{Deserialize, Serialize};

use super::super::args::{Demo, DemoAuth};
use super::super::exit::{Exit, Failure};
use super::pictures;
use crate::clock::{Clock as _, Rng as _, SystemClock, SystemRng};
use crate::config::{self, Config, MemberEntry};
use crate::seats::{Millis, Role};
use crate::tokens::{Grant, SigningKey};

/// From a node's port for clients to its port for peers.
const PEER_OFFSET: u16 = 1000;

/// From the first node's port for clients to the gateway's.
const GATEWAY_OFFSET: u16 = 99;

/// What a folder was made with. It cannot be changed: members keep their addresses.
const FILE: &str = "demo.toml";

/// Random bytes of a secret.
const SECRET_BYTES: usize = 24;

/// How long a demonstration's tokens are good: it is started anew more often.
const TOKENS_LAST: Millis = Millis(30 * 24 * 3_600_000);

/// A demonstration, settled.
#[derive(Clone, Debug)]
pub(super) struct Settings {
    /// Where everything lies.
    pub(super) folder: PathBuf,
    /// Where the gateway listens.
    pub(super) gateway: SocketAddr,
    /// What the parts know of each other.
    pub(super) secrets: Secrets,
    port: u16,
    nodes: u16,
    auth: DemoAuth,
}

/// What the parts know of each other and nobody else does.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Secrets {
    /// Between nodes.
    pub(super) cluster: String,
    /// Between gateway and nodes.
    pub(super) webhook: String,
    /// Signs buyers' tokens.
    #[serde(default = "secret")]
    pub(super) tokens: String,
}

/// The content of [`FILE`].
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Made {
    nodes: u16,
    port: u16,
    secrets: Secrets,
}

impl Settings {
    /// Settles a demonstration in a folder, or finds what was settled there before.
    pub(super) fn of(arguments: &Demo, folder: &Path) -> Result<Settings, Failure> {
        fs::create_dir_all(folder).map_err(|error| fault(folder, &error))?;
        // The process may not stay where it was started, and neither may links in mails.
        let folder = folder.canonicalize().map_err(|error| fault(folder, &error))?;
        let made = match read(&folder.join(FILE))? {
            Some(made) => made,
            None => make(&folder.join(FILE), arguments)?,
        };
        if (made.nodes, made.port) != (arguments.nodes, arguments.port) {
            let (nodes, port) = (made.nodes, made.port);
            let message = format!(
                "{} was made with --nodes {nodes} --port {port}, which cannot be changed",
                folder.display()
            );
            return Err(Failure::new(Exit::Unsafe, message));
        }
        let gateway = local(made.port + GATEWAY_OFFSET);
        let (port, nodes, auth) = (made.port, made.nodes, arguments.auth);
        let settings = Settings { folder, gateway, secrets: made.secrets, port, nodes, auth };
        settings.write_tokens()?;
        pictures::hang(&settings.media()).map_err(|error| fault(&settings.media(), &error))?;
        Ok(settings)
    }

    /// A file with a token for each role, where tokens are wanted; see [`Settings::node`].
    pub(super) fn token(&self, role: Role) -> Option<PathBuf> {
        let file = || self.folder.join(format!("{}.token", role.name()));
        (self.auth == DemoAuth::Token).then(file)
    }

    fn write_tokens(&self) -> Result<(), Failure> {
        let until = Millis(SystemClock::new().wall().0.saturating_add(TOKENS_LAST.0));
        let key = SigningKey::secret(self.secrets.tokens.as_bytes());
        for role in Role::ALL {
            let Some(file) = self.token(role) else { continue };
            let user = match role {
                Role::Buyer => "anna",
                // At the box office somebody holds seats before they are sold.
                Role::Organizer | Role::Operator => role.name(),
            };
            let token = key.sign(&Grant::new(Some(user), role, until));
            let token = token.map_err(|error| fault(&file, &error))?;
            let written = fs::remove_file(&file).or_else(|error| match error.kind() {
                ErrorKind::NotFound => Ok(()),
                _ => Err(error),
            });
            let written = written.and_then(|()| write_secret(&file, &token));
            written.map_err(|error| fault(&file, &error))?;
        }
        Ok(())
    }

    /// How many nodes there are.
    pub(super) fn node_count(&self) -> u16 {
        self.nodes
    }

    /// Where clients reach each node.
    pub(super) fn endpoints(&self) -> Vec<String> {
        (0..self.nodes).map(|n| format!("http://{}", local(self.port + n))).collect()
    }

    /// Where mail is put.
    pub(super) fn mail(&self) -> PathBuf {
        self.folder.join("mail")
    }

    /// Where the shows' pictures lie.
    fn media(&self) -> PathBuf {
        self.folder.join("media")
    }

    /// The configuration of each node.
    pub(super) fn nodes(&self) -> Result<Vec<Config>, Failure> {
        let member = |n: u16| MemberEntry {
            id: u64::from(n) + 1,
            peer: local(self.port + n + PEER_OFFSET).to_string(),
            http: local(self.port + n).to_string(),
        };
        let members: Vec<MemberEntry> = (0..self.nodes).map(member).collect();
        members.iter().map(|own| self.node(own, &members)).collect()
    }

    fn node(&self, own: &MemberEntry, members: &[MemberEntry]) -> Result<Config, Failure> {
        let quoted = |path: PathBuf| toml::Value::from(path.display().to_string()).to_string();
        let values = [
            ("node.id", own.id.to_string()),
            ("node.data_dir", quoted(self.folder.join(format!("node-{}", own.id)))),
            ("http.listen", own.http.clone()),
            ("peer.listen", own.peer.clone()),
            ("cluster.secret", self.secrets.cluster.clone()),
            ("mail.folder", quoted(self.mail())),
            ("media.folder", quoted(self.media())),
            ("gateways.sandbox.api", format!("http://{}", self.gateway)),
            ("gateways.sandbox.webhook_secret", self.secrets.webhook.clone()),
            ("gateways.sandbox.name", "Sandbox (no real money)".to_owned()),
            // A machine on which somebody plays has room, and three files of ballast are no play.
            ("storage.ballast_mib", "0".to_owned()),
        ];
        let tokens = [
            ("auth.mode", "token".to_owned()),
            ("auth.jwt.algorithms", "[\"HS256\"]".to_owned()),
            ("auth.jwt.secret", self.secrets.tokens.clone()),
        ];
        let tokens = tokens.into_iter().filter(|_| self.auth == DemoAuth::Token);
        let values = values.into_iter().chain(tokens);
        let values: Vec<_> = values.map(|(key, value)| (key.to_owned(), value)).collect();
        let none = std::iter::empty();
        let mut config = config::load(None, none, values).map_err(|errors| {
            let errors: Vec<String> = errors.iter().map(ToString::to_string).collect();
            Failure::new(Exit::Failed, errors.join("; "))
        })?;
        config.cluster.members = members.to_vec();
        Ok(config)
    }
}

fn local(port: u16) -> SocketAddr {
    SocketAddr::from((Ipv4Addr::LOCALHOST, port))
}

fn read(file: &Path) -> Result<Option<Made>, Failure> {
    match fs::read_to_string(file) {
        Ok(text) => toml::from_str(&text).map(Some).map_err(|error| fault(file, &error)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(fault(file, &error)),
    }
}

fn make(file: &Path, arguments: &Demo) -> Result<Made, Failure> {
    let webhook = format!("whsec_{}", secret());
    let secrets = Secrets { cluster: secret(), webhook, tokens: secret() };
    let made = Made { nodes: arguments.nodes, port: arguments.port, secrets };
    let text = toml::to_string(&made).map_err(|error| fault(file, &error))?;
    write_secret(file, &text).map_err(|error| fault(file, &error))?;
    Ok(made)
}

/// Writes what nobody else on this machine needs to read.
fn write_secret(file: &Path, text: &str) -> io::Result<()> {
    let mut file = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(file)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

fn secret() -> String {
    let mut random = [0; SECRET_BYTES];
    SystemRng.fill(&mut random);
    BASE64_STANDARD.encode(random)
}

fn fault(path: &Path, error: &dyn std::fmt::Display) -> Failure {
    Failure::new(Exit::Failed, format!("{}: {error}", path.display()))
}

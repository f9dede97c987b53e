//! Clusters of real processes.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::ExitStatus;
use std::sync::{Arc, Mutex, OnceLock, PoisonError, Weak};
use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};
use tempfile::TempDir;
use usher::seats::Role;

use super::eventually;
use super::gateway::WEBHOOK_SECRET;
use super::http::{Call, Reply};
use super::process::{Process, Ran, usher, write};
use super::tokens;
use super::wire::{Place, Wire};

/// Starting, forming and electing, on a busy machine.
pub const START_MAX: Duration = Duration::from_mins(1);

/// How often the whole cluster is moved to other ports when one was taken meanwhile.
const PORT_ATTEMPTS_MAX: u32 = 3;

/// Nodes that may come to a cluster later.
const NEWCOMERS_MAX: usize = 1024;

/// A cluster. Clones share it; its processes end with the last.
#[derive(Clone)]
pub struct Cluster(Arc<Inner>);

struct Inner {
    // Dropped in this order: processes before the network and the folder that they use.
    nodes: Vec<Node>,
    /// Who came later, in this order. Whoever has left stays known.
    newcomers: Vec<OnceLock<Node>>,
    left: Mutex<BTreeSet<u64>>,
    wire: Option<Wire>,
    gateway: SocketAddr,
    /// The members that the first configurations name.
    members: String,
    /// An operator's token, where callers must have one.
    token_file: Option<PathBuf>,
    dir: TempDir,
}

/// How a cluster is set up.
#[derive(Clone, Copy)]
struct Setup<'a> {
    formed: bool,
    /// Where the nodes call their gateway; nobody need listen there.
    gateway: SocketAddr,
    /// What links begin with, if not with each node's own address.
    public: Option<&'a str>,
    /// Where the data directories are, if not beside the configurations.
    disks: Option<&'a Path>,
    /// Callers show tokens.
    proves: bool,
    /// Where the public keys of tokens are, if there are any.
    jwks: Option<&'a str>,
    /// More of every node's configuration.
    more: &'a str,
}

impl Setup<'_> {
    fn plain() -> Setup<'static> {
        // Port 1 is nobody's: a gateway that is down.
        let gateway = SocketAddr::from(([127, 0, 0, 1], 1));
        let (public, disks, proves, jwks) = (None, None, false, None);
        Setup { formed: true, gateway, public, disks, proves, jwks, more: "" }
    }

    /// How callers are known.
    fn auth(&self, address: Ipv4Addr) -> String {
        if self.proves {
            let algorithms = if self.jwks.is_some() { r#""HS256", "EdDSA""# } else { r#""HS256""# };
            let jwks = self
                .jwks
                .map_or_else(String::new, |url| format!("jwks = \"{url}\"\nrefresh_seconds = 1\n"));
            return format!(
                "[auth]\nmode = \"token\"\n\n[auth.jwt]\nalgorithms = [{algorithms}]\n\
                 secret = \"{}\"\n{jwks}\n",
                tokens::KEY
            );
        }
        let open = if address.is_loopback() { "" } else { "allow_open_on_network = true\n" };
        format!("[auth]\nmode = \"open\"\n{open}\n")
    }
}

impl Cluster {
    /// Three nodes that serve.
    pub async fn start() -> Cluster {
        Cluster::set_up(None, Setup::plain()).await
    }

    /// Three nodes that serve and whose connections to each other can be cut.
    pub async fn start_cuttable() -> Cluster {
        Cluster::set_up(Some(Wire::proxies()), Setup::plain()).await
    }

    /// Three nodes that run and are no cluster yet.
    pub async fn start_unformed() -> Cluster {
        Cluster::set_up(None, Setup { formed: false, ..Setup::plain() }).await
    }

    /// Three nodes that serve, and call a gateway at this address. If there is a folder for disks,
    /// their data directories are `data-1` to `data-3` of it. `more` is added to their
    /// configurations.
    pub async fn start_calling(
        gateway: SocketAddr,
        wire: Option<Wire>,
        disks: Option<&Path>,
        more: &str,
    ) -> Cluster {
        // Where members come and go, no member's address is in every answer.
        let public = wire.is_some().then_some(PUBLIC_URL);
        Cluster::set_up(wire, Setup { gateway, public, disks, more, ..Setup::plain() }).await
    }

    /// Three nodes that serve and believe nobody. Tokens may also be signed with the keys that are
    /// published at an address. `more` is added to their configurations.
    pub async fn start_proving(jwks: Option<&str>, more: &str) -> Cluster {
        Cluster::set_up(None, Setup { proves: true, jwks, more, ..Setup::plain() }).await
    }

    /// Three nodes that serve, whose data directories are `data-1` to `data-3` of a folder, perhaps
    /// mounted there already. `more` is added to their configurations.
    pub async fn start_on(disks: &Path, more: &str) -> Cluster {
        Cluster::set_up(None, Setup { disks: Some(disks), more, ..Setup::plain() }).await
    }

    /// Three nodes that several tests use at once: each under its own names, none hurting a node.
    pub async fn shared() -> Cluster {
        static SHARED: tokio::sync::Mutex<Weak<Inner>> = tokio::sync::Mutex::const_new(Weak::new());
        let mut shared = SHARED.lock().await;
        if let Some(running) = shared.upgrade() {
            return Cluster(running);
        }
        let started = Cluster::start().await;
        *shared = Arc::downgrade(&started.0);
        started
    }

    async fn set_up(mut wire: Option<Wire>, setup: Setup<'_>) -> Cluster {
        for _ in 0..PORT_ATTEMPTS_MAX {
            match Cluster::attempt(wire, setup).await {
                Ok(cluster) => return cluster,
                Err(again) => wire = again,
            }
        }
        panic!("three free ports a node")
    }

    /// Gives the network back when a port was taken before its node could bind it.
    async fn attempt(wire: Option<Wire>, setup: Setup<'_>) -> Result<Cluster, Option<Wire>> {
        let dir = tempfile::Builder::new().prefix("usher-cluster-").tempdir();
        let dir = dir.expect("a temporary folder can be made");
        let mut places = Vec::new();
        for id in 1..=3 {
            let place = match &wire {
                None => Ok(Place::plain(id)),
                Some(wire) => wire.join(id).await,
            };
            let Ok(place) = place else { return Err(again(wire)) };
            places.push(place);
        }
        let members: Vec<String> = places.iter().map(Place::member).collect();
        let members = members.join(", ");
        let nodes: Vec<Node> =
            places.iter().map(|own| Node::prepare(dir.path(), own, &members, setup)).collect();
        for node in &nodes {
            node.start(wire.as_ref());
        }
        for node in &nodes {
            if !node.comes_alive().await {
                drop(nodes);
                return Err(again(wire));
            }
        }
        let newcomers = (0..NEWCOMERS_MAX).map(|_| OnceLock::new()).collect();
        let token_file = setup.proves.then(|| dir.path().join("operator.token"));
        if let Some(file) = &token_file {
            write(file, &tokens::token(None, Role::Operator));
        }
        let (left, gateway) = (Mutex::default(), setup.gateway);
        let inner = Inner { nodes, newcomers, left, wire, gateway, members, token_file, dir };
        let cluster = Cluster(Arc::new(inner));
        if setup.formed {
            cluster.usher(&["cluster", "init"]).await.exits(0);
            cluster.ready().await;
        }
        Ok(cluster)
    }

    /// Starts a node that is no member yet, with its data directory in a folder: bring it in by the
    /// command line. `more` is added to its configuration.
    pub async fn recruit(&self, id: u64, disks: &Path, more: &str) -> &Node {
        for _ in 0..PORT_ATTEMPTS_MAX {
            let place = match &self.0.wire {
                None => Ok(Place::plain(id)),
                Some(wire) => wire.join(id).await,
            };
            let Ok(place) = place else { continue };
            let (gateway, disks) = (self.0.gateway, Some(disks));
            let public = Some(PUBLIC_URL);
            let setup = Setup { gateway, public, disks, more, ..Setup::plain() };
            let node = Node::prepare(self.dir(), &place, &self.0.members, setup);
            node.start(self.0.wire.as_ref());
            if node.comes_alive().await {
                let free = self.0.newcomers.iter().find(|slot| slot.get().is_none());
                return free.expect("they are many").get_or_init(|| node);
            }
        }
        panic!("three free ports a node")
    }

    /// Starts a node on the same network that is to be a cluster of its own.
    pub async fn stranger(&self, id: u64, disks: &Path) -> Node {
        let wire = self.0.wire.as_ref();
        for _ in 0..PORT_ATTEMPTS_MAX {
            let place = match wire {
                None => Ok(Place::plain(id)),
                Some(wire) => wire.join(id).await,
            };
            let Ok(place) = place else { continue };
            let setup = Setup { disks: Some(disks), ..Setup::plain() };
            let node = Node::prepare(disks, &place, &place.member(), setup);
            node.start(wire);
            if node.comes_alive().await {
                return node;
            }
        }
        panic!("three free ports a node")
    }

    /// A stranger goes.
    pub fn forget(&self, stranger: Node) {
        let id = stranger.id;
        let data = stranger.data_dir.clone();
        drop(stranger);
        fs::remove_dir_all(data).expect("our own folder can be removed");
        if let Some(wire) = &self.0.wire {
            wire.leave(id);
        }
    }

    /// A node that is no member any more ends, and is none of these nodes from now on.
    pub fn lose(&self, id: u64) {
        self.node(id).process.kill();
        self.0.left.lock().unwrap_or_else(PoisonError::into_inner).insert(id);
        if let Some(wire) = &self.0.wire {
            wire.leave(id);
        }
    }

    /// Everyone who has not left.
    pub fn present(&self) -> impl Iterator<Item = &Node> {
        let left = self.0.left.lock().unwrap_or_else(PoisonError::into_inner).clone();
        self.known().filter(move |node| !left.contains(&node.id))
    }

    /// Everyone there ever was.
    pub fn known(&self) -> impl Iterator<Item = &Node> {
        self.nodes().iter().chain(self.0.newcomers.iter().map_while(OnceLock::get))
    }

    /// The nodes that the cluster began with, by id.
    pub fn nodes(&self) -> &[Node] {
        &self.0.nodes
    }

    /// One node.
    pub fn node(&self, id: u64) -> &Node {
        self.known().find(|node| node.id == id).expect("nodes are 1 to 3, and who came later")
    }

    /// The ids of all nodes but one.
    pub fn others(&self, id: u64) -> Vec<u64> {
        self.present().map(|node| node.id).filter(|other| *other != id).collect()
    }

    /// Where the nodes put their mail.
    pub fn mail(&self) -> PathBuf {
        self.dir().join(MAIL_FOLDER)
    }

    /// A folder for a test's own files.
    pub fn dir(&self) -> &Path {
        self.0.dir.path()
    }

    /// Starts the process of a node, for the first time or again.
    pub fn start_node(&self, id: u64) {
        self.node(id).start(self.0.wire.as_ref());
    }

    /// The same with more in its environment.
    pub fn start_node_with(&self, id: u64, environment: &[(&str, &OsStr)]) {
        self.node(id).start_with(self.0.wire.as_ref(), environment);
    }

    /// Starts a node again and waits until it serves.
    pub async fn restart(&self, id: u64) {
        self.start_node(id);
        self.node(id).ready().await;
    }

    /// Waits until every node serves.
    pub async fn ready(&self) {
        for node in self.present() {
            node.ready().await;
        }
    }

    /// The network between the nodes of a cuttable cluster.
    pub fn network(&self) -> &Wire {
        self.0.wire.as_ref().expect("the cluster was started cuttable")
    }

    /// What `--endpoints` takes.
    pub fn endpoints(&self) -> String {
        let bases: Vec<&str> = self.present().map(|node| node.base.as_str()).collect();
        bases.join(",")
    }

    /// Runs the command line against this cluster.
    pub async fn usher(&self, args: &[&str]) -> Ran {
        let endpoints = self.endpoints();
        let mut args = [args, &["--endpoints", &endpoints]].concat();
        if let Some(file) = &self.0.token_file {
            args.extend(["--token-file", file.to_str().expect("our folders have plain names")]);
        }
        usher(&args).await
    }

    /// Who leads, as it says itself and another of these nodes agrees. Waits for an election.
    pub async fn leader_among(&self, ids: &[u64]) -> u64 {
        eventually("two nodes agree on a leader", START_MAX, async || {
            let mut said = Vec::new();
            for id in ids {
                let call = self.node(*id).get("/v1/cluster").operator();
                if let Ok(reply) = call.within(Duration::from_secs(5)).try_send().await {
                    said.push((*id, reply.json()["leader"].as_u64()));
                }
            }
            let leads = |id: u64| said.contains(&(id, Some(id)));
            let followed = |id: u64| said.iter().filter(|(_, leader)| *leader == Some(id)).count();
            ids.iter().copied().find(|id| leads(*id) && followed(*id) >= 2)
        })
        .await
    }

    /// Who leads, with all nodes up.
    pub async fn leader(&self) -> u64 {
        let ids: Vec<u64> = self.present().map(|node| node.id).collect();
        self.leader_among(&ids).await
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        if std::thread::panicking() {
            for node in self.known() {
                let state =
                    node.process.ended().map_or_else(String::new, |end| format!(" ({end})"));
                eprintln!("--- node {}{state}\n{}", node.id, node.process.log_tail());
            }
        }
    }
}

/// One node of a cluster.
pub struct Node {
    /// Its number.
    pub id: u64,
    /// Its process.
    pub process: Process,
    /// Where it keeps its data.
    pub data_dir: PathBuf,
    base: String,
    /// Its callers show tokens.
    proves: bool,
}

impl Node {
    /// A node that is a cluster of its own, or will be, with its files in a folder: its data
    /// directory is `data-1`. `more` is added to its configuration.
    pub fn alone(dir: &Path, more: &str) -> Node {
        let place = Place::plain(1);
        Node::prepare(dir, &place, &place.member(), Setup { more, ..Setup::plain() })
    }

    /// Writes its configuration as section 8 of the contract has it.
    fn prepare(dir: &Path, own: &Place, members: &str, setup: Setup<'_>) -> Node {
        let Place { id, address, http, peer, advertised, space } = own;
        let Setup { gateway, public, disks, more, .. } = setup;
        let data_dir = disks.unwrap_or(dir).join(format!("data-{id}"));
        let base = format!("http://{address}:{http}");
        let public = public.unwrap_or(&base);
        let auth = setup.auth(*address);
        let (data, mail) = (data_dir.display(), dir.join(MAIL_FOLDER));
        let mail = mail.display();
        let config = format!(
            "[node]\nid = {id}\ndata_dir = \"{data}\"\n\n\
             [http]\nlisten = \"{address}:{http}\"\npublic_url = \"{public}\"\n\n\
             [peer]\nlisten = \"{address}:{peer}\"\nadvertise = \"{address}:{advertised}\"\n\n\
             [cluster]\nsecret = \"{SECRET}\"\nmembers = [{members}]\n\n\
             [raft]\nheartbeat_ms = 200\nelection_timeout_ms = [500, 900]\n\n\
             {auth}\
             [mail]\nfolder = \"{mail}\"\n\n\
             [gateways.sandbox]\napi = \"http://{gateway}\"\n\
             webhook_secret = \"{WEBHOOK_SECRET}\"\n\n{more}"
        );
        let path = dir.join(format!("node-{id}.toml"));
        write(&path, &config);
        let process = Process::new(path, dir.join(format!("node-{id}.log")), space.clone());
        Node { id: *id, process, data_dir, base, proves: setup.proves }
    }

    fn start(&self, wire: Option<&Wire>) {
        self.start_with(wire, &[]);
    }

    fn start_with(&self, wire: Option<&Wire>, environment: &[(&str, &OsStr)]) {
        self.process.start_with(environment);
        if let (Some(wire), Some(pid)) = (wire, self.process.pid()) {
            wire.runs_as(self.id, pid);
        }
    }

    /// Changes its configuration for the next start.
    pub fn reconfigure(&self, from: &str, to: &str) {
        let path = self.process.config();
        let config = fs::read_to_string(path).expect("the configuration can be read");
        assert!(config.contains(from), "{from} is not in the configuration");
        write(path, &config.replace(from, to));
    }

    /// Where its clients reach it.
    pub fn base(&self) -> &str {
        &self.base
    }

    /// GET.
    pub fn get(&self, path: &str) -> Call {
        self.call(Method::GET, path)
    }

    /// POST with a JSON body.
    pub fn post(&self, path: &str, body: &Value) -> Call {
        self.call(Method::POST, path).json(body)
    }

    /// DELETE.
    pub fn delete(&self, path: &str) -> Call {
        self.call(Method::DELETE, path)
    }

    /// Any method, without a body.
    pub fn call(&self, method: Method, path: &str) -> Call {
        let call = Call::new(self.id, &self.base, method, path);
        if self.proves { call.proven() } else { call }
    }

    /// An organizer creates a show.
    pub async fn create_show(&self, body: &Value) -> Reply {
        self.post("/v1/shows", body).organizer().send().await.expect(201)
    }

    /// A user holds seats.
    pub fn hold(&self, show: &str, user: &str, seats: &[&str]) -> Call {
        self.post(&format!("/v1/shows/{show}/holds"), &json!({ "seats": seats })).user(user)
    }

    /// Waits until it serves.
    pub async fn ready(&self) {
        let ended = self.settles().await;
        assert!(ended.is_none(), "node {} has ended", self.id);
    }

    /// Waits until it serves, or has ended by itself: how.
    pub async fn settles(&self) -> Option<ExitStatus> {
        self.answers("/readyz").await
    }

    /// Waits until it has opened its disk and answers, ready or not, or has ended by itself: how.
    pub async fn opens(&self) -> Option<ExitStatus> {
        self.answers("/livez").await
    }

    async fn answers(&self, path: &str) -> Option<ExitStatus> {
        eventually(
            &format!("{path} of node {} is ok, or it ends", self.id),
            START_MAX,
            async || {
                if let Some(ended) = self.process.ended() {
                    return Some(Some(ended));
                }
                let reply = self.get(path).within(Duration::from_secs(5)).try_send().await;
                reply.ok().filter(|reply| reply.status == 200).map(|_| None)
            },
        )
        .await
    }

    /// Waits until it has ended by itself, so that it can be started again: how it did.
    pub async fn ends(&self, within: Duration) -> ExitStatus {
        let what = format!("node {} ends by itself", self.id);
        let ended = eventually(&what, within, async || self.process.ended()).await;
        self.process.kill();
        ended
    }

    /// Waits until it answers at all; false when its port was taken.
    async fn comes_alive(&self) -> bool {
        let Some(end) = self.opens().await else { return true };
        let log = self.process.log();
        assert!(log.contains("in use"), "node {} has ended ({end}):\n{log}", self.id);
        false
    }
}

/// What links begin with where members come and go: as that of a load balancer.
const PUBLIC_URL: &str = "http://tickets.example";

/// Where the nodes of a cluster put their mail, below its folder.
const MAIL_FOLDER: &str = "mail";

/// What all nodes of our clusters know.
pub const SECRET: &str = "a secret of this test cluster only";

/// A network whose places are given back, for another attempt.
fn again(wire: Option<Wire>) -> Option<Wire> {
    if let Some(wire) = &wire {
        for id in 1..=3 {
            wire.leave(id);
        }
    }
    wire
}

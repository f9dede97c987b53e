//! Clusters of real processes.

use std::fs;
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::process::ExitStatus;
use std::sync::{Arc, Weak};
use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::gateway::WEBHOOK_SECRET;
use super::http::{Call, Reply};
use super::network::Network;
use super::process::{Process, Ran, usher, write};
use super::{eventually, ports};

/// Starting, forming and electing, on a busy machine.
pub const START_MAX: Duration = Duration::from_mins(1);

/// How often the whole cluster is moved to other ports when one was taken meanwhile.
const PORT_ATTEMPTS_MAX: u32 = 3;

/// A cluster. Clones share it; its processes end with the last.
#[derive(Clone)]
pub struct Cluster(Arc<Inner>);

struct Inner {
    // Dropped in this order: processes before the folder that they write to.
    nodes: Vec<Node>,
    network: Option<Network>,
    /// Where the nodes call their gateway.
    gateway: u16,
    dir: TempDir,
}

/// How a cluster is set up.
#[derive(Clone, Copy)]
struct Setup<'a> {
    proxied: bool,
    formed: bool,
    /// Where the nodes call their gateway; nobody need listen there.
    gateway: u16,
    /// Where the data directories are, if not beside the configurations.
    disks: Option<&'a Path>,
    /// Where the folder for mail is, if not beside the configurations.
    mail: Option<&'a Path>,
    /// More of every node's configuration.
    more: &'a str,
}

impl Setup<'_> {
    fn plain() -> Setup<'static> {
        // Port 1 is nobody's: a gateway that is down.
        Setup { proxied: false, formed: true, gateway: 1, disks: None, mail: None, more: "" }
    }
}

impl Cluster {
    /// Three nodes that serve.
    pub async fn start() -> Cluster {
        Cluster::set_up(Setup::plain()).await
    }

    /// Three nodes that serve and whose connections to each other can be cut.
    pub async fn start_cuttable() -> Cluster {
        Cluster::set_up(Setup { proxied: true, ..Setup::plain() }).await
    }

    /// Three nodes that run and are no cluster yet.
    pub async fn start_unformed() -> Cluster {
        Cluster::set_up(Setup { formed: false, ..Setup::plain() }).await
    }

    /// Three nodes that serve, and call a gateway at this port.
    pub async fn start_calling(gateway: u16, cuttable: bool) -> Cluster {
        Cluster::set_up(Setup { proxied: cuttable, gateway, ..Setup::plain() }).await
    }

    /// Three nodes that serve, whose data directories are `data-1` to `data-3` of a folder, perhaps
    /// mounted there already. `more` is added to their configurations.
    pub async fn start_on(disks: &Path, more: &str) -> Cluster {
        Cluster::set_up(Setup { disks: Some(disks), more, ..Setup::plain() }).await
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

    async fn set_up(setup: Setup<'_>) -> Cluster {
        for _ in 1..PORT_ATTEMPTS_MAX {
            if let Some(cluster) = Cluster::attempt(setup).await {
                return cluster;
            }
        }
        Cluster::attempt(setup).await.expect("three free ports a node")
    }

    /// `None` when a port was taken before its node could bind it.
    async fn attempt(setup: Setup<'_>) -> Option<Cluster> {
        let dir = tempfile::Builder::new().prefix("usher-cluster-").tempdir();
        let dir = dir.expect("a temporary folder can be made");
        let ports: Vec<Ports> = (1..=3).map(|id| Ports::choose(id, setup.proxied)).collect();
        let mut network = setup.proxied.then(Network::new);
        for ports in &ports {
            if let Some(network) = &mut network {
                network.stand_before(ports.id, ports.advertised, ports.peer).await.ok()?;
            }
        }
        let nodes = ports.iter().map(|own| Node::prepare(dir.path(), own, &ports, setup)).collect();
        let gateway = setup.gateway;
        let cluster = Cluster(Arc::new(Inner { nodes, network, gateway, dir }));
        for node in cluster.nodes() {
            cluster.start_node(node.id);
        }
        for node in cluster.nodes() {
            if !node.comes_alive().await {
                return None;
            }
        }
        if setup.formed {
            cluster.usher(&["cluster", "init"]).await.exits(0);
            cluster.ready().await;
        }
        Some(cluster)
    }

    /// Every node, by id.
    pub fn nodes(&self) -> &[Node] {
        &self.0.nodes
    }

    /// One node.
    pub fn node(&self, id: u64) -> &Node {
        self.nodes().iter().find(|node| node.id == id).expect("nodes are 1 to 3")
    }

    /// The ids of all nodes but one.
    pub fn others(&self, id: u64) -> Vec<u64> {
        self.nodes().iter().map(|node| node.id).filter(|other| *other != id).collect()
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
        let node = self.node(id);
        node.process.start();
        if let (Some(network), Some(pid)) = (&self.0.network, node.process.pid()) {
            network.runs_as(id, pid);
        }
    }

    /// Starts a node that is no member yet, with an empty disk in a folder of its own below this
    /// cluster's.
    pub async fn newcomer(&self, id: u64) -> Node {
        for attempt in 1..=PORT_ATTEMPTS_MAX {
            let dir = tempfile::Builder::new().prefix("newcomer-").tempdir_in(self.dir());
            // It goes with the cluster's folder.
            let dir = dir.expect("a folder can be made").keep();
            let ports = Ports::choose(id, false);
            let (gateway, mail) = (self.0.gateway, Some(self.dir()));
            let setup = Setup { gateway, mail, ..Setup::plain() };
            let node = Node::prepare(&dir, &ports, std::slice::from_ref(&ports), setup);
            node.process.start();
            if node.comes_alive().await {
                return node;
            }
            eprintln!("node {id} found its ports taken, attempt {attempt}");
            node.process.kill();
        }
        panic!("two free ports for node {id}");
    }

    /// Starts a node again and waits until it serves.
    pub async fn restart(&self, id: u64) {
        self.start_node(id);
        self.node(id).ready().await;
    }

    /// Waits until every node serves.
    pub async fn ready(&self) {
        for node in self.nodes() {
            node.ready().await;
        }
    }

    /// The network between the nodes of a cuttable cluster.
    pub fn network(&self) -> &Network {
        self.0.network.as_ref().expect("the cluster was started cuttable")
    }

    /// What `--endpoints` takes.
    pub fn endpoints(&self) -> String {
        let bases: Vec<&str> = self.nodes().iter().map(|node| node.base.as_str()).collect();
        bases.join(",")
    }

    /// Runs the command line against this cluster.
    pub async fn usher(&self, args: &[&str]) -> Ran {
        let endpoints = self.endpoints();
        usher(&[args, &["--endpoints", &endpoints]].concat()).await
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
        self.leader_among(&[1, 2, 3]).await
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        if std::thread::panicking() {
            for node in self.nodes() {
                let state =
                    node.process.ended().map_or_else(String::new, |end| format!(" ({end})"));
                eprintln!("--- node {}{state}\n{}", node.id, node.process.log_tail());
            }
        }
    }
}

/// Where clients reach a node.
#[derive(Clone, Debug)]
pub struct Door {
    /// The node's number.
    pub id: u64,
    base: String,
}

impl Door {
    /// Its address.
    pub fn base(&self) -> &str {
        &self.base
    }

    /// GET.
    pub fn get(&self, path: &str) -> Call {
        Call::new(self.id, &self.base, Method::GET, path)
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
        Call::new(self.id, &self.base, method, path)
    }

    /// An organizer creates a show.
    pub async fn create_show(&self, body: &Value) -> Reply {
        self.post("/v1/shows", body).organizer().send().await.expect(201)
    }

    /// A user holds seats.
    pub fn hold(&self, show: &str, user: &str, seats: &[&str]) -> Call {
        self.post(&format!("/v1/shows/{show}/holds"), &json!({ "seats": seats })).user(user)
    }
}

/// One node of a cluster. What clients ask of it they ask at its [`Door`].
pub struct Node {
    door: Door,
    /// Its process.
    pub process: Process,
    /// Where it keeps its data.
    pub data_dir: PathBuf,
}

impl Deref for Node {
    type Target = Door;

    fn deref(&self) -> &Door {
        &self.door
    }
}

impl Node {
    /// A node that is a cluster of its own, or will be, with its files in a folder: its data
    /// directory is `data-1`. `more` is added to its configuration.
    pub fn alone(dir: &Path, more: &str) -> Node {
        let ports = Ports::choose(1, false);
        Node::prepare(dir, &ports, std::slice::from_ref(&ports), Setup { more, ..Setup::plain() })
    }

    /// Writes its configuration as section 8 of the contract has it.
    fn prepare(dir: &Path, own: &Ports, all: &[Ports], setup: Setup<'_>) -> Node {
        let (id, http, peer, advertised) = (own.id, own.http, own.peer, own.advertised);
        let Setup { gateway, disks, more, .. } = setup;
        let data_dir = disks.unwrap_or(dir).join(format!("data-{id}"));
        let base = format!("http://127.0.0.1:{http}");
        let members: Vec<String> = all.iter().map(Ports::member).collect();
        let (members, data) = (members.join(", "), data_dir.display());
        let mail = setup.mail.unwrap_or(dir).join(MAIL_FOLDER);
        let mail = mail.display();
        let config = format!(
            "[node]\nid = {id}\ndata_dir = \"{data}\"\n\n\
             [http]\nlisten = \"127.0.0.1:{http}\"\npublic_url = \"{base}\"\n\n\
             [peer]\nlisten = \"127.0.0.1:{peer}\"\nadvertise = \"127.0.0.1:{advertised}\"\n\n\
             [cluster]\nsecret = \"{SECRET}\"\nmembers = [{members}]\n\n\
             [raft]\nheartbeat_ms = 200\nelection_timeout_ms = [500, 900]\n\n\
             [auth]\nmode = \"open\"\n\n\
             [mail]\nfolder = \"{mail}\"\n\n\
             [gateways.sandbox]\napi = \"http://127.0.0.1:{gateway}\"\n\
             webhook_secret = \"{WEBHOOK_SECRET}\"\n\n{more}"
        );
        let path = dir.join(format!("node-{id}.toml"));
        write(&path, &config);
        let process = Process::new(path, dir.join(format!("node-{id}.log")));
        Node { door: Door { id, base }, process, data_dir }
    }

    /// Where clients reach it.
    pub fn door(&self) -> Door {
        self.door.clone()
    }

    /// Changes its configuration for the next start.
    pub fn reconfigure(&self, from: &str, to: &str) {
        let path = self.process.config();
        let config = fs::read_to_string(path).expect("the configuration can be read");
        assert!(config.contains(from), "{from} is not in the configuration");
        write(path, &config.replace(from, to));
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

/// Where the nodes of a cluster put their mail, below its folder.
const MAIL_FOLDER: &str = "mail";

/// What all nodes of our clusters know.
pub const SECRET: &str = "a secret of this test cluster only";

/// Where one node listens.
struct Ports {
    id: u64,
    http: u16,
    peer: u16,
    advertised: u16,
}

impl Ports {
    fn choose(id: u64, proxied: bool) -> Ports {
        let peer = ports::free();
        let advertised = if proxied { ports::free() } else { peer };
        Ports { id, http: ports::free(), peer, advertised }
    }

    fn member(&self) -> String {
        let Ports { id, http, advertised, .. } = self;
        format!("{{ id = {id}, peer = \"127.0.0.1:{advertised}\", http = \"127.0.0.1:{http}\" }}")
    }
}

//! A network of namespaces: every node in one of its own, all on a bridge of ours, with the host on
//! it too. What is wrong is made where a packet passes the bridge (`nft`), on the line of a node
//! (`tc`), and, for lateness, in a queue before it leaves its node (`iptables`, and a process of
//! ours that holds it back: kernels without `netem` are common).
//!
//! Everything is called `usher-PID-…`, goes when this is dropped, and is swept away by the next who
//! makes such a network if this process could not.

use std::collections::BTreeMap;
use std::fmt::{self, Write as _};
use std::io::Write as _;
use std::net::Ipv4Addr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::process::mortal;
use super::trouble::{Trouble, Troubles};
use super::wire::Place;

/// What all of it needs.
const TOOLS: [&str; 5] = ["ip", "nft", "tc", "iptables", "nsenter"];

/// Addresses of networks that are tested (RFC 2544): nobody else has them.
const NET: [u8; 2] = [198, 18];

/// Namespaces have ports of their own.
const HTTP_PORT: u16 = 8101;
const PEER_PORT: u16 = 9101;

/// The first node's last octet; 1 is the host's.
const FIRST_OCTET: u8 = 10;

/// An interface's name has at most 15 letters, of which this leaves one for the node.
const SLOTS: &[u8] = b"0123456789ACDEFGHIJKLMNOPQRSTUVWXYZ";

/// The name under which a node's line appears inside its namespace.
const LINE: &str = "eth0";

/// What the process that makes packets late reads its orders from.
pub const LATE: &str = "USHER_WIRE_LATE";

/// The network.
pub struct Spaces {
    name: String,
    /// The third octet of its addresses.
    net: u8,
    inside: Mutex<Inside>,
}

/// What changes.
#[derive(Default)]
struct Inside {
    /// The slot of each node.
    slots: BTreeMap<u64, usize>,
    /// Slots given so far.
    given: usize,
    troubles: Troubles,
    /// Processes that make the packets of a node late.
    late: BTreeMap<u64, Child>,
}

impl Spaces {
    /// An empty network, or why this machine has none.
    pub fn make() -> Result<Spaces, String> {
        if !rustix::process::geteuid().is_root() {
            return Err("they need root".to_owned());
        }
        for tool in TOOLS {
            let found = Command::new("sh").arg("-c").arg(format!("command -v {tool}")).output();
            if !found.is_ok_and(|found| found.status.success()) {
                return Err(format!("they need {tool}, which is missing"));
            }
        }
        sweep();
        let name = format!("usher-{}", std::process::id());
        let used = ran("ip", &["-4", "-oneline", "address"])?;
        let start = u8::try_from(std::process::id() % 250).expect("it is below 250");
        let free = |net: &u8| !used.contains(&format!(" {}.{}.{net}.", NET[0], NET[1]));
        let net =
            (start..250).chain(0..start).find(free).ok_or("all of their addresses are used")?;
        let spaces = Spaces { name, net, inside: Mutex::default() };
        spaces.lay()?;
        Ok(spaces)
    }

    fn lay(&self) -> Result<(), String> {
        let (bridge, host) = (self.bridge(), format!("{}/24", self.host()));
        ran("ip", &["link", "add", "name", &bridge, "type", "bridge"])?;
        ran("ip", &["address", "add", &host, "dev", &bridge])?;
        ran("ip", &["link", "set", &bridge, "up"])?;
        self.nft(&format!(
            "table bridge {} {{\nchain forward {{ type filter hook forward priority 0; }}\n}}\n",
            self.name
        ))
    }

    /// The host's address.
    pub fn host(&self) -> Ipv4Addr {
        self.address(1)
    }

    fn address(&self, last: u8) -> Ipv4Addr {
        Ipv4Addr::new(NET[0], NET[1], self.net, last)
    }

    fn bridge(&self) -> String {
        format!("{}-B", self.name)
    }

    /// The name of a slot's namespace, and of the bridge's end of its line.
    fn called(&self, slot: usize) -> String {
        format!("{}-{}", self.name, char::from(SLOTS[slot]))
    }

    fn slot_address(&self, slot: usize) -> Ipv4Addr {
        self.address(FIRST_OCTET + u8::try_from(slot).expect("slots are few"))
    }

    /// Makes a namespace for a node.
    pub fn join(&self, id: u64) -> Place {
        let mut inside = self.inside();
        let taken: Vec<usize> = inside.slots.values().copied().collect();
        // In turn, so that an address is not soon another's.
        let slot = (0..SLOTS.len()).map(|n| (inside.given + n) % SLOTS.len());
        let slot = slot.into_iter().find(|slot| !taken.contains(slot)).expect("a slot is free");
        inside.given = slot + 1;
        inside.slots.insert(id, slot);
        let (name, address) = (self.called(slot), self.slot_address(slot));
        let (bridge, mask) = (self.bridge(), format!("{address}/24"));
        let steps: [&[&str]; 6] = [
            &["netns", "add", &name],
            &["link", "add", "name", &name, "type", "veth", "peer", "name", LINE, "netns", &name],
            &["link", "set", &name, "master", &bridge, "up"],
            &["-netns", &name, "address", "add", &mask, "dev", LINE],
            &["-netns", &name, "link", "set", "lo", "up"],
            &["-netns", &name, "link", "set", LINE, "up"],
        ];
        for step in steps {
            ran("ip", step).expect("a namespace can be made where another could");
        }
        let space = Some(format!("/run/netns/{name}"));
        Place { id, address, http: HTTP_PORT, peer: PEER_PORT, advertised: PEER_PORT, space }
    }

    /// Takes a node's namespace away.
    pub fn leave(&self, id: u64) {
        let mut inside = self.inside();
        if let Some(child) = inside.late.remove(&id) {
            end(child);
        }
        if let Some(slot) = inside.slots.remove(&id) {
            unmake(&self.called(slot));
        }
    }

    /// Changes what is wrong.
    pub fn trouble(&self, change: impl FnOnce(&mut Troubles)) {
        let mut inside = self.inside();
        let before = inside.troubles.clone();
        change(&mut inside.troubles);
        self.nft(&self.rules(&inside)).expect("our own rules can be set");
        for (id, slot) in inside.slots.clone() {
            let line = |troubles: &Troubles| troubles.lines.get(&id).copied();
            if line(&before) != line(&inside.troubles) {
                self.throttle(slot, line(&inside.troubles));
            }
            if late(&before, id) != late(&inside.troubles, id) {
                self.delay(id, slot, &mut inside);
            }
        }
    }

    /// Cuts and losses, as rules of the bridge. Addresses are resolved all the same: else a cut
    /// would go on for some seconds after it was healed.
    fn rules(&self, inside: &Inside) -> String {
        let mut rules = format!("flush chain bridge {} forward\n", self.name);
        for ((from, to), trouble) in &inside.troubles.ways {
            let slots = (inside.slots.get(from), inside.slots.get(to));
            let (Some(from), Some(to)) = slots else { continue };
            let what = match trouble {
                Trouble { cut: true, .. } => "drop".to_owned(),
                Trouble { loss: 0, .. } => continue,
                Trouble { loss, .. } => format!("numgen random mod 100 < {loss} drop"),
            };
            let (name, from, to) = (&self.name, self.called(*from), self.called(*to));
            let _ = writeln!(
                rules,
                "add rule bridge {name} forward ether type ip iifname {from} oifname {to} {what}"
            );
        }
        rules
    }

    /// Makes a line slow, or fast again, both ways.
    fn throttle(&self, slot: usize, kbit: Option<u32>) {
        let name = self.called(slot);
        let rate = format!("{}kbit", kbit.unwrap_or_default());
        let ends: [&[&str]; 2] = [&["qdisc"], &["-netns", &name, "qdisc"]];
        for (start, device) in ends.into_iter().zip([name.as_str(), LINE]) {
            let rest: &[&str] = if kbit.is_some() {
                &[
                    "add", "dev", device, "root", "tbf", "rate", &rate, "burst", "16kb", "latency",
                    "1s",
                ]
            } else {
                &["del", "dev", device, "root"]
            };
            ran("tc", &[start, rest].concat()).expect("our own line can be throttled");
        }
    }

    /// Has a process of ours hold back what a node sends to these others, or no more.
    fn delay(&self, id: u64, slot: usize, inside: &mut Inside) {
        let name = self.called(slot);
        let range = format!("{}-{}", self.address(2), self.address(254));
        let rule = |verb| {
            let queue = ["-j", "NFQUEUE", "--queue-num", "0", "--queue-bypass"];
            let which = ["iptables", verb, "OUTPUT", "-p", "tcp", "-m", "iprange", "--dst-range"];
            let all = [&["netns", "exec", &name], &which[..], &[&range], &queue].concat();
            ran("ip", &all).expect("our own namespace takes rules");
        };
        if let Some(child) = inside.late.remove(&id) {
            // Packets that it holds are lost, as they may be.
            rule("-D");
            end(child);
        }
        let orders: Vec<String> = late(&inside.troubles, id)
            .into_iter()
            .filter_map(|(to, trouble)| {
                let address = self.slot_address(*inside.slots.get(&to)?);
                Some(format!("{address} {} {}", trouble.delay_ms, trouble.jitter_ms))
            })
            .collect();
        if orders.is_empty() {
            return;
        }
        let mut command = mortal(Path::new("nsenter"));
        command.arg(format!("--net=/run/netns/{name}")).arg("--");
        command.arg(std::env::current_exe().expect("this is a process"));
        command.args(["--exact", "harness::late::packets", "--ignored", "--nocapture"]);
        command.env(LATE, orders.join("\n")).stdin(Stdio::null());
        command.stdout(Stdio::piped()).stderr(Stdio::inherit());
        let mut child = super::process::spawn(command).expect("this binary can be started");
        super::late::is_bound(&mut child);
        rule("-A");
        inside.late.insert(id, child);
    }

    fn nft(&self, rules: &str) -> Result<(), String> {
        let mut command = Command::new("nft");
        command.args(["--file", "-"]).stdin(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().map_err(|error| format!("nft: {error}"))?;
        let mut stdin = child.stdin.take().expect("it is piped");
        stdin.write_all(rules.as_bytes()).map_err(|error| format!("nft: {error}"))?;
        drop(stdin);
        let ended = child.wait_with_output().map_err(|error| format!("nft: {error}"))?;
        let said = String::from_utf8_lossy(&ended.stderr).into_owned();
        if ended.status.success() { Ok(()) } else { Err(format!("{}: nft: {said}", self.name)) }
    }

    fn inside(&self) -> MutexGuard<'_, Inside> {
        // A panic elsewhere must not keep `Drop` from taking everything away.
        self.inside.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Display for Spaces {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}.0/24 on {}", NET[0], NET[1], self.net, self.bridge())
    }
}

impl Drop for Spaces {
    fn drop(&mut self) {
        let ids: Vec<u64> = self.inside().slots.keys().copied().collect();
        for id in ids {
            self.leave(id);
        }
        unbridge(&self.name);
    }
}

/// What is late on its way from a node.
fn late(troubles: &Troubles, node: u64) -> BTreeMap<u64, Trouble> {
    let ways = troubles.ways.iter().filter(|((from, _), way)| *from == node && 0 < way.delay_ms);
    ways.map(|((_, to), way)| (*to, *way)).collect()
}

fn end(mut child: Child) {
    // It may have ended by itself; then there is nothing left to do.
    let _ = child.kill();
    let _ = child.wait();
}

/// Takes away what processes that are no more have left.
fn sweep() {
    let spaces = ran("ip", &["netns", "list"]).unwrap_or_default();
    let links = ran("ip", &["-oneline", "link", "show", "type", "bridge"]).unwrap_or_default();
    let spaces = spaces.lines().filter_map(|line| line.split_whitespace().next());
    let links = links.lines().filter_map(|line| line.split([':', ' ']).nth(2));
    for name in spaces.filter(|name| is_left(name)) {
        unmake(name);
    }
    for link in links.filter(|link| is_left(link)) {
        unbridge(link.trim_end_matches("-B"));
    }
}

/// Whether a name is one of ours, of a process that is no more.
fn is_left(name: &str) -> bool {
    let pid = name.strip_prefix("usher-").and_then(|rest| rest.split('-').next());
    let pid = pid.and_then(|pid| pid.parse::<u32>().ok());
    pid.is_some_and(|pid| !Path::new(&format!("/proc/{pid}")).exists())
}

/// Its line goes with it, at once or when its last process has ended.
fn unmake(name: &str) {
    for step in [&["link", "del", name][..], &["netns", "del", name]] {
        if let Err(why) = ran("ip", step) {
            eprintln!("wire: {why}");
        }
    }
}

fn unbridge(name: &str) {
    let steps: [(&str, &[&str]); 2] = [
        ("ip", &["link", "del", &format!("{name}-B")]),
        ("nft", &["delete", "table", "bridge", name]),
    ];
    for (tool, step) in steps {
        if let Err(why) = ran(tool, step) {
            eprintln!("wire: {why}");
        }
    }
}

/// Runs a command of the system: what it printed, or what it complained of.
fn ran(tool: &str, args: &[&str]) -> Result<String, String> {
    let ended = Command::new(tool).args(args).stdin(Stdio::null()).output();
    let ended = ended.map_err(|error| format!("{tool}: {error}"))?;
    if ended.status.success() {
        return Ok(String::from_utf8_lossy(&ended.stdout).into_owned());
    }
    let said = String::from_utf8_lossy(&ended.stderr);
    Err(format!("{tool} {}: {}", args.join(" "), said.trim()))
}

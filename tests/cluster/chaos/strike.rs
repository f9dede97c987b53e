//! Makes faults. Whoever is struck is to be mended by what comes back.

use std::ffi::OsStr;
use std::fs;
use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use tokio::task::JoinHandle;

use super::faults::Fault;
use super::field::{ARCHIVE, Field, address, lock};
use super::quota::Quota;
use crate::disks::flips::Flip;
use crate::disks::full::fill;
use crate::disks::universe::files;
use crate::disks::wals::live;
use crate::harness::{self, Node, Rng, eventually, list, text, usher};

/// A change of members under a fault is made within this, once the fault is mended.
const CHANGE_MAX: Duration = Duration::from_mins(3);

/// What a slow disk takes for a sync, in milliseconds.
const SLOW_MS: &str = "60";

/// A node that comes back with a shim or a false clock serves within this.
const BACK_MAX: Duration = Duration::from_secs(30);

/// A snapshot is on its way within this, and then takes some seconds at [`SNAPSHOT_KBIT`].
const SNAPSHOT_MAX: Duration = Duration::from_secs(8);
const SNAPSHOT_KBIT: u32 = 256;

/// What is left of a disk before its last bytes are taken.
const LEFT: u64 = 2 << 20;

/// Events that are told once more.
const REPEATED_EVENTS: usize = 20;

/// The stranger's number in its own cluster.
const STRANGER: u64 = 77;

/// How a fault is mended.
pub enum Cure {
    /// Nothing is left to do.
    Nothing,
    /// Dead processes are started.
    Start(Vec<u64>),
    /// A paused process goes on.
    Continue(u64),
    /// The network is whole again.
    Whole,
    /// A node goes on without its shim or false clock.
    Plain(u64),
    /// A node that is to end by itself is started again.
    Ended(u64),
    /// A full disk is freed.
    Freed(u64),
    /// A node with a harmed disk starts, or is replaced.
    Harmed(u64),
    /// A node whose disk is lost is replaced.
    Lost(u64),
    /// A node is replaced by one that is on its way in, while another was struck.
    Swap { old: u64, new: u64, change: JoinHandle<Result<(), String>>, dead: Option<u64> },
    /// A newcomer gets its snapshot after all, and goes.
    Install { new: u64, dead: u64 },
    /// The gateway is well again.
    Gateway,
    /// A node has the processor again, after it was killed.
    Quota(u64, Quota),
    /// The stranger goes.
    Stranger { stranger: Node, asked: usize, taken: u32, refused: u32 },
}

/// Does a fault, or says why it cannot be done here.
pub async fn strike(fault: &Fault, field: &Arc<Field>, rng: &mut Rng) -> Result<Cure, String> {
    match fault.n {
        1..=3 | 6 | 7 => process(fault.n, field, rng).await,
        4 | 5 => power(fault.n == 5, field, rng).await,
        8..=14 => wire(fault.n, field, rng).await,
        15 => clock(field, rng).await,
        16 | 18 => syncs(fault.n == 18, field, rng).await,
        17 => full(field, rng).await,
        19..=21 | 24 => disk(fault.n, field, rng).await,
        22 => members(field, rng).await,
        23 => snapshot(field, rng).await,
        25 => rolling(field).await,
        26 => gateway(field, rng).await,
        27 => starved(field, rng),
        28 => stranger(field).await,
        n => Err(format!("F{n} is no fault")),
    }
}

async fn process(n: u8, field: &Field, rng: &mut Rng) -> Result<Cure, String> {
    let victim = match n {
        1 | 7 => field.take_follower(rng).await?,
        3 => {
            let all = field.members();
            for id in &all {
                field.take(*id)?;
                field.node(*id).process.kill();
            }
            return Ok(Cure::Start(all));
        }
        _ => field.take_leader().await?,
    };
    if matches!(n, 6 | 7) {
        field.node(victim).process.signal("STOP");
        return Ok(Cure::Continue(victim));
    }
    field.node(victim).process.kill();
    Ok(Cure::Start(vec![victim]))
}

/// What was not synced is gone; processes are stopped first, so that none acknowledges any more.
async fn power(all: bool, field: &Field, rng: &mut Rng) -> Result<Cure, String> {
    field.mounts.clone()?;
    let victims = if all { field.voters() } else { vec![field.take_any(rng)?] };
    if all {
        for id in victims.iter().chain([&ARCHIVE]) {
            field.take(*id)?;
        }
    }
    for id in &victims {
        field.node(*id).process.signal("STOP");
    }
    let mut disks = std::mem::take(&mut *lock(&field.disks));
    let journal = rng.once_in(2);
    for id in &victims {
        disks[id].cut(journal);
    }
    let mut dead = victims.clone();
    if all {
        // Its disk stays as it is, for the judge.
        dead.push(ARCHIVE);
    }
    for id in &dead {
        field.node(*id).process.kill();
    }
    for id in &victims {
        disks[id].unmount().await;
        disks[id].mount();
    }
    lock(&field.disks).append(&mut disks);
    Ok(Cure::Start(dead))
}

async fn wire(n: u8, field: &Field, rng: &mut Rng) -> Result<Cure, String> {
    let victim = match n {
        8 => field.take_follower(rng).await?,
        9 => field.take_leader().await?,
        _ => field.take_any(rng)?,
    };
    let others = field.others(victim);
    let voters = field.voters();
    field.cluster().network().trouble(|troubles| match n {
        8 | 9 => troubles.around(victim, &others, |way| way.cut = true),
        10 => troubles.to(victim, &others, |way| way.cut = true),
        11 => troubles.from(victim, &others, |way| way.cut = true),
        12 => {
            // The victim is the one that everybody hears.
            let apart: Vec<u64> = voters.iter().copied().filter(|id| *id != victim).collect();
            troubles.around(apart[0], &apart[1..], |way| way.cut = true);
        }
        13 => troubles.around(victim, &others, |way| way.loss = 30),
        _ if rng.once_in(2) => troubles.around(victim, &others, |way| {
            (way.delay_ms, way.jitter_ms) = (100, 100);
        }),
        _ => {
            for from in &voters {
                troubles.from(*from, &field.others(*from), |way| {
                    (way.delay_ms, way.jitter_ms) = (10, 40);
                });
            }
        }
    });
    Ok(Cure::Whole)
}

/// A library says another time to the leader; its monotonic clock stays.
async fn clock(field: &Field, rng: &mut Rng) -> Result<Cure, String> {
    let library = field.faketime.clone()?;
    let victim = field.take_follower(rng).await?;
    let offset = field.dir().join(format!("clock-{victim}"));
    fs::write(&offset, "+0").map_err(|error| error.to_string())?;
    let environment = [
        ("LD_PRELOAD", library.as_os_str()),
        ("FAKETIME_TIMESTAMP_FILE", offset.as_os_str()),
        ("FAKETIME_DONT_FAKE_MONOTONIC", OsStr::new("1")),
        ("FAKETIME_NO_CACHE", OsStr::new("1")),
    ];
    back_with(field, victim, &environment).await?;
    leads(field, victim).await?;
    let jump = if rng.once_in(2) { "+3600" } else { "-60" };
    fs::write(&offset, jump).map_err(|error| error.to_string())?;
    Ok(Cure::Plain(victim))
}

/// A library makes syncs slow, or fail.
async fn syncs(fail: bool, field: &Field, rng: &mut Rng) -> Result<Cure, String> {
    let shim = field.shim.as_ref().map_err(String::clone)?;
    let victim = field.take_follower(rng).await?;
    let preload = ("LD_PRELOAD", shim.library.as_os_str());
    if !fail {
        back_with(field, victim, &[preload, ("DISKS_DELAY_MS", OsStr::new(SLOW_MS))]).await?;
        if rng.once_in(2) {
            leads(field, victim).await?;
        }
        return Ok(Cure::Plain(victim));
    }
    let at = (1 + rng.below(20)).to_string();
    let armed = ("DISKS_ARMED", shim.armed.as_os_str());
    back_with(field, victim, &[preload, armed, ("DISKS_FAIL_AT", OsStr::new(&at))]).await?;
    if rng.once_in(2) {
        leads(field, victim).await?;
    }
    fs::write(&shim.armed, "").map_err(|error| error.to_string())?;
    Ok(Cure::Ended(victim))
}

/// Restarts a node with more in its environment.
async fn back_with(field: &Field, id: u64, with: &[(&str, &OsStr)]) -> Result<(), String> {
    field.node(id).process.kill();
    field.cluster().start_node_with(id, with);
    match field.settles(id, BACK_MAX).await {
        Ok(None) => Ok(()),
        Ok(Some(end)) => Err(format!("node {id} does not start with its library: {end}")),
        Err(why) => Err(why),
    }
}

/// Sees to it that a node leads.
async fn leads(field: &Field, id: u64) -> Result<(), String> {
    field.insists(&["leader", "transfer", "--to", &id.to_string()], BACK_MAX).await.map(drop)
}

async fn full(field: &Field, rng: &mut Rng) -> Result<Cure, String> {
    field.mounts.clone()?;
    let victim = field.take_any(rng)?;
    let disk = field.node(victim).data_dir.clone();
    let filled = tokio::task::spawn_blocking(move || {
        // The most of it at one stroke.
        fill(&disk, LEFT);
        fill(&disk, 0);
    });
    filled.await.map_err(|error| error.to_string())?;
    Ok(Cure::Freed(victim))
}

/// Harms the disk of a dead node.
async fn disk(n: u8, field: &Field, rng: &mut Rng) -> Result<Cure, String> {
    let victim = field.take_any(rng)?;
    let node = field.node(victim);
    node.process.kill();
    let (kind, end) = if n == 20 { (1, ".sst") } else { (0, ".log") };
    if n == 20 && files(&node.data_dir, "", end).is_empty() {
        // What a start reads of the log it brings to a sorted file.
        back_with(field, victim, &[]).await?;
        node.process.kill();
    }
    if n != 24 && files(&node.data_dir, "", end).is_empty() {
        field.cluster().start_node(victim);
        return Err(format!("node {victim} has no file that ends with {end}"));
    }
    match n {
        19 | 20 => Flip::choose(&node.data_dir, kind, rng).harm(&node.data_dir),
        21 => fs::remove_file(live(&node.data_dir)).map_err(|error| error.to_string())?,
        _ => {
            for entry in ["db", "sentinel"] {
                let path = node.data_dir.join(entry);
                let gone =
                    if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) };
                gone.map_err(|error| error.to_string())?;
            }
            return Ok(Cure::Lost(victim));
        }
    }
    Ok(Cure::Harmed(victim))
}

/// Replaces a follower, and strikes the leader at some moment of it.
async fn members(field: &Arc<Field>, rng: &mut Rng) -> Result<Cure, String> {
    let leader = field.take_leader().await?;
    let old = field.take_follower(rng).await?;
    let new = field.recruit().await.id;
    let (own, to) = (Arc::clone(field), address(field.node(new)));
    let change = tokio::spawn(async move {
        let old = old.to_string();
        own.insists(&["node", "replace", &old, &to, "--yes"], CHANGE_MAX).await.map(drop)
    });
    // Not waiting for anything: the fault comes at any moment of the change.
    tokio::time::sleep(Duration::from_millis(rng.below(1500))).await;
    let dead = if rng.once_in(2) {
        field.node(leader).process.kill();
        Some(leader)
    } else {
        field.cluster().network().cut(leader, &[&field.others(leader)[..], &[new]].concat());
        None
    };
    Ok(Cure::Swap { old, new, change, dead })
}

/// A newcomer on a slow line is brought in; one of the two ends dies when the snapshot is under way.
async fn snapshot(field: &Arc<Field>, rng: &mut Rng) -> Result<Cure, String> {
    let leader = field.take_leader().await?;
    let new = field.recruit().await;
    field.cluster().network().trouble(|troubles| {
        troubles.lines.insert(new.id, SNAPSHOT_KBIT);
    });
    let (own, to) = (Arc::clone(field), address(new));
    let adding = tokio::spawn(async move { own.usher(&["node", "add", &to, "--yes"]).await.code });
    let begun = || new.process.log().contains("receiving a snapshot");
    let waited = tokio::time::timeout(
        SNAPSHOT_MAX,
        eventually("a snapshot is on its way", CHANGE_MAX, async || begun().then_some(())),
    );
    let came = waited.await.is_ok();
    let dead = if rng.once_in(2) { leader } else { new.id };
    field.node(dead).process.kill();
    // Whatever it says: the command is given again when all is well.
    adding.abort();
    if !came {
        println!("F23: no snapshot was on its way within {SNAPSHOT_MAX:?}");
    }
    Ok(Cure::Install { new: new.id, dead })
}

/// NB: there is one version so far, so versions are not mixed: what is shown is that members can be
/// restarted one by one, each after it has handed over.
async fn rolling(field: &Field) -> Result<Cure, String> {
    for id in field.members() {
        field.take(id)?;
    }
    for id in field.members() {
        field.insists(&["node", "drain", &id.to_string(), "--yes"], BACK_MAX).await?;
        field.node(id).ends(BACK_MAX).await;
        field.cluster().start_node(id);
        if let Some(end) = field.settles(id, BACK_MAX).await? {
            return Err(format!("node {id} does not start again: {end}"));
        }
    }
    Ok(Cure::Nothing)
}

async fn gateway(field: &Field, rng: &mut Rng) -> Result<Cure, String> {
    let paying = &field.crowd.paying;
    let sessions = paying.gateway.sessions().await;
    let paid = sessions.iter().rev().filter(|session| session["status"] == "succeeded");
    for session in paid.take(REPEATED_EVENTS) {
        let amount = session["amount"].as_u64().unwrap_or_default();
        let body = json!({"type": "payment.succeeded", "data": {
            "payment": session["payment"], "reference": session["id"],
            "amount": amount, "currency": session["currency"],
        }});
        let id = format!("again-{}", text(session, "id"));
        let node = field.node(*rng.pick(&field.members()));
        // Whether it arrives does not matter: the first one did.
        let told = harness::event(node, &id, &body).try_send().await;
        if let Err(lost) = told {
            eprintln!("a repeated event is lost: {lost}");
        }
    }
    match rng.below(3) {
        0 => paying.gateway.process.kill(),
        1 => paying.gateway.fault(Some(harness::Fault::Refuse("POST"))),
        _ => paying.gateway.fault(Some(harness::Fault::KeepAnswers("POST /"))),
    }
    Ok(Cure::Gateway)
}

fn starved(field: &Field, rng: &mut Rng) -> Result<Cure, String> {
    let victim = field.take_any(rng)?;
    let pid = field.node(victim).process.pid().ok_or("it does not run")?;
    Ok(Cure::Quota(victim, Quota::set(victim, pid)))
}

/// A node that leads a cluster of its own tries to take our nodes into it, again and again.
async fn stranger(field: &Field) -> Result<Cure, String> {
    let stranger = field.cluster().stranger(STRANGER, field.dir()).await;
    let base = stranger.base().to_owned();
    usher(&["cluster", "init", "--endpoints", &base]).await.exits(0);
    let (mut taken, mut refused) = (0, 0);
    // Nobody, if the other fault of a pair has left none to say who they are.
    let members = addresses(field).await;
    let asked = members.len();
    for (id, peer, http) in members {
        let id = id.to_string();
        let add = ["node", "add", &id, "--peer", &peer, "--http", &http, "--yes"];
        let ran = usher(&[&add[..], &["--endpoints", &base]].concat()).await;
        taken += u32::from(ran.code == 0);
        refused += u32::from(ran.stderr.contains("cluster"));
    }
    Ok(Cure::Stranger { stranger, asked, taken, refused })
}

/// Where the members are, as one of them says.
async fn addresses(field: &Field) -> Vec<(u64, String, String)> {
    let ran = field.usher(&["cluster", "status", "--output", "json"]).await;
    let status = if ran.code == 0 { ran.json() } else { json!({"nodes": []}) };
    let nodes = list(&status, "nodes").iter();
    let one = |node: &serde_json::Value| {
        let id = node["id"].as_u64().expect("a node has a number");
        (id, text(node, "peer").to_owned(), text(node, "http").to_owned())
    };
    nodes.map(one).collect()
}

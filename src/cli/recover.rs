//! `recover`: a cluster of one, made of what is left on this node's disk. For the day on which a
//! majority is gone for good and there is no newer backup.
//!
//! Nothing is changed in place: a new data directory is made beside the old one, which keeps its
//! content under another name. What can be lost is what the others had acknowledged and this node
//! had not received yet; what this node received and may not have been acknowledged is kept.

use std::fs;
use std::net::{TcpStream, ToSocketAddrs as _};
use std::path::Path;
use std::time::Duration;

use super::args::Recover;
use super::backup::{begin_anew, beside, failed, time};
use super::exit::{Exit, Failure};
use super::local;
use super::output::Output;
use crate::clock::{Clock as _, SystemClock};
use crate::codec::{LogId, Members};
use crate::config::Config;
use crate::raft::machine::{Stopped, Upto, load_stopped};
use crate::store::in_use;

/// A node that lives takes a connection sooner than this.
const ANSWER_MAX: Duration = Duration::from_secs(1);

/// Shows what would be done and what may be lost; does it if told to.
pub(super) fn recover(arguments: &Recover, output: &mut Output) -> Result<Exit, Failure> {
    assert!(arguments.unsafe_single_node, "clap requires it");
    let config = local::read(&arguments.config, output)?;
    let dir = &config.node.data_dir;
    let unsafe_now = |why: String| Failure::new(Exit::Unsafe, why);
    if in_use(dir).map_err(|error| failed(dir, error))? {
        return Err(unsafe_now(format!("{} is in use: stop the node first", dir.display())));
    }
    let stopped = load_stopped(dir, Upto::End).map_err(|error| failed(dir, error))?;
    let applied = check(&config, &stopped)?;
    let old = beside(dir, &format!("before-recovery-{}", stamp()));
    show(dir, &old, &stopped, applied, output);
    if !arguments.yes {
        return Err(unsafe_now("nothing was done: this needs --yes".to_owned()));
    }
    let founded = begin_anew(&config, &stopped.state, applied, |new| {
        fs::rename(dir, &old)?;
        // Should this fail, the node has no data, and the old directory is whole under its name.
        fs::rename(new, dir)
    })?;
    output.data(&format!("cluster {:032x}  epoch {}", founded.cluster, founded.epoch));
    output.say(
        "recovered: start this node, then others with empty data directories, then run \
         `usher cluster init`; run `usher audit` and `usher payments reconcile`. Never start a \
         node of the lost cluster with its old data: this one would refuse it",
    );
    Ok(Exit::Done)
}

/// Refuses what would make two clusters of one.
fn check(config: &Config, stopped: &Stopped) -> Result<LogId, Failure> {
    let dir = &config.node.data_dir;
    let unsafe_now = |why: String| Err(Failure::new(Exit::Unsafe, why));
    let (node, owner) = (config.node.id, stopped.identity.node);
    if node != owner {
        return unsafe_now(format!("{} is node {owner}'s, and this is {node}", dir.display()));
    }
    let (Some(applied), Some(_)) = (stopped.applied, stopped.identity.cluster) else {
        return unsafe_now(format!("{} was never part of a cluster", dir.display()));
    };
    let Members { configs, nodes } = &stopped.members.members;
    let lives = |id: &u64| *id == node || nodes.get(id).is_some_and(|member| answers(&member.peer));
    for voters in configs {
        let alive: Vec<u64> = voters.iter().copied().filter(lives).collect();
        if voters.len() < 2 * alive.len() {
            return unsafe_now(format!(
                "a majority of the voters {voters:?} is there ({alive:?}): start this node instead"
            ));
        }
    }
    Ok(applied)
}

/// Whether something listens at a node's address for peers.
fn answers(peer: &str) -> bool {
    let Ok(addresses) = peer.to_socket_addrs() else { return false };
    addresses.into_iter().any(|at| TcpStream::connect_timeout(&at, ANSWER_MAX).is_ok())
}

fn show(dir: &Path, old: &Path, stopped: &Stopped, applied: LogId, output: &mut Output) {
    let members = &stopped.members.members;
    let name = |id: Option<LogId>| id.map_or_else(|| "none".to_owned(), |id| id.to_string());
    let cluster = stopped.identity.cluster.unwrap_or_default();
    output.data(&format!("node {} of cluster {cluster:032x}", stopped.identity.node));
    for (id, member) in &members.nodes {
        output.data(&format!("  member {id} at {}", member.peer));
    }
    output.data(&format!("last entry here       {applied}"));
    output.data(&format!("  at log time         {}", time(stopped.state.now())));
    output.data(&format!("known to be committed {}", name(stopped.committed)));
    output.data("kept: every entry up to the last one here, even if nobody acknowledged it");
    output.data(&format!(
        "lost: whatever was acknowledged after entry {} and is only on the other nodes",
        applied.index
    ));
    if Some(applied) < stopped.sentinel.acknowledged {
        let promised = name(stopped.sentinel.acknowledged);
        output.say(&format!("usher: this disk has lost entries: it had promised up to {promised}"));
    }
    output.data(&format!("{} stays as it is, as {}", dir.display(), old.display()));
}

/// The time, for a name.
fn stamp() -> String {
    time(SystemClock::new().wall()).chars().filter(char::is_ascii_alphanumeric).collect()
}

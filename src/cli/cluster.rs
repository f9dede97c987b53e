//! `cluster` and `leader`: form a cluster, look at it, hand its lead over.

use std::io::{self, IsTerminal as _};
use std::time::Duration;

use serde::Deserialize;
use serde_json::json;

use super::args::Format;
use super::exit::{Exit, Failure};
use super::output::Output;
use crate::client::{Client, Error};
use crate::raft::{ClusterStatus, Comparison, NodeDigest, NodeId, NodeStatus, Role};

pub(super) const STATUS: &str = "/v1/cluster";

/// Forming a cluster waits for every member and for a leader; one that was restored brings all of
/// its state to the others first. The node gives up sooner.
const INIT_TIMEOUT: Duration = Duration::from_mins(16);

/// Has the first endpoint form the cluster; returns when a leader serves.
pub(super) async fn init(client: &Client, output: &mut Output) -> Result<Exit, Failure> {
    let formed = client.post("/v1/cluster/init", "{}").alone(0).timeout(INIT_TIMEOUT).await;
    let status: ClusterStatus = match formed {
        // An earlier attempt of this very command formed it, and only its answer was lost.
        Err(Error::Refused(problem)) if problem.repeated && problem.status == 409 => {
            client.get(STATUS).alone(0).await?
        }
        formed => formed?,
    };
    let id = status.cluster_id.as_deref().unwrap_or("");
    output.say(&format!("formed the cluster {id} of {} nodes", status.nodes.len()));
    print(&status, output);
    Ok(Exit::Done)
}

/// Between two looks of `--watch`.
const WATCH_PAUSE: Duration = Duration::from_secs(1);

/// Comparing all nodes takes as long as summing up their rows.
const VERIFY_TIMEOUT: Duration = Duration::from_mins(2);

/// Shows the cluster again and again, until whoever looks has seen enough.
pub(super) async fn watch(client: &Client, output: &mut Output) -> Result<Exit, Failure> {
    let on_terminal = output.format == Format::Table && io::stdout().is_terminal();
    loop {
        if on_terminal {
            // Home, and clear what is below: no flicker.
            output.raw("\x1b[H\x1b[J");
        }
        if let Err(failure) = status(client, output).await {
            output.say(&format!("usher: {}", failure.message));
        }
        if output.flush().is_err() {
            return Ok(Exit::Done);
        }
        tokio::time::sleep(WATCH_PAUSE).await;
    }
}

/// Compares the states of all nodes.
pub(super) async fn verify(client: &Client, output: &mut Output) -> Result<Exit, Failure> {
    let compared = client.post("/v1/cluster/verify", "{}").once().timeout(VERIFY_TIMEOUT);
    let compared: Comparison = compared.await?;
    let exit = match &compared {
        Comparison { equal: true, .. } => Exit::Done,
        Comparison { differences, nodes, .. } if differences.is_empty() && is_one(nodes) => {
            Exit::Unreachable
        }
        Comparison { .. } => Exit::Failed,
    };
    if output.format == Format::Json {
        output.json(&compared);
        return Ok(exit);
    }
    let rows = compared.nodes.iter().map(|node| {
        let rows = node.rows.map_or_else(|| "-".to_owned(), |rows| rows.to_string());
        let said = node.digest.as_ref().or(node.error.as_ref());
        vec![node.id.to_string(), rows, said.cloned().unwrap_or_default()]
    });
    output.table(&["id", "rows", "state"], rows);
    for difference in &compared.differences {
        output.data(&format!("differs: {}", difference.row));
        for (id, row) in &difference.nodes {
            output.data(&format!("  node {id}: {}", row.as_deref().unwrap_or("has no such row")));
        }
    }
    output.say(&match exit {
        Exit::Done => format!("all nodes have the same state at index {}", compared.index),
        Exit::Unreachable => "usher: those that answer are equal; not all did".to_owned(),
        _ => format!("usher: nodes have different states at index {}", compared.index),
    });
    Ok(exit)
}

/// Whether all that answered said the same.
fn is_one(nodes: &[NodeDigest]) -> bool {
    let mut said = nodes.iter().filter_map(|node| node.digest.as_ref());
    let first = said.next();
    said.all(|digest| Some(digest) == first)
}

/// Shows the cluster as the first endpoint sees it that sees a leader.
pub(super) async fn status(client: &Client, output: &mut Output) -> Result<Exit, Failure> {
    let mut seen: Option<ClusterStatus> = None;
    let mut failure = None;
    for endpoint in 0..client.endpoints().len() {
        match client.get(STATUS).alone(endpoint).once().await {
            Ok(status) => {
                let led = is_led(&status);
                if led || seen.is_none() {
                    seen = Some(status);
                }
                if led {
                    break;
                }
            }
            Err(error) => failure = Some(error),
        }
    }
    let Some(status) = seen else {
        let none = || Failure::new(Exit::Unreachable, "no endpoints");
        return Err(failure.map_or_else(none, Failure::from));
    };
    print(&status, output);
    if is_led(&status) {
        return Ok(Exit::Done);
    }
    output.say(match status.cluster_id {
        Some(_) => "usher: no leader: the cluster has no quorum, or is choosing one",
        None => "usher: the cluster is not formed yet: run `usher cluster init`",
    });
    Ok(Exit::Unreachable)
}

/// Hands leadership over.
pub(super) async fn transfer(
    client: &Client,
    to: Option<NodeId>,
    output: &mut Output,
) -> Result<Exit, Failure> {
    #[derive(Deserialize)]
    struct Led {
        leader: NodeId,
    }
    // A node tries for some seconds itself. Asked again, it would hand the lead on once more.
    let body = json!({ "to": to }).to_string();
    let led: Led = client.post("/v1/cluster/leader", body).once().await?;
    match output.format {
        Format::Json => output.json(&json!({ "leader": led.leader })),
        Format::Table => output.data(&format!("node {} leads", led.leader)),
    }
    Ok(Exit::Done)
}

fn is_led(status: &ClusterStatus) -> bool {
    let answers = |node: &NodeStatus| node.role != Role::Unreachable;
    status.leader.is_some_and(|id| status.nodes.iter().any(|node| node.id == id && answers(node)))
}

fn print(status: &ClusterStatus, output: &mut Output) {
    if output.format == Format::Json {
        return output.json(status);
    }
    let leader = status.leader.map_or_else(|| "none".to_owned(), |id| id.to_string());
    let id = status.cluster_id.as_deref().unwrap_or("not formed");
    output.data(&format!("cluster {id}  leader {leader}  term {}", status.term));
    let index =
        |index: Option<u64>| index.map_or_else(|| "-".to_owned(), |index| index.to_string());
    let rows = status.nodes.iter().map(|node| {
        vec![
            node.id.to_string(),
            role(node.role).to_owned(),
            node.http.clone(),
            node.peer.clone(),
            index(node.applied_index),
            index(node.last_log_index),
        ]
    });
    output.table(&["id", "role", "http", "peer", "applied", "last log"], rows);
}

fn role(role: Role) -> &'static str {
    match role {
        Role::Leader => "leader",
        Role::Follower => "follower",
        Role::Learner => "learner",
        Role::Unreachable => "unreachable",
    }
}

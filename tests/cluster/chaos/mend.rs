//! Mends what faults have done.

use std::fs;
use std::time::Duration;

use super::field::{ARCHIVE, Field, SERVES_MAX, address};
use super::strike::Cure;
use crate::disks::full::freed;
use crate::harness::eventually;

/// A node whose sync has failed is gone within this.
const END_MAX: Duration = Duration::from_mins(1);

/// A node with a harmed disk serves or has ended within this; else a new leader may help it.
const UNAIDED_MAX: Duration = Duration::from_secs(25);

/// A change of members is made within this.
const CHANGE_MAX: Duration = Duration::from_mins(2);

/// Mends; what is worth knowing.
pub async fn mend(cure: Cure, field: &Field) -> Result<String, String> {
    let cluster = field.cluster();
    match cure {
        Cure::Nothing => {}
        Cure::Start(ids) => ids.into_iter().for_each(|id| cluster.start_node(id)),
        Cure::Continue(id) => field.node(id).process.signal("CONT"),
        Cure::Whole => cluster.network().heal(),
        Cure::Plain(id) => {
            field.node(id).process.kill();
            cluster.start_node(id);
        }
        Cure::Ended(id) => return ended(id, field).await,
        Cure::Freed(id) => {
            freed(&field.node(id).data_dir);
            let node = field.node(id);
            if let Some(end) = node.process.ended() {
                node.process.kill();
                cluster.start_node(id);
                return Ok(format!("node {id} had ended by itself ({end})"));
            }
            return Ok(format!("node {id} lived on"));
        }
        Cure::Harmed(id) => return harmed(id, field).await,
        Cure::Lost(id) => {
            let new = field.replace(id).await?;
            return Ok(format!("node {new} for node {id}"));
        }
        Cure::Swap { old, new, change, dead } => {
            cluster.network().heal();
            if let Some(id) = dead {
                cluster.start_node(id);
            }
            change.await.map_err(|error| error.to_string())??;
            field.swapped(old, new);
            return Ok(format!("node {new} for node {old}"));
        }
        Cure::Install { new, dead } => return install(new, dead, field).await,
        Cure::Gateway => {
            let gateway = &field.crowd.paying.gateway;
            gateway.fault(None);
            if gateway.process.pid().is_none() {
                gateway.restart().await;
            }
        }
        Cure::Quota(id, quota) => {
            field.node(id).process.kill();
            let how = quota.lift();
            cluster.start_node(id);
            return Ok(how);
        }
        Cure::Stranger { stranger, asked, taken, refused } => {
            cluster.forget(stranger);
            let told = format!("a stranger asked {asked}, was refused by {refused}");
            if 0 < taken || (0 < asked && refused == 0) {
                return Err(format!("{told}, and taken in {taken} times"));
            }
            return Ok(told);
        }
    }
    Ok(String::new())
}

async fn ended(id: u64, field: &Field) -> Result<String, String> {
    let node = field.node(id);
    let end = tokio::time::timeout(END_MAX, node.ends(2 * END_MAX)).await;
    if let Ok(shim) = &field.shim
        && shim.armed.exists()
    {
        fs::remove_file(&shim.armed).map_err(|error| error.to_string())?;
    }
    let Ok(end) = end else { return Err(format!("node {id} lives on after a sync has failed")) };
    field.cluster().start_node(id);
    Ok(format!("node {id} ended by itself ({end})"))
}

/// A node either starts from what is left, and catches up, or says that it must be replaced.
async fn harmed(id: u64, field: &Field) -> Result<String, String> {
    field.cluster().start_node(id);
    let mut settled = field.settles(id, UNAIDED_MAX).await;
    if settled.is_err() {
        // A leader takes it for one that has what it has acknowledged, until the leader changes.
        field.insists(&["leader", "transfer"], CHANGE_MAX).await?;
        settled = field.settles(id, SERVES_MAX).await;
    }
    match settled? {
        // What is harmed may be met later, when files are merged: nobody keeps such a disk.
        None => {
            field.node(id).process.kill();
            let new = field.replace(id).await?;
            Ok(format!("node {id} started from what is left: then node {new} in its place"))
        }
        Some(end) => {
            field.node(id).process.kill();
            let new = field.replace(id).await?;
            Ok(format!("node {id} refused to start ({end}): node {new} in its place"))
        }
    }
}

/// Whoever was killed goes on, and the newcomer gets its snapshot. It goes again: members shall not
/// become more.
async fn install(new: u64, dead: u64, field: &Field) -> Result<String, String> {
    let cluster = field.cluster();
    cluster.network().heal();
    cluster.start_node(dead);
    let node = field.node(new);
    node.opens().await;
    field.insists(&["node", "add", &address(node), "--yes"], CHANGE_MAX).await?;
    let ready = tokio::time::timeout(SERVES_MAX, node.ready()).await;
    ready.map_err(|_| format!("node {new} does not serve after its snapshot"))?;
    let whole = node.process.log().contains("installing a snapshot");
    field.insists(&["node", "remove", &new.to_string(), "--yes"], CHANGE_MAX).await?;
    field.lose(new);
    let who = if dead == new { "receiver" } else { "sender" };
    let how = if whole { "installed it then" } else { "got the log instead" };
    Ok(format!("its {who} was killed; node {new} {how}"))
}

/// Waits until the archive has what the others have: what is judged is its disk.
pub async fn archive_is_whole(field: &Field) {
    eventually("the archive has everything", SERVES_MAX, async || {
        let ran = field.usher(&["cluster", "status", "--output", "json"]).await;
        if ran.code != 0 {
            return None;
        }
        let status = ran.json();
        let nodes = status["nodes"].as_array()?;
        let of = |id: u64| nodes.iter().find(|node| node["id"] == id)?["applied_index"].as_u64();
        let most = field.voters().into_iter().map(of).max()??;
        (most <= of(ARCHIVE)?).then_some(())
    })
    .await;
}

//! The end: everything is mended, all nodes agree, nothing is owed any more, and what everybody was
//! told is judged.

use std::fmt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::crowd::QUIET;
use super::field::{ARCHIVE, Field};
use super::mend::archive_is_whole;
use super::table::Table;
use crate::harness::{eventually, list, usher};
use crate::judge::Judgement;
use crate::judged::{Outside, judge as judge_all};

/// All nodes come to the same state within this.
const AGREE_MAX: Duration = Duration::from_mins(2);

/// What is owed outside is tried again after pauses of half a minute.
const REST_MAX: Duration = Duration::from_mins(4);

/// A node ends within this when it is told to.
const STOP_MAX: Duration = Duration::from_secs(30);

/// What a run came to.
#[derive(Default)]
pub struct Judged {
    /// Operations whose answers were checked.
    pub checked: u64,
    /// Operations of which nobody knows what became.
    unknown: u64,
    /// How often another led.
    pub leaders: u64,
    /// Snapshots that were installed.
    pub installs: u64,
}

impl fmt::Display for Judged {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Judged { checked, unknown, leaders, installs } = self;
        write!(
            f,
            "{checked} operations checked, {unknown} unknown, {leaders} changes of leaders, \
             {installs} snapshots installed"
        )
    }
}

/// Judges a run whose buyers have gone home.
pub async fn judge(field: &Field, leaders: u64, table: &mut Table) -> Judged {
    field.cluster().network().heal();
    for said in field.all_serve().await {
        table.wrong(said);
    }
    archive_is_whole(field).await;
    if let Err(why) = field.insists(&["cluster", "verify"], AGREE_MAX).await {
        table.wrong(why);
    }
    rests(field).await;
    let audit = field.usher(&["audit"]).await;
    println!("{}{}", audit.stdout, audit.stderr);
    if audit.code != 0 {
        table.wrong("the audit finds violations".to_owned());
    }
    field.crowd.paying.balances().await;
    let installs = installs(field);
    let gateway = &field.crowd.paying.gateway;
    let (sessions, refunds) = (gateway.sessions().await, gateway.refunds().await);
    stop(field, table).await;
    let (ops, wrong) = field.crowd.take();
    for said in wrong {
        table.wrong(said);
    }
    let data = |id: u64| field.node(id).data_dir.clone();
    let voters: Vec<PathBuf> = field.voters().into_iter().map(data).collect();
    let others: Vec<&Path> = voters.iter().map(PathBuf::as_path).collect();
    let mail = field.cluster().mail();
    let outside = Outside { sessions: &sessions, refunds: &refunds, mail: &mail };
    let began = Instant::now();
    match judge_all(&data(ARCHIVE), &others, &ops, &outside, QUIET) {
        Ok(Judgement { violations, tally }) => {
            for violation in violations {
                table.wrong(violation.to_string());
            }
            println!("judged in {:.1} s: {tally:?}", began.elapsed().as_secs_f32());
            let (checked, unknown) = (tally.operations, tally.unknowns);
            Judged { checked, unknown, leaders, installs }
        }
        Err(why) => {
            table.wrong(format!("nothing can be judged: {why}"));
            Judged { leaders, installs, ..Judged::default() }
        }
    }
}

/// Waits until nothing is owed to the outside any more.
async fn rests(field: &Field) {
    eventually("the outbox is empty", REST_MAX, async || {
        let node = field.node(*field.voters().first()?);
        let call = node.get("/v1/outbox?consistency=linearizable").operator();
        let reply = call.try_send().await.ok().filter(|reply| reply.status == 200)?;
        list(&reply.json(), "data").is_empty().then_some(())
    })
    .await;
}

fn installs(field: &Field) -> u64 {
    let logs = field.cluster().known().map(|node| node.process.log());
    logs.map(|log| log.matches("installing a snapshot").count() as u64).sum()
}

/// Stops every node, and audits what is on its disk.
async fn stop(field: &Field, table: &mut Table) {
    let members = field.members();
    for id in &members {
        field.node(*id).process.signal("TERM");
    }
    for id in &members {
        let end = field.node(*id).ends(STOP_MAX).await;
        if !end.success() {
            table.wrong(format!("node {id} does not stop well: {end}"));
        }
    }
    for id in &members {
        let data = field.node(*id).data_dir.display().to_string();
        let ran = usher(&["audit", "--data-dir", &data]).await;
        if ran.code != 0 {
            table.wrong(format!("the disk of node {id}: {}{}", ran.stdout, ran.stderr));
        }
    }
}

//! `bench`: loads a cluster as buyers do, measures what they see, and checks afterwards that
//! whatever was acknowledged is there. `bench fill` makes large states to measure with.
//!
//! In an open loop requests begin at a fixed rate, whatever becomes of the earlier ones, and the
//! time of each counts from when it was meant to begin: a server that stalls is not spared what
//! would have come meanwhile ("coordinated omission", Gil Tene). In a closed loop each client asks
//! again when it was answered.

mod buyers;
mod check;
mod connection;
mod core;
mod fill;
mod listen;
mod listener;
mod load;
mod recovery;
mod sheet;

pub(super) use core::core;
pub(super) use fill::fill;
pub(super) use listen::listen;

use std::sync::Arc;
use std::time::Duration;

use futures_util::stream::{self, StreamExt as _};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use tokio::task::JoinSet;
use tokio::time::{Instant, interval};

use super::args::{Format, Ids, Load, Scenario, Seed};
use super::exit::{Exit, Failure};
use super::output::Output;
use super::seed::sow;
use crate::client::Client;
use crate::clock::{SystemClock, SystemRng, fresh};
use crate::node::files;
use buyers::{Buyer, Hall};
use connection::Node;
use load::Pace;
use sheet::{Report, Shared, Sheet};

/// Clients that connect at a time.
const CONNECTING_MAX: usize = 64;

/// How often leadership moves in the scenario that is about that.
const HANDOVER_EVERY: Duration = Duration::from_secs(3);

/// Runs a scenario, prints what it measured, and checks the cluster.
pub(super) async fn run(
    client: &Client,
    scenario: Scenario,
    load: &Load,
    output: &mut Output,
) -> Result<Exit, Failure> {
    let nodes = nodes(client)?;
    allow_files(usize::from(load.clients))?;
    let shows = shows(client, scenario, load).await?;
    let hall = Arc::new(Hall::new(nodes, scenario, shows, load));
    let sheet = Shared::default();
    let buyers = (0..load.clients).map(|n| Buyer::connect(&hall, &sheet, usize::from(n)));
    let buyers: Vec<Buyer> = stream::iter(buyers).buffer_unordered(CONNECTING_MAX).collect().await;
    let pace = Arc::new(Pace::new(load, Instant::now()));
    let watched = Arc::clone(&pace);
    let cores = tokio::spawn(async move { watched.cores().await });
    let mut clients = JoinSet::new();
    for buyer in buyers {
        let pace = Arc::clone(&pace);
        clients.spawn(async move { buyer.buy(&pace).await });
    }
    let calm = load
        .then
        .map(|rate| tokio::spawn(recovery::hold(Arc::clone(&hall), Arc::clone(&pace), rate)));
    let bar = bar(load);
    let mut ticks = interval(Duration::from_millis(500));
    let mut handover = interval(HANDOVER_EVERY);
    handover.reset();
    loop {
        tokio::select! {
            joined = clients.join_next() => match joined {
                None => break,
                Some(Ok(())) => {}
                Some(Err(panic)) => return Err(Failure::new(Exit::Failed, panic.to_string())),
            },
            _ = ticks.tick() => bar.set_position(pace.elapsed().as_secs()),
            _ = handover.tick(), if scenario == Scenario::Failover && !pace.is_over() => {
                let handed = client.post::<()>("/v1/cluster/leader", "{}").once();
                if let Err(error) = handed.answer().await {
                    output.say(&format!("usher: no handover: {error}"));
                }
            }
        }
    }
    bar.finish_and_clear();
    let mut sheet = sheet.take();
    sheet.cores = cores.await.map_err(|panic| Failure::new(Exit::Failed, panic.to_string()))?;
    let mut report = sheet.report(scenario.as_str(), load, &pace);
    if let Some(calm) = calm {
        let calm = calm.await.map_err(|panic| Failure::new(Exit::Failed, panic.to_string()))?;
        report.recovered(calm.after);
        sheet.owned.extend(calm.owned);
    }
    settle(client, &sheet, &report, output).await
}

/// Sees to it that so many connections may be open.
fn allow_files(connections: usize) -> Result<(), Failure> {
    let fit = files::allow(connections);
    if fit < connections {
        let message = format!(
            "{connections} connections are too many for this process, which may open files for \
             {fit}: raise the hard limit (ulimit -Hn), or take fewer"
        );
        return Err(Failure::new(Exit::Failed, message));
    }
    Ok(())
}

/// The nodes at the endpoints of the command line.
fn nodes(client: &Client) -> Result<Vec<Node>, Failure> {
    client.endpoints().iter().map(|endpoint| Node::new(endpoint)).collect()
}

/// Prints what was measured, and checks that what was acknowledged is there.
async fn settle(
    client: &Client,
    sheet: &Sheet,
    report: &Report,
    output: &mut Output,
) -> Result<Exit, Failure> {
    match output.format {
        Format::Json => output.json(report),
        Format::Table => report.print(output),
    }
    let missing = check::missing(client, &sheet.owned).await?;
    for seat in &missing {
        output.say(&format!("usher: lost: {seat}"));
    }
    let audit = super::audit::live(client, &mut Output::talk_only()).await?;
    output.say(&format!(
        "audit: {} acknowledged seats, {} lost; invariants {}",
        sheet.owned.len(),
        missing.len(),
        if audit == Exit::Done { "hold" } else { "are broken: run usher audit" },
    ));
    let failed = !missing.is_empty() || audit != Exit::Done || report.is_empty();
    Ok(if failed { Exit::Failed } else { Exit::Done })
}

/// Sees to it that there are enough shows, and gives their ids.
async fn shows(client: &Client, scenario: Scenario, load: &Load) -> Result<Vec<String>, Failure> {
    let count = match scenario {
        Scenario::Onsale => 1,
        Scenario::Browse
        | Scenario::Hold
        | Scenario::HoldConfirm
        | Scenario::Mixed
        | Scenario::Failover => load.shows,
    };
    // Of this run alone: what an earlier one sold is of no use to it.
    let first = new_number();
    let ids: Vec<u64> = (first..first + count).collect();
    let preset = load.preset;
    let seed = Seed { preset, ids: Some(Ids(ids.iter().copied().collect())) };
    sow(client, &seed, &[]).await?.sound()?;
    Ok(ids.iter().map(|id| format!("{}-{id}", preset.as_str())).collect())
}

/// A number that hardly any other run has: twelve digits.
fn new_number() -> u64 {
    let number = fresh(&SystemClock::new(), &SystemRng).0 % 1_000_000_000_000;
    u64::try_from(number).expect("twelve digits fit")
}

fn bar(load: &Load) -> ProgressBar {
    let style = ProgressStyle::with_template("{wide_bar} {pos}/{len} s").expect("it is sound");
    let length = (load.warm_up + load.seconds).as_secs();
    ProgressBar::with_draw_target(Some(length), ProgressDrawTarget::stderr()).with_style(style)
}

//! `audit`: every invariant, of a running cluster or of a stopped node's disk.

use std::path::Path;

use super::args::Format;
use super::exit::{Exit, Failure};
use super::output::Output;
use crate::audit::{Report, report};
use crate::client::Client;
use crate::raft::machine::{load_state, read_backup};
use crate::store::StoreError;

/// Audits every endpoint that answers. What is reported is the state that has got furthest, with
/// the violations of all: a replica that has gone astray is found here, wherever its clients are.
pub(super) async fn live(client: &Client, output: &mut Output) -> Result<Exit, Failure> {
    let mut reports: Vec<(String, Report)> = Vec::new();
    let mut failure = None;
    for (n, endpoint) in client.endpoints().iter().enumerate() {
        // What was acknowledged before is in every report, so that replicas can be compared.
        match client.get("/v1/cluster/audit").linearizable().alone(n).once().await {
            Ok(report) => reports.push((endpoint.clone(), report)),
            Err(error) => {
                let error = Failure::from(error);
                output.say(&format!("usher: not audited: {}", error.message));
                failure = Some(error);
            }
        }
    }
    match merged(reports) {
        Some(report) => Ok(conclude(&report, output)),
        None => Err(failure.unwrap_or_else(|| Failure::new(Exit::Unreachable, "no endpoints"))),
    }
}

/// Audits a stopped node's data directory.
pub(super) fn offline(dir: &Path, output: &mut Output) -> Result<Exit, Failure> {
    match load_state(dir) {
        Ok((state, index)) => Ok(conclude(&report(&state, index), output)),
        // Rows that contradict one another make no state: that is what an audit is to find.
        Err(error @ StoreError::Damaged { .. }) => {
            let violations = vec![error.to_string()];
            Ok(conclude(&Report { violations, ..Report::default() }, output))
        }
        Err(error) => Err(Failure::new(Exit::Unreachable, error.to_string())),
    }
}

/// Audits a backup.
pub(super) fn of_backup(file: &Path, output: &mut Output) -> Result<Exit, Failure> {
    let backup = read_backup(file);
    let backup = backup.map_err(|error| Failure::new(Exit::Failed, error.to_string()))?;
    Ok(conclude(&report(&backup.state, backup.applied.index), output))
}

/// One report of several nodes'.
pub(super) fn merged(mut reports: Vec<(String, Report)>) -> Option<Report> {
    reports.sort_by_key(|(_, report)| report.index);
    let (furthest, mut merged) = reports.pop()?;
    for (endpoint, report) in reports {
        let same = (report.totals, &report.currencies) == (merged.totals, &merged.currencies);
        if report.index == merged.index && !same {
            let index = report.index;
            let what = format!("{endpoint} and {furthest} have different sums at index {index}");
            merged.violations.push(what);
        }
        for violation in report.violations {
            if !merged.violations.contains(&violation) {
                merged.violations.push(format!("{endpoint}: {violation}"));
            }
        }
    }
    Some(merged)
}

fn conclude(report: &Report, output: &mut Output) -> Exit {
    match output.format {
        Format::Json => output.json(report),
        Format::Table => {
            output.data(&format!("audited at index {}", report.index));
            let rows = report.currencies.iter().map(|(currency, totals)| {
                let sums = [
                    totals.captured,
                    totals.booked,
                    totals.refund_pending,
                    totals.refunded,
                    totals.external,
                ];
                let sums = sums.iter().map(ToString::to_string);
                std::iter::once(currency.clone()).chain(sums).collect()
            });
            let titles =
                ["currency", "captured", "booked", "refund pending", "refunded", "external"];
            output.table(&titles, rows);
            for violation in &report.violations {
                output.say(&format!("violation: {violation}"));
            }
        }
    }
    if report.is_sound() {
        output.say("every invariant holds");
        return Exit::Done;
    }
    output.say(&format!("usher: {} violations", report.violations.len()));
    Exit::Failed
}

//! `debug bundle`: what every node knows of itself, in one file to send to whoever is to help. It
//! has no secrets and no buyers in it.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::Value;

use super::args::Format;
use super::exit::{Exit, Failure};
use super::output::Output;
use crate::audit::Report;
use crate::client::Client;
use crate::raft::ClusterStatus;

const DEBUG: &str = "/v1/cluster/debug";

/// What each file of a bundle is.
const README: &str = "\
What nodes of a cluster said of themselves: version, configuration (secrets are stars), members,
consensus, counts and the last lines of the log.

nodes/N.json       by node
unreachable.txt    who did not answer, and why
audit.json         sums of money, and how many invariants are broken: `usher audit` names them, and
                   buyers, so ask whoever sent this
";

/// Collects what every node knows into a file.
pub(super) async fn bundle(
    client: &Client,
    path: &Path,
    output: &mut Output,
) -> Result<Exit, Failure> {
    if fs::exists(path).map_err(|error| failed(path, &error))? {
        return Err(Failure::new(Exit::Conflict, format!("{}: is there already", path.display())));
    }
    let found = collect(client).await;
    for missing in &found.missing {
        output.say(&format!("usher: not in the bundle: {missing}"));
    }
    if found.nodes.is_empty() {
        return Err(Failure::new(Exit::Unreachable, "no node answered"));
    }
    let mut files = vec![("README.txt".to_owned(), README.as_bytes().to_vec())];
    for (id, said) in &found.nodes {
        files.push((format!("nodes/{id}.json"), pretty(said)));
    }
    if !found.missing.is_empty() {
        files.push(("unreachable.txt".to_owned(), found.missing.join("\n").into_bytes()));
    }
    match client.get("/v1/cluster/audit").await {
        Ok(report) => files.push(("audit.json".to_owned(), pretty(&counted(&report)))),
        Err(error) => output.say(&format!("usher: no audit: {}", Failure::from(error).message)),
    }
    write(path, &files).map_err(|error| failed(path, &error))?;
    let nodes: Vec<u64> = found.nodes.into_keys().collect();
    match output.format {
        Format::Json => output.json(&serde_json::json!({
            "file": path, "nodes": nodes, "missing": found.missing })),
        Format::Table => output.data(&format!("{}: nodes {nodes:?}", path.display())),
    }
    Ok(Exit::Done)
}

/// An audit without the buyers that it may name.
fn counted(report: &Report) -> Value {
    serde_json::json!({
        "index": report.index,
        "totals": report.totals,
        "violations": report.violations.len(),
    })
}

/// What was said, and by whom nothing was.
#[derive(Default)]
struct Found {
    nodes: BTreeMap<u64, Value>,
    missing: Vec<String>,
}

/// Asks the endpoints, and every member that one of them knows of.
async fn collect(client: &Client) -> Found {
    let mut found = Found::default();
    let mut members: BTreeMap<u64, String> = BTreeMap::new();
    for endpoint in client.endpoints() {
        match said(client, endpoint).await {
            Ok((id, status, said)) => {
                members.extend(status.nodes.into_iter().map(|node| (node.id, node.http)));
                found.nodes.insert(id, said);
            }
            Err(why) => found.missing.push(why),
        }
    }
    for (id, http) in members {
        if found.nodes.contains_key(&id) {
            continue;
        }
        match said(client, &client.member(&http)).await {
            Ok((_, _, said)) => drop(found.nodes.insert(id, said)),
            Err(why) => found.missing.push(format!("node {id}: {why}")),
        }
    }
    found
}

/// What one node says of itself.
async fn said(client: &Client, endpoint: &str) -> Result<(u64, ClusterStatus, Value), String> {
    let said: Result<Value, _> = client.at(endpoint).get(DEBUG).once().await;
    let said = said.map_err(|error| Failure::from(error).message)?;
    let odd = || format!("{endpoint}: an answer that is not understood");
    let id = said["node"].as_u64().ok_or_else(odd)?;
    let status = serde_json::from_value(said["cluster"].clone()).map_err(|_| odd())?;
    Ok((id, status, said))
}

fn pretty(value: &Value) -> Vec<u8> {
    format!("{value:#}\n").into_bytes()
}

/// Writes a gzipped tar file, for its owner alone.
fn write(path: &Path, files: &[(String, Vec<u8>)]) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.create_new(true).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file: File = options.open(path)?;
    let mut archive = tar::Builder::new(GzEncoder::new(file, Compression::default()));
    for (name, content) in files {
        let mut header = tar::Header::new_gnu();
        header.set_size(content.len() as u64);
        header.set_mode(0o600);
        archive.append_data(&mut header, format!("usher-debug/{name}"), content.as_slice())?;
    }
    let mut file = archive.into_inner()?.finish()?;
    file.flush()?;
    file.sync_all()
}

fn failed(path: &Path, error: &io::Error) -> Failure {
    Failure::new(Exit::Failed, format!("{}: {error}", path.display()))
}

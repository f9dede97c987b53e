//! `node`: members of a cluster come, go and move. What would be done is shown first; every command
//! can be given again after it was interrupted, and does what is left to do.

use std::io::{self, BufRead as _, IsTerminal as _};
use std::time::Duration;

use bytes::Bytes;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use reqwest::Method;
use serde_json::json;
use tokio::time::{Instant, sleep};

use super::args::{Format, NewNode, NodeName, NodeVerb, Sure};
use super::cluster::STATUS;
use super::exit::{Exit, Failure};
use super::output::Output;
use crate::client::{Client, Readiness};
use crate::raft::{ClusterStatus, NodeId, NodeStatus, Plan, Roster};

/// A node gives a change up sooner than this.
const CHANGE_TIMEOUT: Duration = Duration::from_secs(40);

/// Between two looks at a node.
const LOOK_PAUSE: Duration = Duration::from_millis(200);

/// A learner this close behind is waited for by the cluster itself when it is promoted.
const CAUGHT_UP: u64 = 64;

/// A learner that gets no further for so long is not there, or cannot.
const PROGRESS_MAX: Duration = Duration::from_secs(30);

/// A node that was told to end takes no longer than this, unless it hangs.
const END_MAX: Duration = Duration::from_secs(40);

/// Carries out a `node` command.
pub(super) async fn node(
    verb: NodeVerb,
    client: &Client,
    output: &mut Output,
) -> Result<Exit, Failure> {
    let at = |id: NodeId, verb: &str| format!("/v1/cluster/nodes/{id}{verb}");
    match verb {
        NodeVerb::Add { new, sure } => {
            let newcomer = newcomer(client, new).await?;
            let change = newcomer.change();
            let Some(plan) = change.decide(client, sure, output).await? else {
                return Ok(Exit::Done);
            };
            catch_up(client, newcomer.id, output).await?;
            done(&plan, &format!("node {} is a learner", newcomer.id), output);
        }
        NodeVerb::Promote { id, sure } => {
            let change = ChangeCall::post(at(id, "/promote"), "{}");
            let Some(plan) = change.look(client, sure, output).await? else {
                return Ok(Exit::Done);
            };
            catch_up(client, id, output).await?;
            change.make(client).await?;
            done(&plan, &format!("node {id} votes"), output);
        }
        NodeVerb::Remove { id, sure } => {
            let change =
                ChangeCall { method: Method::DELETE, ..ChangeCall::post(at(id, ""), "{}") };
            let Some(plan) = change.decide(client, sure, output).await? else {
                return Ok(Exit::Done);
            };
            done(&plan, &format!("node {id} has left; stop it, its data is of no use"), output);
        }
        NodeVerb::Replace { old, new, sure } => {
            return replace(old, new, sure, client, output).await;
        }
        NodeVerb::SetAddress { id, peer, http, sure } => {
            let body = json!({ "peer": peer, "http": http }).to_string();
            let change = ChangeCall { method: Method::PATCH, ..ChangeCall::post(at(id, ""), body) };
            let Some(plan) = change.decide(client, sure, output).await? else {
                return Ok(Exit::Done);
            };
            done(&plan, &format!("node {id} has moved"), output);
        }
        NodeVerb::Drain { id, sure } => {
            // Asked twice it could end the process that was started in its place.
            let change = ChangeCall { once: true, ..ChangeCall::post(at(id, "/drain"), "{}") };
            let members = status(client).await?.nodes;
            let Some(plan) = change.decide(client, sure, output).await? else {
                return Ok(Exit::Done);
            };
            let leader = has_ended(client, id, &members).await?;
            done(&plan, &format!("node {id} has ended; node {leader} leads"), output);
        }
    }
    Ok(Exit::Done)
}

/// A new node takes the place of another: added, waited for, and swapped in.
async fn replace(
    old: NodeId,
    new: NewNode,
    sure: Sure,
    client: &Client,
    output: &mut Output,
) -> Result<Exit, Failure> {
    let newcomer = newcomer(client, new).await?;
    let id = newcomer.id;
    let swap = ChangeCall::post(
        format!("/v1/cluster/nodes/{old}/replace"),
        json!({ "by": id }).to_string(),
    );
    let status = status(client).await?;
    let is_member = |id| status.nodes.iter().any(|node: &NodeStatus| node.id == id);
    if !is_member(id) {
        if !is_member(old) {
            let message = format!("node {old} is no member of this cluster");
            return Err(Failure::new(Exit::Conflict, message));
        }
        let add = newcomer.change();
        let mut plan = add.plan(client).await?;
        let rest = format!("node {id} votes in the place of {old}, which leaves for good");
        plan.steps.push(rest);
        plan.after.learners.remove(&id);
        plan.after.voters.remove(&old);
        plan.after.voters.insert(id);
        if !is_agreed(&plan, sure, output)? {
            return Ok(Exit::Done);
        }
        add.make(client).await?;
        catch_up(client, id, output).await?;
        swap.make(client).await?;
        done(&plan, &format!("node {id} has taken the place of {old}"), output);
        return Ok(Exit::Done);
    }
    let Some(plan) = swap.look(client, sure, output).await? else { return Ok(Exit::Done) };
    catch_up(client, id, output).await?;
    swap.make(client).await?;
    done(&plan, &format!("node {id} has taken the place of {old}"), output);
    Ok(Exit::Done)
}

/// A change of members as a request.
struct ChangeCall {
    method: Method,
    path: String,
    body: Bytes,
    /// It is not asked for again, whatever becomes of it.
    once: bool,
}

impl ChangeCall {
    fn post(path: String, body: impl Into<Bytes>) -> ChangeCall {
        ChangeCall { method: Method::POST, path, body: body.into(), once: false }
    }

    async fn ask(&self, client: &Client, query: &str) -> Result<Plan, Failure> {
        let path = format!("{}{query}", self.path);
        let call = client.send(self.method.clone(), &path, self.body.clone());
        let call = call.timeout(CHANGE_TIMEOUT);
        Ok(if self.once { call.once() } else { call }.await?)
    }

    /// What it would do.
    async fn plan(&self, client: &Client) -> Result<Plan, Failure> {
        self.ask(client, "?dry_run=true").await
    }

    /// Does it.
    async fn make(&self, client: &Client) -> Result<Plan, Failure> {
        self.ask(client, "").await
    }

    /// Shows what it would do: the plan if that is to be done now.
    async fn look(
        &self,
        client: &Client,
        sure: Sure,
        output: &mut Output,
    ) -> Result<Option<Plan>, Failure> {
        let plan = self.plan(client).await?;
        Ok(is_agreed(&plan, sure, output)?.then_some(plan))
    }

    /// Shows what it would do and, if it is to be done, does it.
    async fn decide(
        &self,
        client: &Client,
        sure: Sure,
        output: &mut Output,
    ) -> Result<Option<Plan>, Failure> {
        let Some(plan) = self.look(client, sure, output).await? else { return Ok(None) };
        self.make(client).await?;
        Ok(Some(plan))
    }
}

/// Shows a plan and finds out whether it is to be carried out.
fn is_agreed(plan: &Plan, sure: Sure, output: &mut Output) -> Result<bool, Failure> {
    if plan.steps.is_empty() {
        done(plan, "nothing to do: it is so already", output);
        return Ok(false);
    }
    if sure.dry_run {
        match output.format {
            Format::Json => output.json(plan),
            Format::Table => output.data(&described(plan)),
        }
        return Ok(false);
    }
    output.say(&described(plan));
    if sure.yes || asked(output) {
        return Ok(true);
    }
    Err(Failure::new(Exit::Unsafe, "nothing was done: this needs --yes"))
}

/// Asks whoever sits at the terminal, if somebody does.
fn asked(output: &mut Output) -> bool {
    if !io::stdin().is_terminal() || !io::stderr().is_terminal() {
        return false;
    }
    output.say("go on? [y/N]");
    let mut line = String::new();
    let read = io::stdin().lock().read_line(&mut line);
    read.is_ok() && matches!(line.trim(), "y" | "Y" | "yes")
}

fn described(plan: &Plan) -> String {
    let names = |ids: &std::collections::BTreeSet<NodeId>| match ids.len() {
        0 => "none".to_owned(),
        _ => ids.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "),
    };
    let roster = |name: &str, roster: &Roster| {
        let (voters, learners) = (names(&roster.voters), names(&roster.learners));
        format!("{name:<8} voters {voters}; learners {learners}")
    };
    let mut lines = vec![roster("members", &plan.before)];
    for (n, step) in plan.steps.iter().enumerate() {
        lines.push(format!("  {}. {step}", n + 1));
    }
    lines.push(roster("then", &plan.after));
    lines.extend(plan.warnings.iter().map(|warning| format!("warning: {warning}")));
    lines.join("\n")
}

/// Says how it ended.
fn done(plan: &Plan, words: &str, output: &mut Output) {
    match output.format {
        Format::Json => output.json(plan),
        Format::Table => output.data(words),
    }
}

/// A node that is to become a member.
struct Newcomer {
    id: NodeId,
    peer: String,
    http: String,
}

impl Newcomer {
    fn change(&self) -> ChangeCall {
        let Newcomer { id, peer, http } = self;
        let body = json!({ "id": id, "peer": peer, "http": http }).to_string();
        ChangeCall::post("/v1/cluster/nodes".to_owned(), body)
    }
}

/// Who a node is: as it says itself at its address, or as the arguments or the members have it.
async fn newcomer(client: &Client, new: NewNode) -> Result<Newcomer, Failure> {
    match (new.node, new.peer, new.http) {
        (NodeName::Id(id), Some(peer), Some(http)) => Ok(Newcomer { id, peer, http }),
        (NodeName::Id(id), None, None) => {
            let known = status(client).await?.nodes.into_iter().find(|node| node.id == id);
            match known {
                Some(node) => Ok(Newcomer { id, peer: node.peer, http: node.http }),
                None => Err(Failure::new(
                    Exit::Usage,
                    format!("node {id} is not known: give its address, or --peer and --http too"),
                )),
            }
        }
        (NodeName::At(address), peer, http) => {
            let said: ClusterStatus = client.at(&address).get(STATUS).once().await?;
            let own = said.nodes.iter().find(|node| client.member(&node.http) == address);
            let own = match (&said.cluster_id, said.nodes.as_slice()) {
                (None, [alone]) => Some(alone),
                _ => own,
            };
            let Some(own) = own else {
                let message = format!("{address} is a member of a cluster, under another address");
                return Err(Failure::new(Exit::Conflict, message));
            };
            let (peer, http) = (peer.unwrap_or(own.peer.clone()), http.unwrap_or(own.http.clone()));
            let (peer, http) = (reached_as(&peer, &address), reached_as(&http, &address));
            Ok(Newcomer { id: own.id, peer, http })
        }
        (NodeName::Id(_), _, _) => Err(Failure::new(Exit::Usage, "--peer and --http go together")),
    }
}

/// An address that others can use: a node that listens everywhere does not know how it is reached,
/// but whoever has just reached it does.
fn reached_as(said: &str, reached: &str) -> String {
    let Some((host, port)) = said.rsplit_once(':') else { return said.to_owned() };
    if !matches!(host, "0.0.0.0" | "[::]") {
        return said.to_owned();
    }
    let bare = reached.split("://").last().unwrap_or(reached);
    let host = bare.rsplit_once(':').map_or(bare, |(host, _port)| host);
    format!("{host}:{port}")
}

async fn status(client: &Client) -> Result<ClusterStatus, Failure> {
    Ok(client.get(STATUS).await?)
}

/// Waits until a node has nearly all of the log, with a bar where somebody looks.
async fn catch_up(client: &Client, id: NodeId, output: &mut Output) -> Result<(), Failure> {
    let style = ProgressStyle::with_template("node {msg} {wide_bar} {pos}/{len} entries")
        .expect("the template is sound");
    let bar =
        ProgressBar::with_draw_target(Some(0), ProgressDrawTarget::stderr()).with_style(style);
    bar.set_message(id.to_string());
    let mut told = false;
    let mut progress = (None, Instant::now());
    loop {
        let status = status(client).await?;
        let leads = |node: &&NodeStatus| Some(node.id) == status.leader;
        let last = status.nodes.iter().find(leads).and_then(|node| node.last_log_index);
        let Some(node) = status.nodes.iter().find(|node| node.id == id) else {
            let message = format!("node {id} is no member of this cluster");
            return Err(Failure::new(Exit::Conflict, message));
        };
        if progress.0 < node.applied_index {
            progress = (node.applied_index, Instant::now());
        }
        if PROGRESS_MAX <= progress.1.elapsed() {
            let message = format!("node {id} gets no further: it has {:?}", node.applied_index);
            return Err(Failure::new(Exit::Unreachable, message));
        }
        if let (Some(last), Some(applied)) = (last, node.applied_index) {
            bar.set_length(last);
            bar.set_position(applied.min(last));
            if last.saturating_sub(applied) <= CAUGHT_UP {
                bar.finish_and_clear();
                return Ok(());
            }
            if !told && bar.is_hidden() {
                output.say(&format!("node {id} catches up: {applied} of {last} entries"));
                told = true;
            }
        }
        sleep(LOOK_PAUSE).await;
    }
}

/// Waits until a node has ended and another leads: which. A node that makes ready for its end is
/// not ready again before it: if it is, it is another process, which has been started since.
async fn has_ended(client: &Client, id: NodeId, members: &[NodeStatus]) -> Result<NodeId, Failure> {
    let (own, others): (Vec<&NodeStatus>, Vec<&NodeStatus>) =
        members.iter().partition(|node| node.id == id);
    let Some(own) = own.first().map(|own| client.member(&own.http)) else {
        return Err(Failure::new(Exit::Conflict, format!("node {id} is no member")));
    };
    let mut others: Vec<String> = others.iter().map(|node| client.member(&node.http)).collect();
    others.extend(client.endpoints().iter().filter(|endpoint| **endpoint != own).cloned());
    let deadline = Instant::now() + END_MAX;
    let (mut ended, mut again) = (false, false);
    while Instant::now() < deadline {
        if !ended {
            // A connection that was lost is looked at again.
            let readiness = client.readiness(&own).await.ok();
            again = readiness == Some(Readiness::Ready);
            ended = again || readiness == Some(Readiness::Nobody);
        }
        for other in others.iter().filter(|_| ended) {
            let asked = client.at(other).get::<ClusterStatus>(STATUS).once().await;
            let Ok(status) = asked else { continue };
            if let Some(leader) = status.leader.filter(|leader| again || *leader != id) {
                return Ok(leader);
            }
        }
        if ended && others.is_empty() {
            return Ok(id);
        }
        sleep(LOOK_PAUSE).await;
    }
    let message = format!("node {id} was told to end and has not ended");
    Err(Failure::new(Exit::Unknown, message))
}

//! Judges a run of real processes by the simulation's own judge: over the log that lies on the
//! stopped disk of a node that has never cut it, what clients wrote down, what the other nodes'
//! disks hold, the gateway's own books, and the letters.
//!
//! Nothing here asks a process anything: everything has stopped by then, and its files are read.

use std::collections::{BTreeMap, BTreeSet};
use std::iter;
use std::path::Path;

use serde_json::Value;
use usher::raft::machine::{Agreed, Upto, load_log, load_log_kept, load_stopped};
use usher::seats::{OutboxId, PaymentId};

use crate::harness::letters;
use crate::judge::history::Op;
use crate::judge::{Evidence, Judgement, Logged, Session, Standing, Violation};

/// What the outside has once all is over.
pub struct Outside<'a> {
    /// As the gateway lists its sessions, see [`crate::harness`].
    pub sessions: &'a [Value],
    /// As it lists its refunds.
    pub refunds: &'a [Value],
    /// The folder of letters.
    pub mail: &'a Path,
}

/// Judges. `archive` is the data directory of the node whose log begins at the beginning, `others`
/// are those of all other nodes that are members in the end. `quiet` names the show that is
/// searched blindly ([`Evidence::quiet`]); a name that no show has leaves the search out.
///
/// # Errors
/// Something cannot be judged at all: a directory cannot be read, the log is not whole, or the
/// gateway's books make no sense.
pub fn judge(
    archive: &Path,
    others: &[&Path],
    history: &[Op],
    outside: &Outside<'_>,
    quiet: &str,
) -> Result<Judgement, String> {
    let mut agreed = Agreement::default();
    let mut nodes = Vec::new();
    for (dir, is_archive) in iter::once((archive, true)).chain(others.iter().map(|o| (*o, false))) {
        let standing = standing(dir)?;
        let log = if is_archive { load_log(dir) } else { load_log_kept(dir) };
        agreed.add(&standing, log.map_err(|error| error.to_string())?);
        nodes.push(standing);
    }
    let Agreement { log, differing } = agreed;
    if let Some(((at, _), expected)) = log.iter().zip(0..).find(|((at, _), due)| *at != due) {
        return Err(format!("entries {expected} to {} are on no disk", at - 1));
    }
    let sessions = sessions(outside)?;
    let named = letters(outside.mail);
    let row = |name: &str| OutboxId::parse(name.strip_suffix(".eml")?);
    let letters: BTreeSet<OutboxId> = named.iter().filter_map(|letter| row(&letter.name)).collect();
    let webhooks = Vec::new();
    let evidence = Evidence { log: &log, history, nodes, sessions, letters, webhooks, quiet };
    let mut judgement = crate::judge::judge(&evidence);
    judgement.violations.extend(differing);
    Ok(judgement)
}

/// What was agreed, from the disks of all nodes.
///
/// Each is asked for no more than it has applied: what comes after that in a log need not be
/// committed, and a node that stopped before others lacks what they agreed on since.
#[derive(Default)]
struct Agreement {
    log: BTreeMap<u64, Logged>,
    differing: Vec<Violation>,
}

impl Agreement {
    fn add(&mut self, standing: &Standing, log: Vec<Agreed>) {
        let node = standing.node;
        for Agreed { id, batch } in log {
            if standing.index < id.index {
                return;
            }
            let found = Logged { id, batch, digest: None, by: node };
            let known = self.log.entry(id.index).or_insert_with(|| found.clone());
            if (known.id, &known.batch) != (found.id, &found.batch) {
                let what =
                    format!("node {node} applied entry {id}, node {} {}", known.by, known.id);
                self.differing.push(Violation { rule: "I9", what, about: Vec::new() });
            }
        }
    }
}

/// What a stopped node's disk holds.
fn standing(dir: &Path) -> Result<Standing, String> {
    let stopped = load_stopped(dir, Upto::Committed).map_err(|error| error.to_string())?;
    let index = stopped.applied.map_or(0, |applied| applied.index);
    Ok(Standing { node: stopped.identity.node, index, state: stopped.state })
}

/// The gateway's sessions, each with its refunds.
fn sessions(outside: &Outside<'_>) -> Result<Vec<Session>, String> {
    let mut refunds: BTreeMap<&str, BTreeMap<OutboxId, u64>> = BTreeMap::new();
    for refund in outside.refunds {
        let text = |field: &str| refund[field].as_str().unwrap_or_default();
        let row = OutboxId::parse(text("idempotency_key"));
        let row = row.ok_or_else(|| format!("{refund} was not asked for by us"))?;
        let amount = refund["amount"].as_u64().ok_or_else(|| format!("{refund} is of nothing"))?;
        // A gateway repeats the answer under a key: two refunds under one are two payments back.
        if refunds.entry(text("session")).or_default().insert(row, amount).is_some() {
            return Err(format!("{refund} came twice"));
        }
    }
    let mut sessions = Vec::new();
    for session in outside.sessions {
        let text = |field: &str| session[field].as_str().unwrap_or_default();
        let payment = PaymentId::parse(text("payment"));
        let payment = payment.ok_or_else(|| format!("{session} was not opened by us"))?;
        let number = |field: &str| session[field].as_u64().unwrap_or_default();
        let (is_open, captured) = (text("status") == "open", number("captured"));
        let refunds = refunds.remove(text("id")).unwrap_or_default();
        let session = Session { payment, is_open, captured, refunds };
        if session.refunded() != number("refunded") {
            return Err(format!("the gateway's own refunds of {payment} do not add up"));
        }
        sessions.push(session);
    }
    match refunds.first_key_value() {
        Some((session, _)) => Err(format!("a refund is of {session}, which there is not")),
        None => Ok(sessions),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use serde_json::json;

    use super::*;
    use crate::harness::{Call, Node, Paying, Reply, plans, run, show_with, text};
    use crate::judge::history::{Ask, End, History, Told};

    /// A show whose holds do not end before the test does.
    const SHOW: &str = "judged";

    /// One that is searched blindly.
    const QUIET: &str = "judged-quiet";

    /// Longer than a node takes to stop.
    const STOP_MAX: Duration = Duration::from_secs(30);

    /// Writes down what it was told.
    #[derive(Default)]
    struct Clerk {
        history: History,
        moment: u64,
    }

    impl Clerk {
        /// Sends a request as a user's, under a key of its own if it is a write.
        async fn ask(&mut self, user: &str, ask: Ask, call: Call, sent: Value) -> Reply {
            let called = self.moment + 1;
            self.moment += 2;
            let is_read = matches!(ask, Ask::Seats { .. } | Ask::Look { .. });
            let key = (!is_read).then(|| format!("{user}-{called}"));
            let call = key.iter().fold(call.user(user), |call, key| call.key(key));
            let reply = call.send().await;
            let body: Value = serde_json::from_slice(&reply.body).unwrap_or_default();
            let told = Told {
                status: reply.status.as_u16(),
                code: body["code"].as_str().map(str::to_owned),
                index: Some(reply.index()),
                replayed: reply.header("idempotent-replayed").is_some(),
                body,
            };
            self.history.push(Op {
                user: user.to_owned(),
                ask,
                key,
                sent,
                min_index: 0,
                patience_ms: 0,
                called,
                returned: called + 1,
                called_ms: 0,
                returned_ms: 0,
                end: End::Told(told),
            });
            reply
        }

        async fn open(&mut self, node: &Node, show: &str) {
            let policy = json!({"policy": {"hold_ttl_seconds": 3600,
                "hold_total_seconds_max": 3600, "seats_per_hold_max": 4}});
            let house = show_with(show, &plans::theatre(), &policy);
            let ask = Ask::CreateShow { show: show.to_owned() };
            let call = node.post("/v1/shows", &house).organizer();
            self.ask("desk", ask, call, house).await.expect(201);
        }

        async fn hold(&mut self, node: &Node, show: &str, user: &str, seat: &str) -> Reply {
            let (ask, sent) = (Ask::Hold { show: show.to_owned() }, json!({ "seats": [seat] }));
            let path = format!("/v1/shows/{show}/holds");
            self.ask(user, ask, node.post(&path, &sent), sent).await
        }

        async fn release(&mut self, node: &Node, user: &str, hold: &str) {
            let call = node.delete(&format!("/v1/holds/{hold}"));
            let ask = Ask::Release { hold: hold.to_owned() };
            self.ask(user, ask, call, Value::Null).await.expect(204);
        }

        async fn seats(&mut self, node: &Node, show: &str, linearizable: bool) {
            let how = if linearizable { "linearizable" } else { "local" };
            let path = format!("/v1/shows/{show}/seats?consistency={how}");
            let ask = Ask::Seats { show: show.to_owned(), linearizable };
            self.ask("desk", ask, node.get(&path).organizer(), Value::Null).await.expect(200);
        }
    }

    /// A day at the box office of a cluster of three, all of it written down.
    async fn a_day(paying: &Paying) -> Clerk {
        let mut clerk = Clerk::default();
        let node = |id: u64| paying.node(id % 3 + 1);
        clerk.open(node(0), SHOW).await;
        clerk.open(node(1), QUIET).await;
        for (at, user, seat) in [(0, "ann", "A-1"), (1, "bob", "A-2"), (2, "cid", "A-3")] {
            let hold = clerk.hold(node(at), SHOW, user, seat).await.expect(201).json();
            let hold = text(&hold, "id");
            clerk.hold(node(at + 1), SHOW, "dan", seat).await.refused(409, "seat_unavailable");
            clerk.seats(node(at), SHOW, true).await;
            if user == "cid" {
                clerk.release(node(0), user, hold).await;
                continue;
            }
            let body = json!({"gateway": "sandbox", "email": format!("{user}@example.com"),
                "success_url": "http://shop.example/", "cancel_url": "http://shop.example/"});
            let call = node(at).post(&format!("/v1/holds/{hold}/payments"), &body);
            let ask = Ask::Pay { hold: hold.to_owned() };
            let opened = clerk.ask(user, ask, call, body).await.expect(201).json();
            paying.press(text(&opened, "redirect_url"), "approve").await;
            let paid = paying.becomes(at + 1, text(&opened, "id"), "succeeded").await;
            if user == "bob" {
                let booking = text(&paid, "booking").to_owned();
                let path = format!("/v1/bookings/{booking}/cancel");
                let call = node(2).post(&path, &json!({})).organizer();
                let ask = Ask::CancelBooking { booking };
                clerk.ask("desk", ask, call, Value::Null).await.expect(200);
            }
        }
        for (at, user, other) in [(0, "eve", "fay"), (1, "fay", "eve"), (2, "eve", "fay")] {
            let hold = clerk.hold(node(at), QUIET, user, "A-1").await.expect(201).json();
            clerk.hold(node(at + 1), QUIET, other, "A-1").await.refused(409, "seat_unavailable");
            clerk.seats(node(at), QUIET, true).await;
            clerk.release(node(at + 2), user, text(&hold, "id")).await;
        }
        let look = Ask::Look { path: "/v1/me/hold".to_owned(), linearizable: true };
        let call = node(2).get("/v1/me/hold?consistency=linearizable");
        clerk.ask("ann", look, call, Value::Null).await.expect(404);
        clerk.seats(node(1), SHOW, false).await;
        clerk
    }

    /// A day of a real cluster passes the judge, and what is falsified in it does not.
    #[test]
    fn a_day_of_processes_is_judged() {
        run(async {
            let paying = Paying::start().await;
            let clerk = a_day(&paying).await;
            paying.rests().await;
            let (sessions, refunds) =
                (paying.gateway.sessions().await, paying.gateway.refunds().await);
            for node in paying.cluster.nodes() {
                node.process.signal("TERM");
                let ended = node.ends(STOP_MAX).await;
                assert!(ended.success(), "node {}: {ended}", node.id);
            }
            let mail = paying.cluster.mail();
            let outside = Outside { sessions: &sessions, refunds: &refunds, mail: &mail };
            let dirs: Vec<&Path> =
                paying.cluster.nodes().iter().map(|node| node.data_dir.as_path()).collect();
            let history = clerk.history.take();
            let judged = |history: &[Op], outside: &Outside<'_>, archive: usize| {
                let others = [&dirs[..archive], &dirs[archive + 1..]].concat();
                judge(dirs[archive], &others, history, outside, QUIET).expect("it can be judged")
            };
            for archive in 0..dirs.len() {
                let Judgement { violations, tally } = judged(&history, &outside, archive);
                assert_eq!(violations, [], "{tally:?}");
                assert_eq!((tally.operations, tally.unknowns), (history.len() as u64, 0));
                assert_eq!((tally.holds, tally.bookings, tally.refunds), (6, 2, 1), "{tally:?}");
                assert_eq!(tally.owed, 0);
            }
            let broken = |history: &[Op], outside: &Outside<'_>| -> Vec<&'static str> {
                let found = judged(history, outside, 0).violations;
                found.into_iter().map(|found| found.rule).collect()
            };
            let lost = Outside { mail: Path::new("/nonexistent"), ..outside };
            assert_eq!(broken(&history, &lost), ["I11", "I11"], "two letters");
            let unpaid = Outside { sessions: &sessions[1..], ..outside };
            assert!(broken(&history, &unpaid).contains(&"I3"));
            let mut lost = history.clone();
            for op in &mut lost {
                op.key = op.key.take().map(|key| format!("{key}-of-nobody"));
            }
            assert!(broken(&lost, &outside).contains(&"I4"));
            // Fay's hold, which came after Eve's, was answered before it.
            let mut early = history;
            let fay = early.iter_mut().rfind(|op| op.user == "fay" && op.key.is_some());
            let fay = fay.expect("she wanted a seat");
            (fay.called, fay.returned) = (0, 1);
            assert!(broken(&early, &outside).contains(&"real time"));
            assert!(broken(&early, &outside).contains(&"blind"));
        });
    }
}

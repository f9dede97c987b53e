//! Judges a run of real processes by the simulation's own judge: over the log that lies on the
//! stopped disk of a node that has never cut it, what clients wrote down, what the other nodes'
//! disks hold, the gateway's own books, and the letters.
//!
//! Nothing here asks a process anything: everything has stopped by then, and its files are read.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::Value;
use usher::raft::machine::{Agreed, Upto, load_log, load_stopped};
use usher::seats::{OutboxId, PaymentId};

use crate::harness::letters;
use crate::judge::history::Op;
use crate::judge::{Evidence, Judgement, Logged, Session, Standing};

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
    let nodes = [&[archive], others].concat();
    let nodes = nodes.into_iter().map(standing).collect::<Result<Vec<Standing>, String>>()?;
    // Whatever a node has applied was committed; what comes after that in a log need not be.
    let last = nodes.iter().map(|standing| standing.index).max().unwrap_or_default();
    let agreed = load_log(archive).map_err(|error| error.to_string())?;
    let end = agreed.last().map_or(0, |last| last.id.index);
    if end < last {
        return Err(format!("the archive's log ends at {end}, and a node has applied {last}"));
    }
    let by = nodes.first().map_or(0, |archive| archive.node);
    let logged = |Agreed { id, batch }| (id.index, Logged { id, batch, digest: None, by });
    let log: BTreeMap<u64, Logged> =
        agreed.into_iter().take_while(|agreed| agreed.id.index <= last).map(logged).collect();
    let sessions = sessions(outside)?;
    let named = letters(outside.mail);
    let row = |name: &str| OutboxId::parse(name.strip_suffix(".eml")?);
    let letters: BTreeSet<OutboxId> = named.iter().filter_map(|letter| row(&letter.name)).collect();
    let webhooks = Vec::new();
    let evidence = Evidence { log: &log, history, nodes, sessions, letters, webhooks, quiet };
    Ok(crate::judge::judge(&evidence))
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
    use crate::harness::{Call, Paying, Reply, plans, run, show_with};
    use crate::judge::history::{Ask, End, History, Told};

    /// A show whose holds do not end before the test does.
    const SHOW: &str = "judged";

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

        async fn hold(&mut self, paying: &Paying, node: u64, user: &str, seat: &str) -> Reply {
            let (ask, sent) = (Ask::Hold { show: SHOW.to_owned() }, json!({ "seats": [seat] }));
            let path = format!("/v1/shows/{SHOW}/holds");
            self.ask(user, ask, paying.node(node).post(&path, &sent), sent).await
        }

        async fn seats(&mut self, paying: &Paying, node: u64, linearizable: bool) {
            let how = if linearizable { "linearizable" } else { "local" };
            let path = format!("/v1/shows/{SHOW}/seats?consistency={how}");
            let ask = Ask::Seats { show: SHOW.to_owned(), linearizable };
            let call = paying.node(node).get(&path).organizer();
            self.ask("desk", ask, call, Value::Null).await.expect(200);
        }
    }

    /// A day at the box office of a cluster of three, all of it written down.
    async fn a_day(paying: &Paying) -> Clerk {
        let mut clerk = Clerk::default();
        let policy = json!({"policy": {"hold_ttl_seconds": 3600,
            "hold_total_seconds_max": 3600, "seats_per_hold_max": 4}});
        let house = show_with(SHOW, &plans::theatre(), &policy);
        let ask = Ask::CreateShow { show: SHOW.to_owned() };
        let call = paying.node(1).post("/v1/shows", &house).organizer();
        clerk.ask("desk", ask, call, house).await.expect(201);
        for (node, user, seat) in [(1, "ann", "A-1"), (2, "bob", "A-2"), (3, "cid", "A-3")] {
            let hold = clerk.hold(paying, node, user, seat).await.expect(201).json();
            let hold = hold["id"].as_str().expect("a hold has an id").to_owned();
            clerk.hold(paying, node % 3 + 1, "dan", seat).await.refused(409, "seat_unavailable");
            clerk.seats(paying, node, true).await;
            if user == "cid" {
                let call = paying.node(1).delete(&format!("/v1/holds/{hold}"));
                clerk.ask(user, Ask::Release { hold }, call, Value::Null).await.expect(204);
                continue;
            }
            let call = paying.pay(node, &hold, user);
            let opened = clerk.ask(user, Ask::Pay { hold }, call, Value::Null).await.expect(201);
            let opened = opened.json();
            let page = opened["redirect_url"].as_str().expect("it has a page");
            paying.press(page, "approve").await;
            let payment = opened["id"].as_str().expect("a payment has an id");
            let paid = paying.becomes(node, payment, "succeeded").await;
            if user == "bob" {
                let booking = paid["booking"].as_str().expect("it is booked").to_owned();
                let path = format!("/v1/bookings/{booking}/cancel");
                let call = paying.node(2).post(&path, &json!({})).organizer();
                let ask = Ask::CancelBooking { booking };
                clerk.ask("desk", ask, call, Value::Null).await.expect(200);
            }
        }
        let look = Ask::Look { path: "/v1/me/hold".to_owned(), linearizable: true };
        let call = paying.node(2).get("/v1/me/hold?consistency=linearizable");
        clerk.ask("ann", look, call, Value::Null).await.expect(404);
        clerk.seats(paying, 2, false).await;
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
                judge(dirs[archive], &others, history, outside, SHOW).expect("it can be judged")
            };
            for archive in 0..dirs.len() {
                let Judgement { violations, tally } = judged(&history, &outside, archive);
                assert_eq!(violations, [], "{tally:?}");
                assert_eq!((tally.operations, tally.unknowns), (history.len() as u64, 0));
                assert_eq!((tally.holds, tally.bookings, tally.refunds), (3, 2, 1), "{tally:?}");
                assert_eq!(tally.owed, 0);
            }
            let broken = |history: &[Op], outside: &Outside<'_>| -> Vec<&'static str> {
                let found = judged(history, outside, 0).violations;
                found.into_iter().map(|found| found.rule).collect()
            };
            let lost = Outside { mail: Path::new("/nonexistent"), ..outside };
            assert_eq!(broken(&history, &lost), ["I11", "I11"], "two letters");
            let unpaid = Outside { sessions: &sessions[1..], refunds: &[], ..outside };
            assert!(broken(&history, &unpaid).contains(&"I3"));
            let mut false_history = history;
            for op in &mut false_history {
                op.key = op.key.take().map(|key| format!("{key}-of-nobody"));
            }
            assert!(broken(&false_history, &outside).contains(&"I4"));
        });
    }
}

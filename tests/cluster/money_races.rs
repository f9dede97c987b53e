//! Money when several do the same thing at once: one of them has done it, the others learn so, and
//! the gateway is asked once.

use std::collections::BTreeSet;

use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::harness::{Fault, Paying, START_MAX, eventually, plans, run, show, text};

async fn paying(id: &str) -> Paying {
    let paying = Paying::start().await;
    paying.node(1).create_show(&show(id, &plans::theatre())).await;
    paying
}

/// Of requests to pay one hold, at all nodes at once and some of them the same, one key opens the
/// payment: all its requests are answered alike, all others name that payment, and there is one
/// session.
#[test]
fn one_key_opens_the_payment() {
    run(async {
        let paying = paying("keys").await;
        for (round, seat) in ["A-1", "A-2", "A-3", "A-4", "A-5"].iter().enumerate() {
            let user = format!("keys-{round}");
            let hold = paying.hold(1, "keys", &user, &[seat]).await;
            let requests = (0..9_u64).map(|n| {
                // Three keys, each at all nodes.
                let (node, key) = (n % 3 + 1, n / 3);
                let call = paying.pay(node, &hold, &user).key(&format!("{user}-{key}"));
                async move { (key, call.send().await) }
            });
            let replies = join_all(requests).await;
            let opened = replies.iter().filter(|(_, reply)| reply.status == 201);
            let (winner, first) = opened.clone().next().expect("one opens it");
            let payment = text(&first.json(), "id").to_owned();
            assert_eq!(opened.count(), 3, "every request under the winner's key");
            for (key, reply) in &replies {
                if key == winner {
                    assert_eq!(reply.body, first.body, "{user}-{key}");
                } else {
                    let open = reply.clone().refused(409, "payment_already_open");
                    assert_eq!(open["payment"], json!(payment), "{open}");
                }
            }
            let sessions = paying.gateway.sessions().await;
            assert_eq!(sessions.len(), round + 1, "one session a hold");
            paying.press(text(&first.json(), "redirect_url"), "approve").await;
            paying.becomes(2, &payment, "succeeded").await;
        }
        paying.rests().await;
        paying.balances().await;
    });
}

/// A booking that is cancelled by several at once is paid back once; so is each of its seats.
#[test]
fn each_seat_goes_back_once() {
    run(async {
        let paying = paying("once").await;
        let whole = paying.buys(1, "once", "once-a", &["A-1", "A-2"]).await;
        let parts = paying.buys(2, "once", "once-b", &["B-1", "B-2", "C-1"]).await;
        paying.becomes(3, &whole, "succeeded").await;
        paying.becomes(1, &parts, "succeeded").await;
        let booking = text(&paying.payment(3, &whole).await, "booking").to_owned();
        let cancel = |node: u64, booking: &str, body: &Value| {
            let path = format!("/v1/bookings/{booking}/cancel");
            paying.node(node).post(&path, body).organizer().send()
        };
        let at_once = (0..6_u64).map(|n| cancel(n % 3 + 1, &booking, &json!({})));
        let mut done = 0;
        for reply in join_all(at_once).await {
            if reply.status == 200 {
                done += 1;
            } else {
                reply.refused(409, "booking_not_active");
            }
        }
        assert_eq!(done, 1, "one has cancelled it");

        let booking = text(&paying.payment(3, &parts).await, "booking").to_owned();
        let seats = ["B-1", "B-2", "C-1"];
        let at_once = (0..9_usize).map(|n| {
            let seat = seats[n / 3];
            let reply = cancel(n as u64 % 3 + 1, &booking, &json!({"seats": [seat]}));
            async move { (seat, reply.await) }
        });
        let replies = join_all(at_once).await;
        for (seat, reply) in &replies {
            let status = reply.status.as_u16();
            assert!(matches!(status, 200 | 400 | 409), "{seat}: {status} {}", reply.text());
        }
        let done = replies.iter().filter(|(_, reply)| reply.status == 200);
        let done: Vec<&str> = done.map(|(seat, _)| *seat).collect();
        assert_eq!(done.len(), 3, "{done:?}");
        assert_eq!(BTreeSet::from_iter(done), BTreeSet::from(seats), "each once");

        for (payment, amount) in [(&whole, 19_000), (&parts, 25_500)] {
            eventually("all of it is back", START_MAX, async || {
                (paying.payment(1, payment).await["refunded"] == amount).then_some(())
            })
            .await;
            let refunds = paying.gateway.refunds().await;
            let theirs = refunds.iter().filter(|refund| refund["payment"] == json!(payment));
            let back: u64 = theirs.filter_map(|refund| refund["amount"].as_u64()).sum();
            assert_eq!(back, amount, "{refunds:?}");
        }
        paying.rests().await;
        paying.balances().await;
    });
}

/// Bookings of a show that is cancelled while its leader is about to die.
const BOOKED: usize = 60;

/// The leader dies in the middle of a cancelled show's refunds, of which the gateway has done some
/// and could say so to nobody: the next leader asks again, and each booking is paid back once.
#[test]
fn leader_killed_while_a_show_is_paid_back() {
    run(async {
        let paying = Paying::start().await;
        let plan = plans::large(100);
        paying.node(1).create_show(&show("fallen", &plan)).await;
        let seats = plans::seat_ids(&plan);
        let buyers = seats[..BOOKED].iter().enumerate().map(|(n, seat)| {
            let (paying, user) = (&paying, format!("fallen-{n}"));
            async move { paying.buys(n as u64 % 3 + 1, "fallen", &user, &[seat]).await }
        });
        let payments: BTreeSet<String> = join_all(buyers).await.into_iter().collect();
        for payment in &payments {
            paying.becomes(1, payment, "succeeded").await;
        }
        paying.rests().await;
        paying.gateway.fault(Some(Fault::KeepAnswers("POST /refunds")));
        let cancel = paying.node(2).post("/v1/shows/fallen/cancel", &json!({})).organizer();
        cancel.send().await.expect(202);
        paying.gateway.hit().await;
        let leader = paying.cluster.leader().await;
        paying.node(leader).process.kill();
        let already = paying.gateway.refunds().await.len();
        assert!(already > 0, "the gateway has paid some back");
        paying.gateway.fault(None);
        let next = paying.led_without(leader).await;
        let counts = eventually("everybody is paid back", START_MAX, async || {
            let path = "/v1/shows/fallen?consistency=linearizable";
            let reply = paying.node(next).get(path).organizer().try_send().await.ok()?;
            let counts = (reply.status == 200).then(|| reply.json()["cancellation"].clone())?;
            (counts["refunded"] == BOOKED).then_some(counts)
        })
        .await;
        assert_eq!(
            counts,
            json!({"bookings": BOOKED, "refunded": BOOKED, "pending": 0, "failed": 0})
        );
        let refunds = paying.gateway.refunds().await;
        assert_eq!(refunds.len(), BOOKED, "one each");
        let paid_back = refunds.iter().map(|refund| text(refund, "payment").to_owned());
        assert_eq!(paid_back.collect::<BTreeSet<_>>(), payments);
        paying.cluster.restart(leader).await;
        paying.rests().await;
        paying.balances().await;
    });
}

//! Money that goes back: cancelled bookings, parts of them, and whole shows.

use std::time::Duration;

use futures_util::stream::{self, StreamExt as _};
use serde_json::{Value, json};

use crate::harness::{Paying, START_MAX, column, eventually, list, plans, run, show, text};

/// A booking is cancelled in part and then altogether: each part goes back once, and the seats are
/// on sale again.
#[test]
fn cancelled_seats_are_paid_back() {
    run(async {
        let paying = Paying::start().await;
        paying.node(1).create_show(&show("parts", &plans::theatre())).await;
        let payment = paying.buys(1, "parts", "part-a", &["A-1", "A-2", "C-1"]).await;
        let booking = text(&paying.payment(2, &payment).await, "booking").to_owned();
        let cancel = format!("/v1/bookings/{booking}/cancel");
        let part = json!({"seats": ["C-1"]});
        paying.node(3).post(&cancel, &part).organizer().send().await.expect(200);
        let part = paying.becomes(1, &payment, "refunded").await;
        assert_eq!(
            (&part["captured"], &part["refunded"]),
            (&json!(25_500), &json!(6500)),
            "{part}"
        );
        paying.balances().await;
        paying.node(2).post(&cancel, &json!({})).organizer().send().await.expect(200);
        eventually("all of it is back", Duration::from_secs(30), async || {
            (paying.payment(3, &payment).await["refunded"] == 25_500).then_some(())
        })
        .await;
        paying.hold(1, "parts", "part-b", &["A-1", "A-2", "C-1"]).await;
        assert_eq!(paying.gateway.refunds().await.len(), 2);
        paying.rests().await;
        paying.balances().await;
    });
}

/// Seats of the show that is cancelled: as many are paid for as the issue of it asks.
const BOOKED: usize = 1_000;

/// Sessions that are open when the show is cancelled.
const OPEN: usize = 8;

/// Buyers at a time.
const AT_ONCE: usize = 24;

/// A show with a thousand bookings and some open payments is cancelled: each booking is paid back
/// once, and each open session closed.
#[test]
fn a_cancelled_show_pays_everybody_back() {
    run(async {
        let paying = Paying::start().await;
        let plan = plans::large(BOOKED + 100);
        paying.node(1).create_show(&show("cancelled", &plan)).await;
        let seats = plans::seat_ids(&plan);
        let buyers = seats[..BOOKED].iter().enumerate().map(|(n, seat)| {
            let paying = &paying;
            async move {
                let (node, user) = (n as u64 % 3 + 1, format!("cancelled-{n}"));
                paying.buys(node, "cancelled", &user, &[seat]).await
            }
        });
        let payments: Vec<String> = stream::iter(buyers).buffer_unordered(AT_ONCE).collect().await;
        let mut open = Vec::new();
        for (n, seat) in seats[BOOKED..BOOKED + OPEN].iter().enumerate() {
            let (node, user) = (n as u64 % 3 + 1, format!("cancelled-open-{n}"));
            let hold = paying.hold(node, "cancelled", &user, &[seat]).await;
            open.push(paying.opens(node, &hold, &user).await);
        }
        let cancel = paying.node(2).post("/v1/shows/cancelled/cancel", &json!({})).organizer();
        cancel.send().await.expect(202);
        let done = eventually("everybody is paid back", Duration::from_mins(3), async || {
            let path = "/v1/shows/cancelled?consistency=linearizable";
            let shown = paying.node(3).get(path).organizer().gives(200).await;
            let counts = shown["cancellation"].clone();
            (counts["refunded"] == BOOKED).then_some(counts)
        })
        .await;
        assert_eq!(
            done,
            json!({"bookings": BOOKED, "refunded": BOOKED, "pending": 0, "failed": 0})
        );
        for (payment, page) in &open {
            let ended = paying.becomes(1, payment, "expired").await;
            assert_eq!(ended["captured"], 0, "{ended}");
            assert_eq!(paying.gateway.press(page, "approve").await, 410);
        }
        paying.rests().await;
        let refunds = paying.gateway.refunds().await;
        let mut of: Vec<&str> = refunds.iter().map(|refund| text(refund, "payment")).collect();
        of.sort_unstable();
        let mut expected: Vec<&str> = payments.iter().map(String::as_str).collect();
        expected.sort_unstable();
        assert_eq!(of, expected, "one refund each");
        let audit = paying.cluster.usher(&["audit", "--output", "json"]).await.exits(0).json();
        let all = json!(9500 * BOOKED);
        assert_eq!((&audit["captured"], &audit["refunded"]), (&all, &all), "{audit}");
    });
}

/// The gateway refuses to pay back what somebody else has paid back there: that refund stays owed
/// and is shown as such everywhere, can be tried again, and keeps no other from going through.
#[test]
fn a_refused_refund_stays_owed() {
    run(async {
        let paying = Paying::start().await;
        paying.node(1).create_show(&show("refused", &plans::theatre())).await;
        let good = paying.buys(1, "refused", "ref-a", &["A-1"]).await;
        let bad = paying.buys(2, "refused", "ref-b", &["A-2"]).await;
        paying.becomes(3, &good, "succeeded").await;
        paying.becomes(1, &bad, "succeeded").await;
        paying.rests().await;
        let stolen = json!({"session": paying.reference(&bad).await, "amount": 9500});
        paying.gateway.behind_our_back("/refunds", &stolen).await;
        let cancel = paying.node(3).post("/v1/shows/refused/cancel", &json!({})).organizer();
        cancel.send().await.expect(202);
        paying.becomes(2, &good, "refunded").await;

        let pending = async |node: u64, attempts: u64| {
            eventually("the refusal is noted", START_MAX, async || {
                let path = "/v1/refunds?status=pending&consistency=linearizable";
                let all = paying.node(node).get(path).organizer().gives(200).await;
                assert_eq!(list(&all, "data").len(), 1, "{all}");
                let refund = list(&all, "data")[0].clone();
                (refund["attempts"].as_u64() > Some(attempts)).then_some(refund)
            })
            .await
        };
        let refund = pending(1, 0).await;
        assert_eq!(refund["payment"], json!(bad), "{refund}");
        assert!(!text(&refund, "last_error").is_empty(), "{refund}");
        let id = text(&refund, "id").to_owned();
        let attempts = refund["attempts"].as_u64().expect("a number");
        let retry = format!("/v1/refunds/{id}/retry");
        paying.node(2).post(&retry, &json!({})).organizer().send().await.expect(200);
        assert_eq!(pending(3, attempts).await["id"], json!(id));
        let one = format!("/v1/refunds/{id}?consistency=linearizable");
        assert_eq!(paying.node(1).get(&one).organizer().gives(200).await["status"], "pending");
        let owed = paying.payment(2, &bad).await;
        assert_eq!(
            (&owed["status"], &owed["refund_pending"], &owed["refunded"]),
            (&json!("refund_pending"), &json!(9500), &json!(0)),
            "{owed}"
        );
        let path = "/v1/shows/refused?consistency=linearizable";
        let shown = paying.node(3).get(path).organizer().gives(200).await;
        let counts = json!({"bookings": 2, "refunded": 1, "pending": 1, "failed": 1});
        assert_eq!(shown["cancellation"], counts, "{shown}");
        let ran = paying.cluster.usher(&["payments", "reconcile", "--output", "json"]).await;
        let found = ran.exits(0).json();
        assert_eq!(column(list(&found, "differences"), "payment"), [bad.as_str()], "{found}");
        the_operator_sees(&paying, &id).await;
        assert_eq!(paying.gateway.refunds().await.len(), 2, "one of ours, one of a stranger");
    });
}

/// Every command that tells of money shows this refund, and the books still balance.
async fn the_operator_sees(paying: &Paying, refund: &str) {
    for command in [&["outbox", "list"][..], &["refunds", "list"]] {
        let ran = paying.cluster.usher(command).await.exits(0);
        assert!(ran.stdout.contains(refund), "{command:?}: {}", ran.stdout);
    }
    let again = paying.cluster.usher(&["refunds", "retry", refund, "--output", "json"]).await;
    assert_eq!(again.exits(0).json()["id"], refund);
    let audit = paying.cluster.usher(&["audit", "--output", "json"]).await.exits(0).json();
    let sums = ["captured", "booked", "refund_pending", "refunded"].map(|sum| audit[sum].clone());
    assert_eq!(sums, [19_000, 0, 9500, 9500].map(Value::from), "{audit}");
}

/// `payments reconcile` finds what was made behind our back, and nothing in calm; `refunds` of a
/// gateway that lost its books are found, too.
#[test]
fn reconciliation_finds_what_differs() {
    run(async {
        let paying = Paying::start().await;
        paying.node(1).create_show(&show("recon", &plans::theatre())).await;
        let payment = paying.buys(2, "recon", "recon-a", &["A-1"]).await;
        paying.rests().await;
        let reconcile = async || -> Value {
            let ran = paying.cluster.usher(&["payments", "reconcile", "--output", "json"]).await;
            ran.exits(0).json()
        };
        let calm = reconcile().await;
        assert_eq!(list(&calm, "differences"), [] as [Value; 0], "{calm}");

        // A refund that nobody here asked for, and a session that nobody here opened.
        let reference = paying.reference(&payment).await;
        paying
            .gateway
            .behind_our_back("/refunds", &json!({"session": reference, "amount": 500}))
            .await;
        let stranger = json!({
            "payment": "order-17", "amount": 100, "currency": "EUR", "customer": null,
            "success_url": "http://shop.example/", "cancel_url": "http://shop.example/",
            "webhook_urls": ["http://127.0.0.1:1/"],
        });
        paying.gateway.behind_our_back("/sessions", &stranger).await;
        let found = reconcile().await;
        let about = |payment: &str| {
            list(&found, "differences").iter().filter(|row| row["payment"] == payment).count()
        };
        assert_eq!((about(&payment), about("order-17")), (1, 1), "{found}");
        let table = paying.cluster.usher(&["payments", "reconcile"]).await.exits(0);
        assert!(table.stdout.contains("order-17") && table.stdout.contains(&payment));
        let outbox = paying.cluster.usher(&["outbox", "list", "--output", "json"]).await.exits(0);
        assert_eq!(list(&outbox.json(), "data"), [] as [Value; 0], "{}", outbox.stdout);
    });
}

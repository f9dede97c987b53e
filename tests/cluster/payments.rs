//! The payment table of the contract's section 5, row by row, through changing nodes.

use serde_json::{Value, json};

use crate::harness::{Fault, Paying, column, list, plans, run, show, show_with, sign, text};

async fn paying(id: &str) -> Paying {
    let paying = Paying::start().await;
    paying.node(1).create_show(&show(id, &plans::theatre())).await;
    paying
}

/// Paid while the hold is pending: booked in one step, mailed, and the session is at rest.
#[test]
fn paid_in_time_is_booked() {
    run(async {
        let paying = paying("intime").await;
        let hold = paying.hold(1, "intime", "anna", &["A-1", "A-2"]).await;
        let (payment, page) = paying.opens(2, &hold, "anna").await;
        paying.press(&page, "approve").await;
        let paid = paying.payment(3, &payment).await;
        assert_eq!((&paid["status"], &paid["captured"]), (&json!("succeeded"), &json!(19_000)));
        let path = format!("/v1/bookings/{}?consistency=linearizable", text(&paid, "booking"));
        let booking = paying.node(1).get(&path).user("anna").gives(200).await;
        assert_eq!(column(list(&booking, "seats"), "id"), ["A-1", "A-2"]);
        assert_eq!(
            (&booking["status"], &booking["payment"], &booking["hold"]),
            (&json!("confirmed"), &json!(payment), &json!(hold))
        );
        assert_eq!(paying.hold_status(2, &hold).await, "confirmed");
        assert_eq!(paying.gateway.press(&page, "approve").await, 410);
        paying.mailed("anna@example.com", 1).await;
        paying.rests().await;
        paying.balances().await;
    });
}

/// Paid after the hold has ended, whether its seats are somebody else's or free: the money goes
/// back, and whoever holds the seats is untouched.
#[test]
fn paid_late_goes_back() {
    run(async {
        let paying = paying("late").await;
        // The session cannot be closed in time, as if the buyer were faster.
        paying.gateway.fault(Some(Fault::Refuse("/expire")));
        let mut late = Vec::new();
        for (node, user, seat) in [(1, "late-a", "A-1"), (2, "late-b", "B-1")] {
            let hold = paying.hold(node, "late", user, &[seat]).await;
            let (payment, page) = paying.opens(node + 1, &hold, user).await;
            paying
                .node(node)
                .delete(&format!("/v1/holds/{hold}"))
                .user(user)
                .send()
                .await
                .expect(204);
            late.push((payment, page));
        }
        let rival = paying.hold(3, "late", "late-c", &["A-1"]).await;
        paying.gateway.hit().await;
        for (_, page) in &late {
            paying.press(page, "approve").await;
        }
        for (payment, _) in &late {
            let back = paying.becomes(2, payment, "refunded").await;
            assert_eq!((&back["booking"], &back["refunded"]), (&Value::Null, &json!(9500)));
        }
        assert_eq!(paying.hold_status(1, &rival).await, "pending");
        paying.gateway.fault(None);
        paying.rests().await;
        assert_eq!(paying.gateway.refunds().await.len(), 2);
        paying.balances().await;
    });
}

/// Two payments on one hold, the first of which had ended at our side and is paid all the same,
/// after the second or before it: one booking, the other's money goes back or its session closes.
#[test]
fn of_two_payments_one_books() {
    run(async {
        let paying = paying("two").await;
        for (first_pays_first, user, seat) in [(false, "two-a", "A-1"), (true, "two-b", "B-1")] {
            let hold = paying.hold(1, "two", user, &[seat]).await;
            let (first, first_page) = paying.opens(2, &hold, user).await;
            let expired = paying.event("payment.expired", &first, 9500, "EUR").await;
            let told = paying.tell(3, &format!("evt-{user}"), &expired).await.expect(200);
            assert_eq!(told.json()["effect"], "ended");
            assert_eq!(paying.hold_status(1, &hold).await, "pending");
            let (second, second_page) = paying.opens(3, &hold, user).await;
            if first_pays_first {
                paying.press(&first_page, "approve").await;
                paying.becomes(1, &first, "succeeded").await;
                paying.becomes(2, &second, "expired").await;
                assert_eq!(paying.gateway.press(&second_page, "approve").await, 410);
            } else {
                paying.press(&second_page, "approve").await;
                paying.press(&first_page, "approve").await;
                paying.becomes(1, &second, "succeeded").await;
                paying.becomes(2, &first, "refunded").await;
            }
            let bookings = "/v1/me/bookings?consistency=linearizable";
            let bookings = paying.node(2).get(bookings).user(user).gives(200).await;
            assert_eq!(list(&bookings, "data").len(), 1, "{bookings}");
        }
        paying.rests().await;
        paying.balances().await;
    });
}

/// The box office was faster: the buyer's money goes back.
#[test]
fn sold_at_the_box_office_meanwhile() {
    run(async {
        let paying = paying("office").await;
        paying.gateway.fault(Some(Fault::Refuse("/expire")));
        let hold = paying.hold(1, "office", "office-a", &["C-1"]).await;
        let (payment, page) = paying.opens(2, &hold, "office-a").await;
        let sold = json!({"reference": "till-1", "email": null});
        let confirm = format!("/v1/holds/{hold}/confirm");
        paying.node(3).post(&confirm, &sold).organizer().send().await.expect(201);
        paying.press(&page, "approve").await;
        paying.becomes(1, &payment, "refunded").await;
        paying.gateway.fault(None);
        paying.rests().await;
        paying.balances().await;
        let audit = paying.cluster.usher(&["audit", "--output", "json"]).await.exits(0).json();
        assert_eq!((&audit["external"], &audit["booked"]), (&json!(6500), &json!(0)), "{audit}");
    });
}

/// What is paid is not what was asked, by amount or by currency: all of it is owed back, and the
/// hold can be paid again. A gateway that refuses a refund keeps it pending, visible and retriable.
#[test]
fn another_amount_or_currency_is_refunded() {
    run(async {
        let paying = paying("mismatch").await;
        for (user, seat, amount, currency) in
            [("mis-a", "A-1", 9000, "EUR"), ("mis-b", "A-2", 9500, "USD")]
        {
            let hold = paying.hold(1, "mismatch", user, &[seat]).await;
            let (payment, page) = paying.opens(2, &hold, user).await;
            // The gateway says so and has not taken it: it will refuse to pay it back.
            let event = paying.event("payment.succeeded", &payment, amount, currency).await;
            let told = paying.tell(3, &format!("evt-{user}"), &event).await.expect(200);
            assert_eq!(told.json()["effect"], "refund_queued");
            let owed = paying.payment(1, &payment).await;
            assert_eq!(owed["status"], "refund_pending", "{owed}");
            assert_eq!(owed["flags"], json!(["amount_mismatch"]), "{owed}");
            assert_eq!(paying.hold_status(2, &hold).await, "pending");
            let refund = text(&owed, "refund").to_owned();
            let failed =
                crate::harness::eventually("refused", crate::harness::START_MAX, async || {
                    let path = "/v1/refunds?status=pending&consistency=linearizable";
                    let pending = paying.node(3).get(path).organizer().gives(200).await;
                    let found =
                        list(&pending, "data").iter().find(|row| row["id"] == json!(refund));
                    found.filter(|row| row["last_error"].is_string()).cloned()
                })
                .await;
            assert!(text(&failed, "last_error").contains("refused"), "{failed}");
            let outbox = paying.cluster.usher(&["outbox", "list"]).await.exits(0);
            assert!(outbox.stdout.contains(&refund), "{}", outbox.stdout);
            paying.cluster.usher(&["audit"]).await.exits(0);

            // Payable again; and once the gateway has money of that session, it goes back.
            let (again, again_page) = paying.opens(3, &hold, user).await;
            paying.press(&again_page, "approve").await;
            assert_eq!(paying.payment(1, &again).await["status"], "succeeded");
            paying.press(&page, "approve").await;
            let retry = format!("/v1/refunds/{refund}/retry");
            paying.node(1).post(&retry, &json!({})).organizer().send().await.expect(200);
            paying.becomes(2, &payment, "refunded").await;
        }
        paying.rests().await;
        paying.cluster.usher(&["audit"]).await.exits(0);
    });
}

/// A declined attempt changes nothing, and the same session may still succeed.
#[test]
fn declined_then_approved() {
    run(async {
        let paying = paying("declined").await;
        let hold = paying.hold(2, "declined", "dec-a", &["A-1"]).await;
        let (payment, page) = paying.opens(3, &hold, "dec-a").await;
        for _ in 0..2 {
            paying.press(&page, "decline").await;
            assert_eq!(paying.payment(1, &payment).await["status"], "open");
            assert_eq!(paying.hold_status(2, &hold).await, "pending");
        }
        paying.press(&page, "approve").await;
        assert_eq!(paying.payment(2, &payment).await["status"], "succeeded");
        paying.rests().await;
        paying.balances().await;
    });
}

/// Failed for good: the seats are free, the hold released. A failure after a success is ignored.
#[test]
fn failed_frees_the_seats() {
    run(async {
        let paying = paying("failed").await;
        let hold = paying.hold(1, "failed", "fail-a", &["A-1", "A-2"]).await;
        let (payment, page) = paying.opens(2, &hold, "fail-a").await;
        paying.press(&page, "fail").await;
        assert_eq!(paying.payment(3, &payment).await["status"], "failed");
        assert_eq!(paying.hold_status(1, &hold).await, "released");
        let payment = paying.buys(2, "failed", "fail-b", &["A-1"]).await;
        let event = paying.event("payment.failed", &payment, 9500, "EUR").await;
        let told = paying.tell(3, "evt-late-failure", &event).await.expect(200);
        assert_eq!(told.json()["effect"], "ignored");
        assert_eq!(paying.payment(1, &payment).await["status"], "succeeded");
        paying.rests().await;
        paying.balances().await;
    });
}

/// A cancelled payment's session is closed, its hold stays, and can be paid again.
#[test]
fn a_cancelled_payment_leaves_the_hold() {
    run(async {
        let paying = paying("cancelpay").await;
        let hold = paying.hold(3, "cancelpay", "can-a", &["B-1"]).await;
        let (payment, page) = paying.opens(1, &hold, "can-a").await;
        let open = paying.pay(2, &hold, "can-a").refused(409, "payment_already_open").await;
        assert_eq!(open["payment"], json!(payment));
        let cancel = format!("/v1/payments/{payment}/cancel");
        let closing = paying.node(2).post(&cancel, &json!({})).user("can-a").gives(200).await;
        assert_eq!((&closing["status"], &closing["closing"]), (&json!("open"), &json!(true)));
        let closed = paying.becomes(3, &payment, "expired").await;
        assert_eq!(closed["closing"], false);
        assert_eq!(paying.gateway.press(&page, "approve").await, 410);
        assert_eq!(paying.hold_status(1, &hold).await, "pending");
        let (again, page) = paying.opens(2, &hold, "can-a").await;
        paying.press(&page, "approve").await;
        assert_eq!(paying.payment(3, &again).await["status"], "succeeded");
        paying.rests().await;
        paying.balances().await;
    });
}

/// Repeats of an event and other events with the same outcome change nothing; events of payments
/// that we do not know are kept and listed; what is not signed by the gateway is refused.
#[test]
fn events_count_once() {
    run(async {
        let paying = paying("events").await;
        let hold = paying.hold(1, "events", "ev-a", &["A-1"]).await;
        let (payment, _) = paying.opens(2, &hold, "ev-a").await;
        let event = paying.event("payment.succeeded", &payment, 9500, "EUR").await;
        for (node, id, effect) in [
            (3, "evt-1", "booked"),
            (1, "evt-1", "ignored"),
            (2, "evt-1", "ignored"),
            (3, "evt-2", "ignored"),
        ] {
            let told = paying.tell(node, id, &event).await.expect(200);
            assert_eq!(told.json()["effect"], effect, "{id} at {node}");
        }
        let stranger = "pay_00000000000000000000000000000001";
        for (id, name) in [("evt-3", stranger), ("evt-4", "order-17")] {
            let event = json!({"type": "payment.succeeded", "data": {
                "payment": name, "reference": "sbx_elsewhere", "amount": 1, "currency": "EUR"}});
            let told = paying.tell(1, id, &event).await.expect(200);
            assert_eq!(told.json()["effect"], "unmatched");
        }
        let ran = paying.cluster.usher(&["payments", "reconcile", "--output", "json"]).await;
        let found = ran.exits(0).json();
        assert_eq!(found["unmatched"].as_array().map(Vec::len), Some(2), "{found}");

        let body = event.to_string();
        let now = u64::try_from(jiff::Timestamp::now().as_second()).expect("after 1970");
        let hook = |id: &str, at: u64, signature: &str| {
            let call = paying.node(2).call(reqwest::Method::POST, "/v1/gateways/sandbox/webhook");
            call.header("webhook-id", id)
                .header("webhook-timestamp", &at.to_string())
                .header("webhook-signature", signature)
                .body("application/json", body.clone())
        };
        let good = sign("evt-9", now, &body);
        for (id, at, signature) in [
            ("evt-8", now, good.as_str()),
            ("evt-9", now + 1, good.as_str()),
            ("evt-9", now, "v1,AAAA"),
            ("evt-9", now - 3600, sign("evt-9", now - 3600, &body).as_str()),
        ] {
            hook(id, at, signature).refused(400, "invalid_signature").await;
        }
        let bare = paying.node(2).post("/v1/gateways/sandbox/webhook", &event);
        bare.refused(400, "invalid_signature").await;
        paying.node(2).post("/v1/gateways/bank/webhook", &event).refused(404, "not_found").await;
        hook("evt-9", now, &good).send().await.expect(200);
    });
}

/// The same key gives the same payment, byte for byte, at any node; another key finds it open.
#[test]
fn opening_is_repeatable() {
    run(async {
        let paying = paying("repeat").await;
        let hold = paying.hold(1, "repeat", "rep-a", &["A-1"]).await;
        let first = paying.pay(2, &hold, "rep-a").key("rep-1").send().await.expect(201);
        assert_eq!(first.header("idempotent-replayed"), None);
        for node in [3, 1, 2] {
            let again = paying.pay(node, &hold, "rep-a").key("rep-1").send().await.expect(201);
            assert_eq!(again.body, first.body);
            assert_eq!(again.has("idempotent-replayed"), "true");
            assert!(again.index() >= first.index());
        }
        paying.press(text(&first.json(), "redirect_url"), "approve").await;
        let after = paying.pay(1, &hold, "rep-a").key("rep-1").send().await.expect(201);
        assert_eq!(after.body, first.body, "also when it has been paid since");
        paying.pay(3, &hold, "rep-a").key("rep-2").refused(409, "hold_not_active").await;
        assert_eq!(paying.gateway.sessions().await.len(), 1);
        paying.rests().await;
        paying.balances().await;
    });
}

/// Nothing to pay needs no gateway; a replaced, released or expired hold has its session closed.
#[test]
fn what_ends_a_hold_closes_its_session() {
    run(async {
        let paying = paying("ends").await;
        let free =
            show_with("gratis", &plans::theatre(), &json!({"prices": {"Stalls": 0, "Circle": 0}}));
        paying.node(2).create_show(&free).await;
        let hold = paying.hold(1, "gratis", "end-a", &["A-1"]).await;
        let payment = paying.pay(2, &hold, "end-a").gives(201).await;
        let paid = paying.payment(3, text(&payment, "id")).await;
        assert_eq!((&paid["status"], &paid["amount"]), (&json!("succeeded"), &json!(0)), "{paid}");
        assert!(paid["booking"].is_string() && paid["redirect_url"].is_null(), "{paid}");
        paying.mailed("end-a@example.com", 1).await;

        let short = show_with(
            "short",
            &plans::theatre(),
            &json!({"policy": {"hold_ttl_seconds": 2, "hold_total_seconds_max": 10}}),
        );
        paying.node(3).create_show(&short).await;
        let expiring = paying.hold(1, "short", "end-b", &["A-1"]).await;
        let (expired, _) = paying.opens(2, &expiring, "end-b").await;
        let hold = paying.hold(3, "ends", "end-c", &["A-1"]).await;
        let (replaced, _) = paying.opens(1, &hold, "end-c").await;
        let swap = json!({"seats": ["A-1", "A-2"], "replace_active": true});
        paying.node(2).post("/v1/shows/ends/holds", &swap).user("end-c").gives(201).await;
        for payment in [&expired, &replaced] {
            let ended = paying.becomes(3, payment, "expired").await;
            assert_eq!((&ended["captured"], &ended["closing"]), (&json!(0), &json!(false)));
        }
        paying.pay(1, &expiring, "end-b").refused(410, "hold_expired").await;
        paying.rests().await;
        for session in paying.gateway.sessions().await {
            assert_eq!(session["status"], "expired", "{session}");
        }
        paying.balances().await;
    });
}

/// More time for the hold is more time to pay, at the same session; given back, it closes at once.
#[test]
fn time_and_release_reach_the_session() {
    run(async {
        let paying = Paying::start().await;
        let brief = json!({"policy": {"hold_ttl_seconds": 3, "hold_total_seconds_max": 600}});
        paying.node(1).create_show(&show_with("time", &plans::theatre(), &brief)).await;
        let hold = paying.hold(1, "time", "time-a", &["A-1"]).await;
        let (payment, page) = paying.opens(2, &hold, "time-a").await;
        let extend = format!("/v1/holds/{hold}/extend");
        let longer = json!({"ttl_seconds": 300});
        paying.node(3).post(&extend, &longer).user("time-a").send().await.expect(200);
        // Made later than the first deadline was set: where this one is over, that one is.
        let later = paying.hold(2, "time", "time-b", &["A-2"]).await;
        crate::harness::eventually("it expires", crate::harness::START_MAX, async || {
            (paying.hold_status(1, &later).await == "expired").then_some(())
        })
        .await;
        let open = paying.payment(3, &payment).await;
        assert_eq!((&open["status"], &open["closing"]), (&json!("open"), &json!(false)), "{open}");
        paying.press(&page, "approve").await;
        paying.becomes(1, &payment, "succeeded").await;

        let hold = paying.hold(3, "time", "time-c", &["A-3"]).await;
        let (payment, page) = paying.opens(1, &hold, "time-c").await;
        let path = format!("/v1/holds/{hold}");
        paying.node(2).delete(&path).user("time-c").send().await.expect(204);
        paying.becomes(3, &payment, "expired").await;
        assert_eq!(paying.gateway.press(&page, "approve").await, 410);
        paying.rests().await;
        paying.balances().await;
    });
}

/// Payments and bookings are their buyer's own: to others they are not there, and nobody pays for
/// another's hold.
#[test]
fn payments_are_their_buyers_own() {
    run(async {
        let paying = paying("own").await;
        let hold = paying.hold(1, "own", "own-a", &["A-1"]).await;
        paying.pay(2, &hold, "own-b").refused(404, "not_found").await;
        let (payment, page) = paying.opens(3, &hold, "own-a").await;
        let path = format!("/v1/payments/{payment}?consistency=linearizable");
        paying.node(1).get(&path).user("own-a").gives(200).await;
        paying.node(2).get(&path).user("own-b").refused(404, "not_found").await;
        paying.node(3).get(&path).refused(401, "unauthenticated").await;
        let cancel = format!("/v1/payments/{payment}/cancel");
        let cancel = |user: &str| paying.node(1).post(&cancel, &json!({})).user(user);
        cancel("own-b").refused(404, "not_found").await;
        paying.press(&page, "approve").await;
        let paid = paying.becomes(2, &payment, "succeeded").await;
        cancel("own-a").refused(409, "payment_not_open").await;
        let booking = format!("/v1/bookings/{}", text(&paid, "booking"));
        let fresh = format!("{booking}?consistency=linearizable");
        paying.node(3).get(&fresh).user("own-b").refused(404, "not_found").await;
        let resend = paying.node(1).post(&format!("{booking}/resend"), &json!({}));
        resend.user("own-b").refused(404, "not_found").await;
        paying.rests().await;
        assert_eq!(paying.mailed("own-a@example.com", 1).await.len(), 1, "no letter for others");
        paying.balances().await;
    });
}

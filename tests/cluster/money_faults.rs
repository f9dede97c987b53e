//! Leaders that die between two steps of a payment, and a gateway that is not there: one booking or
//! one refund at the gateway, at least one letter, and books that balance.

use std::fs;
use std::time::Duration;

use reqwest::Method;
use serde_json::json;

use crate::harness::{
    Fault, Paying, START_MAX, eventually, list, plans, run, show, show_with, text,
};

async fn paying(id: &str) -> Paying {
    let paying = Paying::start().await;
    paying.node(1).create_show(&show(id, &plans::theatre())).await;
    paying
}

/// The leader dies between hold and payment.
#[test]
fn leader_killed_before_the_payment() {
    run(async {
        let paying = paying("before").await;
        let leader = paying.cluster.leader().await;
        let hold = paying.hold(leader, "before", "bef-a", &["A-1"]).await;
        paying.node(leader).process.kill();
        let next = paying.led_without(leader).await;
        let other = 6 - leader - next;
        let open = || paying.pay(other, &hold, "bef-a").key("bef-pay");
        let payment = paying.decided("a payment opens", open).await.expect(201).json();
        paying.press(text(&payment, "redirect_url"), "approve").await;
        paying.becomes(next, text(&payment, "id"), "succeeded").await;
        paying.cluster.restart(leader).await;
        paying.mailed("bef-a@example.com", 1).await;
        paying.rests().await;
        paying.balances().await;
    });
}

/// The leader, which also speaks to the gateway, dies between the gateway's call and its entry: the
/// same key at another node goes on with the same session.
#[test]
fn leader_killed_while_the_gateway_answers() {
    run(async {
        let paying = paying("during").await;
        let leader = paying.cluster.leader().await;
        let hold = paying.hold(leader, "during", "dur-a", &["A-1"]).await;
        paying.gateway.fault(Some(Fault::KeepAnswers("POST /sessions")));
        let asked = tokio::spawn(paying.pay(leader, &hold, "dur-a").key("dur-pay").try_send());
        paying.gateway.hit().await;
        paying.node(leader).process.kill();
        assert!(asked.await.expect("it ran").is_err(), "its node is dead");
        paying.gateway.fault(None);
        let next = paying.led_without(leader).await;
        let open = || paying.pay(6 - leader - next, &hold, "dur-a").key("dur-pay");
        let payment = paying.decided("the payment is resumed", open).await.expect(201);
        assert_eq!(payment.header("idempotent-replayed"), None, "nobody had an answer before");
        let payment = payment.json();
        assert_eq!(paying.gateway.sessions().await.len(), 1, "one session");
        paying.press(text(&payment, "redirect_url"), "approve").await;
        paying.becomes(next, text(&payment, "id"), "succeeded").await;
        paying.cluster.restart(leader).await;
        paying.rests().await;
        paying.balances().await;
    });
}

/// The leader dies between webhook and e-mail: mail cannot be put anywhere until it is dead.
#[test]
fn leader_killed_before_the_letter() {
    run(async {
        let paying = paying("letter").await;
        fs::write(paying.cluster.mail(), "in the way").expect("a file can be made");
        let payment = paying.buys(1, "letter", "let-a", &["A-1"]).await;
        let booked = paying.payment(2, &payment).await;
        assert_eq!(booked["status"], "succeeded", "{booked}");
        eventually("the mail fails", START_MAX, async || {
            let path = "/v1/outbox?consistency=linearizable";
            let rows = paying.node(3).get(path).operator().gives(200).await;
            let row = list(&rows, "data").first()?.clone();
            row["last_error"].is_string().then_some(())
        })
        .await;
        let leader = paying.cluster.leader().await;
        paying.node(leader).process.kill();
        fs::remove_file(paying.cluster.mail()).expect("our own file");
        let letters = paying.mailed("let-a@example.com", 1).await;
        assert!(letters[0].text.contains(text(&booked, "booking")));
        paying.cluster.restart(leader).await;
        paying.rests().await;
        paying.balances().await;
    });
}

/// The leader dies between the refund's call and its settlement: the next one asks again under the
/// same key, and the money goes back once.
#[test]
fn leader_killed_while_money_goes_back() {
    run(async {
        let paying = paying("back").await;
        let payment = paying.buys(1, "back", "back-a", &["A-1"]).await;
        paying.rests().await;
        paying.gateway.fault(Some(Fault::KeepAnswers("POST /refunds")));
        let booking = text(&paying.payment(2, &payment).await, "booking").to_owned();
        let cancel = format!("/v1/bookings/{booking}/cancel");
        paying.node(3).post(&cancel, &json!({})).organizer().send().await.expect(200);
        paying.gateway.hit().await;
        let leader = paying.cluster.leader().await;
        paying.node(leader).process.kill();
        paying.gateway.fault(None);
        assert_eq!(paying.gateway.refunds().await.len(), 1, "the gateway has paid it back");
        let next = paying.led_without(leader).await;
        let owed = paying.payment(next, &payment).await;
        assert!(owed["status"] == "refund_pending" || owed["status"] == "refunded", "{owed}");
        paying.becomes(next, &payment, "refunded").await;
        assert_eq!(paying.gateway.refunds().await.len(), 1, "and not twice");
        paying.cluster.restart(leader).await;
        paying.rests().await;
        paying.balances().await;
    });
}

/// The gateway is down: 502 with the payment, everything else goes on, and the same key resumes.
#[test]
fn the_gateway_is_down() {
    run(async {
        let paying = paying("down").await;
        let hold = paying.hold(1, "down", "down-a", &["A-1"]).await;
        paying.gateway.process.kill();
        let reply = paying.pay(2, &hold, "down-a").key("down-pay").send().await;
        assert_eq!(reply.has("idempotency-key"), "down-pay");
        let failed = reply.refused(502, "gateway_error");
        let payment = text(&failed, "payment").to_owned();
        assert_eq!(paying.payment(3, &payment).await["status"], "open");
        paying.pay(3, &hold, "down-a").key("other").refused(409, "payment_already_open").await;
        let keyless = paying.hold(2, "down", "down-b", &["A-2"]).await;
        let reply = paying.pay(1, &keyless, "down-b").send().await;
        let key = reply.has("idempotency-key").to_owned();
        reply.refused(502, "gateway_error");
        paying.gateway.restart().await;
        let resumed =
            paying.pay(1, &hold, "down-a").key("down-pay").send().await.expect(201).json();
        assert_eq!(resumed["id"], json!(payment));
        let also = paying.pay(3, &keyless, "down-b").key(&key).send().await.expect(201).json();
        for payment in [&resumed, &also] {
            paying.press(text(payment, "redirect_url"), "approve").await;
            paying.becomes(2, text(payment, "id"), "succeeded").await;
        }
        paying.rests().await;
        paying.balances().await;
    });
}

/// A hold that expires while its gateway is down has its session closed when that is back.
#[test]
fn a_hold_expires_while_the_gateway_is_down() {
    run(async {
        let paying = paying("gone").await;
        let policy = json!({"policy": {"hold_ttl_seconds": 3, "hold_total_seconds_max": 10}});
        paying.node(1).create_show(&show_with("brief", &plans::theatre(), &policy)).await;
        let hold = paying.hold(1, "brief", "gone-a", &["A-1"]).await;
        let (payment, page) = paying.opens(2, &hold, "gone-a").await;
        paying.gateway.process.kill();
        eventually("the hold expires", START_MAX, async || {
            (paying.hold_status(3, &hold).await == "expired").then_some(())
        })
        .await;
        let closing = paying.payment(1, &payment).await;
        let still = (json!("open"), json!(true));
        assert_eq!((closing["status"].clone(), closing["closing"].clone()), still, "{closing}");
        paying.gateway.restart().await;
        paying.becomes(2, &payment, "expired").await;
        assert_eq!(paying.gateway.press(&page, "approve").await, 410);
        paying.rests().await;
        paying.balances().await;
    });
}

/// Without a quorum webhooks are refused with 503; the gateway comes again, and the seats are booked.
#[test]
fn webhooks_come_again() {
    run(async {
        let paying = paying("again").await;
        let hold = paying.hold(1, "again", "again-a", &["A-1"]).await;
        let (payment, page) = paying.opens(2, &hold, "again-a").await;
        let leader = paying.cluster.leader().await;
        let dead = paying.cluster.others(leader);
        for node in &dead {
            paying.node(*node).process.kill();
        }
        let event = paying.event("payment.succeeded", &payment, 9500, "EUR").await;
        let refused = paying.tell(leader, "evt-early", &event).await;
        assert!(matches!(refused.status.as_u16(), 503 | 504), "{}", refused.text());
        paying.press(&page, "approve").await;
        for node in &dead {
            paying.cluster.start_node(*node);
        }
        paying.cluster.ready().await;
        paying.becomes(leader, &payment, "succeeded").await;
        paying.mailed("again-a@example.com", 1).await;
        paying.rests().await;
        paying.balances().await;
    });
}

/// The gateway itself dies between a button and its webhook, and tells of it when it is back.
#[test]
fn the_gateway_dies_before_its_webhook() {
    run(async {
        let paying = paying("mute").await;
        let hold = paying.hold(1, "mute", "mute-a", &["A-1"]).await;
        let (payment, page) = paying.opens(2, &hold, "mute-a").await;
        for node in [1, 2, 3] {
            paying.node(node).process.signal("STOP");
        }
        let press = reqwest::Client::new().request(Method::POST, format!("{page}/approve"));
        let pressed = tokio::spawn(press.timeout(Duration::from_secs(20)).send());
        eventually("it is paid at the gateway", START_MAX, async || {
            let sessions = paying.gateway.sessions().await;
            sessions.iter().any(|session| session["status"] == "succeeded").then_some(())
        })
        .await;
        paying.gateway.process.kill();
        assert!(pressed.await.expect("it ran").is_err(), "the gateway is dead");
        for node in [1, 2, 3] {
            paying.node(node).process.signal("CONT");
        }
        paying.gateway.restart().await;
        paying.becomes(3, &payment, "succeeded").await;
        paying.rests().await;
        paying.balances().await;
    });
}

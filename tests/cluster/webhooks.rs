//! What gateways tell: which webhooks are believed, what they change, and that they arrive while
//! nodes are down.

use std::time::Duration;

use serde_json::{Value, json};

use crate::harness::{
    Call, Fault, Paying, START_MAX, eventually, list, plans, run, show, sign, text,
};

async fn paying(id: &str) -> Paying {
    let paying = Paying::start().await;
    paying.node(1).create_show(&show(id, &plans::theatre())).await;
    paying
}

/// A session that its gateway closes by itself ends the payment; the hold stays and is paid anew.
#[test]
fn a_session_closed_by_its_gateway() {
    run(async {
        let paying = paying("closed").await;
        let hold = paying.hold(1, "closed", "clo-a", &["A-1"]).await;
        let (payment, page) = paying.opens(2, &hold, "clo-a").await;
        paying.gateway.closes(&paying.reference(&payment).await).await;
        let ended = paying.becomes(3, &payment, "expired").await;
        assert_eq!((&ended["captured"], &ended["closing"]), (&json!(0), &json!(false)), "{ended}");
        assert_eq!(paying.gateway.press(&page, "approve").await, 410);
        assert_eq!(paying.hold_status(1, &hold).await, "pending");
        let (again, page) = paying.opens(2, &hold, "clo-a").await;
        paying.press(&page, "approve").await;
        paying.becomes(1, &again, "succeeded").await;
        paying.rests().await;
        paying.balances().await;
    });
}

/// A success under the name of another session is not this payment's: it is kept for people, and
/// books nothing.
#[test]
fn another_sessions_success_books_nothing() {
    run(async {
        let paying = paying("foreign").await;
        let hold = paying.hold(1, "foreign", "for-a", &["A-1"]).await;
        let (payment, page) = paying.opens(2, &hold, "for-a").await;
        let mut event = paying.event("payment.succeeded", &payment, 9500, "EUR").await;
        event["data"]["reference"] = json!("sbx_elsewhere");
        let told = paying.tell(3, "evt-foreign", &event).await.expect(200);
        assert_eq!(told.json()["effect"], "unmatched");
        assert_eq!(paying.payment(1, &payment).await["status"], "open");
        assert_eq!(paying.hold_status(2, &hold).await, "pending");
        let ran = paying.cluster.usher(&["payments", "reconcile", "--output", "json"]).await;
        let found = ran.exits(0).json();
        let unmatched = list(&found, "unmatched");
        assert_eq!(unmatched.len(), 1, "{found}");
        assert_eq!(
            (&unmatched[0]["payment"], &unmatched[0]["reference"]),
            (&json!(payment), &json!("sbx_elsewhere"))
        );
        paying.press(&page, "approve").await;
        paying.becomes(1, &payment, "succeeded").await;
        paying.rests().await;
        paying.balances().await;
    });
}

/// What comes after a success changes nothing, and neither does a declined attempt after the hold
/// has ended.
#[test]
fn what_comes_too_late_is_ignored() {
    run(async {
        let paying = paying("toolate").await;
        let paid = paying.buys(1, "toolate", "too-a", &["A-1"]).await;
        let before = paying.becomes(2, &paid, "succeeded").await;
        for kind in ["payment.declined", "payment.expired", "payment.failed"] {
            let event = paying.event(kind, &paid, 9500, "EUR").await;
            let told = paying.tell(3, &format!("evt-{kind}"), &event).await.expect(200);
            assert_eq!(told.json()["effect"], "ignored", "{kind}");
            assert_eq!(paying.payment(1, &paid).await, before, "{kind}");
        }
        let hold = paying.hold(1, "toolate", "too-b", &["A-2"]).await;
        let (payment, _) = paying.opens(2, &hold, "too-b").await;
        let path = format!("/v1/holds/{hold}");
        paying.node(3).delete(&path).user("too-b").send().await.expect(204);
        paying.becomes(1, &payment, "expired").await;
        let event = paying.event("payment.declined", &payment, 9500, "EUR").await;
        let told = paying.tell(2, "evt-declined", &event).await.expect(200);
        assert_eq!(told.json()["effect"], "ignored");
        assert_eq!(paying.hold_status(3, &hold).await, "released");
        paying.rests().await;
        paying.balances().await;
    });
}

/// A webhook as it is sent, each part as a test wants it.
struct Sent<'a> {
    id: Option<&'a str>,
    timestamp: Option<String>,
    signature: String,
    body: String,
}

impl Sent<'_> {
    fn to(&self, paying: &Paying, node: u64) -> Call {
        let call = paying.node(node).call(reqwest::Method::POST, "/v1/gateways/sandbox/webhook");
        let call = call.header("webhook-signature", &self.signature);
        let call = match self.id {
            Some(id) => call.header("webhook-id", id),
            None => call,
        };
        let call = match &self.timestamp {
            Some(timestamp) => call.header("webhook-timestamp", timestamp),
            None => call,
        };
        call.body("application/json", self.body.clone())
    }
}

/// The signature covers id, time and every byte of the body, for five minutes around now; of
/// several signatures one has to be right, as while a secret is being replaced.
#[test]
fn only_what_is_signed_counts() {
    run(async {
        let paying = paying("signed").await;
        let hold = paying.hold(1, "signed", "sig-a", &["A-1"]).await;
        let (payment, _) = paying.opens(2, &hold, "sig-a").await;
        let body = paying.event("payment.succeeded", &payment, 1, "EUR").await.to_string();
        let now = u64::try_from(jiff::Timestamp::now().as_second()).expect("after 1970");
        let good = sign("evt-1", now, &body);
        let sent = |id, timestamp: Option<String>, signature: &str, body: &str| Sent {
            id,
            timestamp,
            signature: signature.to_owned(),
            body: body.to_owned(),
        };
        let (at, ahead) = (Some(now.to_string()), now + 3600);
        // The hold for nothing: the amount that is due, put in the place of the one that is signed.
        let tampered = body.replace("\"amount\":1,", "\"amount\":9500,");
        assert_ne!(tampered, body);
        for (what, bad) in [
            ("a body that was changed", sent(Some("evt-1"), at.clone(), &good, &tampered)),
            (
                "a body with a space more",
                sent(Some("evt-1"), at.clone(), &good, &format!("{body} ")),
            ),
            ("another id", sent(Some("evt-2"), at.clone(), &good, &body)),
            ("no id", sent(None, at.clone(), &good, &body)),
            ("no time", sent(Some("evt-1"), None, &good, &body)),
            ("a time that is no number", sent(Some("evt-1"), Some("soon".into()), &good, &body)),
            (
                "a time to come",
                sent(Some("evt-1"), Some(ahead.to_string()), &sign("evt-1", ahead, &body), &body),
            ),
            (
                "a version that we do not know",
                sent(Some("evt-1"), at.clone(), &good.replace("v1,", "v2,"), &body),
            ),
            ("an empty signature", sent(Some("evt-1"), at.clone(), "v1,", &body)),
        ] {
            for node in [1, 2, 3] {
                let reply = bad.to(&paying, node).send().await;
                assert_eq!(
                    (reply.status.as_u16(), reply.code().as_str()),
                    (400, "invalid_signature"),
                    "{what}"
                );
            }
        }
        assert_eq!(paying.payment(3, &payment).await["status"], "open", "nothing was believed");

        let event = paying.event("payment.declined", &payment, 9500, "EUR").await.to_string();
        let old = "v1,AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
        let both = format!("{old} {}", sign("evt-3", now, &event));
        sent(Some("evt-3"), at, &both, &event).to(&paying, 2).send().await.expect(200);
        paying.gateway.closes(&paying.reference(&payment).await).await;
        paying.becomes(1, &payment, "expired").await;
        paying.rests().await;
        paying.balances().await;
    });
}

/// A signed body that is none of the gateway's is refused by field, and changes nothing.
#[test]
fn a_signed_body_must_make_sense() {
    run(async {
        let paying = paying("senseless").await;
        let hold = paying.hold(1, "senseless", "sen-a", &["A-1"]).await;
        let (payment, _) = paying.opens(2, &hold, "sen-a").await;
        let good = paying.event("payment.succeeded", &payment, 9500, "EUR").await;
        let with = |name: &str, value: Value| {
            let mut event = good.clone();
            event["data"][name] = value;
            event
        };
        for (n, bad) in [
            json!([]),
            json!({"type": "payment.succeeded"}),
            with("amount", json!(-1)),
            with("amount", json!("9500")),
            with("currency", json!("euro")),
        ]
        .iter()
        .enumerate()
        {
            let told = paying.tell(n as u64 % 3 + 1, &format!("evt-{n}"), bad).await;
            told.refused(400, "invalid_request");
        }
        assert_eq!(paying.payment(1, &payment).await["status"], "open");
        // An id that came with nonsense is not used up.
        let told = paying.tell(2, "evt-1", &good).await.expect(200);
        assert_eq!(told.json()["effect"], "booked");
        paying.rests().await;
        paying.cluster.usher(&["audit"]).await.exits(0);
    });
}

/// Each node may be down when a buyer pays, the leader and the one that opened the payment among
/// them: the webhook goes to another, or comes again.
#[test]
fn webhooks_find_a_node_that_lives() {
    run(async {
        let paying = paying("detour").await;
        for (down, seat) in [(1, "A-1"), (2, "A-2"), (3, "A-3")] {
            let user = format!("det-{down}");
            let hold = paying.hold(down, "detour", &user, &[seat]).await;
            let (payment, page) = paying.opens(down, &hold, &user).await;
            paying.node(down).process.kill();
            paying.press(&page, "approve").await;
            let paid = paying.becomes(down % 3 + 1, &payment, "succeeded").await;
            assert!(paid["booking"].is_string(), "{paid}");
            paying.mailed(&format!("{user}@example.com"), 1).await;
            paying.cluster.restart(down).await;
        }
        paying.rests().await;
        paying.balances().await;
    });
}

/// A buyer is faster than the gateway's answer to us: it is booked all the same, and the request
/// that waited for a page is told that there is nothing left to pay.
#[test]
fn paid_before_its_page_is_known() {
    run(async {
        let paying = paying("faster").await;
        let hold = paying.hold(1, "faster", "fas-a", &["A-1"]).await;
        paying.gateway.fault(Some(Fault::KeepAnswers("POST /sessions")));
        let asked = tokio::spawn(paying.pay(2, &hold, "fas-a").key("fas-pay").send());
        paying.gateway.hit().await;
        let session = paying.gateway.sessions().await.remove(0);
        let payment = text(&session, "payment").to_owned();
        let page = paying.gateway.page_of(&payment, 9500).await;
        paying.press(&page, "approve").await;
        let paid = paying.becomes(3, &payment, "succeeded").await;
        assert!(paid["booking"].is_string(), "{paid}");
        paying.gateway.fault(None);
        let first = asked.await.expect("it ran");
        assert!(matches!(first.status.as_u16(), 409 | 502), "{}: {}", first.status, first.text());
        let resume = || paying.pay(3, &hold, "fas-a").key("fas-pay");
        let told = eventually("the request is decided", START_MAX, async || {
            let reply = resume().within(Duration::from_secs(20)).try_send().await.ok()?;
            (!matches!(reply.status.as_u16(), 502..=504)).then_some(reply)
        })
        .await;
        let told = told.expect(409).json();
        assert_eq!(told["payment"], json!(payment), "{told}");
        assert_eq!(paying.gateway.sessions().await.len(), 1);
        paying.rests().await;
        paying.balances().await;
    });
}

/// Opens a payment of 95.00 at a session whose webhooks reach nobody: its id and its page.
async fn opens_unheard(paying: &Paying, hold: &str, user: &str) -> (String, String) {
    paying.gateway.fault(Some(Fault::Refuse("POST /sessions")));
    let key = format!("{user}-pay");
    let refused = paying.pay(1, hold, user).key(&key).refused(502, "gateway_error").await;
    let payment = text(&refused, "payment").to_owned();
    let page = paying.gateway.page_of(&payment, 9500).await;
    paying.gateway.fault(None);
    let opened = paying.pay(2, hold, user).key(&key).gives(201).await;
    assert_eq!((text(&opened, "id"), text(&opened, "redirect_url")), (&*payment, &*page));
    (payment, page)
}

/// All webhooks of a success are lost. When its session is to be closed, the gateway says that it
/// was paid: the money of a hold that has ended goes back, and a hold that still stands is booked.
#[test]
fn a_success_that_nobody_heard_is_found() {
    run(async {
        let paying = paying("unheard").await;
        let hold = paying.hold(1, "unheard", "unh-a", &["A-1"]).await;
        let (late, page) = opens_unheard(&paying, &hold, "unh-a").await;
        paying.press(&page, "approve").await;
        assert_eq!(paying.payment(3, &late).await["status"], "open", "nobody heard of it");
        let path = format!("/v1/holds/{hold}");
        paying.node(2).delete(&path).user("unh-a").send().await.expect(204);
        let back = paying.becomes(3, &late, "refunded").await;
        assert_eq!(
            (&back["booking"], &back["captured"], &back["refunded"]),
            (&Value::Null, &json!(9500), &json!(9500)),
            "{back}"
        );

        let hold = paying.hold(3, "unheard", "unh-b", &["A-2"]).await;
        let (kept, page) = opens_unheard(&paying, &hold, "unh-b").await;
        paying.press(&page, "approve").await;
        let cancel = format!("/v1/payments/{kept}/cancel");
        paying.node(1).post(&cancel, &json!({})).user("unh-b").send().await.expect(200);
        let paid = paying.becomes(2, &kept, "succeeded").await;
        assert!(paid["booking"].is_string(), "{paid}");
        assert_eq!(paying.hold_status(3, &hold).await, "confirmed");
        paying.mailed("unh-b@example.com", 1).await;
        paying.rests().await;
        assert_eq!(paying.gateway.refunds().await.len(), 1);
        paying.balances().await;
    });
}

//! The driver against gateways that misbehave, and webhooks that are not what they should be. How
//! it gets on with the real one is tested in the sandbox room.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, Response};
use futures_util::stream;
use proptest::prelude::*;
use tokio::net::TcpListener;
use tokio::time::timeout;

use super::super::signature::{ID, SIGNATURE, TIMESTAMP};
use super::*;
use crate::codec::tests::fuzz::{mutate, steps};
use crate::seats::OutboxId;

const SECRET: &str = "whsec_b25lIHNlY3JldCBvZiB0aGlzIHRlc3Qgb25seQ==";

const NOW: u64 = 1_800_000_000;

/// What a scripted gateway answers, and which requests it got: method, path and key.
#[derive(Clone, Default)]
struct Script {
    answers: Arc<Mutex<Vec<(u16, Body)>>>,
    got: Arc<Mutex<Vec<String>>>,
}

impl Script {
    /// A driver of a gateway that gives these answers in turn.
    async fn of(answers: Vec<(u16, Body)>) -> (Sandbox, Script) {
        async fn answer(State(script): State<Script>, request: Request) -> Response<Body> {
            let key = request.headers().get("idempotency-key");
            let key = key.map_or("-", |key| key.to_str().unwrap());
            let line = format!("{} {} {key}", request.method(), request.uri().path());
            script.got.lock().unwrap().push(line);
            let (status, body) = script.answers.lock().unwrap().remove(0);
            Response::builder().status(status).body(body).unwrap()
        }
        let script = Script { answers: Arc::new(Mutex::new(answers)), ..Script::default() };
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let api = format!("http://{}/", listener.local_addr().unwrap());
        let router = Router::new().fallback(answer).with_state(script.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        (Sandbox::new(&api, SECRET).unwrap(), script)
    }

    fn got(&self) -> Vec<String> {
        self.got.lock().unwrap().clone()
    }
}

fn new_session() -> NewSession {
    NewSession {
        payment: PaymentId(1),
        amount: Amount(16_000),
        currency: Currency::parse("EUR").unwrap(),
        customer: None,
        success_url: "http://shop.example/".to_owned(),
        cancel_url: "http://shop.example/".to_owned(),
        webhook_urls: vec!["http://127.0.0.1:1/".to_owned()],
    }
}

fn refund() -> NewRefund {
    NewRefund { key: OutboxId(7), reference: "sbx_1".to_owned(), amount: Amount(5) }
}

/// What a refund comes to when the gateway gives this answer.
async fn refunded(status: u16, body: impl Into<Body>) -> Result<(), GatewayError> {
    let (driver, _) = Script::of(vec![(status, body.into())]).await;
    driver.refund(&refund()).await
}

/// A gateway that says no is told apart from one that cannot say, which may have done it.
#[tokio::test]
async fn refusals_and_silence() {
    let said = r#"{"code":"too_much","detail":"only 3 are left"}"#;
    for status in [400, 401, 404, 409, 410, 422] {
        let error = refunded(status, said).await.unwrap_err();
        assert_eq!(error, GatewayError::Refused(format!("{status} only 3 are left")));
    }
    for status in [302, 429, 500, 502, 503, 504] {
        let error = refunded(status, said).await.unwrap_err();
        assert_eq!(error, GatewayError::Unreachable(format!("{status} only 3 are left")));
    }
    let odd = refunded(400, "<h1>no</h1>").await.unwrap_err();
    assert_eq!(odd, GatewayError::Refused("400 <h1>no</h1>".to_owned()));
    let talkative = refunded(400, "x".repeat(1_000_000)).await.unwrap_err().to_string();
    assert!(talkative.len() < 400, "{} characters", talkative.len());
    let odd = refunded(200, "done!").await.unwrap_err();
    assert!(matches!(&odd, GatewayError::Unreachable(why) if why.contains("not understood")));
    let gone = Sandbox::new("http://127.0.0.1:1", SECRET).unwrap().refund(&refund()).await;
    assert!(matches!(gone, Err(GatewayError::Unreachable(_))), "{gone:?}");
}

/// Only a gateway that understood what is to be paid says that it will never open a session; such a
/// session is closed and unpaid. Of any other answer the next one may be better.
#[tokio::test]
async fn sessions_that_never_open() {
    let said = r#"{"code":"invalid_request","detail":"amount must be 1 to 9"}"#;
    let (driver, script) = Script::of(vec![(400, said.into()), (400, said.into())]).await;
    let why = "400 amount must be 1 to 9".to_owned();
    assert_eq!(driver.open(&new_session()).await, Err(GatewayError::WillNotOpen(why)));
    assert_eq!(driver.close(&new_session(), None).await, Ok(Closed::Unpaid));
    assert_eq!(script.got().len(), 2, "nothing else is asked");
    let others = [302, 401, 403, 404, 409, 413, 422, 429, 500, 502, 503, 504];
    let others = others.map(|status| (status, said)).into_iter();
    for (status, said) in others.chain([(400, "<h1>400 Bad Request</h1>"), (400, "{}")]) {
        let (driver, _) = Script::of(vec![(status, said.into()), (status, said.into())]).await;
        for error in [
            driver.open(&new_session()).await.unwrap_err(),
            driver.close(&new_session(), None).await.unwrap_err(),
        ] {
            assert!(!matches!(error, GatewayError::WillNotOpen(_)), "{status}: {error}");
        }
    }
    // A session whose name is known was opened.
    let (driver, _) = Script::of(vec![(400, said.into())]).await;
    let known = driver.close(&new_session(), Some("sbx_1")).await;
    assert_eq!(known, Err(GatewayError::Refused("400 amount must be 1 to 9".to_owned())));
}

/// An answer without end is not read to its end.
#[tokio::test]
async fn endless_answers() {
    let chunk = Bytes::from(vec![b' '; 1 << 20]);
    let chunks = stream::iter((0..100).map(move |_| Ok::<_, std::io::Error>(chunk.clone())));
    let error = refunded(200, Body::from_stream(chunks)).await.unwrap_err();
    let expected = format!("its answer has over {ANSWER_MAX} bytes");
    assert_eq!(error, GatewayError::Unreachable(expected));
}

/// A gateway that takes a connection and says nothing is given up in bounded time.
#[tokio::test]
async fn a_gateway_that_hangs() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let api = format!("http://{}", listener.local_addr().unwrap());
    let driver = Sandbox::new(&api, SECRET).unwrap();
    let refund = refund();
    let asked = timeout(CALL_MAX + Duration::from_secs(5), driver.refund(&refund)).await;
    let error = asked.expect("the call is bounded").unwrap_err();
    assert!(matches!(error, GatewayError::Unreachable(_)), "{error}");
}

/// Each call names its key: a payment's id, a session's closing, an outbox row.
#[tokio::test]
async fn calls_and_keys() {
    let opened = r#"{"id":"sbx_1","redirect_url":"http://g/pay"}"#;
    let answers = vec![(201, opened.into()), (200, "{}".into()), (201, "{}".into())];
    let (driver, script) = Script::of(answers).await;
    assert_eq!(driver.close(&new_session(), None).await, Ok(Closed::Unpaid));
    driver.refund(&refund()).await.unwrap();
    let expected = [
        format!("POST /sessions {}", PaymentId(1)),
        "POST /sessions/sbx_1/expire expire-sbx_1".to_owned(),
        format!("POST /refunds {}", OutboxId(7)),
    ];
    assert_eq!(script.got(), expected);
}

/// A session that was paid before it could be closed is looked up; one that is unknown is a
/// refusal, and not a session that was closed.
#[tokio::test]
async fn closing() {
    let paid = r#"{"code":"already_paid","detail":"it was paid"}"#;
    let listed = r#"{"id":"sbx_1","payment":"pay_1","status":"succeeded","amount":16000,
        "currency":"USD","captured":15000,"refunded":0,"more":1}"#;
    let (driver, script) = Script::of(vec![(409, paid.into()), (200, listed.into())]).await;
    let closed = driver.close(&new_session(), Some("sbx_1")).await.unwrap();
    let currency = Currency::parse("USD").unwrap();
    let reference = "sbx_1".to_owned();
    assert_eq!(closed, Closed::Paid { reference, amount: Amount(15_000), currency });
    assert_eq!(script.got()[1], "GET /sessions/sbx_1 -");

    let (driver, _) = Script::of(vec![(404, r#"{"code":"not_found"}"#.into())]).await;
    let unknown = driver.close(&new_session(), Some("sbx_2")).await;
    assert_eq!(unknown, Err(GatewayError::Refused("404 not_found".to_owned())));
    for strange in ["", "a/b", "..", "a?b", &"a".repeat(256)] {
        let refused = driver.close(&new_session(), Some(strange)).await;
        assert!(matches!(refused, Err(GatewayError::Refused(_))), "{strange}: {refused:?}");
    }
}

/// What enters the log and what a buyer is sent to is bounded, and an address of the web.
#[tokio::test]
async fn sessions_that_are_none() {
    let long = "a".repeat(256);
    for (id, page) in [
        ("", "http://g/"),
        (long.as_str(), "http://g/"),
        ("sbx_1", "javascript:alert(1)"),
        ("sbx_1", ""),
        ("sbx_1", &format!("http://g/{}", "a".repeat(URL_MAX))),
    ] {
        let answer = json!({ "id": id, "redirect_url": page }).to_string();
        let (driver, _) = Script::of(vec![(201, answer.into())]).await;
        let error = driver.open(&new_session()).await.unwrap_err();
        assert!(matches!(&error, GatewayError::Unreachable(why) if why.len() < 400), "{error}");
    }
}

/// A webhook as it comes in, signed for NOW.
fn signed(id: &str, body: &[u8]) -> HeaderMap {
    let signature = Secret::parse(SECRET).unwrap().sign(id, NOW, body);
    let mut headers = HeaderMap::new();
    headers.insert(ID, HeaderValue::from_str(id).unwrap());
    headers.insert(TIMESTAMP, HeaderValue::from(NOW));
    headers.insert(SIGNATURE, HeaderValue::from_str(&signature).unwrap());
    headers
}

fn read(id: &str, body: &str) -> Result<Option<GatewayEvent>, WebhookError> {
    read_signed(&signed(id, body.as_bytes()), body.as_bytes())
}

fn read_signed(headers: &HeaderMap, body: &[u8]) -> Result<Option<GatewayEvent>, WebhookError> {
    let driver = Sandbox::new("http://127.0.0.1:1", SECRET).unwrap();
    driver.read_webhook("bank", headers, body, Millis(NOW * 1000))
}

fn event(kind: &str, payment: &str) -> Value {
    json!({
        "type": kind, "more": [1],
        "data": {
            "payment": payment, "reference": "sbx_1", "amount": 16_000, "currency": "EUR", "more": 1,
        },
    })
}

/// Every kind is read, whatever else stands beside it; a payment that cannot be ours is kept as
/// none, and kinds that nobody knows are no fault.
#[test]
fn webhooks_that_are_read() {
    let payment = PaymentId(5);
    for (kind, expected) in [
        ("payment.succeeded", GatewayEventKind::Succeeded),
        ("payment.declined", GatewayEventKind::Declined),
        ("payment.failed", GatewayEventKind::Failed),
        ("payment.expired", GatewayEventKind::Expired),
    ] {
        let read = read("msg_1", &event(kind, &payment.to_string()).to_string()).unwrap().unwrap();
        let whole = GatewayEvent {
            gateway: "bank".to_owned(),
            event: "msg_1".to_owned(),
            payment: Some(payment),
            reference: "sbx_1".to_owned(),
            kind: expected,
            amount: Amount(16_000),
            currency: Currency::parse("EUR").unwrap(),
        };
        assert_eq!(read, whole);
    }
    for foreign in ["", "order 4711", "pay_", "pay_xyz"] {
        let read = read("msg_1", &event("payment.failed", foreign).to_string()).unwrap().unwrap();
        assert_eq!(read.payment, None, "{foreign}");
    }
    assert_eq!(read("msg_1", r#"{"type":"payout.paid"}"#), Ok(None));
}

/// What is signed and not understood says in which field.
#[test]
fn webhooks_that_are_malformed() {
    let check = |id: &str, body: &str, why: &str| match read(id, body) {
        Err(WebhookError::Malformed(said)) => assert!(said.contains(why), "{said}, not {why}"),
        other => panic!("{why}: {other:?}"),
    };
    check("msg_1", "[", "the body is not understood");
    check("msg_1", "{}", "`type`");
    check("msg_1", r#"{"type":"payment.failed"}"#, "data is not understood");
    check(&"m".repeat(256), &event("payment.failed", "p").to_string(), "webhook-id has over 255");
    for (field, value, why) in [
        ("payment", json!(null), "null"),
        ("reference", json!(""), "data.reference"),
        ("reference", json!("r".repeat(256)), "data.reference"),
        ("amount", json!(-1), "-1"),
        ("amount", json!(1.5), "1.5"),
        ("amount", json!("16000"), "16000"),
        ("currency", json!("eur"), "data.currency"),
        ("currency", json!("EURO"), "data.currency"),
    ] {
        let mut body = event("payment.succeeded", "pay_1");
        body["data"][field] = value;
        check("msg_1", &body.to_string(), why);
    }
}

/// A wrong signature is told before anything of the body is.
#[test]
fn signatures_come_first() {
    let driver = Sandbox::new("http://127.0.0.1:1", SECRET).unwrap();
    let headers = signed("msg_1", b"{}");
    for (body, now) in [("nonsense", NOW), ("{}", NOW + 301), ("{}", NOW - 301)] {
        let read = driver.read_webhook("bank", &headers, body.as_bytes(), Millis(now * 1000));
        assert!(matches!(read, Err(WebhookError::Signature(_))), "{body} at {now}: {read:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// A damaged webhook that its sender signed is read or refused, with names no longer than they
    /// may be; one that somebody else damaged is refused for its signature.
    #[test]
    fn mutated_webhooks(steps in steps()) {
        let sound = event("payment.succeeded", &PaymentId(5).to_string()).to_string().into_bytes();
        let mut damaged = sound.clone();
        mutate(&mut damaged, &sound, &steps);
        if let Ok(Some(event)) = read_signed(&signed("msg_1", &damaged), &damaged) {
            prop_assert!((1..=255).contains(&event.reference.len()));
        }
        if damaged != sound {
            let refused = read_signed(&signed("msg_1", &sound), &damaged);
            prop_assert!(matches!(refused, Err(WebhookError::Signature(_))));
        }
    }

    /// A damaged header of a webhook is refused, unless it says the same.
    #[test]
    fn mutated_signatures(which in 0_usize..3, steps in steps()) {
        let body = b"{}";
        let mut headers = signed("msg_1", body);
        let name = [ID, TIMESTAMP, SIGNATURE][which];
        let mut value = headers[name].as_bytes().to_vec();
        mutate(&mut value, b"v1,AAAA 18", &steps);
        let taken = HeaderValue::from_bytes(&value).is_ok_and(|value| {
            headers.insert(name, value);
            !matches!(read_signed(&headers, body), Err(WebhookError::Signature(_)))
        });
        // Padding makes no difference, and one of several signatures is enough.
        let good = signed("msg_1", body)[name].to_str().unwrap().trim_end_matches('=').to_owned();
        let value = String::from_utf8_lossy(&value);
        let same = || value.split(' ').any(|part| part.trim_end_matches('=') == good);
        prop_assert!(!taken || same(), "{value:?}");
    }
}

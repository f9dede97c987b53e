//! When a call is made again, and when it is not: every rule of the contract's section 1.

use std::time::{Duration, Instant};

use super::super::{Code, Error, NewHold, NewPayment};
use super::stub::{Asked, Reply, Stub, hanging_up, nobody, problem};
use super::{client, hold, of};

fn seats() -> NewHold {
    NewHold::seats(["A-1"])
}

fn keys(asked: &[Asked]) -> Vec<&str> {
    asked.iter().map(|asked| asked.key.as_deref().expect("every write has a key")).collect()
}

/// "Not now" is asked again when the node says, under the same key, and not sooner.
#[tokio::test]
async fn not_now_is_waited_for_as_long_as_the_node_says() {
    for (status, code) in [(503, "no_leader"), (503, "overloaded"), (429, "rate_limited")] {
        let stub = Stub::start(move |_, number| match number {
            0 => Reply::from((status, problem(status, code))).header("retry-after", 1),
            _ => Reply::from((201, hold())),
        });
        let begun = Instant::now();
        let held = of(&[&stub]).create_hold("club", &seats()).await.unwrap();
        assert_eq!(held.id, "hld_1");
        assert!(begun.elapsed() >= Duration::from_secs(1), "{code}: {:?}", begun.elapsed());
        let asked = stub.asked();
        let keys = keys(&asked);
        assert_eq!(keys.len(), 2, "{code}");
        assert_eq!(keys[0], keys[1], "{code}");
    }
}

/// Who is to stay away for longer than there is patience does so, and says until when.
#[tokio::test]
async fn not_now_is_not_waited_for_beyond_patience() {
    let stub = Stub::start(|_, _| {
        Reply::from((429, problem(429, "rate_limited"))).header("retry-after", 60)
    });
    let other = Stub::start(|_, _| (201, hold()));
    let begun = Instant::now();
    let refused = of(&[&stub, &other]).create_hold("club", &seats()).await.unwrap_err();
    let Error::Refused(problem) = refused else { panic!("{refused:?}") };
    assert_eq!((problem.status, &problem.code), (429, &Code::RateLimited));
    assert_eq!(problem.retry_after, Some(Duration::from_mins(1)));
    assert!(begun.elapsed() < Duration::from_secs(2), "{:?}", begun.elapsed());
    // Asking another node would be a way around the limit.
    assert!(other.asked().is_empty());
}

/// A node that has no leader is passed by: another may have one.
#[tokio::test]
async fn another_node_may_have_a_leader() {
    let unled =
        Stub::start(|_, _| Reply::from((503, problem(503, "no_leader"))).header("retry-after", 60));
    let led = Stub::start(|_, _| (201, hold()));
    let client = of(&[&unled, &led]);
    client.create_hold("club", &seats()).await.unwrap();
    let (first, second) = (unled.asked(), led.asked());
    assert_eq!((keys(&first), first[0].body.clone()), (keys(&second), second[0].body.clone()));
    // Who answered is asked first from then on.
    client.create_hold("club", &seats()).await.unwrap();
    assert_eq!((unled.asked().len(), led.asked().len()), (1, 2));
    let again = led.asked();
    assert_ne!(keys(&again)[0], keys(&again)[1], "another write has another key");
}

/// An outcome that is unknown is found out under the same key.
#[tokio::test]
async fn an_unknown_outcome_is_found_out() {
    let stub = Stub::start(|_, number| match number {
        0 => Reply::from((504, problem(504, "outcome_unknown"))),
        _ => Reply::from((201, hold()))
            .header("idempotent-replayed", axum::http::HeaderValue::from_static("true")),
    });
    let answer = of(&[&stub]).create_hold("club", &seats()).answer().await.unwrap();
    assert!(answer.replayed);
    let asked = stub.asked();
    assert_eq!(keys(&asked)[0], keys(&asked)[1]);

    let stub = Stub::start(|_, _| (504, problem(504, "outcome_unknown")));
    let call = of(&[&stub]).create_hold("club", &seats()).key("annas-seats");
    let Err(Error::OutcomeUnknown { key, .. }) = call.await else { panic!("it is not known") };
    assert_eq!(key, "annas-seats");
    assert!(1 < stub.asked().len() && stub.asked().iter().all(|a| a.key.as_ref() == Some(&key)));
}

/// A connection that is lost in a write leaves it unknown: the same key again, there or elsewhere.
#[tokio::test]
async fn a_lost_connection_is_made_again_under_the_same_key() {
    let breaks = |_: &Asked, number| match number {
        0 => Reply::broken("{\"id\":"),
        _ => Reply::from((201, hold())),
    };
    let stub = Stub::start(breaks);
    of(&[&stub]).create_hold("club", &seats()).await.unwrap();
    let asked = stub.asked();
    assert_eq!((keys(&asked).len(), keys(&asked)[0]), (2, keys(&asked)[1]));

    let (lost, stub) = (format!("http://{}", hanging_up()), Stub::start(|_, _| (201, hold())));
    let client = client(&[lost.clone(), stub.url()]);
    client.create_hold("club", &seats()).key("k").await.unwrap();
    assert_eq!(keys(&stub.asked()), ["k"]);
    // What nobody tells stays unknown, and says under which key it will be told.
    let client = super::client(std::slice::from_ref(&lost));
    let unknown = client.create_hold("club", &seats()).key("k").await.unwrap_err();
    assert!(matches!(&unknown, Error::OutcomeUnknown { key, .. } if key == "k"), "{unknown:?}");
    // Of a read nothing is lost.
    let missed = super::client(&[lost]).hold("hld_1").await.unwrap_err();
    assert!(matches!(missed, Error::Unreachable { .. }), "{missed:?}");
}

/// A read that broke is made again, wherever it is answered.
#[tokio::test]
async fn a_read_is_made_anywhere() {
    let breaks = Stub::start(|_, _| Reply::broken("{"));
    let sound = Stub::start(|_, _| (200, hold()));
    of(&[&breaks, &sound]).hold("hld_1").await.unwrap();
    let lags = Stub::start(|_, _| (412, problem(412, "not_caught_up")));
    of(&[&lags, &sound]).hold("hld_1").min_index(7).await.unwrap();
    assert_eq!(lags.lines(), ["GET /v1/holds/hld_1?min_index=7"]);
    assert!(sound.asked().iter().all(|asked| asked.key.is_none()));
}

/// Where nobody listens, the next is asked; where nobody listens at all, nobody is waited for.
#[tokio::test]
async fn nobody_there_is_passed_by() {
    let stub = Stub::start(|_, _| (201, hold()));
    let absent = format!("http://{}", nobody());
    client(&[absent.clone(), stub.url()]).create_hold("club", &seats()).await.unwrap();
    assert_eq!(stub.asked().len(), 1);
    let begun = Instant::now();
    let missed = client(&[absent]).create_hold("club", &seats()).await.unwrap_err();
    assert!(matches!(missed, Error::Unreachable { .. }), "{missed:?}");
    assert!(begun.elapsed() < Duration::from_secs(2));
}

/// Patience has an end, and not before.
#[tokio::test]
async fn patience_ends() {
    let stub = Stub::start(|_, _| (503, problem(503, "no_leader")));
    let begun = Instant::now();
    let refused = of(&[&stub]).create_hold("club", &seats()).await.unwrap_err();
    assert_eq!(refused.code(), Some(&Code::NoLeader));
    let (took, asked) = (begun.elapsed(), stub.asked().len());
    assert!((1..4).contains(&took.as_secs()), "{took:?}");
    assert!((4..=11).contains(&asked), "{asked} attempts");
    let once = of(&[&stub]).create_hold("club", &seats()).once().await;
    assert_eq!(once.unwrap_err().code(), Some(&Code::NoLeader));
    assert_eq!(stub.asked().len(), asked + 1);
}

/// What is decided is decided.
#[tokio::test]
async fn a_refusal_is_not_asked_for_again() {
    for (status, code) in [
        (400, "invalid_request"),
        (401, "unauthenticated"),
        (403, "sale_not_open"),
        (404, "not_found"),
        (409, "seat_unavailable"),
        (410, "hold_expired"),
        (412, "not_caught_up"),
        (413, "body_too_large"),
        (422, "idempotency_key_reused"),
        (500, "internal"),
    ] {
        let stub = Stub::start(move |_, _| (status, problem(status, code)));
        let other = Stub::start(|_, _| (201, hold()));
        let refused = of(&[&stub, &other]).create_hold("club", &seats()).await.unwrap_err();
        assert_eq!(refused.code().map(Code::as_str), Some(code));
        assert_eq!((stub.asked().len(), other.asked().len()), (1, 0), "{code}");
    }
}

/// A refusal after an attempt whose outcome was unknown says that it may be the echo of that.
#[tokio::test]
async fn a_refusal_may_be_an_echo() {
    let stub = Stub::start(|_, number| match number {
        0 => Reply::from((504, problem(504, "outcome_unknown"))),
        _ => Reply::from((409, problem(409, "already_initialized"))),
    });
    let refused = of(&[&stub]).post::<()>("/v1/cluster/init", "{}").await.unwrap_err();
    let Error::Refused(problem) = refused else { panic!("{refused:?}") };
    assert!(problem.repeated && problem.code == Code::AlreadyInitialized);
}

/// A gateway that did not answer is asked again under the key that resumes; when patience ends, the
/// payment that was recorded is named.
#[tokio::test]
async fn a_silent_gateway_is_asked_again() {
    let payment = serde_json::json!({
        "id": "pay_1", "hold": "hld_1", "status": "open", "gateway": "sandbox",
        "redirect_url": "http://127.0.0.1:1/", "amount": 9500, "currency": "EUR",
        "booking": null, "refund": null, "captured": 0, "refund_pending": 0, "refunded": 0,
        "flags": [], "closing": false,
    });
    let silent = || {
        let mut body = problem(502, "gateway_error");
        body["payment"] = "pay_1".into();
        (502, body)
    };
    let stub = Stub::start(move |_, number| match number {
        0 => silent(),
        _ => (201, payment.clone()),
    });
    let opened = of(&[&stub]).create_payment("hld_1", &NewPayment::default()).await.unwrap();
    assert_eq!(opened.id, "pay_1");
    let asked = stub.asked();
    assert_eq!((keys(&asked).len(), keys(&asked)[0]), (2, keys(&asked)[1]));

    let stub = Stub::start(move |_, _| silent());
    let refused = of(&[&stub]).create_payment("hld_1", &NewPayment::default()).await.unwrap_err();
    let Error::Refused(problem) = refused else { panic!("{refused:?}") };
    assert_eq!((&problem.code, problem.payment.as_deref()), (&Code::GatewayError, Some("pay_1")));
    assert!(1 < stub.asked().len());
    // A read has nothing to resume.
    let asked = stub.asked().len();
    of(&[&stub]).get::<()>("/v1/reconciliation").await.unwrap_err();
    assert_eq!(stub.asked().len(), asked + 1);
}

//! Bodies and paths that mean harm.

use std::time::Duration;

use axum::body::Body;
use axum::http::Method;
use futures_util::StreamExt as _;
use proptest::prelude::*;
use serde_json::json;

use super::rig::Rig;
use crate::http::{Limits, Settings};

/// Routes that take a body.
const ROUTES: &[(&str, &str)] = &[
    ("POST", "/v1/shows"),
    ("POST", "/v1/seat-maps"),
    ("PATCH", "/v1/shows/s"),
    ("POST", "/v1/shows/s/cancel"),
    ("POST", "/v1/shows/s/block"),
    ("POST", "/v1/shows/s/unblock"),
    ("POST", "/v1/shows/s/holds"),
    ("POST", "/v1/holds/hld_1/extend"),
    ("POST", "/v1/holds/hld_1/confirm"),
    ("POST", "/v1/bookings/bkg_1/cancel"),
    ("POST", "/v1/bookings/bkg_1/resend"),
    ("POST", "/v1/refunds/rfd_1/retry"),
    ("POST", "/v1/cluster/init"),
    ("POST", "/v1/cluster/leader"),
];

async fn status(rig: &Rig, method: &str, path: &str, body: Vec<u8>) -> u16 {
    let call = rig.call(Method::from_bytes(method.as_bytes()).unwrap(), path).user("u");
    call.header("content-type", "application/json").body(body).send().await.status.as_u16()
}

/// Whatever is no JSON object is a 400 or a 413 on every route, and nothing is proposed for it.
#[tokio::test]
async fn hostile_bodies_are_refused_everywhere() {
    let rig = Rig::new();
    rig.show("s").await;
    let before = rig.solo.proposed.load(std::sync::atomic::Ordering::SeqCst);
    let deep = |open: &str, close: &str| open.repeat(100_000) + &close.repeat(100_000);
    let bodies: Vec<Vec<u8>> = vec![
        vec![0; 1000],
        vec![0xff, 0xfe, 0x80],
        b"{\"seats\":[\"\xc3\x28\"]}".to_vec(),
        b"{\"seats\":[\"\\ud800\"]}".to_vec(),
        b"null".to_vec(),
        b"[]".to_vec(),
        b"7".to_vec(),
        b"\"text\"".to_vec(),
        b"{} {}".to_vec(),
        b"{".to_vec(),
        "\u{feff}{}".as_bytes().to_vec(),
        b"{\"x\":1}".to_vec(),
        deep("[", "]").into_bytes(),
        deep("{\"seats\":", "}").into_bytes(),
        deep("{\"seat_map\":{\"zones\":[", "]}}").into_bytes(),
        b"{\"seats\":[1e999999]}".to_vec(),
        json!({"seats": vec!["x"; 200_000]}).to_string().into_bytes(),
    ];
    for body in bodies {
        for (method, path) in ROUTES {
            let shown = String::from_utf8_lossy(&body[..body.len().min(40)]).into_owned();
            let got = status(&rig, method, path, body.clone()).await;
            assert!(matches!(got, 400 | 413), "{method} {path} {shown:?}: {got}");
        }
    }
    assert_eq!(rig.solo.proposed.load(std::sync::atomic::Ordering::SeqCst), before);
    rig.get("/v1/shows/s").gives(200).await;
}

/// A body without a length is kept up to the limit, thrown away up to a bound (so that its client
/// gets to read the answer), and then cut off.
#[tokio::test]
async fn endless_bodies_are_cut_off() {
    let rig = Rig::new();
    rig.show("s").await;
    let read = std::sync::Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let count = std::sync::Arc::clone(&read);
    let endless = futures_util::stream::repeat_with(move || {
        count.fetch_add(1000, std::sync::atomic::Ordering::SeqCst);
        Ok::<_, std::io::Error>(vec![b' '; 1000])
    });
    let call =
        rig.call(Method::POST, "/v1/shows/s/holds").header("content-type", "application/json");
    call.body(Body::from_stream(endless)).refused(413, "body_too_large").await;
    let bound = (64 << 20) + 20_000;
    assert!(read.load(std::sync::atomic::Ordering::SeqCst) <= bound, "{read:?}");
}

/// A body that stops coming is given up.
#[tokio::test]
async fn dribbling_bodies_are_given_up() {
    let limits = Limits { body_patience: Duration::from_millis(50), ..Limits::default() };
    let rig = Rig::with(Settings { limits, ..Settings::default() });
    rig.show("s").await;
    let first = futures_util::stream::iter([Ok::<_, std::io::Error>(b"{\"seats\":".to_vec())]);
    let body = Body::from_stream(first.chain(futures_util::stream::pending()));
    let call =
        rig.call(Method::POST, "/v1/shows/s/holds").header("content-type", "application/json");
    call.body(body).refused(400, "invalid_request").await;
    let broken = futures_util::stream::iter([Err::<Vec<u8>, _>(std::io::Error::other("cut"))]);
    let call =
        rig.call(Method::POST, "/v1/shows/s/holds").header("content-type", "application/json");
    call.body(Body::from_stream(broken)).refused(400, "invalid_request").await;
}

/// Odd names in paths and queries name nothing.
#[tokio::test]
async fn odd_paths_name_nothing() {
    let rig = Rig::new();
    rig.show("s").await;
    let long = "x".repeat(5000);
    for path in ["%00", "%ff%fe", "..%2f..%2fetc%2fpasswd", "%2e%2e", long.as_str(), "s%20", "S"] {
        for route in ["", "/seats", "/stream", "/seat-map", "/holds", "/report"] {
            let got = rig.get(&format!("/v1/shows/{path}{route}")).send().await.status.as_u16();
            assert_eq!(got, 404, "{path}{route}");
        }
        rig.get(&format!("/media/{path}")).refused(404, "not_found").await;
    }
    let many: Vec<String> = (0..40).map(|n| format!("p{n}=1")).collect();
    rig.get(&format!("/v1/shows?{}", many.join("&"))).refused(400, "invalid_request").await;
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// No bytes whatever make a route answer with a defect.
    #[test]
    fn no_bytes_are_a_defect(body in prop_oneof![
        proptest::collection::vec(any::<u8>(), 0..200),
        "[\\[\\]{}\":,0-9a-z\\\\ ]{0,100}".prop_map(String::into_bytes),
        "\\{\"(seats|areas|best_available|name|prices)\":[\\[\\]{}\":,0-9a-z]{0,40}\\}"
            .prop_map(String::into_bytes),
    ]) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let rig = Rig::new();
            for (method, path) in ROUTES {
                let got = status(&rig, method, path, body.clone()).await;
                assert!(got < 500 && got != 304, "{method} {path}: {got}");
            }
        });
    }
}

//! Who may use which route: the table of routes is walked, without a token and with one of each
//! role, in both modes (CONTRACT section 2).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use axum::http::{Method, StatusCode};
use base64::Engine as _;
use futures_util::StreamExt as _;
use serde_json::{Value, json};
use tokio::time::{Instant, timeout};

use super::rig::{Call, Rig, show};
use super::till::tills;
use crate::clock::SystemRng;
use crate::http::routes::{Needs, Route, routes};
use crate::http::{Auth, Settings};
use crate::seats::{Millis, Role};
use crate::tokens::{
    Algorithm, Authority, Grant, Rules, Secret, SigningKey, StaticToken, TokenHash, new_static,
};

const SECRET: &[u8] = b"0123456789abcdef0123456789abcdef";

/// A node that wants tokens: static ones of `tokens`, and JWTs signed with [`SECRET`].
fn rig(tokens: BTreeMap<TokenHash, StaticToken>) -> Rig {
    let rules = Rules {
        algorithms: vec![Algorithm::Hs256, Algorithm::EdDsa],
        secret: Some(Secret::new(SECRET)),
        awaits_keys: true,
        tokens,
        ..Rules::default()
    };
    let auth = Auth::Token(Arc::new(Authority::new(rules)));
    Rig::at(Settings { auth, ..Settings::default() }, tills(["sandbox"]).0)
}

fn jwt(user: Option<&str>, role: Role) -> String {
    let until = Millis(1_785_000_000_000 + 3_600_000);
    SigningKey::secret(SECRET).sign(&Grant::new(user, role, until)).unwrap()
}

/// A path that fits a route's pattern; what it names need not be there.
fn path(route: &Route) -> String {
    let id = "0".repeat(32);
    let mut path = route.path.replace("{show}", "club").replace("{*path}", "a.jpg");
    for (hole, id) in [
        ("{hold}", format!("hld_{id}")),
        ("{payment}", format!("pay_{id}")),
        ("{booking}", format!("bkg_{id}")),
        ("{refund}", format!("rfd_{id}")),
        ("{gateway}", "sandbox".to_owned()),
        ("{node}", "2".to_owned()),
    ] {
        path = path.replace(hole, &id);
    }
    if route.operation == "list_deeds" {
        path.push_str("?user=anna");
    }
    assert!(!path.contains('{'), "{path}: say here what stands for its parameter");
    path
}

/// A body that is in order: a fault in it would be told of before who may ask.
fn body(operation: &str) -> Option<Value> {
    Some(match operation {
        "create_show" => show("another"),
        "create_seat_map" => show("another")["seat_map"].clone(),
        "update_show" => json!({"name": "Hamlet"}),
        "reserve_seats" | "block_seats" | "unblock_seats" => json!({"seats": ["A-1"]}),
        "extend_hold" => json!({"ttl_seconds": 60}),
        "confirm_hold" => json!({"reference": "till-1"}),
        "create_payment" => json!({
            "gateway": "sandbox", "email": "a@example.com",
            "success_url": "https://example.com/", "cancel_url": "https://example.com/",
        }),
        "add_node" => json!({"id": 2, "peer": "127.0.0.1:9102", "http": "127.0.0.1:8102"}),
        "move_node" => json!({"peer": "127.0.0.1:9102"}),
        "replace_node" => json!({"by": 3}),
        _ => return None,
    })
}

async fn status(rig: &Rig, route: &Route, headers: &[(&str, &str)]) -> StatusCode {
    let mut call = rig.call(route.method.clone(), &path(route));
    for (name, value) in headers {
        call = call.header(name, value);
    }
    if let Some(body) = body(route.operation) {
        call = call.json(&body);
    }
    // Streams have no end: the head says enough.
    call.open().await.status()
}

/// What the table says of a caller, without looking at what a route does.
fn expected(needs: Needs, user: bool, role: Option<Role>) -> Option<StatusCode> {
    let unknown = role.is_none() && !user;
    match needs {
        Needs::Nothing | Needs::Signature => None,
        Needs::Link | Needs::Known => unknown.then_some(StatusCode::UNAUTHORIZED),
        Needs::User => (!user).then_some(StatusCode::UNAUTHORIZED),
        Needs::Role(_) if unknown => Some(StatusCode::UNAUTHORIZED),
        Needs::Role(least) => {
            (role.unwrap_or(Role::Buyer) < least).then_some(StatusCode::FORBIDDEN)
        }
    }
}

fn check(route: &Route, who: &str, status: StatusCode, expected: Option<StatusCode>) {
    let (method, path) = (&route.method, route.path);
    let shut = matches!(status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN);
    // A body that is not in order would hide what is looked for.
    assert_ne!(status, StatusCode::UNSUPPORTED_MEDIA_TYPE, "{method} {path} for {who}");
    match expected {
        Some(expected) => assert_eq!(status, expected, "{method} {path} for {who}"),
        None => assert!(!shut, "{method} {path} for {who}: {status}"),
    }
}

/// With tokens, each route lets in whom the table says, and nobody else.
#[tokio::test]
async fn tokens_open_what_the_table_says() {
    for route in routes() {
        let (till, hash) = new_static(&SystemRng);
        let entry = StaticToken { name: "till".to_owned(), role: Role::Organizer };
        let rig = rig(BTreeMap::from([(hash, entry)]));
        rig.post("/v1/shows", &show("club")).bearer(&till).gives(201).await;
        // What open mode believes is nothing here.
        let believed = [("x-user-id", "eve"), ("x-usher-role", "operator")];
        check(
            &route,
            "nobody",
            status(&rig, &route, &believed).await,
            expected(route.door.needs, false, None),
        );
        for role in Role::ALL {
            let bearer = format!("Bearer {}", jwt(Some("anna"), role));
            let status = status(&rig, &route, &[("authorization", &bearer)]).await;
            check(&route, role.name(), status, expected(route.door.needs, true, Some(role)));
        }
        let bearer = format!("Bearer {till}");
        let answer = status(&rig, &route, &[("authorization", &bearer)]).await;
        check(&route, "the till", answer, expected(route.door.needs, true, Some(Role::Organizer)));
        // A token that is not good is nobody's, even where nobody needs one.
        if !matches!(route.door.needs, Needs::Signature) {
            let bad = status(&rig, &route, &[("authorization", "Bearer x.y.z")]).await;
            assert_eq!(bad, StatusCode::UNAUTHORIZED, "{} with a bad token", route.path);
        }
    }
}

/// In open mode no role bounds a route; only routes that act for a user want one.
#[tokio::test]
async fn open_mode_bounds_nothing() {
    for route in routes() {
        let rig = Rig::at(Settings::default(), tills(["sandbox"]).0);
        rig.show("club").await;
        let user = matches!(route.door.needs, Needs::Known | Needs::User | Needs::Link);
        let shut = user.then_some(StatusCode::UNAUTHORIZED);
        check(&route, "nobody", status(&rig, &route, &[]).await, shut);
        let buyer = status(&rig, &route, &[("x-user-id", "anna")]).await;
        check(&route, "a buyer", buyer, None);
        let token = [("x-user-id", "anna"), ("authorization", "Bearer x.y.z")];
        check(&route, "a buyer with a token", status(&rig, &route, &token).await, None);
    }
}

/// The table is whole: no name and no route stands in it twice.
#[test]
fn the_table_is_sound() {
    let (mut names, mut places) = (BTreeSet::new(), BTreeSet::new());
    for Route { method, path, operation, .. } in routes() {
        assert!(names.insert(operation), "two operations are called {operation}");
        assert!(places.insert((path, method.to_string())), "{method} {path} stands twice");
    }
    for promised in ["get_shows", "get_seats", "reserve_seats", "create_payment"] {
        assert!(names.contains(promised), "{promised} is promised by CONTRACT");
    }
}

/// A 401 says how to be known (RFC 6750), and nothing of the token comes back.
#[tokio::test]
async fn refusals_say_how_to_be_known() {
    let rig = rig(BTreeMap::new());
    let problem = rig.get("/v1/me/hold").send().await;
    assert_eq!(problem.has("www-authenticate"), "Bearer realm=\"usher\"");
    let challenge = "Bearer realm=\"usher\", error=\"invalid_token\"";
    for (value, said) in [
        ("Bearer canary-token", challenge),
        ("Bearer ", challenge),
        ("Basic YTpi", "Bearer realm=\"usher\", error=\"invalid_request\""),
    ] {
        let problem = rig.get("/v1/shows").header("authorization", value).send().await;
        assert_eq!(problem.status, StatusCode::UNAUTHORIZED, "{value}");
        assert_eq!(problem.has("www-authenticate"), said, "{value}");
        assert!(!problem.text().contains("canary"), "{}", problem.text());
    }
    let both = rig.get("/v1/shows").bearer("a").bearer("b");
    both.refused(400, "invalid_request").await;
    // Keys that have not come yet are no fault of the caller's.
    let header = r#"{"alg":"EdDSA"}"#;
    let encode = |text: &str| base64::prelude::BASE64_URL_SAFE_NO_PAD.encode(text);
    let early = format!("{}.{}.{}", encode(header), encode("{}"), encode("x"));
    rig.get("/v1/shows").bearer(&early).refused(503, "not_ready").await;
}

/// A token's user owns what is held with it, whatever `X-User-Id` says; a token ends with its time.
#[tokio::test]
async fn tokens_name_the_user() {
    let rig = rig(BTreeMap::new());
    let organizer = jwt(None, Role::Organizer);
    rig.post("/v1/shows", &show("club")).bearer(&organizer).gives(201).await;
    let anna = jwt(Some("anna"), Role::Buyer);
    let seats = json!({"seats": ["A-1"]});
    let call = rig.post("/v1/shows/club/holds", &seats).bearer(&anna).header("x-user-id", "eve");
    let hold = call.gives(201).await;
    assert_eq!(hold["user"], "anna");
    let path = format!("/v1/holds/{}", hold["id"].as_str().unwrap());
    let eve = jwt(Some("eve"), Role::Buyer);
    rig.get(&path).bearer(&eve).refused(404, "not_found").await;
    rig.get(&path).bearer(&anna).gives(200).await;
    rig.get(&path).bearer(&organizer).gives(200).await;
    // An organizer without a name holds nothing.
    let call = rig.post("/v1/shows/club/holds", &json!({"seats": ["A-2"]})).bearer(&organizer);
    call.refused(401, "unauthenticated").await;
    rig.pass(std::time::Duration::from_hours(1));
    rig.get(&path).bearer(&anna).refused(401, "unauthenticated").await;
}

/// A page of another site has no token to add, and so is asked for one like anybody.
#[tokio::test]
async fn pages_from_elsewhere_need_a_token() {
    let rig = rig(BTreeMap::new());
    let call = || {
        let call = rig.call(Method::POST, "/v1/shows/none/cancel").header("host", "127.0.0.1:8101");
        call.header("origin", "https://evil.example")
    };
    call().refused(401, "unauthenticated").await;
    call().bearer(&jwt(None, Role::Organizer)).refused(404, "not_found").await;
}

/// A stream ends with the token that opened it; one that nothing was needed for goes on.
#[tokio::test(start_paused = true)]
async fn streams_end_with_their_tokens() {
    const HOUR: Duration = Duration::from_hours(1);
    let rig = rig(BTreeMap::new());
    let token = jwt(None, Role::Organizer);
    rig.post("/v1/shows", &show("s")).bearer(&token).gives(201).await;
    let stream = || rig.get("/v1/shows/s/stream").header("accept", "text/event-stream");
    let begun = Instant::now();
    let events = async |call: Call| {
        let all = call.open().await.into_body().into_data_stream().count();
        timeout(2 * HOUR, all).await.ok()
    };
    let told = events(stream().bearer(&token)).await;
    assert!(Some(1) < told && begun.elapsed() == HOUR, "{told:?} in {:?}", begun.elapsed());
    rig.pass(HOUR);
    stream().bearer(&token).refused(401, "unauthenticated").await;
    assert_eq!(events(stream()).await, None, "nothing ends it");
}

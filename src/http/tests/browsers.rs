//! What browsers are told: of whose pages may use the API, and of what an answer is.

use axum::http::Method;
use serde_json::json;

use super::rig::{Call, Rig};
use crate::http::{Rate, Rates, Settings};

const SHOP: &str = "https://shop.example.com";

fn open_to(origins: &[&str]) -> Rig {
    let cors_origins = origins.iter().map(|origin| (*origin).to_owned()).collect();
    Rig::with(Settings { cors_origins, ..Settings::default() })
}

fn preflight(rig: &Rig, origin: &str) -> Call {
    rig.call(Method::OPTIONS, "/v1/shows/s/holds")
        .header("origin", origin)
        .header("access-control-request-method", "POST")
        .header("access-control-request-headers", "content-type,x-user-id")
}

/// Unless an operator names some, no other site's page gets to read anything.
#[tokio::test]
async fn nobody_is_allowed_by_default() {
    let rig = Rig::new();
    let reply = rig.get("/v1/gateways").header("origin", SHOP).send().await;
    assert_eq!(reply.status, 200);
    for name in ["access-control-allow-origin", "access-control-expose-headers"] {
        assert!(!reply.headers.contains_key(name), "{reply:?}");
    }
    assert_eq!(reply.has("vary"), "Origin", "members are allowed, and they may change");
    let reply = preflight(&rig, SHOP).send().await;
    assert_eq!(reply.status, 405);
    assert!(!reply.headers.contains_key("access-control-allow-origin"));
}

/// Pages of a named site may send what the API takes and read what it says; others may not.
#[tokio::test]
async fn named_sites_are_allowed() {
    let rig = open_to(&[SHOP, "http://localhost:3000"]);
    rig.show("s").await;
    let reply = preflight(&rig, SHOP).send().await;
    assert_eq!(reply.status, 204);
    assert_eq!(reply.has("access-control-allow-origin"), SHOP);
    assert_eq!(reply.has("vary"), "Origin");
    for method in ["GET", "POST", "PATCH", "DELETE"] {
        assert!(reply.has("access-control-allow-methods").contains(method), "{method}");
    }
    let headers = reply.has("access-control-allow-headers").to_lowercase();
    for header in ["authorization", "content-type", "idempotency-key", "last-event-id"] {
        assert!(headers.contains(header), "{header}");
    }
    let call = rig.post("/v1/shows/s/holds", &json!({"seats": ["A-1"]})).user("u");
    let reply = call.header("origin", SHOP).send().await;
    assert_eq!((reply.status.as_u16(), reply.has("access-control-allow-origin")), (201, SHOP));
    let exposed = reply.has("access-control-expose-headers").to_lowercase();
    for header in
        ["etag", "usher-applied-index", "usher-node", "retry-after", "ratelimit", "x-request-id"]
    {
        assert!(exposed.split(", ").any(|name| name == header), "{header}");
    }
    // Refusals are read, too.
    let reply = rig.get("/v1/holds/x").user("u").header("origin", SHOP).send().await;
    assert_eq!((reply.status.as_u16(), reply.has("access-control-allow-origin")), (404, SHOP));

    for stranger in ["https://evil.example", "https://shop.example.com.evil.example", "null"] {
        let reply = rig.get("/v1/gateways").header("origin", stranger).send().await;
        assert!(!reply.headers.contains_key("access-control-allow-origin"), "{stranger}");
        assert_eq!(reply.has("vary"), "Origin", "caches keep them apart");
        assert_eq!(preflight(&rig, stranger).send().await.status, 405);
    }
}

/// A page goes on at the other nodes when the one that served it ends: each node lets the pages of
/// all members use it, and nobody else's, for as long as they are members.
#[tokio::test]
async fn pages_of_members_are_allowed() {
    let public_url = "http://node7.example:8107".to_owned();
    let rig = Rig::with(Settings { public_url, ..Settings::default() });
    rig.show("s").await;
    let form = |members: &[&str]| {
        *rig.solo.members.lock().unwrap() = members.iter().map(|it| (*it).to_owned()).collect();
    };
    let other = "http://node8.example:8108";
    let allowed = async |path: &str, origin: &str| {
        let reply = rig.get(path).header("origin", origin).send().await;
        let allowed = reply.headers.get("access-control-allow-origin").cloned();
        assert!(!reply.headers.contains_key("access-control-allow-credentials"));
        assert_eq!(preflight(&rig, origin).send().await.status == 204, allowed.is_some());
        allowed.is_some_and(|allowed| allowed == origin)
    };
    assert!(!allowed("/v1/gateways", other).await, "no member yet");
    form(&["node7.example:8107", "node8.example:8108"]);
    for path in ["/v1/gateways", "/v1/no-such", "/metrics", "/readyz"] {
        assert!(allowed(path, other).await, "{path}");
    }
    let stream = rig.get("/v1/shows/s/stream").header("origin", other).open().await;
    assert_eq!(stream.headers()["access-control-allow-origin"], other);
    let reply = rig.get("/v1/shows/s").header("origin", other).send().await;
    assert!(reply.has("access-control-expose-headers").contains("Usher-Applied-Index"));
    for stranger in [
        SHOP,
        "https://node8.example:8108",
        "http://node8.example",
        "http://node8.example:81080",
        "http://x.node8.example:8108",
        "null",
    ] {
        assert!(!allowed("/v1/gateways", stranger).await, "{stranger}");
    }
    form(&["node7.example:8107"]);
    assert!(!allowed("/v1/gateways", other).await, "it has left");
    // Behind one address for all, browsers know no other.
    let public_url = "https://tickets.example".to_owned();
    let rig = Rig::with(Settings { public_url, ..Settings::default() });
    let reply = rig.get("/v1/gateways").header("origin", "https://127.0.0.1:8107").send().await;
    assert!(!reply.headers.contains_key("access-control-allow-origin"));
}

/// A browser sends simple requests of any page unasked. Where callers are believed, those that
/// change something are refused, whatever the page could read of the answer.
#[tokio::test]
async fn pages_from_elsewhere_change_nothing() {
    const HOST: &str = "127.0.0.1:8101";
    let public_url = format!("http://{HOST}");
    let cors_origins = vec![SHOP.to_owned()];
    let rig = Rig::with(Settings { public_url, cors_origins, ..Settings::default() });
    *rig.solo.members.lock().unwrap() = vec![HOST.to_owned(), "127.0.0.1:8102".to_owned()];
    rig.show("s").await;
    let cancel = |show: &str, origin: &str, host: &str| {
        let call = rig.call(Method::POST, &format!("/v1/shows/{show}/cancel")).organizer();
        call.header("origin", origin).header("host", host)
    };
    for stranger in [
        "https://evil.example",
        "http://127.0.0.1:3000",
        "http://127.0.0.1",
        "http://localhost:8101",
        "null",
        "",
    ] {
        let problem = cancel("s", stranger, HOST).refused(403, "forbidden").await;
        assert!(problem["detail"].as_str().unwrap().contains("another site"), "{problem}");
        let hold = rig.post("/v1/shows/s/holds", &json!({"seats": ["A-1"]})).user("u");
        hold.header("origin", stranger).header("host", HOST).refused(403, "forbidden").await;
        let unnamed = rig.call(Method::POST, "/v1/shows/s/cancel").header("origin", stranger);
        unnamed.refused(403, "forbidden").await;
        rig.get("/v1/shows/s").header("origin", stranger).header("host", HOST).gives(200).await;
    }
    assert_eq!(rig.get("/v1/shows/s").gives(200).await["status"], "on_sale");
    // A gateway signs; what it says of itself besides is not looked at.
    let webhook = rig.post("/v1/gateways/none/webhook", &json!({}));
    webhook.header("origin", "https://evil.example").refused(404, "not_found").await;

    for (n, (origin, host)) in (0..).zip([
        ("http://127.0.0.1:8101", HOST),
        ("http://127.0.0.1:8102", HOST),
        (SHOP, HOST),
        ("http://localhost:8101", "localhost:8101"),
        ("https://tickets.example", "tickets.example"),
    ]) {
        let show = format!("s{n}");
        rig.show(&show).await;
        cancel(&show, origin, host).gives(202).await;
    }
    let address = format!("http://{HOST}/v1/shows/s/cancel");
    let call = rig.call(Method::POST, &address).organizer();
    call.header("origin", format!("http://{HOST}")).gives(202).await;
    rig.show("last").await;
    rig.post("/v1/shows/last/cancel", &json!({})).organizer().gives(202).await;
}

/// `*` is everybody; never with what a browser adds by itself.
#[tokio::test]
async fn everybody_is_allowed_without_credentials() {
    let rig = open_to(&["*"]);
    for reply in [
        rig.get("/v1/gateways").header("origin", SHOP).send().await,
        preflight(&rig, "https://evil.example").send().await,
    ] {
        assert_eq!(reply.has("access-control-allow-origin"), "*");
        assert!(!reply.headers.contains_key("access-control-allow-credentials"));
        assert!(!reply.headers.contains_key("vary"), "the same for all");
    }
    // A plain OPTIONS is no preflight.
    let reply = rig.call(Method::OPTIONS, "/v1/gateways").header("origin", SHOP).send().await;
    assert_eq!(reply.status, 405);
}

/// What is refused for its rate can be read by the page that sent it.
#[tokio::test]
async fn refused_rates_are_read() {
    let rates = Rates { address: Rate::new(1, 1), ..Rates::default() };
    let cors_origins = vec![SHOP.to_owned()];
    let rig = Rig::with(Settings { rates, cors_origins, ..Settings::default() });
    for due in [200, 429] {
        let reply = rig.get("/v1/gateways").header("origin", SHOP).from("192.0.2.1").send().await;
        assert_eq!((reply.status.as_u16(), reply.has("access-control-allow-origin")), (due, SHOP));
    }
}

/// Data is no page, pictures are for all, and a page says itself what it may load.
#[tokio::test]
async fn answers_say_what_they_are() {
    let rig = Rig::new();
    rig.show("s").await;
    for path in ["/v1/shows", "/v1/no-such", "/livez", "/v1/shows/s/seats?format=packed"] {
        let reply = rig.get(path).send().await;
        let policy = reply.has("content-security-policy");
        assert_eq!(policy, "default-src 'none'; frame-ancestors 'none'", "{path}");
        assert_eq!(reply.has("cross-origin-resource-policy"), "same-origin", "{path}");
    }
    let picture = rig.get("/media/none.jpg").send().await;
    assert_eq!(picture.has("cross-origin-resource-policy"), "cross-origin");
    let hold = rig.hold("s", "u", &["A-1"]).await;
    let booking = rig.book(&hold).await;
    let path = format!("/v1/bookings/{}/ticket", booking["id"].as_str().unwrap());
    let page = rig.get(&path).user("u").header("accept", "text/html").send().await;
    assert_eq!(page.status, 200);
    let policy = page.has("content-security-policy");
    assert!(policy.contains("style-src"), "its own: {policy}");
}

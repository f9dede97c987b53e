//! Rates by user and by address, undecided writes by address.

use std::net::IpAddr;
use std::sync::atomic::Ordering;
use std::time::Duration;

use serde_json::json;

use super::rig::{Call, Reply, Rig};
use crate::http::{Limits, Rate, Rates, Settings};

fn limited(user: Option<(u32, u32)>, address: Option<(u32, u32)>) -> Rig {
    let rate = |(rate, burst)| Rate::new(rate, burst).unwrap();
    let rates = Rates { user: user.map(rate), address: address.map(rate) };
    let trusted_proxies: Vec<IpAddr> = vec!["10.0.0.1".parse().unwrap()];
    Rig::with(Settings { rates, trusted_proxies, ..Settings::default() })
}

fn seats(rig: &Rig, user: &str, address: &str) -> Call {
    rig.get("/v1/gateways").user(user).from(address)
}

fn fields(reply: &Reply) -> (Vec<&str>, Vec<&str>) {
    let all = |name: &str| -> Vec<&str> {
        reply.headers.get_all(name).iter().map(|value| value.to_str().unwrap()).collect()
    };
    (all("ratelimit-policy"), all("ratelimit"))
}

/// Without limits nothing is counted and nothing is said of it.
#[tokio::test]
async fn rates_are_off_unless_set() {
    let rig = Rig::new();
    for _ in 0..200 {
        let reply = seats(&rig, "u", "192.0.2.1").send().await;
        assert_eq!(reply.status, 200);
        assert_eq!(fields(&reply), (vec![], vec![]));
    }
}

/// A user has a burst, is then told when to come again, and may; from wherever they ask.
#[tokio::test]
async fn a_user_has_a_rate() {
    let rig = limited(Some((2, 4)), None);
    rig.show("s").await;
    for (left, full_in) in [(3, 1), (2, 1), (1, 2), (0, 2)] {
        let reply = seats(&rig, "u", &format!("192.0.2.{left}")).send().await;
        assert_eq!(reply.status, 200);
        let left = format!("\"user\";r={left};t={full_in}");
        assert_eq!(fields(&reply), (vec!["\"user\";q=4;w=2"], vec![left.as_str()]));
    }
    let before = rig.solo.proposed.load(Ordering::SeqCst);
    let call = rig.post("/v1/shows/s/holds", &json!({"seats": ["A-1"]})).user("u");
    let reply = call.from("192.0.2.9").send().await;
    assert_eq!((reply.status.as_u16(), reply.json()["code"].as_str()), (429, Some("rate_limited")));
    assert_eq!(reply.has("retry-after"), "1");
    assert_eq!(fields(&reply), (vec!["\"user\";q=4;w=2"], vec!["\"user\";r=0;t=2"]));
    assert_eq!(rig.solo.proposed.load(Ordering::SeqCst), before, "nothing was proposed");
    // Others, and whoever says no name, are not concerned.
    seats(&rig, "v", "192.0.2.9").gives(200).await;
    for _ in 0..10 {
        let reply = rig.get("/v1/gateways").from("192.0.2.9").send().await;
        assert_eq!((reply.status.as_u16(), fields(&reply)), (200, (vec![], vec![])));
    }
    rig.pass(Duration::from_secs(1));
    rig.hold("s", "u", &["A-1"]).await;
    seats(&rig, "u", "192.0.2.9").gives(200).await;
    seats(&rig, "u", "192.0.2.9").refused(429, "rate_limited").await;
}

/// An address has a rate, whoever asks from it and for whatever, before anything is looked at.
#[tokio::test]
async fn an_address_has_a_rate() {
    let rig = limited(Some((10, 0)), Some((1, 3)));
    for user in ["u", "v"] {
        let reply = seats(&rig, user, "192.0.2.1").send().await;
        let (policies, left) = fields(&reply);
        assert_eq!(policies, ["\"address\";q=3;w=3", "\"user\";q=10;w=1"]);
        assert!(left[0].starts_with("\"address\";r=") && left[1] == "\"user\";r=9;t=1", "{left:?}");
    }
    // What is no user costs its address something, too.
    rig.get("/v1/no-such").from("192.0.2.1").gives(404).await;
    let bad = rig.get("/v1/gateways").header("x-user-id", "not a name").from("192.0.2.1");
    let reply = bad.send().await;
    assert_eq!(reply.status, 429, "before anybody looks at who asks");
    assert_eq!(fields(&reply), (vec!["\"address\";q=3;w=3"], vec!["\"address\";r=0;t=3"]));
    seats(&rig, "u", "192.0.2.2").gives(200).await;
    // Of IPv6 a customer has a whole network.
    for last in 1..=3 {
        seats(&rig, "u", &format!("2001:db8::{last}")).gives(200).await;
    }
    seats(&rig, "u", "2001:db8::4").refused(429, "rate_limited").await;
}

/// Whoever watches a node and whoever pays is let through, at any rate.
#[tokio::test]
async fn probes_and_webhooks_are_not_counted() {
    let rig = limited(Some((1, 1)), Some((1, 1)));
    for _ in 0..20 {
        for path in ["/livez", "/readyz"] {
            let reply = rig.get(path).user("u").from("192.0.2.1").send().await;
            assert_eq!((reply.status.as_u16(), fields(&reply)), (200, (vec![], vec![])), "{path}");
        }
        let webhook = rig.post("/v1/gateways/none/webhook", &json!({})).from("192.0.2.1");
        webhook.refused(404, "not_found").await;
    }
    seats(&rig, "u", "192.0.2.1").gives(200).await;
    seats(&rig, "u", "192.0.2.1").refused(429, "rate_limited").await;
}

/// Behind a proxy of ours it is the client who has a rate; what others claim counts for nothing.
#[tokio::test]
async fn a_proxy_names_its_clients() {
    let rig = limited(None, Some((1, 1)));
    let through = |proxy: &str, named: &str| {
        rig.get("/v1/gateways").header("x-forwarded-for", named).from(proxy)
    };
    through("10.0.0.1", "192.0.2.1").gives(200).await;
    through("10.0.0.1", "192.0.2.2").gives(200).await;
    through("10.0.0.1", "198.51.100.7, 192.0.2.1").refused(429, "rate_limited").await;
    through("192.0.2.9", "203.0.113.1").gives(200).await;
    through("192.0.2.9", "203.0.113.2").refused(429, "rate_limited").await;
}

/// One address cannot have all the undecided writes of a node.
#[tokio::test]
async fn an_address_has_a_share_of_the_writes() {
    let limits = Limits { writes_per_address_max: 0, ..Limits::default() };
    let rig = Rig::with(Settings { limits, ..Settings::default() });
    rig.show("s").await;
    let hold = |user: &str| rig.post("/v1/shows/s/holds", &json!({"seats": ["A-1"]})).user(user);
    hold("u").from("192.0.2.1").refused(503, "overloaded").await;
    hold("v").gives(201).await;
}

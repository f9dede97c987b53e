//! The ticket page: who may see it, what it shows, and what it may do in a browser.

use serde_json::{Value, json};

use super::rig::{Rig, text};

/// Two seats and two standing places, sold at the box office to "u".
async fn booked(rig: &Rig) -> Value {
    rig.show("s").await;
    let body = json!({"seats": ["A-1", "A-2"], "areas": [{"id": "floor", "quantity": 2}]});
    let hold = rig.post("/v1/shows/s/holds", &body).user("u").gives(201).await;
    rig.book(&hold).await
}

/// Path and key of a booking's ticket link.
fn link(booking: &Value) -> (&str, &str) {
    let url = text(&booking["ticket_url"]).strip_prefix("http://127.0.0.1:8107").unwrap();
    url.split_once("?access=").unwrap()
}

/// The link opens the ticket without any header, and the page has all that stands on a ticket.
#[tokio::test]
async fn the_link_opens_the_ticket() {
    let rig = Rig::new();
    let booking = booked(&rig).await;
    let (path, access) = link(&booking);
    assert_eq!(path, format!("/v1/bookings/{}/ticket", text(&booking["id"])));
    let page = rig.get(&format!("{path}?access={access}")).send().await;
    assert_eq!(page.status, 200, "{}", page.text());
    assert!(page.index() > 1);
    let labels = booking["seats"].as_array().unwrap().iter().map(|seat| text(&seat["label"]));
    let words = [
        "Hamlet",
        "Old Mill",
        "Sunday, 1 March 2099, 19:30 UTC",
        "2 × Floor",
        "130.00 EUR",
        "320.00 EUR",
        text(&booking["id"]),
        "<svg ",
    ];
    for expected in words.into_iter().chain(labels) {
        assert!(page.text().contains(expected), "{expected:?} is missing in {}", page.text());
    }
}

/// The page runs nothing, loads nothing, and tells nobody its address, which has the key.
#[tokio::test]
async fn the_page_keeps_to_itself() {
    let rig = Rig::new();
    let booking = booked(&rig).await;
    let (path, access) = link(&booking);
    let page = rig.get(&format!("{path}?access={access}")).send().await;
    assert_eq!(page.has("content-type"), "text/html; charset=utf-8");
    assert_eq!(page.has("cache-control"), "private, no-store");
    assert_eq!(page.has("referrer-policy"), "no-referrer");
    assert_eq!(page.has("x-content-type-options"), "nosniff");
    let policy = page.has("content-security-policy");
    assert!(policy.starts_with("default-src 'none';"), "{policy}");
    assert!(policy.contains("frame-ancestors 'none'"), "{policy}");
    assert!(!policy.contains("script-src"), "{policy}");
    for loads in ["<script", "src=", "href=", "@import", "url("] {
        assert!(!page.text().contains(loads), "{loads:?} in {}", page.text());
    }
}

/// Without the link's key the ticket is its user's and the organizers': others learn nothing, and
/// a wrong key is worth as much as none.
#[tokio::test]
async fn without_the_key_it_is_the_users() {
    let rig = Rig::new();
    let booking = booked(&rig).await;
    let (path, access) = link(&booking);
    assert_eq!(rig.get(path).user("u").send().await.status, 200);
    assert_eq!(rig.get(path).organizer().send().await.status, 200);
    rig.get(path).user("v").refused(404, "not_found").await;
    rig.get(path).refused(401, "unauthenticated").await;
    let hold = rig.hold("s", "w", &["B-1"]).await;
    let other = rig.book(&hold).await;
    let (_, foreign) = link(&other);
    for wrong in ["", "%", foreign, &access[..access.len() - 1]] {
        let forged = format!("{path}?access={wrong}");
        rig.get(&forged).refused(401, "unauthenticated").await;
        rig.get(&forged).user("v").refused(404, "not_found").await;
        assert_eq!(rig.get(&forged).user("u").send().await.status, 200, "{wrong:?}");
    }
    for nobody in ["bkg_", "bkg_x", "bkg_00000000000000000000000000000001"] {
        let path = format!("/v1/bookings/{nobody}/ticket");
        rig.get(&path).user("u").refused(404, "not_found").await;
        rig.get(&format!("{path}?access={access}")).refused(401, "unauthenticated").await;
    }
}

/// It is read like everything else: as fresh as is asked for, in no other form, with no parameter
/// that is not known.
#[tokio::test]
async fn it_is_read_like_the_rest() {
    let rig = Rig::new();
    let booking = booked(&rig).await;
    let (path, access) = link(&booking);
    let signed = format!("{path}?access={access}");
    let index = rig.get(&signed).send().await.index();
    rig.solo.lag();
    rig.get(&signed).refused(404, "not_found").await;
    let page = rig.get(&format!("{signed}&min_index={index}")).send().await;
    assert_eq!((page.status.as_u16(), page.index()), (200, index), "{}", page.text());
    let page = rig.get(&format!("{signed}&consistency=linearizable")).send().await;
    assert_eq!(page.status, 200, "{}", page.text());
    let ahead = format!("{signed}&min_index={}&timeout_ms=1", index + 1);
    rig.get(&ahead).refused(412, "not_caught_up").await;
    rig.get(&format!("{signed}&colour=red")).refused(400, "invalid_request").await;
    rig.get(&signed).header("accept", "application/json").refused(406, "not_acceptable").await;
    let browser = "text/html,application/xhtml+xml,*/*;q=0.8";
    assert_eq!(rig.get(&signed).header("accept", browser).send().await.status, 200);
}

/// Seats that were given back are on the ticket no more. When all are, it says so in words, has no
/// code to show at the door, and the booking keeps its link.
#[tokio::test]
async fn a_cancelled_booking_says_so() {
    let rig = Rig::new();
    let booking = booked(&rig).await;
    let (path, access) = link(&booking);
    let signed = format!("{path}?access={access}");
    let cancel = format!("/v1/bookings/{}/cancel", text(&booking["id"]));
    rig.post(&cancel, &json!({"seats": ["A-1"]})).organizer().gives(200).await;
    let page = rig.get(&signed).send().await.text();
    let label = |at: usize| text(&booking["seats"][at]["label"]);
    assert!(
        !page.contains(label(0)) && page.contains(label(1)) && page.contains("<svg "),
        "{page}"
    );
    assert!(page.contains("225.00 EUR"), "{page}");

    let cancelled = rig.post(&cancel, &json!({})).organizer().gives(200).await;
    assert_eq!(cancelled["ticket_url"], booking["ticket_url"]);
    let page = rig.get(&signed).send().await;
    assert_eq!(page.status, 200);
    assert!(page.text().contains("cancelled") && !page.text().contains("<svg"), "{}", page.text());
}

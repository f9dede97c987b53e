//! What is sent and what is made of the answer.

use serde_json::{Value, json};

use super::super::{
    Client, Code, Error, HoldStatus, NewHold, Packed, Readiness, SeatState, ShowStatus, path,
};
use super::stub::{Asked, Reply, Stub, nobody, problem};
use super::{client, hold, of};

/// The example of the room's page, word for word.
#[tokio::test]
async fn the_example_works() {
    async fn example(endpoints: [String; 2]) -> Result<(), Error> {
        let client = Client::builder(endpoints).user("anna").build()?;
        // Reads from now on show what this client has written, whichever node answers.
        let client = client.consistent();
        let hold =
            match client.create_hold("club", &NewHold::best(2, None)).key("annas-seats").await {
                Ok(hold) => hold,
                Err(Error::Refused(problem)) => return Err(Error::Refused(problem)),
                // Whether Anna has seats is not known: the same call under the same key will tell.
                Err(Error::OutcomeUnknown { key, .. }) => {
                    client.create_hold("club", &NewHold::best(2, None)).key(key).await?
                }
                Err(other) => return Err(other),
            };
        println!("{} until {}", hold.id, hold.expires_at);
        Ok(())
    }
    let stub = Stub::start(|_, _| (201, hold()));
    example([format!("http://{}", nobody()), stub.url()]).await.unwrap();
    let asked = stub.asked();
    assert_eq!(asked[0].line, "POST /v1/shows/club/holds");
    assert_eq!(asked[0].key.as_deref(), Some("annas-seats"));
    assert_eq!(asked[0].body, json!({"best_available": {"quantity": 2}}));
    assert_eq!(asked[0].header("x-user-id"), Some("anna"));
    assert_eq!(asked[0].header("x-usher-role"), None);
}

/// Fields and words of later versions are passed over.
#[tokio::test]
async fn what_nodes_add_is_passed_over() {
    let mut dreaming = hold();
    dreaming["status"] = json!("dreaming");
    let stub =
        Stub::start(move |_, number| (200, if number == 0 { hold() } else { dreaming.clone() }));
    let client = of(&[&stub]);
    assert_eq!(client.hold("hld_1").await.unwrap().status, HoldStatus::Pending);
    let odd = client.hold("hld_1").await.unwrap();
    assert_eq!(odd.status, HoldStatus::Other("dreaming".to_owned()));
    assert_eq!(serde_json::to_value(&odd).unwrap()["status"], "dreaming");
}

/// What is no answer of the contract is said so, and by whom.
#[tokio::test]
async fn what_is_not_understood_is_said() {
    let stub = Stub::always(200, json!([]));
    let odd = of(&[&stub]).hold("hld_1").await.unwrap_err();
    assert!(
        matches!(&odd, Error::Malformed { endpoint, .. } if *endpoint == stub.url()),
        "{odd:?}"
    );
    // A page that is no problem of ours is known by its status.
    let stub = Stub::always(403, json!("<html>"));
    let odd = of(&[&stub]).hold("hld_1").await.unwrap_err();
    assert_eq!(odd.to_string(), "status 403");
}

/// A problem has its fields.
#[tokio::test]
async fn a_problem_has_its_fields() {
    let mut body = problem(409, "seat_unavailable");
    body["conflicts"] = json!(["A-1"]);
    body["errors"] = json!([{"field": "seats[0]", "message": "is taken"}]);
    body["active_hold"] = json!("hld_2");
    body["max"] = json!(3);
    let stub = Stub::always(409, body);
    let refused = of(&[&stub]).create_hold("club", &NewHold::seats(["A-1"])).await.unwrap_err();
    assert_eq!(refused.to_string(), "in words (409 seat_unavailable)\n  seats[0]: is taken");
    let Error::Refused(problem) = refused else { panic!("{refused:?}") };
    assert_eq!((&problem.code, problem.status), (&Code::SeatUnavailable, 409));
    assert_eq!(
        (&problem.conflicts[..], &problem.more["max"]),
        (&["A-1".to_owned()][..], &json!(3))
    );
    assert_eq!((problem.active_hold.as_deref(), &problem.endpoint), (Some("hld_2"), &stub.url()));
}

/// Reads are as fresh as was asked for: with what this client has seen, or with everything.
#[tokio::test]
async fn reads_are_as_fresh_as_asked_for() {
    let stub = Stub::start(|asked: &Asked, _| {
        let index = if asked.line.starts_with("POST") { 41 } else { 7 };
        let is_list = asked.line.contains("bookings");
        let body = if is_list { json!({"data": [], "next_cursor": null}) } else { hold() };
        Reply::from((200, body)).header("usher-applied-index", index)
    });
    let plain = of(&[&stub]);
    let client = plain.consistent();
    client.hold("hld_1").await.unwrap();
    client.create_hold("club", &NewHold::seats(["A-1"])).await.unwrap();
    client.hold("hld_1").await.unwrap();
    client.my_bookings().await.unwrap();
    plain.hold("hld_1").await.unwrap();
    plain.hold("hld_1").linearizable().await.unwrap();
    plain.linearizable().my_hold().await.unwrap();
    client.gateways().await.unwrap_err();
    assert_eq!(client.index(), 41, "what is seen does not go back");
    assert_eq!(
        stub.lines(),
        [
            "GET /v1/holds/hld_1",
            "POST /v1/shows/club/holds",
            "GET /v1/holds/hld_1?min_index=41",
            "GET /v1/me/bookings?min_index=41",
            "GET /v1/holds/hld_1",
            "GET /v1/holds/hld_1?consistency=linearizable",
            "GET /v1/me/hold?consistency=linearizable",
            "GET /v1/gateways",
        ]
    );
}

/// A list is read to its end, or a page of it.
#[tokio::test]
async fn lists_are_read_to_their_end() {
    let stub = Stub::start(|asked: &Asked, _| {
        let last = asked.line.contains("cursor=a%26b");
        let (row, next) = if last { (2, Value::Null) } else { (1, json!("a&b")) };
        (200, json!({"data": [{"id": format!("g{row}"), "name": "G"}], "next_cursor": next}))
    });
    let client = of(&[&stub]);
    let all = client.gateways().all().await.unwrap();
    assert_eq!(all.iter().map(|row| row.id.as_str()).collect::<Vec<_>>(), ["g1", "g2"]);
    client.gateways().limit(9).all().await.unwrap();
    let page = client.gateways().limit(1).cursor("a&b").await.unwrap();
    assert_eq!((page.data[0].id.as_str(), page.next_cursor), ("g2", None));
    assert_eq!(
        stub.lines(),
        [
            "GET /v1/gateways?limit=200",
            "GET /v1/gateways?limit=200&cursor=a%26b",
            "GET /v1/gateways?limit=9",
            "GET /v1/gateways?limit=9&cursor=a%26b",
            "GET /v1/gateways?limit=1&cursor=a%26b",
        ]
    );
}

/// Who asks is said: by name, in a role, by a token.
#[tokio::test]
async fn callers_are_named() {
    let stub = Stub::start(|_, _| {
        (200, json!({"cluster_id": null, "leader": null, "term": 0, "nodes": []}))
    });
    let operator = Client::builder([format!("{}/", stub.url())]).token("s3cret").role("operator");
    operator.build().unwrap().cluster().await.unwrap();
    let asked = &stub.asked()[0];
    assert_eq!(
        (asked.line.as_str(), asked.token.as_deref()),
        ("GET /v1/cluster", Some("Bearer s3cret"))
    );
    assert_eq!(asked.header("x-usher-role"), Some("operator"));
    for unusable in [
        Client::builder([stub.url()]).token("two\nlines").build(),
        Client::builder(Vec::<String>::new()).build(),
    ] {
        assert!(matches!(unusable, Err(Error::Unusable(_))), "{unusable:?}");
    }
}

/// Whatever a thing is called, its path names it and nothing else.
#[tokio::test]
async fn paths_are_escaped() {
    assert_eq!(path(&["v1", "shows", "a/b?c"]).unwrap(), "/v1/shows/a%2Fb%3Fc");
    assert_eq!(path(&["v1", "shows", "ü"]).unwrap(), "/v1/shows/%C3%BC");
    for dots in [".", "..", "%2e%2e"] {
        let named = path(&["v1", "shows", dots, "seat-map"]);
        let kept = named.as_ref().is_ok_and(|path| path.matches('/').count() == 4);
        assert!(named.is_err() || kept, "{dots}: {named:?}");
    }
    let stub = Stub::always(200, hold());
    let none = of(&[&stub]).hold("..").await.unwrap_err();
    assert_eq!(none.code(), Some(&Code::NotFound));
    assert!(stub.asked().is_empty());
}

/// An answer without a body is `()`; a packed map has a state at each place.
#[tokio::test]
async fn answers_that_are_no_json() {
    let stub = Stub::start(|asked: &Asked, _| {
        let is_delete = asked.line.starts_with("DELETE");
        if is_delete { Reply::empty(204) } else { Reply::from((200, json!(null))) }
    });
    of(&[&stub]).release_hold("hld_1").await.unwrap();
    assert_eq!(stub.lines(), ["DELETE /v1/holds/hld_1"]);
    let packed = Packed(vec![0b11_10_01_00, 0b00_00_00_01].into());
    let states: Vec<SeatState> = (0..).map_while(|place| packed.state(place)).collect();
    let four = [SeatState::Available, SeatState::Pending, SeatState::Reserved, SeatState::Blocked];
    assert_eq!((&states[..4], &states[4]), (&four[..], &SeatState::Pending));
    assert_eq!(states.len(), 8);
    of(&[&stub]).packed_seats("club").await.unwrap();
    assert_eq!(stub.lines()[1], "GET /v1/shows/club/seats?format=packed");
}

/// A node is ready, not ready, or not there.
#[tokio::test]
async fn nodes_are_ready_or_not() {
    let (yes, no) = (Stub::always(200, json!("ok")), Stub::always(503, problem(503, "not_ready")));
    let client = client(&[yes.url()]);
    let absent = format!("http://{}", nobody());
    for (endpoint, readiness) in [
        (yes.url(), Readiness::Ready),
        (no.url(), Readiness::NotReady),
        (absent, Readiness::Nobody),
    ] {
        assert_eq!(client.readiness(&endpoint).await.unwrap(), readiness);
    }
    assert_eq!(no.asked().len(), 1, "it is asked once");
}

/// A show as a node answers it, in all its parts.
#[tokio::test]
async fn a_show_is_read() {
    let stub = Stub::always(
        200,
        json!({
            "id": "hamlet", "name": "Hamlet", "venue": "Old Mill", "description": "",
            "starts_at": "2099-03-01T19:30:00.000Z", "media": [], "currency": "EUR",
            "prices": {"Stalls": 9500}, "sale": {"opens_at": null, "closes_at": null},
            "policy": {"hold_ttl_seconds": 600, "hold_total_seconds_max": 1800,
                "seats_per_hold_max": 10, "prevent_orphans": false},
            "seat_map": {"hash": "cafe", "url": "/v1/shows/hamlet/seat-map?v=cafe"},
            "areas": [{"id": "s", "name": "Standing", "category": "Stalls", "capacity": 5}],
            "status": "cancelled", "price_from": 9500, "available": 0,
            "cancellation": {"bookings": 2, "refunded": 1, "pending": 1, "failed": 0},
        }),
    );
    let show = of(&[&stub]).show("hamlet").await.unwrap();
    assert_eq!((show.status, show.policy.seats_per_hold_max), (ShowStatus::Cancelled, Some(10)));
    assert_eq!(show.cancellation.map(|c| c.pending), Some(1));
}

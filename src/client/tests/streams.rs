//! Listening: events come in order, whatever breaks.

use serde_json::{Value, json};

use super::super::{Error, Event, Seats};
use super::stub::{Asked, Reply, Stub, nobody, problem};
use super::{client, of};

fn seats(version: u64, ids: &[&str]) -> Value {
    let seat = |id: &&str| json!({"id": id, "category": "A", "status": "unavailable"});
    json!({
        "show": "club", "version": version, "counts": {"available": 1, "unavailable": 2},
        "seats": ids.iter().map(seat).collect::<Vec<_>>(), "areas": [],
    })
}

fn event(name: &str, version: u64, ids: &[&str]) -> String {
    format!("event: {name}\nid: 5-{version}\ndata: {}\n\n", seats(version, ids))
}

fn ids(seats: &Seats) -> Vec<&str> {
    seats.seats.iter().map(|seat| seat.id.as_str()).collect()
}

/// Where each connection began.
fn resumed(stub: &Stub) -> Vec<Option<String>> {
    let asked = stub.asked();
    asked.iter().map(|asked| asked.header("last-event-id").map(str::to_owned)).collect()
}

/// A stream that breaks within an event goes on at the next endpoint after the last whole one:
/// nothing is missed, and nothing comes twice.
#[tokio::test]
async fn a_stream_goes_on_at_another_endpoint() {
    let first = Stub::start(|_, number| {
        if 0 < number {
            return Reply::from((503, problem(503, "not_ready")));
        }
        let half = &event("seats", 9, &["C-3"])[..40];
        let begun = "retry: 10\n\n: hello\n\n".to_owned();
        let (all, one) = (event("snapshot", 7, &["A-1"]), event("seats", 8, &["B-2"]));
        Reply::broken(begun + &all + &one + half)
    });
    let second = Stub::start(|asked: &Asked, number| {
        if number == 0 {
            // It lags, and is asked again in its turn.
            return Reply::from((503, problem(503, "not_ready")));
        }
        assert_eq!(asked.header("last-event-id"), Some("5-8"));
        Reply::silent(event("seats", 9, &["C-3"]) + &event("seats", 10, &["D-4"]))
    });
    let down = format!("http://{}", nobody());
    let mut events = client(&[first.url(), down, second.url()]).stream("club");
    let Event::Snapshot(all) = events.next().await.unwrap() else { panic!("a snapshot is first") };
    assert_eq!((all.version, ids(&all)), (7, vec!["A-1"]));
    for (version, seat) in [(8, "B-2"), (9, "C-3"), (10, "D-4")] {
        let Event::Seats(some) = events.next().await.unwrap() else { panic!("{version}") };
        assert_eq!((some.version, ids(&some)), (version, vec![seat]));
    }
    assert_eq!(events.last_id(), Some("5-10"));
    assert_eq!(first.lines()[0], "GET /v1/shows/club/stream");
    assert_eq!(first.asked()[0].header("accept"), Some("text/event-stream"));
    assert_eq!(resumed(&first)[0], None);
}

/// What cannot be told any more is begun anew. A break before the new snapshot has come does not
/// pass for it.
#[tokio::test]
async fn a_reset_is_followed_by_its_snapshot() {
    let reset = "event: reset\nid: 6-1\ndata: {\"reason\":\"epoch\"}\n\n";
    let stub = Stub::start(move |_, number| match number {
        0 => Reply::broken(format!("retry: 1\n\n{reset}")),
        _ => Reply::silent(reset.to_owned() + &event("snapshot", 1, &[])),
    });
    let mut events = of(&[&stub]).stream("club").after("5-7");
    let epoch = Event::Reset { reason: "epoch".to_owned() };
    assert_eq!(events.next().await.unwrap(), epoch);
    assert_eq!(events.last_id(), Some("5-7"));
    assert_eq!(events.next().await.unwrap(), epoch);
    assert!(matches!(events.next().await.unwrap(), Event::Snapshot(_)));
    assert_eq!(resumed(&stub), [Some("5-7".to_owned()), Some("5-7".to_owned())]);
}

/// However a stream is cut, it has the same events; data over several lines is one.
#[tokio::test]
async fn events_are_read_however_they_are_cut() {
    let text = "\u{feff}: a comment\r\nevent: seats\r\nid:5-7\r\ndata: {\"a\":\r\ndata: 1}\r\n\r\n";
    for size in 1..text.len() {
        let mut blocks = super::super::events::Blocks::default();
        let mut found = Vec::new();
        for part in text.as_bytes().chunks(size) {
            blocks.push(part);
            found.extend(std::iter::from_fn(|| blocks.next()));
        }
        let [block] = &found[..] else { panic!("parts of {size}: {found:?}") };
        assert_eq!((block.name.as_str(), block.id.as_deref()), ("seats", Some("5-7")));
        assert_eq!(block.data, b"{\"a\":\n1}");
    }
}

/// A show that is not there is an error, and so is a cluster that is not: the caller may try again.
#[tokio::test]
async fn streams_that_cannot_be_had() {
    let stub = Stub::always(404, problem(404, "not_found"));
    let refused = of(&[&stub]).stream("club").next().await.unwrap_err();
    assert!(matches!(refused, Error::Refused(_)), "{refused:?}");
    assert_eq!(stub.asked().len(), 1);
    let absent = format!("http://{}", nobody());
    let mut events = client(&[absent]).stream("club");
    for _ in 0..2 {
        let missed = events.next().await.unwrap_err();
        assert!(matches!(missed, Error::Unreachable { .. }), "{missed:?}");
    }
}

/// As a stream it ends with the first error.
#[tokio::test]
async fn events_are_a_stream() {
    use futures_util::StreamExt as _;
    let stub = Stub::start(|_, number| match number {
        0 => Reply::broken("retry: 1\n\n".to_owned() + &event("snapshot", 7, &[])),
        _ => Reply::from((404, problem(404, "not_found"))),
    });
    let events: Vec<Result<Event, Error>> =
        of(&[&stub]).stream("club").into_stream().collect().await;
    assert!(matches!(&events[..], [Ok(Event::Snapshot(_)), Err(Error::Refused(_))]), "{events:?}");
}

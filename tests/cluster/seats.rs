//! What readers see of a show's seats: views by role, tags, the packed form, consistency.

use serde_json::{Value, json};

use crate::harness::{Cluster, column, list, plans, run, show, show_with, text};

/// Makes a show with a pending hold of by `{id}-a`, a booking of A-3 by `{id}-b` and a
/// block on A-4; says the index at which all of it stands.
async fn in_every_state(cluster: &Cluster, id: &str) -> u64 {
    let areas =
        json!({"areas": [{"id": "floor", "name": "Floor", "category": "Circle", "capacity": 30}]});
    cluster.node(1).create_show(&show_with(id, &plans::theatre(), &areas)).await;
    let (first, second) = (format!("{id}-a"), format!("{id}-b"));
    cluster.node(2).hold(id, &first, &["A-1", "A-2"]).gives(201).await;
    let sold = cluster.node(3).hold(id, &second, &["A-3"]).gives(201).await;
    let confirm = format!("/v1/holds/{}/confirm", text(&sold, "id"));
    let confirm = cluster.node(1).post(&confirm, &json!({"reference": "till", "email": null}));
    confirm.organizer().gives(201).await;
    let block = cluster.node(2).post(&format!("/v1/shows/{id}/block"), &json!({"seats": ["A-4"]}));
    block.organizer().send().await.expect(200).index()
}

#[test]
fn a_buyer_sees_free_or_not_and_an_organizer_sees_whose() {
    run(async {
        let cluster = Cluster::shared().await;
        let index = in_every_state(&cluster, "views").await;
        let path = format!("/v1/shows/views/seats?min_index={index}");
        let buyer = cluster.node(3).get(&path).user("views-b").gives(200).await;
        assert_eq!(buyer["show"], "views");
        assert_eq!(buyer["counts"], json!({"available": 21, "unavailable": 4}));
        assert_eq!(buyer["areas"], json!([{"id": "floor", "available": 30}]));
        let seats = list(&buyer, "seats");
        assert_eq!(seats.len(), 25);
        assert_eq!(seats[0], json!({"id": "A-1", "category": "Stalls", "status": "unavailable"}));
        assert_eq!(seats[4], json!({"id": "A-5", "category": "Stalls", "status": "available"}));
        let anonymous = cluster.node(2).get(&path).gives(200).await;
        assert_eq!(anonymous, buyer, "the body depends on the role alone");

        let organizer = cluster.node(1).get(&path).organizer().gives(200).await;
        let seats = list(&organizer, "seats");
        assert_eq!(
            column(&seats[..5], "state").join(" "),
            "PENDING PENDING RESERVED BLOCKED AVAILABLE"
        );
        assert_eq!((&seats[0]["user"], &seats[2]["user"]), (&json!("views-a"), &json!("views-b")));
        assert!(text(&seats[0], "hold").starts_with("hld_"), "{}", seats[0]);
        assert!(text(&seats[2], "booking").starts_with("bkg_"), "{}", seats[2]);
    });
}

#[test]
fn the_seat_list_can_be_narrowed() {
    run(async {
        let cluster = Cluster::shared().await;
        let index = in_every_state(&cluster, "narrow").await;
        let path = format!("/v1/shows/narrow/seats?min_index={index}");
        let free = cluster.node(2).get(&format!("{path}&status=available")).gives(200).await;
        let free = column(list(&free, "seats"), "id");
        assert_eq!(free.len(), 21);
        assert_eq!(free[0], "A-5");
        let balcony = cluster.node(3).get(&format!("{path}&section=Balcony")).gives(200).await;
        assert_eq!(column(list(&balcony, "seats"), "id").join(" "), "C-1 C-2 C-3 C-4 C-5");

        let mine = cluster.node(1).get(&format!("{path}&mine=true")).user("narrow-a");
        let mine = mine.send().await.expect(200);
        let cache = mine.has("cache-control");
        assert!(cache.contains("private") && cache.contains("no-store"), "{cache}");
        let seats = mine.json();
        let own: Vec<&Value> =
            list(&seats, "seats").iter().filter(|seat| seat["mine"] == true).collect();
        assert_eq!(own.len(), 2);
        assert!(own.iter().all(|seat| seat["state"] == "PENDING"), "{own:?}");
        let others = list(&seats, "seats").iter().filter(|seat| seat["mine"] != true);
        assert!(others.clone().all(|seat| seat.get("state").is_none()), "not whose they are");
        let nobody = cluster.node(2).get(&format!("{path}&mine=true"));
        nobody.refused(401, "unauthenticated").await;
        let wrong = cluster.node(3).get(&format!("{path}&status=maybe"));
        wrong.refused(400, "invalid_request").await;
    });
}

#[test]
fn seats_have_a_tag_that_changes_with_them() {
    run(async {
        let cluster = Cluster::shared().await;
        let index = in_every_state(&cluster, "tagged").await;
        let path = format!("/v1/shows/tagged/seats?min_index={index}");
        let first = cluster.node(1).get(&path).send().await.expect(200);
        let tag = first.has("etag").to_owned();
        let parts: Vec<&str> = tag.trim_matches('"').split('-').collect();
        assert_eq!(parts.len(), 3, "epoch, version and view: {tag}");
        assert_eq!(parts[1], first.json()["version"].to_string(), "{tag}");
        assert!(first.has("cache-control").contains("no-cache"));
        first.has("vary");
        for node in [2, 3] {
            let known = cluster.node(node).get(&path).header("if-none-match", &tag);
            let known = known.send().await.expect(304);
            assert!(known.body.is_empty(), "304 has no body");
            assert_eq!(known.has("etag"), tag, "every node has the same tag");
        }
        let organizer = cluster.node(2).get(&path).organizer().send().await.expect(200);
        assert_ne!(organizer.has("etag"), tag, "another view, another tag");
        let other = cluster.node(3).get(&path).organizer().header("if-none-match", &tag);
        other.gives(200).await;

        let held = cluster.node(2).hold("tagged", "tagged-c", &["B-5"]).send().await.expect(201);
        let path = format!("/v1/shows/tagged/seats?min_index={}", held.index());
        let changed = cluster.node(3).get(&path).header("if-none-match", &tag);
        let changed = changed.send().await.expect(200);
        assert_ne!(changed.has("etag"), tag);
        let version = |reply: &Value| reply["version"].as_u64().expect("a version is a number");
        assert!(version(&changed.json()) > version(&first.json()));
    });
}

#[test]
fn packed_seats_are_two_bits_each() {
    run(async {
        let cluster = Cluster::shared().await;
        let index = in_every_state(&cluster, "packed").await;
        let path = format!("/v1/shows/packed/seats?format=packed&min_index={index}");
        let buyer = cluster.node(2).get(&path).send().await.expect(200);
        assert_eq!(buyer.has("content-type"), "application/octet-stream");
        assert_eq!(buyer.body.len(), 7, "25 seats, four a byte, zero padded");
        assert_eq!(buyer.body[..], [0b1111_1111, 0, 0, 0, 0, 0, 0], "only free or not");
        let organizer = cluster.node(3).get(&path).organizer().send().await.expect(200);
        assert_eq!(organizer.body[..], [0b1110_0101, 0, 0, 0, 0, 0, 0], "from the low bits");
        let tag = organizer.has("etag").to_owned();
        let known = cluster.node(1).get(&path).organizer().header("if-none-match", &tag);
        known.send().await.expect(304);
        let wrong = cluster.node(1).get("/v1/shows/packed/seats?format=xml");
        wrong.refused(400, "invalid_request").await;
        cluster.node(2).get("/v1/shows/packed-not/seats").refused(404, "not_found").await;
    });
}

/// A write acknowledged on one node is seen by the next read on any other that asks for it.
#[test]
fn reads_see_what_they_ask_for() {
    run(async {
        let cluster = Cluster::shared().await;
        cluster.node(1).create_show(&show("fresh", &plans::rows(&[("A", 90)]))).await;
        for round in 0..30u64 {
            let (writer, reader) = (1 + round % 3, 1 + (round + 1 + round / 3 % 2) % 3);
            let (seat, user) = (format!("A-{}", round + 1), format!("fresh-{round}"));
            let held = cluster.node(writer).hold("fresh", &user, &[&seat]).send().await.expect(201);
            let by_index = format!("min_index={}", held.index());
            let wanted = if round % 2 == 0 { "consistency=linearizable" } else { &by_index };
            let path = format!("/v1/shows/fresh/seats?{wanted}");
            let seats = cluster.node(reader).get(&path).send().await.expect(200);
            assert!(seats.index() >= held.index(), "round {round}");
            let at = usize::try_from(round).expect("small");
            let seats = seats.json();
            assert_eq!(list(&seats, "seats")[at]["status"], "unavailable", "round {round}");
        }
    });
}

#[test]
fn an_index_that_does_not_come_is_not_awaited_for_ever() {
    run(async {
        let cluster = Cluster::shared().await;
        let made = cluster.node(1).create_show(&show("patience", &plans::rows(&[("A", 1)]))).await;
        let far = made.index() + 1_000_000;
        for node in [1, 2, 3] {
            let path = format!("/v1/shows/patience?min_index={far}&timeout_ms=100");
            cluster.node(node).get(&path).refused(412, "not_caught_up").await;
        }
        for wrong in
            ["timeout_ms=10001&min_index=1", "min_index=-1", "min_index=x", "consistency=eventual"]
        {
            let call = cluster.node(2).get(&format!("/v1/shows/patience?{wrong}"));
            call.refused(400, "invalid_request").await;
        }
    });
}

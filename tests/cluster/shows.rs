//! Section 3 of the contract, step by step, each step on another node than the one before.

use serde_json::{Value, json};

use crate::harness::{Cluster, column, list, plans, run, show, show_with, text};

#[test]
fn a_show_made_on_one_node_is_read_on_the_others() {
    run(async {
        let cluster = Cluster::shared().await;
        let body = show_with(
            "made",
            &plans::theatre(),
            &json!({"description": "Five acts",
                "media": [{"kind": "image", "url": "/m.jpg", "alt": "poster"}],
                "areas": [{"id": "floor", "name": "Floor", "category": "Circle", "capacity": 50}]}),
        );
        let made = cluster.node(1).create_show(&body).await;
        let read = format!("/v1/shows/made?min_index={}", made.index());
        let on_two = cluster.node(2).get(&read).send().await.expect(200);
        assert!(on_two.index() >= made.index(), "min_index was not awaited");
        assert_eq!(on_two.json(), made.json(), "a reader sees what the maker was told");
        let show = cluster.node(3).get("/v1/shows/made?consistency=linearizable").gives(200).await;
        assert_eq!(show["id"], "made");
        assert_eq!(show["name"], body["name"]);
        assert_eq!(show["venue"], body["venue"]);
        assert_eq!(show["starts_at"], "2099-03-01T19:30:00.000Z");
        assert_eq!(show["currency"], "EUR");
        assert_eq!(show["prices"], body["prices"]);
        assert_eq!(show["media"][0]["alt"], "poster");
        assert_eq!(show["status"], "on_sale", "opens_at null is now");
        assert_eq!(show["price_from"], 6500);
        assert_eq!(show["available"], 25 + 50, "seats and places");
        assert_eq!(show["policy"]["hold_ttl_seconds"], 600, "defaults are shown");
        assert_eq!(show["policy"]["seats_per_hold_max"], 10);
        assert!(text(&show["seat_map"], "url").contains(text(&show["seat_map"], "hash")));
        assert_eq!(show.get("cancellation").unwrap_or(&Value::Null), &Value::Null);

        let again = cluster.node(3).post("/v1/shows", &body).organizer();
        again.refused(409, "show_exists").await;
    });
}

#[test]
fn a_show_without_an_id_gets_one() {
    run(async {
        let cluster = Cluster::shared().await;
        let mut body = show("nameless", &plans::rows(&[("A", 3)]));
        body.as_object_mut().expect("an object").remove("id");
        let made = cluster.node(2).create_show(&body).await;
        let id = text(&made.json(), "id").to_owned();
        assert!(id.starts_with("shw_"), "{id}");
        let read = format!("/v1/shows/{id}?min_index={}", made.index());
        cluster.node(3).get(&read).gives(200).await;
    });
}

#[test]
fn a_show_is_changed_where_it_may_change() {
    run(async {
        let cluster = Cluster::shared().await;
        cluster.node(1).create_show(&show("patched", &plans::theatre())).await;
        let patch = json!({"name": "Hamlet, again", "description": "Shorter",
            "policy": {"hold_ttl_seconds": 60, "hold_total_seconds_max": 120,
                "seats_per_hold_max": 2, "prevent_orphans": false},
            "prices": {"Circle": 7000}});
        let call = || cluster.node(2).call(reqwest::Method::PATCH, "/v1/shows/patched").organizer();
        let patched = call().json(&patch).send().await.expect(200);
        let read = format!("/v1/shows/patched?min_index={}", patched.index());
        let show = cluster.node(3).get(&read).gives(200).await;
        assert_eq!(show["name"], "Hamlet, again");
        assert_eq!(show["description"], "Shorter");
        assert_eq!(show["prices"], json!({"Stalls": 9500, "Circle": 7000}), "others stay");
        assert_eq!(show["policy"]["seats_per_hold_max"], 2);

        let three = cluster.node(3).hold("patched", "patched-u", &["A-1", "A-2", "A-3"]);
        three.refused(422, "too_many_seats").await;
        call().json(&json!({"colour": "red"})).refused(400, "invalid_request").await;
        call().json(&json!({"name": 7})).refused(400, "invalid_request").await;
        let none =
            cluster.node(1).call(reqwest::Method::PATCH, "/v1/shows/patched-not").organizer();
        none.json(&json!({"name": "x"})).refused(404, "not_found").await;
    });
}

#[test]
fn shows_are_listed_filtered_and_paged() {
    run(async {
        let cluster = Cluster::shared().await;
        let plan = json!({"hash": seat_map(&cluster, 1, &plans::rows(&[("A", 2)])).await});
        let mut index = 0;
        for (at, month) in ["01", "02", "03", "04", "05"].iter().enumerate() {
            let fields = json!({"venue": "Listing Hall", "name": format!("Listed {month}"),
                "starts_at": format!("2098-{month}-01T20:00:00.000Z")});
            let body = show_with(&format!("listed-{month}"), &plan, &fields);
            index = cluster.nodes()[at % 3].create_show(&body).await.index();
        }
        let venue = format!("/v1/shows?venue=Listing%20Hall&min_index={index}");
        let ids = async |node: u64, query: &str| {
            let found = cluster.node(node).get(&format!("{venue}{query}")).gives(200).await;
            assert!(found["next_cursor"].is_null(), "{found}");
            column(list(&found, "data"), "id").join(" ")
        };
        assert_eq!(ids(1, "").await, "listed-01 listed-02 listed-03 listed-04 listed-05");
        let from = "&from=2098-02-01T00:00:00.000Z&to=2098-03-15T00:00:00.000Z";
        assert_eq!(ids(2, from).await, "listed-02 listed-03");
        assert_eq!(ids(3, "&q=listed%2004").await, "listed-04", "in whatever case");
        cluster.node(3).post("/v1/shows/listed-03/cancel", &json!({})).organizer().gives(202).await;
        let linearizable = "&consistency=linearizable";
        assert_eq!(ids(1, linearizable).await, "listed-01 listed-02 listed-04 listed-05");
        assert_eq!(ids(2, &format!("&status=all{linearizable}")).await.split(' ').count(), 5);
        assert_eq!(ids(3, &format!("&status=cancelled{linearizable}")).await, "listed-03");

        // A cursor goes on where another node's page ended.
        let (mut pages, mut cursor) = (Vec::new(), String::new());
        for node in [1, 2, 3] {
            let page = format!("{venue}&limit=2&status=all&consistency=linearizable{cursor}");
            let page = cluster.node(node).get(&page).gives(200).await;
            pages.extend(column(list(&page, "data"), "id").into_iter().map(str::to_owned));
            match page["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        assert_eq!(pages.join(" "), "listed-01 listed-02 listed-03 listed-04 listed-05");
        for wrong in
            ["limit=0", "limit=201", "limit=x", "cursor=%21", "from=yesterday", "status=new"]
        {
            let call = cluster.node(2).get(&format!("/v1/shows?{wrong}"));
            call.refused(400, "invalid_request").await;
        }
    });
}

#[test]
fn a_seat_map_is_stored_once_and_shared() {
    run(async {
        let cluster = Cluster::shared().await;
        let plan = plans::theatre();
        let first = cluster.node(1).post("/v1/seat-maps", &plan).organizer().gives(201).await;
        let second = cluster.node(2).post("/v1/seat-maps", &plan).organizer().gives(201).await;
        assert_eq!(first, second, "the same plan has the same hash");
        assert_eq!(
            (&first["seats"], &first["categories"]),
            (&json!(25), &json!(["Stalls", "Circle"]))
        );
        let by_hash = json!({"hash": first["hash"]});
        let made = cluster.node(3).create_show(&show("by-hash", &by_hash)).await;
        assert_eq!(made.json()["seat_map"]["hash"], first["hash"]);
        let unknown = show("by-hash-not", &json!({"hash": "00".repeat(32)}));
        let refusal = cluster.node(1).post("/v1/shows", &unknown).organizer().send().await;
        assert!(matches!(refusal.status.as_u16(), 400 | 404), "{}", refusal.text());

        let path = format!("/v1/shows/by-hash/seat-map?min_index={}", made.index());
        let drawn = cluster.node(1).get(&path).send().await.expect(200);
        let etag = drawn.has("etag").to_owned();
        assert!(etag.starts_with('"'), "a strong tag: {etag}");
        let plan = String::from_utf8_lossy(&drawn.body).into_owned();
        assert!(plan.contains("A-10") && plan.contains("C-5"), "geometry names the seats");
        let known = cluster.node(2).get(&path).header("if-none-match", &etag);
        let known = known.send().await.expect(304);
        assert!(known.body.is_empty());
        let hash = text(&first, "hash");
        let fixed = cluster.node(3).get(&format!("{path}&v={hash}")).send().await.expect(200);
        assert_eq!(fixed.body, drawn.body);
        let cache = fixed.has("cache-control");
        assert!(cache.contains("immutable") && cache.contains("public"), "{cache}");
    });
}

#[test]
fn a_cancelled_show_ends_its_holds_and_sells_no_more() {
    run(async {
        let cluster = Cluster::shared().await;
        cluster.node(1).create_show(&show("doomed", &plans::theatre())).await;
        let hold = cluster.node(2).hold("doomed", "doomed-a", &["A-1"]).gives(201).await;
        let sold = cluster.node(3).hold("doomed", "doomed-b", &["A-2"]).gives(201).await;
        let confirm = format!("/v1/holds/{}/confirm", text(&sold, "id"));
        let confirm =
            cluster.node(1).post(&confirm, &json!({"reference": "till-1", "email": null}));
        confirm.organizer().gives(201).await;
        let cancel = cluster.node(2).post("/v1/shows/doomed/cancel", &json!({})).organizer();
        let cancelled = cancel.send().await.expect(202);
        assert_eq!(cancelled.json()["status"], "cancelled");
        assert_eq!(cancelled.json()["cancellation"]["bookings"], 1);

        let hold = format!("/v1/holds/{}?min_index={}", text(&hold, "id"), cancelled.index());
        let hold = cluster.node(3).get(&hold).user("doomed-a").gives(200).await;
        assert_eq!(hold["status"], "released");
        let late = cluster.node(1).hold("doomed", "doomed-c", &["A-3"]);
        late.refused(409, "show_cancelled").await;
        let mine = cluster.node(2).get("/v1/me/hold?consistency=linearizable").user("doomed-a");
        mine.refused(404, "not_found").await;
        let none = cluster.node(3).post("/v1/shows/doomed-not/cancel", &json!({})).organizer();
        none.refused(404, "not_found").await;
    });
}

#[test]
fn sales_open_and_close() {
    run(async {
        let cluster = Cluster::shared().await;
        let plan = plans::rows(&[("A", 2)]);
        let later = json!({"sale": {"opens_at": "2098-01-01T00:00:00.000Z", "closes_at": null}});
        let made = cluster.node(1).create_show(&show_with("not-yet", &plan, &later)).await;
        assert_eq!(made.json()["status"], "scheduled");
        let early = cluster.node(2).hold("not-yet", "early-bird", &["A-1"]);
        early.refused(403, "sale_not_open").await;

        let over = json!({"sale": {"opens_at": null, "closes_at": "2020-01-01T00:00:00.000Z"}});
        let made = cluster.node(2).create_show(&show_with("over", &plan, &over)).await;
        assert_eq!(made.json()["status"], "closed");
        let late = cluster.node(3).hold("over", "late-bird", &["A-1"]);
        late.refused(403, "sale_not_open").await;

        let open = cluster.node(3).call(reqwest::Method::PATCH, "/v1/shows/not-yet").organizer();
        let open = open.json(&json!({"sale": {"opens_at": null, "closes_at": null}}));
        assert_eq!(open.gives(200).await["status"], "on_sale");
        cluster.node(1).hold("not-yet", "early-bird", &["A-1"]).gives(201).await;
    });
}

#[test]
fn blocked_seats_are_off_sale_until_unblocked() {
    run(async {
        let cluster = Cluster::shared().await;
        cluster.node(1).create_show(&show("blocked", &plans::theatre())).await;
        let block = |node: u64, what: &str, seats: Value| {
            let path = format!("/v1/shows/blocked/{what}");
            cluster.node(node).post(&path, &json!({ "seats": seats })).organizer()
        };
        block(2, "block", json!(["A-1", "A-2"])).gives(200).await;
        let problem = cluster.node(3).hold("blocked", "blocked-u", &["A-2", "A-3"]);
        let problem = problem.refused(409, "seat_unavailable").await;
        assert_eq!(problem["conflicts"], json!(["A-2"]), "and nothing else");
        block(1, "block", json!(["A-1", "A-4"])).gives(200).await;
        block(2, "unblock", json!(["A-2"])).gives(200).await;
        cluster.node(1).hold("blocked", "blocked-u", &["A-2", "A-3"]).gives(201).await;

        let held = block(3, "block", json!(["A-2", "A-5"])).refused(409, "seat_unavailable").await;
        assert_eq!(held["conflicts"], json!(["A-2"]));
        let seats = cluster.node(2).get("/v1/shows/blocked/seats?consistency=linearizable");
        let seats = seats.organizer().gives(200).await;
        let states: Vec<&str> = column(&list(&seats, "seats")[..5], "state");
        assert_eq!(states, ["BLOCKED", "PENDING", "PENDING", "BLOCKED", "AVAILABLE"]);
        block(1, "block", json!(["Z-9"])).refused(400, "invalid_request").await;
        block(1, "block", json!(["A-7", "A-7"])).refused(400, "invalid_request").await;
        block(1, "block", json!([])).refused(400, "invalid_request").await;
    });
}

#[test]
fn the_report_counts_seats_and_money() {
    run(async {
        let cluster = Cluster::shared().await;
        cluster.node(1).create_show(&show("report", &plans::theatre())).await;
        cluster.node(2).hold("report", "report-a", &["A-1", "C-1"]).gives(201).await;
        let sold = cluster.node(3).hold("report", "report-b", &["B-1", "B-2"]).gives(201).await;
        let confirm = format!("/v1/holds/{}/confirm", text(&sold, "id"));
        let confirm =
            cluster.node(1).post(&confirm, &json!({"reference": "till-2", "email": null}));
        let index = confirm.organizer().send().await.expect(201).index();

        let holds = format!("/v1/shows/report/holds?min_index={index}");
        let holds = cluster.node(2).get(&holds).organizer().gives(200).await;
        let pending: Vec<&Value> =
            list(&holds, "data").iter().filter(|hold| hold["status"] == "pending").collect();
        assert_eq!(pending.len(), 1, "{holds}");
        assert_eq!(pending[0]["user"], "report-a");
        let path = format!("/v1/shows/report/report?min_index={index}");
        let report = cluster.node(3).get(&path).organizer().send().await.expect(200);
        let report = report.text();
        for named in ["Stalls", "Circle", "19000"] {
            assert!(report.contains(named), "no {named} in {report}");
        }
        let csv = cluster.node(1).get(&format!("{path}&format=csv")).organizer();
        let csv = csv.send().await.expect(200);
        assert!(csv.has("content-type").starts_with("text/csv"));
        let lines: Vec<String> = csv.text().lines().map(str::to_owned).collect();
        let columns = lines[0].split(',').count();
        assert!(lines.len() >= 3 && columns >= 3, "{lines:?}");
        assert!(lines.iter().all(|line| line.split(',').count() == columns), "{lines:?}");
        cluster
            .node(2)
            .get("/v1/shows/report-not/report")
            .organizer()
            .refused(404, "not_found")
            .await;
    });
}

/// Stores a plan and says its hash.
async fn seat_map(cluster: &Cluster, node: u64, plan: &Value) -> String {
    let stored = cluster.node(node).post("/v1/seat-maps", plan).organizer().gives(201).await;
    text(&stored, "hash").to_owned()
}

//! Bookings of the box office (section 5 of the contract, as far as no gateway is needed).

use serde_json::{Value, json};

use crate::harness::{Cluster, column, list, plans, run, show, text};

/// Sells seats at the box office and returns the booking with the index it stands at.
async fn sold(cluster: &Cluster, show: &str, user: &str, seats: &[&str]) -> (Value, u64) {
    let hold = cluster.node(1).hold(show, user, seats).gives(201).await;
    let path = format!("/v1/holds/{}/confirm", text(&hold, "id"));
    let body = json!({"reference": "till-4711", "email": format!("{user}@example.com")});
    let reply = cluster.node(2).post(&path, &body).organizer().send().await.expect(201);
    (reply.json(), reply.index())
}

#[test]
fn bookings_are_read_by_those_who_may() {
    run(async {
        let cluster = Cluster::shared().await;
        cluster.node(1).create_show(&show("books", &plans::theatre())).await;
        let (first, _) = sold(&cluster, "books", "books-a", &["A-1", "A-2"]).await;
        sold(&cluster, "books", "books-b", &["B-1"]).await;
        let (third, index) = sold(&cluster, "books", "books-a", &["C-1"]).await;
        assert_eq!(first["email"], "books-a@example.com");

        let path = format!("/v1/bookings/{}?min_index={index}", text(&first, "id"));
        assert_eq!(cluster.node(3).get(&path).user("books-a").gives(200).await, first);
        assert_eq!(cluster.node(1).get(&path).organizer().gives(200).await, first);
        cluster.node(2).get(&path).user("books-b").refused(404, "not_found").await;
        let mine = format!("/v1/me/bookings?min_index={index}");
        let mine = cluster.node(3).get(&mine).user("books-a").gives(200).await;
        let mut ids = column(list(&mine, "data"), "id");
        ids.sort_unstable();
        let mut expected = [text(&first, "id"), text(&third, "id")];
        expected.sort_unstable();
        assert_eq!(ids, expected);
        cluster.node(1).get("/v1/me/bookings").refused(401, "unauthenticated").await;
        let by_email =
            format!("/v1/bookings?show=books&email=books-b@example.com&min_index={index}");
        let by_email = cluster.node(2).get(&by_email).organizer().gives(200).await;
        assert_eq!(column(list(&by_email, "data"), "user"), ["books-b"]);
    });
}

#[test]
fn a_cancelled_seat_is_on_sale_again() {
    run(async {
        let cluster = Cluster::shared().await;
        cluster.node(1).create_show(&show("unbook", &plans::theatre())).await;
        let (booking, _) = sold(&cluster, "unbook", "unbook-a", &["A-1", "A-2"]).await;
        let path = format!("/v1/bookings/{}/cancel", text(&booking, "id"));
        let cancel = |node: u64, body: Value| cluster.node(node).post(&path, &body).organizer();
        let partly = cancel(3, json!({"seats": ["A-1"]})).gives(200).await;
        assert_eq!(column(list(&partly, "seats"), "id"), ["A-2"]);
        assert_eq!(
            (&partly["status"], &partly["total"]["amount"]),
            (&json!("confirmed"), &json!(9500))
        );
        cluster.node(1).hold("unbook", "unbook-b", &["A-1"]).gives(201).await;
        let taken = cluster.node(2).hold("unbook", "unbook-c", &["A-2"]);
        taken.refused(409, "seat_unavailable").await;
        let whole = cancel(1, json!({})).gives(200).await;
        assert_eq!(whole["status"], "cancelled");
        cluster.node(3).hold("unbook", "unbook-c", &["A-2"]).gives(201).await;
        cancel(2, json!({})).refused(409, "booking_not_active").await;
    });
}

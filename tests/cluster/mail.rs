//! Bookings by e-mail, and the tickets that they link to.

use serde_json::json;

use crate::harness::{Paying, is_letter, list, plans, run, show_with, text};

/// A letter says what was booked, and its link opens the ticket without a header, at every node.
#[test]
fn a_booking_is_mailed_with_its_ticket() {
    run(async {
        let paying = Paying::start().await;
        let named = json!({"name": "Götterdämmerung & Söhne", "venue": "Große Halle"});
        paying.node(1).create_show(&show_with("mail", &plans::theatre(), &named)).await;
        let payment = paying.buys(1, "mail", "mail-a", &["A-1", "A-2"]).await;
        let booking = text(&paying.payment(2, &payment).await, "booking").to_owned();
        let path = format!("/v1/bookings/{booking}?consistency=linearizable");
        let shown = paying.node(3).get(&path).user("mail-a").gives(200).await;
        let letter = paying.mailed("mail-a@example.com", 1).await.remove(0);
        assert!(is_letter(&letter.name), "{}", letter.name);
        let labels = list(&shown, "seats").iter().map(|seat| text(seat, "label"));
        let words = ["Götterdämmerung & Söhne", "Große Halle", "1 March 2099", "190.00 EUR"];
        for expected in words.into_iter().chain([booking.as_str()]).chain(labels) {
            assert!(letter.text.contains(expected), "{expected:?} is missing in {}", letter.text);
        }

        let (_, path) = letter.ticket().split_once("/v1/").expect("it leads to a node");
        let (path, access) = path.split_once("?access=").expect("it is signed");
        let own = text(&shown, "ticket_url");
        assert!(own.ends_with(access), "{own} is signed with {access}");
        for node in [1, 2, 3] {
            let path = format!("/v1/{path}?access={access}&consistency=linearizable");
            let page = paying.node(node).get(&path).send().await.expect(200);
            assert!(page.has("content-type").starts_with("text/html"));
            assert!(page.text().contains("<svg") && page.text().contains("Götterdämmerung &amp;"));
        }
        let bare = format!("/v1/{path}");
        paying.node(1).get(&bare).refused(401, "unauthenticated").await;
        let other = if access.starts_with('A') { 'B' } else { 'A' };
        let forged = format!("{bare}?access={other}{}", &access[1..]);
        paying.node(2).get(&forged).refused(401, "unauthenticated").await;
        paying.node(3).get(&bare).user("mail-b").refused(404, "not_found").await;
        paying.node(1).get(&bare).user("mail-a").send().await.expect(200);

        let resend = format!("/v1/bookings/{booking}/resend");
        paying.node(2).post(&resend, &json!({})).user("mail-a").send().await.expect(202);
        let letters = paying.mailed("mail-a@example.com", 2).await;
        assert_ne!(letters[0].name, letters[1].name);
        let cancel = format!("/v1/bookings/{booking}/cancel");
        paying.node(3).post(&cancel, &json!({})).organizer().send().await.expect(200);
        let path = format!("{bare}?access={access}&consistency=linearizable");
        let page = paying.node(1).get(&path).send().await.expect(200);
        assert!(page.text().contains("cancelled") && !page.text().contains("<svg"));
        paying.rests().await;
        paying.balances().await;
    });
}

//! The crate's own client against nodes that die: what it was told it did, it did once.

use std::collections::BTreeSet;

use usher::client::{
    BookingStatus, Client, Code, Error, Event, Events, HoldStatus, NewHold, NewPayment, NewShow,
    PaymentStatus, SeatState,
};

use crate::harness::{Paying, START_MAX, eventually, plans, run, show};

/// A client of all nodes that begins with one of them.
fn client(paying: &Paying, first: u64, user: &str, role: Option<&str>) -> Client {
    let mut endpoints: Vec<String> =
        paying.cluster.nodes().iter().map(|node| node.base().to_owned()).collect();
    endpoints.rotate_left(usize::try_from(first - 1).expect("nodes are 1 to 3"));
    let client = Client::builder(endpoints).user(user).patience(START_MAX);
    let client = match role {
        Some(role) => client.role(role),
        None => client,
    };
    client.build().expect("our endpoints are plain")
}

/// A hold, a payment and a booking, at a cluster of which one node after the other is killed in the
/// middle of it: the buyer's client begins with that very node, and listens to it.
#[test]
fn a_purchase_survives_the_loss_of_any_node() {
    run(async {
        let paying = Paying::start().await;
        let organizer = client(&paying, 1, "till", Some("organizer"));
        for dead in 1..=3 {
            let id = format!("lost-{dead}");
            let new: NewShow = serde_json::from_value(show(&id, &plans::theatre())).expect("one");
            organizer.create_show(&new).await.expect("it is created");
            let user = format!("lost-{dead}-anna");
            buys(&paying, dead, &id, &user, &organizer).await;
            paying.cluster.start_node(dead);
            paying.cluster.ready().await;
        }
        paying.rests().await;
        paying.balances().await;
    });
}

async fn buys(paying: &Paying, dead: u64, show: &str, user: &str, organizer: &Client) {
    let buyer = client(paying, dead, user, None).consistent();
    // The node may not have heard of the show yet.
    buyer.show(show).linearizable().await.expect("it is there");
    let mut events = buyer.stream(show);
    let Event::Snapshot(all) = events.next().await.expect("it begins") else {
        panic!("a stream begins with a snapshot")
    };
    let hold = buyer.create_hold(show, &NewHold::seats(["A-1", "A-2"])).await.expect("held");
    assert_eq!((hold.status, hold.total.amount), (HoldStatus::Pending, 19_000));

    paying.node(dead).process.kill();
    // Its own hold stands in its way, and is named; another key makes it another wish.
    let again = buyer.create_hold(show, &NewHold::best(1, None)).await;
    let Err(Error::Refused(problem)) = again else { panic!("{again:?}") };
    assert_eq!(problem.code, Code::UserHasActiveHold);
    assert_eq!(problem.active_hold.as_ref(), Some(&hold.id));
    let new = NewPayment {
        gateway: "sandbox".to_owned(),
        email: format!("{user}@example.com"),
        success_url: "http://shop.example/thanks".to_owned(),
        cancel_url: "http://shop.example/back".to_owned(),
        customer: None,
    };
    let payment = buyer.create_payment(&hold.id, &new).key(user).await.expect("it is opened");
    let repeated = buyer.create_payment(&hold.id, &new).key(user).await.expect("it was opened");
    assert_eq!(repeated, payment, "the same key is the same payment");
    paying.press(payment.redirect_url.as_deref().expect("it has a page"), "approve").await;
    let paid = eventually("it is paid", START_MAX, async || {
        let paid = buyer.payment(&payment.id).linearizable().await.expect("it is read");
        (paid.status == PaymentStatus::Succeeded).then_some(paid)
    })
    .await;
    let booking = paid.booking.expect("what is paid is booked");
    let booking = buyer.booking(&booking).await.expect("it is read");
    let seats: Vec<&str> = booking.seats.iter().map(|seat| seat.id.as_str()).collect();
    assert_eq!((booking.status, seats), (BookingStatus::Confirmed, vec!["A-1", "A-2"]));
    let mine = buyer.my_bookings().all().await.expect("they are read");
    assert_eq!(mine.len(), 1, "bought once");
    assert_eq!(organizer.bookings().only("show", show).linearizable().all().await, Ok(mine));

    // Whatever is blocked last is heard last.
    organizer.block(show, &["C-1"]).await.expect("it is blocked");
    let taken = hears_until(&mut events, "C-1", all.version).await;
    assert_eq!(taken, BTreeSet::from(["A-1", "A-2", "C-1"].map(str::to_owned)));
    let states = organizer.seats(show).linearizable().await.expect("they are read").seats;
    let state = |id: &str| states.iter().find(|seat| seat.id == id).and_then(|s| s.state.clone());
    assert_eq!([state("A-1"), state("C-1")], [Some(SeatState::Reserved), Some(SeatState::Blocked)]);
}

/// Every seat that was heard of until one was: by changes alone, each newer than the one before.
async fn hears_until(events: &mut Events, last: &str, mut version: u64) -> BTreeSet<String> {
    let mut taken = BTreeSet::new();
    while !taken.contains(last) {
        let event = events.next().await.expect("the stream goes on");
        let Event::Seats(changes) = event else { panic!("changes alone: {event:?}") };
        assert!(version < changes.version, "{version} is followed by {}", changes.version);
        version = changes.version;
        taken.extend(changes.seats.into_iter().map(|seat| seat.id));
    }
    taken
}

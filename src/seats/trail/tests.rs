use super::*;
use crate::seats::{Command, Fresh, Proposal, Row, State};

fn hold(user: &str, seat: u32) -> About {
    About::Hold(Arc::new(Hold {
        id: HoldId(u128::from(seat)),
        show: ShowId::from("s"),
        user: UserId::from(user),
        status: crate::seats::HoldStatus::Pending,
        seats: vec![crate::seats::SeatLine { seat: SeatIx(seat), price: Amount(1) }],
        areas: Vec::new(),
        total: Amount(1),
        created_at: Millis(0),
        expires_at: Millis(9),
        ended_at: None,
        payment: None,
        booking: None,
    }))
}

/// Records one deed of an entry at a time.
fn record(trail: &mut Trail, entry: u64, at: u64, seat: u32) {
    trail.enter(entry);
    trail.note(DeedKind::HoldMade, hold("u", seat));
    trail.sign(Millis(at), None);
}

fn keys(trail: &Trail) -> Vec<(u64, u32)> {
    trail.deeds().map(|deed| (deed.key.index, deed.key.place)).collect()
}

fn sound(trail: &Trail, now: u64) {
    let mut violations = Vec::new();
    trail.check(Millis(now), &mut violations);
    assert_eq!(violations, Vec::<String>::new());
}

/// Beyond the limit the oldest go, and the trail says from when on it is whole.
#[test]
fn the_oldest_go_first() {
    let mut trail = Trail { max: 3, ..Trail::new() };
    trail.begin(Millis(0));
    assert_eq!(trail.since(), Some(Millis(1)));
    for n in 0..5 {
        record(&mut trail, n / 2, n * 10, 1);
        sound(&trail, n * 10);
    }
    assert_eq!(keys(&trail), [(1, 0), (1, 1), (2, 0)]);
    assert_eq!(trail.since(), Some(Millis(11)), "what was done at 10 is not all there");
    let touched = trail.take_dirty();
    assert_eq!(touched.gone.len(), 2);
    assert_eq!(touched.came.len(), 3);
    assert_eq!(touched.since, Some(Millis(11)));
    let touched = trail.take_dirty();
    assert_eq!((touched.gone.len(), touched.came.len(), touched.since), (0, 0, None));
}

/// Thirty days after it was done a deed is forgotten, so many at a time; the number of an entry is
/// not given again even if nothing is left.
#[test]
fn deeds_are_kept_thirty_days() {
    let mut trail = Trail::new();
    trail.begin(Millis(0));
    for n in 0..1000 {
        record(&mut trail, 7, n, 1);
    }
    assert_eq!(trail.next(), Some(KEPT));
    trail.forget(Millis(KEPT.0 - 1), 100);
    assert_eq!(trail.len(), 1000);
    trail.forget(Millis(KEPT.0 + 399), 300);
    assert_eq!(trail.len(), 700, "no more than the limit");
    trail.forget(Millis(KEPT.0 + 399), 300);
    assert_eq!(trail.len(), 600, "no more than is due");
    sound(&trail, KEPT.0);
    assert_eq!(trail.since(), Some(Millis(400)));
    assert_eq!(trail.deeds().next().unwrap().key.place, 400);
    trail.forget(Millis(KEPT.0 * 2), 1000);
    assert!(trail.is_empty());
    assert_eq!(trail.next(), None);
    record(&mut trail, 8, KEPT.0 * 2, 1);
    assert_eq!(keys(&trail), [(8, 0)]);
    sound(&trail, KEPT.0 * 2);
}

/// A copy stays as it was, however the trail goes on, and whatever pieces they share.
#[test]
fn a_copy_stays_as_it_was() {
    let mut trail = Trail { max: 700, ..Trail::new() };
    trail.begin(Millis(0));
    for n in 0..600 {
        record(&mut trail, n, n, 1);
    }
    let copy = trail.clone();
    for n in 600..2000 {
        record(&mut trail, n, n, 1);
    }
    assert_eq!(keys(&copy), (0..600).map(|n| (n, 0)).collect::<Vec<_>>());
    assert_eq!(keys(&trail), (1300..2000).map(|n| (n, 0)).collect::<Vec<_>>());
    sound(&copy, 2000);
    sound(&trail, 2000);
}

/// Searching from any place finds what walking through all of it finds.
#[test]
fn searches_find_what_is_there() {
    let mut trail = Trail { max: 900, ..Trail::new() };
    trail.begin(Millis(0));
    for n in 0..1100u32 {
        record(&mut trail, u64::from(n / 3), u64::from(n / 2), n % 7);
    }
    let all: Vec<Deed> = trail.deeds().cloned().collect();
    let times = [None, Some(Millis(0)), Some(Millis(151)), Some(Millis(400)), Some(Millis(900))];
    for from in times {
        for to in times {
            for after in [None, Some(0), Some(68), Some(500), Some(899)] {
                let search = Search { seat: Some(SeatIx(3)), from, to, ..Search::default() };
                let after = after.map(|at: usize| all[at].key);
                let due = all.iter().filter(|deed| {
                    after.is_none_or(|after| after < deed.key)
                        && from.is_none_or(|from| from <= deed.at)
                        && to.is_none_or(|to| deed.at < to)
                        && deed.seats() == [SeatIx(3)]
                });
                let due: Vec<&Deed> = due.collect();
                let found: Vec<&Deed> = trail.find(&search, after).collect();
                assert_eq!(found, due, "{from:?} {to:?} {after:?}");
            }
        }
    }
}

/// Who asks is named once if it is their own, by name and role otherwise.
#[test]
fn askers_are_named() {
    let mut trail = Trail::new();
    trail.begin(Millis(0));
    let caller = |user: Option<&str>, role| Caller { user: user.map(UserId::from), role };
    for (caller, asker) in [
        (None, Asker::Time),
        (Some(caller(Some("u"), Role::Buyer)), Asker::Owner(Role::Buyer)),
        (Some(caller(None, Role::Organizer)), Asker::Other(caller(None, Role::Organizer))),
        (Some(caller(Some("v"), Role::Buyer)), Asker::Other(caller(Some("v"), Role::Buyer))),
    ] {
        trail.note(DeedKind::HoldMade, hold("u", 1));
        trail.sign(Millis(1), caller.as_ref());
        let deed = trail.deeds().last().unwrap();
        assert_eq!(deed.asker, asker);
        let by = caller.as_ref().map(|caller| (caller.user.as_ref(), caller.role));
        assert_eq!(deed.asked_by(), by);
    }
}

/// Damage shows: a deed that is missing, or out of order, or twice.
#[test]
fn damage_shows() {
    let mut state = State::new(1);
    let caller = Caller { user: None, role: Role::Operator };
    let command = Command::RaiseLevel { level: TRAIL_LEVEL };
    let raise = Proposal { caller, key: None, fresh: Fresh(1), command };
    assert!(state.apply(Millis(5), &raise).result.is_ok());
    record(&mut state.trail, 3, 5, 1);
    record(&mut state.trail, 4, 5, 1);
    assert_eq!(state.check(), Vec::<String>::new());
    let rows: Vec<Row> = state.rows().collect();
    let deed = rows.iter().find(|row| matches!(row, Row::Deed(_))).unwrap().clone();
    assert!(State::load(rows.iter().cloned().chain([deed])).is_err(), "it is there twice");
    let without = rows.iter().filter(|row| !matches!(row, Row::TrailSince { .. })).cloned();
    assert!(!State::load(without).unwrap().check().is_empty(), "it is not known since when");
    let late = rows.into_iter().map(|row| match row {
        Row::Deed(deed) if deed.key.index == 3 => Row::Deed(Deed { at: Millis(6), ..deed }),
        row => row,
    });
    assert!(!State::load(late).unwrap().check().is_empty(), "time runs back");
}

/// A booking stands in memory as its row and is stored as a subject that says the same of it.
#[test]
fn a_booking_is_stored_as_a_subject() {
    let booking = crate::seats::Booking {
        id: BookingId(4),
        show: "s".into(),
        user: "u".into(),
        hold: HoldId(3),
        payment: Some(PaymentId(2)),
        status: crate::seats::BookingStatus::Confirmed,
        seats: vec![crate::seats::SeatLine { seat: SeatIx(7), price: Amount(5) }],
        areas: vec![crate::seats::AreaLine { area: AreaIx(1), quantity: 2, price: Amount(1) }],
        total: Amount(7),
        email: None,
        reference: Some("é".repeat(300)),
        created_at: Millis(1),
        show_cancelled: false,
    };
    let mut trail = Trail::new();
    let currency = Currency::parse("EUR").unwrap();
    trail.begin(Millis(0));
    trail.note(DeedKind::BookingMade, About::Booking(Arc::new(booking), currency));
    trail.sign(Millis(1), None);
    let kept = trail.deeds().next().unwrap().clone();
    let touched = trail.take_dirty();
    let [stored] = &touched.came[..] else { panic!("{} deeds came", touched.came.len()) };
    assert_eq!((stored.key, stored.at, stored.kind), (kept.key, kept.at, kept.kind));
    let About::Subject(subject) = &stored.about else { panic!("{stored:?}") };
    let expected = Subject {
        show: "s".into(),
        seats: vec![SeatIx(7)],
        areas: vec![(AreaIx(1), 2)],
        user: Some("u".into()),
        hold: Some(HoldId(3)),
        payment: Some(PaymentId(2)),
        booking: Some(BookingId(4)),
        refund: None,
        amount: Some((Amount(7), currency)),
        note: Some("é".repeat(200)),
    };
    assert_eq!(**subject, expected);
    assert_eq!((kept.show(), kept.user()), (&subject.show, subject.user.as_ref()));
    assert_eq!((kept.seats(), kept.areas()), (stored.seats(), stored.areas()));
    assert_eq!((kept.hold(), kept.payment()), (stored.hold(), stored.payment()));
    assert_eq!((kept.booking(), kept.refund()), (stored.booking(), stored.refund()));
    assert_eq!((kept.amount(), kept.note()), (stored.amount(), stored.note()));
    assert!(kept.has_seat(SeatIx(7)) && !kept.has_seat(SeatIx(8)));
}

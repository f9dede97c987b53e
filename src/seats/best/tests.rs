//! Halls are drawn: a line a row, `.` free, `X` taken, a space a gap, `o` free and of another
//! category.

use proptest::prelude::*;

use super::super::command::AreaInfo;
use super::super::ids::{Amount, Currency, HoldId, MapHash, Millis, SeatId, SeatIx, ShowId};
use super::super::map::{
    Category, MapHeader, MapItem, MapRow, Point, Seat, SeatMap, Thousandths, Zone,
};
use super::super::orphan::Vacancy;
use super::super::record::{Policy, Sale, SeatLine, ShowInfo};
use super::super::show::{Show, Turn};
use super::{NoChoice, best_available};

/// The choice drawn into the hall, or why there is none.
fn choose(hall: &str, quantity: u32, category: Option<u16>, prevent_orphans: bool) -> String {
    let show = draw(hall);
    let vacancy = Vacancy::new(&show, &[]).expect("a drawn hall has seats");
    match best_available(vacancy, quantity, category, prevent_orphans) {
        Err(NoChoice::TooFew) => "too few".to_owned(),
        Err(NoChoice::Orphans(seats)) => format!("orphans {}", mark(hall, &seats).trim()),
        Ok(seats) => mark(hall, &seats).trim().to_owned(),
    }
}

/// Seats as marks in the drawing.
fn mark(hall: &str, seats: &[SeatIx]) -> String {
    let mut ix = 0;
    let mark = |letter: char| {
        if !matches!(letter, '.' | 'X' | 'o') {
            return letter;
        }
        ix += 1;
        if seats.contains(&SeatIx(ix - 1)) { '#' } else { letter }
    };
    hall.chars().map(mark).collect()
}

fn draw(hall: &str) -> Show {
    let zone = Zone { name: String::new(), position: Point::default(), drawings: Vec::new() };
    let (mut items, mut taken, mut count) = (vec![MapItem::Zone(zone)], Vec::new(), 0);
    for row in hall.trim().lines() {
        let number = row.to_owned();
        items.push(MapItem::Row(MapRow { number, position: Point::default() }));
        let mut apart = false;
        for letter in row.trim().chars() {
            if letter == ' ' {
                apart = true;
                continue;
            }
            items.push(MapItem::Seat(Seat {
                id: SeatId(count.to_string()),
                number: String::new(),
                label: String::new(),
                category: u16::from(letter == 'o'),
                position: Point::default(),
                radius: Thousandths(1),
                apart: std::mem::take(&mut apart),
            }));
            if letter == 'X' {
                taken.push(SeatLine { seat: SeatIx(count), price: Amount(0) });
            }
            count += 1;
        }
    }
    let category = |name: &str| Category { name: name.to_owned(), color: String::new() };
    let categories = vec![category("Stalls"), category("Circle")];
    let header = MapHeader { name: String::new(), size: Point::default(), categories, parts: 1 };
    let map = SeatMap::assemble(MapHash([0; 32]), header, items).expect("a drawn hall is sound");
    let mut show = Show::new(info(), Some(map.into()), 0);
    show.hold(Turn(1), HoldId(1), &taken, &[]);
    show
}

fn info() -> ShowInfo {
    ShowInfo {
        id: ShowId::from("drawn"),
        name: String::new(),
        venue: String::new(),
        starts_at: Millis(1),
        description: String::new(),
        media: Vec::new(),
        currency: Currency::parse("EUR").expect("three letters"),
        prices: [("Stalls".to_owned(), Amount(1)), ("Circle".to_owned(), Amount(2))].into(),
        sale: Sale::default(),
        policy: Policy {
            hold_ttl: Millis(1),
            hold_total_max: Millis(1),
            seats_per_hold_max: 100,
            prevent_orphans: false,
        },
        seat_map: None,
        areas: Vec::<AreaInfo>::new(),
        created_at: Millis(0),
        cancellation: None,
    }
}

/// The middle of the front row, leaving nobody alone; aisles and taken seats end a stretch.
#[test]
fn adjacent() {
    assert_eq!(choose(".......", 3, None, false), "..###..");
    assert_eq!(choose("......", 2, None, false), "..##..");
    assert_eq!(choose("......", 3, None, false), "###...");
    assert_eq!(choose("... ...", 3, None, false), "### ...");
    assert_eq!(choose("X...\n....", 2, None, false), "X...\n##..");
    assert_eq!(choose("X...\nX..X", 2, None, false), "X...\nX##X");
    assert_eq!(choose("XX.X\n....", 1, None, false), "XX#X\n....");
    assert_eq!(choose("X...X\nX...X", 2, None, false), "X##.X\nX...X");
}

/// Seats of a category only. A neighbour of another category can be left alone too.
#[test]
fn categories() {
    assert_eq!(choose("..oo\n....", 2, Some(1), false), "..##\n....");
    assert_eq!(choose("..oo\n....", 3, Some(1), false), "too few");
    assert_eq!(choose(".oooo\n.....", 4, Some(1), false), ".####\n.....");
    assert_eq!(choose(".oooo\noooo.", 3, Some(1), true), ".o###\noooo.");
}

/// The fewest stretches, those nearest together, the first in plan order.
#[test]
fn split() {
    assert_eq!(choose("..X..\nXX.XX\n..X..", 4, None, false), "##X##\nXX.XX\n..X..");
    assert_eq!(choose(".X...\nX.X.X\n...X.", 6, None, false), ".X###\nX.X.X\n###X.");
    assert_eq!(choose(".X.X.\n.X.X.", 2, None, false), "#X#X.\n.X.X.");
    assert_eq!(choose(".X.X.", 4, None, false), "too few");
}

/// With orphans prevented a choice that leaves one is none, side by side or split.
#[test]
fn prevented() {
    assert_eq!(choose("X...X", 2, None, true), "orphans X..#X");
    assert_eq!(choose("X...X\nX...X", 4, None, true), "X###X\nX#..X");
    assert_eq!(choose("X..X\nX..X", 3, None, true), "orphans X##X\nX.#X".replace("##", ".."));
    assert_eq!(choose("X...X\nX....X", 5, None, true), "X###X\nX##..X");
    assert_eq!(choose("X.X.X", 2, None, true), "X#X#X");
    assert_eq!(choose("X.X...X", 3, None, true), "X.X###X");
}

fn hall() -> impl Strategy<Value = String> {
    prop::collection::vec("[.X ]{1,6}", 1..4).prop_map(|rows| {
        let rows: Vec<String> = rows.iter().map(|row| format!(".{}", row.trim())).collect();
        rows.join("\n")
    })
}

proptest! {
    /// Against every choice that there is: an offer is sound; none is made only if there is none;
    /// side by side wins, without orphans first; a split has the fewest stretches.
    #[test]
    fn against_all_choices(hall in hall(), quantity in 1u32..6, prevent in any::<bool>()) {
        let show = draw(&hall);
        let vacancy = Vacancy::new(&show, &[]).unwrap();
        let free: Vec<SeatIx> =
            (0..show.seats_len()).map(SeatIx).filter(|seat| vacancy.is_free(*seat)).collect();
        let all: Vec<Vec<SeatIx>> = subsets(&free, quantity as usize);
        let clean = |choice: &[SeatIx]| vacancy.orphans(choice).is_empty();
        let stretches = |choice: &[SeatIx]| {
            let joined = |seat: &SeatIx| {
                vacancy.map().joined(*seat) && choice.contains(&SeatIx(seat.0.wrapping_sub(1)))
            };
            choice.iter().filter(|seat| !joined(seat)).count()
        };
        let allowed: Vec<&Vec<SeatIx>> = all.iter().filter(|c| !prevent || clean(c)).collect();
        match best_available(vacancy, quantity, None, prevent) {
            Ok(choice) => {
                prop_assert!(all.contains(&choice), "{}", mark(&hall, &choice));
                prop_assert!(!prevent || clean(&choice), "{}", mark(&hall, &choice));
                let fewest = allowed.iter().map(|c| stretches(c)).min().unwrap();
                prop_assert_eq!(stretches(&choice), fewest, "{}", mark(&hall, &choice));
                let best = all.iter().any(|c| stretches(c) == 1 && clean(c));
                prop_assert!(!best || clean(&choice), "{}", mark(&hall, &choice));
            }
            Err(NoChoice::TooFew) => prop_assert!(all.is_empty()),
            Err(NoChoice::Orphans(orphans)) => {
                prop_assert!(allowed.is_empty(), "{}", mark(&hall, allowed[0]));
                prop_assert!(!all.is_empty() && !orphans.is_empty());
            }
        }
    }
}

fn subsets(free: &[SeatIx], quantity: usize) -> Vec<Vec<SeatIx>> {
    if quantity == 0 {
        return vec![Vec::new()];
    }
    let mut all = Vec::new();
    for (n, first) in free.iter().enumerate() {
        for mut rest in subsets(&free[n + 1..], quantity - 1) {
            rest.insert(0, *first);
            all.push(rest);
        }
    }
    all
}

//! A judge of histories that knows only what clients were told.
//!
//! A hold owns its seats for certain from when its buyer was told so until the buyer asked to end
//! it; it may have owned them from when it was asked for until its end was told. Whatever the nodes
//! did inside: the certain times of two holds of one seat never overlap, no refusal and no
//! linearizable read contradicts them, and in the end every seat is what its last hold left.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

use serde_json::Value;

use crate::harness::{list, text};

/// When a request was sent and when its outcome was known, retries included.
#[derive(Clone, Copy, Debug)]
pub struct Span {
    /// It was sent first.
    pub asked: Instant,
    /// Its outcome arrived.
    pub told: Instant,
}

/// What a hold came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It stands.
    Kept,
    /// Its buyer gave it back, or replaced it.
    Ended,
    /// It became this booking.
    Booked(String),
}

/// An acknowledged hold.
#[derive(Clone, Debug)]
pub struct Held {
    /// Its id.
    pub id: String,
    /// Whose.
    pub user: String,
    /// Which seats.
    pub seats: BTreeSet<String>,
    /// When it was asked for and acknowledged.
    pub made: Span,
    /// When its end was asked for and acknowledged.
    pub ended: Option<Span>,
    /// What it came to.
    pub fate: Fate,
}

/// A hold that was refused because of these seats.
#[derive(Clone, Debug)]
pub struct Refused {
    /// When.
    pub span: Span,
    /// The seats that were said not to be free.
    pub conflicts: BTreeSet<String>,
}

/// A linearizable read of all seats.
#[derive(Clone, Debug)]
pub struct Read {
    /// When.
    pub span: Span,
    /// Which node answered.
    pub node: u64,
    /// The seats that were free.
    pub free: BTreeSet<String>,
}

/// All that clients saw.
#[derive(Default)]
pub struct History {
    /// Holds that were acknowledged.
    pub held: Vec<Held>,
    /// Holds that were refused.
    pub refused: Vec<Refused>,
    /// Linearizable reads that were answered.
    pub reads: Vec<Read>,
}

impl History {
    /// Adds what another client saw.
    pub fn merge(&mut self, other: History) {
        self.held.extend(other.held);
        self.refused.extend(other.refused);
        self.reads.extend(other.reads);
    }

    /// Everything that cannot have been.
    pub fn violations(&self, seats: &[String]) -> Vec<String> {
        let mut found = Vec::new();
        let mut by_seat: BTreeMap<&str, Vec<&Held>> =
            seats.iter().map(|seat| (seat.as_str(), Vec::new())).collect();
        for held in &self.held {
            for seat in &held.seats {
                by_seat.get_mut(seat.as_str()).expect("buyers ask for seats there are").push(held);
            }
        }
        for (seat, holds) in &mut by_seat {
            holds.sort_by_key(|held| held.made.told);
            found.extend(overlaps(seat, holds));
        }
        for refused in &self.refused {
            found.extend(refused.contradicted_by(&by_seat));
        }
        for read in &self.reads {
            found.extend(read.contradicted_by(&by_seat));
        }
        found
    }

    /// Where the seats that an organizer is shown in the end differ from what clients were told.
    pub fn contradicted_by(&self, seats: &Value) -> Vec<String> {
        let mut last: BTreeMap<&str, &Held> = BTreeMap::new();
        for held in self.held.iter().filter(|held| held.fate != Fate::Ended) {
            for seat in &held.seats {
                last.insert(seat, held);
            }
        }
        let mut found = Vec::new();
        for seat in list(seats, "seats") {
            let id = text(seat, "id");
            let expected = match last.get(id) {
                None => ("AVAILABLE", None, None),
                Some(Held { fate: Fate::Booked(booking), user, .. }) => {
                    ("RESERVED", Some(booking.as_str()), Some(user.as_str()))
                }
                Some(held) => ("PENDING", Some(held.id.as_str()), Some(held.user.as_str())),
            };
            let owner = if expected.0 == "RESERVED" { &seat["booking"] } else { &seat["hold"] };
            let shown = (text(seat, "state"), owner.as_str(), seat["user"].as_str());
            if shown != expected {
                found.push(format!("{id} is {shown:?}, clients were told {expected:?}"));
            }
        }
        found
    }
}

impl Held {
    /// It owned its seats all through this time.
    fn surely_during(&self, span: Span) -> bool {
        self.made.told < span.asked && self.ended.is_none_or(|ended| span.told < ended.asked)
    }

    /// It may have owned its seats at some moment of this time.
    fn perhaps_during(&self, span: Span) -> bool {
        self.made.asked <= span.told && self.ended.is_none_or(|ended| span.asked <= ended.told)
    }
}

impl Refused {
    fn contradicted_by(&self, by_seat: &BTreeMap<&str, Vec<&Held>>) -> Vec<String> {
        let free = self.conflicts.iter().filter(|seat| {
            !by_seat[seat.as_str()].iter().any(|held| held.perhaps_during(self.span))
        });
        free.map(|seat| format!("{seat} was refused at {:?} though nobody held it", self.span))
            .collect()
    }
}

impl Read {
    fn contradicted_by(&self, by_seat: &BTreeMap<&str, Vec<&Held>>) -> Vec<String> {
        let mut found = Vec::new();
        for (seat, holds) in by_seat {
            let free = self.free.contains(*seat);
            if let (true, Some(held)) =
                (free, holds.iter().find(|held| held.surely_during(self.span)))
            {
                found.push(format!(
                    "node {} read {seat} as free: stale, it is in {held:?}",
                    self.node
                ));
            }
            if !free && !holds.iter().any(|held| held.perhaps_during(self.span)) {
                found.push(format!("node {} read {seat} as taken by nobody", self.node));
            }
        }
        found
    }
}

/// Holds of one seat, in the order of their acknowledgement, that certainly owned it at once.
fn overlaps(seat: &str, holds: &[&Held]) -> Vec<String> {
    let mut found = Vec::new();
    for (at, first) in holds.iter().enumerate() {
        let second = holds[at + 1..]
            .iter()
            .find(|second| first.ended.is_none_or(|ended| second.made.told < ended.asked));
        if let Some(second) = second {
            found.push(format!("{seat} had two owners: {first:?} and {second:?}"));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    /// Spans in milliseconds from one origin.
    fn span(origin: Instant, asked: u64, told: u64) -> Span {
        let at = |ms| origin + Duration::from_millis(ms);
        Span { asked: at(asked), told: at(told) }
    }

    fn held(id: &str, made: Span, ended: Option<Span>) -> Held {
        let seats = BTreeSet::from(["A".to_owned()]);
        let fate = if ended.is_some() { Fate::Ended } else { Fate::Kept };
        Held { id: id.to_owned(), user: format!("u-{id}"), seats, made, ended, fate }
    }

    fn found(history: &History) -> usize {
        history.violations(&["A".to_owned()]).len()
    }

    /// The judge itself is judged: it sees each kind of fault, and none where there is none.
    #[test]
    fn it_finds_what_cannot_have_been() {
        let origin = Instant::now();
        let at = |asked, told| span(origin, asked, told);
        let one = || held("1", at(0, 10), Some(at(50, 60)));
        let sound = History {
            held: vec![one(), held("2", at(40, 55), None)],
            refused: vec![Refused { span: at(5, 9), conflicts: BTreeSet::from(["A".to_owned()]) }],
            reads: vec![Read { span: at(50, 52), node: 1, free: BTreeSet::from(["A".to_owned()]) }],
        };
        assert_eq!(found(&sound), 0, "{:?}", sound.violations(&["A".to_owned()]));

        let double =
            History { held: vec![one(), held("2", at(20, 49), None)], ..History::default() };
        assert_eq!(found(&double), 1, "acknowledged before the first was asked to end");
        let refused = Refused { span: at(61, 70), conflicts: BTreeSet::from(["A".to_owned()]) };
        let refused = History { held: vec![one()], refused: vec![refused], ..History::default() };
        assert_eq!(found(&refused), 1, "refused though free");
        let read = |span, free: &[&str]| History {
            held: vec![one()],
            reads: vec![Read {
                span,
                node: 1,
                free: free.iter().map(|&seat| seat.to_owned()).collect(),
            }],
            ..History::default()
        };
        assert_eq!(found(&read(at(11, 20), &["A"])), 1, "a stale read");
        assert_eq!(found(&read(at(61, 70), &[])), 1, "taken by nobody");

        let shown = serde_json::json!({"seats": [{"id": "A", "state": "AVAILABLE"}]});
        assert_eq!(sound.contradicted_by(&shown).len(), 1, "a lost hold");
        let shown = serde_json::json!({"seats": [
            {"id": "A", "state": "PENDING", "hold": "2", "user": "u-2"}]});
        assert_eq!(sound.contradicted_by(&shown), Vec::<String>::new());
    }
}

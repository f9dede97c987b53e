//! What is to be forgotten, and when.

use std::collections::BTreeMap;

use super::ids::Millis;

/// Things by the moment at which they fall due.
///
/// NB: things due at the same moment leave together, however many. Their order among each other
/// depends on the order in which they came, which a node that loaded its rows does not know;
/// cutting such a group in two would let replicas differ.
#[derive(Clone, Debug)]
pub(super) struct Agenda<T> {
    due: BTreeMap<Millis, Vec<T>>,
}

impl<T> Agenda<T> {
    pub(super) fn new() -> Agenda<T> {
        Agenda { due: BTreeMap::new() }
    }

    pub(super) fn add(&mut self, when: Millis, thing: T) {
        self.due.entry(when).or_default().push(thing);
    }

    /// When the next thing falls due.
    pub(super) fn next(&self) -> Option<Millis> {
        self.due.first_key_value().map(|(when, _)| *when)
    }

    /// The things of the earliest moment, if that has come.
    pub(super) fn take_due(&mut self, now: Millis) -> Option<Vec<T>> {
        let first = self.due.first_entry()?;
        (*first.key() <= now).then(|| first.remove())
    }

    /// How many things stand here.
    pub(super) fn len(&self) -> usize {
        self.due.values().map(Vec::len).sum()
    }
}

//! Short names for ids in scripts: `h1` is the first hold that was told of, `p2` the second
//! payment.

use std::collections::BTreeMap;

/// Ids of every kind by name, in the order in which they were told.
#[derive(Default)]
pub struct Names {
    by_id: BTreeMap<(char, u128), String>,
    by_name: BTreeMap<String, u128>,
    counts: BTreeMap<char, usize>,
}

impl Names {
    /// The name of an id; a new one gets the next of its kind.
    pub fn tell(&mut self, kind: char, id: u128) -> String {
        if let Some(name) = self.by_id.get(&(kind, id)) {
            return name.clone();
        }
        let count = self.counts.entry(kind).or_default();
        *count += 1;
        let name = format!("{kind}{count}");
        self.by_id.insert((kind, id), name.clone());
        self.by_name.insert(name.clone(), id);
        name
    }

    /// The id of a name; a name that was never told is nobody's id.
    pub fn find(&self, name: &str) -> u128 {
        self.by_name.get(name).copied().unwrap_or(u128::MAX)
    }
}

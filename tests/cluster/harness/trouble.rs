//! What is wrong with a network, as a value: whoever makes the network makes it so.

use std::collections::BTreeMap;
use std::time::Duration;

/// From one node to another.
pub type Way = (u64, u64);

/// What is wrong with one way. Nothing, by default.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Trouble {
    /// Nothing passes.
    pub cut: bool,
    /// Of a hundred packets, so many are lost.
    pub loss: u8,
    /// Each is late by so many milliseconds,
    pub delay_ms: u16,
    /// and by up to so many more, so that they arrive in another order.
    pub jitter_ms: u16,
}

/// What is wrong with a whole network.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Troubles {
    /// Ways that have some trouble.
    pub ways: BTreeMap<Way, Trouble>,
    /// Nodes whose line is slow, in kilobits a second, to them and from them.
    pub lines: BTreeMap<u64, u32>,
}

impl Troubles {
    /// What is wrong with a way.
    pub fn of(&self, way: Way) -> Trouble {
        self.ways.get(&way).copied().unwrap_or_default()
    }

    /// Changes the ways from a node to these others.
    pub fn from(&mut self, node: u64, others: &[u64], change: impl Fn(&mut Trouble)) {
        for other in others {
            change(self.ways.entry((node, *other)).or_default());
        }
    }

    /// Changes the ways to a node from these others.
    pub fn to(&mut self, node: u64, others: &[u64], change: impl Fn(&mut Trouble)) {
        for other in others {
            change(self.ways.entry((*other, node)).or_default());
        }
    }

    /// Changes the ways between a node and these others, both ways.
    pub fn around(&mut self, node: u64, others: &[u64], change: impl Fn(&mut Trouble)) {
        self.from(node, others, &change);
        self.to(node, others, &change);
    }

    /// How long a line takes for so many bytes.
    pub fn takes(&self, way: Way, bytes: usize) -> Duration {
        let kbit = [way.0, way.1].iter().filter_map(|node| self.lines.get(node)).min();
        let bits = u64::try_from(bytes).unwrap_or(u64::MAX).saturating_mul(8);
        kbit.map_or(Duration::ZERO, |kbit| Duration::from_millis(bits / u64::from(*kbit)))
    }
}

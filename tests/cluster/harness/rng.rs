//! Seeded randomness, so that what a random test did can be done again.

use std::time::{SystemTime, UNIX_EPOCH};

/// `SplitMix64`: small, and good enough to choose seats and victims.
#[derive(Clone)]
pub struct Rng(u64);

impl Rng {
    /// A generator for one test. Its seed is `USHER_TEST_SEED`, else drawn from the clock, and is
    /// printed, so that a failure names it.
    pub fn seeded(test: &str) -> Rng {
        let drawn = || {
            let since = SystemTime::now().duration_since(UNIX_EPOCH).expect("it is after 1970");
            since.as_secs() << 20 | u64::from(since.subsec_micros())
        };
        let set = std::env::var("USHER_TEST_SEED").ok();
        let seed = set.map_or_else(drawn, |text| text.parse().expect("a seed is a number"));
        println!("{test}: USHER_TEST_SEED={seed}");
        Rng(seed)
    }

    /// The generator of a seed.
    pub fn of(seed: u64) -> Rng {
        Rng(seed)
    }

    /// An independent generator for one of several tasks.
    pub fn fork(&mut self) -> Rng {
        Rng(self.next())
    }

    /// A number below `bound`.
    pub fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }

    /// True once in `times`, on average.
    pub fn once_in(&mut self, times: u64) -> bool {
        self.below(times) == 0
    }

    /// One of the items.
    pub fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.index(items.len())]
    }

    /// An index below `len`.
    pub fn index(&mut self, len: usize) -> usize {
        usize::try_from(self.below(len as u64)).expect("it is below a usize")
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}

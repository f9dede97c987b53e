//! Randomness from a seed: the same seed draws the same numbers on every machine.

/// xoshiro256** (Blackman and Vigna 2018), seeded by splitmix64.
#[derive(Clone, Debug)]
pub struct Rng([u64; 4]);

impl Rng {
    /// A generator whose draws depend on the seed alone.
    pub fn new(seed: u64) -> Rng {
        let mut z = seed;
        Rng(std::array::from_fn(|_| {
            z = z.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut x = z;
            x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            x ^ (x >> 31)
        }))
    }

    /// 64 random bits.
    pub fn next(&mut self) -> u64 {
        let s = &mut self.0;
        let result = s[1].wrapping_mul(5).rotate_left(7).wrapping_mul(9);
        let t = s[1] << 17;
        s[2] ^= s[0];
        s[3] ^= s[1];
        s[1] ^= s[2];
        s[0] ^= s[3];
        s[2] ^= t;
        s[3] = s[3].rotate_left(45);
        result
    }

    /// A number below `bound`, which is at least 1. The bias of a modulus does not matter here.
    pub fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }

    /// An index into something of this length.
    pub fn index(&mut self, len: usize) -> usize {
        usize::try_from(self.below(len as u64)).expect("it is below a usize")
    }

    /// A number from `low` to `high`, both included.
    pub fn range(&mut self, low: u64, high: u64) -> u64 {
        low + self.below(high - low + 1)
    }

    /// True so many times in a thousand.
    pub fn per_mille(&mut self, share: u64) -> bool {
        self.below(1000) < share
    }

    /// One of several.
    pub fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.index(from.len())]
    }

    /// One of several, each as likely as its weight.
    pub fn weighted<T: Copy>(&mut self, from: &[(u64, T)]) -> T {
        let mut at = self.below(from.iter().map(|(weight, _)| weight).sum());
        for (weight, what) in from {
            if at < *weight {
                return *what;
            }
            at -= weight;
        }
        unreachable!("the draw is below the sum of the weights")
    }
}

/// Keeps the latest few of many: what a caller may still have in mind.
#[derive(Clone, Debug)]
pub struct Recent<T> {
    kept: Vec<T>,
    len_max: usize,
    next: usize,
}

impl<T> Recent<T> {
    /// Keeps so many, at least one.
    pub fn new(len_max: usize) -> Recent<T> {
        Recent { kept: Vec::with_capacity(len_max), len_max, next: 0 }
    }

    /// Forgets the oldest if need be.
    pub fn push(&mut self, item: T) {
        if self.kept.len() < self.len_max {
            self.kept.push(item);
        } else {
            self.kept[self.next] = item;
            self.next = (self.next + 1) % self.len_max;
        }
    }

    /// One of those kept.
    pub fn pick(&self, rng: &mut Rng) -> Option<&T> {
        if self.kept.is_empty() { None } else { Some(rng.pick(&self.kept)) }
    }

    /// All of those kept.
    pub fn all(&self) -> &[T] {
        &self.kept
    }
}

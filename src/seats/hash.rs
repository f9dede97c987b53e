//! Hashing for tables whose order nobody sees.

use std::hash::{BuildHasher as _, BuildHasherDefault, Hash, Hasher};
use std::ops::Deref;

/// Hashing without a random seed: nodes need no luck to behave alike.
pub(super) type Fixed = BuildHasherDefault<Folding>;

/// Odd and without pattern: the fractional part of π.
const FACTOR: u64 = 0x243f_6a88_85a3_08d3 | 1;

/// Multiplies eight bytes at a time into 128 bits and folds the halves (as wyhash does, Wang Yi
/// 2019). A command hashes about ten short texts; with `SipHash` they took a quarter of its
/// instructions.
///
/// NB: it keeps no secret. Whoever chooses keys or user ids can make them collide, and each costs a
/// comparison when another is looked up. Caps on keys per caller bound the one; for the other it
/// takes as many accounts.
#[derive(Clone, Copy, Debug)]
pub(super) struct Folding(u64);

impl Default for Folding {
    fn default() -> Folding {
        Folding(0x1319_8a2e_0370_7344)
    }
}

impl Folding {
    fn fold(&mut self, word: u64) {
        let product = u128::from(self.0 ^ word) * u128::from(FACTOR);
        let (high, low) = (product >> 64, product & u128::from(u64::MAX));
        self.0 = u64::try_from(high ^ low).expect("both halves have 64 bits").rotate_left(23);
    }
}

impl Hasher for Folding {
    fn write(&mut self, bytes: &[u8]) {
        let (words, rest) = bytes.as_chunks::<8>();
        for word in words {
            self.fold(u64::from_le_bytes(*word));
        }
        let mut last = [0; 8];
        last[..rest.len()].copy_from_slice(rest);
        self.fold(u64::from_le_bytes(last) ^ (bytes.len() as u64) << 56);
    }

    fn write_u8(&mut self, byte: u8) {
        self.fold(u64::from(byte));
    }

    fn write_u64(&mut self, word: u64) {
        self.fold(word);
    }

    fn write_usize(&mut self, word: usize) {
        self.fold(word as u64);
    }

    fn finish(&self) -> u64 {
        let mut last = *self;
        last.fold(0);
        last.0
    }
}

/// A text, or what has one, with its hash. A table that grows hashes all that it has again, and
/// would wait for each text to come from memory.
#[derive(Clone, Debug)]
pub(super) struct Hashed<T> {
    hash: u64,
    of: T,
}

impl<T: Hash> Hashed<T> {
    pub(super) fn new(of: T) -> Hashed<T> {
        Hashed { hash: Fixed::default().hash_one(&of), of }
    }
}

impl<T> Deref for Hashed<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.of
    }
}

impl<T> Hash for Hashed<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.hash);
    }
}

impl<T: PartialEq> PartialEq for Hashed<T> {
    fn eq(&self, other: &Hashed<T>) -> bool {
        self.hash == other.hash && self.of == other.of
    }
}

impl<T: Eq> Eq for Hashed<T> {}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;
    use std::hash::{BuildHasher as _, Hash};

    use super::Fixed;

    fn hash(thing: &impl Hash) -> u64 {
        Fixed::default().hash_one(thing)
    }

    /// Names as they come, one after the other, neither collide nor cluster: neither as a whole nor
    /// in the low or high bits that a table looks at.
    #[test]
    fn names_spread() {
        let names: Vec<String> = (0..100_000).map(|n| format!("user-{n}")).collect();
        let hashes: HashSet<u64> = names.iter().map(hash).collect();
        assert_eq!(hashes.len(), names.len());
        for shift in [0, 48] {
            let mut buckets = vec![0u32; 1 << 10];
            for name in &names {
                let bucket = usize::try_from(hash(name) >> shift & 0x3ff).unwrap();
                buckets[bucket] += 1;
            }
            let fullest = buckets.iter().max().unwrap();
            assert!(*fullest < 160, "{fullest} of 100,000 in one of 1,024 buckets");
        }
    }

    /// The bounds of what is hashed count: ("ab", "c") is not ("a", "bc"), "" not "\0".
    #[test]
    fn bounds_count() {
        assert_ne!(hash(&("ab", "c")), hash(&("a", "bc")));
        assert_ne!(hash(&""), hash(&"\0"));
        assert_ne!(hash(&"12345678"), hash(&"12345678\0"));
        assert_ne!(hash(&1u128), hash(&(1u128 << 64)));
    }
}

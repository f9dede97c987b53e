//! Undecided writes by address: one address cannot take all the room that a node has for them.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::problem::{Code, Problem};
use super::source::Source;

/// Who has how many.
pub(super) struct Shares {
    max: usize,
    held: Mutex<HashMap<Source, usize>>,
}

/// One of them, until it is dropped.
pub(super) struct Share<'a> {
    of: &'a Shares,
    source: Option<Source>,
}

impl Shares {
    /// At most so many an address.
    pub(super) fn new(max: usize) -> Shares {
        Shares { max, held: Mutex::default() }
    }

    /// Takes one. Where no address is known, nothing is counted.
    ///
    /// # Errors
    /// The address has as many as it may.
    pub(super) fn take(&self, source: Option<Source>) -> Result<Share<'_>, Problem> {
        if let Some(source) = source {
            let mut held = self.held();
            let count = held.entry(source).or_default();
            if *count >= self.max {
                let detail = "too many requests of this address are waiting";
                return Err(Problem::new(Code::Overloaded, detail).retry_after(1));
            }
            *count += 1;
        }
        Ok(Share { of: self, source })
    }

    fn held(&self) -> MutexGuard<'_, HashMap<Source, usize>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Share<'_> {
    fn drop(&mut self) {
        let Some(source) = self.source else { return };
        let mut held = self.of.held();
        if let Some(count) = held.get_mut(&source) {
            *count -= 1;
            if *count == 0 {
                held.remove(&source);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One address may have so many, others as many, and nothing is kept of whoever has none.
    #[test]
    fn each_address_has_a_share() {
        let shares = Shares::new(2);
        let one = Some(Source::of("192.0.2.1".parse().unwrap()));
        let other = Some(Source::of("192.0.2.2".parse().unwrap()));
        let held = [shares.take(one), shares.take(one), shares.take(other), shares.take(None)];
        assert!(held.iter().all(Result::is_ok));
        assert_eq!(shares.take(one).err().map(|problem| problem.code()), Some(Code::Overloaded));
        assert!(shares.take(other).is_ok());
        drop(held);
        assert!(shares.take(one).is_ok());
        assert!(shares.held().is_empty());
    }
}

//! Numbers for ids.

use std::collections::HashMap;

/// Gives each id a number, from 0 on.
#[derive(Default)]
pub(super) struct Numbers(HashMap<String, u32>);

impl Numbers {
    pub(super) fn of(&mut self, id: &str) -> u32 {
        if let Some(number) = self.0.get(id) {
            return *number;
        }
        let next = u32::try_from(self.0.len()).unwrap_or(u32::MAX);
        self.0.insert(id.to_owned(), next);
        next
    }
}

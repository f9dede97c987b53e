//! Checks the invariants of a state: seats, counts and money.
//!
//! Besides what the core checks of itself ([`crate::seats::State::check`]) the books are cast up
//! anew from the records alone, by other code than the one that keeps them.

mod books;
mod money;
mod recount;
mod report;
#[cfg(test)]
mod tests;

pub use report::{Report, Totals, report, report_rows};

//! What a node counts and measures, and how Prometheus reads it.
//!
//! Every node has a registry of its own, since several may live in one process. What happens often
//! is counted where it happens, through handles that cost no allocation; what can be read from the
//! state or from consensus is read when somebody looks ([`Readings`]). No label ever names a user,
//! a seat, a show or a hold: there is no bound on those. Nothing outside this room knows the crate.

mod measured;
mod process;
mod readings;
mod text;

#[cfg(test)]
mod tests;

pub use measured::{Connection, Metrics};
pub use process::{Process, of_this_process};
pub use readings::{Outbox, Readings, Space};
pub use text::Form;

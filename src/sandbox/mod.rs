//! The sandbox gateway: a stand-in for a payment gateway, without real money (CONTRACT section 6).
//!
//! It is the outside. Nothing here knows seats, shows or the log; it is spoken to over HTTP alone,
//! keeps its own state on its own disk, and tells of its sessions by signed webhooks, again and
//! again until somebody takes them. What it has in common with Usher's side is the algorithm of
//! signatures.

mod answer;
mod api;
mod delivery;
mod extract;
mod fields;
mod journal;
mod ledger;
mod page;
mod serve;

pub use journal::JournalError;
pub use serve::{Options, SandboxError, serve};

#[cfg(test)]
mod delivery_tests;
#[cfg(test)]
mod tests;

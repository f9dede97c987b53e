//! Usher: a replicated ticket-booking seat store that never double-books.
//!
//! The rooms and the arrows between them stand in ARCHITECTURE.md.

#![forbid(unsafe_code)]

pub mod audit;
mod bench;
mod causes;
pub mod cli;
pub mod client;
pub mod clock;
pub mod codec;
pub mod config;
pub mod effects;
pub mod gateways;
pub mod http;
pub mod journal;
pub mod metrics;
pub mod node;
pub mod plans;
pub mod raft;
pub mod sandbox;
pub mod seats;
pub mod store;
mod tasks;
pub mod tickets;
pub mod tokens;
pub mod traces;

// The judge of the core's own simulation judges the cluster's as well.
#[cfg(test)]
extern crate self as usher;
#[cfg(test)]
#[path = "../tests/core_simulation/hall.rs"]
#[expect(dead_code, reason = "the cluster's simulation makes its halls over HTTP")]
mod hall;
#[cfg(test)]
#[path = "../tests/core_simulation/oracle/mod.rs"]
#[allow(
    dead_code,
    unused_imports,
    reason = "some of its reads are for the core's simulation alone"
)]
mod oracle;
#[cfg(test)]
#[path = "../tests/core_simulation/rng.rs"]
#[expect(dead_code, reason = "halls are drawn with it, which here they are not")]
mod rng;
#[cfg(test)]
mod simulation;
#[cfg(test)]
#[path = "../tests/core_simulation/story.rs"]
#[allow(dead_code, reason = "whichever of its words a story needs")]
mod story;

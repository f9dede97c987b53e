//! Usher: a replicated ticket-booking seat store that never double-books.
//!
//! The rooms and the arrows between them stand in ARCHITECTURE.md.

#![forbid(unsafe_code)]

pub mod audit;
mod causes;
pub mod cli;
pub mod clock;
pub mod codec;
pub mod config;
pub mod effects;
pub mod gateways;
pub mod http;
pub mod node;
pub mod plans;
pub mod raft;
pub mod sandbox;
pub mod seats;
pub mod store;
mod tasks;
pub mod tickets;

#[cfg(test)]
mod simulation;

//! Wires one node: opens its disk, starts consensus and HTTP, and owns every long-lived task. It
//! ends when it is asked to, or when one of them does.

mod door;
pub(crate) mod files;
mod gateways;
mod run;
mod signals;

pub(crate) use signals::Stop;

pub use run::{NodeError, check, run, run_until};

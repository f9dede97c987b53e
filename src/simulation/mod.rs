//! The whole node above its seams, many times over, in one thread under virtual time.
//!
//! A run is a seed. Nodes are all of Usher (HTTP, consensus, storage above its engine, effects)
//! over a disk, a network, clocks, a gateway and mail in memory that fail as the real ones do.
//! Clients ask over HTTP and write down what they were told. Faults come and go; then everything is
//! mended, and three judges look: the naive model of the core's own simulation replays what was
//! agreed, a witness replays what clients were told, and a blind search trusts neither.
//!
//! Simplified: a message is lost whole and its connection with it, as three seconds without an
//! answer end a real one; what a node computes takes no time; files other than the engine's, TLS
//! and sockets are not here (processes have tests of their own).

pub(crate) mod bugs;
mod clients;
mod clock;
mod disk;
mod disk_tests;
mod fleet;
mod judge;
mod ledger;
mod nemesis;
mod network;
pub(crate) mod observer;
mod outside;
mod run;
pub(crate) mod scope;
mod world;

pub(crate) use bugs::Bug;
pub(crate) use scope::planted;

/// An empty disk, opened.
pub(crate) fn empty_disk() -> std::sync::Arc<dyn crate::store::Engine> {
    disk::Disk::new("a disk", 1).open()
}

mod blind_tests;
mod judge_tests;
mod tests;
mod witness_tests;

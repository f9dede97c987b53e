//! Consensus on several nodes in one process: real sockets, real disks, clocks that can be moved
//! and a network that can be cut.

mod cluster;
mod edges;
mod faults;
mod harness;
mod members;
mod observed;
mod strangers;
mod versions;

//! Turns a command into an agreed command: batching, forwarding, consensus, reads, membership.
//! Nothing outside this room knows openraft.
//!
//! A proposal goes from [`Handle`] to `propose`, which makes batches and hands them to openraft on
//! the leader, or through `forward` to the node that leads. openraft keeps them in `log_store`,
//! sends them to the other nodes through `network`, and has `machine` apply them. Other nodes come
//! in through `server` and are answered by `peer`. Nothing here knows HTTP as clients speak it.

mod admin;
mod client;
mod compare;
mod convert;
mod forward;
mod founding;
mod frames;
mod guard;
mod handle;
mod headers;
mod health;
mod housekeeping;
mod identity;
mod intake;
mod level;
mod lines;
pub mod log_store;
pub mod machine;
mod membership;
mod network;
mod peer;
mod propose;
mod pulse;
mod read;
#[cfg(test)]
mod runtime;
mod sampling;
mod secret;
mod server;
mod settings;
mod start;
mod stop;
mod succession;
mod transport;
mod types;
mod vitals;
mod wire;

#[cfg(test)]
mod tests;

pub use compare::{Comparison, Difference, NodeDigest};
pub use founding::{Founded, Founder, found};
pub use handle::{
    AdminError, Answer, ClusterStatus, Handle, NodeStatus, NotCaughtUp, ProposeError, ReadError,
    Role,
};
pub use health::Check;
pub use machine::BackupStream;
pub use membership::{Change, Plan, Roster};
pub use settings::{Settings, Sizes};
pub use start::{Parts, StartError, Task, start};
pub use transport::{CallError, Lane, Papers, Party, Reply, Transport};
pub use types::{Batch, Member, NodeId};
pub use vitals::Vitals;

#[cfg(test)]
pub(crate) use peer::Peer;
#[cfg(test)]
pub(crate) use start::assemble;

#[cfg(test)]
mod fixture_tests;
#[cfg(test)]
mod storage_tests;

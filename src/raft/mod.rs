//! Turns a command into an agreed command: batching, forwarding, consensus, reads, membership.
//! Nothing outside this room knows openraft.

mod convert;
mod handle;
pub mod log_store;
pub mod machine;
mod types;

pub use handle::{
    AdminError, Answer, ClusterStatus, Handle, NodeStatus, NotCaughtUp, ProposeError, ReadError,
    Role,
};
pub use types::{Batch, Member, NodeId};

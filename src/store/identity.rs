//! Who a data directory is.

use super::engine::Engine;
use super::error::StoreError;
use crate::codec::Identity;

/// Checks that the directory is this node's, or makes it so at its first start, with `disk` as its
/// random name.
///
/// # Errors
/// It is another node's, or it has lost what it was.
pub async fn claim(_engine: &dyn Engine, _node: u64, _disk: u128) -> Result<Identity, StoreError> {
    todo!()
}

/// Binds the directory to a cluster, once and for all.
///
/// # Errors
/// It belongs to another cluster.
pub async fn join_cluster(_engine: &dyn Engine, _cluster: u128) -> Result<Identity, StoreError> {
    todo!()
}

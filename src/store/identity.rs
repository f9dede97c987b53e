//! Who a data directory is.

use super::engine::{Engine, Family, Write, Writes, keep_sentinel, write};
use super::error::StoreError;
use crate::codec::{IDENTITY_KEY, Identity, Sentinel, decode_identity, encode_identity};

/// Checks that the directory is this node's, or makes it so at its first start, with `disk` as its
/// random name.
///
/// # Errors
/// It is another node's, or it has lost what it was.
pub async fn claim(engine: &dyn Engine, node: u64, disk: u128) -> Result<Identity, StoreError> {
    assert_ne!(disk, 0, "0 is the name of a directory that has none");
    let sentinel = engine.sentinel();
    let identity = match read(engine)? {
        Some(identity) => identity,
        None if sentinel.disk == 0 => {
            let identity = Identity { node, disk, cluster: None };
            put(engine, &identity).await?;
            identity
        }
        None => return Err(StoreError::damaged(engine.path(), "identity", "it is missing")),
    };
    if identity.node != node {
        let detail = format!("it belongs to node {}, and this is node {node}", identity.node);
        return Err(StoreError::Foreign { path: engine.path().to_owned(), detail });
    }
    if sentinel.disk == 0 {
        // A first start: nothing has been promised yet.
        keep_sentinel(engine, Sentinel { disk: identity.disk, ..sentinel }).await?;
    } else if sentinel.disk != identity.disk {
        let (of_sentinel, of_database) = (sentinel.disk, identity.disk);
        let detail = format!(
            "its sentinel is of disk {of_sentinel:032x}, its database of disk {of_database:032x}"
        );
        return Err(StoreError::Foreign { path: engine.path().to_owned(), detail });
    }
    Ok(identity)
}

/// Binds the directory to a cluster, once and for all.
///
/// # Errors
/// It has not been claimed, or belongs to another cluster.
pub async fn join_cluster(engine: &dyn Engine, cluster: u128) -> Result<Identity, StoreError> {
    let Some(identity) = read(engine)? else {
        return Err(StoreError::damaged(engine.path(), "identity", "it is missing"));
    };
    match identity.cluster {
        Some(present) if present == cluster => Ok(identity),
        Some(present) => {
            let detail =
                format!("it belongs to cluster {present:032x}, and this is {cluster:032x}");
            Err(StoreError::Foreign { path: engine.path().to_owned(), detail })
        }
        None => {
            let identity = Identity { cluster: Some(cluster), ..identity };
            put(engine, &identity).await?;
            Ok(identity)
        }
    }
}

fn read(engine: &dyn Engine) -> Result<Option<Identity>, StoreError> {
    let Some(record) = engine.get(Family::Meta, IDENTITY_KEY)? else {
        return Ok(None);
    };
    let undecodable = |error| StoreError::undecodable(engine.path(), "identity", &error);
    decode_identity(&record).map(Some).map_err(undecodable)
}

async fn put(engine: &dyn Engine, identity: &Identity) -> Result<(), StoreError> {
    let record = encode_identity(identity)?;
    let put = Write::Put(Family::Meta, IDENTITY_KEY.to_vec(), record);
    write(engine, Writes::synced(vec![put])).await
}

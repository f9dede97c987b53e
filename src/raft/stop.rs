//! How tasks learn that the node stops.

use tokio::sync::watch;

/// Returns when the node stops. (A channel whose sender is gone means that it has stopped already.)
pub(super) async fn stopped(shutdown: &mut watch::Receiver<bool>) {
    while !*shutdown.borrow_and_update() {
        if shutdown.changed().await.is_err() {
            return;
        }
    }
}

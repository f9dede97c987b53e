//! Sees who leads.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;

use super::field::Field;

/// How often every member is asked.
const LOOK_EVERY: Duration = Duration::from_millis(400);

/// Who is slower is asked the next time.
const CALL_MAX: Duration = Duration::from_secs(1);

/// Watches until it is over: how often another led.
pub async fn watch(field: Arc<Field>) -> u64 {
    let mut seen = BTreeSet::new();
    while !field.crowd.is_over() {
        let looks = field.members().into_iter().map(async |id| {
            let look = field.node(id).get("/v1/cluster").operator().within(CALL_MAX);
            let said = look.try_send().await.ok().filter(|reply| reply.status == 200)?.json();
            Some((said["term"].as_u64()?, said["leader"].as_u64()?))
        });
        let said = join_all(looks.collect::<Vec<_>>()).await;
        seen.extend(said.into_iter().flatten());
        tokio::time::sleep(LOOK_EVERY).await;
    }
    u64::try_from(seen.len()).unwrap_or(u64::MAX).saturating_sub(1)
}

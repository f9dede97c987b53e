//! A backup of the whole state, streamed while the node goes on.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::Response;
use bytes::Bytes;
use futures_util::stream;

use super::app::Site;
use super::ask::AnyMedia;
use super::headers;
use super::problem::{Code, Problem};
use super::refusals;
use crate::clock;
use crate::raft::BackupStream;

/// How long the checkpoint that a backup is made of may take to reach the disk.
const CHECKPOINT_PATIENCE: Duration = Duration::from_mins(1);

/// Seconds after which an operator may ask again who found another backup under way.
const RETRY_AFTER: u32 = 5;

/// `GET /v1/cluster/backup`
///
/// A body that breaks off lacks the end that every backup has.
pub(super) async fn get(
    State(site): State<Arc<Site>>,
    AnyMedia(ask): AnyMedia,
) -> Result<Response, Problem> {
    let fresh = ask.freshness()?;
    ask.allowed()?;
    let turn = Arc::clone(&site.backups).try_acquire_owned().map_err(|_| {
        let detail = "nothing was done: another backup is under way at this node";
        Problem::new(Code::Overloaded, detail).retry_after(RETRY_AFTER)
    })?;
    site.freshen(fresh).await?;
    let deadline = clock::deadline(CHECKPOINT_PATIENCE);
    let applied = *site.backend.applied().borrow();
    let backup = site.backend.backup(site.clock.wall(), deadline).await;
    let backup = backup.map_err(|error| refusals::not_read(error, applied))?;
    let index = backup.index;
    // The view that the backup is read from, and the turn, last as long as the body.
    let bytes = stream::try_unfold((backup, turn), |(mut backup, turn)| async {
        let next = BackupStream::next(&mut backup).await;
        let next = next.inspect_err(|error| tracing::error!(%error, "a backup broke off"))?;
        Ok::<_, crate::store::StoreError>(next.map(|bytes| (Bytes::from(bytes), (backup, turn))))
    });
    let mut answer = Response::new(Body::from_stream(bytes));
    let out = answer.headers_mut();
    out.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/octet-stream"));
    out.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    out.insert(headers::APPLIED_INDEX, HeaderValue::from(index));
    Ok(answer)
}

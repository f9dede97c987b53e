//! Names of the headers that this API has beside the common ones.

use axum::http::HeaderName;

/// The index of the state that an answer stands on.
pub(super) const APPLIED_INDEX: HeaderName = HeaderName::from_static("usher-applied-index");
/// Which node answers.
pub(super) const NODE: HeaderName = HeaderName::from_static("usher-node");
/// The id of the exchange; `instance` of a problem.
pub(super) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// The client's name for a write, or the node's on a 504.
pub(super) const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
/// The answer is a remembered one.
pub(super) const REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");
/// Who asks, in open mode.
pub(super) const USER_ID: HeaderName = HeaderName::from_static("x-user-id");
/// In which role, in open mode.
pub(super) const USER_ROLE: HeaderName = HeaderName::from_static("x-usher-role");
/// Up to where a stream was read.
pub(super) const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");
/// Which pages share a window's group with a page.
pub(super) const OPENER_POLICY: HeaderName = HeaderName::from_static("cross-origin-opener-policy");
/// Which sites' pages may embed an answer.
pub(super) const RESOURCE_POLICY: HeaderName =
    HeaderName::from_static("cross-origin-resource-policy");

//! The API as a service: the table of routes within the envelope.

use std::sync::Arc;

use axum::Router;
use axum::middleware::from_fn_with_state;

use super::app::{App, Site};
use super::envelope::envelope;
use super::problem::{Code, Problem};
use super::routes::{Doors, routes};

/// The whole API as a service. Every answer has passed the envelope.
pub fn router(app: App) -> Router {
    let routes = routes();
    let site = Arc::new(Site::new(app, Doors::of(&routes)));
    let table = routes
        .into_iter()
        .fold(Router::new(), |router, route| router.route(route.path, route.handler));
    table
        .fallback(async || Problem::new(Code::NotFound, "no such route"))
        .method_not_allowed_fallback(async || {
            Problem::new(Code::MethodNotAllowed, "see Allow for the methods of this route")
        })
        .layer(from_fn_with_state(Arc::clone(&site), envelope))
        .with_state(site)
}

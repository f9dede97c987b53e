//! Which handler answers which route.

use std::sync::Arc;

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::{get, patch, post};

use super::app::{App, Site};
use super::envelope::envelope;
use super::problem::{Code, Problem};
use super::{
    audit, backup, blocks, bookings, cluster, debug, gateways, health, holds, media, nodes, outbox,
    payments, reconciliation, refunds, report, seat_map, seats, show_new, shows, stream, ticket,
};

/// The whole API as a service. Every answer has passed the envelope.
pub fn router(app: App) -> Router {
    let site = Arc::new(Site::new(app));
    routes()
        .fallback(async || Problem::new(Code::NotFound, "no such route"))
        .method_not_allowed_fallback(async || {
            Problem::new(Code::MethodNotAllowed, "see Allow for the methods of this route")
        })
        .layer(from_fn_with_state(Arc::clone(&site), envelope))
        .with_state(site)
}

fn routes() -> Router<Arc<Site>> {
    Router::new()
        .route("/livez", get(health::livez))
        .route("/readyz", get(health::readyz))
        .route("/media/{*path}", get(media::get))
        // Gateways say what they will in Accept; what they read of an answer is its status.
        .route("/v1/gateways/{gateway}/webhook", post(gateways::webhook))
        .route("/v1/cluster/backup", get(backup::get))
        .route("/v1/shows/{show}/seats", get(seats::get))
        .route("/v1/shows/{show}/stream", get(stream::get))
        .route("/v1/shows/{show}/report", get(report::get))
        .route("/v1/bookings/{booking}/ticket", get(ticket::get))
        .route("/v1/shows", get(shows::list).post(show_new::create))
        .route("/v1/shows/{show}", get(shows::get).patch(shows::patch))
        .route("/v1/shows/{show}/cancel", post(shows::cancel))
        .route("/v1/seat-maps", post(show_new::create_map))
        .route("/v1/shows/{show}/seat-map", get(seat_map::get))
        .route("/v1/shows/{show}/block", post(blocks::block))
        .route("/v1/shows/{show}/unblock", post(blocks::unblock))
        .route("/v1/shows/{show}/holds", get(holds::list).post(holds::create))
        .route("/v1/holds/{hold}", get(holds::get).delete(holds::release))
        .route("/v1/holds/{hold}/extend", post(holds::extend))
        .route("/v1/holds/{hold}/confirm", post(holds::confirm))
        .route("/v1/me/hold", get(holds::mine))
        .route("/v1/me/bookings", get(bookings::mine))
        .route("/v1/bookings", get(bookings::list))
        .route("/v1/bookings/{booking}", get(bookings::get))
        .route("/v1/bookings/{booking}/cancel", post(bookings::cancel))
        .route("/v1/bookings/{booking}/resend", post(bookings::resend))
        .route("/v1/gateways", get(gateways::list))
        .route("/v1/holds/{hold}/payments", post(payments::create))
        .route("/v1/payments/{payment}", get(payments::get))
        .route("/v1/payments/{payment}/cancel", post(payments::cancel))
        .route("/v1/refunds", get(refunds::list))
        .route("/v1/refunds/{refund}", get(refunds::get))
        .route("/v1/refunds/{refund}/retry", post(refunds::retry))
        .route("/v1/outbox", get(outbox::list))
        .route("/v1/reconciliation", get(reconciliation::get))
        .route("/v1/audit", get(audit::list))
        .route("/v1/cluster", get(cluster::get))
        .route("/v1/cluster/init", post(cluster::init))
        .route("/v1/cluster/leader", post(cluster::leader))
        .route("/v1/cluster/audit", get(cluster::check))
        .route("/v1/cluster/debug", get(debug::get))
        .route("/v1/cluster/verify", post(nodes::verify))
        .route("/v1/cluster/nodes", post(nodes::add))
        .route("/v1/cluster/nodes/{node}", patch(nodes::set_address).delete(nodes::remove))
        .route("/v1/cluster/nodes/{node}/promote", post(nodes::promote))
        .route("/v1/cluster/nodes/{node}/replace", post(nodes::replace))
        .route("/v1/cluster/nodes/{node}/drain", post(nodes::drain))
}

//! The table of routes: what each is called, who may use it, and who answers. What is not here does
//! not exist; what is here has said who may use it.

use std::collections::HashMap;

use axum::handler::Handler;
use axum::http::Method;
use axum::routing::{MethodFilter, MethodRouter, on};

use super::app::Served;
use super::openapi::{self as docs, Doc};
use super::{
    audit, backup, blocks, bookings, cluster, debug, gateways, health, holds, media, nodes,
    openapi, outbox, pages, payments, reconciliation, refunds, report, scrape, seat_map, seats,
    show_new, shows, stream, ticket,
};
use crate::seats::Role;

/// Who may use a route (CONTRACT section 2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Needs {
    /// Anybody; who they are decides at most what they see.
    Nothing,
    /// A signature of the body, which its handler checks: a gateway's webhook.
    Signature,
    /// A signed link, which its handler checks, or somebody who is known.
    Link,
    /// Somebody who is known: a user, or whoever is more than a buyer.
    Known,
    /// A user, for whom it acts.
    User,
    /// This role, where roles are enforced.
    Role(Role),
}

/// What is to be known of a route before its handler is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Door {
    pub(super) needs: Needs,
    /// Requests count for nobody's rate.
    pub(super) is_free: bool,
}

/// That of a route which is not in the table: it lets nobody in.
impl Default for Door {
    fn default() -> Door {
        Door { needs: OPERATOR, is_free: false }
    }
}

/// One method of one path.
pub(super) struct Route {
    pub(super) method: Method,
    /// As axum writes patterns.
    pub(super) path: &'static str,
    /// Its name in the API's description; unique.
    pub(super) operation: &'static str,
    pub(super) door: Door,
    /// What there is to know of it besides; nothing of a page, which is no part of the API.
    pub(super) doc: Option<fn() -> Doc>,
    pub(super) handler: MethodRouter<Served>,
}

impl Route {
    fn new<T: 'static>(
        (method, filter): (Method, MethodFilter),
        path: &'static str,
        operation: &'static str,
        needs: Needs,
        handler: impl Handler<T, Served>,
        doc: fn() -> Doc,
    ) -> Route {
        let door = Door { needs, is_free: false };
        Route { method, path, operation, door, doc: Some(doc), handler: on(filter, handler) }
    }

    /// A page for anybody, or what pages load.
    fn page<T: 'static>(
        path: &'static str,
        operation: &'static str,
        handler: impl Handler<T, Served>,
    ) -> Route {
        let (method, filter) = GET;
        let handler = on(filter, handler);
        let door = Door { needs: Needs::Nothing, is_free: false };
        Route { method, path, operation, door, doc: None, handler }
    }

    /// The same, and requests count for nobody's rate: whoever watches a node must hear of it above
    /// all when much is asked of it, and what comes of a payment must wait for nobody.
    fn free(mut self) -> Route {
        self.door.is_free = true;
        self
    }
}

/// The doors of all routes, for whoever asks with a path's pattern.
#[derive(Debug, Default)]
pub(super) struct Doors(HashMap<&'static str, Vec<(Method, Door)>>);

impl Doors {
    pub(super) fn of(routes: &[Route]) -> Doors {
        let mut doors = Doors::default();
        for route in routes {
            doors.0.entry(route.path).or_default().push((route.method.clone(), route.door));
        }
        doors
    }

    /// The door of a route.
    pub(super) fn at(&self, method: &Method, path: &str) -> Door {
        // Whoever answers GET answers HEAD.
        let method = if *method == Method::HEAD { &Method::GET } else { method };
        let methods = self.0.get(path).map_or(&[][..], Vec::as_slice);
        let found = methods.iter().find(|(known, _)| known == method);
        found.map_or_else(Door::default, |(_, door)| *door)
    }
}

const GET: (Method, MethodFilter) = (Method::GET, MethodFilter::GET);
const POST: (Method, MethodFilter) = (Method::POST, MethodFilter::POST);
const PATCH: (Method, MethodFilter) = (Method::PATCH, MethodFilter::PATCH);
const DELETE: (Method, MethodFilter) = (Method::DELETE, MethodFilter::DELETE);

const ORGANIZER: Needs = Needs::Role(Role::Organizer);
const OPERATOR: Needs = Needs::Role(Role::Operator);

/// Every route.
pub(super) fn routes() -> Vec<Route> {
    [pages(), probes(), shows_and_seats(), holds_and_money(), operations()]
        .into_iter()
        .flatten()
        .collect()
}

fn pages() -> Vec<Route> {
    vec![
        Route::page("/", "buyer_page", pages::buyer),
        Route::page("/operator", "operator_page", pages::operator),
        Route::page("/example", "example_page", pages::example),
        Route::page("/seat-map.js", "seat_map_script", pages::seat_map),
        Route::page("/assets/{*path}", "get_asset", pages::get_asset),
    ]
}

#[rustfmt::skip] // A table reads across.
fn probes() -> Vec<Route> {
    vec![
        Route::new(GET, "/openapi.json", "get_openapi", Needs::Nothing, openapi::get, docs::get_openapi),
        Route::new(GET, "/docs", "get_docs", Needs::Nothing, openapi::get_page, docs::get_docs),
        Route::new(GET, "/livez", "livez", Needs::Nothing, health::livez, docs::livez).free(),
        Route::new(GET, "/healthz", "healthz", Needs::Nothing, health::livez, docs::livez).free(),
        Route::new(GET, "/readyz", "readyz", Needs::Nothing, health::readyz, docs::readyz).free(),
        Route::new(GET, "/metrics", "get_metrics", Needs::Nothing, scrape::metrics, docs::get_metrics).free(),
        Route::new(GET, "/media/{*path}", "get_media", Needs::Nothing, media::get, docs::get_media),
    ]
}

#[rustfmt::skip] // A table reads across.
fn shows_and_seats() -> Vec<Route> {
    use Needs::Nothing;
    vec![
        Route::new(GET, "/v1/shows", "get_shows", Nothing, shows::list, docs::get_shows),
        Route::new(POST, "/v1/shows", "create_show", ORGANIZER, show_new::create, docs::create_show),
        Route::new(GET, "/v1/shows/{show}", "get_show", Nothing, shows::get, docs::get_show),
        Route::new(PATCH, "/v1/shows/{show}", "update_show", ORGANIZER, shows::patch, docs::update_show),
        Route::new(POST, "/v1/shows/{show}/cancel", "cancel_show", ORGANIZER, shows::cancel, docs::cancel_show),
        Route::new(POST, "/v1/seat-maps", "create_seat_map", ORGANIZER, show_new::create_map, docs::create_seat_map),
        Route::new(GET, "/v1/shows/{show}/seat-map", "get_seat_map", Nothing, seat_map::get, docs::get_seat_map),
        Route::new(GET, "/v1/shows/{show}/seats", "get_seats", Nothing, seats::get, docs::get_seats),
        Route::new(GET, "/v1/shows/{show}/stream", "stream_seats", Nothing, stream::get, docs::stream_seats),
        Route::new(POST, "/v1/shows/{show}/block", "block_seats", ORGANIZER, blocks::block, docs::block_seats),
        Route::new(POST, "/v1/shows/{show}/unblock", "unblock_seats", ORGANIZER, blocks::unblock, docs::unblock_seats),
        Route::new(GET, "/v1/shows/{show}/report", "get_report", ORGANIZER, report::get, docs::get_report),
    ]
}

#[rustfmt::skip] // A table reads across.
fn holds_and_money() -> Vec<Route> {
    use Needs::{Known, Link, Nothing, Signature, User};
    vec![
        Route::new(GET, "/v1/shows/{show}/holds", "list_holds", ORGANIZER, holds::list, docs::list_holds),
        Route::new(POST, "/v1/shows/{show}/holds", "reserve_seats", User, holds::create, docs::reserve_seats),
        Route::new(GET, "/v1/holds/{hold}", "get_hold", Known, holds::get, docs::get_hold),
        Route::new(DELETE, "/v1/holds/{hold}", "release_hold", Known, holds::release, docs::release_hold),
        Route::new(POST, "/v1/holds/{hold}/extend", "extend_hold", Known, holds::extend, docs::extend_hold),
        Route::new(POST, "/v1/holds/{hold}/confirm", "confirm_hold", ORGANIZER, holds::confirm, docs::confirm_hold),
        Route::new(GET, "/v1/me/hold", "get_my_hold", User, holds::mine, docs::get_my_hold),
        Route::new(GET, "/v1/gateways", "get_gateways", Nothing, gateways::list, docs::get_gateways),
        Route::new(POST, "/v1/gateways/{gateway}/webhook", "receive_webhook", Signature, gateways::webhook, docs::receive_webhook).free(),
        Route::new(POST, "/v1/holds/{hold}/payments", "create_payment", Known, payments::create, docs::create_payment),
        Route::new(GET, "/v1/payments/{payment}", "get_payment", Known, payments::get, docs::get_payment),
        Route::new(POST, "/v1/payments/{payment}/cancel", "cancel_payment", Known, payments::cancel, docs::cancel_payment),
        Route::new(GET, "/v1/bookings", "list_bookings", ORGANIZER, bookings::list, docs::list_bookings),
        Route::new(GET, "/v1/me/bookings", "list_my_bookings", User, bookings::mine, docs::list_my_bookings),
        Route::new(GET, "/v1/bookings/{booking}", "get_booking", Known, bookings::get, docs::get_booking),
        Route::new(GET, "/v1/bookings/{booking}/ticket", "get_ticket", Link, ticket::get, docs::get_ticket),
        Route::new(POST, "/v1/bookings/{booking}/cancel", "cancel_booking", ORGANIZER, bookings::cancel, docs::cancel_booking),
        Route::new(POST, "/v1/bookings/{booking}/resend", "resend_booking", Known, bookings::resend, docs::resend_booking),
        Route::new(GET, "/v1/refunds", "list_refunds", ORGANIZER, refunds::list, docs::list_refunds),
        Route::new(GET, "/v1/refunds/{refund}", "get_refund", ORGANIZER, refunds::get, docs::get_refund),
        Route::new(POST, "/v1/refunds/{refund}/retry", "retry_refund", ORGANIZER, refunds::retry, docs::retry_refund),
    ]
}

#[rustfmt::skip] // A table reads across.
fn operations() -> Vec<Route> {
    vec![
        Route::new(GET, "/v1/audit", "list_deeds", ORGANIZER, audit::list, docs::list_deeds),
        Route::new(GET, "/v1/outbox", "list_outbox", OPERATOR, outbox::list, docs::list_outbox),
        Route::new(GET, "/v1/reconciliation", "reconcile", OPERATOR, reconciliation::get, docs::reconcile),
        Route::new(GET, "/v1/cluster", "get_cluster", OPERATOR, cluster::get, docs::get_cluster),
        Route::new(POST, "/v1/cluster/init", "init_cluster", OPERATOR, cluster::init, docs::init_cluster),
        Route::new(POST, "/v1/cluster/leader", "transfer_leader", OPERATOR, cluster::leader, docs::transfer_leader),
        Route::new(GET, "/v1/cluster/audit", "audit", OPERATOR, cluster::check, docs::audit),
        Route::new(GET, "/v1/cluster/backup", "get_backup", OPERATOR, backup::get, docs::get_backup),
        Route::new(GET, "/v1/cluster/debug", "get_debug", OPERATOR, debug::get, docs::get_debug),
        Route::new(POST, "/v1/cluster/verify", "verify_cluster", OPERATOR, nodes::verify, docs::verify_cluster),
        Route::new(POST, "/v1/cluster/nodes", "add_node", OPERATOR, nodes::add, docs::add_node),
        Route::new(PATCH, "/v1/cluster/nodes/{node}", "move_node", OPERATOR, nodes::set_address, docs::move_node),
        Route::new(DELETE, "/v1/cluster/nodes/{node}", "remove_node", OPERATOR, nodes::remove, docs::remove_node),
        Route::new(POST, "/v1/cluster/nodes/{node}/promote", "promote_node", OPERATOR, nodes::promote, docs::promote_node),
        Route::new(POST, "/v1/cluster/nodes/{node}/replace", "replace_node", OPERATOR, nodes::replace, docs::replace_node),
        Route::new(POST, "/v1/cluster/nodes/{node}/drain", "drain_node", OPERATOR, nodes::drain, docs::drain_node),
    ]
}

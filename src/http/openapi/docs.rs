//! The documentation of every route, one function each, in the order of the table.
//!
//! Examples are those of README's story where it has one; tests hold them against the schemas.

use serde_json::{Value, json};

use super::super::problem::Code;
use super::super::{
    audit, blocks, bookings, cluster, debug, gateways, holds, nodes, outbox, payments,
    reconciliation, report, show_new, shows, view,
};
use super::doc::{Doc, schema_ref};
use super::schemas::{Audit, Cluster, Comparison, Plan, SeatMap, SeatMapOrHash, Seats};
use crate::http::body::Nothing;

const SHOWS: &str = "Shows";
const SEATS: &str = "Seats";
const HOLDS: &str = "Holds";
const PAYMENTS: &str = "Payments";
const BOOKINGS: &str = "Bookings";
const REFUNDS: &str = "Refunds";
const CLUSTER: &str = "Cluster";
const NODE: &str = "Node";

fn one_of(words: &[&str]) -> Value {
    json!({"type": "string", "enum": words})
}

fn flag() -> Value {
    one_of(&["true", "false"])
}

fn text() -> Value {
    json!({"type": "string"})
}

fn time() -> Value {
    schema_ref("Time")
}

fn empty(tag: &'static str, summary: &'static str) -> Doc {
    Doc::new(tag, summary).may_take::<Nothing>()
}

// Probes.

pub(in crate::http) fn livez() -> Doc {
    Doc::new(NODE, "Whether the process lives")
        .query("verbose", &one_of(&["", "true", "false"]), "Says more.")
        .gives_text(200, "It does.", "text/plain")
        .never(&[Code::NotAcceptable, Code::RateLimited])
}

pub(in crate::http) fn readyz() -> Doc {
    Doc::new(NODE, "Whether the node can serve")
        .query("verbose", &one_of(&["", "true", "false"]), "Says which checks there are.")
        .gives_text(200, "It can.", "text/plain")
        .gives_text(503, "With `verbose`: the checks, and which failed.", "text/plain")
        .with("Retry-After")
        .never(&[Code::NotAcceptable, Code::RateLimited])
        .refuses(&[Code::NotReady])
}

pub(in crate::http) fn get_metrics() -> Doc {
    Doc::new(NODE, "What Prometheus reads of the node")
        .about("It tells of nobody: no label names a user, a seat or a show.")
        .gives_text(200, "Every metric.", "text/plain")
        .gives_text(200, "Every metric.", "application/openmetrics-text")
        .never(&[Code::RateLimited])
}

pub(in crate::http) fn get_media() -> Doc {
    Doc::new(SHOWS, "A picture or film of a show")
        .about("Served by the node where no CDN does; the path may have slashes.")
        .header("If-None-Match", "What the client has.")
        .gives_bytes(200, "The file.", "*/*")
        .with("ETag")
        .gives_nothing(304, "The client has it.")
        .with("ETag")
        .never(&[Code::NotAcceptable])
        .refuses(&[Code::NotFound])
}

pub(in crate::http) fn get_openapi() -> Doc {
    Doc::new(NODE, "This description")
        .header("If-None-Match", "What the client has.")
        .gives_bytes(200, "OpenAPI 3.1.", "application/json")
        .with("ETag")
        .gives_nothing(304, "The client has it.")
        .with("ETag")
}

pub(in crate::http) fn get_docs() -> Doc {
    Doc::new(NODE, "This description as a page")
        .about("It has no script and loads nothing.")
        .header("If-None-Match", "What the client has.")
        .gives_text(200, "The page.", "text/html")
        .with("ETag")
        .gives_nothing(304, "The client has it.")
        .with("ETag")
}

// Shows and seats.

pub(in crate::http) fn get_shows() -> Doc {
    Doc::new(SHOWS, "What is on")
        .about("Upcoming shows that are not cancelled, the next one first, unless asked otherwise.")
        .query("from", &time(), "Shows that begin then or later, past ones too.")
        .query("to", &time(), "Shows that begin then or earlier.")
        .query("venue", &text(), "Shows at this venue, by its whole name.")
        .query("q", &json!({"type": "string", "maxLength": 200}), "A part of name or venue.")
        .query(
            "status",
            &one_of(&["all", "scheduled", "on_sale", "closed", "cancelled"]),
            "Shows that stand so, past ones too.",
        )
        .reads()
        .lists::<view::ShowBody<'_>>("shows")
}

pub(in crate::http) fn create_show() -> Doc {
    Doc::new(SHOWS, "Puts a show on")
        .about("It needs a seat map, areas, or both; every category that they use needs a price.")
        .takes::<show_new::ShowFields>(Some(NEW_SHOW))
        .writes()
        .gives::<view::ShowBody<'_>>(201, "The show.")
        .such_as(SHOW)
        .with("Location")
        .refuses(&[Code::ShowExists, Code::NotFound])
}

pub(in crate::http) fn get_show() -> Doc {
    Doc::new(SHOWS, "A show")
        .reads()
        .gives::<view::ShowBody<'_>>(200, "The show.")
        .such_as(SHOW)
        .refuses(&[Code::NotFound])
}

pub(in crate::http) fn update_show() -> Doc {
    Doc::new(SHOWS, "Changes a show")
        .takes::<shows::PatchFields>(Some(r#"{"policy": {"hold_ttl_seconds": 900}}"#))
        .writes()
        .gives::<view::ShowBody<'_>>(200, "The show as it is now.")
        .refuses(&[Code::NotFound, Code::ShowCancelled, Code::NotCaughtUp])
}

pub(in crate::http) fn cancel_show() -> Doc {
    empty(SHOWS, "Cancels a show")
        .about("Sales stop, holds end, and every booking is refunded.")
        .writes()
        .gives::<view::ShowBody<'_>>(202, "The show; refunds follow.")
        .refuses(&[Code::NotFound, Code::ShowCancelled])
}

pub(in crate::http) fn create_seat_map() -> Doc {
    Doc::new(SEATS, "Stores a seat map")
        .about("Shows that name its hash share it.")
        .takes::<SeatMapOrHash>(Some(PLAN))
        .writes()
        .gives::<show_new::MapBody<'_>>(201, "What it is stored by.")
        .refuses(&[Code::NotFound])
}

pub(in crate::http) fn get_seat_map() -> Doc {
    Doc::new(SEATS, "The geometry of a show's hall")
        .query(
            "v",
            &json!({"type": "string"}),
            "The map's hash: the answer to it never changes, and any cache may keep it.",
        )
        .header("If-None-Match", "What the client has.")
        .reads()
        .gives::<SeatMap>(200, "The hall.")
        .with("ETag")
        .gives_nothing(304, "The client has it.")
        .with("ETag")
        .refuses(&[Code::NotFound])
}

pub(in crate::http) fn get_seats() -> Doc {
    Doc::new(SEATS, "Which seats can be had")
        .about(
            "To buyers a seat is `available` or `unavailable`; organizers see each seat's state \
             and whose it is. The body depends on the role alone, so that it can be cached.",
        )
        .about(
            "`format=packed` (or `Accept: application/octet-stream`) is two bits a seat in plan \
             order, four a byte from the low bits: 0 available, 1 pending, 2 reserved, 3 blocked; \
             to buyers 0 or 3.",
        )
        .query("status", &one_of(&["available"]), "Leaves the others out; not when packed.")
        .query("section", &text(), "Of one zone, by its name.")
        .query("format", &one_of(&["json", "packed"]), "Says more than `Accept`.")
        .query("mine", &flag(), "Marks the caller's own seats; not when packed.")
        .header("If-None-Match", "What the client has.")
        .reads()
        .gives::<Seats>(200, "The seats.")
        .gives_bytes(200, "The seats.", "application/octet-stream")
        .perhaps_with("ETag")
        .gives_nothing(304, "The client has it.")
        .with("ETag")
        .refuses(&[Code::NotFound, Code::Overloaded])
}

pub(in crate::http) fn stream_seats() -> Doc {
    Doc::new(SEATS, "Seats as they change")
        .about(
            "Server-Sent Events: `snapshot` has all seats, each `seats` what changed; both have \
             the form of `get_seats`. A client that reconnects anywhere with `Last-Event-ID` \
             misses nothing; `reset` says why it gets a snapshot instead.",
        )
        .header("Last-Event-ID", "Up to where the client has read.")
        .reads()
        .gives_text(200, "Events, until the client or the node leaves.", "text/event-stream")
        .refuses(&[Code::NotFound, Code::Overloaded])
}

pub(in crate::http) fn block_seats() -> Doc {
    Doc::new(SEATS, "Takes seats off sale")
        .takes::<blocks::Fields>(Some(r#"{"seats": ["A-1", "A-2"]}"#))
        .writes()
        .gives::<blocks::Blocked<'_>>(200, "What is off sale.")
        .refuses(&[Code::NotFound, Code::ShowCancelled, Code::SeatUnavailable])
}

pub(in crate::http) fn unblock_seats() -> Doc {
    Doc::new(SEATS, "Puts seats back on sale")
        .takes::<blocks::Fields>(Some(r#"{"seats": ["A-1", "A-2"]}"#))
        .writes()
        .gives::<blocks::Blocked<'_>>(200, "What is back on sale.")
        .refuses(&[Code::NotFound, Code::ShowCancelled, Code::SeatUnavailable])
}

pub(in crate::http) fn get_report() -> Doc {
    Doc::new(SHOWS, "A show's seats and money, by state and category")
        .query("format", &one_of(&["json", "csv"]), "Says more than `Accept`.")
        .reads()
        .gives::<report::Report>(200, "The report.")
        .gives_text(200, "The report.", "text/csv")
        .refuses(&[Code::NotFound])
}

// Holds and money.

pub(in crate::http) fn list_holds() -> Doc {
    Doc::new(HOLDS, "The holds of a show")
        .about("The newest first.")
        .query(
            "status",
            &one_of(&["all", "pending", "confirmed", "released", "expired"]),
            "Holds that stand so.",
        )
        .reads()
        .lists::<view::HoldBody<'_>>("holds")
        .refuses(&[Code::NotFound])
}

pub(in crate::http) fn reserve_seats() -> Doc {
    Doc::new(HOLDS, "Holds seats for a buyer")
        .about(
            "All or nothing, until `expires_at`. A user has one pending hold across all shows; \
             with `replace_active` the new one takes its place.",
        )
        .takes::<holds::HoldFields>(Some(BEST_TWO))
        .writes()
        .gives::<view::HoldBody<'_>>(201, "The hold.")
        .such_as(HOLD)
        .with("Location")
        .refuses(&[
            Code::NotFound,
            Code::ShowCancelled,
            Code::SaleNotOpen,
            Code::TooManySeats,
            Code::TooManyBookings,
            Code::UserHasActiveHold,
            Code::SeatUnavailable,
            Code::OrphanSeat,
        ])
}

pub(in crate::http) fn get_hold() -> Doc {
    Doc::new(HOLDS, "A hold")
        .reads()
        .gives::<view::HoldBody<'_>>(200, "The hold.")
        .such_as(HOLD)
        .refuses(&[Code::NotFound])
}

pub(in crate::http) fn release_hold() -> Doc {
    empty(HOLDS, "Gives seats back")
        .about("Once released or expired it may be asked for again.")
        .writes()
        .gives_nothing(204, "The seats are free.")
        .refuses(&[Code::NotFound, Code::HoldNotActive])
}

pub(in crate::http) fn extend_hold() -> Doc {
    Doc::new(HOLDS, "Holds seats for longer")
        .about("To `ttl_seconds` from now, within the show's `hold_total_seconds_max`.")
        .takes::<holds::ExtendFields>(Some(r#"{"ttl_seconds": 300}"#))
        .writes()
        .gives::<view::HoldBody<'_>>(200, "The hold as it is now.")
        .refuses(&[Code::NotFound, Code::HoldNotActive, Code::HoldExpired, Code::ShowCancelled])
}

pub(in crate::http) fn confirm_hold() -> Doc {
    Doc::new(BOOKINGS, "Sells a hold at the box office")
        .about("It was paid outside.")
        .takes::<holds::ConfirmFields>(Some(r#"{"reference": "till-4711", "email": null}"#))
        .writes()
        .gives::<view::BookingBody<'_>>(201, "The booking.")
        .with("Location")
        .refuses(&[Code::NotFound, Code::HoldNotActive, Code::HoldExpired, Code::ShowCancelled])
}

pub(in crate::http) fn get_my_hold() -> Doc {
    Doc::new(HOLDS, "The caller's pending hold")
        .reads()
        .gives::<view::HoldBody<'_>>(200, "The hold.")
        .refuses(&[Code::NotFound])
}

pub(in crate::http) fn get_gateways() -> Doc {
    Doc::new(PAYMENTS, "Where a buyer can pay").lists::<gateways::GatewayBody<'_>>("gateways")
}

pub(in crate::http) fn receive_webhook() -> Doc {
    Doc::new(PAYMENTS, "What a gateway tells")
        .about("For gateways alone: the signature of the raw body is the credential.")
        .takes_any("What the gateway sends; the sandbox follows Standard Webhooks.")
        .gives::<gateways::Taken>(200, "It is in the log, or of no use here.")
        .perhaps_with("Usher-Applied-Index")
        .blind()
        .never(&[Code::NotAcceptable, Code::RateLimited])
        .refuses(&[
            Code::NotFound,
            Code::InvalidSignature,
            Code::NoLeader,
            Code::Overloaded,
            Code::NotReady,
            Code::OutcomeUnknown,
        ])
        .never(&[Code::UnsupportedMediaType])
}

pub(in crate::http) fn create_payment() -> Doc {
    Doc::new(PAYMENTS, "Opens a payment for a hold")
        .about(
            "The buyer pays at `redirect_url`; the gateway then tells this cluster, which books \
             the seats. A hold that costs nothing is paid at once.",
        )
        .takes::<payments::PaymentFields>(Some(NEW_PAYMENT))
        .writes()
        .gives::<view::PaymentBody<'_>>(201, "The payment.")
        .such_as(PAYMENT)
        .with("Location")
        .refuses(&[
            Code::NotFound,
            Code::HoldNotActive,
            Code::HoldExpired,
            Code::PaymentAlreadyOpen,
            Code::PaymentNotOpen,
            Code::ShowCancelled,
            Code::GatewayError,
        ])
}

pub(in crate::http) fn get_payment() -> Doc {
    Doc::new(PAYMENTS, "A payment")
        .reads()
        .gives::<view::PaymentBody<'_>>(200, "The payment.")
        .such_as(PAYMENT)
        .refuses(&[Code::NotFound])
}

pub(in crate::http) fn cancel_payment() -> Doc {
    empty(PAYMENTS, "Gives a payment up")
        .about("Its session at the gateway is closed; the hold stays.")
        .writes()
        .gives::<view::PaymentBody<'_>>(200, "The payment; `closing` until the gateway agrees.")
        .refuses(&[Code::NotFound, Code::PaymentNotOpen])
}

pub(in crate::http) fn list_bookings() -> Doc {
    Doc::new(BOOKINGS, "Bookings")
        .about("The newest first.")
        .query("show", &text(), "Of this show.")
        .query("email", &text(), "Mailed there.")
        .query("status", &one_of(&["all", "confirmed", "cancelled"]), "That stand so.")
        .reads()
        .lists::<view::BookingBody<'_>>("bookings")
}

pub(in crate::http) fn list_my_bookings() -> Doc {
    Doc::new(BOOKINGS, "The caller's bookings")
        .about("The newest first.")
        .reads()
        .lists::<view::BookingBody<'_>>("bookings")
}

pub(in crate::http) fn get_booking() -> Doc {
    Doc::new(BOOKINGS, "A booking")
        .reads()
        .gives::<view::BookingBody<'_>>(200, "The booking.")
        .such_as(BOOKING)
        .refuses(&[Code::NotFound])
}

pub(in crate::http) fn get_ticket() -> Doc {
    Doc::new(BOOKINGS, "A ticket to show at the door")
        .about("`ticket_url` of a booking has the key to it.")
        .query("access", &text(), "The key.")
        .reads()
        .gives_text(200, "A page with a QR code.", "text/html")
        .refuses(&[Code::NotFound])
}

pub(in crate::http) fn cancel_booking() -> Doc {
    Doc::new(BOOKINGS, "Cancels a booking, or seats of it")
        .about("Its seats are free at once; what was paid is refunded.")
        .may_take::<bookings::CancelFields>()
        .writes()
        .gives::<view::BookingBody<'_>>(200, "The booking as it is now.")
        .refuses(&[Code::NotFound, Code::BookingNotActive])
}

pub(in crate::http) fn resend_booking() -> Doc {
    empty(BOOKINGS, "Mails a booking again")
        .writes()
        .gives::<view::BookingBody<'_>>(202, "The booking; its mail follows.")
        .refuses(&[Code::NotFound, Code::BookingNotActive])
}

pub(in crate::http) fn list_refunds() -> Doc {
    Doc::new(REFUNDS, "Refunds")
        .about("The newest first.")
        .query("status", &one_of(&["all", "pending", "succeeded"]), "That stand so.")
        .reads()
        .lists::<view::RefundBody<'_>>("refunds")
}

pub(in crate::http) fn get_refund() -> Doc {
    Doc::new(REFUNDS, "A refund")
        .reads()
        .gives::<view::RefundBody<'_>>(200, "The refund.")
        .refuses(&[Code::NotFound])
}

pub(in crate::http) fn retry_refund() -> Doc {
    empty(REFUNDS, "Has a refund tried again now")
        .writes()
        .gives::<view::RefundBody<'_>>(200, "The refund.")
        .refuses(&[Code::NotFound])
}

// Operations.

pub(in crate::http) fn list_deeds() -> Doc {
    let of = |name: &str| schema_ref(name);
    Doc::new(BOOKINGS, "Who did what to a seat, a hold or a payment")
        .about(
            "The oldest first. At least one of `seat`, `user`, `hold` and `payment` says of what; \
             a seat is named with its show. Buyers, where roles are not enforced, see their own.",
        )
        .query("show", &text(), "Of this show.")
        .query("seat", &text(), "Of this seat, by its id.")
        .query("user", &text(), "Of what this user has or had.")
        .query("hold", &of("HoldName"), "Of this hold.")
        .query("payment", &of("PaymentName"), "Of this payment.")
        .query("from", &time(), "Then or later, in log time.")
        .query("to", &time(), "Then or earlier.")
        .reads()
        .lists::<audit::DeedBody<'_>>("deeds")
        .and_says(
            "since",
            &json!({
                "anyOf": [schema_ref("Time"), {"type": "null"}],
                "description": "Every deed from then on is there; `null` while nothing is recorded.",
            }),
        )
        .refuses(&[Code::NotFound])
}

pub(in crate::http) fn list_outbox() -> Doc {
    Doc::new(CLUSTER, "What is owed to the outside")
        .about("The oldest first.")
        .reads()
        .lists::<outbox::RowBody<'_>>("rows")
}

pub(in crate::http) fn reconcile() -> Doc {
    Doc::new(PAYMENTS, "Our books beside those of the gateways")
        .query("gateway", &text(), "Of this one alone.")
        .reads()
        .gives::<reconciliation::Report<'_>>(200, "What differs.")
        .refuses(&[Code::GatewayError, Code::Overloaded])
}

pub(in crate::http) fn get_cluster() -> Doc {
    Doc::new(CLUSTER, "Who is there, and who leads").gives::<Cluster>(200, "The cluster.")
}

/// What an operator's request may be refused for.
const ADMIN: &[Code] = &[Code::NotFound, Code::NoLeader, Code::Refused];

pub(in crate::http) fn init_cluster() -> Doc {
    empty(CLUSTER, "Forms the cluster, once")
        .about("Of the members that this node's configuration names.")
        .gives::<Cluster>(201, "The cluster.")
        .refuses(&[Code::AlreadyInitialized, Code::NoLeader, Code::NotFound])
}

pub(in crate::http) fn transfer_leader() -> Doc {
    Doc::new(CLUSTER, "Hands leadership over")
        .may_take::<cluster::LeaderFields>()
        .gives::<cluster::LeaderBody>(200, "Who leads now.")
        .refuses(ADMIN)
}

pub(in crate::http) fn audit() -> Doc {
    Doc::new(CLUSTER, "Checks every invariant")
        .reads()
        .gives::<Audit>(200, "Money, and what does not hold.")
}

pub(in crate::http) fn get_backup() -> Doc {
    Doc::new(CLUSTER, "The whole state in one file")
        .reads()
        .gives_bytes(200, "A backup; `usher backup verify` reads it.", "application/octet-stream")
        .never(&[Code::NotAcceptable])
        .refuses(&[Code::Overloaded])
}

pub(in crate::http) fn get_debug() -> Doc {
    Doc::new(CLUSTER, "What a node knows of itself")
        .gives::<debug::DebugBody<'_>>(200, "No secrets, no buyers.")
        .with("Usher-Applied-Index")
}

pub(in crate::http) fn verify_cluster() -> Doc {
    empty(CLUSTER, "Compares the states of all nodes")
        .gives::<Comparison>(200, "Row by row where they differ.")
        .refuses(ADMIN)
}

/// A change of members.
fn change(doc: Doc) -> Doc {
    doc.query("dry_run", &flag(), "Only says what would be done, with 200.").refuses(ADMIN)
}

pub(in crate::http) fn add_node() -> Doc {
    let doc = Doc::new(CLUSTER, "Adds a node as a learner");
    change(doc.takes::<nodes::NewNode>(Some(NEW_NODE)))
        .gives::<Plan>(200, "What would be done.")
        .gives::<Plan>(201, "What was done.")
}

pub(in crate::http) fn move_node() -> Doc {
    let doc = Doc::new(CLUSTER, "Says where a node is now");
    change(doc.takes::<nodes::Addresses>(Some(r#"{"http": "127.0.0.1:8104"}"#)))
        .gives::<Plan>(200, "What was done.")
}

pub(in crate::http) fn remove_node() -> Doc {
    change(empty(CLUSTER, "Takes a node out")).gives::<Plan>(200, "What was done.")
}

pub(in crate::http) fn promote_node() -> Doc {
    change(empty(CLUSTER, "Gives a learner a vote")).gives::<Plan>(200, "What was done.")
}

pub(in crate::http) fn replace_node() -> Doc {
    let doc = Doc::new(CLUSTER, "Gives a node's vote to another");
    change(doc.takes::<nodes::Successor>(Some(r#"{"by": 5}"#))).gives::<Plan>(200, "What was done.")
}

pub(in crate::http) fn drain_node() -> Doc {
    change(empty(CLUSTER, "Ends a node without a failed request"))
        .gives::<Plan>(200, "What would be done.")
        .gives::<Plan>(202, "What is being done.")
}

/// Those that README's story has.
#[cfg(test)]
pub(in crate::http) const OF_THE_STORY: &[&str] = &[BEST_TWO, NEW_PAYMENT, PLAN, NEW_SHOW];

const BEST_TWO: &str = r#"{"best_available": {"quantity": 2}}"#;

const NEW_NODE: &str = r#"{"id": 4, "peer": "127.0.0.1:9104", "http": "127.0.0.1:8104"}"#;

const NEW_PAYMENT: &str = r#"{"gateway": "sandbox", "email": "anna@example.com",
    "success_url": "http://127.0.0.1:8101/v1/shows/club", "cancel_url": "http://127.0.0.1:8101/v1/shows"}"#;

const PLAN: &str = r##"{"name": "Old Mill", "size": {"width": 100, "height": 50},
  "categories": [{"name": "Stalls", "color": "#336699"}],
  "zones": [{"name": "Stalls", "position": {"x": 0, "y": 0}, "rows": [{"row_number": "A", "position": {"x": 0, "y": 0},
    "seats": [{"seat_guid": "A-1", "seat_number": "1", "category": "Stalls", "position": {"x": 0, "y": 0}},
              {"seat_guid": "A-2", "seat_number": "2", "category": "Stalls", "position": {"x": 20, "y": 0}},
              {"seat_guid": "A-3", "seat_number": "3", "category": "Stalls", "position": {"x": 40, "y": 0}}]}]}]}"##;

const NEW_SHOW: &str = r##"{"id": "hamlet", "name": "Hamlet", "venue": "Old Mill Theatre", "starts_at": "2099-03-01T19:30:00.000Z",
  "currency": "EUR", "prices": {"Stalls": 9500},
  "seat_map": {"name": "Old Mill", "size": {"width": 100, "height": 50},
    "categories": [{"name": "Stalls", "color": "#336699"}],
    "zones": [{"name": "Stalls", "position": {"x": 0, "y": 0}, "rows": [{"row_number": "A", "position": {"x": 0, "y": 0},
      "seats": [{"seat_guid": "A-1", "seat_number": "1", "category": "Stalls", "position": {"x": 0, "y": 0}},
                {"seat_guid": "A-2", "seat_number": "2", "category": "Stalls", "position": {"x": 20, "y": 0}},
                {"seat_guid": "A-3", "seat_number": "3", "category": "Stalls", "position": {"x": 40, "y": 0}}]}]}]}}"##;

const SHOW: &str = r#"{"id": "hamlet", "name": "Hamlet", "venue": "Old Mill Theatre", "starts_at": "2099-03-01T19:30:00.000Z",
  "description": "", "media": [], "currency": "EUR", "prices": {"Stalls": 9500},
  "sale": {"opens_at": null, "closes_at": null},
  "policy": {"hold_ttl_seconds": 600, "hold_total_seconds_max": 1800, "seats_per_hold_max": 10, "prevent_orphans": false},
  "seat_map": {"hash": "52edc0ac0b1e1df66bc2ec7de7ae5b7e2ec7ddd0ab8eb9c0e7ec6b23f7ee3b54",
    "url": "/v1/shows/hamlet/seat-map?v=52edc0ac0b1e1df66bc2ec7de7ae5b7e2ec7ddd0ab8eb9c0e7ec6b23f7ee3b54"},
  "areas": [], "status": "on_sale", "price_from": 9500, "available": 3, "created_at": "2026-11-28T07:00:00.000Z"}"#;

const HOLD: &str = r#"{"id": "hld_019ac93bb8c07000a000000000000001", "show": "club", "user": "anna", "status": "pending",
  "seats": [{"id": "A-1", "label": "Row A, seat 1", "category": "Front", "price": 4500},
            {"id": "A-2", "label": "Row A, seat 2", "category": "Front", "price": 4500}],
  "areas": [], "total": {"amount": 9000, "currency": "EUR"}, "created_at": "2026-11-28T07:00:00.000Z",
  "expires_at": "2026-11-28T07:10:00.000Z", "expires_in_ms": 600000, "payment": null, "booking": null}"#;

const PAYMENT: &str = r#"{"id": "pay_019ac93bc0907000a000000000000002", "hold": "hld_019ac93bb8c07000a000000000000001",
  "status": "open", "gateway": "sandbox", "redirect_url": "http://127.0.0.1:8200/pay/sbx_1", "amount": 9000, "currency": "EUR",
  "booking": null, "refund": null, "captured": 0, "refund_pending": 0, "refunded": 0, "flags": [], "closing": false}"#;

const BOOKING: &str = r#"{"id": "bkg_019ac93bcc487000a000000000000003", "show": "club", "user": "anna",
  "hold": "hld_019ac93bb8c07000a000000000000001", "payment": "pay_019ac93bc0907000a000000000000002", "status": "confirmed",
  "seats": [{"id": "A-1", "label": "Row A, seat 1", "category": "Front", "price": 4500},
            {"id": "A-2", "label": "Row A, seat 2", "category": "Front", "price": 4500}],
  "areas": [], "total": {"amount": 9000, "currency": "EUR"}, "email": "anna@example.com", "reference": null,
  "created_at": "2026-11-28T07:01:00.000Z",
  "ticket_url": "http://127.0.0.1:8101/v1/bookings/bkg_019ac93bcc487000a000000000000003/ticket?access=c2lnbmF0dXJl"}"#;

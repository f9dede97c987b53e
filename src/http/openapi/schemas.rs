//! Schemas of texts that have a form, of words of which there are few, and of answers that are not
//! structs of this room. Everything else derives its schema where it stands.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde_json::Value;
use utoipa::openapi::schema::{AdditionalProperties, ObjectBuilder, Schema, SchemaType, Type};
use utoipa::openapi::{KnownFormat, RefOr, SchemaFormat};
use utoipa::{PartialSchema, ToSchema};

use crate::http::time::Time;

/// Types that stand for schemas alone: nothing has them as a value.
macro_rules! schemas {
    ($($(#[$doc:meta])* $name:ident = $schema:expr;)*) => {$(
        $(#[$doc])*
        pub(in crate::http) enum $name {}

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                $schema.into()
            }
        }

        impl ToSchema for $name {
            fn name() -> Cow<'static, str> {
                Cow::Borrowed(stringify!($name))
            }
        }
    )*};
}

/// A text of a form.
fn form(pattern: &str, about: &str) -> ObjectBuilder {
    text(about).pattern(Some(pattern))
}

/// A text.
fn text(about: &str) -> ObjectBuilder {
    ObjectBuilder::new().schema_type(Type::String).description(Some(about))
}

/// One of a few words.
fn words<const N: usize>(words: [&'static str; N], about: &str) -> ObjectBuilder {
    text(about).enum_values(Some(words))
}

/// A line of `min..=max` characters, none of which is a control character.
fn line(min: usize, max: usize) -> ObjectBuilder {
    form("^[^\\u0000-\\u001F\\u007F-\\u009F]*$", "One line of text.")
        .min_length(Some(min))
        .max_length(Some(max))
}

/// Parts between dots, none of them empty, on both sides of the one `@`.
const EMAIL: &str = concat!(
    r"^[^@.\s,\u0000-\u001F\u007F-\u009F]+(\.[^@.\s,\u0000-\u001F\u007F-\u009F]+)*",
    r"@[^@.\s,\u0000-\u001F\u007F-\u009F]+(\.[^@.\s,\u0000-\u001F\u007F-\u009F]+)*$",
);

schemas! {
    /// A hold's id.
    HoldName = form("^hld_[0-9a-f]{32}$", "The id of a hold.");
    /// A payment's id.
    PaymentName = form("^pay_[0-9a-f]{32}$", "The id of a payment.");
    /// A booking's id.
    BookingName = form("^bkg_[0-9a-f]{32}$", "The id of a booking.");
    /// A refund's id.
    RefundName = form("^rfd_[0-9a-f]{32}$", "The id of a refund.");
    /// An outbox row's id.
    OutboxName = form("^obx_[0-9a-f]{32}$", "The id of a row of the outbox.");
    /// A show's own id.
    Slug = form("^[a-z0-9_-]+$", "A name for addresses; `shw_` begins those that the \
        server makes.").min_length(Some(1)).max_length(Some(64));
    /// A currency.
    CurrencyCode = form("^[A-Z]{3}$", "An ISO 4217 code.");
    /// What a stored map is known by.
    MapHashText = form("^[0-9a-f]{64}$", "What a seat map is stored by.");
    /// Where a node is.
    Address = form(r"^[A-Za-z0-9._\[\]:-]+:[1-9][0-9]{0,4}$", "Host and port.")
        .max_length(Some(255));
    /// A member's number.
    NodeNumber = ObjectBuilder::new()
        .schema_type(Type::Integer)
        .minimum(Some(0))
        .maximum(Some(u64::MAX))
        .description(Some("The number of a node."));
    /// Where mail goes.
    EmailAddress = form(EMAIL, "An e-mail address.").max_length(Some(254));
    /// Where a browser can be sent.
    WebAddress = text("An absolute http(s) address.")
        .format(Some(SchemaFormat::Custom("uri".to_owned())))
        .pattern(Some("^https?://"))
        .max_length(Some(2048));
    /// Where a picture is.
    MediaUrl = form(r"^(https?://[^/\s\\][^\s\\]*|/([^/\s\\][^\s\\]*)?|[^/:\s\\]+(/[^\s\\]*)?)$",
        "An absolute http(s) address, or a path such as `/hamlet.jpg`.").max_length(Some(2000));
    /// A box office's reference.
    Reference = line(1, 200);
    /// A line.
    Line35 = line(1, 35);
    /// A line.
    Line40 = line(1, 40);
    /// A line.
    Line64 = line(1, 64);
    /// A line.
    Line200 = line(1, 200);
    /// A line, perhaps an empty one.
    Line0To200 = line(0, 200);
    /// A line, perhaps an empty one.
    Line0To500 = line(0, 500);
    /// Text of several lines.
    Prose = form("^[^\\u0000-\\u0008\\u000B\\u000C\\u000E-\\u001F\\u007F-\\u009F]*$", "Text.")
        .max_length(Some(10_000));
    /// Prices by category.
    Prices = ObjectBuilder::new()
        .schema_type(Type::Object)
        .max_properties(Some(200))
        .property_names(Some(Schema::from(line(1, 200))))
        .additional_properties(Some(AdditionalProperties::RefOr(RefOr::T(
            ObjectBuilder::new()
                .schema_type(Type::Integer)
                .minimum(Some(0))
                .maximum(Some(100_000_000_000_u64))
                .into(),
        ))))
        .description(Some("Prices by category, in minor units."));
    /// What a picture is.
    MediaKind = words(["image", "video"], "Picture or film.");
    /// How a hold stands.
    HoldStatusWord =
        words(["pending", "confirmed", "released", "expired"], "How a hold stands.");
    /// How a booking stands.
    BookingStatusWord = words(["confirmed", "cancelled"], "How a booking stands.");
    /// How a payment stands.
    PaymentStatusWord = words(
        ["open", "succeeded", "failed", "expired", "refund_pending", "refunded"],
        "How a payment stands.",
    );
    /// How a refund stands.
    RefundStatusWord = words(["pending", "succeeded"], "How a refund stands.");
    /// How a show stands.
    ShowStatusWord =
        words(["scheduled", "on_sale", "closed", "cancelled"], "How a show stands, in log time.");
    /// What a webhook came to.
    EffectWord = words(
        ["booked", "refund_queued", "ended", "ignored", "unmatched"],
        "What an event came to.",
    );
    /// What an outbox row owes.
    EffectKind = words(["close_session", "refund", "mail_booking"], "What is owed.");
    /// What a gateway's event says.
    EventKind = words(["succeeded", "declined", "failed", "expired"], "What an event says.");
    /// How books differ.
    DifferenceKindWord = words(
        ["unknown_payment", "unknown_session", "second_session", "mismatch"],
        "In which way both sides differ.",
    );
    /// What of a payment differs.
    DifferingField = words(["status", "amount", "captured", "refunded"], "What differs.");
    /// Whether a seat can be had.
    SeatStatusWord = words(["available", "unavailable"], "Whether a seat can be had.");
    /// A seat's state, to whoever may know it.
    SeatStateWord =
        words(["AVAILABLE", "PENDING", "RESERVED", "BLOCKED"], "A seat's state.");
    /// What was done.
    DeedWord = words(
        [
            "hold_made", "hold_extended", "hold_released", "hold_expired", "hold_replaced",
            "hold_confirmed", "payment_opened", "payment_session", "payment_closing",
            "payment_succeeded", "payment_declined", "payment_failed", "payment_expired",
            "refund_queued", "refund_failed", "refund_retried", "refund_succeeded",
            "booking_made", "booking_cancelled", "booking_reduced", "blocked", "unblocked",
            "show_created", "show_changed", "show_cancelled",
        ],
        "What was done.",
    );
    /// What somebody may do.
    RoleWord = words(["buyer", "organizer", "operator"], "What somebody may do.");
    /// What a member is.
    NodeRole = words(["leader", "follower", "learner", "unreachable"], "What a node is.");
}

impl PartialSchema for Time {
    fn schema() -> RefOr<Schema> {
        text("RFC 3339; answers are in UTC with milliseconds.")
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime)))
            .into()
    }
}

impl ToSchema for Time {}

/// A plan, or the hash of a stored one. Plans are read leniently, so this says little.
pub(in crate::http) enum SeatMapOrHash {}

impl PartialSchema for SeatMapOrHash {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::Object)
            .property("hash", ObjectBuilder::new().schema_type(SchemaType::AnyValue))
            .property("zones", ObjectBuilder::new().schema_type(SchemaType::AnyValue))
            .description(Some(
                "A seating plan as pretix exports it (`name`, `size`, `categories`, `zones` with \
                 `rows` of `seats`), read leniently across its versions; or `{\"hash\"}` of one \
                 that is stored.",
            ))
            .into()
    }
}

impl ToSchema for SeatMapOrHash {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("SeatingPlan")
    }
}

/// The structs below are the forms of answers that are made elsewhere: by `frame` by hand, by
/// `plans`, and of the records of other rooms. Nothing makes them; the tests hold every answer of
/// this room against them.
macro_rules! answers {
    ($($(#[$meta:meta])* $name:ident { $($(#[$field_meta:meta])* $field:ident: $type:ty,)* })*) => {
        $(
            $(#[$meta])*
            #[derive(ToSchema)]
            #[expect(dead_code, reason = "only its schema is used")]
            #[allow(clippy::struct_field_names, reason = "the API has these names")]
            pub(in crate::http) struct $name { $($(#[$field_meta])* $field: $type,)* }
        )*
    };
}

answers! {
    /// The seats of a show.
    Seats {
        /// The show.
        show: String,
        /// Its version: it grows with every change of a seat or an area.
        version: u64,
        /// Seats, counted; places in areas are not.
        counts: SeatCounts,
        /// In plan order.
        seats: Vec<SeatView>,
        /// Places that nobody tells apart.
        areas: Vec<AreaView>,
    }

    /// Seats, counted.
    SeatCounts {
        /// Those that can be had.
        available: u64,
        /// The others.
        unavailable: u64,
    }

    /// A seat as its reader may see it.
    SeatView {
        /// Its id.
        id: String,
        /// Its category.
        category: String,
        /// Whether it can be had.
        status: SeatStatusWord,
        /// It is the caller's own (`?mine=true`).
        mine: Option<bool>,
        /// To organizers, and of one's own seats.
        state: Option<SeatStateWord>,
        /// The pending hold that has it; to organizers.
        hold: Option<HoldName>,
        /// The booking that has it; to organizers.
        booking: Option<BookingName>,
        /// Who has it; to organizers.
        user: Option<String>,
    }

    /// An area as its reader may see it.
    AreaView {
        /// The area.
        id: String,
        /// Free places.
        available: u32,
        /// Held places; to organizers.
        pending: Option<u32>,
        /// Sold places; to organizers.
        reserved: Option<u32>,
    }

    /// A hall: seating-plan JSON as pretix reads it, with `label` and `category` by name.
    SeatMap {
        /// Its name.
        name: String,
        /// What its drawing takes.
        size: Size,
        /// Its categories.
        categories: Vec<MapCategory>,
        /// Its blocks.
        zones: Vec<MapZone>,
    }

    /// What a drawing takes.
    Size {
        /// Units of the plan.
        width: f64,
        /// Units of the plan.
        height: f64,
    }

    /// A place in a drawing.
    Position {
        /// To the right.
        x: f64,
        /// Downwards.
        y: f64,
    }

    /// A category of seats.
    MapCategory {
        /// What shows have prices for.
        name: String,
        /// How it is drawn.
        color: String,
    }

    /// A block of rows.
    MapZone {
        /// Its name.
        name: String,
        /// Where it is.
        position: Position,
        /// Its rows.
        rows: Vec<MapRow>,
        /// What is drawn besides, as the plan has it.
        #[schema(value_type = Vec<Object>)]
        areas: Vec<BTreeMap<String, String>>,
    }

    /// A row of seats.
    MapRow {
        /// What it is called.
        row_number: String,
        /// Where that is written.
        row_number_position: String,
        /// Where it is, in its zone.
        position: Position,
        /// Its seats.
        seats: Vec<MapSeat>,
    }

    /// A seat of a hall.
    MapSeat {
        /// Its id.
        seat_guid: String,
        /// The same.
        id: String,
        /// What a person reads: block, row and seat.
        label: String,
        /// Its number.
        seat_number: String,
        /// Its category, by name.
        category: String,
        /// Where it is, in its row.
        position: Position,
        /// How large it is drawn.
        radius: f64,
    }

    /// The cluster as a node sees it.
    Cluster {
        /// 32 hexadecimal digits; `null` before the cluster is formed.
        cluster_id: Option<String>,
        /// Who leads, if that is known.
        leader: Option<NodeNumber>,
        /// Of the leader.
        term: u64,
        /// Every member.
        nodes: Vec<Node>,
    }

    /// A member of the cluster.
    Node {
        /// Its number.
        id: NodeNumber,
        /// What it is.
        role: NodeRole,
        /// Where clients reach it.
        http: String,
        /// Where other nodes reach it.
        peer: String,
        /// Up to where it has applied the log; `null` when unreachable.
        applied_index: Option<u64>,
        /// Up to where it has the log; `null` when unreachable.
        last_log_index: Option<u64>,
    }

    /// What a change of members does, or would do.
    Plan {
        /// The members before it.
        before: Roster,
        /// The members after it.
        after: Roster,
        /// What is done, in order; empty if there is nothing left to do.
        steps: Vec<String>,
        /// What to think of first.
        warnings: Vec<String>,
    }

    /// Members.
    Roster {
        /// Those that decide.
        voters: Vec<NodeNumber>,
        /// Those that only have the state.
        learners: Vec<NodeNumber>,
    }

    /// How the states of all nodes compare, at one entry.
    Comparison {
        /// The entry.
        index: u64,
        /// All of them answered, and have the same state.
        equal: bool,
        /// Every member.
        nodes: Vec<NodeDigest>,
        /// The first rows that differ.
        differences: Vec<RowDifference>,
    }

    /// A node's state at the entry.
    NodeDigest {
        /// Its number.
        id: NodeNumber,
        /// 32 hexadecimal digits; `null` if it did not say.
        digest: Option<String>,
        /// How many rows it has.
        rows: Option<u64>,
        /// Why it did not say.
        error: Option<String>,
    }

    /// A row that is not the same everywhere.
    RowDifference {
        /// Its key.
        row: String,
        /// What each node has, by number; `null` for a node that has no such row.
        nodes: BTreeMap<String, Option<String>>,
    }

    /// Every invariant, checked at one entry.
    Audit {
        /// The entry.
        index: u64,
        /// Taken by gateways: `booked + refund_pending + refunded`.
        captured: u64,
        /// Of these, standing as bookings.
        booked: u64,
        /// Owed back.
        refund_pending: u64,
        /// Gone back.
        refunded: u64,
        /// Standing box-office bookings, paid outside.
        external: u64,
        /// The same by currency.
        currencies: BTreeMap<String, Totals>,
        /// What does not hold, in words; empty when all is well.
        violations: Vec<String>,
    }

    /// Money in minor units.
    Totals {
        /// Taken by gateways: `booked + refund_pending + refunded`.
        captured: u64,
        /// Of these, standing as bookings.
        booked: u64,
        /// Owed back.
        refund_pending: u64,
        /// Gone back.
        refunded: u64,
        /// Standing box-office bookings, paid outside.
        external: u64,
    }
}

/// Schemas that paths and problems refer to, whichever routes there are.
pub(super) fn referred() -> Vec<(String, Value)> {
    fn named<T: ToSchema>() -> (String, Value) {
        let schema = serde_json::to_value(T::schema()).expect("a schema always serializes");
        (T::name().into_owned(), schema)
    }
    vec![
        named::<HoldName>(),
        named::<PaymentName>(),
        named::<BookingName>(),
        named::<RefundName>(),
        named::<NodeNumber>(),
        named::<Time>(),
    ]
}

/// What an answer may leave out. Everything else of it is always there, `null` or not.
pub(super) const LEFT_OUT: &[(&str, &[&str])] = &[
    ("AreaView", &["pending", "reserved"]),
    ("OutboxRow", &["payment", "refund", "booking"]),
    ("SeatView", &["mine", "state", "hold", "booking", "user"]),
    ("Show", &["cancellation"]),
    ("Side", &["refund_pending"]),
];

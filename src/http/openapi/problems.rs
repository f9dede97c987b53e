//! Problems in the document: a schema for each code, and an answer for each set of codes that a
//! route can have under one status.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::super::problem::Code;
use super::doc::schema_ref;

/// Their media type.
const PROBLEM: &str = "application/problem+json";

/// What a problem has besides what all have: a member, its schema, and whether it is always there.
fn members(code: Code) -> Vec<(&'static str, Value, bool)> {
    let texts =
        |about: &str| json!({"type": "array", "items": {"type": "string"}, "description": about});
    let number = |about: &str| json!({"type": "integer", "minimum": 0, "description": about});
    match code {
        Code::InvalidRequest => {
            let about = "Each fault by its field, such as `seats[1]`.";
            vec![("errors", pairs("field", "message", about), false)]
        }
        Code::SeatUnavailable => vec![
            ("conflicts", texts("Seats that are not free."), true),
            ("areas", texts("Areas with too few free places."), false),
        ],
        Code::UserHasActiveHold => vec![("active_hold", schema_ref("HoldName"), true)],
        Code::PaymentAlreadyOpen => vec![("payment", schema_ref("PaymentName"), true)],
        Code::PaymentNotOpen | Code::HoldExpired => {
            vec![("payment", schema_ref("PaymentName"), false)]
        }
        Code::TooManySeats => {
            vec![("max", number("Seats and places that a hold may have."), true)]
        }
        Code::TooManyBookings => {
            vec![("max", number("Bookings of a show that a user may have."), true)]
        }
        Code::OrphanSeat => vec![("seats", texts("Seats that would be left single."), true)],
        Code::BodyTooLarge => vec![("limit", number("Bytes that are taken here."), false)],
        Code::GatewayError => vec![
            ("payment", schema_ref("PaymentName"), false),
            ("unanswered", pairs("gateway", "error", "What each gateway said instead."), false),
        ],
        Code::InvalidSignature
        | Code::Unauthenticated
        | Code::Forbidden
        | Code::SaleNotOpen
        | Code::NotFound
        | Code::MethodNotAllowed
        | Code::NotAcceptable
        | Code::HoldNotActive
        | Code::BookingNotActive
        | Code::ShowExists
        | Code::ShowCancelled
        | Code::AlreadyInitialized
        | Code::Refused
        | Code::NotCaughtUp
        | Code::UnsupportedMediaType
        | Code::IdempotencyKeyReused
        | Code::RateLimited
        | Code::Internal
        | Code::NoLeader
        | Code::Overloaded
        | Code::NotReady
        | Code::OutcomeUnknown => Vec::new(),
    }
}

/// A list of pairs of texts.
fn pairs(one: &str, other: &str, about: &str) -> Value {
    json!({
        "type": "array",
        "description": about,
        "items": {
            "type": "object",
            "required": [one, other],
            "properties": {one: {"type": "string"}, other: {"type": "string"}},
        },
    })
}

/// The headers that a problem has besides what all have, and whether always.
fn headers(code: Code) -> &'static [(&'static str, bool)] {
    match code {
        Code::NoLeader | Code::Overloaded | Code::NotReady | Code::RateLimited => {
            &[("Retry-After", true)]
        }
        Code::Unauthenticated => &[("WWW-Authenticate", true)],
        Code::OutcomeUnknown => &[("Idempotency-Key", true)],
        Code::GatewayError => &[("Idempotency-Key", false)],
        _ => &[],
    }
}

/// The name of a code's schema.
fn name(code: Code) -> String {
    let words = code.as_str().split('_').map(|word| {
        let (first, rest) = word.split_at(1);
        first.to_uppercase() + rest
    });
    words.chain(["Problem".to_owned()]).collect()
}

/// The schema of a code.
fn schema(code: Code) -> Value {
    let mut required = vec!["type", "title", "status", "detail", "instance", "code"];
    let mut properties = json!({
        "type": {"type": "string", "enum": [format!("urn:usher:problem:{}", code.as_str())]},
        "title": {"type": "string", "enum": [code.title()]},
        "status": {"type": "integer", "enum": [code.status().as_u16()]},
        "detail": {"type": "string", "description": "What went wrong, for people."},
        "instance": {"type": "string", "description": "The request's id."},
        "code": {"type": "string", "enum": [code.as_str()]},
    });
    for (member, schema, always) in members(code) {
        properties[member] = schema;
        if always {
            required.push(member);
        }
    }
    json!({
        "type": "object", "description": code.title(), "required": required,
        "properties": properties,
    })
}

/// The codes of each status that a route can answer with.
pub(super) fn by_status(codes: &[Code]) -> BTreeMap<u16, Vec<Code>> {
    let mut by: BTreeMap<u16, Vec<Code>> = BTreeMap::new();
    for code in codes {
        by.entry(code.status().as_u16()).or_default().push(*code);
    }
    by
}

fn response_name(codes: &[Code]) -> String {
    codes.iter().map(|code| code.as_str()).collect::<Vec<_>>().join(".")
}

/// Where the answer for these codes of one status is found.
pub(super) fn reference(codes: &[Code]) -> Value {
    json!({ "$ref": format!("#/components/responses/{}", response_name(codes)) })
}

/// An answer that under the same status may also be one of these problems.
pub(super) fn beside(mut answer: Value, codes: &[Code]) -> Value {
    let problem = response(codes);
    let said = |of: &Value| of["description"].as_str().unwrap_or_default().to_owned();
    answer["description"] = format!("{} {}", said(&answer), said(&problem)).into();
    answer["content"][PROBLEM] = problem["content"][PROBLEM].clone();
    answer
}

/// What an answer may say of how often its caller may still ask.
pub(super) fn rate_headers() -> impl Iterator<Item = (String, Value)> {
    ["RateLimit", "RateLimit-Policy"].into_iter().map(|name| {
        let reference = format!("#/components/headers/Perhaps-{name}");
        (name.to_owned(), json!({ "$ref": reference }))
    })
}

/// Adds schemas and answers of these problems to the components.
pub(super) fn describe(
    codes: &[Code],
    schemas: &mut Map<String, Value>,
    responses: &mut Map<String, Value>,
) {
    for codes in by_status(codes).into_values() {
        for code in &codes {
            schemas.entry(name(*code)).or_insert_with(|| schema(*code));
        }
        responses.entry(response_name(&codes)).or_insert_with(|| response(&codes));
    }
}

fn response(codes: &[Code]) -> Value {
    let about: Vec<String> =
        codes.iter().map(|code| format!("`{}`: {}.", code.as_str(), code.title())).collect();
    let schema = match codes {
        [one] => schema_ref(&name(*one)),
        several => {
            let mapping = several.iter().map(|code| {
                (code.as_str().to_owned(), format!("#/components/schemas/{}", name(*code)).into())
            });
            let mapping: Map<String, Value> = mapping.collect();
            json!({
                "oneOf": several.iter().map(|code| schema_ref(&name(*code))).collect::<Vec<_>>(),
                "discriminator": {"propertyName": "code", "mapping": mapping},
            })
        }
    };
    let mut out = Map::new();
    let mut add = |name: &str, always: bool| {
        let reference = if always { name.to_owned() } else { format!("Perhaps-{name}") };
        out.insert(name.to_owned(), json!({"$ref": format!("#/components/headers/{reference}")}));
    };
    add("X-Request-Id", true);
    add("Usher-Node", true);
    add("Usher-Applied-Index", false);
    add("RateLimit", false);
    add("RateLimit-Policy", false);
    for code in codes {
        for (name, always) in headers(*code) {
            // Codes of one status may differ in what they have.
            let everywhere = codes.iter().all(|code| headers(*code).contains(&(name, *always)));
            add(name, *always && everywhere);
        }
    }
    json!({
        "description": about.join(" "),
        "headers": out,
        "content": {PROBLEM: {"schema": schema}},
    })
}

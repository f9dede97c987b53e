//! The API's description: `OpenAPI` 3.1, made of the table of routes, what `docs` says of each, and
//! the schemas that requests and answers derive where they stand. A route without documentation
//! does not compile, unless it is a page; what it documents is held against every answer that a
//! test of this room gets.
//!
//! The human page is a page of our own, rendered from the same document: it needs no script, so
//! that its policy can forbid all, and adds kilobytes to the program where a viewer adds megabytes.

mod doc;
mod docs;
mod page;
mod problems;
mod schemas;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use axum::http::{HeaderValue, header};
use axum::response::Response;
use serde_json::{Map, Value, json};

use super::ask::{AnyMedia, Ask};
use super::file::File;
use super::problem::{Code, Problem};
use super::routes::routes;

pub(super) use doc::Doc;
pub(super) use docs::*;
pub(super) use schemas::*;

/// The description as JSON, as it is committed in `openapi.json`.
#[must_use]
pub fn openapi() -> String {
    let mut text = serde_json::to_string_pretty(&document()).expect("text keys always serialize");
    text.push('\n');
    text
}

/// `GET /openapi.json`
pub(super) async fn get(ask: Ask) -> Result<Response, Problem> {
    static FILE: LazyLock<File> =
        LazyLock::new(|| File::new(HeaderValue::from_static("application/json"), openapi()));
    ask.no_params()?;
    Ok(FILE.answer(&ask))
}

/// `GET /docs`
pub(super) async fn get_page(AnyMedia(ask): AnyMedia) -> Result<Response, Problem> {
    static FILE: LazyLock<Result<File, String>> = LazyLock::new(|| {
        let media = HeaderValue::from_static("text/html; charset=utf-8");
        let policy = HeaderValue::from_static(page::POLICY);
        let page = page::render(&document())?;
        Ok(File::new(media, page).with(header::CONTENT_SECURITY_POLICY, policy))
    });
    ask.no_params()?;
    if !ask.accepts("text/html") {
        return Err(Problem::new(Code::NotAcceptable, "this route answers text/html"));
    }
    let file = FILE.as_ref().map_err(|error| Problem::internal(error))?;
    Ok(file.answer(&ask))
}

/// The whole description.
pub(super) fn document() -> Value {
    let mut paths: BTreeMap<String, Map<String, Value>> = BTreeMap::new();
    let mut schemas = Map::new();
    let mut responses = Map::new();
    for route in routes() {
        let Some(doc) = route.doc else { continue };
        let mut doc = doc();
        schemas.extend(doc.schemas());
        problems::describe(&doc.problems(route.door.needs), &mut schemas, &mut responses);
        let path = route.path.replace("{*", "{");
        let operation = doc.operation(route.operation, route.door.needs, path_parameters(&path));
        let method = route.method.as_str().to_lowercase();
        paths.entry(path).or_default().insert(method, operation);
    }
    // Whatever answers refer to only in their paths or problems.
    for (name, schema) in schemas::referred() {
        schemas.entry(name).or_insert(schema);
    }
    schemas.iter_mut().for_each(|(name, schema)| tighten(name, schema));
    json!({
        "openapi": "3.1.0",
        "info": info(),
        "tags": tags(),
        "paths": paths,
        "components": {
            "schemas": schemas,
            "responses": responses,
            "parameters": parameters(),
            "headers": headers(),
            "securitySchemes": credentials(),
        },
    })
}

/// Says what the derived schemas cannot: what of an answer is always there, and which members of a
/// request go together.
fn tighten(name: &str, schema: &mut Value) {
    let is_request = schema["additionalProperties"] == false;
    if !is_request && !name.ends_with("Problem") && name != "SeatingPlan" {
        always_there(name, schema);
        let parts = schema.get_mut("allOf").and_then(Value::as_array_mut);
        parts.into_iter().flatten().for_each(|part| always_there(name, part));
    }
    let list = json!({"type": "array", "minItems": 1});
    let absent = json!({"type": "null"});
    let object = json!({"type": "object"});
    match name {
        "NewHold" => {
            schema["anyOf"] = json!([
                {"required": ["seats"], "properties": {"seats": list, "best_available": absent}},
                {"required": ["areas"], "properties": {"areas": list, "best_available": absent}},
                {"required": ["best_available"],
                    "properties": {"best_available": object, "seats": absent, "areas": absent}},
            ]);
            schema["properties"]["seats"]["uniqueItems"] = true.into();
        }
        "NewShow" => {
            schema["anyOf"] = json!([
                {"required": ["areas"], "properties": {"areas": list}},
                {"required": ["seat_map"], "properties": {"seat_map": object}},
            ]);
        }
        "MoveNode" => {
            let text = json!({"type": "string"});
            schema["anyOf"] = json!([
                {"required": ["http"], "properties": {"http": text}},
                {"required": ["peer"], "properties": {"peer": text}},
            ]);
        }
        "SeatsToBlock" | "CancelBooking" => {
            schema["properties"]["seats"]["uniqueItems"] = true.into();
        }
        "SeatingPlan" => {
            schema["anyOf"] = json!([{"required": ["zones"]}, {"required": ["hash"]}]);
        }
        _ => {}
    }
}

fn always_there(name: &str, schema: &mut Value) {
    let left_out = schemas::LEFT_OUT.iter().find(|(of, _)| *of == name).map_or(&[][..], |it| it.1);
    let Some(properties) = schema["properties"].as_object() else { return };
    let names = properties.keys().filter(|name| !left_out.contains(&name.as_str()));
    schema["required"] = names.cloned().collect();
}

/// What stands in braces in a path.
fn path_parameters(path: &str) -> Vec<Value> {
    let names = path.split('{').skip(1).filter_map(|rest| rest.split('}').next());
    let parameter = |name: &str| {
        let (schema, about) = match name {
            "show" => (json!({"type": "string", "minLength": 1}), "A show's id."),
            "hold" => (doc::schema_ref("HoldName"), "A hold's id."),
            "payment" => (doc::schema_ref("PaymentName"), "A payment's id."),
            "booking" => (doc::schema_ref("BookingName"), "A booking's id."),
            "refund" => (doc::schema_ref("RefundName"), "A refund's id."),
            "gateway" => (json!({"type": "string", "minLength": 1}), "A gateway's id."),
            "node" => (doc::schema_ref("NodeNumber"), "A node's number."),
            _ => (json!({"type": "string", "minLength": 1}), "What follows."),
        };
        json!({
            "name": name, "in": "path", "required": true, "description": about, "schema": schema,
        })
    };
    names.map(parameter).collect()
}

fn info() -> Value {
    json!({
        "title": "Usher",
        "version": env!("CARGO_PKG_VERSION"),
        "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        "description": "A replicated ticket-booking seat store that never double-books.\n\n\
            Every node takes every request. Money is in integer minor units beside an ISO 4217 \
            code; times are RFC 3339. Errors are problem details (RFC 9457): branch on `code`. An \
            unknown field or parameter is an error.\n\n\
            Retries: under an `Idempotency-Key` the first decided answer comes again, byte for \
            byte, from any node. 503 was not carried out. 504 may have been: repeat it with the \
            key that it names.\n\n\
            With `auth.mode = \"token\"` the credential is `Authorization: Bearer`; with `open` \
            the node believes `X-User-Id` and `X-Usher-Role`, and bounds no route by role.",
    })
}

fn tags() -> Value {
    json!([
        {"name": "Shows", "description": "What is on."},
        {"name": "Seats", "description": "Halls, and which seats can be had."},
        {"name": "Holds", "description": "Seats taken from sale for a buyer, until a deadline."},
        {"name": "Payments", "description": "Sessions at a gateway, each for one hold."},
        {"name": "Bookings", "description": "Seats that are sold."},
        {"name": "Refunds", "description": "Money that goes back."},
        {"name": "Cluster", "description": "What operators do."},
        {"name": "Node", "description": "What a node says of itself."},
    ])
}

fn parameters() -> Value {
    let number = |min: u64, max: u64| json!({"type": "integer", "minimum": min, "maximum": max});
    let parameter = |name: &str, place: &str, schema: Value, about: &str| json!({"name": name, "in": place, "schema": schema, "description": about});
    json!({
        "consistency": parameter("consistency", "query",
            json!({"type": "string", "enum": ["local", "linearizable"], "default": "local"}),
            "`local` may lag; `linearizable` reflects every write acknowledged before."),
        "min_index": parameter("min_index", "query", number(0, u64::MAX),
            "Waits until the node has applied this index: with that of one's last write, one \
             reads it on any node."),
        "timeout_ms": parameter("timeout_ms", "query", number(0, 10_000),
            "How long to wait; 2000, if left out."),
        "limit": parameter("limit", "query", number(1, 200), "Rows of a page; 50, if left out."),
        "cursor": parameter("cursor", "query", json!({"type": "string"}),
            "`next_cursor` of the page before."),
        "Idempotency-Key": parameter("Idempotency-Key", "header",
            json!({"type": "string", "pattern": "^[!-~]{1,255}$", "minLength": 1,
                "maxLength": 255}),
            "The client's name for this write: under it the first decided answer comes again."),
    })
}

/// Every header of answers, as one that is always there, and as one that may be.
fn headers() -> Value {
    let text = || json!({"type": "string", "minLength": 1});
    let number = || json!({"type": "integer", "minimum": 0});
    let all = [
        ("X-Request-Id", text(), "The exchange's id; the client's own, if it sent one."),
        ("Usher-Node", number(), "Which node answers."),
        ("Usher-Applied-Index", number(), "The index of the state that the answer stands on."),
        (
            "Idempotent-Replayed",
            json!({"type": "string", "enum": ["true"]}),
            "The answer is a remembered one.",
        ),
        ("Idempotency-Key", text(), "The key to repeat the request with."),
        ("Retry-After", number(), "Seconds after which to ask again."),
        ("RateLimit", text(), "How often the caller may still ask, and when it is full again."),
        ("RateLimit-Policy", text(), "How often the caller may ask, where that is limited."),
        ("WWW-Authenticate", text(), "How to say who asks (RFC 6750)."),
        ("Location", json!({"type": "string", "pattern": "^/v1/"}), "Where it is found."),
        ("ETag", json!({"type": "string", "pattern": "^\".+\"$"}), "For `If-None-Match`."),
    ];
    let mut headers = Map::new();
    for (name, schema, about) in all {
        headers.insert(
            name.to_owned(),
            json!({"description": about, "schema": schema, "required": true}),
        );
        headers.insert(
            format!("Perhaps-{name}"),
            json!({"description": about, "schema": schema, "required": false}),
        );
    }
    Value::Object(headers)
}

fn credentials() -> Value {
    json!({
        "token": {
            "type": "http", "scheme": "bearer",
            "description": "`auth.mode = \"token\"`: a JWT (`sub` is the user, `role` the role), \
                or a static token of an organizer or operator.",
        },
        "user": {
            "type": "apiKey", "in": "header", "name": "X-User-Id",
            "description": "`auth.mode = \"open\"`: who asks, believed.",
        },
        "role": {
            "type": "apiKey", "in": "header", "name": "X-Usher-Role",
            "description": "`auth.mode = \"open\"`: `buyer`, `organizer` or `operator`, believed.",
        },
    })
}

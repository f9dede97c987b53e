//! Request bodies: bounded in size and in time, then JSON with the path of what is wrong.

use std::fmt;
use std::marker::PhantomData;
use std::time::Duration;

use axum::body::{Body, BodyDataStream};
use axum::http::{HeaderMap, header};
use bytes::{Bytes, BytesMut};
use futures_util::StreamExt as _;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, DeserializeOwned, Deserializer, MapAccess, Visitor};

use super::ask::Ask;
use super::problem::{Code, Problem};

/// Bytes of an ordinary body: ten seats with long ids take one kilobyte.
pub(super) const BODY_MAX: usize = 16 * 1024;

/// How many times an ordinary body's time the largest may take.
const PATIENCE_TIMES_MAX: u32 = 12;

/// Bytes to reserve at most before any have arrived: `Content-Length` is only a claim.
const RESERVE_MAX: usize = 64 * 1024;

/// Bytes of a body that is too large which are read and thrown away, so that its client, still
/// writing, gets to read the answer. One that sends more finds the connection closed.
const DISCARDED_MAX: usize = 64 << 20;

/// How long that may take.
const DISCARD_PATIENCE: Duration = Duration::from_secs(5);

/// Reads a body of at most `limit` bytes. What is over is never kept, and a client that dribbles
/// does not keep its connection for good: larger bodies get more time, up to a point.
pub(super) async fn read(ask: &Ask, body: Body, limit: usize) -> Result<Bytes, Problem> {
    let claimed = content_length(&ask.headers);
    if claimed.is_some_and(|length| length > limit) {
        // A client that asks before it sends need not send at all.
        if !ask.headers.contains_key(header::EXPECT) {
            discard(&mut body.into_data_stream()).await;
        }
        return Err(too_large(limit));
    }
    let megabytes = u32::try_from(limit.div_ceil(1 << 20)).unwrap_or(u32::MAX);
    let patience = ask.body_patience.saturating_mul(megabytes.min(PATIENCE_TIMES_MAX));
    let Ok(read) = tokio::time::timeout(patience, collect(body, limit, claimed)).await else {
        let problem = Problem::field("", format!("the body did not arrive in {patience:?}"));
        return Err(problem.header(header::CONNECTION, "close"));
    };
    read
}

/// What `Content-Length` claims.
pub(super) fn content_length(headers: &HeaderMap) -> Option<usize> {
    headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

async fn collect(body: Body, limit: usize, claimed: Option<usize>) -> Result<Bytes, Problem> {
    let mut chunks = body.into_data_stream();
    let mut all = BytesMut::with_capacity(claimed.unwrap_or(0).min(RESERVE_MAX));
    while let Some(chunk) = chunks.next().await {
        let Ok(chunk) = chunk else {
            return Err(Problem::field("", "the body ended before its time"));
        };
        if all.len() + chunk.len() > limit {
            discard(&mut chunks).await;
            return Err(too_large(limit));
        }
        all.extend_from_slice(&chunk);
    }
    Ok(all.freeze())
}

/// Throws away what still comes, up to a point.
async fn discard(chunks: &mut BodyDataStream) {
    let all = async {
        let mut left = DISCARDED_MAX;
        while let Some(Ok(chunk)) = chunks.next().await {
            let Some(rest) = left.checked_sub(chunk.len()) else {
                return;
            };
            left = rest;
        }
    };
    // Whether all of it came makes no difference: the answer is the same.
    let _in_time = tokio::time::timeout(DISCARD_PATIENCE, all).await;
}

fn too_large(limit: usize) -> Problem {
    let problem = Problem::new(Code::BodyTooLarge, format!("at most {limit} bytes are taken here"));
    // Some of the body may not have been read, so the connection is of no more use.
    problem.with("limit", limit.into()).header(header::CONNECTION, "close")
}

/// Parses a JSON body.
pub(super) fn json<T: DeserializeOwned>(headers: &HeaderMap, body: &[u8]) -> Result<T, Problem> {
    check_type(headers, body.is_empty())?;
    if body.is_empty() {
        return Err(Problem::field("", "the body is empty; it must be a JSON object"));
    }
    // Where it is wrong is found out only if it is: keeping track of the path costs more than
    // reading.
    if let Ok(Object(value)) = serde_json::from_slice(body) {
        return Ok(value);
    }
    let mut from = serde_json::Deserializer::from_slice(body);
    let Object(value) = serde_path_to_error::deserialize(&mut from).map_err(|error| {
        let path = error.path().to_string();
        malformed(&path, error.inner())
    })?;
    from.end().map_err(|error| malformed(".", &error))?;
    Ok(value)
}

/// Parses a JSON body that may be left out altogether.
pub(super) fn json_or_nothing<T: DeserializeOwned + Default>(
    headers: &HeaderMap,
    body: &[u8],
) -> Result<T, Problem> {
    if body.is_empty() { Ok(T::default()) } else { json(headers, body) }
}

/// A JSON object. Serde by itself also takes a list for a struct, field by field, which no client
/// means.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Object<T>(pub(super) T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Object<T>, D::Error> {
        struct Members<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for Members<T> {
            type Value = Object<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<Object<T>, A::Error> {
                T::deserialize(MapAccessDeserializer::new(members)).map(Object)
            }
        }
        from.deserialize_map(Members(PhantomData))
    }
}

/// A body that says nothing: left out, or `{}`.
#[derive(Debug, Default, serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Nothing {}

fn check_type(headers: &HeaderMap, empty: bool) -> Result<(), Problem> {
    let Some(given) = headers.get(header::CONTENT_TYPE) else {
        if empty {
            return Ok(());
        }
        return Err(Problem::new(
            Code::UnsupportedMediaType,
            "Content-Type is missing; say \
            application/json",
        ));
    };
    let media = given.to_str().unwrap_or_default().split(';').next().unwrap_or_default().trim();
    if media.eq_ignore_ascii_case("application/json") {
        return Ok(());
    }
    Err(Problem::new(Code::UnsupportedMediaType, "the body must be application/json"))
}

/// Says where JSON breaks a rule. Serde tells of a missing or unknown field only in its text.
fn malformed(path: &str, error: &serde_json::Error) -> Problem {
    let text = error.to_string();
    let (line, column) = (error.line(), error.column());
    let rule = text.strip_suffix(&format!(" at line {line} column {column}")).unwrap_or(&text);
    if !error.is_data() {
        let message = format!("the body is not JSON: {rule} at line {line}, column {column}");
        return Problem::field("", message);
    }
    let path = if path == "." { "" } else { path };
    let quoted = |prefix: &str| rule.strip_prefix(prefix)?.split('`').next();
    let joined = |name: &str| {
        if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
    };
    if let Some(name) = quoted("missing field `") {
        return Problem::field(joined(name), "is missing");
    }
    if let Some(name) = quoted("unknown field `") {
        let known = path == name || path.ends_with(&format!(".{name}"));
        let field = if known { path.to_owned() } else { joined(name) };
        return Problem::field(field, "is not a field of this request");
    }
    Problem::field(path, format!("is not valid: {rule}"))
}

//! Requests to a node, and answers that are held against section 1 of the contract.

use std::sync::LazyLock;
use std::time::Duration;

use bytes::Bytes;
use reqwest::{Client, Method, RequestBuilder, StatusCode};
use serde_json::Value;
use usher::seats::Role;

use super::tokens;

/// No request may take longer: beyond every deadline that a node keeps, on a busy machine.
const REQUEST_MAX: Duration = Duration::from_mins(1);

static CLIENT: LazyLock<Client> = LazyLock::new(|| {
    let client = Client::builder()
        .no_proxy()
        .timeout(REQUEST_MAX)
        .redirect(reqwest::redirect::Policy::none());
    client.build().expect("a plain client can be built")
});

/// A request that has yet to be sent.
pub struct Call {
    what: String,
    node: u64,
    builder: RequestBuilder,
    user: Option<String>,
    role: Role,
    /// Who asks is shown by a token; else it is said.
    proves: bool,
}

impl Call {
    /// A request to a node at this base address.
    pub fn new(node: u64, base: &str, method: Method, path: &str) -> Call {
        let what = format!("{method} {path} on node {node}");
        let builder = CLIENT.request(method, format!("{base}{path}"));
        Call { what, node, builder, user: None, role: Role::Buyer, proves: false }
    }

    /// With a token that shows who asks.
    pub fn proven(self) -> Call {
        Call { proves: true, ..self }
    }

    /// As this user.
    pub fn user(self, user: &str) -> Call {
        Call { user: Some(user.to_owned()), ..self }
    }

    /// As an organizer.
    pub fn organizer(self) -> Call {
        Call { role: Role::Organizer, ..self }
    }

    /// As an operator.
    pub fn operator(self) -> Call {
        Call { role: Role::Operator, ..self }
    }

    /// Under this idempotency key.
    pub fn key(self, key: &str) -> Call {
        self.header("idempotency-key", key)
    }

    /// With a header.
    pub fn header(mut self, name: &str, value: &str) -> Call {
        self.builder = self.builder.header(name, value);
        self
    }

    /// With a JSON body.
    pub fn json(self, body: &Value) -> Call {
        self.body("application/json", body.to_string())
    }

    /// With any body of a media type.
    pub fn body(mut self, media: &str, body: impl Into<reqwest::Body>) -> Call {
        self.builder = self.builder.header("content-type", media).body(body);
        self
    }

    /// With any body and no media type.
    pub fn bare_body(mut self, body: impl Into<reqwest::Body>) -> Call {
        self.builder = self.builder.body(body);
        self
    }

    /// Gives up after this long.
    pub fn within(mut self, time: Duration) -> Call {
        self.builder = self.builder.timeout(time);
        self
    }

    /// Sends it; a lost connection is an error in words.
    pub async fn try_send(self) -> Result<Reply, String> {
        let (what, node, builder) = self.ready();
        let lost = |error: reqwest::Error| format!("{what}: {error:?}");
        let response = builder.send().await.map_err(lost)?;
        let (status, headers) = (response.status(), response.headers().clone());
        let body = response.bytes().await.map_err(lost)?;
        let reply = Reply { what: what.clone(), status, headers, body };
        reply.keeps_conventions(node);
        Ok(reply)
    }

    /// Sends it to a node that must answer.
    pub async fn send(self) -> Reply {
        self.try_send().await.unwrap_or_else(|lost| panic!("{lost}"))
    }

    /// Sends it and hands over the answer before its body, for streams.
    pub async fn open(self) -> reqwest::Response {
        let (what, _node, builder) = self.ready();
        builder.send().await.unwrap_or_else(|error| panic!("{what}: {error:?}"))
    }

    fn ready(self) -> (String, u64, RequestBuilder) {
        let Call { what, node, mut builder, user, role, proves } = self;
        if proves && (user.is_some() || role != Role::Buyer) {
            builder = builder.bearer_auth(tokens::token(user.as_deref(), role));
        } else if !proves {
            if role != Role::Buyer {
                builder = builder.header("x-usher-role", role.name());
            }
            builder = user.into_iter().fold(builder, |all, user| all.header("x-user-id", user));
        }
        (what, node, builder)
    }

    /// Sends it, expects this status, and returns the body as JSON.
    pub async fn gives(self, status: u16) -> Value {
        self.send().await.expect(status).json()
    }

    /// Sends it, expects this refusal, and returns the problem.
    pub async fn refused(self, status: u16, code: &str) -> Value {
        self.send().await.refused(status, code)
    }
}

/// A node's answer.
#[derive(Clone, Debug)]
pub struct Reply {
    /// Method, path and node, for messages.
    pub what: String,
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: reqwest::header::HeaderMap,
    /// The body.
    pub body: Bytes,
}

impl Reply {
    /// Asserts the status.
    pub fn expect(self, status: u16) -> Reply {
        assert_eq!(self.status.as_u16(), status, "{}: {}", self.what, self.text());
        self
    }

    /// Asserts status and code of a problem, and returns it.
    pub fn refused(self, status: u16, code: &str) -> Value {
        let problem = self.expect(status).json();
        assert_eq!(problem["code"], code, "{problem}");
        problem
    }

    /// The problem's code, or an empty text.
    pub fn code(&self) -> String {
        let body: Option<Value> = serde_json::from_slice(&self.body).ok();
        body.and_then(|body| Some(body.get("code")?.as_str()?.to_owned())).unwrap_or_default()
    }

    /// The body as JSON.
    pub fn json(&self) -> Value {
        let read = serde_json::from_slice(&self.body);
        read.unwrap_or_else(|error| panic!("{}: not JSON ({error}): {}", self.what, self.text()))
    }

    /// The start of the body, for messages.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).chars().take(2000).collect()
    }

    /// A header, if it is there.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().expect("our headers are ASCII"))
    }

    /// A header that must be there.
    pub fn has(&self, name: &str) -> &str {
        self.header(name).unwrap_or_else(|| panic!("{}: no {name}: {:?}", self.what, self.headers))
    }

    /// The index at which it was answered.
    pub fn index(&self) -> u64 {
        let index = self.has("usher-applied-index");
        index.parse().unwrap_or_else(|_| panic!("{}: index {index}", self.what))
    }

    /// What every answer of the API promises, whatever it says.
    fn keeps_conventions(&self, node: u64) {
        if !self.what.contains(" /v1/") {
            return;
        }
        let (what, status) = (&self.what, self.status.as_u16());
        assert!(!self.has("x-request-id").is_empty(), "{what}: empty request id");
        if let Some(said) = self.header("usher-node") {
            assert_eq!(said, node.to_string(), "{what}: another node answered");
        }
        if matches!(status, 429 | 503) {
            self.has("retry-after");
        }
        if status == 504 {
            self.has("idempotency-key");
        }
        if status >= 400 {
            self.is_a_problem();
        }
    }

    fn is_a_problem(&self) {
        let what = &self.what;
        let media = self.has("content-type");
        assert!(media.starts_with("application/problem+json"), "{what}: {media}: {}", self.text());
        let problem = self.json();
        for field in ["type", "title", "detail", "instance", "code"] {
            assert!(problem[field].is_string(), "{what}: no {field} in {problem}");
        }
        assert_eq!(problem["status"], self.status.as_u16(), "{what}: {problem}");
        assert_eq!(problem["instance"], self.has("x-request-id"), "{what}: {problem}");
    }
}

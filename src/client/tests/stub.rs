//! A stand-in for a node: it answers as a function says and remembers what it was asked.

use std::io::Read as _;
use std::net::TcpListener;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, Response};
use bytes::Bytes;
use futures_util::stream::{self, StreamExt as _};
use serde_json::{Value, json};

/// What a stub was asked.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    /// Method and path with query.
    pub line: String,
    pub key: Option<String>,
    pub token: Option<String>,
    pub headers: HeaderMap,
    pub body: Value,
}

impl Asked {
    /// A header, if it was there.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }
}

/// What a stub answers.
#[derive(Debug)]
pub(crate) struct Reply {
    status: u16,
    headers: Vec<(&'static str, HeaderValue)>,
    body: String,
    end: End,
}

/// What becomes of the connection after an answer.
#[derive(Clone, Copy, Debug)]
enum End {
    /// It is kept.
    Kept,
    /// It breaks before the answer has ended.
    Broken,
    /// The answer goes on without ever saying more.
    Silent,
}

impl From<(u16, Value)> for Reply {
    fn from((status, body): (u16, Value)) -> Reply {
        Reply { status, headers: Vec::new(), body: body.to_string(), end: End::Kept }
    }
}

impl Reply {
    /// A part of an answer, after which the connection breaks.
    pub(crate) fn broken(part: impl Into<String>) -> Reply {
        Reply { status: 200, headers: Vec::new(), body: part.into(), end: End::Broken }
    }

    /// An answer without a body.
    pub(crate) fn empty(status: u16) -> Reply {
        Reply { status, headers: Vec::new(), body: String::new(), end: End::Kept }
    }

    /// A part of an answer, after which nothing comes, until somebody hangs up.
    pub(crate) fn silent(part: impl Into<String>) -> Reply {
        Reply { end: End::Silent, ..Reply::broken(part) }
    }

    /// With a header.
    pub(crate) fn header(mut self, name: &'static str, value: impl Into<HeaderValue>) -> Reply {
        self.headers.push((name, value.into()));
        self
    }

    fn response(self) -> Response<Body> {
        let mut response = Response::builder().status(self.status);
        for (name, value) in self.headers {
            response = response.header(name, value);
        }
        let part = stream::iter([Ok(Bytes::from(self.body.clone()))]);
        let body = match self.end {
            End::Kept => Body::from(self.body),
            End::Broken => {
                let end = stream::once(async {
                    // Pending once, so that the part is sent before.
                    tokio::task::yield_now().await;
                    Err(std::io::Error::other("the connection breaks"))
                });
                Body::from_stream(part.chain(end))
            }
            End::Silent => Body::from_stream(part.chain(stream::pending::<std::io::Result<_>>())),
        };
        response.body(body).unwrap()
    }
}

/// A stub that runs until it is dropped.
pub(crate) struct Stub {
    pub endpoint: String,
    asked: Arc<Mutex<Vec<Asked>>>,
    runtime: Option<tokio::runtime::Runtime>,
}

impl Stub {
    /// Answers each request with what `answer` gives for it and its number.
    pub(crate) fn start<R: Into<Reply>>(
        answer: impl Fn(&Asked, usize) -> R + Send + Sync + 'static,
    ) -> Stub {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let endpoint = listener.local_addr().unwrap().to_string();
        let asked: Arc<Mutex<Vec<Asked>>> = Arc::default();
        let (answer, seen) = (Arc::new(answer), Arc::clone(&asked));
        let router = Router::new().fallback(move |request: Request| {
            let (answer, seen) = (Arc::clone(&answer), Arc::clone(&seen));
            async move {
                let asked = asked_of(request).await;
                let number = {
                    let mut seen = seen.lock().unwrap();
                    seen.push(asked.clone());
                    seen.len() - 1
                };
                answer(&asked, number).into().response()
            }
        });
        let listener = {
            let _inside = runtime.enter();
            tokio::net::TcpListener::from_std(listener).unwrap()
        };
        runtime.spawn(async move { axum::serve(listener, router).await });
        Stub { endpoint, asked, runtime: Some(runtime) }
    }

    /// Answers everything alike.
    pub(crate) fn always(status: u16, body: Value) -> Stub {
        Stub::start(move |_, _| (status, body.clone()))
    }

    /// Its address as a client has it.
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.endpoint)
    }

    /// What it was asked so far.
    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }

    /// The first lines of what it was asked.
    pub(crate) fn lines(&self) -> Vec<String> {
        self.asked().into_iter().map(|asked| asked.line).collect()
    }
}

impl Drop for Stub {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

async fn asked_of(request: Request) -> Asked {
    let (head, body) = request.into_parts();
    let header = |name: &str| {
        let value = head.headers.get(name)?;
        Some(value.to_str().unwrap().to_owned())
    };
    let (key, token) = (header("idempotency-key"), header("authorization"));
    let line = format!("{} {}", head.method, head.uri);
    let body = to_bytes(body, usize::MAX).await.unwrap();
    let body = if body.is_empty() { Value::Null } else { serde_json::from_slice(&body).unwrap() };
    Asked { line, key, token, headers: head.headers, body }
}

/// A problem as nodes answer it.
pub(crate) fn problem(status: u16, code: &str) -> Value {
    json!({ "title": "A problem", "detail": "in words", "status": status, "code": code })
}

/// An address where nobody listens.
pub(crate) fn nobody() -> String {
    // The port was free a moment ago, and the system gives out others first.
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string()
}

/// An endpoint that takes each request and hangs up without an answer.
pub(crate) fn hanging_up() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = listener.local_addr().unwrap().to_string();
    // It lives as long as the test process, which ends it.
    std::thread::spawn(move || {
        for connection in listener.incoming() {
            let read = connection.and_then(|mut connection| connection.read(&mut [0; 4096]));
            assert!(read.is_ok(), "{read:?}");
        }
    });
    endpoint
}

//! A stand-in for a node: it answers as a function says and remembers what it was asked.

use std::io::Read as _;
use std::net::TcpListener;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::Response;
use serde_json::{Value, json};

/// What a stub was asked.
#[derive(Clone, Debug)]
pub(super) struct Asked {
    /// Method and path with query.
    pub line: String,
    pub key: Option<String>,
    pub token: Option<String>,
    pub body: Value,
}

/// A stub that runs until it is dropped.
pub(super) struct Stub {
    pub endpoint: String,
    asked: Arc<Mutex<Vec<Asked>>>,
    runtime: Option<tokio::runtime::Runtime>,
}

impl Stub {
    /// Answers each request with the status and body that `answer` gives for it and its number.
    pub(super) fn start(
        answer: impl Fn(&Asked, usize) -> (u16, Value) + Send + Sync + 'static,
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
                let (status, body) = answer(&asked, number);
                Response::builder().status(status).body(Body::from(body.to_string())).unwrap()
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
    pub(super) fn always(status: u16, body: Value) -> Stub {
        Stub::start(move |_, _| (status, body.clone()))
    }

    /// What it was asked so far.
    pub(super) fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }

    /// The first lines of what it was asked.
    pub(super) fn lines(&self) -> Vec<String> {
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
    Asked { line, key, token, body }
}

/// A problem as nodes answer it.
pub(super) fn problem(status: u16, code: &str) -> Value {
    json!({ "title": "A problem", "detail": "in words", "status": status, "code": code })
}

/// An address where nobody listens.
pub(super) fn nobody() -> String {
    // The port was free a moment ago, and the system gives out others first.
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string()
}

/// An endpoint that takes each request and hangs up without an answer.
pub(super) fn hanging_up() -> String {
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

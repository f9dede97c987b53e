//! Whether this process lives, and whether this node can serve.

use std::fmt::Write as _;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::Response;

use super::app::Site;
use super::ask::{AnyMedia, Ask};
use super::envelope::Plain;
use super::problem::{Code, Problem};
use crate::raft::Check;

/// `GET /livez`, `GET /healthz`
///
/// Whoever gets an answer has all that is to be known: a process that answers needs no restart.
pub(super) async fn livez(AnyMedia(ask): AnyMedia) -> Result<Response, Problem> {
    if !verbose(&ask)? {
        return Ok(text("ok\n".to_owned()));
    }
    Ok(text(report("livez", &[Check { name: "process", failed: None }])))
}

/// `GET /readyz`
///
/// With `?verbose` the answer is the list of checks, whatever comes of them.
pub(super) async fn readyz(
    State(site): State<Arc<Site>>,
    AnyMedia(ask): AnyMedia,
) -> Result<Response, Problem> {
    let verbose = verbose(&ask)?;
    let checks = site.checks();
    let failed = checks.iter().find_map(|check| check.failed.clone());
    let Some(why) = failed else {
        return Ok(text(if verbose { report("readyz", &checks) } else { "ok\n".to_owned() }));
    };
    if !verbose {
        return Err(Problem::new(Code::NotReady, why).retry_after(1));
    }
    let mut answer = text(report("readyz", &checks));
    *answer.status_mut() = Code::NotReady.status();
    answer.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
    answer.extensions_mut().insert(Plain);
    Ok(answer)
}

impl Site {
    /// Everything that a node which is ready has, and whether this one has it.
    pub(super) fn checks(&self) -> Vec<Check> {
        let stops = *self.shutdown.borrow();
        let failed = stops.then(|| "this node is stopping".to_owned());
        let mut checks = vec![Check { name: "http", failed }];
        checks.extend(self.backend.checks());
        checks
    }
}

/// One line for each check, as Kubernetes writes them.
fn report(of: &str, checks: &[Check]) -> String {
    let mut out = String::new();
    for Check { name, failed } in checks {
        let written = match failed {
            None => writeln!(out, "[+]{name} ok"),
            Some(why) => writeln!(out, "[-]{name} failed: {why}"),
        };
        written.expect("a String takes any text");
    }
    let passed = checks.iter().all(|check| check.failed.is_none());
    let verdict = if passed { "passed" } else { "failed" };
    writeln!(out, "{of} check {verdict}").expect("a String takes any text");
    out
}

/// `?verbose`, with or without a value.
fn verbose(ask: &Ask) -> Result<bool, Problem> {
    let mut params = ask.params()?;
    let verbose = params.one_of("verbose", &[("", true), ("true", true), ("false", false)]);
    params.finish()?;
    Ok(verbose.unwrap_or(false))
}

fn text(text: String) -> Response {
    let mut answer = Response::new(Body::from(text));
    let plain = HeaderValue::from_static("text/plain; charset=utf-8");
    answer.headers_mut().insert(header::CONTENT_TYPE, plain);
    answer.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    answer
}

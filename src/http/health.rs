//! Whether this process lives, and whether this node can serve.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::Response;

use super::app::Site;
use super::ask::{AnyMedia, Ask};
use super::problem::{Code, Problem};

/// `GET /livez`
pub(super) async fn livez(AnyMedia(ask): AnyMedia) -> Result<Response, Problem> {
    let verbose = verbose(&ask)?;
    Ok(text(if verbose { "[+] process: ok\n" } else { "ok\n" }.to_owned()))
}

/// `GET /readyz`
pub(super) async fn readyz(
    State(site): State<Arc<Site>>,
    AnyMedia(ask): AnyMedia,
) -> Result<Response, Problem> {
    let verbose = verbose(&ask)?;
    let why = if *site.shutdown.borrow() {
        Some("this node is stopping".to_owned())
    } else {
        site.backend.not_ready()
    };
    match why {
        Some(why) => Err(Problem::new(Code::NotReady, why).retry_after(1)),
        None if verbose => {
            let applied = *site.backend.applied().borrow();
            let node = site.backend.node_id();
            Ok(text(format!("[+] node: {node}\n[+] cluster: ok\n[+] applied: {applied}\n")))
        }
        None => Ok(text("ok\n".to_owned())),
    }
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

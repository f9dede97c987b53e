//! The static geometry of a show's hall.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;

use super::app::Site;
use super::ask::{Ask, Id};
use super::bodies::{BodyKey, Rendered, gzip};
use super::headers;
use super::problem::Problem;
use super::refusals::not_found;
use crate::plans;
use crate::seats::{Noun, ShowId};
use crate::tasks;

/// At `?v={hash}` the body can never change; without it, a show's map might one day.
const CACHE_FOREVER: &str = "public, max-age=31536000, immutable";
const CACHE_SHORTLY: &str = "public, max-age=60";

/// `GET /v1/shows/{show}/seat-map`
pub(super) async fn get(
    State(site): State<Arc<Site>>,
    Id(show): Id,
    ask: Ask,
) -> Result<Response, Problem> {
    let mut params = ask.params()?;
    let fresh = params.freshness();
    let wanted = params.text("v");
    params.finish()?;
    site.freshen(fresh).await?;
    let stand = site.stand(&ShowId::from(show))?;
    let missing = || not_found(Noun::SeatMap).at(stand.index);
    let map = stand.map.clone().ok_or_else(missing)?;
    let hash = map.hash();
    if wanted.as_ref().is_some_and(|wanted| *wanted != hash.to_string()) {
        return Err(missing());
    }
    let zip = ask.accepts_gzip();
    let etag = if zip { format!("\"{hash}-z\"") } else { format!("\"{hash}\"") };
    let mut answer = Response::new(Body::empty());
    if ask.has(&etag) {
        *answer.status_mut() = StatusCode::NOT_MODIFIED;
    } else {
        let render = || async move {
            let written = tasks::blocking(move || {
                let text = plans::write(&map).into_bytes();
                if zip { gzip(&text) } else { text.into() }
            });
            let body = written.await;
            let body = body.map_err(|_| Problem::internal("writing a plan panicked"))?;
            Ok(Rendered { version: 0, index: 0, body })
        };
        let rendered = site.bodies.get(BodyKey::Map(hash, zip), 0, render).await?;
        *answer.body_mut() = Body::from(rendered.body);
        let json = HeaderValue::from_static("application/json");
        answer.headers_mut().insert(header::CONTENT_TYPE, json);
        if zip {
            let gzip = HeaderValue::from_static("gzip");
            answer.headers_mut().insert(header::CONTENT_ENCODING, gzip);
        }
    }
    let out = answer.headers_mut();
    let cache = if wanted.is_some() { CACHE_FOREVER } else { CACHE_SHORTLY };
    out.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    out.insert(header::VARY, HeaderValue::from_static("Accept-Encoding"));
    out.insert(headers::APPLIED_INDEX, HeaderValue::from(stand.index));
    if let Ok(etag) = HeaderValue::from_str(&etag) {
        out.insert(header::ETAG, etag);
    }
    Ok(answer)
}

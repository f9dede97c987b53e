//! What is the same as long as this program runs, such as its description and its pages: compressed
//! once, and not sent again to whoever has it.

use axum::body::Body;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::Response;
use bytes::Bytes;
use sha2::{Digest as _, Sha256};

use super::ask::Ask;
use super::bodies::gzip;

/// Bytes of a tag, of the hash that it is.
const TAG_BYTES: usize = 8;

/// Content, and what is said of it.
pub(super) struct File {
    media: HeaderValue,
    plain: Bytes,
    zipped: Bytes,
    /// What answers say besides, also to whoever has the content.
    headers: HeaderMap,
    tag: String,
}

impl File {
    /// Content of a media type. Caches ask each time whether they still have the right one.
    pub(super) fn new(media: HeaderValue, content: impl Into<Bytes>) -> File {
        let plain = content.into();
        let (zipped, tag) = (gzip(&plain), tag(&[&plain]));
        // Another version of the program has something else under the same address.
        let cache = (header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
        let vary = (header::VARY, HeaderValue::from_static("Accept-Encoding"));
        File { media, plain, zipped, headers: HeaderMap::from_iter([cache, vary]), tag }
    }

    /// The same, whose answers also say this. It is a part of the tag: a browser that is told that
    /// it has the content goes on with the headers that came with it.
    pub(super) fn with(mut self, name: HeaderName, value: HeaderValue) -> File {
        self.tag = tag(&[self.tag.as_bytes(), name.as_str().as_bytes(), value.as_bytes()]);
        self.headers.insert(name, value);
        self
    }

    /// The answer to somebody who asks for it.
    pub(super) fn answer(&self, ask: &Ask) -> Response {
        let zip = ask.accepts_gzip();
        let etag = if zip { format!("\"{}-z\"", self.tag) } else { format!("\"{}\"", self.tag) };
        let mut answer = Response::new(Body::empty());
        *answer.headers_mut() = self.headers.clone();
        if ask.has(&etag) {
            *answer.status_mut() = StatusCode::NOT_MODIFIED;
        } else {
            let body = if zip { &self.zipped } else { &self.plain };
            *answer.body_mut() = Body::from(body.clone());
            let out = answer.headers_mut();
            out.insert(header::CONTENT_TYPE, self.media.clone());
            if zip {
                out.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
            }
        }
        if let Ok(etag) = HeaderValue::from_str(&etag) {
            answer.headers_mut().insert(header::ETAG, etag);
        }
        answer
    }
}

/// A name for all of these parts together.
fn tag(parts: &[&[u8]]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part);
    }
    let hash: [u8; 32] = hash.finalize().into();
    hash[..TAG_BYTES].iter().fold(String::new(), |tag, byte| format!("{tag}{byte:02x}"))
}

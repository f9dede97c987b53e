//! Pictures and films of shows, from a folder of this node where no CDN serves them.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::UNIX_EPOCH;

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use bytes::Bytes;

use super::app::Site;
use super::ask::{AnyMedia, Id};
use super::problem::{Code, Problem};
use crate::tasks;

/// Bytes of a file that are in memory at a time.
const CHUNK: usize = 64 * 1024;

/// Types by the end of the name. Nothing else is guessed, neither here nor by browsers.
const TYPES: &[(&str, &str)] = &[
    ("avif", "image/avif"),
    ("gif", "image/gif"),
    ("jpeg", "image/jpeg"),
    ("jpg", "image/jpeg"),
    ("mp4", "video/mp4"),
    ("png", "image/png"),
    ("svg", "image/svg+xml"),
    ("webm", "video/webm"),
    ("webp", "image/webp"),
];

/// `GET /media/{*path}`
pub(super) async fn get(
    State(site): State<Arc<Site>>,
    Id(path): Id,
    AnyMedia(ask): AnyMedia,
) -> Result<Response, Problem> {
    ask.no_params()?;
    let missing = || Problem::new(Code::NotFound, "no such file");
    let folder = site.settings.media_folder.clone().ok_or_else(missing)?;
    let opened = tasks::blocking(move || open(&folder, &path)).await;
    let opened = opened.map_err(|_| Problem::internal("opening a file panicked"))?;
    let Opened { file, len, etag, media } = opened.map_err(|error| {
        tracing::debug!(%error, "a media file was not served");
        missing()
    })?;
    let mut answer = Response::new(Body::empty());
    let out = answer.headers_mut();
    out.insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=3600"));
    out.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    // An SVG opened by itself could run scripts in this origin.
    let policy = HeaderValue::from_static("default-src 'none'; style-src 'unsafe-inline'; sandbox");
    out.insert(header::CONTENT_SECURITY_POLICY, policy);
    if let Ok(etag) = HeaderValue::from_str(&etag) {
        out.insert(header::ETAG, etag);
    }
    if ask.has(&etag) {
        *answer.status_mut() = StatusCode::NOT_MODIFIED;
        return Ok(answer);
    }
    out.insert(header::CONTENT_TYPE, HeaderValue::from_static(media));
    out.insert(header::CONTENT_LENGTH, HeaderValue::from(len));
    *answer.body_mut() = Body::from_stream(chunks(file, len));
    Ok(answer)
}

/// A file that may be served.
struct Opened {
    file: File,
    len: u64,
    etag: String,
    media: &'static str,
}

/// Opens a file below the folder, and nothing else: no way up, no hidden name, no link to outside.
fn open(folder: &Path, path: &str) -> io::Result<Opened> {
    let refused = || io::Error::from(io::ErrorKind::NotFound);
    let plain = |part: &str| {
        !part.is_empty()
            && !part.starts_with('.')
            && !part.contains(['\\', ':'])
            && !part.contains(char::is_control)
    };
    if !path.split('/').all(plain) {
        return Err(refused());
    }
    let folder: PathBuf = folder.canonicalize()?;
    let path = folder.join(path).canonicalize()?;
    if !path.starts_with(&folder) {
        return Err(refused());
    }
    let file = File::open(&path)?;
    let about = file.metadata()?;
    if !about.is_file() {
        return Err(refused());
    }
    let changed = about.modified()?.duration_since(UNIX_EPOCH).unwrap_or_default();
    let extension = path.extension().and_then(|end| end.to_str()).unwrap_or_default();
    let known = TYPES.iter().find(|(end, _)| extension.eq_ignore_ascii_case(end));
    Ok(Opened {
        len: about.len(),
        etag: format!("\"{:x}-{:x}\"", about.len(), changed.as_nanos()),
        media: known.map_or("application/octet-stream", |(_, media)| media),
        file,
    })
}

/// A file in pieces, each read when the client has taken the one before. A file that grows
/// meanwhile ends where it ended when it was opened.
fn chunks(
    file: File,
    len: u64,
) -> impl futures_util::Stream<Item = io::Result<Bytes>> + Send + 'static {
    futures_util::stream::try_unfold((file, len), |(mut file, left)| async move {
        if left == 0 {
            return Ok(None);
        }
        let read = tasks::blocking(move || {
            let mut chunk = vec![0; CHUNK.min(usize::try_from(left).unwrap_or(CHUNK))];
            let len = file.read(&mut chunk)?;
            chunk.truncate(len);
            Ok::<_, io::Error>((Bytes::from(chunk), file))
        });
        let (chunk, file) = read.await.map_err(io::Error::other)??;
        if chunk.is_empty() {
            return Err(io::Error::from(io::ErrorKind::UnexpectedEof));
        }
        let left = left - chunk.len() as u64;
        Ok(Some((chunk, (file, left))))
    })
}

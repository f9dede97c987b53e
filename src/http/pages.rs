//! The pages that this program carries: the buyer's, the operator's, the example of a seat map on
//! somebody's page, and the seat map for such pages. `src/web` is their source.
//!
//! A page is told where all nodes are, and its policy lets it speak with them and with nobody else:
//! it goes on when the node that served it ends. No node sets a cookie.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use axum::extract::State;
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::Response;
use bytes::Bytes;
use rust_embed::Embed;

use super::app::{Auth, Site};
use super::ask::{AnyMedia, Ask, Id};
use super::file::File;
use super::headers;
use super::origins::Origin;
use super::problem::{Code, Problem};

/// What `npm run build` makes of `src/web`, as it is committed.
#[derive(Embed)]
#[folder = "src/web/dist/"]
struct Dist;

/// A page for people.
struct Page {
    file: &'static str,
    /// Whose pages may show it within themselves: what asks for no password can be clicked on
    /// unseen.
    frame_ancestors: &'static str,
}

const BUYER: Page = Page { file: "index.html", frame_ancestors: "'self'" };
const OPERATOR: Page = Page { file: "operator.html", frame_ancestors: "'none'" };
const EXAMPLE: Page = Page { file: "example.html", frame_ancestors: "'self'" };

/// The seat map as a script for other people's pages.
const SEAT_MAP: &str = "seat-map.js";

/// `GET /`
pub(super) async fn buyer(
    State(site): State<Arc<Site>>,
    AnyMedia(ask): AnyMedia,
) -> Result<Response, Problem> {
    BUYER.answer(&site, &ask)
}

/// `GET /operator`
pub(super) async fn operator(
    State(site): State<Arc<Site>>,
    AnyMedia(ask): AnyMedia,
) -> Result<Response, Problem> {
    OPERATOR.answer(&site, &ask)
}

/// `GET /example`
pub(super) async fn example(
    State(site): State<Arc<Site>>,
    AnyMedia(ask): AnyMedia,
) -> Result<Response, Problem> {
    EXAMPLE.answer(&site, &ask)
}

/// `GET /seat-map.js`
pub(super) async fn seat_map(AnyMedia(ask): AnyMedia) -> Result<Response, Problem> {
    asset(SEAT_MAP, &ask)
}

/// `GET /assets/{*path}`
pub(super) async fn get_asset(Id(path): Id, AnyMedia(ask): AnyMedia) -> Result<Response, Problem> {
    asset(&format!("assets/{path}"), &ask)
}

impl Page {
    /// The page as this node fills it in now: members come and go.
    fn answer(&self, site: &Site, ask: &Ask) -> Result<Response, Problem> {
        if !ask.accepts("text/html") {
            return Err(Problem::new(Code::NotAcceptable, "this route answers text/html"));
        }
        let missing = || Problem::internal("the program was built without its pages");
        let page = Dist::get(self.file).ok_or_else(missing)?;
        let page = std::str::from_utf8(&page.data).map_err(|_| missing())?;
        let nodes = site.origins();
        let policy = self.policy(&nodes, Origin::of(&site.settings.media_base_url));
        let policy = HeaderValue::from_str(&policy).map_err(|_| missing())?;
        let media = HeaderValue::from_static("text/html; charset=utf-8");
        let page = File::new(media, fill_in(page, &nodes, &site.settings.auth))
            .with(header::CONTENT_SECURITY_POLICY, policy)
            .with(headers::OPENER_POLICY, HeaderValue::from_static("same-origin"));
        Ok(page.answer(ask))
    }

    /// What the page may do: run and look as this program says, speak with the nodes, and show
    /// pictures and films of shows, which are at the nodes or at whatever place shows name.
    fn policy(&self, nodes: &[Origin], media: Option<Origin>) -> String {
        let nodes = listed(nodes);
        let media = media.map_or_else(String::new, |media| format!(" {}", media.as_str()));
        format!(
            "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self' {nodes}; \
             img-src 'self' data: https: {nodes}{media}; media-src 'self' https: {nodes}{media}; \
             font-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors {}",
            self.frame_ancestors
        )
    }
}

/// Writes into a page where the nodes are and how they know callers. Origins have nothing in them
/// that HTML would take for more than text.
fn fill_in(page: &str, nodes: &[Origin], auth: &Auth) -> String {
    let auth = match auth {
        Auth::Open => "open",
        Auth::Token(_) => "token",
    };
    let meta = |name: &str, content: &str| format!("name=\"{name}\" content=\"{content}\"");
    page.replace(&meta("usher-nodes", ""), &meta("usher-nodes", &listed(nodes)))
        .replace(&meta("usher-auth", "open"), &meta("usher-auth", auth))
}

fn listed(nodes: &[Origin]) -> String {
    nodes.iter().map(Origin::as_str).collect::<Vec<_>>().join(" ")
}

/// What pages load, by its path.
fn asset(path: &str, ask: &Ask) -> Result<Response, Problem> {
    static FILES: LazyLock<BTreeMap<Cow<'static, str>, File>> = LazyLock::new(|| {
        let paths = Dist::iter().filter(|path| !path.ends_with(".html"));
        paths.filter_map(|path| Some((path.clone(), asset_file(&path)?))).collect()
    });
    let file = FILES.get(path).ok_or_else(|| Problem::new(Code::NotFound, "no such file"))?;
    Ok(file.answer(ask))
}

fn asset_file(path: &str) -> Option<File> {
    let found = Dist::get(path)?;
    let media = HeaderValue::from_str(found.metadata.mimetype()).ok()?;
    let content = match found.data {
        Cow::Borrowed(content) => Bytes::from_static(content),
        Cow::Owned(content) => Bytes::from(content),
    };
    let file = File::new(media, content);
    let says: &[(HeaderName, &'static str)] = if path == SEAT_MAP {
        // Its name stays, and scripts of other origins are loaded with permission alone.
        &[(headers::RESOURCE_POLICY, "cross-origin"), (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*")]
    } else {
        // Named by its content: under this name there will never be anything else.
        &[(header::CACHE_CONTROL, "public, max-age=31536000, immutable")]
    };
    let says = says.iter().map(|(name, value)| (name.clone(), HeaderValue::from_static(value)));
    Some(says.fold(file, |file, (name, value)| file.with(name, value)))
}

//! The pages that the program carries, as a browser gets them.

use std::collections::BTreeMap;
use std::io::Read as _;
use std::sync::Arc;

use axum::http::Method;
use flate2::read::GzDecoder;
use regex::Regex;

use super::rig::{Reply, Rig};
use crate::http::{Auth, Settings};
use crate::tokens::{Authority, Rules};

const PAGES: [&str; 3] = ["/", "/operator", "/example"];

/// Everything that a page says it loads.
fn loads(page: &Reply) -> Vec<String> {
    let loads = Regex::new("(?:src|href)=\"(/[^\"]+\\.(?:js|css|svg))\"").unwrap();
    loads.captures_iter(&page.text()).map(|found| found[1].to_owned()).collect()
}

/// The end of a path: what it is a file of.
fn end(path: &str) -> &str {
    path.rsplit('.').next().unwrap_or_default()
}

fn at(public_url: &str, members: &[&str]) -> Rig {
    let rig = Rig::with(Settings { public_url: public_url.to_owned(), ..Settings::default() });
    *rig.solo.members.lock().unwrap() = members.iter().map(|it| (*it).to_owned()).collect();
    rig
}

/// The sources that a page's policy names for something.
fn allowed(page: &Reply, what: &str) -> Vec<String> {
    let policy = page.has("content-security-policy");
    let mut rules = policy.split("; ").filter_map(|rule| rule.split_once(' '));
    let sources = rules.find(|(name, _)| *name == what).map(|(_, sources)| sources.to_owned());
    let sources = sources.unwrap_or_else(|| panic!("no {what}: {policy}"));
    sources.split(' ').map(str::to_owned).collect()
}

/// Pages come whole: what they load is there, under names that never mean anything else.
#[tokio::test]
async fn pages_and_what_they_load() {
    let rig = Rig::new();
    for path in PAGES {
        let page = rig.get(path).header("accept", "text/html,*/*;q=0.8").send().await;
        assert_eq!(page.status, 200, "{path}");
        assert_eq!(page.has("content-type"), "text/html; charset=utf-8");
        assert_eq!(page.has("cache-control"), "no-cache");
        assert_eq!(page.has("cross-origin-opener-policy"), "same-origin");
        assert!(!page.headers.contains_key("set-cookie"));
        let loads = loads(&page);
        assert!(loads.iter().any(|path| end(path) == "js"), "{}", page.text());
        for asset in loads {
            let reply = rig.get(&asset).header("accept", "*/*").send().await;
            assert_eq!(reply.status, 200, "{asset}");
            assert_eq!(reply.has("cache-control"), "public, max-age=31536000, immutable");
            let due = match end(&asset) {
                "js" => "text/javascript",
                "svg" => "image/svg+xml",
                _ => "text/css",
            };
            assert_eq!(reply.has("content-type"), due);
            assert_eq!(reply.has("cross-origin-resource-policy"), "same-origin");
        }
    }
    for missing in ["/assets/none.js", "/assets/", "/assets/../index.html", "/index.html"] {
        rig.get(missing).refused(404, "not_found").await;
    }
    rig.get("/").header("accept", "application/json").refused(406, "not_acceptable").await;
    for path in PAGES.into_iter().chain(["/seat-map.js", "/assets/none.js"]) {
        let reply = rig.call(Method::POST, path).send().await;
        assert_eq!((reply.status.as_u16(), reply.has("allow")), (405, "GET,HEAD"), "{path}");
    }
}

/// Back from a gateway, or from somebody's letter, an address has parameters.
#[tokio::test]
async fn pages_have_parameters_of_their_own() {
    let rig = Rig::new();
    let page = rig.get("/?payment=pay_1&from=a%20letter").send().await;
    assert_eq!((page.status.as_u16(), page.text()), (200, rig.get("/").send().await.text()));
}

/// Who has it is not sent it again, compressed or not, and HEAD says what GET would.
#[tokio::test]
async fn what_is_kept_is_not_sent_again() {
    let rig = Rig::new();
    let script = loads(&rig.get("/").send().await).remove(0);
    for path in PAGES.into_iter().chain(["/seat-map.js", &script]) {
        let plain = rig.get(path).send().await;
        let zipped = rig.get(path).header("accept-encoding", "gzip, br").send().await;
        assert_eq!(zipped.has("content-encoding"), "gzip");
        let mut opened = Vec::new();
        GzDecoder::new(&zipped.body[..]).read_to_end(&mut opened).unwrap();
        assert!(opened == plain.body, "{path}");
        assert_ne!(zipped.has("etag"), plain.has("etag"));
        for reply in [&plain, &zipped] {
            assert!(reply.has("vary").contains("Accept-Encoding"));
            let coding = reply.headers.get("content-encoding").map_or("identity", |_| "gzip");
            let again = rig.get(path).header("if-none-match", reply.has("etag"));
            let again = again.header("accept-encoding", coding).send().await;
            assert_eq!((again.status.as_u16(), again.body.len()), (304, 0), "{path}");
            for name in ["etag", "cache-control", "content-security-policy"] {
                assert_eq!(again.has(name), reply.has(name), "{path}");
            }
        }
        let head = rig.call(Method::HEAD, path).send().await;
        assert_eq!((head.status.as_u16(), head.body.len()), (200, 0));
        assert_eq!(head.has("content-length"), plain.body.len().to_string());
        assert_eq!(head.has("etag"), plain.has("etag"));
    }
}

/// A page knows all nodes, may speak with them alone, and is another page once they are others.
#[tokio::test]
async fn pages_know_the_nodes() {
    let rig = at("http://b.example:2", &["a.example:1", "b.example:2"]);
    let nodes = ["http://b.example:2", "http://a.example:1"];
    for path in PAGES {
        let page = rig.get(path).send().await;
        let meta = format!("<meta name=\"usher-nodes\" content=\"{}\"", nodes.join(" "));
        assert!(page.text().contains(&meta), "{}", page.text());
        assert!(page.text().contains("<meta name=\"usher-auth\" content=\"open\""));
    }
    let page = rig.get("/").send().await;
    assert_eq!(allowed(&page, "connect-src"), ["'self'", nodes[0], nodes[1]]);
    *rig.solo.members.lock().unwrap() = vec!["b.example:2".to_owned(), "c.example:3".to_owned()];
    let later = rig.get("/").header("if-none-match", page.has("etag")).send().await;
    assert_eq!(later.status, 200);
    let nodes = ["'self'", "http://b.example:2", "http://c.example:3"];
    assert_eq!(allowed(&later, "connect-src"), nodes);
    let one = at("https://tickets.example", &["a.example:1", "b.example:2"]).get("/").send().await;
    assert_eq!(allowed(&one, "connect-src"), ["'self'", "https://tickets.example"]);

    let rules = Rules { tokens: BTreeMap::new(), ..Rules::default() };
    let auth = Auth::Token(Arc::new(Authority::new(rules)));
    let page = Rig::with(Settings { auth, ..Settings::default() }).get("/").send().await;
    assert!(page.text().contains("<meta name=\"usher-auth\" content=\"token\""));
}

/// Nothing runs and nothing is loaded but what the node itself serves; a member with a hostile name
/// changes nothing about that.
#[tokio::test]
async fn policies_are_strict() {
    let members = ["a.example:1", "x;script-src *:1", "\"><script>alert(1)</script>:1"];
    let rig = at("http://a.example:1", &members);
    let inline = Regex::new("<style|style=|<script>| on[a-z]+=|javascript:").unwrap();
    for path in PAGES {
        let page = rig.get(path).send().await;
        let due: &[(&str, &[&str])] = &[
            ("default-src", &["'none'"]),
            ("script-src", &["'self'"]),
            ("style-src", &["'self'"]),
            ("connect-src", &["'self'", "http://a.example:1"]),
            ("img-src", &["'self'", "data:", "https:", "http://a.example:1"]),
            ("font-src", &["'none'"]),
            ("base-uri", &["'none'"]),
            ("form-action", &["'self'"]),
            ("frame-ancestors", &[if path == "/operator" { "'none'" } else { "'self'" }]),
        ];
        for (what, sources) in due {
            assert_eq!(allowed(&page, what), *sources, "{path}");
        }
        let html = page.text();
        assert!(!html.contains("alert"));
        // What the policy forbids is not there: it would be reported, and not work.
        assert!(!inline.is_match(&html), "{html}");
    }
    let media_base_url = "http://pictures.example/shows".to_owned();
    let rig = Rig::with(Settings { media_base_url, ..Settings::default() });
    let page = rig.get("/").send().await;
    for what in ["img-src", "media-src"] {
        assert!(allowed(&page, what).contains(&"http://pictures.example".to_owned()), "{what}");
    }
}

/// The seat map is loaded by pages of anybody, which get nothing else by that.
#[tokio::test]
async fn the_seat_map_is_for_all() {
    let rig = Rig::new();
    let script = rig.get("/seat-map.js").header("origin", "https://shop.example.com").send().await;
    assert_eq!(script.status, 200);
    assert_eq!(script.has("content-type"), "text/javascript");
    assert_eq!(script.has("access-control-allow-origin"), "*");
    assert_eq!(script.has("cross-origin-resource-policy"), "cross-origin");
    assert_eq!(script.has("cache-control"), "no-cache");
    let shows = rig.get("/v1/shows").header("origin", "https://shop.example.com").send().await;
    assert!(!shows.headers.contains_key("access-control-allow-origin"));
}

//! Paths of requests, and lists read to their end.

use serde::Deserialize;
use serde_json::Value;

use super::client::Client;
use super::exit::{Exit, Failure};

/// Rows of a page: what a node gives at most.
const LIMIT: &str = "200";

/// Every row of a list, page by page.
///
/// NB: pages are read one after the other, so that rows which come or go meanwhile may be missing.
pub(super) async fn all(
    client: &Client,
    segments: &[&str],
    query: &[(&str, &str)],
) -> Result<Vec<Value>, Failure> {
    #[derive(Deserialize)]
    struct Page {
        data: Vec<Value>,
        next_cursor: Option<String>,
    }
    let mut rows: Vec<Value> = Vec::new();
    let mut cursor: Option<String> = None;
    loop {
        let mut asked = vec![("limit", LIMIT), ("consistency", "linearizable")];
        asked.extend(query);
        asked.extend(cursor.as_deref().map(|cursor| ("cursor", cursor)));
        let page: Page = client.get(&path(segments, &asked)?).await?.parse()?;
        rows.extend(page.data);
        cursor = page.next_cursor;
        if cursor.is_none() {
            return Ok(rows);
        }
    }
}

/// A path of segments, each escaped, with a query.
pub(super) fn path(segments: &[&str], query: &[(&str, &str)]) -> Result<String, Failure> {
    let mut url = reqwest::Url::parse("http://usher/").expect("a constant URL is one");
    url.path_segments_mut().expect("an http URL has segments").clear().extend(segments);
    if !query.is_empty() {
        url.query_pairs_mut().extend_pairs(query);
    }
    // A segment of dots would be resolved away, and name another resource.
    if url.path_segments().is_none_or(|found| found.count() != segments.len()) {
        return Err(Failure::new(Exit::Conflict, format!("there is no {}", segments.join("/"))));
    }
    Ok(url.as_str().trim_start_matches("http://usher").to_owned())
}

//! Lists, which come in pages.

use futures_util::future::BoxFuture;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::Client;
use super::call::Call;
use super::error::Error;

/// Rows of a page when a list is read to its end: what a node gives at most.
const LIMIT: u16 = 200;

/// A list. Awaited it gives one page; [`List::all`] gives every row.
#[must_use = "a list is read when it is awaited"]
#[derive(Debug)]
pub struct List<T>(Call<Page<T>>);

/// A page of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page<T> {
    /// Its rows.
    pub data: Vec<T>,
    /// Where the next page begins, if this is not the last.
    pub next_cursor: Option<String>,
}

impl Client {
    /// A list at any path, which need not be one of the contract.
    pub fn list<T>(&self, path: &str) -> List<T> {
        List(self.get(path))
    }

    /// A list of replicated state.
    pub(super) fn rows<T>(&self, segments: &[&str]) -> List<T> {
        List(self.read(segments))
    }
}

impl<T> List<T> {
    /// Only rows of which this is so: a parameter of the list, as the contract names it.
    pub fn only(self, name: &'static str, value: impl Into<String>) -> List<T> {
        List(self.0.query(name, value))
    }

    /// So many rows a page, 1 to 200.
    pub fn limit(self, rows: u16) -> List<T> {
        self.only("limit", rows.to_string())
    }

    /// The page that begins there.
    pub fn cursor(self, cursor: impl Into<String>) -> List<T> {
        self.only("cursor", cursor)
    }

    /// Shows every write that was acknowledged to anybody.
    pub fn linearizable(self) -> List<T> {
        List(self.0.linearizable())
    }
}

impl<T: DeserializeOwned> List<T> {
    /// Every row, page by page.
    ///
    /// NB: pages are read one after the other, so that rows which come or go meanwhile may be
    /// missing.
    ///
    /// # Errors
    /// A page could not be read.
    pub async fn all(self) -> Result<Vec<T>, Error> {
        let Call { client, request, .. } = self.0;
        let mut request = request?;
        if request.query.iter().all(|(name, _)| *name != "limit") {
            request.query.insert(0, ("limit", LIMIT.to_string()));
        }
        let mut rows = Vec::new();
        loop {
            let page: Page<T> = client.ask(&request).await?.parse()?;
            rows.extend(page.data);
            let Some(next) = page.next_cursor else { return Ok(rows) };
            request.query.retain(|(name, _)| *name != "cursor");
            request.query.push(("cursor", next));
        }
    }
}

impl<T: DeserializeOwned + 'static> IntoFuture for List<T> {
    type Output = Result<Page<T>, Error>;
    type IntoFuture = BoxFuture<'static, Result<Page<T>, Error>>;

    fn into_future(self) -> Self::IntoFuture {
        self.0.into_future()
    }
}

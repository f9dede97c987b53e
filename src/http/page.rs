//! Lists: a page at a time, each with the cursor of the next.

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde::Serialize;

use super::params::Params;
use super::problem::Problem;

/// Rows of a page, unless the client says otherwise.
const LIMIT: usize = 50;

/// Rows that a client may ask for: what renders in well under a millisecond.
const LIMIT_MAX: usize = 200;

/// Which page of a list is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Paging {
    /// How many rows at most.
    pub(super) limit: usize,
    /// The key of the last row of the page before; what it looks like is the list's affair.
    pub(super) after: Option<String>,
}

impl Params {
    /// The parameters that every list has. `is_key` says whether a cursor's text can be ours.
    pub(super) fn paging(&mut self, is_key: impl FnOnce(&str) -> bool) -> Paging {
        let limit = self.number("limit", 1, LIMIT_MAX).unwrap_or(LIMIT);
        let Some(cursor) = self.text("cursor") else { return Paging { limit, after: None } };
        let key =
            BASE64_URL_SAFE_NO_PAD.decode(cursor).ok().and_then(|k| String::from_utf8(k).ok());
        let after = key.filter(|key| is_key(key));
        if after.is_none() {
            self.fault("cursor", "must be the next_cursor of a page of this list");
        }
        Paging { limit, after }
    }
}

/// A page of a list.
#[derive(Debug, Serialize)]
pub(super) struct Page<T> {
    data: Vec<T>,
    next_cursor: Option<String>,
}

impl<T> Page<T> {
    /// Makes a page of up to `limit + 1` rows: the row too many says that there is another page.
    pub(super) fn cut(mut rows: Vec<T>, limit: usize, key: impl Fn(&T) -> String) -> Page<T> {
        let more = rows.len() > limit;
        rows.truncate(limit);
        let last = rows.last().filter(|_| more).map(key);
        Page { data: rows, next_cursor: last.map(|key| BASE64_URL_SAFE_NO_PAD.encode(key)) }
    }

    /// Renders each row; what it renders may borrow from the row.
    pub(super) fn render<'a, U>(
        &'a self,
        render: impl FnMut(&'a T) -> Result<U, Problem>,
    ) -> Result<Page<U>, Problem> {
        let data = self.data.iter().map(render).collect::<Result<_, Problem>>()?;
        Ok(Page { data, next_cursor: self.next_cursor.clone() })
    }
}

//! Reads the set of public keys again and again: from a file, or from where the issuer publishes
//! it.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::Instant;

use super::authority::Authority;
use super::keys::{Keys, KeysError, SET_BYTES_MAX};
use crate::causes::causes;

/// How long the issuer may take to answer.
const FETCH_MAX: Duration = Duration::from_secs(5);

/// Between two looks at least, however many tokens name keys that nobody knows.
const APART_MIN: Duration = Duration::from_secs(5);

/// Where the set is.
#[derive(Clone, Debug)]
pub enum Source {
    /// In a file.
    File(PathBuf),
    /// At an address, fetched with this.
    Url(String, reqwest::Client),
}

/// Why the set could not be had.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// The file cannot be read.
    #[error("{path}: {error}")]
    File {
        /// Which file.
        path: PathBuf,
        /// What the system says.
        error: std::io::Error,
    },
    /// The issuer does not answer, or not with a set.
    #[error("{url}: {message}")]
    Url {
        /// Which address.
        url: String,
        /// What went wrong.
        message: String,
    },
    /// What was read is no set.
    #[error("{source_name}: {error}")]
    Keys {
        /// Where it was read.
        source_name: String,
        /// What is wrong with it.
        error: KeysError,
    },
}

impl Source {
    /// A file's path, or an address beginning with `http`.
    ///
    /// # Errors
    /// It cannot be fetched with anything.
    pub fn of(text: &str) -> Result<Source, String> {
        let secure = text.starts_with("https://");
        if !secure && !text.starts_with("http://") {
            return Ok(Source::File(text.into()));
        }
        let builder = reqwest::Client::builder()
            .timeout(FETCH_MAX)
            // Who signs is said by one address, not by wherever that one points to.
            .redirect(reqwest::redirect::Policy::none());
        let builder = if secure { builder } else { builder.tls_certs_only([]) };
        let client = builder.build().map_err(|error| causes(&error))?;
        Ok(Source::Url(text.to_owned(), client))
    }

    /// Reads the set as it is now.
    ///
    /// # Errors
    /// See [`SourceError`].
    pub async fn read(&self) -> Result<Keys, SourceError> {
        let (bytes, source_name) = match self {
            Source::File(path) => {
                let failed = |error| SourceError::File { path: path.clone(), error };
                (std::fs::read(path).map_err(failed)?, path.display().to_string())
            }
            Source::Url(url, client) => {
                let failed = |message| SourceError::Url { url: url.clone(), message };
                (fetch(client, url).await.map_err(failed)?, url.clone())
            }
        };
        Keys::parse(&bytes).map_err(|error| SourceError::Keys { source_name, error })
    }
}

async fn fetch(client: &reqwest::Client, url: &str) -> Result<Vec<u8>, String> {
    let answer = client.get(url).send().await.map_err(|error| causes(&error))?;
    let mut answer = answer.error_for_status().map_err(|error| causes(&error))?;
    let mut bytes = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(|error| causes(&error))? {
        if bytes.len() + chunk.len() > SET_BYTES_MAX {
            return Err(KeysError::TooLarge.to_string());
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

/// Keeps an authority's keys up to date until the node stops. A set that cannot be had, or is none,
/// leaves the keys as they are.
pub async fn refresh(
    authority: Arc<Authority>,
    source: Source,
    every: Duration,
    mut stopping: watch::Receiver<bool>,
) {
    loop {
        match source.read().await {
            Ok(keys) => authority.set_keys(keys),
            Err(error) => tracing::warn!(%error, "the keys of tokens are not read anew"),
        }
        let read_at = Instant::now();
        let asked = async {
            tokio::time::sleep_until(read_at + APART_MIN.min(every)).await;
            authority.wanted.notified().await;
        };
        tokio::select! {
            // An error means that nobody is left to say it: the node has ended.
            _ = stopping.wait_for(|stop| *stop) => return,
            () = asked => {}
            () = tokio::time::sleep_until(read_at + every) => {}
        }
    }
}

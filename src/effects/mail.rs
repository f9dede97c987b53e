//! What a letter is, and how letters leave.

use std::path::PathBuf;
use std::sync::Arc;

use futures_util::future::BoxFuture;

use super::file::FileMail;
use super::letter::{Composer, Templates};
use super::smtp::SmtpMail;
use crate::seats::{Millis, OutboxId};
use crate::tickets::Slip;

/// A way for letters to leave. Delivering one again is harmless, if not always unnoticed.
pub trait Mail: Send + Sync + 'static {
    /// Hands a letter over for good: it is on disk, or the mail server has taken it.
    ///
    /// # Errors
    /// See [`MailError`]; it may be tried again.
    fn deliver<'a>(&'a self, letter: &'a Letter) -> BoxFuture<'a, Result<(), MailError>>;
}

/// A booking to be mailed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    /// The outbox row: what the letter is known by, however often it is sent.
    pub id: OutboxId,
    /// To which address.
    pub to: String,
    /// The booking in words.
    pub slip: Slip,
    /// When it is sent.
    pub at: Millis,
}

/// Why a letter was not delivered.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MailError {
    /// It may be taken at any time.
    #[error("{0}")]
    Failed(String),
    /// It is refused for what it is, and will hardly be taken later.
    #[error("{0}")]
    Refused(String),
}

/// What an operator sets of mail.
#[derive(Clone, Debug)]
pub struct MailSettings {
    /// The sender.
    pub from: String,
    /// How letters leave.
    pub transport: MailRoute,
    /// Folder of templates that replace our own, if any.
    pub templates: Option<PathBuf>,
}

/// How letters leave.
#[derive(Clone)]
pub enum MailRoute {
    /// Into a folder.
    File(PathBuf),
    /// To a mail server.
    Smtp {
        /// Where it is, with user and password.
        url: String,
        /// Its certificate's authority, if not one of the system's.
        ca: Option<PathBuf>,
    },
}

impl std::fmt::Debug for MailRoute {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            MailRoute::File(folder) => f.debug_tuple("File").field(folder).finish(),
            // The address may have a password.
            MailRoute::Smtp { ca, .. } => f.debug_struct("Smtp").field("ca", ca).finish(),
        }
    }
}

/// Which key of the configuration keeps mail from being set up.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{key}: {message}")]
pub struct MailSettingsError {
    /// Such as `mail.from`.
    pub key: &'static str,
    /// What is wrong with it.
    pub message: String,
}

/// Sets mail up.
///
/// # Errors
/// A setting cannot be used.
pub fn mail_of(settings: &MailSettings) -> Result<Arc<dyn Mail>, MailSettingsError> {
    let templates = Templates::load(settings.templates.as_deref())
        .map_err(|error| MailSettingsError { key: "mail.templates", message: error.to_string() })?;
    let composer = Composer::new(&settings.from, templates)
        .map_err(|message| MailSettingsError { key: "mail.from", message })?;
    match &settings.transport {
        MailRoute::File(folder) => Ok(Arc::new(FileMail::new(folder.clone(), composer))),
        MailRoute::Smtp { url, ca } => Ok(Arc::new(SmtpMail::new(url, ca.as_deref(), composer)?)),
    }
}

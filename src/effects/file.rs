//! Letters into a folder, a file each. Nodes may share it.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;

use super::letter::Composer;
use super::mail::{Letter, Mail, MailError};
use crate::tasks;

/// Writes `{outbox row}.eml`.
pub(super) struct FileMail {
    folder: PathBuf,
    composer: Composer,
}

impl FileMail {
    pub(super) fn new(folder: PathBuf, composer: Composer) -> FileMail {
        FileMail { folder, composer }
    }
}

impl Mail for FileMail {
    fn deliver<'a>(&'a self, letter: &'a Letter) -> BoxFuture<'a, Result<(), MailError>> {
        async move {
            let bytes = self.composer.compose(letter)?.formatted();
            let (folder, name) = (self.folder.clone(), format!("{}.eml", letter.id));
            let written = tasks::blocking(move || place(&folder, &name, &bytes)).await;
            let written = written.map_err(|error| MailError::Failed(error.to_string()))?;
            written.map_err(|error| {
                let folder = self.folder.display();
                MailError::Failed(format!("{folder}: {error}"))
            })
        }
        .boxed()
    }
}

/// Puts a file into a folder, whole or not at all. It is written aside under a name that no other
/// writer has, so that two nodes may put the same letter there at once.
fn place(folder: &Path, name: &str, bytes: &[u8]) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    let mut aside = tempfile::Builder::new().prefix(".writing-").tempfile_in(folder)?;
    aside.write_all(bytes)?;
    aside.as_file().sync_all()?;
    aside.persist(folder.join(name)).map_err(|error| error.error)?;
    File::open(folder)?.sync_all()
}

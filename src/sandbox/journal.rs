//! The gateway's disk: a file of JSON lines. What happened together is one line, written and synced
//! before anybody hears of it, so that a crash leaves all of it or nothing.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use rustix::fs::{FlockOperation, flock};

use super::ledger::{Fact, Ledger};

/// The journal's name in its folder.
const NAME: &str = "journal.jsonl";

/// What a new journal is called until it is whole.
const NEW_NAME: &str = "journal.jsonl.new";

/// Held by the process that uses the folder.
const LOCK_NAME: &str = "lock";

/// Why a journal cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// The disk does not do what is asked.
    #[error("{path}: {error}", path = .path.display())]
    Disk {
        /// Which file or folder.
        path: PathBuf,
        /// What the system says.
        error: io::Error,
    },
    /// Another process uses the folder.
    #[error("{path}: another process uses it", path = .0.display())]
    InUse(PathBuf),
    /// A line in the middle is not what was written.
    #[error("{path}, line {line}: {what}; restore the file, or remove it to begin anew", path = .path.display())]
    Damaged {
        /// Which file.
        path: PathBuf,
        /// Which line, from 1.
        line: usize,
        /// What is wrong with it.
        what: String,
    },
}

/// An open journal.
pub(super) struct Journal {
    file: File,
    path: PathBuf,
    /// A write failed: what the file ends with is not known.
    failed: bool,
    /// Unlocked when it goes.
    _lock: File,
}

impl Journal {
    /// Opens the journal of a folder and reads what it says. It is written anew first, as short as
    /// it can be.
    pub(super) fn open(folder: &Path) -> Result<(Journal, Ledger), JournalError> {
        fs::create_dir_all(folder).map_err(at(folder))?;
        let lock = folder.join(LOCK_NAME);
        let opened = OpenOptions::new().create(true).write(true).truncate(false).open(&lock);
        let opened = opened.map_err(at(&lock))?;
        match flock(&opened, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => {}
            Err(rustix::io::Errno::WOULDBLOCK) => {
                return Err(JournalError::InUse(folder.to_owned()));
            }
            Err(error) => return Err(at(&lock)(error.into())),
        }
        let path = folder.join(NAME);
        let ledger = read(&path)?;
        let file = rewrite(folder, &path, &ledger)?;
        Ok((Journal { file, path, failed: false, _lock: opened }, ledger))
    }

    /// Writes down what happened together. After an error nobody may go on, and nobody can: what is
    /// on the disk is not known, and a line behind half a line would spoil the file.
    pub(super) fn write(&mut self, facts: &[Fact]) -> Result<(), JournalError> {
        if self.failed {
            return Err(at(&self.path)(io::Error::other("an earlier write failed")));
        }
        let written = self.file.write_all(&line(facts)).and_then(|()| self.file.sync_data());
        self.failed = written.is_err();
        written.map_err(at(&self.path))
    }
}

fn line(facts: &[Fact]) -> Vec<u8> {
    let mut line = serde_json::to_vec(facts).expect("facts have text keys and always serialize");
    line.push(b'\n');
    line
}

fn read(path: &Path) -> Result<Ledger, JournalError> {
    let mut ledger = Ledger::default();
    let bytes = match fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(ledger),
        Err(error) => return Err(at(path)(error)),
    };
    for (n, line) in bytes.split_inclusive(|byte| *byte == b'\n').enumerate() {
        let damaged =
            |what: String| JournalError::Damaged { path: path.to_owned(), line: n + 1, what };
        if !line.ends_with(b"\n") {
            // Its write was cut off, and nobody was told of it.
            tracing::warn!(path = %path.display(), line = n + 1, "a line was cut off; it is dropped");
            break;
        }
        let facts: Vec<Fact> =
            serde_json::from_slice(line).map_err(|error| damaged(error.to_string()))?;
        for fact in facts {
            ledger.learn(fact).map_err(damaged)?;
        }
    }
    Ok(ledger)
}

fn rewrite(folder: &Path, path: &Path, ledger: &Ledger) -> Result<File, JournalError> {
    let aside = folder.join(NEW_NAME);
    let mut file = File::create(&aside).map_err(at(&aside))?;
    for fact in ledger.facts() {
        file.write_all(&line(&[fact])).map_err(at(&aside))?;
    }
    file.sync_all().map_err(at(&aside))?;
    fs::rename(&aside, path).map_err(at(path))?;
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(at(folder))?;
    Ok(file)
}

fn at(path: &Path) -> impl FnOnce(io::Error) -> JournalError {
    let path = path.to_owned();
    move |error| JournalError::Disk { path, error }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// After a write that failed nothing is written any more: a line behind half a line would make
    /// a file that nobody can read.
    #[test]
    fn a_failed_write_is_the_last() {
        let folder = tempfile::tempdir().unwrap();
        let (mut journal, _) = Journal::open(folder.path()).unwrap();
        let facts = [Fact::Settled("msg_1".to_owned())];
        let sound = std::mem::replace(
            &mut journal.file,
            OpenOptions::new().write(true).open("/dev/full").unwrap(),
        );
        let error = journal.write(&facts).unwrap_err();
        assert!(matches!(error, JournalError::Disk { .. }), "{error}");
        journal.file = sound;
        let error = journal.write(&facts).unwrap_err().to_string();
        assert!(error.contains("an earlier write failed"), "{error}");
        assert_eq!(fs::read(folder.path().join(NAME)).unwrap(), b"");
    }

    /// A line that reads well and speaks of what is not there is damage too, by file and line.
    #[test]
    fn lines_that_contradict() {
        let owed = r#"{"owed":{"id":"msg_1","session":"sbx_1","since":1,"body":"{}"}}"#;
        let refund = r#"{"refund":{"id":"re_1","session":"sbx_1","payment":"p","amount":1,"currency":"EUR","idempotency_key":"k"}}"#;
        for fact in [owed, refund, r#"{"settled":"msg_1"}"#] {
            let folder = tempfile::tempdir().unwrap();
            fs::write(folder.path().join(NAME), format!("[]\n[{fact}]\n")).unwrap();
            let Err(error) = Journal::open(folder.path()) else { panic!("{fact} was taken") };
            assert!(error.to_string().contains("journal.jsonl, line 2: "), "{error}");
        }
    }
}

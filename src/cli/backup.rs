//! `backup`: save the state of a cluster into a file, check such a file, begin a cluster anew.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufReader, Seek as _, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::args::{ConfigFile, Format};
use super::exit::{Exit, Failure};
use super::local;
use super::output::Output;
use crate::audit::report;
use crate::client::{Client, Error};
use crate::clock::{SystemClock, SystemRng};
use crate::codec::{BackupError, BackupHead, BackupReader, Frame, LogId};
use crate::config::Config;
use crate::raft::machine::{Backup, read_backup};
use crate::raft::{Founded, Founder, Member, found};
use crate::seats::{Millis, State};

/// What a backup says of itself.
#[derive(Debug, Serialize)]
struct About {
    file: String,
    cluster_id: String,
    node: u64,
    made_at: String,
    index: u64,
    bytes: u64,
}

/// What is in it.
#[derive(Debug, Serialize)]
struct Verified {
    #[serde(flatten)]
    about: About,
    log_time: String,
    rows: u64,
    shows: usize,
    bookings: usize,
    violations: Vec<String>,
}

/// Saves everything that was acknowledged before, or what one node has.
pub(super) async fn save(
    client: &Client,
    path: &Path,
    local: bool,
    output: &mut Output,
) -> Result<Exit, Failure> {
    if fs::exists(path).map_err(|error| failed(path, error))? {
        return Err(Failure::new(Exit::Conflict, format!("{}: is there already", path.display())));
    }
    let partial = beside(path, "partial");
    let mut file = private(&partial).map_err(|error| failed(&partial, error))?;
    let query = if local { "" } else { "?consistency=linearizable" };
    let saved = download(client, &format!("/v1/cluster/backup{query}"), &mut file).await;
    let saved = saved.and_then(|endpoint| Ok((endpoint, read_through(&partial)?)));
    let (endpoint, (head, applied, bytes)) = match saved {
        Ok(saved) => saved,
        Err(failure) => {
            fs::remove_file(&partial).map_err(|error| failed(&partial, error))?;
            return Err(failure);
        }
    };
    file.sync_all().map_err(|error| failed(&partial, error))?;
    fs::rename(&partial, path).and_then(|()| sync_parent(path)).map_err(|e| failed(path, e))?;
    output.say(&format!("saved from {endpoint}; every record was read back"));
    about(path, &head, applied, bytes).print(output);
    Ok(Exit::Done)
}

/// A new file for its owner alone: every buyer is in a backup.
fn private(path: &Path) -> io::Result<File> {
    // What an earlier attempt left may be somebody else's to read.
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        Ok(()) | Err(_) => {}
    }
    OpenOptions::new().create_new(true).read(true).write(true).mode(0o600).open(path)
}

/// Reads a long answer into a file, from the first endpoint that gives it whole. Returns which.
async fn download(client: &Client, path: &str, into: &mut File) -> Result<String, Failure> {
    let mut last = Failure::new(Exit::Unreachable, "no endpoints");
    for endpoint in client.endpoints() {
        into.set_len(0).and_then(|()| into.rewind()).map_err(|error| local(&error))?;
        match download_from(client, endpoint, path, into).await? {
            Ok(()) => return Ok(endpoint.clone()),
            Err(error) => last = error.into(),
        }
    }
    Err(last)
}

async fn download_from(
    client: &Client,
    endpoint: &str,
    path: &str,
    into: &mut File,
) -> Result<Result<(), Error>, Failure> {
    let mut chunks = match client.download(endpoint, path).await {
        Ok(chunks) => chunks,
        Err(error) => return Ok(Err(error)),
    };
    loop {
        match chunks.next().await {
            Ok(Some(chunk)) => into.write_all(&chunk).map_err(|error| local(&error))?,
            Ok(None) => return Ok(Ok(())),
            Err(error) => return Ok(Err(error)),
        }
    }
}

fn local(error: &io::Error) -> Failure {
    Failure::new(Exit::Failed, format!("the file cannot be written: {error}"))
}

/// Reads every record of a file, without making a state of them.
fn read_through(path: &Path) -> Result<(BackupHead, LogId, u64), Failure> {
    let broken = |error: BackupError| failed(path, error);
    let file = File::open(path).map_err(|error| failed(path, error))?;
    let (head, mut reader) = BackupReader::open(BufReader::new(file)).map_err(broken)?;
    let mut at = None;
    while let Some(frame) = reader.next_frame().map_err(broken)? {
        if let Frame::Head { applied, .. } = frame {
            at = applied;
        }
    }
    let at = at.ok_or_else(|| failed(path, "it was taken of a node that had applied nothing"))?;
    Ok((head, at, reader.bytes()))
}

/// Checks a backup.
pub(super) fn verify(path: &Path, output: &mut Output) -> Result<Exit, Failure> {
    let backup = read(path)?;
    let violations = report(&backup.state, backup.applied.index).violations;
    let verified = Verified {
        about: about(path, &backup.head, backup.applied, backup.bytes),
        log_time: time(backup.state.now()),
        rows: backup.rows,
        shows: backup.state.shows().count(),
        bookings: backup.state.bookings().count(),
        violations,
    };
    verified.print(output);
    if verified.violations.is_empty() {
        output.say("it can be restored; every invariant holds");
        return Ok(Exit::Done);
    }
    Err(failed(path, format!("{} violations", verified.violations.len())))
}

/// Makes the data directory of a new cluster's first node.
pub(super) fn restore(
    path: &Path,
    file: &ConfigFile,
    output: &mut Output,
) -> Result<Exit, Failure> {
    let config = local::read(file, output)?;
    let dir = &config.node.data_dir;
    if occupied(dir)? {
        let message =
            format!("{} is not empty: a restore needs a new data directory", dir.display());
        return Err(Failure::new(Exit::Unsafe, message));
    }
    let Backup { applied, state, .. } = read(path)?;
    let wrong = report(&state, applied.index).violations;
    if let Some(first) = wrong.first() {
        return Err(failed(path, format!("{} violations, the first: {first}", wrong.len())));
    }
    let founded = begin_anew(&config, &state, applied, |new| put_in_place(new, dir))?;
    output.data(&format!("cluster {:032x}  epoch {}", founded.cluster, founded.epoch));
    output.say(&format!(
        "restored into {} as of index {}: start this node, then the others with empty data \
         directories, then run `usher cluster init`",
        dir.display(),
        applied.index
    ));
    Ok(Exit::Done)
}

/// Makes a data directory aside and has it put in its place once it is whole.
pub(super) fn begin_anew(
    config: &Config,
    state: &State,
    applied: LogId,
    put_in_place: impl FnOnce(&Path) -> std::io::Result<()>,
) -> Result<Founded, Failure> {
    let dir = &config.node.data_dir;
    let new = beside(dir, "new");
    // Whatever lies there is what an earlier attempt left.
    if fs::exists(&new).map_err(|error| failed(&new, error))? {
        fs::remove_dir_all(&new).map_err(|error| failed(&new, error))?;
    }
    let founder = Founder {
        node: config.node.id,
        member: Member {
            peer: config.peer_advertised(),
            http: config.http_advertised(),
            ..Member::default()
        },
    };
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    let runtime = runtime.map_err(|error| failed(&new, error))?;
    let clock = SystemClock::new();
    let founding = found(&new, &founder, state, applied, &clock, &SystemRng);
    let founded = runtime.block_on(founding).map_err(|error| failed(&new, error))?;
    put_in_place(&new).and_then(|()| sync_parent(dir)).map_err(|error| failed(dir, error))?;
    Ok(founded)
}

fn put_in_place(new: &Path, dir: &Path) -> std::io::Result<()> {
    if fs::exists(dir)? {
        fs::set_permissions(new, fs::metadata(dir)?.permissions())?;
        fs::remove_dir(dir)?;
    }
    fs::rename(new, dir)
}

fn occupied(dir: &Path) -> Result<bool, Failure> {
    match fs::read_dir(dir) {
        Ok(mut entries) => Ok(entries.next().is_some()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(failed(dir, error)),
    }
}

fn read(path: &Path) -> Result<Backup, Failure> {
    read_backup(path).map_err(|error| Failure::new(Exit::Failed, error.to_string()))
}

/// A name next to another.
pub(super) fn beside(path: &Path, what: &str) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{what}"));
    path.with_file_name(name)
}

/// Makes a rename last.
pub(super) fn sync_parent(path: &Path) -> std::io::Result<()> {
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
    File::open(parent.unwrap_or(Path::new(".")))?.sync_all()
}

pub(super) fn failed(path: &Path, error: impl std::fmt::Display) -> Failure {
    Failure::new(Exit::Failed, format!("{}: {error}", path.display()))
}

/// A time for people.
pub(super) fn time(at: Millis) -> String {
    let millis = i64::try_from(at.0).unwrap_or(i64::MAX);
    let time = jiff::Timestamp::from_millisecond(millis).unwrap_or(jiff::Timestamp::MAX);
    format!("{time:.3}")
}

fn about(path: &Path, head: &BackupHead, applied: LogId, bytes: u64) -> About {
    About {
        file: path.display().to_string(),
        cluster_id: format!("{:032x}", head.cluster),
        node: head.node,
        made_at: time(head.made_at),
        index: applied.index,
        bytes,
    }
}

impl About {
    fn row(&self) -> [(&'static str, String); 5] {
        [
            ("cluster", self.cluster_id.clone()),
            ("node", self.node.to_string()),
            ("made at", self.made_at.clone()),
            ("index", self.index.to_string()),
            ("bytes", self.bytes.to_string()),
        ]
    }

    fn print(&self, output: &mut Output) {
        match output.format {
            Format::Json => output.json(self),
            Format::Table => {
                let (titles, row): (Vec<_>, Vec<_>) = self.row().into_iter().unzip();
                output.table(&titles, [row]);
            }
        }
    }
}

impl Verified {
    fn print(&self, output: &mut Output) {
        if output.format == Format::Json {
            return output.json(self);
        }
        let more = [
            ("log time", self.log_time.clone()),
            ("rows", self.rows.to_string()),
            ("shows", self.shows.to_string()),
            ("bookings", self.bookings.to_string()),
        ];
        let (titles, row): (Vec<_>, Vec<_>) = self.about.row().into_iter().chain(more).unzip();
        output.table(&titles, [row]);
        for violation in &self.violations {
            output.say(&format!("violation: {violation}"));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    fn set_mode(path: &Path, mode: u32) {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    }

    /// A backup is its owner's alone, also where an attempt that was killed left a file for all.
    #[test]
    fn backups_are_private() {
        let folder = tempfile::TempDir::new().unwrap();
        let path = folder.path().join("evening.backup.partial");
        for _ in 0..2 {
            let mut file = private(&path).unwrap();
            assert_eq!((mode(&path), fs::read(&path).unwrap().len()), (0o600, 0));
            file.write_all(b"half of it").unwrap();
            set_mode(&path, 0o644);
        }
        assert!(private(&folder.path().join("none").join("x")).is_err());
    }

    /// A directory that somebody made for a restore keeps the mode that they gave it.
    #[test]
    fn restores_keep_the_mode_of_a_directory() {
        let folder = tempfile::TempDir::new().unwrap();
        let (new, dir) = (folder.path().join("data.new"), folder.path().join("data"));
        for (given, expected) in [(None, 0o700), (Some(0o750), 0o750)] {
            fs::create_dir(&new).unwrap();
            set_mode(&new, 0o700);
            if let Some(given) = given {
                fs::create_dir(&dir).unwrap();
                set_mode(&dir, given);
            }
            put_in_place(&new, &dir).unwrap();
            assert_eq!(mode(&dir), expected);
            fs::remove_dir(&dir).unwrap();
        }
    }
}

//! Tests of the file that a backup is.

use std::fmt::Write as _;

use proptest::prelude::*;

use super::envelope::encode;
use super::*;
use crate::seats::{Meta, Millis, Row};

const HEAD: BackupHead = BackupHead { cluster: 7, node: 3, made_at: Millis(1_785_000_000_000) };

/// A backup of one row.
fn file() -> Vec<u8> {
    let row = Row::Meta(Meta { now: Millis(9), level: 0, epoch: 2 });
    let key = encode_row_key(&row.key()).unwrap();
    let rows = vec![(Blob(key), Blob(encode_row(&row).unwrap()))];
    let applied = Some(LogId { term: 1, leader: 1, index: 5 });
    let frames = [
        Frame::Head { applied, members: MembersAt::default() },
        Frame::Rows { sequence: 0, rows },
        Frame::End { frames: 1, rows: 1 },
    ];
    let mut file = encode_backup_head(&HEAD).unwrap();
    for frame in frames {
        file.extend(piece(&encode_frame(&frame).unwrap()));
    }
    file
}

/// Reads to the end: how many frames there were.
fn read(bytes: &[u8]) -> Result<(BackupHead, usize), BackupError> {
    let (head, mut reader) = BackupReader::open(bytes)?;
    let mut frames = 0;
    while reader.next_frame()?.is_some() {
        frames += 1;
    }
    assert_eq!(reader.bytes(), bytes.len() as u64);
    Ok((head, frames))
}

fn hex(bytes: &[u8]) -> String {
    let mut text = String::new();
    for byte in bytes {
        write!(text, "{byte:02x}").unwrap();
    }
    text
}

/// These bytes are in the files of operators: they are read for ever.
#[test]
fn golden_backup() {
    assert_eq!(hex(&file()), GOLDEN);
    assert_eq!(read(&file()).unwrap(), (HEAD, 3));
}

/// See [`file`].
const GOLDEN: &str = concat!(
    "75736865722d310a10000000420703fd007a4a9a9f01000053dd71b00d0000004000010101050000",
    "0018e2627315000000400100010201000920000900022e1ff12263d448ec0800000040020101595d",
    "674d",
);

/// A file with one bit flipped, cut anywhere, or with more after its end is no backup.
#[test]
fn whatever_is_damaged_is_refused() {
    let sound = file();
    for at in 0..sound.len() {
        for bit in 0..8 {
            let mut bytes = sound.clone();
            bytes[at] ^= 1 << bit;
            assert!(read(&bytes).is_err(), "bit {bit} of byte {at}");
        }
        assert!(read(&sound[..at]).is_err(), "cut at {at}");
    }
    assert!(read(&[&sound[..], &[0]].concat()).is_err());
}

/// What a newer version writes is refused with that word.
#[test]
fn newer_backups_are_refused() {
    let mut newer = file();
    newer[6] = b'2';
    assert!(matches!(read(&newer), Err(BackupError::Foreign)));
    let kind = super::envelope::Kind { name: "backup head", format: 0x4e, bytes_max: 256 };
    let newer = [&BACKUP_MARK[..], &piece(&encode(kind, &HEAD).unwrap())].concat();
    let error = read(&newer).unwrap_err().to_string();
    assert!(error.contains("newer version") && error.contains("byte 8"), "{error}");
}

proptest! {
    /// Nothing that a file may hold panics, or makes more than it holds be allocated.
    #[test]
    fn arbitrary_files_do_no_harm(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        prop_assert!(read(&bytes).is_err());
        prop_assert!(read(&[&BACKUP_MARK[..], &bytes].concat()).is_err());
        let head = encode_backup_head(&HEAD).unwrap();
        prop_assert!(read(&[&head[..], &bytes].concat()).is_err());
    }
}

//! Damages sound records under a sound checksum, so that the decoder of the payload itself is
//! reached. (A coverage-guided fuzzer would need a build of its own, with sanitizers and a nightly
//! compiler; these mutations run with every other test.)

use std::fs;
use std::io::Write as _;
use std::process::Command;
use std::sync::LazyLock;

use flate2::Compression;
use flate2::write::DeflateEncoder;
use proptest::prelude::*;

use super::{DecodeError, every_record, every_sample, refused};

/// One change to some bytes: what, where, and with which byte.
pub(crate) type Step = (u8, u16, u8);

/// A few changes.
pub(crate) fn steps() -> impl Strategy<Value = Vec<Step>> {
    prop::collection::vec(any::<Step>(), 1..5)
}

/// Flips bits, cuts, drops and repeats stretches, splices in parts of another record, and writes
/// numbers that claim far more than there is.
pub(crate) fn mutate(bytes: &mut Vec<u8>, donor: &[u8], steps: &[Step]) {
    for (what, at, byte) in steps {
        let at = usize::from(*at) % (bytes.len() + 1);
        let (end, few) = (bytes.len(), usize::from(*byte) % 40);
        match what % 8 {
            0 | 1 => {
                if let Some(hit) = bytes.get_mut(at) {
                    *hit ^= 1 << (byte % 8);
                }
            }
            2 => {
                if let Some(hit) = bytes.get_mut(at) {
                    *hit = *byte;
                }
            }
            3 => bytes.truncate(at),
            4 => drop(bytes.drain(at..(at + few).min(end))),
            5 => {
                let again = bytes[at..(at + few).min(end)].to_vec();
                bytes.splice(at..at, again);
            }
            6 => {
                let from = usize::from(*byte) * donor.len() / 256;
                bytes.splice(at..(at + few).min(end), donor[from..].iter().copied());
            }
            _ => {
                // Numbers of 2, 4 and 8 bytes, which lengths are among.
                let width = [2, 4, 8][usize::from(byte % 3)];
                let mark = 0xfb + byte % 3;
                let claim = [&[mark][..], &vec![0xff - byte / 64; width]].concat();
                bytes.splice(at..(at + few % 10).min(end), claim);
            }
        }
    }
}

/// A record of that format and payload.
fn sealed(format: u8, payload: &[u8]) -> Vec<u8> {
    let mut record = [&[format], payload].concat();
    record.extend(crc32c::crc32c(&record).to_le_bytes());
    record
}

fn payload(record: &[u8]) -> &[u8] {
    &record[1..record.len() - 4]
}

/// One record of every kind, and of every variant in them.
static SOUND: LazyLock<Vec<(String, Vec<u8>)>> = LazyLock::new(|| {
    let kinds = every_record().into_iter().map(|(name, record)| (name.to_owned(), record));
    kinds.chain(every_sample()).collect()
});

/// Changes a record's payload, deflates it or not, and gives it to its decoder: it must be refused
/// for what it says, or come back when it is encoded again.
fn decode_mutated(which: usize, donor: usize, deflate: bool, steps: &[Step]) -> bool {
    let (name, record) = &SOUND[which % SOUND.len()];
    let mut changed = payload(record).to_vec();
    mutate(&mut changed, payload(&SOUND[donor % SOUND.len()].1), steps);
    let changed = if deflate {
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(&changed).unwrap();
        sealed(record[0] | 1, &encoder.finish().unwrap())
    } else {
        sealed(record[0], &changed)
    };
    match refused(name, &changed) {
        None => true,
        Some(DecodeError::Malformed { .. } | DecodeError::TooLarge { .. }) => false,
        Some(other) => panic!("{name}: the payload was not reached: {other}"),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(6000))]

    /// Damaged payloads are refused or come back, whatever kind they are of.
    #[test]
    fn mutated_payloads(
        which in any::<usize>(),
        donor in any::<usize>(),
        deflate in any::<bool>(),
        steps in steps(),
    ) {
        decode_mutated(which, donor, deflate, &steps);
    }

    /// A deflated payload whose packed bytes are damaged: the same.
    #[test]
    fn mutated_deflated_bytes(which in any::<usize>(), steps in steps()) {
        let (name, record) = &SOUND[which % SOUND.len()];
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(payload(record)).unwrap();
        let mut packed = encoder.finish().unwrap();
        mutate(&mut packed, record, &steps);
        let _either = refused(name, &sealed(record[0] | 1, &packed));
    }
}

/// Set for a process that is to decode and say how much memory that took.
const CHILD: &str = "USHER_TEST_DECODE";

/// Memory that decoding may take beyond what the process has anyhow. The largest limit of a kind is
/// 18 MiB and inflating may double it; what a length claims has no part in it.
const GROWTH_KIB_MAX: u64 = 64 << 10;

/// Does nothing but in a process that [`claims_cost_no_memory`] starts.
#[test]
fn child_decodes() {
    if std::env::var_os(CHILD).is_none() {
        return;
    }
    let peak = || -> u64 {
        let status = fs::read_to_string("/proc/self/status").unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmPeak:")).unwrap();
        line.trim().trim_end_matches(" kB").parse().unwrap()
    };
    assert!(50 < SOUND.len());
    let before = peak();
    for (name, record) in SOUND.iter() {
        assert_eq!(refused(name, record), None, "{name}");
    }
    for which in 0..SOUND.len() {
        for at in 0..u16::try_from(SOUND[which].1.len()).unwrap() {
            // In the place of every byte, every width of length, small and huge.
            for byte in [0, 1, 2, 192, 193, 194] {
                decode_mutated(which, 0, false, &[(7, at, byte)]);
            }
        }
    }
    println!("grew by {} KiB", peak() - before);
}

/// A length that claims more than is there, anywhere in any record, is not believed.
#[test]
fn claims_cost_no_memory() {
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "codec::tests::fuzz::child_decodes", "--nocapture"])
        .env(CHILD, "1")
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{told}{}", String::from_utf8_lossy(&output.stderr));
    let grew = told.lines().find_map(|line| line.split_once("grew by ")).unwrap().1;
    let grew: u64 = grew.trim_end_matches(" KiB").parse().unwrap();
    assert!(grew < GROWTH_KIB_MAX, "decoding took {grew} KiB");
}

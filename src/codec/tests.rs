//! Tests of the formats. A golden record is a promise to every disk and every older node: when one
//! of these fails, the format needs a new byte, not the test a new line.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::envelope::{Kind, decode, encode};
use super::*;
use crate::seats::{
    Caller, Command, Fresh, HoldId, Key, MapHash, MapItem, Meta, Millis, Point, Proposal, Role,
    Row, RowKey, Seat, SeatId, Thousandths, UserId,
};

const ID: LogId = LogId { term: 3, leader: 2, index: 300 };

fn members() -> Members {
    let member = Member { peer: "a:1".to_owned(), http: "a:2".to_owned(), disk: 7 };
    Members { configs: vec![BTreeSet::from([1])], nodes: BTreeMap::from([(1, member)]) }
}

fn proposal() -> Proposal {
    let user = Some(UserId::from("ada"));
    let text = "k1".to_owned();
    Proposal {
        caller: Caller { user, role: Role::Buyer },
        key: Some(Key { text, fingerprint: 5, made_by_node: false }),
        fresh: Fresh(9),
        command: Command::Tick,
    }
}

fn log_record() -> LogRecord<'static> {
    let proposals = Cow::Owned(vec![proposal()]);
    LogRecord {
        id: ID,
        previous: 0xdead_beef,
        content: Content::Batch { at: Millis(1000), proposals },
    }
}

fn position() -> Position {
    let members = MembersAt { log_id: Some(ID), members: members() };
    Position { generation: 1, serial: 4, applied: Some(ID), members, staged: Some(2) }
}

fn meta_row() -> Row {
    Row::Meta(Meta { now: Millis(77), level: 1, epoch: 1 })
}

fn frame() -> Frame {
    Frame::Rows { sequence: 1, rows: vec![(Blob(vec![1, 2]), Blob(vec![3]))] }
}

/// One record of every kind, by name.
fn every_record() -> Vec<(&'static str, Vec<u8>)> {
    let vote = Vote { term: 3, node: 2, committed: true };
    let identity = Identity { node: 1, disk: 8, cluster: Some(9) };
    let blank = LogRecord { id: ID, previous: 0, content: Content::Blank };
    let change = LogRecord { id: ID, previous: 1, content: Content::Members(members()) };
    let head = MembersAt { log_id: None, members: Members::default() };
    vec![
        ("log blank", encode_log(&blank).unwrap()),
        ("log batch", encode_log(&log_record()).unwrap()),
        ("log members", encode_log(&change).unwrap()),
        ("vote", encode_vote(&vote).unwrap()),
        ("log id", encode_log_id(&ID).unwrap()),
        ("row", encode_row(&meta_row()).unwrap()),
        ("position", encode_position(&position()).unwrap()),
        ("seal", encode_seal(4).unwrap()),
        ("identity", encode_identity(&identity).unwrap()),
        ("frame head", encode_frame(&Frame::Head { applied: None, members: head }).unwrap()),
        ("frame rows", encode_frame(&frame()).unwrap()),
        ("frame end", encode_frame(&Frame::End { frames: 2, rows: 300 }).unwrap()),
        ("wire", encode_wire(&(1u64, "x"), 100).unwrap()),
    ]
}

/// Whether the decoder of a kind takes the bytes.
fn decodes(name: &str, bytes: &[u8]) -> bool {
    match name.split(' ').next().unwrap() {
        "log" if name == "log id" => decode_log_id(bytes).is_ok(),
        "log" => decode_log(bytes).is_ok(),
        "vote" => decode_vote(bytes).is_ok(),
        "row" => decode_row(bytes).is_ok(),
        "position" => decode_position(bytes).is_ok(),
        "seal" => decode_seal(bytes).is_ok(),
        "identity" => decode_identity(bytes).is_ok(),
        "frame" => decode_frame(bytes).is_ok(),
        "wire" => decode_wire::<(u64, String)>(bytes, 100).is_ok(),
        other => panic!("no decoder for {other}"),
    }
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut hex, byte| {
        write!(hex, "{byte:02x}").unwrap();
        hex
    })
}

/// Every format has the bytes that it had when it was first written.
#[test]
fn golden_records() {
    let golden = GOLDEN.lines().filter_map(|line| line.trim().split_once(": "));
    let golden: Vec<(&str, String)> = golden.map(|(name, hex)| (name, hex.to_owned())).collect();
    let now: Vec<(&str, String)> =
        every_record().into_iter().map(|(name, record)| (name, hex(&record))).collect();
    assert_eq!(now, golden);
}

const GOLDEN: &str = "
    log blank: 100302fb2c010000566af8d4
    log batch: 100302fb2c01fcefbeadde01fbe8030101036164610001026b310500090047462c3f
    log members: 100302fb2c010102010101010103613a3103613a3207b13bdbb1
    vote: 12030201e5aa6421
    log id: 140302fb2c0161a52283
    row: 20004d01016e50b87b
    position: 220104010302fb2c01010302fb2c01010101010103613a3103613a32070102bfed10b2
    seal: 24041362fa07
    identity: 30010801097775fc5f
    frame head: 40000000000061272e59
    frame rows: 400101010201020103b627d246
    frame end: 400202fb2c016f96cec7
    wire: 50010178d6a30747
";

/// Keys order rows and entries on disk, and name them: their bytes are a promise too.
#[test]
fn golden_keys() {
    let key = encode_row_key(&RowKey::Hold(HoldId(1))).unwrap();
    let scoped = encode_row_key(&RowKey::Remembered("ada".into(), "k".into())).unwrap();
    for (bytes, golden) in [
        (log_key(258), "0000000000000102"),
        (seal_key(1), "7365616c2f0000000000000001"),
        (key.clone(), "010501"),
        (scoped, "010c03616461016b"),
        (state_key(2, &key), "0000000000000002010501"),
        (staged_key(3, &key), "00000000000000000000000000000003010501"),
    ] {
        assert_eq!(hex(&bytes), golden);
    }
    assert_eq!(decode_row_key(&key), Ok(RowKey::Hold(HoldId(1))));
    assert_eq!(log_index(&log_key(258)), Some(258));
    assert_eq!(seal_serial(&seal_key(7)), Some(7));
    assert_eq!(without_prefix(&state_key(2, &key), &generation_range(2..3)), key);
}

/// What is encoded comes back, for every kind.
#[test]
fn round_trips() {
    assert_eq!(decode_log(&encode_log(&log_record()).unwrap()).unwrap(), log_record());
    assert_eq!(decode_row(&encode_row(&meta_row()).unwrap()).unwrap(), meta_row());
    assert_eq!(decode_position(&encode_position(&position()).unwrap()).unwrap(), position());
    assert_eq!(decode_frame(&encode_frame(&frame()).unwrap()).unwrap(), frame());
    let sentinel = Sentinel { disk: 5, vote: None, acknowledged: Some(ID), serial: 9 };
    assert_eq!(decode_sentinel(&encode_sentinel(&sentinel).unwrap()).unwrap(), sentinel);
    for staged in [None, Some(vec![]), Some(vec![0, 1])] {
        assert_eq!(decode_staged(&encode_staged(staged.as_deref())).unwrap(), staged);
    }
}

/// One flipped bit anywhere is refused, in every kind.
#[test]
fn flipped_bits_are_refused() {
    for (name, record) in every_record() {
        assert!(decodes(name, &record), "{name}");
        for bit in 0..record.len() * 8 {
            let mut flipped = record.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            assert!(!decodes(name, &flipped), "{name} with bit {bit} flipped");
        }
    }
    let slot = encode_sentinel(&Sentinel::default()).unwrap();
    let used = 2 + usize::from(slot[0]);
    for bit in 0..used * 8 {
        let mut flipped = slot.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        assert!(decode_sentinel(&flipped).is_err(), "sentinel with bit {bit} flipped");
    }
}

/// A record that is cut anywhere, or goes on, is refused.
#[test]
fn torn_records_are_refused() {
    for (name, record) in every_record() {
        for end in 0..record.len() {
            assert!(!decodes(name, &record[..end]), "{name} cut at {end}");
        }
        let longer = [&record[..], &[0]].concat();
        assert!(!decodes(name, &longer), "{name} with a byte more");
    }
}

/// A sound record of one kind is not taken for another, though its bytes might fit.
#[test]
fn kinds_are_told_apart() {
    let vote = encode_vote(&Vote { term: 3, node: 2, committed: true }).unwrap();
    let error = decode_log_id(&vote).unwrap_err();
    assert_eq!(error, DecodeError::Format { kind: "log id", format: 0x12 });
}

fn map_part(seats: u32) -> LogRecord<'static> {
    let seat = |n: u32| {
        MapItem::Seat(Seat {
            id: SeatId(format!("seat-{n}")),
            number: n.to_string(),
            label: format!("Block D, row 14, seat {n}"),
            category: 0,
            position: Point::default(),
            radius: Thousandths(10),
            apart: false,
        })
    };
    let items = (0..seats).map(seat).collect();
    let command = Command::MapPart { hash: MapHash([1; 32]), part: 0, items };
    let proposals = Cow::Owned(vec![Proposal { command, ..proposal() }]);
    LogRecord { content: Content::Batch { at: Millis(1), proposals }, ..log_record() }
}

/// A large record is deflated, and comes back; a small one is not.
#[test]
fn large_records_are_deflated() {
    let (small, large) = (encode_log(&map_part(10)).unwrap(), encode_log(&map_part(9000)).unwrap());
    assert_eq!((small[0], large[0]), (0x10, 0x11));
    assert!(large.len() < 9000 * 20, "{} bytes", large.len());
    assert_eq!(decode_log(&large).unwrap(), map_part(9000));
}

/// A record that inflates beyond its limit, or claims to hold more than it does, costs neither
/// memory nor the process.
#[test]
fn bombs_are_refused() {
    const SMALL: Kind = Kind { name: "small", format: 0x60, bytes_max: 1000 };
    const LARGE: Kind = Kind { name: "large", format: 0x60, bytes_max: 1 << 30 };
    let bomb = encode(LARGE, &vec![0u8; 100 << 20]).unwrap();
    assert!(bomb.len() < 1 << 20, "it is deflated to {} bytes", bomb.len());
    let error = decode::<Vec<u8>>(SMALL, &bomb).unwrap_err();
    assert_eq!(error, DecodeError::TooLarge { kind: "small", bytes_max: 1000 });
    // A string of 2^62 bytes, of which none are there.
    let claim = encode(LARGE, &(u64::MAX / 4)).unwrap();
    assert!(decode::<String>(LARGE, &claim).is_err());
    assert!(decode::<Vec<String>>(LARGE, &claim).is_err());
    let error = encode(SMALL, &vec![1u8; 2000]).unwrap_err();
    assert!(matches!(error, EncodeError::TooLarge { bytes_max: 1000, .. }), "{error}");
}

proptest! {
    /// Arbitrary bytes are refused, by every decoder, without a panic.
    #[test]
    fn arbitrary_bytes_are_refused(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        for (name, _) in every_record() {
            prop_assert!(!decodes(name, &bytes), "{}", name);
        }
        prop_assert!(decode_sentinel(&bytes).is_err());
        let _either = (decode_row_key(&bytes), decode_staged(&bytes));
    }

    /// Arbitrary payloads under a sound envelope reach the inner decoders: none of them panics or
    /// takes memory that the payload does not justify.
    #[test]
    fn arbitrary_payloads_do_no_harm(
        format in 0x10u8..=0x51,
        payload in prop::collection::vec(any::<u8>(), 0..400),
    ) {
        let mut bytes = [&[format], &payload[..]].concat();
        bytes.extend(crc32c::crc32c(&bytes).to_le_bytes());
        for (name, _) in every_record() {
            let _either = decodes(name, &bytes);
        }
    }

    /// Keys of rows order and tell apart as their rows do.
    #[test]
    fn row_keys_come_back(scope in ".{0,40}", key in "[!-~]{1,255}") {
        let row_key = RowKey::Remembered(scope, key);
        prop_assert_eq!(decode_row_key(&encode_row_key(&row_key).unwrap()), Ok(row_key));
    }
}

//! Tests of the formats. A golden record is a promise to every disk and every older node: when one
//! of these fails, the format needs a new byte, not the test a new line.

use std::borrow::Cow;

use proptest::prelude::*;

use super::envelope::{Kind, decode, encode};
use super::*;
use crate::seats::{
    About, Asker, BookingStatus, Command, DeedKind, Delivery, Effect, EventEffect,
    GatewayEventKind, HoldId, HoldStatus, MapHash, MapItem, Meta, Millis, Noun, PaymentStatus,
    Point, Proposal, Receipt, RefundStatus, Refusal, Remembered, Role, Row, RowKey, Scope, Seat,
    SeatId, ShowStatus, Thousandths, Want,
};

pub(crate) mod fuzz;
pub(crate) mod golden;
pub(crate) mod samples;

use self::golden::{Lines, hex, named, variants_line};
use self::samples::{ID, members, outcome};

fn proposal() -> Proposal {
    samples::proposal(Command::Tick)
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
    refused(name, bytes).is_none()
}

/// Why the decoder of a kind refuses the bytes. What it takes must come back when it is encoded
/// again.
fn refused(name: &str, bytes: &[u8]) -> Option<DecodeError> {
    match name.split(' ').next().unwrap() {
        "log" if name == "log id" => again(bytes, decode_log_id, encode_log_id),
        "log" | "command" => again(bytes, decode_log, encode_log),
        "vote" => again(bytes, decode_vote, encode_vote),
        "row" | "receipt" | "refusal" => again(bytes, decode_row, encode_row),
        "position" => again(bytes, decode_position, encode_position),
        "seal" => again(bytes, decode_seal, |serial| encode_seal(*serial)),
        "identity" => again(bytes, decode_identity, encode_identity),
        "frame" => again(bytes, decode_frame, encode_frame),
        "wire" => again(bytes, |b| decode_wire::<(u64, String)>(b, 100), |m| encode_wire(m, 100)),
        other => panic!("no decoder for {other}"),
    }
}

fn again<T: PartialEq + std::fmt::Debug>(
    bytes: &[u8],
    decode: impl Fn(&[u8]) -> Result<T, DecodeError>,
    encode: impl Fn(&T) -> Result<Vec<u8>, EncodeError>,
) -> Option<DecodeError> {
    match decode(bytes) {
        Ok(value) => {
            let bytes = encode(&value).expect("what was decoded fits");
            assert_eq!(decode(&bytes).as_ref(), Ok(&value));
            None
        }
        Err(error) => Some(error),
    }
}

/// Every format has the bytes that it had when it was first written.
#[test]
fn golden_records() {
    let mut now: Lines =
        every_record().into_iter().map(|(name, record)| (name.to_owned(), hex(&record))).collect();
    let slot = encode_sentinel(&sentinel()).unwrap();
    now.push(("sentinel, less its zeros".to_owned(), hex(&slot[..2 + usize::from(slot[0])])));
    now.push(("staged row".to_owned(), hex(&encode_staged(Some(&[1, 2])))));
    now.push(("staged row gone".to_owned(), hex(&encode_staged(None))));
    let keys = named("key", &samples::row_keys(), |key| encode_row_key(key).unwrap());
    now.extend(every_sample().into_iter().chain(keys).map(|(name, bytes)| (name, hex(&bytes))));
    now.extend(every_variant());
    golden::check("src/codec/golden.txt", include_str!("golden.txt"), &now);
}

/// A record of every variant of what a log record or a row can hold, by name.
fn every_sample() -> Vec<(String, Vec<u8>)> {
    [
        named("command", &samples::commands(), |command| {
            let proposals = Cow::Owned(vec![samples::proposal(command.clone())]);
            let content = Content::Batch { at: Millis(1000), proposals };
            encode_log(&LogRecord { id: ID, previous: 1, content }).unwrap()
        }),
        named("row", &samples::rows(), |row| encode_row(row).unwrap()),
        named("receipt", &samples::receipts(), |receipt| remember(Ok(receipt.clone()))),
        named("refusal", &samples::refusals(), |refusal| remember(Err(refusal.clone()))),
    ]
    .concat()
}

/// An outcome as it lies on disk.
fn remember(result: Result<Receipt, Refusal>) -> Vec<u8> {
    let row = Remembered {
        scope: Scope::parse("ada"),
        key: "k1".into(),
        fingerprint: 5,
        until: Millis(500),
        outcome: outcome(result),
    };
    encode_row(&Row::Remembered(row.into())).unwrap()
}

/// A record has the number of its variant: their order is a promise as well.
fn every_variant() -> Lines {
    vec![
        variants_line::<Content<'_>>("an entry's content"),
        variants_line::<Frame>("a frame"),
        variants_line::<Command>("a command"),
        variants_line::<Role>("a role"),
        variants_line::<Want>("a want"),
        variants_line::<MapItem>("a map item"),
        variants_line::<GatewayEventKind>("a gateway event's kind"),
        variants_line::<Delivery>("a delivery"),
        variants_line::<Row>("a row"),
        variants_line::<RowKey>("a row key"),
        variants_line::<ShowStatus>("a show's status"),
        variants_line::<HoldStatus>("a hold's status"),
        variants_line::<PaymentStatus>("a payment's status"),
        variants_line::<BookingStatus>("a booking's status"),
        variants_line::<RefundStatus>("a refund's status"),
        variants_line::<Effect>("an effect"),
        variants_line::<Receipt>("a receipt"),
        variants_line::<EventEffect>("an event's effect"),
        variants_line::<Refusal>("a refusal"),
        variants_line::<Noun>("a noun"),
        variants_line::<DeedKind>("a deed's kind"),
        variants_line::<Asker>("an asker"),
        variants_line::<About>("what a deed is about"),
    ]
}

/// How a payload is deflated may change; that what was deflated comes back may not.
#[test]
fn golden_deflated_record() {
    let packed = unhex(DEFLATED);
    assert_eq!(packed[0], 0x11);
    assert_eq!(decode_log(&packed), Ok(log_record()));
}

/// The record "log batch", its payload deflated.
const DEFLATED: &str = "116366faadc3f8e7fdbeb5f7187fbf606664644e4c49646064ca366465e064000042ac606a";

fn unhex(hex: &str) -> Vec<u8> {
    (0..hex.len() / 2).map(|n| u8::from_str_radix(&hex[2 * n..2 * n + 2], 16).unwrap()).collect()
}

/// Keys order rows and entries on disk, and name them: their bytes are a promise too.
#[test]
fn golden_keys() {
    let key = encode_row_key(&RowKey::Hold(HoldId(1))).unwrap();
    let scoped = encode_row_key(&RowKey::Remembered(Scope::parse("ada"), "k".into())).unwrap();
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

fn sentinel() -> Sentinel {
    let vote = Some(Vote { term: 3, node: 2, committed: false });
    Sentinel { disk: 5, vote, acknowledged: Some(ID), serial: 9 }
}

/// What is encoded comes back, for every kind.
#[test]
fn round_trips() {
    assert_eq!(decode_log(&encode_log(&log_record()).unwrap()).unwrap(), log_record());
    assert_eq!(decode_row(&encode_row(&meta_row()).unwrap()).unwrap(), meta_row());
    assert_eq!(decode_position(&encode_position(&position()).unwrap()).unwrap(), position());
    assert_eq!(decode_frame(&encode_frame(&frame()).unwrap()).unwrap(), frame());
    assert_eq!(decode_sentinel(&encode_sentinel(&sentinel()).unwrap()).unwrap(), sentinel());
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

/// A sound record of a format that is not known yet is refused as such, in every kind.
#[test]
fn newer_formats_are_refused() {
    let says = |name: &str, error: Option<DecodeError>| {
        let error = error.map(|error| error.to_string()).unwrap_or_default();
        assert!(error.contains("newer version"), "{name}: {error:?}");
    };
    for (name, record) in every_record() {
        let newer = resealed(&record, |body| body[0] += 2);
        says(name, refused(name, &newer));
    }
    let mut slot = encode_sentinel(&sentinel()).unwrap();
    let end = 2 + usize::from(slot[0]);
    let newer = resealed(&slot[2..end], |body| body[0] += 2);
    slot[2..end].copy_from_slice(&newer);
    says("sentinel", decode_sentinel(&slot).err());
    says("row key", decode_row_key(&[2, 0]).err());
    says("staged row", decode_staged(&[2, 0]).err());
}

/// A record with its body changed and the checksum to match.
fn resealed(record: &[u8], change: impl FnOnce(&mut Vec<u8>)) -> Vec<u8> {
    let mut body = record[..record.len() - 4].to_vec();
    change(&mut body);
    body.extend(crc32c::crc32c(&body).to_le_bytes());
    body
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
        let row_key = RowKey::Remembered(Scope::parse(&scope), key.into());
        prop_assert_eq!(decode_row_key(&encode_row_key(&row_key).unwrap()), Ok(row_key));
    }
}

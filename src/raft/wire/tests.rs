//! What stands on the wire between nodes: golden bytes of every message, and damage to them.

use std::borrow::Cow;
use std::convert::Infallible;

use futures_util::stream;
use http::{HeaderMap, HeaderName, HeaderValue};
use openraft::raft::{AppendEntriesRequest, TransferLeaderRequest, VoteRequest};
use proptest::prelude::*;

use super::*;
use crate::codec::Content;
use crate::codec::tests::fuzz::{mutate, steps};
use crate::codec::tests::golden::{self, Lines, hex, named, variants_line};
use crate::codec::tests::samples::{self, ID, members, outcome};
use crate::raft::frames::{self, Pieces};
use crate::raft::headers;
use crate::raft::membership::Roster;
use crate::raft::transport::{Papers, Party};
use crate::seats::{Command, Millis, Receipt};

const VOTE: Vote = Vote { term: 3, node: 2, committed: true };

fn requests() -> Vec<Request<'static>> {
    let ballot = Ballot { vote: VOTE, last: Some(ID), by_leave: true };
    let batch = vec![samples::proposal(Command::Tick)];
    let contents = [
        Content::Blank,
        Content::Batch { at: Millis(5), proposals: Cow::Owned(batch) },
        Content::Members(members()),
    ];
    let entry = |content| LogRecord { id: ID, previous: 0, content };
    let entries = contents.map(entry).to_vec();
    let append = Append { vote: VOTE, previous: Some(ID), entries, committed: Some(ID) };
    let proposal = Cow::Owned(samples::proposal(Command::Tick));
    vec![
        Request::Append(append),
        Request::Vote(ballot),
        Request::PreVote(ballot),
        Request::MakeWay(MakeWay { from: VOTE, to: 4, last: Some(ID) }),
        Request::ReadIndex { attempt: 7 },
        Request::Forward(vec![Forwarded { left_ms: 900, proposal }]),
        Request::Status,
        Request::Hello,
        Request::Adopt { cluster: 9 },
        Request::HandOver { to: Some(4) },
        Request::Clock,
    ]
    .into_iter()
    .chain(changes().map(|change| Request::Change { change, dry_run: true, left_ms: 900 }))
    .chain([Request::Drain, Request::Digest { index: 7 }, Request::Rows { index: 7, bucket: 3 }])
    .chain([Request::Stays, Request::Level, traced()])
    .collect()
}

fn traced() -> Request<'static> {
    let proposal = Cow::Owned(samples::proposal(Command::Tick));
    let frame = vec![Forwarded { left_ms: 900, proposal }];
    Request::ForwardTraced { frame, spans: vec![SpanRecord { at: 0, trace: 7, span: 3 }] }
}

fn changes() -> [Change; 6] {
    let (peer, http) = ("a:1".to_owned(), "a:2".to_owned());
    [
        Change::Add { id: 4, peer: peer.clone(), http: http.clone() },
        Change::Promote { id: 4 },
        Change::Remove { id: 4 },
        Change::Replace { old: 4, new: 5 },
        Change::SetAddress { id: 4, peer: Some(peer), http: Some(http) },
        Change::Drain { id: 4 },
    ]
}

fn plan() -> Plan {
    let before = Roster { voters: [1, 2].into(), learners: [4].into() };
    let after = Roster { voters: [1, 2, 4].into(), learners: [].into() };
    let (steps, warnings) = (vec!["one".to_owned()], vec!["two".to_owned()]);
    Plan { before, after, steps, warnings }
}

fn decisions() -> Vec<Decision> {
    let reason = || "so".to_owned();
    vec![
        Decision::Decided(8, outcome(Ok(Receipt::Done))),
        Decision::NotLeader,
        Decision::Overloaded(reason()),
        Decision::NotReady(reason()),
        Decision::Unknown(reason()),
    ]
}

fn responses() -> Vec<Response> {
    let reason = || "so".to_owned();
    let report = Report {
        role: Role::Learner,
        leader: Some(2),
        term: 3,
        applied_index: 299,
        last_log_index: Some(300),
    };
    let introduction = Introduction { disk: 8, cluster: Some(9), formed: true };
    vec![
        Response::Append(AppendAnswer::Done),
        Response::Append(AppendAnswer::Conflict),
        Response::Append(AppendAnswer::HigherVote(VOTE)),
        Response::Vote(BallotAnswer { vote: VOTE, granted: true, last: Some(ID) }),
        Response::MakeWay(Ok(())),
        Response::MakeWay(Err(reason())),
        Response::ReadIndex {
            attempt: 7,
            moment: Some(Moment { index: 300, at: Some(Millis(5)) }),
        },
        Response::Forward(decisions()),
        Response::Status(report),
        Response::Hello(introduction),
        Response::Adopt(Ok(())),
        Response::Adopt(Err(reason())),
        Response::HandOver(Ok(4)),
        Response::HandOver(Err(HandOverRefusal::NotLeader)),
        Response::HandOver(Err(HandOverRefusal::NoSuchVoter(4))),
        Response::HandOver(Err(HandOverRefusal::Unreachable(reason()))),
        Response::Clock,
        Response::Snapshot(Ok(VOTE)),
        Response::Snapshot(Err(reason())),
        Response::Stopped(reason()),
        Response::Change(Ok(plan())),
        Response::Change(Err(ChangeRefusal::NotLeader)),
        Response::Change(Err(ChangeRefusal::Refused(reason()))),
        Response::Change(Err(ChangeRefusal::NotFound(reason()))),
        Response::Change(Err(ChangeRefusal::Unreachable(reason()))),
        Response::Drain,
        Response::Stays(true),
        Response::Level(3),
        Response::Digest(Ok(Digest { rows: 9, buckets: vec![1, u128::MAX] })),
        Response::Digest(Err(reason())),
        Response::Rows(Ok(vec![RowDigest {
            key: "k".to_owned(),
            digest: 5,
            text: "t".to_owned(),
        }])),
        Response::Rows(Err(reason())),
    ]
}

fn every_message() -> Vec<(String, Vec<u8>)> {
    let requests = named("request", &requests(), |request| encode(request).unwrap().to_vec());
    let responses = named("response", &responses(), |response| encode(response).unwrap().to_vec());
    [requests, responses].concat()
}

fn papers() -> Papers {
    Papers {
        cluster: Some(7),
        from: Party { node: 1, disk: Some(u128::MAX) },
        to: Party { node: 2, disk: Some(5) },
    }
}

fn headers_of(papers: &Papers) -> HeaderMap {
    let mut shown = HeaderMap::new();
    headers::show_answer(&mut shown, papers, Millis(1234));
    shown
}

fn body() -> Vec<u8> {
    [&frames::head(VOTE)[..], &frames::frame(b"one"), &frames::frame(&[7; 9]), &frames::end()]
        .concat()
}

/// Every message, a snapshot's body and the papers of a call have the bytes that they had when they
/// were first written: nodes of two versions talk to each other while a cluster is upgraded.
#[test]
fn golden_messages() {
    let mut now: Lines =
        every_message().into_iter().map(|(name, bytes)| (name, hex(&bytes))).collect();
    now.push(("body of a snapshot".to_owned(), hex(&body())));
    let shown = headers_of(&papers());
    let mut shown: Vec<String> =
        shown.iter().map(|(name, value)| format!("{name}={}", value.to_str().unwrap())).collect();
    shown.sort();
    now.push(("papers".to_owned(), shown.join(" ")));
    now.extend([
        variants_line::<Request<'_>>("a request"),
        variants_line::<Response>("a response"),
        variants_line::<AppendAnswer>("an append's answer"),
        variants_line::<Decision>("a decision"),
        variants_line::<HandOverRefusal>("a refusal to hand over"),
        variants_line::<Change>("a change of members"),
        variants_line::<ChangeRefusal>("a refusal to change members"),
        variants_line::<Role>("a node's role"),
    ]);
    golden::check("src/raft/wire/golden.txt", include_str!("golden.txt"), &now);
    assert_eq!(named("decision", &decisions(), |_| Vec::new()).len(), 5);
}

/// What decodes encodes to something that decodes to the same.
fn again<T: Serialize + DeserializeOwned>(bytes: &[u8]) -> Option<T> {
    let message: T = decode(bytes).ok()?;
    let once = encode(&message).expect("what was decoded fits");
    let twice = encode(&decode::<T>(&once).expect("what was encoded decodes")).unwrap();
    assert_eq!(once, twice);
    Some(message)
}

/// A request as a node takes it: what openraft is asked must not panic either.
fn take(bytes: &[u8]) {
    match again::<Request<'static>>(bytes) {
        Some(Request::Append(append)) => {
            let _either = AppendEntriesRequest::<TypeConfig>::try_from(append);
        }
        Some(Request::Vote(ballot) | Request::PreVote(ballot)) => {
            let _ballot = VoteRequest::<TypeConfig>::from(ballot);
        }
        Some(Request::MakeWay(way)) => {
            let _way = TransferLeaderRequest::<TypeConfig>::from(way);
        }
        Some(_) | None => {}
    }
    let _either = again::<Response>(bytes);
}

/// Reads a body as it comes, in chunks, to its end or its first fault.
async fn read_all(body: &[u8], chunk: usize) {
    let chunks: Vec<Result<Bytes, Infallible>> =
        body.chunks(chunk).map(|part| Ok(Bytes::copy_from_slice(part))).collect();
    let mut pieces = Pieces::new(stream::iter(chunks));
    let mut went = pieces.head().await.map(drop);
    while went.is_ok() {
        went = match pieces.next().await {
            Ok(Some(piece)) => {
                assert!(piece.len() <= body.len());
                Ok(())
            }
            Ok(None) => break,
            Err(reason) => Err(reason),
        };
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3000))]

    /// Damaged messages under a sound checksum are refused, or come back.
    #[test]
    fn mutated_messages(which in any::<usize>(), donor in any::<usize>(), steps in steps()) {
        let all = every_message();
        let (_, message) = &all[which % all.len()];
        let mut payload = message[1..message.len() - 4].to_vec();
        mutate(&mut payload, &all[donor % all.len()].1, &steps);
        let mut sealed = [&message[..1], &payload].concat();
        sealed.extend(crc32c::crc32c(&sealed).to_le_bytes());
        take(&sealed);
    }

    /// A damaged body of a snapshot ends with a reason or at its end.
    #[test]
    fn mutated_bodies(steps in steps(), chunk in 1_usize..40) {
        let mut body = body();
        let donor = body.clone();
        mutate(&mut body, &donor, &steps);
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(read_all(&body, chunk));
    }

    /// Papers with anything in them are refused, or come back as they were read.
    #[test]
    fn mutated_papers(which in any::<usize>(), steps in steps()) {
        let mut shown = headers_of(&papers());
        let names: Vec<HeaderName> = shown.keys().cloned().collect();
        let name = &names[which % names.len()];
        let mut value = shown[name].as_bytes().to_vec();
        mutate(&mut value, b"0123456789abcdef", &steps);
        if let Ok(value) = HeaderValue::from_bytes(&value) {
            shown.insert(name.clone(), value);
        }
        if let Ok((papers, Millis(clock))) = headers::read_answer(&shown) {
            let mut again = headers_of(&papers);
            again.insert("usher-clock", HeaderValue::from(clock));
            prop_assert_eq!(headers::read_answer(&again), Ok((papers, Millis(clock))));
        }
    }
}

/// A message of a format that is not known yet is refused as such.
#[test]
fn newer_messages_are_refused() {
    for (name, mut message) in every_message() {
        message.truncate(message.len() - 4);
        message[0] += 2;
        message.extend(crc32c::crc32c(&message).to_le_bytes());
        let error = decode::<Request<'_>>(&message).unwrap_err();
        assert!(error.contains("newer version"), "{name}: {error}");
        let error = decode::<Response>(&message).unwrap_err();
        assert!(error.contains("newer version"), "{name}: {error}");
    }
}

//! An audit finds what is wrong: errors are planted in the rows of a stopped node's disk. This is
//! the one place where these tests reach into the program: its books do not break otherwise.

use std::sync::Arc;

use std::fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use serde_json::json;
use usher::codec::{POSITION_KEY, decode_position, decode_row, encode_row, generation_range};
use usher::seats::{Amount, HoldStatus, Row};
use usher::store::{Durability, Family, Options, Reads as _, RocksEngine, Write, Writes, write};

use crate::harness::{Cluster, Ran, START_MAX, eventually, list, plans, run, show, text, usher};

#[test]
fn a_planted_error_is_named() {
    run(async {
        let (cluster, stopped) = stopped_node().await;
        let sound = audit(&stopped).await.exits(0).json();
        assert_eq!(sound["violations"], json!([]));
        assert!(sound["external"].to_string().contains("19000"), "{sound}");

        let money = copy(&stopped, &cluster.dir().join("money"));
        plant(&money, |row| {
            if let Row::Booking(booking) = row {
                Arc::make_mut(booking).total = Amount(booking.total.0 + 1);
            }
        })
        .await;
        violates(&money, "bkg_").await;

        let seat = copy(&stopped, &cluster.dir().join("seat"));
        let mut sold = None;
        plant(&seat, |row| {
            if let Row::Booking(booking) = row {
                sold = booking.seats.first().copied();
            }
        })
        .await;
        let sold = sold.expect("a seat is booked");
        plant(&seat, |row| {
            if let Row::Hold(hold) = row
                && hold.status == HoldStatus::Pending
            {
                Arc::make_mut(hold).seats[0].seat = sold.seat;
            }
        })
        .await;
        violates(&seat, "").await;
    });
}

/// A cluster of which one node was stopped, as an operator stops it, with a booking, a pending hold
/// and a checkpoint on its disk.
async fn stopped_node() -> (Cluster, PathBuf) {
    let cluster = Cluster::start().await;
    cluster.node(1).create_show(&show("planted", &plans::theatre())).await;
    let held = cluster.node(2).hold("planted", "planted-a", &["A-1", "A-2"]).gives(201).await;
    let path = format!("/v1/holds/{}/confirm", text(&held, "id"));
    let confirm = cluster.node(3).post(&path, &json!({"reference": "till", "email": null}));
    confirm.organizer().gives(201).await;
    cluster.node(1).hold("planted", "planted-b", &["B-1"]).gives(201).await;
    // Rows go to disk when enough was applied, and a large plan is enough.
    let plan = plans::large(5000);
    let stored = cluster.node(2).post("/v1/seat-maps", &plan).organizer().send().await.expect(201);
    let node = cluster.node(3);
    let read = format!("/v1/shows/planted?min_index={}&timeout_ms=10000", stored.index());
    node.get(&read).gives(200).await;
    node.process.signal("TERM");
    let ended =
        eventually("a node that is told to stop ends", START_MAX, async || node.process.ended());
    assert!(ended.await.success(), "{}", node.process.log_tail());
    let dir = node.data_dir.clone();
    (cluster, dir)
}

async fn audit(dir: &Path) -> Ran {
    let dir = dir.to_str().expect("temporary folders are UTF-8");
    usher(&["audit", "--data-dir", dir, "--output", "json"]).await
}

async fn violates(dir: &Path, named: &str) {
    let found = audit(dir).await.exits(1).json();
    let violations = list(&found, "violations");
    assert!(!violations.is_empty(), "{found}");
    assert!(found["violations"].to_string().contains(named), "which one: {found}");
}

/// Changes the rows of the last checkpoint on a disk.
async fn plant(dir: &Path, mut edit: impl FnMut(&mut Row)) {
    let engine = RocksEngine::open(dir, &Options { ballast_bytes: 0, ..Options::default() });
    let engine = engine.expect("the copy can be opened");
    let position = engine.get(Family::Meta, POSITION_KEY).expect("the copy can be read");
    let position = position.expect("there is a checkpoint");
    let generation = decode_position(&position).expect("it is a position").generation;
    let (mut writes, mut seen) = (Vec::new(), 0);
    let range = generation_range(generation..generation + 1);
    let scanned = engine.scan(Family::State, range, &mut |key, record| {
        let before = decode_row(record).expect("it is a row");
        let mut row = before.clone();
        edit(&mut row);
        seen += usize::from(matches!(row, Row::Booking(_) | Row::Hold(_)));
        if row != before {
            let record = encode_row(&row).expect("it is no larger than before");
            writes.push(Write::Put(Family::State, key.to_vec(), record));
        }
        ControlFlow::Continue(())
    });
    scanned.expect("the copy can be read");
    assert!(seen >= 3, "the checkpoint has the booking and both holds");
    let written = write(&engine, Writes { writes, durability: Durability::Synced }).await;
    written.expect("the copy can be written");
}

fn copy(from: &Path, to: &Path) -> PathBuf {
    fs::create_dir(to).expect("a folder can be made in ours");
    for entry in fs::read_dir(from).expect("our folder can be read") {
        let entry = entry.expect("our folder can be read");
        let target = to.join(entry.file_name());
        if entry.file_type().expect("our folder can be read").is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), &target).expect("our files can be copied");
        }
    }
    to.to_path_buf()
}

//! Seat maps on their way in and in place.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::ids::{MapHash, Millis};
use super::map::{MapHeader, MapItem, SeatMap};
use super::outcome::{FieldError, Receipt, Refusal};
use super::row::{Change, Row, RowKey};

/// How long the parts of an incomplete map wait for the rest. An upload takes seconds.
const INCOMPLETE_KEPT: Millis = Millis(60 * 60 * 1000);

/// Parts of incomplete maps in all, 512 KiB each at most: room for eight of the largest maps.
const PARTS_WAITING_MAX: usize = 512;

/// Seat maps by content hash.
///
/// Invariant: a hash is in `done` or in `waiting`, never in both.
#[derive(Clone, Debug, Default)]
pub(super) struct Maps {
    done: BTreeMap<MapHash, Stored>,
    waiting: BTreeMap<MapHash, Waiting>,
    parts_waiting: usize,
    dirty: Vec<RowKey>,
}

#[derive(Clone, Debug)]
struct Stored {
    map: Arc<SeatMap>,
    /// Of each part, how many items it brought and when it came: enough to write its row again.
    parts: Vec<(usize, Millis)>,
}

/// The parts of an incomplete map, with when each came.
#[derive(Clone, Debug, Default)]
struct Waiting {
    parts: BTreeMap<u32, (Vec<MapItem>, Millis)>,
}

impl Waiting {
    /// When they are dropped, unless another part comes before.
    fn until(&self) -> Millis {
        let latest = self.parts.values().map(|(_, at)| *at).max().unwrap_or_default();
        latest.plus(INCOMPLETE_KEPT)
    }
}

impl Maps {
    pub(super) fn get(&self, hash: &MapHash) -> Option<&Arc<SeatMap>> {
        self.done.get(hash).map(|stored| &stored.map)
    }

    pub(super) fn part(
        &mut self,
        now: Millis,
        hash: MapHash,
        part: u32,
        items: &[MapItem],
    ) -> Result<Receipt, Refusal> {
        let known = self.waiting.get(&hash).is_some_and(|map| map.parts.contains_key(&part));
        if known || self.done.contains_key(&hash) {
            return Ok(Receipt::Done);
        }
        if self.parts_waiting >= PARTS_WAITING_MAX {
            return Err(Refusal::Overloaded);
        }
        self.put(hash, part, items.to_vec(), now);
        self.dirty.push(RowKey::MapPart(hash, part));
        Ok(Receipt::Done)
    }

    pub(super) fn done(&mut self, hash: MapHash, header: &MapHeader) -> Result<Receipt, Refusal> {
        if !self.done.contains_key(&hash) {
            let waiting = self.waiting.get(&hash).cloned().unwrap_or_default();
            let surplus: Vec<u32> =
                waiting.parts.keys().copied().filter(|part| *part >= header.parts).collect();
            let stored = assemble(hash, header, waiting).map_err(|message| Refusal::Invalid {
                errors: vec![FieldError { field: "seat_map".to_owned(), message }],
            })?;
            self.take_waiting(&hash);
            self.done.insert(hash, stored);
            self.dirty.push(RowKey::Map(hash));
            self.dirty.extend(surplus.into_iter().map(|part| RowKey::MapPart(hash, part)));
        }
        let map = &self.done[&hash].map;
        let categories = &map.header().categories;
        Ok(Receipt::MapStored {
            hash,
            seats: u32::try_from(map.seats().len()).expect("a map's seats are counted in 32 bits"),
            categories: categories.iter().map(|category| category.name.clone()).collect(),
        })
    }

    /// Drops incomplete maps that have waited long enough.
    pub(super) fn forget(&mut self, now: Millis) {
        while let Some(hash) = self.due(now) {
            for part in self.take_waiting(&hash).parts.into_keys() {
                self.dirty.push(RowKey::MapPart(hash, part));
            }
        }
    }

    /// When the next incomplete map is dropped.
    pub(super) fn next(&self) -> Option<Millis> {
        self.waiting.values().map(Waiting::until).min()
    }

    /// Takes in a part that is on disk.
    pub(super) fn load_part(&mut self, hash: MapHash, part: u32, items: Vec<MapItem>, at: Millis) {
        self.put(hash, part, items, at);
    }

    /// Completes a map whose parts were loaded.
    pub(super) fn load_map(&mut self, hash: MapHash, header: &MapHeader) -> Result<(), String> {
        let waiting = self.take_waiting(&hash);
        let stored = assemble(hash, header, waiting).map_err(|e| format!("map {hash}: {e}"))?;
        self.done.insert(hash, stored);
        Ok(())
    }

    /// Rows of every part, then of every map.
    pub(super) fn rows(&self) -> impl Iterator<Item = Row> + '_ {
        let waiting = self.waiting.iter().map(|(hash, map)| (hash, map.part_rows(*hash)));
        let done = self.done.iter().map(|(hash, stored)| (hash, stored.part_rows(*hash)));
        let parts: BTreeMap<&MapHash, Vec<Row>> = waiting.chain(done).collect();
        let maps = self
            .done
            .iter()
            .map(|(hash, stored)| Row::Map { hash: *hash, header: stored.map.header().clone() });
        parts.into_values().flatten().chain(maps)
    }

    pub(super) fn take_dirty(&mut self) -> Vec<Change> {
        let mut keys = std::mem::take(&mut self.dirty);
        keys.sort_unstable();
        keys.dedup();
        keys.into_iter()
            .map(|key| {
                let row = self.row(&key);
                Change { key, row }
            })
            .collect()
    }

    fn row(&self, key: &RowKey) -> Option<Row> {
        match key {
            RowKey::MapPart(hash, part) => {
                if let Some(stored) = self.done.get(hash) {
                    return stored.part_rows(*hash).into_iter().nth(*part as usize);
                }
                let (items, at) = self.waiting.get(hash)?.parts.get(part)?;
                Some(Row::MapPart { hash: *hash, part: *part, items: items.clone(), at: *at })
            }
            RowKey::Map(hash) => {
                let header = self.done.get(hash)?.map.header().clone();
                Some(Row::Map { hash: *hash, header })
            }
            RowKey::Meta
            | RowKey::Show(_)
            | RowKey::Blocks(_)
            | RowKey::Hold(_)
            | RowKey::Payment(_)
            | RowKey::Booking(_)
            | RowKey::Refund(_)
            | RowKey::Outbox(_)
            | RowKey::Event(..)
            | RowKey::Unmatched(..)
            | RowKey::Remembered(..)
            | RowKey::Retired(_)
            | RowKey::Deed(_)
            | RowKey::TrailSince => None,
        }
    }

    fn put(&mut self, hash: MapHash, part: u32, items: Vec<MapItem>, at: Millis) {
        let waiting = self.waiting.entry(hash).or_default();
        waiting.parts.insert(part, (items, at));
        self.parts_waiting += 1;
    }

    fn take_waiting(&mut self, hash: &MapHash) -> Waiting {
        let waiting = self.waiting.remove(hash).unwrap_or_default();
        self.parts_waiting -= waiting.parts.len();
        waiting
    }

    fn due(&self, now: Millis) -> Option<MapHash> {
        let due = self.waiting.iter().find(|(_, map)| map.until() <= now);
        due.map(|(hash, _)| *hash)
    }
}

impl Waiting {
    fn part_rows(&self, hash: MapHash) -> Vec<Row> {
        let parts = self.parts.iter();
        parts
            .map(|(part, (items, at))| Row::MapPart {
                hash,
                part: *part,
                items: items.clone(),
                at: *at,
            })
            .collect()
    }
}

impl Stored {
    fn part_rows(&self, hash: MapHash) -> Vec<Row> {
        let mut items = self.map.items().into_iter();
        let rows = self.parts.iter().zip(0u32..);
        rows.map(|(&(len, at), part)| {
            let items = items.by_ref().take(len).collect();
            Row::MapPart { hash, part, items, at }
        })
        .collect()
    }
}

/// Parts beyond the header's number are left out.
fn assemble(hash: MapHash, header: &MapHeader, mut waiting: Waiting) -> Result<Stored, String> {
    let (mut items, mut parts) = (Vec::new(), Vec::new());
    for part in 0..header.parts {
        let (of_part, at) =
            waiting.parts.remove(&part).ok_or_else(|| format!("part {part} has not come"))?;
        parts.push((of_part.len(), at));
        items.extend(of_part);
    }
    let map = SeatMap::assemble(hash, header.clone(), items)?;
    Ok(Stored { map: Arc::new(map), parts })
}

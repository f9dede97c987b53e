//! State to rows and back.

use std::sync::Arc;

use super::by_user::ByUser;
use super::events::EVENT_KEPT;
use super::holds::forgotten_at;
use super::ids::{
    BookingId, HoldId, MapHash, Millis, OutboxId, PaymentId, RefundId, SeatIx, ShowId,
};
use super::map::{MapHeader, MapItem};
use super::record::{
    Booking, BookingStatus, Effect, Hold, HoldStatus, OutboxRow, Payment, Refund, ShowInfo,
    Unmatched,
};
use super::row::{Change, Meta, Remembered, Row, RowKey};
use super::show::{Show, Turn};
use super::state::{EventKey, State};
use super::table::{Pile, Table};
use super::trail::{Deed, Trail};

/// Builds a state from rows as they come, in any order.
#[derive(Default)]
pub struct Loader {
    holds: Pile<HoldId, Hold>,
    payments: Pile<PaymentId, Payment>,
    bookings: Pile<BookingId, Booking>,
    refunds: Pile<RefundId, Refund>,
    outbox: Pile<OutboxId, OutboxRow>,
    events: Pile<EventKey, Millis>,
    unmatched: Pile<EventKey, Unmatched>,
    remembered: Vec<Arc<Remembered>>,
    meta: Vec<Meta>,
    parts: Vec<(MapHash, u32, Vec<MapItem>, Millis)>,
    maps: Vec<(MapHash, MapHeader)>,
    shows: Vec<(ShowInfo, u64)>,
    blocks: Vec<(ShowId, std::collections::BTreeSet<SeatIx>)>,
    retired: Pile<u64, Millis>,
    deeds: Vec<Deed>,
    since: Vec<Millis>,
}

impl Loader {
    /// Takes a row.
    pub fn take(&mut self, row: Row) {
        match row {
            Row::Meta(meta) => self.meta.push(meta),
            Row::MapPart { hash, part, items, at } => self.parts.push((hash, part, items, at)),
            Row::Map { hash, header } => self.maps.push((hash, header)),
            Row::Show { info, version } => self.shows.push((*info, version)),
            Row::Blocks { show, seats } => self.blocks.push((show, seats)),
            Row::Hold(hold) => self.holds.push((hold.id, hold)),
            Row::Payment(payment) => self.payments.push((payment.id, payment)),
            Row::Booking(booking) => self.bookings.push((booking.id, booking)),
            Row::Refund(refund) => self.refunds.push((refund.id, refund)),
            Row::Outbox(row) => self.outbox.push((row.id, row)),
            Row::Event { gateway, event, at } => self.events.push(((gateway, event), Arc::new(at))),
            Row::Unmatched(row) => {
                let key = (row.event.gateway.clone(), row.event.event.clone());
                self.unmatched.push((key, row));
            }
            Row::Remembered(record) => self.remembered.push(record),
            Row::Retired { node, at } => self.retired.push((node, Arc::new(at))),
            Row::Deed(deed) => self.deeds.push(deed),
            Row::TrailSince { at } => self.since.push(at),
        }
    }

    /// Takes the rows that another has taken.
    pub fn append(&mut self, other: Loader) {
        let Loader { holds, payments, bookings, refunds, outbox, events, .. } = other;
        gather(&mut self.holds, holds);
        gather(&mut self.payments, payments);
        gather(&mut self.bookings, bookings);
        gather(&mut self.refunds, refunds);
        gather(&mut self.outbox, outbox);
        gather(&mut self.events, events);
        gather(&mut self.unmatched, other.unmatched);
        gather(&mut self.remembered, other.remembered);
        gather(&mut self.meta, other.meta);
        gather(&mut self.parts, other.parts);
        gather(&mut self.maps, other.maps);
        gather(&mut self.shows, other.shows);
        gather(&mut self.blocks, other.blocks);
        gather(&mut self.retired, other.retired);
        gather(&mut self.deeds, other.deeds);
        gather(&mut self.since, other.since);
    }

    /// The state of all rows.
    ///
    /// # Errors
    /// Names the row that contradicts another; such a state must not serve.
    pub fn finish(self) -> Result<State, String> {
        let [meta] = self.meta[..] else {
            return Err(format!("there are {} rows of scalars", self.meta.len()));
        };
        let mut state = State::new(0);
        state.meta = meta;
        state.meta_dirty = false;
        state.holds = Table::load(self.holds).map_err(|id| twice(&RowKey::Hold(id)))?;
        state.payments = Table::load(self.payments).map_err(|id| twice(&RowKey::Payment(id)))?;
        state.bookings = Table::load(self.bookings).map_err(|id| twice(&RowKey::Booking(id)))?;
        state.refunds = Table::load(self.refunds).map_err(|id| twice(&RowKey::Refund(id)))?;
        state.outbox = Table::load(self.outbox).map_err(|id| twice(&RowKey::Outbox(id)))?;
        let events = Table::load(self.events);
        state.events = events.map_err(|key| twice(&RowKey::Event(key.0, key.1)))?;
        let unmatched = Table::load(self.unmatched);
        state.unmatched = unmatched.map_err(|key| twice(&RowKey::Unmatched(key.0, key.1)))?;
        state.retired = Table::load(self.retired).map_err(|node| twice(&RowKey::Retired(node)))?;
        if 1 < self.since.len() {
            return Err(twice(&RowKey::TrailSince));
        }
        state.trail = Trail::load(self.since.first().copied(), self.deeds)?;
        for record in self.remembered {
            let key = RowKey::Remembered(record.scope.clone(), record.key.clone());
            if !state.memory.load(record) {
                return Err(twice(&key));
            }
        }
        for (hash, part, items, at) in self.parts {
            state.maps.load_part(hash, part, items, at);
        }
        for (hash, header) in self.maps {
            state.maps.load_map(hash, &header)?;
        }
        state.load_derived(self.shows, self.blocks)?;
        Ok(state)
    }
}

fn twice(key: &RowKey) -> String {
    format!("{key:?} stands there twice")
}

/// Adds what lies on one pile to another; the first takes it over whole.
fn gather<T>(onto: &mut Vec<T>, mut from: Vec<T>) {
    if onto.is_empty() {
        *onto = from;
    } else {
        onto.append(&mut from);
    }
}

impl State {
    /// Builds a state from its rows, in any order.
    ///
    /// # Errors
    /// Names the row that contradicts another; such a state must not serve.
    pub fn load(rows: impl IntoIterator<Item = Row>) -> Result<State, String> {
        let mut loader = Loader::default();
        rows.into_iter().for_each(|row| loader.take(row));
        loader.finish()
    }

    /// The rows that changed since the last call, each once, with their present content.
    pub fn take_dirty(&mut self) -> Vec<Change> {
        let mut changes = Vec::new();
        self.drain_dirty(&mut changes);
        changes
    }

    /// The same, added to a list that has room already.
    pub fn drain_dirty(&mut self, changes: &mut Vec<Change>) {
        changes.append(&mut self.maps.take_dirty());
        if std::mem::take(&mut self.meta_dirty) {
            changes.push(Change { key: RowKey::Meta, row: Some(Row::Meta(self.meta)) });
        }
        for (id, blocks) in self.shows.take_dirty() {
            let show = self.shows.get(&id).expect("shows are never removed");
            changes.push(Change { key: RowKey::Show(id.clone()), row: Some(show_row(show)) });
            if blocks {
                changes.push(Change { key: RowKey::Blocks(id), row: blocks_row(show) });
            }
        }
        take(&mut self.holds, RowKey::Hold, Row::Hold, changes);
        take(&mut self.payments, RowKey::Payment, Row::Payment, changes);
        take(&mut self.bookings, RowKey::Booking, Row::Booking, changes);
        take(&mut self.refunds, RowKey::Refund, Row::Refund, changes);
        take(&mut self.outbox, RowKey::Outbox, Row::Outbox, changes);
        for key in self.events.take_dirty() {
            let row = self.events.get(&key).map(|at| event_row(&key, *at));
            changes.push(Change { key: RowKey::Event(key.0, key.1), row });
        }
        for key in self.unmatched.take_dirty() {
            let row = self.unmatched.shared(&key).map(Row::Unmatched);
            changes.push(Change { key: RowKey::Unmatched(key.0, key.1), row });
        }
        for (record, present) in self.memory.take_dirty() {
            let key = RowKey::Remembered(record.scope.clone(), record.key.clone());
            let row = present.then_some(Row::Remembered(record));
            changes.push(Change { key, row });
        }
        for node in self.retired.take_dirty() {
            let row = self.retired.get(&node).map(|at| Row::Retired { node, at: *at });
            changes.push(Change { key: RowKey::Retired(node), row });
        }
        let touched = self.trail.take_dirty();
        let gone = touched.gone.into_iter().map(RowKey::Deed);
        changes.extend(gone.map(|key| Change { key, row: None }));
        let came = touched.came.into_iter().map(Row::Deed);
        let since = touched.since.map(|at| Row::TrailSince { at });
        changes.extend(came.chain(since).map(|row| Change { key: row.key(), row: Some(row) }));
    }

    /// Every row, in the order of their keys.
    pub fn rows(&self) -> impl Iterator<Item = Row> + '_ {
        std::iter::once(Row::Meta(self.meta))
            .chain(self.maps.rows())
            .chain(self.shows.values().map(show_row))
            .chain(self.shows.values().filter_map(blocks_row))
            .chain(self.holds.shares().map(Row::Hold))
            .chain(self.payments.shares().map(Row::Payment))
            .chain(self.bookings.shares().map(Row::Booking))
            .chain(self.refunds.shares().map(Row::Refund))
            .chain(self.outbox.shares().map(Row::Outbox))
            .chain(self.events.iter().map(|(key, at)| event_row(key, *at)))
            .chain(self.unmatched.shares().map(Row::Unmatched))
            .chain(self.memory.sorted().into_iter().map(Row::Remembered))
            .chain(self.retired.iter().map(|(node, at)| Row::Retired { node: *node, at: *at }))
            .chain(self.trail.deeds().map(|deed| Row::Deed(deed.stored())))
            .chain(self.trail.since().map(|at| Row::TrailSince { at }))
    }

    /// Everything that follows from the rows.
    fn load_derived(
        &mut self,
        shows: Vec<(ShowInfo, u64)>,
        blocks: Vec<(ShowId, std::collections::BTreeSet<SeatIx>)>,
    ) -> Result<(), String> {
        let mut versions = Vec::with_capacity(shows.len());
        for (info, version) in shows {
            versions.push((info.id.clone(), version));
            self.load_show(info, version)?;
        }
        for (show, seats) in blocks {
            self.load_blocks(&show, &seats)?;
        }
        for ((gateway, event), at) in self.events.iter() {
            self.events_taken.add(at.plus(EVENT_KEPT), (gateway.clone(), event.clone()));
        }
        self.load_holds()?;
        self.load_bookings()?;
        self.load_money()?;
        for (show, version) in versions {
            self.shows.edit_known(&show).loaded(version);
            self.watch_boundaries(&show);
            self.watch_cancellation(&show);
        }
        self.take_dirty();
        Ok(())
    }

    fn load_show(&mut self, info: ShowInfo, version: u64) -> Result<(), String> {
        let id = info.id.clone();
        let map = match &info.seat_map {
            None => None,
            Some(hash) => {
                let map = self.maps.get(hash);
                Some(map.ok_or_else(|| format!("show {id}: its map {hash} is missing"))?.clone())
            }
        };
        if self.shows.load(Show::new(info, map, version)) {
            return Ok(());
        }
        Err(format!("show {id} stands there twice"))
    }

    fn load_blocks(
        &mut self,
        id: &ShowId,
        seats: &std::collections::BTreeSet<SeatIx>,
    ) -> Result<(), String> {
        let missing = || format!("the blocked seats of {id}: the show is missing");
        let show = self.shows.edit(id).ok_or_else(missing)?;
        for seat in seats {
            if seat.0 >= show.seats_len() {
                return Err(format!("the blocked seats of {id}: there is no {seat:?}"));
            }
            show.set_blocked(Turn(0), *seat, true);
        }
        Ok(())
    }

    fn load_holds(&mut self) -> Result<(), String> {
        let holds: Vec<HoldId> = self.holds.values().map(|hold| hold.id).collect();
        for id in holds {
            let hold = self.holds.get(&id).expect("its id was just read");
            let wrong = |what: &str| Err(format!("hold {id}: {what}"));
            if self.shows.get(&hold.show).is_none() {
                return wrong("its show is missing");
            }
            match (hold.status, hold.ended_at) {
                (HoldStatus::Pending, None) => {
                    let hold = hold.clone();
                    self.load_pending(&hold).map_err(|what| format!("hold {id}: {what}"))?;
                }
                (
                    HoldStatus::Confirmed | HoldStatus::Released | HoldStatus::Expired,
                    Some(ended_at),
                ) => self.tombstones.add(forgotten_at(hold, ended_at), id),
                (HoldStatus::Pending, Some(_)) => return wrong("it is pending and has ended"),
                (HoldStatus::Confirmed | HoldStatus::Released | HoldStatus::Expired, None) => {
                    return wrong("it ended at no time");
                }
            }
        }
        Ok(())
    }

    fn load_pending(&mut self, hold: &Hold) -> Result<(), String> {
        let show = self.shows.edit_known(&hold.show);
        show.check_free(&hold.seats, &hold.areas)?;
        show.hold(Turn(0), hold.id, &hold.seats, &hold.areas);
        self.deadlines.insert((hold.expires_at, hold.id));
        match self.active.insert(hold.user.clone(), hold.id) {
            None => Ok(()),
            Some(other) => Err(format!("its user {} has {other} pending too", hold.user)),
        }
    }

    fn load_bookings(&mut self) -> Result<(), String> {
        self.bookings_by_user = ByUser::of_all(self.bookings.values());
        for booking in self.bookings.values() {
            let id = booking.id;
            let Some(show) = self.shows.edit(&booking.show) else {
                return Err(format!("booking {id}: its show is missing"));
            };
            match booking.status {
                BookingStatus::Confirmed => show
                    .load_booking(id, &booking.seats, &booking.areas)
                    .map_err(|what| format!("booking {id}: {what}"))?,
                BookingStatus::Cancelled => {}
            }
        }
        Ok(())
    }

    /// Indexes refunds and mail. Whether the sums are right is for [`State::check`] to say.
    fn load_money(&mut self) -> Result<(), String> {
        let mut refunds: Vec<(Millis, RefundId)> = Vec::with_capacity(self.refunds.len());
        refunds.extend(self.refunds.values().map(|refund| (refund.created_at, refund.id)));
        refunds.sort_unstable();
        for (_, id) in refunds {
            let payment = self.refunds.get(&id).expect("its id was just read").payment;
            self.refunds_by_payment.entry(payment).or_default().push(id);
        }
        for row in self.outbox.values() {
            let kind = row.effect.kind();
            self.outbox_ages.entry(kind).or_default().insert((row.created_at, row.id));
            if let Effect::MailBooking(booking) = row.effect {
                self.mails.insert(booking, row.id);
            }
            let Some(queue) = self.queue_of(row.effect) else {
                return Err(format!("{}: what {:?} names is missing", row.id, row.effect));
            };
            self.outbox_due.entry(queue).or_default().insert((row.due_at, row.id));
        }
        Ok(())
    }
}

fn take<K: Ord + Copy, V: Clone>(
    table: &mut Table<K, V>,
    key: fn(K) -> RowKey,
    row: fn(Arc<V>) -> Row,
    changes: &mut Vec<Change>,
) {
    for id in table.take_dirty() {
        changes.push(Change { key: key(id), row: table.shared(&id).map(row) });
    }
}

fn show_row(show: &Show) -> Row {
    Row::Show { info: Box::new(show.info().clone()), version: show.version() }
}

fn blocks_row(show: &Show) -> Option<Row> {
    let seats = show.blocked();
    (!seats.is_empty()).then(|| Row::Blocks { show: show.info().id.clone(), seats })
}

fn event_row((gateway, event): &(String, String), at: Millis) -> Row {
    Row::Event { gateway: gateway.clone(), event: event.clone(), at }
}

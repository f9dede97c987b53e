//! State to rows and back.

use super::events::EVENT_KEPT;
use super::holds::forgotten_at;
use super::ids::{HoldId, Millis, RefundId, SeatIx, ShowId};
use super::map::{MapHeader, MapItem};
use super::record::{BookingStatus, Effect, Hold, HoldStatus, ShowInfo};
use super::row::{Change, Meta, Row, RowKey};
use super::show::{Show, Turn};
use super::state::State;
use super::table::Table;

/// Rows whose meaning depends on others, set aside until those are there.
#[derive(Default)]
struct Later {
    meta: Option<Meta>,
    maps: Vec<(super::ids::MapHash, MapHeader)>,
    shows: Vec<(ShowInfo, u64)>,
    blocks: Vec<(ShowId, std::collections::BTreeSet<SeatIx>)>,
}

/// Builds a state from rows as they come, in any order.
pub struct Loader {
    state: State,
    later: Later,
}

impl Default for Loader {
    fn default() -> Loader {
        Loader { state: State::new(0), later: Later::default() }
    }
}

impl Loader {
    /// Takes a row.
    ///
    /// # Errors
    /// It stands there twice.
    pub fn take(&mut self, row: Row) -> Result<(), String> {
        self.state.load_row(row, &mut self.later)
    }

    /// The state of all rows.
    ///
    /// # Errors
    /// Names the row that contradicts another; such a state must not serve.
    pub fn finish(self) -> Result<State, String> {
        let Loader { mut state, later } = self;
        state.meta = later.meta.ok_or("there is no row of scalars")?;
        state.meta_dirty = false;
        for (hash, header) in later.maps {
            state.maps.load_map(hash, &header)?;
        }
        let mut versions = Vec::with_capacity(later.shows.len());
        for (info, version) in later.shows {
            versions.push((info.id.clone(), version));
            state.load_show(info, version)?;
        }
        for (show, seats) in later.blocks {
            state.load_blocks(&show, &seats)?;
        }
        state.load_holds()?;
        state.load_bookings()?;
        state.load_money()?;
        for (show, version) in versions {
            state.shows.edit_known(&show).loaded(version);
            state.watch_boundaries(&show);
            state.watch_cancellation(&show);
        }
        state.take_dirty();
        Ok(state)
    }
}

impl State {
    /// Builds a state from its rows, in any order.
    ///
    /// # Errors
    /// Names the row that contradicts another; such a state must not serve.
    pub fn load(rows: impl IntoIterator<Item = Row>) -> Result<State, String> {
        let mut loader = Loader::default();
        for row in rows {
            loader.take(row)?;
        }
        loader.finish()
    }

    /// The rows that changed since the last call, each once, with their present content.
    pub fn take_dirty(&mut self) -> Vec<Change> {
        let mut changes = self.maps.take_dirty();
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
        take(&mut self.holds, RowKey::Hold, Row::Hold, &mut changes);
        take(&mut self.payments, RowKey::Payment, Row::Payment, &mut changes);
        take(&mut self.bookings, RowKey::Booking, Row::Booking, &mut changes);
        take(&mut self.refunds, RowKey::Refund, Row::Refund, &mut changes);
        take(&mut self.outbox, RowKey::Outbox, Row::Outbox, &mut changes);
        for key in self.events.take_dirty() {
            let row = self.events.get(&key).map(|at| event_row(&key, *at));
            changes.push(Change { key: RowKey::Event(key.0, key.1), row });
        }
        for key in self.unmatched.take_dirty() {
            let row = self.unmatched.get(&key).cloned().map(Row::Unmatched);
            changes.push(Change { key: RowKey::Unmatched(key.0, key.1), row });
        }
        for (record, present) in self.memory.take_dirty() {
            let key = RowKey::Remembered(record.scope.clone(), record.key.clone());
            let row = present.then(|| Row::Remembered((*record).clone()));
            changes.push(Change { key, row });
        }
        changes
    }

    /// Every row, in the order of their keys.
    pub fn rows(&self) -> impl Iterator<Item = Row> + '_ {
        std::iter::once(Row::Meta(self.meta))
            .chain(self.maps.rows())
            .chain(self.shows.values().map(show_row))
            .chain(self.shows.values().filter_map(blocks_row))
            .chain(self.holds.values().cloned().map(Row::Hold))
            .chain(self.payments.values().cloned().map(Row::Payment))
            .chain(self.bookings.values().cloned().map(Row::Booking))
            .chain(self.refunds.values().cloned().map(Row::Refund))
            .chain(self.outbox.values().cloned().map(Row::Outbox))
            .chain(self.events.iter().map(|(key, at)| event_row(key, *at)))
            .chain(self.unmatched.values().cloned().map(Row::Unmatched))
            .chain(self.memory.sorted().into_iter().cloned().map(Row::Remembered))
    }

    fn load_row(&mut self, row: Row, later: &mut Later) -> Result<(), String> {
        let key = row.key();
        let new = match row {
            Row::Meta(meta) => later.meta.replace(meta).is_none(),
            Row::MapPart { hash, part, items, at } => self.load_part(hash, part, items, at),
            Row::Map { hash, header } => {
                later.maps.push((hash, header));
                true
            }
            Row::Show { info, version } => {
                later.shows.push((info, version));
                true
            }
            Row::Blocks { show, seats } => {
                later.blocks.push((show, seats));
                true
            }
            Row::Hold(hold) => self.holds.load(hold.id, hold),
            Row::Payment(payment) => self.payments.load(payment.id, payment),
            Row::Booking(booking) => self.bookings.load(booking.id, booking),
            Row::Refund(refund) => self.refunds.load(refund.id, refund),
            Row::Outbox(row) => self.outbox.load(row.id, row),
            Row::Event { gateway, event, at } => {
                self.events_taken.add(at.plus(EVENT_KEPT), (gateway.clone(), event.clone()));
                self.events.load((gateway, event), at)
            }
            Row::Unmatched(row) => {
                let key = (row.event.gateway.clone(), row.event.event.clone());
                self.unmatched.load(key, row)
            }
            Row::Remembered(record) => self.memory.load(record),
        };
        if new { Ok(()) } else { Err(format!("{key:?} stands there twice")) }
    }

    fn load_part(
        &mut self,
        hash: super::ids::MapHash,
        part: u32,
        items: Vec<MapItem>,
        at: Millis,
    ) -> bool {
        self.maps.load_part(hash, part, items, at);
        true
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
        for booking in self.bookings.values() {
            let id = booking.id;
            self.bookings_by_user.add(booking);
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
            self.outbox_due.insert((row.effect.kind(), row.due_at, row.id));
            let known = match row.effect {
                Effect::CloseSession(payment) => self.payments.contains(&payment),
                Effect::Refund(refund) => self.refunds.contains(&refund),
                Effect::MailBooking(booking) => {
                    self.mails.insert(booking, row.id);
                    self.bookings.contains(&booking)
                }
            };
            if !known {
                return Err(format!("{}: what {:?} names is missing", row.id, row.effect));
            }
        }
        Ok(())
    }
}

fn take<K: Ord + Copy, V: Clone>(
    table: &mut Table<K, V>,
    key: fn(K) -> RowKey,
    row: fn(V) -> Row,
    changes: &mut Vec<Change>,
) {
    for id in table.take_dirty() {
        changes.push(Change { key: key(id), row: table.get(&id).cloned().map(row) });
    }
}

fn show_row(show: &Show) -> Row {
    Row::Show { info: show.info().clone(), version: show.version() }
}

fn blocks_row(show: &Show) -> Option<Row> {
    let seats = show.blocked();
    (!seats.is_empty()).then(|| Row::Blocks { show: show.info().id.clone(), seats })
}

fn event_row((gateway, event): &(String, String), at: Millis) -> Row {
    Row::Event { gateway: gateway.clone(), event: event.clone(), at }
}

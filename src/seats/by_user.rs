//! Bookings by user.

use std::collections::BTreeSet;
use std::hash::BuildHasher as _;

use super::hash::Fixed;
use super::ids::{BookingId, UserId};
use super::record::Booking;

/// Which bookings a user may have: by the hash of the user, so that a million users cost a million
/// small numbers and no second copy of their names. Whoever asks looks at each booking's user.
#[derive(Clone, Debug, Default)]
pub(super) struct ByUser {
    bookings: BTreeSet<(u64, BookingId)>,
}

impl ByUser {
    pub(super) fn of_all<'a>(bookings: impl Iterator<Item = &'a Booking>) -> ByUser {
        ByUser { bookings: bookings.map(|booking| (hash(&booking.user), booking.id)).collect() }
    }

    pub(super) fn add(&mut self, booking: &Booking) {
        self.bookings.insert((hash(&booking.user), booking.id));
    }

    pub(super) fn contains(&self, booking: &Booking) -> bool {
        self.bookings.contains(&(hash(&booking.user), booking.id))
    }

    pub(super) fn len(&self) -> usize {
        self.bookings.len()
    }

    /// The user's bookings by id, and those of anybody whose hash is the same.
    pub(super) fn of(&self, user: &UserId) -> impl DoubleEndedIterator<Item = BookingId> + '_ {
        let hash = hash(user);
        let range = (hash, BookingId(0))..=(hash, BookingId(u128::MAX));
        self.bookings.range(range).map(|(_, id)| *id)
    }
}

fn hash(user: &UserId) -> u64 {
    Fixed::default().hash_one(user)
}

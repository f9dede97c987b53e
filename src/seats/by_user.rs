//! Bookings by user.

use std::collections::{BTreeSet, HashMap};
use std::hash::BuildHasher as _;
use std::ops::Bound::{Excluded, Included};

use super::hash::Fixed;
use super::ids::{BookingId, UserId};
use super::record::Booking;

/// Which bookings a user may have: by the hash of the user, so that a million users cost a million
/// small numbers and no second copy of their names. Whoever asks looks at each booking's user.
#[derive(Clone, Debug, Default)]
pub(super) struct ByUser {
    /// One booking of each user: most have no other.
    one: HashMap<u64, BookingId, Fixed>,
    /// The others.
    more: BTreeSet<(u64, BookingId)>,
}

impl ByUser {
    pub(super) fn of_all<'a>(bookings: impl Iterator<Item = &'a Booking>) -> ByUser {
        let mut all = ByUser::default();
        bookings.for_each(|booking| all.add(booking));
        all
    }

    pub(super) fn add(&mut self, booking: &Booking) {
        let hash = hash(&booking.user);
        let one = self.one.entry(hash).or_insert(booking.id);
        if *one != booking.id {
            self.more.insert((hash, booking.id));
        }
    }

    pub(super) fn contains(&self, booking: &Booking) -> bool {
        self.of(&booking.user).any(|id| id == booking.id)
    }

    pub(super) fn len(&self) -> usize {
        self.one.len() + self.more.len()
    }

    /// The user's bookings by id, and those of anybody whose hash is the same.
    pub(super) fn of(&self, user: &UserId) -> impl DoubleEndedIterator<Item = BookingId> + '_ {
        self.below(user, None)
    }

    /// The same, of those below an id only, if there is one.
    pub(super) fn below(
        &self,
        user: &UserId,
        end: Option<BookingId>,
    ) -> impl DoubleEndedIterator<Item = BookingId> + '_ {
        let hash = hash(user);
        // Ids ascend, but not everywhere: the one may lie among the others.
        let one = self.one.get(&hash).copied().filter(|one| end.is_none_or(|end| *one < end));
        let split = (hash, one.unwrap_or(BookingId(0)));
        let end = end.map_or(Included((hash, BookingId(u128::MAX))), |end| Excluded((hash, end)));
        let before = self.more.range((hash, BookingId(0))..split);
        let after = self.more.range((Included(split), end));
        let id = |(_, id): &(u64, BookingId)| *id;
        before.map(id).chain(one).chain(after.map(id))
    }
}

fn hash(user: &UserId) -> u64 {
    Fixed::default().hash_one(user)
}

#[cfg(test)]
mod tests {
    use super::super::ids::{Amount, Millis};
    use super::super::record::BookingStatus;
    use super::*;

    fn booking(user: &str, id: u128) -> Booking {
        Booking {
            id: BookingId(id),
            show: "hamlet".into(),
            user: user.into(),
            hold: super::super::ids::HoldId(id),
            payment: None,
            status: BookingStatus::Confirmed,
            seats: Vec::new(),
            areas: Vec::new(),
            total: Amount(0),
            email: None,
            reference: None,
            created_at: Millis(0),
            show_cancelled: false,
        }
    }

    /// A user's bookings are found by id, whether they have none, one or several, however often
    /// each was added.
    #[test]
    fn none_one_and_many() {
        let all = [("anna", 7), ("ben", 2), ("anna", 3), ("anna", 5), ("ben", 2), ("anna", 3)];
        let all = all.map(|(user, id)| booking(user, id));
        let by_user = ByUser::of_all(all.iter());
        let of = |user: &str| by_user.of(&user.into()).map(|id| id.0).collect::<Vec<_>>();
        assert_eq!((of("anna"), of("ben"), of("carl")), (vec![3, 5, 7], vec![2], vec![]));
        assert_eq!(by_user.of(&"anna".into()).next_back(), Some(BookingId(7)));
        let below = |end: u128| {
            let ids = by_user.below(&"anna".into(), Some(BookingId(end)));
            ids.map(|id| id.0).collect::<Vec<_>>()
        };
        let expected = [vec![], vec![3], vec![3, 5], vec![3, 5], vec![3, 5, 7]];
        assert_eq!([3, 5, 6, 7, 8].map(below), expected);
        assert_eq!((below(0), below(u128::MAX)), (vec![], vec![3, 5, 7]));
        assert_eq!(by_user.len(), 4);
        assert!(all.iter().all(|booking| by_user.contains(booking)));
        assert!(!by_user.contains(&booking("ben", 3)) && !by_user.contains(&booking("carl", 3)));
    }
}

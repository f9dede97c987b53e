//! What may be asked of the core: anything, biased to what has effects.

use proptest::prelude::*;

/// What is asked, with references to what exists as positions, which the state resolves.
#[derive(Clone, Debug)]
pub struct Step {
    pub dt: u64,
    pub backwards: bool,
    pub who: u8,
    /// Asks for what may be another user's; else the owner asks.
    pub stranger: bool,
    pub key: Option<u8>,
    pub fresh: Option<u8>,
    pub ask: Ask,
}

#[derive(Clone, Debug)]
pub enum Ask {
    Tick,
    Part {
        hash: u8,
        part: u32,
        seats: u8,
    },
    Done {
        hash: u8,
        parts: u32,
    },
    Show {
        id: u8,
        map: Option<u8>,
        prices: u8,
        areas: u8,
        policy: (u64, u64, u32, bool),
        sale: (u8, u8),
    },
    Patch {
        id: u8,
        price: Option<u64>,
        ttl: Option<u64>,
        closes: Option<u8>,
    },
    CancelShow(u8),
    Block(u8, Vec<u8>, bool),
    Hold {
        show: u8,
        seats: Vec<u8>,
        areas: Vec<(u8, u32)>,
        best: Option<(u32, u8)>,
        replace: bool,
    },
    Extend(u8, u64),
    Release(u8),
    Confirm(u8, bool),
    Pay(u8),
    Opened(u8, u8),
    CancelPayment(u8),
    Event {
        id: u8,
        payment: u8,
        kind: u8,
        amount: Option<u64>,
        usd: bool,
    },
    CancelBooking(u8, Option<Vec<u8>>),
    Resend(u8),
    Retry(u8),
    Settle(u8, u8),
}

pub fn ask() -> impl Strategy<Value = Ask> {
    let seats = || prop::collection::vec(0u8..24, 1..4);
    let area = || prop::collection::vec((0u8..3, 0u32..5), 0..2);
    let policy = (0u64..2000, 0u64..4000, 0u32..8, any::<bool>());
    prop_oneof![
        3 => Just(Ask::Tick),
        1 => (0u8..3, 0u32..3, 0u8..9).prop_map(|(hash, part, seats)| Ask::Part { hash, part, seats }),
        1 => (0u8..3, 0u32..4).prop_map(|(hash, parts)| Ask::Done { hash, parts }),
        1 => (0u8..4, prop::option::of(0u8..3), 0u8..4, 0u8..4, policy, (0u8..5, 0u8..9))
            .prop_map(|(id, map, prices, areas, policy, sale)| {
                Ask::Show { id, map, prices, areas, policy, sale }
            }),
        1 => (0u8..4, prop::option::of(0u64..300), prop::option::of(0u64..2000),
            prop::option::of(0u8..9))
            .prop_map(|(id, price, ttl, closes)| Ask::Patch { id, price, ttl, closes }),
        1 => (0u8..9).prop_map(Ask::CancelShow),
        2 => (0u8..4, seats(), any::<bool>()).prop_map(|(show, seats, on)| Ask::Block(show, seats, on)),
        30 => (prop_oneof![9 => 0u8..2, 1 => 0u8..4], seats(), area(), prop::option::weighted(0.3, (0u32..6, 0u8..4)), any::<bool>())
            .prop_map(|(show, seats, areas, best, replace)| {
                Ask::Hold { show, seats, areas, best, replace }
            }),
        3 => (any::<u8>(), 0u64..4000).prop_map(|(hold, ttl)| Ask::Extend(hold, ttl)),
        3 => any::<u8>().prop_map(Ask::Release),
        5 => (any::<u8>(), any::<bool>()).prop_map(|(hold, mail)| Ask::Confirm(hold, mail)),
        12 => any::<u8>().prop_map(Ask::Pay),
        4 => (any::<u8>(), 0u8..3).prop_map(|(payment, reference)| Ask::Opened(payment, reference)),
        3 => any::<u8>().prop_map(Ask::CancelPayment),
        14 => (any::<u8>(), any::<u8>(), 0u8..6, prop::option::weighted(0.1, any::<u64>()),
            prop::bool::weighted(0.1))
            .prop_map(|(id, payment, kind, amount, usd)| {
                Ask::Event { id, payment, kind, amount, usd }
            }),
        5 => (any::<u8>(), prop::option::weighted(0.6, seats())).prop_map(|(b, seats)| Ask::CancelBooking(b, seats)),
        2 => any::<u8>().prop_map(Ask::Resend),
        2 => any::<u8>().prop_map(Ask::Retry),
        8 => (any::<u8>(), 0u8..4).prop_map(|(row, how)| Ask::Settle(row, how)),
    ]
}

pub fn step() -> impl Strategy<Value = Step> {
    // Times are biased to boundaries: nothing passes, a moment, about a hold, longer than any
    // memory.
    let dt = prop_oneof![
        10 => Just(0u64),
        10 => 0u64..50,
        2 => 500u64..2000,
        1 => prop::sample::select(vec![120_000, 600_000, 3_600_000, 86_400_000, 2_592_000_000]),
    ];
    let fresh = prop::option::weighted(0.1, 0u8..20);
    let parts = (
        dt,
        prop::bool::weighted(0.05),
        0u8..8,
        prop::bool::weighted(0.2),
        prop::option::weighted(0.2, 0u8..12),
        fresh,
        ask(),
    );
    parts.prop_map(|(dt, backwards, who, stranger, key, fresh, ask)| Step {
        dt,
        backwards,
        who,
        stranger,
        key,
        fresh,
        ask,
    })
}

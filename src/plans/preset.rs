//! Halls that are drawn, not read: for demos, trials and benchmarks.

use std::collections::BTreeMap;

use super::halls;
use crate::seats::{Amount, Currency, Millis, SeatMap};

/// Which hall.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PresetName {
    /// 300 seats: tables by the stage and a gallery.
    Club,
    /// 1,200 seats: stalls, circle and balcony, with aisles.
    Theatre,
    /// 20,000 seats in two rings of blocks.
    Arena,
    /// 100,000 seats in four rings of blocks.
    Stadium,
    /// 1,000 seats with the ids `0` to `999` in one category; holds last two hours.
    Bench,
}

impl PresetName {
    /// Every preset.
    pub const ALL: [PresetName; 5] = [
        PresetName::Club,
        PresetName::Theatre,
        PresetName::Arena,
        PresetName::Stadium,
        PresetName::Bench,
    ];

    /// As the command line has it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            PresetName::Club => "club",
            PresetName::Theatre => "theatre",
            PresetName::Arena => "arena",
            PresetName::Stadium => "stadium",
            PresetName::Bench => "bench",
        }
    }

    /// The inverse of `as_str`.
    #[must_use]
    pub fn parse(text: &str) -> Option<PresetName> {
        PresetName::ALL.into_iter().find(|name| name.as_str() == text)
    }
}

/// A hall with what a show in it costs.
#[derive(Clone, Debug)]
pub struct Preset {
    /// The show's name.
    pub show: &'static str,
    /// Where it takes place.
    pub venue: &'static str,
    /// In a few words.
    pub description: &'static str,
    /// Of the prices.
    pub currency: Currency,
    /// By category.
    pub prices: BTreeMap<String, Amount>,
    /// How long a hold lasts.
    pub hold_ttl: Millis,
    /// Seats and places of one hold.
    pub seats_per_hold_max: u32,
    /// The hall.
    pub map: SeatMap,
}

/// The usual time to live of a hold.
const HOLD_TTL: Millis = Millis(600_000);

/// A benchmark's holds outlive the benchmark.
const HOLD_TTL_BENCH: Millis = Millis(7_200_000);

impl Preset {
    /// Draws a hall; the same one each time.
    #[must_use]
    pub fn draw(name: PresetName) -> Preset {
        let preset = |show, venue, description, prices: &[(&str, u64)], map| Preset {
            show,
            venue,
            description,
            currency: Currency::parse("EUR").expect("EUR is a currency code"),
            prices: prices.iter().map(|&(name, price)| (name.to_owned(), Amount(price))).collect(),
            hold_ttl: HOLD_TTL,
            seats_per_hold_max: 10,
            map,
        };
        match name {
            PresetName::Club => preset(
                "The Night Owls",
                "Lantern Club",
                "An evening of brass and beats, at tables by the stage or from the gallery.",
                &[("Tables", 4800), ("Gallery", 3600)],
                halls::club(),
            ),
            PresetName::Theatre => preset(
                "A Midsummer Night's Dream",
                "Old Mill Theatre",
                "Shakespeare's comedy in five acts, with one interval.",
                &[("Stalls", 9500), ("Circle", 6500), ("Balcony", 3500)],
                halls::theatre(),
            ),
            PresetName::Arena => preset(
                "Northern Lights Tour",
                "Harbour Arena",
                "One night only, with the full band.",
                &[("Lower ring", 11900), ("Upper ring", 7900)],
                halls::arena(),
            ),
            PresetName::Stadium => preset(
                "Cup Final",
                "Riverside Stadium",
                "The two best of the season. Gates open two hours before the kick-off.",
                &[("Category 1", 18000), ("Category 2", 12000), ("Category 3", 6000)],
                halls::stadium(),
            ),
            PresetName::Bench => Preset {
                hold_ttl: HOLD_TTL_BENCH,
                ..preset(
                    "Benchmark",
                    "Test hall",
                    "A thousand seats for measurements.",
                    &[("Standard", 5000)],
                    halls::bench(),
                )
            },
        }
    }
}

//! What comes after a flood: how soon a cluster serves again as if there had been none.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until};

use super::buyers::{Buyer, Hall};
use super::load::Pace;
use super::sheet::{Owner, Shared};

/// Clients of their own: those of the flood may still wait.
const CLIENTS: usize = 64;

/// Numbers of clients from here on are none of the flood's.
const NUMBER_FIRST: usize = 1_000_000;

/// How long is looked.
const LENGTH: Duration = Duration::from_secs(5);

/// In steps of this, the beginning of the first good second is looked for.
const SLOT: Duration = Duration::from_millis(100);

/// Slots of a second.
const SECOND: usize = 10;

/// What came after.
pub(super) struct Calm {
    /// From the end of the flood to the beginning of the first second in which nine tenths of what
    /// was offered succeeded; `None` if there was none.
    pub(super) after: Option<Duration>,
    /// What was acknowledged, by show and seat.
    pub(super) owned: HashMap<(String, String), Owner>,
}

/// Waits for the end of a flood, and from then on holds seats at a rate.
pub(super) async fn hold(hall: Arc<Hall>, flood: Arc<Pace>, rate: u64) -> Calm {
    let (_, end) = flood.window();
    sleep_until(end).await;
    let pace = Arc::new(Pace::at_rate(rate, LENGTH, Instant::now()));
    let (sheet, mut clients) = (Shared::default(), JoinSet::new());
    for n in 0..CLIENTS {
        let (mut buyer, pace) = (Buyer::new(&hall, &sheet, NUMBER_FIRST + n), Arc::clone(&pace));
        clients.spawn(async move {
            while let Some(meant) = pace.next().await {
                if !buyer.reserve(&pace, meant).await {
                    break;
                }
            }
        });
    }
    clients.join_all().await;
    let sheet = sheet.take();
    let times = sheet.successes().iter().map(|at| at.saturating_duration_since(end));
    Calm { after: first_good(times, rate), owned: sheet.owned }
}

/// When the first second begins in which nine tenths of the rate succeeded.
fn first_good(times: impl Iterator<Item = Duration>, rate: u64) -> Option<Duration> {
    let slots = usize::try_from(LENGTH.as_millis() / SLOT.as_millis()).unwrap_or(0);
    let mut counts = vec![0_u64; slots];
    for time in times {
        let at = usize::try_from(time.as_millis() / SLOT.as_millis()).unwrap_or(usize::MAX);
        if let Some(count) = counts.get_mut(at) {
            *count += 1;
        }
    }
    let good = |second: &[u64]| rate * 9 <= second.iter().sum::<u64>() * 10;
    let first = counts.windows(SECOND).position(good)?;
    Some(SLOT * u32::try_from(first).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A second counts from its beginning, and must be whole.
    #[test]
    fn the_first_good_second_is_found() {
        let at = |from: u64, to: u64| (from / 10..to / 10).map(|n| Duration::from_millis(n * 10));
        assert_eq!(first_good(at(0, 5_000), 100), Some(Duration::ZERO));
        assert_eq!(first_good(at(1_300, 5_000), 100), Some(Duration::from_millis(1_200)));
        assert_eq!(first_good(at(4_300, 5_000), 100), None, "less than a second is left");
        assert_eq!(first_good(at(0, 5_000), 200), None, "half of what was offered");
    }
}

//! When a delivery that failed is tried again.

use crate::clock::Rng;
use crate::seats::{EffectKind, Millis};

/// The wait after the first failure; each further one doubles it.
const FIRST: u64 = 500;

/// The longest wait for a gateway: buyers wait for their money, and gateways come back in minutes.
const GATEWAY_MAX: u64 = 60 * 1000;

/// The longest wait for mail: mail servers ask for patience (RFC 5321, section 4.5.4.1).
const MAIL_MAX: u64 = 5 * 60 * 1000;

/// The wait for mail that was refused for good: at least an hour. Senders that come again sooner
/// are taken for spammers.
const REFUSED: u64 = 2 * 60 * 60 * 1000;

/// How long to wait after a failure that came after `failures` others. Half of it is random, so
/// that what failed together does not come back together.
pub(super) fn wait(kind: EffectKind, failures: u32, rng: &dyn Rng) -> Millis {
    let most = match kind {
        EffectKind::CloseSession | EffectKind::Refund => GATEWAY_MAX,
        EffectKind::MailBooking => MAIL_MAX,
    };
    let whole = 1_u64.checked_shl(failures).and_then(|times| FIRST.checked_mul(times));
    jittered(whole.map_or(most, |whole| whole.min(most)), rng)
}

/// How long to wait with mail that was refused for good.
pub(super) fn wait_refused(rng: &dyn Rng) -> Millis {
    jittered(REFUSED, rng)
}

fn jittered(whole: u64, rng: &dyn Rng) -> Millis {
    let mut random = [0; 8];
    rng.fill(&mut random);
    let half = whole / 2;
    Millis(half + u64::from_be_bytes(random) % (whole - half + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Fills with one byte.
    struct Same(u8);

    impl Rng for Same {
        fn fill(&self, buffer: &mut [u8]) {
            buffer.fill(self.0);
        }
    }

    /// Waits double, between half and all of their length, up to their kind's longest.
    #[test]
    fn waits_double_up_to_a_bound() {
        for (kind, most) in [(EffectKind::Refund, GATEWAY_MAX), (EffectKind::MailBooking, MAIL_MAX)]
        {
            for failures in [0, 1, 5, 20, 63, 64, 200, u32::MAX] {
                let whole = (0..failures.min(20)).fold(FIRST, |whole, _| whole * 2).min(most);
                for byte in [0, 1, 0x7f, 0xff] {
                    let wait = wait(kind, failures, &Same(byte)).0;
                    assert!(whole / 2 <= wait && wait <= whole, "{failures}: {wait} of {whole}");
                }
            }
        }
        assert_eq!(wait(EffectKind::CloseSession, 0, &Same(0)), Millis(FIRST / 2));
        assert_eq!(wait_refused(&Same(0)), Millis(60 * 60 * 1000));
    }
}

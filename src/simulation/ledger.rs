//! What a run was made of, so that one in which nothing happened is not taken for a proof.

use std::fmt;
use std::ops::AddAssign;

macro_rules! counts {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {
        /// How often things happened.
        #[derive(Clone, Debug, Default, PartialEq, Eq)]
        pub(crate) struct Counts { $($(#[$doc])* pub(crate) $name: u64),* }

        impl AddAssign<&Counts> for Counts {
            fn add_assign(&mut self, other: &Counts) {
                $(self.$name += other.$name;)*
            }
        }

        impl fmt::Display for Counts {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                let mut first = true;
                $(if self.$name != 0 {
                    if !first { f.write_str(" ")?; }
                    first = false;
                    write!(f, "{}={}", stringify!($name), self.$name)?;
                })*
                if first { f.write_str("nothing=1")?; }
                Ok(())
            }
        }

        impl Counts {
            /// Reads what [`fmt::Display`] writes.
            pub(crate) fn parse(text: &str) -> Option<Counts> {
                let mut counts = Counts::default();
                for word in text.split_whitespace() {
                    let (name, number) = word.split_once('=')?;
                    let number: u64 = number.parse().ok()?;
                    match name {
                        $(stringify!($name) => counts.$name = number,)*
                        "nothing" => {}
                        _ => return None,
                    }
                }
                Some(counts)
            }
        }
    };
}

counts! {
    /// Requests of clients that were answered.
    operations,
    /// Requests whose outcome nobody knows.
    unknowns,
    /// Answers that were asked for again under their keys.
    repeats,
    /// Log entries.
    entries,
    /// Holds that were made.
    holds,
    /// Payments that succeeded in time.
    bookings,
    /// Payments that came too late.
    late_payments,
    /// Refunds that were made.
    refunds,
    /// Letters that were sent.
    letters,
    /// First leaders: one a run.
    leaders,
    /// Leaders that followed another.
    failovers,
    /// Snapshots that were installed.
    snapshots,
    /// Nodes killed.
    kills,
    /// Nodes whose power was cut.
    power_cuts,
    /// Nodes paused.
    pauses,
    /// Networks cut, in whatever way.
    partitions,
    /// Messages lost.
    lost_messages,
    /// Clocks that jumped.
    clock_jumps,
    /// Disks that were slow for a while.
    slow_disks,
    /// Syncs that failed.
    failed_syncs,
    /// Disks that were full.
    full_disks,
    /// Records that were damaged.
    damages,
    /// Disks that were wiped.
    wipes,
    /// Changes of members.
    membership,
    /// Leaders that handed over.
    handovers,
    /// Nights without a request.
    idle_nights,
    /// Webhooks that were late, doubled or lost.
    odd_webhooks,
    /// Calls to the gateway without an answer.
    lost_gateway_calls,
    /// Letters that were refused.
    refused_letters,
}

impl Counts {
    /// What has to happen in a long run besides, and did not: every kind of fault.
    pub(crate) fn missing_faults(&self) -> Vec<&'static str> {
        let needed = [
            (self.kills, "a kill"),
            (self.power_cuts, "a power cut"),
            (self.pauses, "a pause"),
            (self.partitions, "a partition"),
            (self.lost_messages, "a lost message"),
            (self.clock_jumps, "a clock that jumps"),
            (self.slow_disks, "a slow disk"),
            (self.failed_syncs, "a failed sync"),
            (self.full_disks, "a full disk"),
            (self.damages, "a damaged record"),
            (self.wipes, "a wiped disk"),
            (self.membership, "a change of members"),
            (self.handovers, "a handover"),
            (self.refunds, "a refund"),
            (self.repeats, "an answer given again"),
            (self.unknowns, "an unknown outcome"),
            (self.odd_webhooks, "an odd webhook"),
            (self.lost_gateway_calls, "a lost call to the gateway"),
            (self.refused_letters, "a refused letter"),
        ];
        needed.into_iter().filter(|(count, _)| *count == 0).map(|(_, what)| what).collect()
    }

    /// What has to happen for a run to prove anything, and did not.
    pub(crate) fn missing(&self) -> Vec<&'static str> {
        let needed = [
            (self.failovers, "a leader change"),
            (self.snapshots, "a snapshot"),
            (self.late_payments, "a late payment"),
            (self.kills + self.power_cuts, "a crash"),
            (self.bookings, "a booking"),
        ];
        needed.into_iter().filter(|(count, _)| *count == 0).map(|(_, what)| what).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What one process writes another reads.
    #[test]
    fn counts_are_read_as_they_are_written() {
        let counts = Counts { operations: 7, wipes: 1, ..Counts::default() };
        assert_eq!(Counts::parse(&counts.to_string()), Some(counts.clone()));
        assert_eq!(Counts::parse(&Counts::default().to_string()), Some(Counts::default()));
        assert_eq!(Counts::parse("sheep=3"), None);
        let mut sum = counts.clone();
        sum += &counts;
        assert_eq!(sum.operations, 14);
        assert_eq!(sum.missing().len(), 5, "nothing of interest happened");
    }
}

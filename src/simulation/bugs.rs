//! What is wrong on purpose, to see that it is noticed.

use std::fmt;

/// A bug that a simulation can have its nodes carry. Each stands in the product behind a switch
/// that only tests compile.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Bug {
    /// Log entries are reported as flushed once they are written.
    FsyncSkipped,
    /// A leader answers once it has an entry itself.
    AnswerBeforeCommit,
    /// A linearizable read asks nobody.
    LocalReadSold,
    /// Each replica applies at the time of its own clock.
    WallClockInApply,
    /// Snapshots come without the records of idempotency keys.
    KeysMissingFromSnapshots,
    /// A checkpoint's rows are written, its position is not.
    RowsWithoutPosition,
    /// Of each frame of a snapshot only the first half is installed.
    SnapshotHalfInstalled,
    /// What expires is some pending hold, not the one that is due.
    ExpireIgnoresHold,
    /// A success that comes again is carried out again.
    SuccessTwice,
    /// A new leader takes rows that it did not start itself for delivered.
    OutboxDroppedAtFailover,
    /// A vote is given before it is durable.
    VoteLostAtCrash,
    /// Each attempt of a refund has a key of its own.
    RefundWithoutKey,
    /// A forwarded command without an answer is proposed again under a new key.
    ForwardUnderNewKey,
    /// A new leader's clock counts, however far it lags.
    TimeRunsBack,
    /// What was purged is not noted.
    PurgeNotNoted,
    /// A follower asks for a read index once and uses it for good.
    ReadIndexReused,
    /// What a node's own state would refuse is refused, however far it lags.
    RefusedUnasked,
}

impl Bug {
    /// Every one.
    pub(crate) const ALL: [Bug; 17] = [
        Bug::FsyncSkipped,
        Bug::AnswerBeforeCommit,
        Bug::LocalReadSold,
        Bug::WallClockInApply,
        Bug::KeysMissingFromSnapshots,
        Bug::RowsWithoutPosition,
        Bug::SnapshotHalfInstalled,
        Bug::ExpireIgnoresHold,
        Bug::SuccessTwice,
        Bug::OutboxDroppedAtFailover,
        Bug::VoteLostAtCrash,
        Bug::RefundWithoutKey,
        Bug::ForwardUnderNewKey,
        Bug::TimeRunsBack,
        Bug::PurgeNotNoted,
        Bug::ReadIndexReused,
        Bug::RefusedUnasked,
    ];

    /// The bug of this name.
    pub(crate) fn named(name: &str) -> Option<Bug> {
        Bug::ALL.into_iter().find(|bug| bug.to_string() == name)
    }
}

impl fmt::Display for Bug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // fsync-skipped, of FsyncSkipped
        for (at, letter) in format!("{self:?}").char_indices() {
            if letter.is_ascii_uppercase() && 0 < at {
                f.write_str("-")?;
            }
            write!(f, "{}", letter.to_ascii_lowercase())?;
        }
        Ok(())
    }
}

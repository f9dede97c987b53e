//! How a command ends.

/// The exit codes (CONTRACT section 7).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Exit {
    /// All went well.
    Done,
    /// It failed, for a reason that none of the others names.
    Failed,
    /// The arguments make no command.
    Usage,
    /// No endpoint answered, or the cluster has no quorum. Nothing was changed.
    Unreachable,
    /// There is no such thing, or it conflicts with one that is there.
    Conflict,
    /// It would be unsafe, or has been done for good.
    Unsafe,
    /// It may or may not have been done.
    Unknown,
}

impl Exit {
    pub(super) fn code(self) -> u8 {
        match self {
            Exit::Done => 0,
            Exit::Failed => 1,
            Exit::Usage => 2,
            Exit::Unreachable => 3,
            Exit::Conflict => 4,
            Exit::Unsafe => 5,
            Exit::Unknown => 6,
        }
    }
}

/// Why a command ended otherwise than well, for a person.
#[derive(Clone, Debug)]
pub(super) struct Failure {
    pub exit: Exit,
    pub message: String,
}

impl Failure {
    pub(super) fn new(exit: Exit, message: impl Into<String>) -> Failure {
        Failure { exit, message: message.into() }
    }
}

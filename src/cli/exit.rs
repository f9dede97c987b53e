//! How a command ends.

use crate::client::{Code, Error, Problem};

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

/// What an answer that is no good one, or none, means for a command.
impl From<Error> for Failure {
    fn from(error: Error) -> Failure {
        let message = error.to_string();
        match error {
            Error::Refused(problem) => Failure::from(*problem),
            Error::Unreachable { .. } => Failure::new(Exit::Unreachable, message),
            Error::OutcomeUnknown { .. } => Failure::new(Exit::Unknown, message),
            Error::Malformed { .. } => Failure::new(Exit::Failed, message),
            Error::Unusable(_) => Failure::new(Exit::Usage, message),
        }
    }
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Failure {
        let exit = match (problem.status, &problem.code) {
            (409, Code::AlreadyInitialized | Code::RefusedAsUnsafe) => Exit::Unsafe,
            (404 | 409 | 410 | 412, _) => Exit::Conflict,
            // Nobody decides: which node says so is worth knowing.
            (429 | 503 | 504, _) => {
                let message = format!("{}: {problem}", problem.endpoint);
                return Failure::new(Exit::Unreachable, message);
            }
            _ => Exit::Failed,
        };
        Failure::new(exit, problem.to_string())
    }
}

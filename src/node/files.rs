//! Open files: each connection is one, and systems allow few of them unless they are asked.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// Files beside the connections of clients: the database's, the runtime's, and calls to others.
const SPARE: u64 = 512;

/// Sees to it that so many connections may be open at a time, as far as this process may; returns
/// how many that is.
pub fn allow(connections: usize) -> usize {
    let limit = getrlimit(Resource::Nofile);
    let current = raised(limit, connections);
    if current != limit.current
        && let Err(error) = setrlimit(Resource::Nofile, Rlimit { current, ..limit })
    {
        tracing::warn!(%error, "cannot raise the number of open files");
        return fit(limit.current, connections);
    }
    fit(current, connections)
}

/// To what the limit is to be raised for so many connections.
fn raised(limit: Rlimit, connections: usize) -> Option<u64> {
    let needed = u64::try_from(connections).unwrap_or(u64::MAX).saturating_add(SPARE);
    let current = limit.current?;
    if needed <= current {
        return Some(current);
    }
    // What answers that break off may leave open for a moment is not counted: take all.
    Some(limit.maximum.unwrap_or(needed.saturating_mul(2)).max(current))
}

/// How many of these connections fit under a limit.
fn fit(limit: Option<u64>, connections: usize) -> usize {
    let Some(limit) = limit else { return connections };
    connections.min(usize::try_from(limit.saturating_sub(SPARE)).unwrap_or(usize::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Limits are raised where they must and as far as they can be.
    #[test]
    fn limits_are_raised_as_far_as_they_can_be() {
        let limit = |current, maximum| Rlimit { current, maximum };
        for (current, maximum, connections, raised_to, fits) in [
            (Some(1024), Some(4096), 512, Some(1024), 512),
            (Some(1024), Some(4096), 513, Some(4096), 513),
            (Some(1024), Some(4096), 10_000, Some(4096), 3584),
            (Some(1024), None, 3000, Some(7024), 3000),
            (None, None, 1 << 40, None, 1 << 40),
            (Some(100), Some(100), 10, Some(100), 0),
        ] {
            let after = raised(limit(current, maximum), connections);
            assert_eq!((after, fit(after, connections)), (raised_to, fits), "{connections}");
        }
    }
}

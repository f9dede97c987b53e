//! Open files: each connection is one, and systems allow few of them unless they are asked.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// Files beside the connections of clients: the database's, the runtime's, and calls to others.
const SPARE: u64 = 512;

/// Sees to it that so many connections may be open at a time.
///
/// # Errors
/// This process may not have so many.
pub fn allow(connections: usize) -> Result<(), String> {
    let needed = u64::try_from(connections).unwrap_or(u64::MAX).saturating_add(SPARE);
    let limit = getrlimit(Resource::Nofile);
    let Some(current) = raised(limit, needed)? else { return Ok(()) };
    setrlimit(Resource::Nofile, Rlimit { current: Some(current), ..limit })
        .map_err(|error| format!("{needed} open files are needed: {error}"))
}

/// To what the limit has to be raised, if it has to.
fn raised(limit: Rlimit, needed: u64) -> Result<Option<u64>, String> {
    if limit.current.is_none_or(|current| needed <= current) {
        return Ok(None);
    }
    match limit.maximum {
        Some(most) if most < needed => Err(format!(
            "{needed} open files are needed, and this process may have {most}: raise the hard \
                 limit (ulimit -Hn), or take fewer connections"
        )),
        // What answers that break off may leave open for a moment is not counted: take all.
        Some(most) => Ok(Some(most)),
        None => Ok(Some(needed.saturating_mul(2))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_raised_only_where_they_must_and_can_be() {
        let limit = |current, maximum| Rlimit { current, maximum };
        for (current, maximum, needed, raised_to) in [
            (Some(1024), Some(4096), 1024, Some(None)),
            (Some(1024), Some(4096), 1025, Some(Some(4096))),
            (Some(1024), None, 3000, Some(Some(6000))),
            (None, None, 1 << 40, Some(None)),
            (Some(1024), Some(4096), 4097, None),
        ] {
            assert_eq!(raised(limit(current, maximum), needed).ok(), raised_to, "{needed}");
        }
    }
}

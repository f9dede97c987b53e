//! What the operating system says of this process.

use std::fs;
use std::io;

use rustix::process::{Resource, getrlimit};
use rustix::time::{ClockId, clock_gettime};

/// This process at one moment.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Process {
    /// Bytes of memory that are resident.
    pub resident_bytes: u64,
    /// Open file descriptors.
    pub open_fds: u64,
    /// How many there may be.
    pub max_fds: u64,
    /// Seconds of processor time since it began.
    pub cpu_seconds: f64,
}

/// Reads `/proc/self`. Takes a while with many open files.
///
/// # Errors
/// There is no such thing here, or it has another form.
pub fn of_this_process() -> io::Result<Process> {
    let status = fs::read_to_string("/proc/self/status")?;
    let resident = resident(&status).ok_or_else(|| io::Error::other("no VmRSS in its status"))?;
    // The descriptor that it is counted with is one of them, and closed right after.
    let open_fds = (fs::read_dir("/proc/self/fd")?.count() as u64).saturating_sub(1);
    let max_fds = getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX);
    let used = clock_gettime(ClockId::ProcessCPUTime);
    #[expect(clippy::cast_precision_loss, reason = "what is lost is less than a microsecond")]
    let cpu_seconds = used.tv_sec as f64 + used.tv_nsec as f64 / 1e9;
    Ok(Process { resident_bytes: resident, open_fds, max_fds, cpu_seconds })
}

/// `VmRSS:     1234 kB`, in bytes.
fn resident(status: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kib: u64 = line.trim().strip_suffix(" kB")?.trim().parse().ok()?;
    Some(kib * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is read is this process: it has memory, files, and used time that never runs back.
    #[test]
    fn this_process_is_read() {
        let before = of_this_process().unwrap();
        assert!(1 << 20 < before.resident_bytes, "{before:?}");
        let held: Vec<_> = (0..100).map(|_| fs::File::open("/proc/self/status").unwrap()).collect();
        let after = of_this_process().unwrap();
        assert!(before.open_fds + 50 < after.open_fds, "{before:?} {after:?}");
        assert!(after.open_fds < after.max_fds, "{after:?}");
        assert!(before.cpu_seconds <= after.cpu_seconds, "{before:?} {after:?}");
        drop(held);
        assert_eq!(resident("Name:\tx\nVmRSS:\t    12 kB\n"), Some(12 * 1024));
        assert_eq!(resident("Name:\tx\n"), None);
    }
}

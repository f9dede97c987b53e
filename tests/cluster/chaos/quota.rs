//! A tenth of a processor for one process: by a control group where there are such, else by stopping
//! it most of the time.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use tokio::task::JoinHandle;

/// Where control groups of processors are, in their first version.
const CPU: &str = "/sys/fs/cgroup/cpu";

/// Of every tenth of a second, in microseconds.
const SHARE: &str = "10000";

/// The bursts in which a process runs, and the pauses between.
const RUN: Duration = Duration::from_millis(10);
const STOP: Duration = Duration::from_millis(90);

/// What holds a process back.
pub enum Quota {
    /// A control group.
    Group(PathBuf),
    /// A task of ours.
    Bursts(JoinHandle<()>),
}

impl Quota {
    /// Holds a node's process back.
    pub fn set(node: u64, pid: u32) -> Quota {
        let group = Path::new(CPU).join(format!("usher-{}-{node}", std::process::id()));
        let made = fs::create_dir(&group)
            .and_then(|()| fs::write(group.join("cpu.cfs_quota_us"), SHARE))
            .and_then(|()| fs::write(group.join("cgroup.procs"), pid.to_string()));
        match made {
            Ok(()) => Quota::Group(group),
            Err(_none_here) => Quota::Bursts(tokio::spawn(bursts(pid))),
        }
    }

    /// Lets go, once the process has ended; says how it was held.
    pub fn lift(self) -> String {
        match self {
            Quota::Group(group) => match fs::remove_dir(&group) {
                Ok(()) => "by a control group".to_owned(),
                Err(error) => format!("by a control group, which stays: {error}"),
            },
            Quota::Bursts(task) => {
                task.abort();
                "by stopping it".to_owned()
            }
        }
    }
}

async fn bursts(pid: u32) {
    loop {
        for (signal, time) in [("STOP", STOP), ("CONT", RUN)] {
            let sent = Command::new("sh").arg("-c").arg(format!("kill -s {signal} {pid}")).status();
            if !sent.is_ok_and(|status| status.success()) {
                return;
            }
            tokio::time::sleep(time).await;
        }
    }
}

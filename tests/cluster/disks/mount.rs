//! Disks that can lose power: file systems in files, mounted where nobody else sees them.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use crate::harness::{eventually, finish, mortal, run_within};

/// Set where a mount namespace of our own is around this process already.
const INSIDE: &str = "USHER_DISKS_INSIDE";

/// A killed process lets go of its files within this.
const UNMOUNT_MAX: Duration = Duration::from_secs(10);

/// Asks the file system to go down as if power were cut; there is no command for it.
const SHUTDOWN: &str = r#"open(my $file, "<", $ARGV[0]) or die "open: $!";
    ioctl($file, 0x8004587d, pack("I", $ARGV[1])) or die "ioctl: $!";"#;

/// Runs a test where its mounts are its own: they go with its processes, however these end.
///
/// The test runs in another process of this binary, which starts in a namespace of its own.
pub fn with_mounts(name: &str, time: Duration, test: impl Future<Output = ()>) {
    if std::env::var_os(INSIDE).is_some() {
        return run_within(time, test);
    }
    if let Err(why) = can_mount() {
        println!("skipped: disks::{name}: {why}");
        return;
    }
    let mut command = mortal(Path::new("unshare"));
    command.args(["--mount", "--propagation", "private", "--"]);
    command.arg(std::env::current_exe().expect("this is a process"));
    command.args(["--exact", &format!("disks::{name}"), "--include-ignored", "--nocapture"]);
    // It is this test, not a node: its environment is ours.
    command.env_clear().envs(std::env::vars_os());
    command.env(INSIDE, "1");
    let ran = finish(command);
    println!("{}{}", ran.stdout, ran.stderr);
    assert_eq!(ran.code, 0, "the test in its own namespace");
}

/// Whether tests may mount here: in a namespace of our own, and nowhere else.
pub fn inside() -> Result<(), String> {
    can_mount()?;
    let inside = std::env::var_os(INSIDE).is_some();
    if inside { Ok(()) } else { Err("scripts/disk-faults makes a mount namespace for it".into()) }
}

/// Whether this machine lets us mount file systems in files, and if not, why.
fn can_mount() -> Result<(), String> {
    if !rustix::process::geteuid().is_root() {
        return Err("it needs root, to mount file systems".to_owned());
    }
    for tool in ["unshare", "mkfs.ext4", "mount", "losetup", "perl"] {
        let found = Command::new("sh").arg("-c").arg(format!("command -v {tool}")).output();
        if !found.is_ok_and(|found| found.status.success()) {
            return Err(format!("it needs {tool}"));
        }
    }
    let tried = "unshare --mount --propagation private losetup --find";
    match Command::new("sh").arg("-c").arg(tried).output() {
        Ok(output) if output.status.success() => Ok(()),
        Ok(output) => {
            let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
            Err(format!("no loop device or no mount namespace here: {said}"))
        }
        Err(error) => Err(error.to_string()),
    }
}

/// A file system in a file, mounted as a data directory.
pub struct Disk {
    image: PathBuf,
    at: PathBuf,
}

impl Disk {
    /// A new, empty one of so many MiB: the data directory of node `id` below a folder.
    pub fn make(dir: &Path, id: u64, mib: u64) -> Disk {
        let disk =
            Disk { image: dir.join(format!("image-{id}")), at: dir.join(format!("data-{id}")) };
        let made = File::create(&disk.image).and_then(|image| image.set_len(mib << 20));
        made.expect("an image can be made");
        fs::create_dir(&disk.at).expect("a folder can be made");
        // Nothing is reserved for root, which is who the test runs as.
        tool("mkfs.ext4", &["-q", "-F", "-m", "0", &disk.image.display().to_string()]);
        disk.mount();
        disk
    }

    /// Where it is mounted.
    pub fn at(&self) -> &Path {
        &self.at
    }

    /// The loop device goes by itself when nothing is mounted from it.
    pub fn mount(&self) {
        let (image, at) = (self.image.display().to_string(), self.at.display().to_string());
        tool("mount", &["-o", "loop,discard", &image, &at]);
    }

    /// Takes it away from processes that have ended.
    pub async fn unmount(&self) {
        eventually("the disk is let go of", UNMOUNT_MAX, async || {
            let ran = Command::new("umount").arg(&self.at).output().expect("there is umount");
            ran.status.success().then_some(())
        })
        .await;
    }

    /// From here on nothing that was not on the disk gets there. `journal`: what the journal holds
    /// is written out first, which is another state to find a disk in.
    pub fn cut(&self, journal: bool) {
        let how = if journal { "1" } else { "2" };
        tool("perl", &["-e", SHUTDOWN, &self.at.display().to_string(), how]);
        let written = fs::write(self.at.join("after-the-cut"), "x");
        assert!(written.is_err(), "the disk takes writes after its power was cut");
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        // Whoever still uses it ends with this process, and so does the namespace.
        let _ = Command::new("umount").arg("--lazy").arg(&self.at).output();
    }
}

/// Runs a command of the system that must succeed.
pub fn tool(name: &str, args: &[&str]) {
    let ran = Command::new(name).args(args).output();
    let ran = ran.unwrap_or_else(|error| panic!("{name}: {error}"));
    let said = String::from_utf8_lossy(&ran.stderr);
    assert!(ran.status.success(), "{name} {args:?}: {said}");
}

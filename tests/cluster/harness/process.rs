//! One `usher` process, which never outlives the test.

use std::ffi::OsStr;
use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{LazyLock, Mutex, MutexGuard, mpsc};
use std::thread;

/// Lines of a node's log that a failing test prints.
const TAIL_LINES: usize = 30;

/// A process of the binary under test, perhaps not running at the moment.
pub struct Process {
    /// A node's configuration; empty for what has none.
    config: PathBuf,
    arguments: Vec<String>,
    log: PathBuf,
    /// The file of the network namespace that it runs in, if not in ours.
    space: Option<String>,
    child: Mutex<Option<Child>>,
}

impl Process {
    /// A node that is started later, with this configuration file and log file, perhaps in a
    /// network namespace.
    pub fn new(config: PathBuf, log: PathBuf, space: Option<String>) -> Process {
        let arguments = vec!["serve".into(), "--config".into(), config.display().to_string()];
        Process { config, arguments, log, space, child: Mutex::new(None) }
    }

    /// Anything else of the binary that is started later, with these arguments and log file.
    pub fn other(arguments: Vec<String>, log: PathBuf) -> Process {
        let (config, space) = (PathBuf::new(), None);
        Process { config, arguments, log, space, child: Mutex::new(None) }
    }

    /// Starts it. Its log goes on where it ended.
    pub fn start(&self) {
        self.start_with(&[]);
    }

    /// The same with more in its environment.
    pub fn start_with(&self, environment: &[(&str, &OsStr)]) {
        let mut child = self.child();
        assert!(child.is_none(), "{:?} runs already", self.arguments);
        let log = OpenOptions::new().create(true).append(true).open(&self.log);
        let log = log.expect("the log file can be opened");
        let binary = Path::new(env!("CARGO_BIN_EXE_usher"));
        let mut command = match &self.space {
            None => mortal(binary),
            Some(space) => {
                // It replaces itself with what it is to run: the process id stays.
                let mut command = mortal(Path::new("nsenter"));
                command.arg(format!("--net={space}")).arg("--").arg(binary);
                command
            }
        };
        command.args(&self.arguments).envs(environment.iter().copied());
        command.stdin(Stdio::null());
        command.stdout(log.try_clone().expect("the log file can be opened twice")).stderr(log);
        *child = Some(spawn(command).expect("the binary can be started"));
    }

    /// Ends it as a power cut would (SIGKILL), and waits until it is gone.
    pub fn kill(&self) {
        if let Some(mut child) = self.child().take() {
            child.kill().expect("our own process can be killed");
            child.wait().expect("our own process can be awaited");
        }
    }

    /// Sends it a signal by name, such as `STOP`.
    ///
    /// The shell's own `kill` does it: the system call needs `unsafe` or one more crate.
    pub fn signal(&self, name: &str) {
        let pid = self.pid().expect("a process that is signalled runs");
        let sent = Command::new("sh").arg("-c").arg(format!("kill -s {name} {pid}")).status();
        assert!(sent.expect("there is a shell").success(), "SIG{name} to {pid}");
    }

    /// Its process id while it runs.
    pub fn pid(&self) -> Option<u32> {
        self.child().as_ref().map(Child::id)
    }

    /// How it ended, if it ended by itself.
    pub fn ended(&self) -> Option<ExitStatus> {
        let mut child = self.child();
        child.as_mut()?.try_wait().expect("our own process can be awaited")
    }

    /// The whole log so far.
    pub fn log(&self) -> String {
        String::from_utf8_lossy(&fs::read(&self.log).unwrap_or_default()).into_owned()
    }

    /// The last lines of the log.
    pub fn log_tail(&self) -> String {
        let log = self.log();
        let lines: Vec<&str> = log.lines().collect();
        lines[lines.len().saturating_sub(TAIL_LINES)..].join("\n")
    }

    /// Where the configuration is.
    pub fn config(&self) -> &Path {
        &self.config
    }

    /// A panic elsewhere must not keep `Drop` from killing the process.
    fn child(&self) -> MutexGuard<'_, Option<Child>> {
        self.child.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if let Some(mut child) = self.child().take() {
            // It may have ended by itself; then there is nothing left to do.
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// What a finished command of the command line left.
pub struct Ran {
    /// The exit code; -1 when a signal ended it.
    pub code: i32,
    /// Data.
    pub stdout: String,
    /// Talk.
    pub stderr: String,
}

impl Ran {
    /// Asserts the exit code.
    pub fn exits(self, code: i32) -> Ran {
        let Ran { stdout, stderr, .. } = &self;
        assert_eq!(self.code, code, "exit code; stdout: {stdout}\nstderr: {stderr}");
        self
    }

    /// Standard output as JSON.
    pub fn json(&self) -> serde_json::Value {
        let read = serde_json::from_str(&self.stdout);
        read.unwrap_or_else(|error| panic!("stdout is not JSON ({error}): {}", self.stdout))
    }
}

/// Runs `usher` with these arguments to its end.
pub async fn usher(args: &[&str]) -> Ran {
    let mut command = mortal(Path::new(env!("CARGO_BIN_EXE_usher")));
    command.args(args);
    let ended = tokio::task::spawn_blocking(|| finish(command)).await;
    ended.expect("waiting does not panic")
}

/// Runs a command that was made by [`mortal`] to its end.
pub fn finish(mut command: Command) -> Ran {
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let child = spawn(command).expect("the binary can be started");
    let output = child.wait_with_output().expect("our own process can be awaited");
    Ran {
        code: output.status.code().unwrap_or(-1),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

/// A command that dies with this test process even when that is killed itself, where util-linux is
/// there to arrange it; elsewhere `Drop` alone kills it. Our own environment must not configure it.
pub fn mortal(binary: &Path) -> Command {
    static SETPRIV: LazyLock<bool> = LazyLock::new(|| {
        let tried = Command::new("setpriv").args(["--pdeathsig", "KILL", "true"]).status();
        tried.is_ok_and(|status| status.success())
    });
    let mut command = if *SETPRIV {
        let mut command = Command::new("setpriv");
        command.args(["--pdeathsig", "KILL", "--"]).arg(binary);
        command
    } else {
        Command::new(binary)
    };
    // Machines without any certificates are common, and plain addresses need none.
    command.env("SSL_CERT_FILE", "/nonexistent").env("SSL_CERT_DIR", "/nonexistent");
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("USHER_") {
            command.env_remove(name);
        }
    }
    command
}

/// Spawns from a thread that lives as long as this process: the kernel's parent-death signal comes
/// when the *thread* that spawned ends, and a test's thread ends early.
pub fn spawn(command: Command) -> io::Result<Child> {
    type Order = (Command, mpsc::Sender<io::Result<Child>>);
    static SPAWNER: LazyLock<mpsc::Sender<Order>> = LazyLock::new(|| {
        let (orders, taken) = mpsc::channel::<Order>();
        thread::spawn(move || {
            for (mut command, answer) in taken {
                // The asker waits for the answer; it is gone only if its thread was.
                let _ = answer.send(command.spawn());
            }
        });
        orders
    });
    let (answer, spawned) = mpsc::channel();
    SPAWNER.send((command, answer)).expect("the spawner never ends");
    spawned.recv().expect("the spawner always answers")
}

/// Makes an empty file and says where; for configuration files that tests write themselves.
pub fn write(path: &Path, text: &str) {
    let made =
        File::create(path).and_then(|mut file| io::Write::write_all(&mut file, text.as_bytes()));
    made.unwrap_or_else(|error| panic!("{}: {error}", path.display()));
}

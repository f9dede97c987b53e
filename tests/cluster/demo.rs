//! `usher demo`: what it prints is true. Its story is run in a shell as a reader would run it.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use crate::harness::{mortal, ports, run};

/// A demonstration under way; it ends with the test.
struct Demo {
    child: Child,
    /// What it said, from the line of dashes on a shell script.
    said: String,
}

impl Demo {
    /// Starts one on free ports and reads what it says.
    fn start(arguments: &[&str]) -> Demo {
        let mut command = mortal(env!("CARGO_BIN_EXE_usher").as_ref());
        command.arg("demo").args(arguments).stdin(Stdio::null()).stdout(Stdio::piped());
        let child = command.spawn().expect("the binary can be started");
        let mut demo = Demo { child, said: String::new() };
        let stdout = demo.child.stdout.take().expect("it was piped");
        for line in BufReader::new(stdout).lines() {
            let line = line.expect("it says text");
            demo.said.push_str(&line);
            demo.said.push('\n');
            if line.ends_with("payments reconcile") {
                return demo;
            }
        }
        panic!("it ended before it had told its story: {}", demo.said);
    }

    fn story(&self) -> &str {
        let at = self.said.find("# ---").expect("the story begins with dashes");
        &self.said[at..]
    }

    /// Ends it as Ctrl-C does, and returns whether it ended well.
    fn interrupt(mut self) -> bool {
        let signal = format!("kill -s INT {}", self.child.id());
        let sent = Command::new("sh").arg("-c").arg(signal).status();
        assert!(sent.expect("there is a shell").success());
        self.child.wait().expect("our own process can be awaited").success()
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        // It may have ended by itself; then there is nothing left to do.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The first of ten ports in a row that nobody listens on, with those that are derived from it.
fn port() -> String {
    let free = |port: u16| std::net::TcpListener::bind(("127.0.0.1", port)).is_ok();
    let whole = |first: &u16| {
        let nodes = *first..*first + 3;
        nodes.clone().all(free) && nodes.map(|port| port + 1000).all(free) && free(*first + 99)
    };
    let found = std::iter::repeat_with(ports::free).take(1000).find(whole);
    found.expect("there are free ports").to_string()
}

fn shell(script: &str) -> String {
    let ran = Command::new("bash").args(["-eu", "-o", "pipefail", "-c", script]).output();
    let ran = ran.expect("there is a shell");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let (said, complained) = (text(&ran.stdout), text(&ran.stderr));
    assert!(ran.status.success(), "{script}\n--- {said}\n--- {complained}");
    format!("{said}{complained}")
}

/// The story runs as it is printed: held, paid, booked, mailed, cancelled, paid back, balanced.
#[test]
fn the_story_is_true() {
    check_story(Demo::start(&["--port", &port()]), false);
}

/// The same where nobody is believed: who has no token, or a weak one, gets nowhere.
#[test]
fn the_story_is_true_with_tokens() {
    let (folder, port) = (tempfile::tempdir().expect("a temporary folder can be made"), port());
    let place = folder.path().display().to_string();
    let demo = Demo::start(&["--auth", "token", "--data-dir", &place, "--port", &port]);
    let status = |path: &str, headers: &str| {
        let url = format!("http://127.0.0.1:{port}{path}");
        let silent = "curl --silent --output /dev/null --write-out '%{http_code}'";
        shell(&format!("cd '{place}'; {silent} '{url}' {headers}"))
    };
    let token = |role: &str| format!("--header \"Authorization: Bearer $(cat {role}.token)\"");
    let believed = "--header 'X-User-Id: anna' --header 'X-Usher-Role: operator'";
    assert_eq!(status("/v1/shows", ""), "200");
    for path in ["/v1/me/hold", "/v1/cluster", "/v1/refunds"] {
        assert_eq!(status(path, believed), "401", "{path} without a token");
    }
    assert_eq!(status("/v1/me/hold", &token("buyer")), "404", "she holds nothing yet");
    assert_eq!(status("/v1/refunds", &token("buyer")), "403");
    assert_eq!(status("/v1/refunds", &token("organizer")), "200");
    assert_eq!(status("/v1/cluster", &token("organizer")), "403");
    assert_eq!(status("/v1/cluster", &token("operator")), "200");
    let files = shell(&format!("stat --format %a '{place}'/*.token"));
    assert_eq!(files.split_whitespace().collect::<Vec<_>>(), ["600", "600", "600"]);
    let told = check_story(demo, true);
    let read = |role: &str| std::fs::read_to_string(folder.path().join(format!("{role}.token")));
    for role in ["buyer", "organizer", "operator"] {
        let token = read(role).expect("there is a token for each role");
        assert!(!told.contains(&token), "the story tells the {role}'s token");
    }
}

/// Runs a demonstration's story, and ends it. Returns all that was said.
fn check_story(demo: Demo, kept: bool) -> String {
    let told = shell(demo.story());
    let pages = demo.said.lines().find_map(|line| line.strip_prefix("pages: "));
    let page = pages.and_then(|line| line.split_whitespace().next()).expect("it says where");
    let picture = shell(&format!(
        "curl --silent --fail {page}v1/shows/club | grep --only-matching '/media/[^\"]*'"
    ));
    let drawn =
        shell(&format!("curl --silent --fail '{page}'{}", picture.trim().trim_start_matches('/')));
    assert!(drawn.contains("<svg"), "{picture} is no picture: {drawn}");
    for expected in [
        "\"status\":\"pending\"",
        "paid: 303 to",
        "\"status\":\"confirmed\"",
        ".eml",
        "\"status\":\"cancelled\"",
        "\"idempotency_key\":\"obx_",
        "every invariant holds",
    ] {
        assert!(told.contains(expected), "{expected:?} is missing in {told}");
    }
    let mail = demo.said.lines().find_map(|line| line.strip_prefix("mail: "));
    let folder = std::path::Path::new(mail.expect("it says where mail is")).to_owned();
    assert!(folder.exists());
    let said = demo.said.clone();
    assert!(demo.interrupt(), "it ended badly");
    assert_eq!(folder.exists(), kept, "{}: is it kept?", folder.display());
    told + &said
}

/// A folder keeps everything, and what it was made with cannot be changed.
#[test]
fn a_folder_keeps_it() {
    run(async {
        let kept = tempfile::tempdir().expect("a temporary folder can be made");
        let (folder, port) = (kept.path().display().to_string(), port());
        let arguments = ["--data-dir", &folder, "--nodes", "1", "--port", &port];
        let demo = Demo::start(&arguments);
        let hold = format!(
            "curl --silent --fail http://127.0.0.1:{port}/v1/shows/club/holds \
             --header 'X-User-Id: ada' --json '{{\"best_available\": {{\"quantity\": 1}}}}'"
        );
        assert!(shell(&hold).contains("\"pending\""));
        assert!(demo.interrupt());
        let changed = ["demo", "--data-dir", &folder, "--nodes", "3", "--port", &port];
        let refused = crate::harness::usher(&changed).await.exits(5);
        assert!(refused.stderr.contains("--nodes 1"), "{}", refused.stderr);

        let demo = Demo::start(&arguments);
        let mine = format!(
            "curl --silent --fail http://127.0.0.1:{port}/v1/me/hold --header 'X-User-Id: ada'"
        );
        assert!(shell(&mine).contains("\"pending\""));
        assert!(demo.interrupt());
    });
}

/// A port that is taken is named, and nothing is left running.
#[test]
fn a_taken_port_is_named() {
    run(async {
        let port = port();
        let taken = std::net::TcpListener::bind(format!("127.0.0.1:{port}"));
        let _taken = taken.expect("it was free a moment ago");
        let arguments = ["demo", "--nodes", "1", "--port", &port];
        let asked =
            tokio::time::timeout(Duration::from_secs(30), crate::harness::usher(&arguments));
        let ended = asked.await.expect("it ends by itself").exits(1);
        assert!(ended.stderr.contains(&format!("127.0.0.1:{port}")), "{}", ended.stderr);
    });
}

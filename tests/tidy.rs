//! Rules about the source that no compiler knows: the absences of ARCHITECTURE.md. Each message
//! says what to do instead.

use std::fs;
use std::path::{Path, PathBuf};

/// Every Rust file below `src`, with its path from there.
fn sources() -> Vec<(String, String)> {
    fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).expect("src is readable") {
            let path = entry.expect("src is readable").path();
            if path.is_dir() {
                walk(&path, found);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                found.push(path);
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    walk(&root, &mut files);
    files.sort();
    assert!(files.len() > 20, "the walk found only {} files", files.len());
    let read = |path: PathBuf| {
        let text = fs::read_to_string(&path).expect("a source file is readable");
        let name = path.strip_prefix(&root).expect("it lies below src").display().to_string();
        (name, text)
    };
    files.into_iter().map(read).collect()
}

/// The lines of a file that are neither comments nor in its test module (which ends every file that
/// has one), with their numbers.
fn code(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.lines()
        .enumerate()
        .take_while(|(_, line)| !line.starts_with("#[cfg(test)]"))
        .filter(|(_, line)| !line.trim_start().starts_with("//"))
        .map(|(at, line)| (at + 1, line))
}

/// Fails for every line of code that has one of `words` in a file for which `allowed` is false.
fn forbid(words: &[&str], allowed: impl Fn(&str) -> bool, remedy: &str) {
    let mut found = Vec::new();
    for (name, text) in sources() {
        if allowed(&name) || is_test(&name) {
            continue;
        }
        for (at, line) in code(&text) {
            if let Some(word) = words.iter().find(|word| line.contains(**word)) {
                found.push(format!("src/{name}:{at}: {word:?}"));
            }
        }
    }
    assert!(found.is_empty(), "{remedy}\n{}", found.join("\n"));
}

fn is_test(name: &str) -> bool {
    // The simulation is a test in a room of its own.
    name.ends_with("tests.rs") || name.contains("/tests/") || name.starts_with("simulation/")
}

/// The core is a function of its inputs.
#[test]
fn core_is_pure() {
    forbid(
        &[
            "std::time",
            "std::fs",
            "std::net",
            "std::thread",
            "std::env",
            "SystemTime",
            "Instant",
            "tokio",
            "async ",
            ".await",
            "rand::",
            "tracing",
            "println!",
            "HashMap::new",
            "RandomState",
            "f32",
            "f64",
        ],
        |name| !name.starts_with("seats/"),
        "Nothing in seats reads a clock, draws randomness, awaits, logs or touches a file: \
         have it handed in with the command.",
    );
}

/// Each heavy crate has one home.
#[test]
fn heavy_crates_have_one_home() {
    for (words, homes) in [
        (&["openraft::", "openraft_rt"][..], &["raft/"][..]),
        (&["rocksdb::"], &["store/"]),
        (&["bincode::"], &["codec/"]),
        (&["axum::"], &["http/", "raft/", "sandbox/"]),
        (&["clap::", "clap_complete::", "clap_mangen::"], &["cli/"]),
        (&["reqwest::"], &["client/", "raft/", "cli/", "gateways/", "sandbox/", "tokens/"]),
        (&["jsonwebtoken::"], &["tokens/"]),
        (&["governor::"], &["http/"]),
        (&["prometheus_client"], &["metrics/"]),
        (&["opentelemetry"], &["traces/"]),
        (&["utoipa::"], &["http/"]),
        (&["rust_embed::"], &["http/"]),
        (&["lettre::"], &["effects/"]),
        // Pages and letters: whoever writes one renders it.
        (&["minijinja::"], &["effects/", "tickets/", "http/openapi/"]),
        (&["config::Config::builder", "config::File"], &["config/"]),
    ] {
        forbid(
            words,
            |name| homes.iter().any(|home| name.starts_with(home)),
            &format!("{words:?} belongs into {homes:?} alone: call that room instead."),
        );
    }
}

/// State changes in one place, in the order of the log.
#[test]
fn only_the_machine_applies() {
    forbid(
        &[".apply("],
        |name| {
            // The bench makes states that no cluster has had yet.
            name == "raft/machine.rs"
                || name.starts_with("raft/machine/")
                || name.starts_with("bench/")
        },
        "Nothing but raft::machine calls State::apply: propose the command instead.",
    );
}

/// Money and mail leave in one place.
#[test]
fn only_effects_act_outside() {
    forbid(
        &["NewRefund", "Closed::", "Letter {"],
        |name| ["effects/", "gateways/", "sandbox/"].iter().any(|r| name.starts_with(r)),
        "Nothing but effects closes sessions, pays back or mails: queue a row in the outbox.",
    );
    forbid(
        &[".open(&"],
        |name| name == "http/payments.rs" || !name.starts_with("http/"),
        "Sessions are opened by a payment's request alone.",
    );
    forbid(
        &["crate::seats", "crate::raft", "crate::effects", "crate::store", "crate::codec"],
        |name| !name.starts_with("sandbox/"),
        "The sandbox is the outside: it knows nothing but HTTP.",
    );
}

/// The client is somebody else's program: it has the contract and nothing more.
#[test]
fn the_client_knows_the_contract_alone() {
    let mut found = Vec::new();
    for (name, text) in sources() {
        if !name.starts_with("client/") || is_test(&name) {
            continue;
        }
        for (at, line) in code(&text) {
            // What errors of libraries have in them is told in one way everywhere.
            let known = line.replace("crate::causes::", "");
            if known.contains("crate::") || known.contains("usher::") {
                found.push(format!("src/{name}:{at}: {}", line.trim()));
            }
        }
    }
    assert!(
        found.is_empty(),
        "The client knows nothing but CONTRACT.md: it has types of its own.\n{}",
        found.join("\n")
    );
}

/// Time enters the log in one place.
#[test]
fn only_the_proposer_stamps_time() {
    forbid(
        &["Batch {"],
        |name| {
            matches!(name, "raft/propose.rs" | "raft/types.rs" | "raft/convert.rs")
                || name.starts_with("codec/")
        },
        "Nothing but raft::propose makes a batch and stamps time on it: hand it the proposal.",
    );
    forbid(
        &[
            "SystemTime",
            "std::time::Instant",
            "Timestamp::now",
            "Zoned::now",
            "rand::rng",
            "Uuid::new_v4",
            "now_v7",
        ],
        |name| {
            name == "raft/monotonic.rs"
                || ["clock/", "cli/", "client/"].iter().any(|room| name.starts_with(room))
        },
        "Nothing but the clock room reads time or draws randomness: take a Clock or an Rng.",
    );
}

/// Refusals are matched one by one, so that a new one cannot be forgotten.
#[test]
fn http_types_stay_out_of_the_log() {
    forbid(
        &["http::", "axum", "StatusCode"],
        |name| {
            !(name.starts_with("seats/")
                || name.starts_with("codec/")
                || name.starts_with("store/"))
        },
        "No HTTP type enters the log: translate it in the http room.",
    );
}

/// Lines fit a window; comments too, which the formatter leaves alone.
#[test]
fn lines_fit() {
    let mut long = Vec::new();
    for (name, text) in sources() {
        for (at, line) in text.lines().enumerate() {
            let text = line.contains('"') || line.contains("\\n\\") || line.contains("http");
            if line.chars().count() > 100 && !text {
                long.push(format!("src/{name}:{}", at + 1));
            }
        }
    }
    assert!(long.is_empty(), "Break these lines at 100 columns:\n{}", long.join("\n"));
}

/// The reference file is the one that the program prints.
#[test]
fn reference_file_is_current() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("cluster/node.reference.toml");
    let committed = fs::read_to_string(path).expect("cluster/node.reference.toml is readable");
    assert!(
        committed == usher::config::reference(),
        "Write it anew: usher config reference > cluster/node.reference.toml"
    );
}

/// The committed description of the API is the one that the program prints and serves.
#[test]
fn openapi_file_is_current() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("openapi.json");
    let committed = fs::read_to_string(path).expect("openapi.json is readable");
    assert!(committed == usher::http::openapi(), "Write it anew: usher openapi > openapi.json");
}

/// Nothing of the machine that it was written on stands in the project.
#[test]
fn no_machine_paths() {
    let forbidden = ["/root/", concat!("/wo", "rk/"), "index.crates.io"];
    for folder in ["src", "tests", "scripts", "cluster", ".ci"] {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
        let mut open = vec![root];
        while let Some(path) = open.pop() {
            if path.is_dir() {
                let made = ["cluster/data", "node_modules", "web/client/build"];
                if made.iter().any(|made| path.ends_with(made)) {
                    continue;
                }
                let entries = fs::read_dir(&path).expect("a folder of the project is readable");
                open.extend(entries.map(|entry| entry.expect("an entry is readable").path()));
            } else if let Ok(text) = fs::read_to_string(&path)
                && !path.ends_with("tidy.rs")
            {
                for word in forbidden {
                    assert!(!text.contains(word), "{} names {word:?}", path.display());
                }
            }
        }
    }
}

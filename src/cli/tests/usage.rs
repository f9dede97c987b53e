//! What needs neither disk nor network to judge.

use std::collections::BTreeSet;

use clap::Parser as _;

use super::super::args::{Arguments, Command, ShowVerb};
use super::super::exit::Exit;
use super::usher;

/// Command lines that make no command: exit 2, with words on stderr and nothing on stdout.
#[test]
fn wrong_command_lines() {
    for line in [
        "",
        "fly",
        "cluster",
        "cluster init now",
        "cluster status --colour",
        "cluster status --output poem",
        "cluster status --endpoints ftp://127.0.0.1:1",
        "cluster status --endpoints http://127.0.0.1:1/v1",
        "cluster status --endpoints ,",
        "cluster status --timeout 0",
        "leader transfer --to two",
        "show create",
        "show create a.json --file b.json",
        "show list --status nice",
        "show export",
        "show seed",
        "show seed --preset moon",
        "show seed --preset bench --ids 3..1",
        "show seed --preset bench --ids 1,,2",
        "show seed --preset bench --ids -1",
        "show seed --preset bench --ids 3..0x",
        "show seed --preset bench --ids 99999999999999999999",
        "show seed --preset bench --ids 0..100000",
        "show seed --preset bench --ids 0..99999,100000",
        "payments",
        "payments reconcile sandbox",
        "payments reconcile --gateway",
        "outbox",
        "outbox show",
        "audit show",
        "audit trail",
        "audit trail --show hamlet",
        "audit trail --seat A-12",
        "audit --backup a.backup trail --user anna",
        "refunds list --status lost",
        "refunds retry",
        "serve",
        "config check",
        "config check --config a.toml --set http.listen",
        "config check --config a.toml --set =1",
        "token",
        "token new --name till",
        "token new --role organizer",
        "token new --name till --role king",
        "token new --name a/b --role organizer",
        "token sign --user anna",
        "token sign --user anna --key no/such/file",
        "token sign --key Cargo.toml",
        "token sign --user anna --key Cargo.toml --algorithm EdDSA",
        "token sign --user anna --key Cargo.toml --algorithm none",
    ] {
        let ran = usher(&line.split_whitespace().collect::<Vec<_>>());
        assert_eq!(ran.exit, Exit::Usage, "{line}: {ran:?}");
        assert!(ran.data.is_empty() && !ran.talk.is_empty(), "{line}: {ran:?}");
    }
    assert_eq!(usher(&["show", "export", ""]).exit, Exit::Usage);
}

/// Help and version are data.
#[test]
fn help_is_data() {
    let help = usher(&["--help"]).exits(Exit::Done);
    for word in ["serve", "cluster", "audit", "Exit codes: 0 ok", "6 outcome unknown"] {
        assert!(help.data.contains(word), "{word}: {}", help.data);
    }
    assert!(usher(&["show", "seed", "--help"]).exits(Exit::Done).data.contains("stadium"));
    assert!(usher(&["--version"]).exits(Exit::Done).data.starts_with("usher "));
}

/// The arguments are consistent in themselves, as clap sees them.
#[test]
fn arguments_are_sound() {
    use clap::CommandFactory as _;
    Arguments::command().debug_assert();
}

/// The codes are the contract's.
#[test]
fn exit_codes() {
    let all = [
        Exit::Done,
        Exit::Failed,
        Exit::Usage,
        Exit::Unreachable,
        Exit::Conflict,
        Exit::Unsafe,
        Exit::Unknown,
    ];
    assert_eq!(all.map(Exit::code), [0, 1, 2, 3, 4, 5, 6]);
}

/// Ranges are inclusive, and what is named twice is one.
#[test]
fn ids_are_ranges() {
    let ids = |text: &str| {
        let line = ["usher", "show", "seed", "--preset", "bench", "--ids", text];
        match Arguments::try_parse_from(line).unwrap().command {
            Command::Show(ShowVerb::Seed(seed)) => seed.ids.unwrap().0,
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(ids("7"), BTreeSet::from([7]));
    assert_eq!(ids("0..2,2..3,9"), BTreeSet::from([0, 1, 2, 3, 9]));
    assert_eq!(ids("0..400,800000..800199,900000").len(), 602);
    assert_eq!(ids("0..99999").len(), 100_000);
}

/// Endpoints are host and port or URLs.
#[test]
fn endpoints_are_urls() {
    let endpoints = |text: &str| {
        let line = ["usher", "audit", "--endpoints", text];
        Arguments::try_parse_from(line).unwrap().connect.endpoints
    };
    assert_eq!(
        endpoints("127.0.0.1:1, http://localhost:2/,https://[::1]:3"),
        ["http://127.0.0.1:1", "http://localhost:2", "https://[::1]:3"]
    );
}

/// A configuration is checked, shown and documented.
#[test]
fn configurations() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("node.toml");
    let name = file.to_str().unwrap();
    let good = "[node]\nid = 1\ndata_dir = \"d\"\n[cluster]\nsecret = \"0123456789abcdef\"\n";
    std::fs::write(&file, good).unwrap();
    assert!(usher(&["config", "check", "--config", name]).exits(Exit::Done).data.is_empty());
    let printed = usher(&["config", "print", "--config", name, "--set", "http.listen=127.0.0.1:7"]);
    let printed = printed.exits(Exit::Done).data;
    assert!(printed.contains("127.0.0.1:7") && !printed.contains("0123456789abcdef"), "{printed}");
    let json = usher(&["config", "print", "--config", name, "--output", "json"]).json();
    assert_eq!(json["node"]["id"], 1);

    let mail = |url: &str| format!("{good}[mail]\ntransport = \"smtp\"\nurl = \"{url}\"\n");
    std::fs::write(&file, mail("smtps://user:secret@mail.example.com")).unwrap();
    usher(&["config", "check", "--config", name]).exits(Exit::Done);
    std::fs::write(&file, mail("http://mail.example.com")).unwrap();
    let ran = usher(&["config", "check", "--config", name]).exits(Exit::Failed);
    assert!(ran.talk.contains("mail.url"), "{ran:?}");

    std::fs::write(&file, format!("{good}colour = 1\n")).unwrap();
    for command in [&["config", "check"][..], &["config", "print"], &["serve"]] {
        let ran = usher(&[command, &["--config", name]].concat()).exits(Exit::Failed);
        assert!(ran.talk.contains("colour") && ran.data.is_empty(), "{ran:?}");
    }
    assert!(usher(&["config", "reference"]).exits(Exit::Done).data.contains("[node]"));
    let absent = folder.path().join("absent.toml");
    usher(&["serve", "--config", absent.to_str().unwrap()]).exits(Exit::Failed);
}

/// A shell is told every command, and so is whoever reads the manual.
#[test]
fn prompts_are_helped() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = usher(&["completions", shell]).exits(Exit::Done).data;
        for word in ["reconcile", "sandbox-gateway", "endpoints"] {
            assert!(script.contains(word), "{shell} does not know {word}");
        }
    }
    usher(&["completions", "tcsh"]).exits(Exit::Usage);

    let page = usher(&["man"]).exits(Exit::Done).data;
    assert!(page.contains(".TH usher 1") && page.contains("Exit codes: 0 ok"), "{page}");
    let folder = tempfile::tempdir().unwrap();
    let written = folder.path().join("man1");
    let dir = |path: &std::path::Path| usher(&["man", "--dir", path.to_str().unwrap()]);
    dir(&written).exits(Exit::Done);
    let audit = std::fs::read_to_string(written.join("usher-audit.1")).unwrap();
    assert!(audit.contains("invariant"), "{audit}");
    let refused = dir(&written.join("usher-audit.1/deeper")).exits(Exit::Failed);
    assert!(refused.talk.contains("usher-audit.1"), "{refused:?}");
}

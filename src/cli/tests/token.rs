//! `token`: what it prints opens a node that is configured as it says.

use super::usher;
use crate::cli::exit::Exit;
use crate::config::{Overrides, load};

/// A new token is alone on stdout; what the configuration needs is on stderr, and is in order.
#[test]
fn a_new_token_fits_its_configuration() {
    let ran = usher(&["token", "new", "--name", "till", "--role", "organizer"]);
    assert_eq!(ran.exit, Exit::Done, "{ran:?}");
    let token = ran.data.trim();
    assert!(token.starts_with("usher_") && token.len() == 49, "{token}");
    assert!(!ran.talk.contains(token), "{}", ran.talk);
    let (_, table) = ran.talk.split_once("\n\n").expect("words, then the table");
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("node.toml");
    let node = "[node]\nid = 1\ndata_dir = \"d\"\n[cluster]\nsecret = \"0123456789abcdef\"\n";
    std::fs::write(&file, format!("{node}[auth]\nmode = \"token\"\n{table}")).unwrap();
    let config = load(Some(&file), [], Overrides::new()).unwrap();
    assert_eq!(config.auth.tokens[0].name, "till");

    let ran = usher(&["token", "new", "--name", "x", "--role", "operator", "--output", "json"]);
    let made: serde_json::Value = serde_json::from_str(&ran.data).unwrap();
    assert_eq!((&made["role"], &made["name"]), (&"operator".into(), &"x".into()));
    assert_eq!(made["sha256"].as_str().unwrap().len(), 64);
}

/// A signed token has three parts and says whose it is; the key is not in it.
#[test]
fn a_token_is_signed() {
    let folder = tempfile::tempdir().unwrap();
    let key = folder.path().join("secret");
    std::fs::write(&key, "0123456789abcdef0123456789abcdef\n").unwrap();
    let ran = usher(&["token", "sign", "--user", "anna", "--key", key.to_str().unwrap()]);
    assert_eq!(ran.exit, Exit::Done, "{ran:?}");
    let rules = crate::tokens::Rules {
        algorithms: vec![crate::tokens::Algorithm::Hs256],
        // Without the end of the line.
        secret: Some(crate::tokens::Secret::new(b"0123456789abcdef0123456789abcdef")),
        ..crate::tokens::Rules::default()
    };
    let authority = crate::tokens::Authority::new(rules);
    let bearer = authority.check(ran.data.trim(), crate::seats::Millis(0)).unwrap();
    assert_eq!(bearer.user.unwrap().0, "anna");
}

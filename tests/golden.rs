//! The core, told as scripts: each file in `tests/golden` opens with its intent, then says what is
//! asked (`> …`) and what is answered. `UPDATE_GOLDEN=1 cargo test --release --test golden` writes
//! the answers anew; read the difference before you commit it.
//!
//! After every line the invariants are checked, the state is loaded from its rows and compared, and
//! the dirty rows are replayed over what was there before.

#[path = "golden/names.rs"]
mod names;
#[path = "golden/script.rs"]
mod script;
#[path = "golden/tell.rs"]
mod tell;

use std::path::{Path, PathBuf};

use script::Script;

/// One check for all scripts: the answers are as they stand in the file.
fn check(path: &Path) -> Result<(), String> {
    let text = std::fs::read_to_string(path).expect("a script is readable");
    let told = Script::default().run(&text);
    if told == text {
        return Ok(());
    }
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(path, told).expect("a script is writable");
        return Ok(());
    }
    let differs = text.lines().zip(told.lines()).position(|(a, b)| a != b);
    let line = differs.unwrap_or(text.lines().count().min(told.lines().count()));
    let at = |text: &str| text.lines().nth(line).unwrap_or("(end)").to_owned();
    let name = path.display();
    Err(format!("{name}:{}\n  stands: {}\n  is:     {}", line + 1, at(&text), at(&told)))
}

/// Every script is told as it stands.
#[test]
fn golden() {
    let scripts = scripts();
    let wrong: Vec<String> = scripts.iter().filter_map(|path| check(path).err()).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Every refusal that the core knows is told in some script.
#[test]
fn every_refusal_is_told() {
    const REFUSALS: [&str; 19] = [
        "Invalid",
        "UnknownSeats",
        "NotFound",
        "ShowExists",
        "ShowCancelled",
        "SaleNotOpen",
        "TooManySeats",
        "TooManyBookings",
        "UserHasActiveHold",
        "SeatUnavailable",
        "OrphanSeat",
        "HoldNotActive",
        "HoldExpired",
        "PaymentAlreadyOpen",
        "PaymentNotOpen",
        "BookingNotActive",
        "KeyReused",
        "Overloaded",
        "NotFound OutboxRow",
    ];
    let told: String =
        scripts().iter().map(|path| std::fs::read_to_string(path).unwrap()).collect();
    for refusal in REFUSALS {
        assert!(told.contains(&format!("refused: {refusal}")), "no script tells of {refusal}");
    }
}

fn scripts() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let entries = std::fs::read_dir(&folder).expect("the folder of scripts is there");
    let paths = entries.map(|entry| entry.expect("the folder of scripts is readable").path());
    let mut scripts: Vec<PathBuf> =
        paths.filter(|path| path.extension().is_some_and(|ext| ext == "script")).collect();
    scripts.sort();
    assert!(!scripts.is_empty(), "no scripts in {}", folder.display());
    scripts
}

//! `bench core`: how fast commands are carried out, once they are agreed.

use std::time::Instant;

use serde::Serialize;

use super::super::args::Format;
use super::super::exit::{Exit, Failure};
use super::super::output::Output;
use crate::bench::Core;
use crate::clock::{Clock as _, SystemClock};

#[derive(Serialize)]
struct Rate {
    commands: u64,
    seconds: f64,
    per_second: f64,
}

/// Sells every seat of so many shows.
pub(in crate::cli) fn core(shows: u16, output: &mut Output) -> Result<Exit, Failure> {
    let mut core = Core::new(SystemClock::new().wall(), usize::from(shows));
    let begun = Instant::now();
    let (commands, refused) = core.run();
    let seconds = begun.elapsed().as_secs_f64();
    if 0 < refused {
        let message = format!("{refused} of {commands} commands were refused, which is a defect");
        return Err(Failure::new(Exit::Failed, message));
    }
    #[expect(clippy::cast_precision_loss, reason = "a count of commands is exact in a double")]
    let rate = Rate { commands, seconds, per_second: commands as f64 / seconds };
    match output.format {
        Format::Json => output.json(&rate),
        Format::Table => output.data(&format!(
            "{commands} holds and confirms in {seconds:.2} s: {:.0} a second",
            rate.per_second
        )),
    }
    Ok(Exit::Done)
}

//! `bench core`: how fast commands are carried out, once they are agreed.

use std::time::{Duration, Instant};

use serde::Serialize;

use super::super::args::Format;
use super::super::exit::{Exit, Failure};
use super::super::output::Output;
use crate::bench::Core;
use crate::clock::{Clock as _, SystemClock};

/// Batches between two checkpoints: what a leader applies in a fraction of a second.
const BATCHES_PER_CHECKPOINT: usize = 32;

/// How fast commands are applied. Making them and taking their rows is not part of that.
#[derive(Serialize)]
struct Rate {
    commands: u64,
    seconds: f64,
    per_second: f64,
    rows: u64,
    rows_seconds: f64,
}

/// Sells every seat of so many shows.
pub(in crate::cli) fn core(shows: u16, output: &mut Output) -> Result<Exit, Failure> {
    let mut core = Core::new(SystemClock::new().wall(), usize::from(shows));
    let (mut applying, mut taking) = (Duration::ZERO, Duration::ZERO);
    let (mut commands, mut refused, mut rows) = (0, 0, 0);
    for n in 1.. {
        let batch = core.next_batch();
        if batch.is_empty() {
            break;
        }
        commands += batch.len() as u64;
        let begun = Instant::now();
        refused += core.carry_out(&batch);
        applying += begun.elapsed();
        if n % BATCHES_PER_CHECKPOINT == 0 {
            let begun = Instant::now();
            rows += core.rows() as u64;
            taking += begun.elapsed();
        }
    }
    if 0 < refused {
        let message = format!("{refused} of {commands} commands were refused, which is a defect");
        return Err(Failure::new(Exit::Failed, message));
    }
    #[expect(clippy::cast_precision_loss, reason = "a count of commands is exact in a double")]
    let rate = Rate {
        commands,
        seconds: applying.as_secs_f64(),
        per_second: commands as f64 / applying.as_secs_f64(),
        rows,
        rows_seconds: taking.as_secs_f64(),
    };
    match output.format {
        Format::Json => output.json(&rate),
        Format::Table => output.data(&format!(
            "{commands} holds and confirms in {:.2} s: {:.0} a second; {rows} rows in {:.2} s",
            rate.seconds, rate.per_second, rate.rows_seconds
        )),
    }
    Ok(Exit::Done)
}

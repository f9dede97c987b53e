//! `bench fill`: a backup of a cluster that has sold much.

use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::Path;

use super::super::backup::failed;
use super::super::exit::{Exit, Failure};
use super::super::output::Output;
use crate::bench::{Seller, Sold};
use crate::clock::{Clock as _, SystemClock};
use crate::codec::{BackupHead, LogId};
use crate::raft::machine::write_backup;

/// Bookings between two words on how far it is.
const TOLD_EVERY: u32 = 100_000;

/// Writes a backup of a cluster that has sold much.
pub(in crate::cli) fn fill(
    path: &Path,
    seats: u32,
    bookings: u32,
    paid: bool,
    output: &mut Output,
) -> Result<Exit, Failure> {
    if seats < bookings {
        let message = format!("--bookings {bookings}: there are {seats} seats");
        return Err(Failure::new(Exit::Usage, message));
    }
    let now = SystemClock::new().wall();
    let seller = if paid { Seller::Gateway } else { Seller::BoxOffice };
    let mut sold = Sold::new(now, seats, bookings, seller);
    for n in 0..bookings {
        sold.sell(n).map_err(|error| failed(path, error))?;
        if (n + 1).is_multiple_of(TOLD_EVERY) {
            output.say(&format!("{} of {bookings} sold", n + 1));
        }
    }
    let (state, commands) = sold.finish();
    let applied = LogId { term: 1, leader: 1, index: commands };
    let head = BackupHead { cluster: 0, node: 0, made_at: now };
    let mut file = BufWriter::new(File::create_new(path).map_err(|error| failed(path, error))?);
    write_backup(&mut file, &head, applied, &state)
        .and_then(|()| file.flush())
        .and_then(|()| file.get_ref().sync_all())
        .map_err(|error| failed(path, error))?;
    output.data(&format!("{}: {seats} seats, {bookings} bookings", path.display()));
    Ok(Exit::Done)
}

//! Space on the disk.

use std::fs::{self, File, OpenOptions};
use std::path::Path;

use super::error::StoreError;

const BALLAST: &str = "ballast";

/// A file that does nothing but take space.
pub(super) struct Ballast;

impl Ballast {
    /// Makes the file if it is missing and there is room for it above the low-water mark.
    pub(super) fn keep(dir: &Path, bytes: u64, low_water_bytes: u64) -> Result<(), StoreError> {
        let path = dir.join(BALLAST);
        let open = |error: std::io::Error| StoreError::open(&path, error);
        if bytes == 0 || fs::exists(&path).map_err(open)? {
            return Ok(());
        }
        let needed = low_water_bytes.saturating_add(bytes);
        if space_left(dir).map_err(open)? < needed {
            tracing::warn!(path = %path.display(), "the disk has no room for the ballast");
            return Ok(());
        }
        let file = OpenOptions::new().write(true).create_new(true).open(&path).map_err(open)?;
        reserve(&file, bytes).map_err(open)
    }

    /// How large it is; 0 where there is none.
    pub(super) fn bytes(dir: &Path) -> u64 {
        fs::metadata(dir.join(BALLAST)).map_or(0, |found| found.len())
    }
}

/// Not every file system can reserve space; on one that cannot, the file is written out.
fn reserve(file: &File, bytes: u64) -> std::io::Result<()> {
    match rustix::fs::fallocate(file, rustix::fs::FallocateFlags::empty(), 0, bytes) {
        Ok(()) => Ok(()),
        Err(rustix::io::Errno::OPNOTSUPP) => {
            std::io::copy(&mut std::io::Read::take(std::io::repeat(0), bytes), &mut &*file)?;
            Ok(())
        }
        Err(error) => Err(error.into()),
    }
}

/// Bytes that this process may still write.
pub(super) fn space_left(dir: &Path) -> std::io::Result<u64> {
    let stat = rustix::fs::statvfs(dir)?;
    Ok(stat.f_bavail.saturating_mul(stat.f_frsize))
}

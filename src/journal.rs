//! The last lines that this process logged, kept in memory for whoever asks afterwards what
//! happened.

use std::collections::VecDeque;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use tracing_subscriber::fmt::MakeWriter;

/// Bytes of the lines that are kept.
const BYTES_MAX: usize = 512 * 1024;

/// Bytes of one line; what is longer is cut.
const LINE_BYTES_MAX: usize = 4096;

/// Keeps the last lines. Cheap to clone: all clones are the same journal.
#[derive(Clone, Debug, Default)]
pub struct Journal(Arc<Mutex<Lines>>);

#[derive(Debug, Default)]
struct Lines {
    kept: VecDeque<String>,
    bytes: usize,
}

impl Journal {
    /// The lines that are kept, the oldest first.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        let lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        lines.kept.iter().cloned().collect()
    }

    /// Keeps one more line, and forgets the oldest if there are too many.
    fn push(&self, line: &[u8]) {
        let cut = &line[..line.len().min(LINE_BYTES_MAX)];
        let line = String::from_utf8_lossy(cut).trim_end().to_owned();
        let mut lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        lines.bytes += line.len();
        lines.kept.push_back(line);
        while BYTES_MAX < lines.bytes {
            let oldest = lines.kept.pop_front().unwrap_or_default();
            lines.bytes -= oldest.len();
        }
    }
}

/// Takes one event, which the subscriber writes as a whole.
pub struct Line(Journal);

impl io::Write for Line {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.push(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Journal {
    type Writer = Line;

    fn make_writer(&'a self) -> Line {
        Line(self.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whatever is logged, the journal stays small and has the end of it.
    #[test]
    fn the_last_lines_are_kept() {
        let journal = Journal::default();
        for n in 0..1_000 {
            let line = format!("{n} {}\n", "x".repeat(if n == 998 { 1 << 20 } else { 2_000 }));
            journal.push(line.as_bytes());
        }
        let lines = journal.lines();
        assert!(lines.iter().map(String::len).sum::<usize>() <= BYTES_MAX);
        assert!(200 < lines.len(), "{} lines are left", lines.len());
        assert!(lines[lines.len() - 1].starts_with("999 x"), "the last is there, without its end");
        assert_eq!(lines[lines.len() - 2].len(), LINE_BYTES_MAX);
    }
}

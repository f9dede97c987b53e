//! Where a command's data and talk go.

use std::io::{self, Write};

use comfy_table::{ContentArrangement, Table};
use serde::Serialize;

use super::args::Format;

/// Stdout for data, stderr for talk; in tests, memory.
pub(super) struct Output {
    /// What the user asked for.
    pub format: Format,
    data: Box<dyn Write>,
    talk: Box<dyn Write>,
    /// The first error on writing data.
    error: Option<io::Error>,
}

impl Output {
    /// The process's own.
    pub(super) fn process() -> Output {
        Output::new(Box::new(io::stdout()), Box::new(io::stderr()))
    }

    /// Talk alone: its data is of no interest.
    pub(super) fn talk_only() -> Output {
        Output::new(Box::new(io::sink()), Box::new(io::stderr()))
    }

    pub(super) fn new(data: Box<dyn Write>, talk: Box<dyn Write>) -> Output {
        Output { format: Format::Table, data, talk, error: None }
    }

    /// A line of talk. It is lost if stderr is closed: there is nowhere left to say so.
    pub(super) fn say(&mut self, line: &str) {
        let _ = writeln!(self.talk, "{line}");
    }

    /// Lines of data.
    pub(super) fn data(&mut self, text: &str) {
        if self.error.is_none() {
            self.error = writeln!(self.data, "{text}").err();
        }
    }

    /// Data as it is, without an end of line.
    pub(super) fn raw(&mut self, text: &str) {
        if self.error.is_none() {
            self.error = write!(self.data, "{text}").err();
        }
    }

    /// Data as JSON.
    pub(super) fn json(&mut self, data: &impl Serialize) {
        match serde_json::to_string_pretty(data) {
            Ok(text) => self.data(&text),
            Err(error) => self.error = self.error.take().or_else(|| Some(error.into())),
        }
    }

    /// Data as a table with a line of titles.
    pub(super) fn table(&mut self, titles: &[&str], rows: impl IntoIterator<Item = Vec<String>>) {
        let mut table = Table::new();
        table
            .load_style(comfy_table::presets::NOTHING)
            .set_content_arrangement(ContentArrangement::Disabled);
        table.set_header(titles.iter().map(|title| title.to_uppercase()));
        table.add_rows(
            rows.into_iter().map(|row| row.iter().map(|cell| shown(cell)).collect::<Vec<_>>()),
        );
        let lines: Vec<String> = table.lines().map(|line| line.trim().to_owned()).collect();
        self.data(&lines.join("\n"));
    }

    /// Sends out what was said so far, for a command that goes on.
    pub(super) fn flush(&mut self) -> io::Result<()> {
        self.data.flush()
    }

    /// Whether all data has gone out. A reader that has seen enough (`| head`) is no error.
    pub(super) fn finish(&mut self) -> io::Result<()> {
        let flushed = self.data.flush();
        match self.error.take().map_or(flushed, Err) {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            done => done,
        }
    }
}

/// A text as a terminal may have it: names come from others, and could say more than words.
fn shown(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

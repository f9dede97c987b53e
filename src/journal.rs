//! How lines are logged: each that belongs to a request carries its id, and the last ones are kept
//! in memory for whoever asks afterwards what happened.

use std::collections::VecDeque;
use std::fmt;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use tracing::{Event, Subscriber};
use tracing_subscriber::fmt::format::{FormatEvent, FormatFields, Writer};
use tracing_subscriber::fmt::{FmtContext, MakeWriter};
use tracing_subscriber::registry::LookupSpan;

tokio::task_local! {
    static REQUEST: String;
}

/// Carries out what belongs to a request: whatever this task logs meanwhile has its id.
pub(crate) async fn in_request<F: Future>(id: &str, work: F) -> F::Output {
    REQUEST.scope(id.to_owned(), work).await
}

/// Writes events as `F` does, with the id of their request. No span is needed for that, which would
/// cost every request something whether it logs or not.
#[derive(Clone, Copy, Debug)]
pub struct Stamped<F> {
    /// Writes one event on one line.
    pub format: F,
    /// Whether it writes objects of JSON.
    pub json: bool,
}

impl<F> Stamped<F> {
    /// A line with the id in it.
    fn stamp(&self, line: &str, id: &str) -> Result<String, fmt::Error> {
        if !self.json {
            return Ok(format!("{} request_id={id}\n", line.trim_end()));
        }
        let id = serde_json::to_string(id).map_err(|_| fmt::Error)?;
        let rest = line.strip_prefix('{').ok_or(fmt::Error)?;
        Ok(format!("{{\"request_id\":{id},{rest}"))
    }
}

impl<S, N, F> FormatEvent<S, N> for Stamped<F>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
    F: FormatEvent<S, N>,
{
    fn format_event(
        &self,
        context: &FmtContext<'_, S, N>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        let Ok(id) = REQUEST.try_with(String::clone) else {
            return self.format.format_event(context, writer, event);
        };
        let mut line = String::new();
        self.format.format_event(context, Writer::new(&mut line), event)?;
        writer.write_str(&self.stamp(&line, &id)?)
    }
}

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
    use tracing_subscriber::fmt::format::{JsonFields, format};
    use tracing_subscriber::layer::SubscriberExt as _;

    use super::*;

    /// What a request's task logs has the request's id, also after it was moved to the end of the
    /// queue, and what nobody asked for has none.
    #[tokio::test]
    async fn lines_carry_their_request() {
        let journal = Journal::default();
        let text = tracing_subscriber::fmt::layer()
            .event_format(Stamped { format: format().with_ansi(false), json: false })
            .with_writer(journal.clone());
        let json = tracing_subscriber::fmt::layer()
            .fmt_fields(JsonFields::new())
            .event_format(Stamped { format: format().json(), json: true })
            .with_writer(journal.clone());
        let all = tracing_subscriber::registry().with(text).with(json);
        let _set = tracing::subscriber::set_default(all);
        tracing::info!("alone");
        in_request("req_\"1\"", async {
            tracing::info!(seats = 2, "asked");
            tokio::task::yield_now().await;
            tracing::warn!("later");
        })
        .await;
        tracing::info!("alone again");
        let lines = journal.lines();
        let (json, text): (Vec<_>, Vec<_>) = lines.iter().partition(|line| line.starts_with('{'));
        let of = |line: &&String| {
            let line: serde_json::Value = serde_json::from_str(line).unwrap();
            (line["fields"]["message"].clone(), line["request_id"].clone())
        };
        let (id, none) = (serde_json::json!("req_\"1\""), serde_json::Value::Null);
        let told: Vec<_> = json.iter().map(of).collect();
        let all = [("alone", &none), ("asked", &id), ("later", &id), ("alone again", &none)];
        let expected = all.map(|(message, id)| (serde_json::json!(message), id.clone()));
        assert_eq!(told, expected);
        let stamped = text.iter().filter(|line| line.ends_with(" request_id=req_\"1\""));
        assert_eq!(stamped.count(), 2, "{text:?}");
        assert_eq!(text.len(), 4, "{text:?}");
    }

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

//! Query parameters: each is asked for by name, and what nobody asked for is an error.

use std::str::FromStr;
use std::time::Duration;

use super::problem::{Faults, Problem};
use super::time::Time;
use crate::seats::Millis;

/// Parameters of a query; more are an error of the client.
const PARAMS_MAX: usize = 32;

/// How long a read waits to catch up, unless the client says otherwise.
const TIMEOUT_MS: u64 = 2_000;

/// How long a client may have a read wait.
const TIMEOUT_MS_MAX: u64 = 10_000;

/// How fresh a read must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Freshness {
    /// Reflects every write that was acknowledged anywhere before it began.
    pub(super) linearizable: bool,
    /// Reflects this index.
    pub(super) min_index: Option<u64>,
    /// How long to wait for either.
    pub(super) timeout: Duration,
}

/// A query's parameters that nobody has asked for yet, and what was wrong with the others.
#[derive(Debug)]
pub(super) struct Params {
    pairs: Vec<(String, String)>,
    faults: Faults,
}

impl Params {
    /// Decodes a query.
    pub(super) fn parse(query: &str) -> Result<Params, Problem> {
        let pairs: Vec<(String, String)> = form_urlencoded::parse(query.as_bytes())
            .take(PARAMS_MAX + 1)
            .map(|(name, value)| (name.into_owned(), value.into_owned()))
            .collect();
        if pairs.len() > PARAMS_MAX {
            return Err(Problem::field("", format!("over {PARAMS_MAX} query parameters")));
        }
        Ok(Params { pairs, faults: Faults::default() })
    }

    /// A parameter's text.
    pub(super) fn text(&mut self, name: &str) -> Option<String> {
        let at = self.pairs.iter().position(|(given, _)| given == name)?;
        let (_, value) = self.pairs.remove(at);
        if self.pairs.iter().any(|(given, _)| given == name) {
            self.pairs.retain(|(given, _)| given != name);
            self.fault(name, "must be given once");
            return None;
        }
        Some(value)
    }

    /// A number within bounds.
    pub(super) fn number<N>(&mut self, name: &str, min: N, max: N) -> Option<N>
    where
        N: FromStr + PartialOrd + std::fmt::Display + Copy,
    {
        let text = self.text(name)?;
        let plain = text.bytes().all(|byte| byte.is_ascii_digit());
        match text.parse() {
            Ok(number) if plain && min <= number && number <= max => Some(number),
            _ => {
                self.fault(name, format!("must be a whole number from {min} to {max}"));
                None
            }
        }
    }

    /// A time.
    pub(super) fn time(&mut self, name: &str) -> Option<Millis> {
        let text = self.text(name)?;
        match Time::parse(&text) {
            Ok(time) => Some(time.0),
            Err(rule) => {
                self.fault(name, rule);
                None
            }
        }
    }

    /// `true` or `false`; absent is false.
    pub(super) fn flag(&mut self, name: &str) -> bool {
        self.one_of(name, &[("true", true), ("false", false)]).unwrap_or(false)
    }

    /// One of some words.
    pub(super) fn one_of<T: Copy>(&mut self, name: &str, words: &[(&str, T)]) -> Option<T> {
        let text = self.text(name)?;
        let found = words.iter().find(|(word, _)| *word == text);
        if found.is_none() {
            let words: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
            self.fault(name, format!("must be one of: {}", words.join(", ")));
        }
        found.map(|(_, value)| *value)
    }

    /// The parameters that every read has.
    pub(super) fn freshness(&mut self) -> Freshness {
        let linearizable = self
            .one_of("consistency", &[("local", false), ("linearizable", true)])
            .unwrap_or(false);
        let min_index = self.number("min_index", 0, u64::MAX);
        let timeout = self.number("timeout_ms", 0, TIMEOUT_MS_MAX).unwrap_or(TIMEOUT_MS);
        Freshness { linearizable, min_index, timeout: Duration::from_millis(timeout) }
    }

    /// Notes that a parameter breaks a rule.
    pub(super) fn fault(&mut self, name: &str, rule: impl Into<String>) {
        self.faults.add(name, rule);
    }

    /// A 400 if anything was wrong or unknown.
    pub(super) fn finish(mut self) -> Result<(), Problem> {
        for (name, _) in std::mem::take(&mut self.pairs) {
            self.faults.add(name, "is not a parameter of this route");
        }
        self.faults.finish()
    }
}

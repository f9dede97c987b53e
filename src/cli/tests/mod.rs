//! Tests of the room: command lines against a stand-in for a node that answers as it is told.

mod bench;
mod calls;
mod money;
mod nodes;
mod remote;
mod token;
mod trail;
mod usage;

use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use super::exit::Exit;
use super::output::Output;
use crate::client::tests::stub;

/// What a command line came to.
#[derive(Debug)]
pub(super) struct Ran {
    pub exit: Exit,
    pub data: String,
    pub talk: String,
}

impl Ran {
    /// Its data as JSON.
    pub(super) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.data).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// Asserts how it ended.
    pub(super) fn exits(self, exit: Exit) -> Ran {
        assert_eq!(self.exit, exit, "{self:?}");
        self
    }
}

/// Carries out `usher ARGUMENTS` in this process.
pub(super) fn usher(arguments: &[&str]) -> Ran {
    let (data, talk) = (Page::default(), Page::default());
    let mut output = Output::new(Box::new(data.clone()), Box::new(talk.clone()));
    let arguments = std::iter::once("usher").chain(arguments.iter().copied());
    let exit = super::run(arguments.map(Into::into), &mut output);
    Ran { exit, data: data.text(), talk: talk.text() }
}

#[derive(Clone, Default)]
struct Page(Arc<Mutex<Vec<u8>>>);

impl Page {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

impl Write for Page {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A writer that always fails.
struct Broken(io::ErrorKind);

impl Write for Broken {
    fn write(&mut self, _: &[u8]) -> io::Result<usize> {
        Err(self.0.into())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A reader that has seen enough is no failure; data that cannot be written otherwise is one.
#[test]
fn data_that_cannot_be_written() {
    for (kind, expected) in
        [(io::ErrorKind::BrokenPipe, Exit::Done), (io::ErrorKind::StorageFull, Exit::Failed)]
    {
        let mut output = Output::new(Box::new(Broken(kind)), Box::new(Page::default()));
        let arguments = ["usher", "config", "reference"].map(Into::into);
        assert_eq!(super::run(arguments, &mut output), expected, "{kind:?}");
    }
}

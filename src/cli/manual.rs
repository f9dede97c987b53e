//! What helps at a prompt: completions for shells and pages of a manual, made of the description
//! by which the command line is read.

use std::fs;
use std::path::Path;

use clap::CommandFactory as _;
use clap_complete::Shell;
use clap_mangen::Man;

use super::args::Arguments;
use super::exit::{Exit, Failure};
use super::output::Output;

/// Prints what a shell reads to complete commands and options.
pub(super) fn completions(shell: Shell, output: &mut Output) -> Result<Exit, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Arguments::command(), "usher", &mut script);
    output.raw(&text(script)?);
    Ok(Exit::Done)
}

/// Prints the manual's first page, or puts all of them into a folder.
pub(super) fn man(folder: Option<&Path>, output: &mut Output) -> Result<Exit, Failure> {
    let command = Arguments::command();
    let Some(folder) = folder else {
        let mut page = Vec::new();
        let rendered = Man::new(command).render(&mut page);
        rendered.map_err(|error| Failure::new(Exit::Failed, error.to_string()))?;
        output.raw(&text(page)?);
        return Ok(Exit::Done);
    };
    let fault = |error: std::io::Error| {
        Failure::new(Exit::Failed, format!("{}: {error}", folder.display()))
    };
    fs::create_dir_all(folder).map_err(fault)?;
    clap_mangen::generate_to(command, folder).map_err(fault)?;
    output.say(&format!("pages are in {}", folder.display()));
    Ok(Exit::Done)
}

fn text(made: Vec<u8>) -> Result<String, Failure> {
    String::from_utf8(made).map_err(|error| Failure::new(Exit::Failed, error.to_string()))
}

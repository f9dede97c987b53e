//! Commands of this process: run a node, look at its configuration.

use std::io::{self, IsTerminal as _};

use tracing_subscriber::fmt::format::{JsonFields, format};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{EnvFilter, fmt};

use super::args::{ConfigFile, Format};
use super::exit::{Exit, Failure};
use super::output::Output;
use crate::config::{self, Config, ConfigError, Log, LogFormat};
use crate::http;
use crate::journal::{Journal, Stamped};
use crate::node;

/// Runs a node until it is told to stop.
pub(super) fn serve(file: &ConfigFile, output: &mut Output) -> Result<Exit, Failure> {
    let config = read(file, output)?;
    let journal = log(&config.log)?;
    match node::run(&config, &journal) {
        Ok(()) => Ok(Exit::Done),
        Err(error) => Err(Failure::new(Exit::Failed, error.to_string())),
    }
}

/// Sends events to stderr, as the configuration has it, and keeps the last of them.
pub(super) fn log(log: &Log) -> Result<Journal, Failure> {
    let filter = EnvFilter::try_new(&log.filter)
        .map_err(|error| Failure::new(Exit::Failed, format!("log.filter: {error}")))?;
    let journal = Journal::default();
    let all = tracing_subscriber::registry().with(filter);
    let ansi = io::stderr().is_terminal();
    let set = match log.format {
        LogFormat::Text => {
            let plain = Stamped { format: format().with_ansi(false), json: false };
            let shown = Stamped { format: format().with_ansi(ansi), json: false };
            let kept =
                fmt::layer().event_format(plain).with_ansi(false).with_writer(journal.clone());
            let told = fmt::layer().event_format(shown).with_ansi(ansi).with_writer(io::stderr);
            all.with(kept).with(told).try_init()
        }
        LogFormat::Json => {
            let stamped = || Stamped { format: format().json(), json: true };
            let kept = fmt::layer().fmt_fields(JsonFields::new()).event_format(stamped());
            let told = fmt::layer().fmt_fields(JsonFields::new()).event_format(stamped());
            let (kept, told) = (kept.with_writer(journal.clone()), told.with_writer(io::stderr));
            all.with(kept).with(told).try_init()
        }
    };
    set.map_err(|error| Failure::new(Exit::Failed, format!("no log: {error}")))?;
    Ok(journal)
}

/// Says whether a configuration is sound.
pub(super) fn check(file: &ConfigFile, output: &mut Output) -> Result<Exit, Failure> {
    let config = read(file, output)?;
    node::check(&config).map_err(|error| Failure::new(Exit::Failed, error.to_string()))?;
    output.say(&format!("{} is sound", file.config.display()));
    Ok(Exit::Done)
}

/// Prints a configuration as it is in effect.
pub(super) fn print(file: &ConfigFile, output: &mut Output) -> Result<Exit, Failure> {
    let config = read(file, output)?;
    match output.format {
        Format::Json => output.json(&config),
        Format::Table => {
            let text = toml::to_string(&config).map_err(|error| {
                Failure::new(Exit::Failed, format!("the configuration cannot be printed: {error}"))
            })?;
            output.data(text.trim_end());
        }
    }
    Ok(Exit::Done)
}

/// Prints every key.
pub(super) fn reference(output: &mut Output) -> Exit {
    output.data(config::reference().trim_end());
    Exit::Done
}

/// Prints the description of the HTTP interface.
pub(super) fn openapi(output: &mut Output) -> Exit {
    output.data(http::openapi().trim_end());
    Exit::Done
}

/// Reads a node's configuration.
pub(super) fn read(file: &ConfigFile, output: &mut Output) -> Result<Config, Failure> {
    let text = |text: std::ffi::OsString| text.to_string_lossy().into_owned();
    let environment = std::env::vars_os().map(|(name, value)| (text(name), text(value)));
    config::load(Some(&file.config), environment, file.set.clone())
        .map_err(|errors| failure(file, &errors, output))
}

fn failure(file: &ConfigFile, errors: &[ConfigError], output: &mut Output) -> Failure {
    for error in errors {
        output.say(&error.to_string());
    }
    let name = file.config.display();
    Failure::new(Exit::Failed, format!("{name}: {} errors in the configuration", errors.len()))
}

//! `sandbox-gateway`: the stand-in gateway as a process of its own.

use std::io::IsTerminal as _;
use std::path::PathBuf;
use std::sync::Arc;

use tokio::net::TcpListener;
use tokio::sync::watch;

use super::args::SandboxGateway;
use super::exit::{Exit, Failure};
use super::local::log;
use super::output::Output;
use crate::clock::{SystemClock, SystemRng};
use crate::config::{Log, LogFormat};
use crate::node::Stop;
use crate::sandbox;

/// Runs the gateway until it is told to stop.
pub(super) fn serve(arguments: &SandboxGateway, output: &mut Output) -> Result<Exit, Failure> {
    let filter = if std::io::stderr().is_terminal() { "warn" } else { "info" };
    log(&Log { format: LogFormat::Text, filter: filter.to_owned() })?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(|error| failed(format!("no runtime: {error}")))?;
    runtime.block_on(run(arguments, output))
}

async fn run(arguments: &SandboxGateway, output: &mut Output) -> Result<Exit, Failure> {
    let mut stop = Stop::new().map_err(|error| failed(error.to_string()))?;
    let address = arguments.listen;
    let listener = TcpListener::bind(address).await;
    let listener = listener.map_err(|error| failed(format!("--listen {address}: {error}")))?;
    let address = listener.local_addr().map_err(|error| failed(error.to_string()))?;
    let public_url = arguments.public_url.clone().unwrap_or_else(|| format!("http://{address}"));
    output.say(&format!("sandbox gateway, without real money, at {public_url}"));
    let options = sandbox::Options {
        dir: arguments.data_dir.clone().unwrap_or_else(|| usual_dir(address.port())),
        secret: arguments.webhook_secret.clone(),
        public_url,
    };
    let (stopped, stopping) = watch::channel(false);
    let (clock, rng) = (Arc::new(SystemClock::new()), Arc::new(SystemRng));
    let mut serving = std::pin::pin!(sandbox::serve(listener, options, clock, rng, stopping));
    let ended = tokio::select! {
        ended = serving.as_mut() => ended,
        signal = stop.asked() => {
            output.say(&format!("{signal}: the gateway stops"));
            stopped.send_replace(true);
            serving.await
        }
    };
    ended.map(|()| Exit::Done).map_err(|error| failed(error.to_string()))
}

/// Where a gateway's state lies unless it is said.
fn usual_dir(port: u16) -> PathBuf {
    PathBuf::from(format!("data/sandbox-{port}"))
}

fn failed(message: String) -> Failure {
    Failure::new(Exit::Failed, message)
}

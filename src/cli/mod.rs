//! Turns arguments into calls: of this process (`serve`, `config`), of a stopped node's disk
//! (`audit --data-dir`), and of a running cluster over its HTTP interface. Data goes to stdout,
//! talk to stderr, and the exit code says which kind of end it was.

mod args;
mod audit;
mod backup;
mod bench;
mod cluster;
mod connect;
mod debug;
mod demo;
mod exit;
mod gateway;
mod local;
mod manual;
mod money;
mod nodes;
mod output;
mod recover;
mod seed;
mod shows;
#[cfg(test)]
mod tests;
mod token;
mod trail;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::Parser as _;

use args::{
    Arguments, Audit, AuditVerb, BackupVerb, BenchVerb, ClusterVerb, Command, ConfigVerb,
    DebugVerb, LeaderVerb, OutboxVerb, PaymentsVerb, RefundsVerb, Scenario, ShowVerb,
};
use exit::{Exit, Failure};
use output::Output;

use crate::client::Client;

/// Parses the process's arguments and carries them out.
#[must_use]
pub fn main() -> ExitCode {
    let mut output = Output::process();
    let exit = run(std::env::args_os(), &mut output);
    ExitCode::from(exit.code())
}

/// Carries out a command line. Everything it says goes to `output`.
fn run(arguments: impl IntoIterator<Item = OsString>, output: &mut Output) -> Exit {
    let arguments = match Arguments::try_parse_from(arguments) {
        Ok(arguments) => arguments,
        Err(error) => return usage(&error, output),
    };
    output.format = arguments.output;
    let done = match carry_out(arguments, output) {
        Ok(exit) => exit,
        Err(failure) => {
            output.say(&format!("usher: {}", failure.message));
            failure.exit
        }
    };
    match output.finish() {
        Ok(()) => done,
        Err(error) => {
            output.say(&format!("usher: stdout: {error}"));
            Exit::Failed
        }
    }
}

/// What clap has to say: help and version are data and no error.
fn usage(error: &clap::Error, output: &mut Output) -> Exit {
    let text = error.render().to_string();
    if error.use_stderr() {
        output.say(text.trim_end());
        return Exit::Usage;
    }
    output.data(text.trim_end());
    match output.finish() {
        Ok(()) => Exit::Done,
        Err(_) => Exit::Failed,
    }
}

fn carry_out(arguments: Arguments, output: &mut Output) -> Result<Exit, Failure> {
    match arguments.command {
        Command::Demo(demo) => demo::demo(&demo, output),
        Command::Serve(serve) => local::serve(&serve, output),
        Command::SandboxGateway(arguments) => gateway::serve(&arguments, output),
        Command::Config(ConfigVerb::Check(file)) => local::check(&file, output),
        Command::Config(ConfigVerb::Print(file)) => local::print(&file, output),
        Command::Config(ConfigVerb::Reference) => Ok(local::reference(output)),
        Command::Openapi => Ok(local::openapi(output)),
        Command::Token(verb) => token::token(&verb, output),
        Command::Completions { shell } => manual::completions(shell, output),
        Command::Man { dir } => manual::man(dir.as_deref(), output),
        Command::Audit(audit) if audit.verb.is_some() && audit.is_offline() => {
            let message = "the trail is read of a running cluster alone";
            Err(Failure::new(Exit::Usage, message))
        }
        Command::Audit(Audit { data_dir: Some(dir), .. }) => audit::offline(&dir, output),
        Command::Audit(Audit { backup: Some(file), .. }) => audit::of_backup(&file, output),
        Command::Backup(BackupVerb::Verify { file }) => backup::verify(file.path(), output),
        Command::Backup(BackupVerb::Restore { file, config }) => {
            backup::restore(file.path(), &config, output)
        }
        Command::Recover(arguments) => recover::recover(&arguments, output),
        Command::Bench(BenchVerb::Core { shows }) => bench::core(shows, output),
        Command::Bench(BenchVerb::Fill { file, seats, bookings, paid }) => {
            bench::fill(file.path(), seats, bookings, paid, output)
        }
        remote @ (Command::Cluster(_)
        | Command::Node(_)
        | Command::Leader(_)
        | Command::Debug(_)
        | Command::Show(_)
        | Command::Payments(_)
        | Command::Refunds(_)
        | Command::Outbox(_)
        | Command::Bench(_)
        | Command::Backup(BackupVerb::Save { .. })
        | Command::Audit(_)) => {
            let client = connect::client(&arguments.connect)?;
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .map_err(|error| Failure::new(Exit::Failed, format!("no runtime: {error}")))?;
            runtime.block_on(call(remote, &client, output))
        }
    }
}

/// The commands that call a cluster.
async fn call(command: Command, client: &Client, output: &mut Output) -> Result<Exit, Failure> {
    match command {
        Command::Cluster(ClusterVerb::Init) => cluster::init(client, output).await,
        Command::Cluster(ClusterVerb::Status { watch: false }) => {
            cluster::status(client, output).await
        }
        Command::Cluster(ClusterVerb::Status { watch: true }) => {
            cluster::watch(client, output).await
        }
        Command::Cluster(ClusterVerb::Verify) => cluster::verify(client, output).await,
        Command::Node(verb) => nodes::node(verb, client, output).await,
        Command::Bench(BenchVerb::Browse(load)) => {
            bench::run(client, Scenario::Browse, &load, output).await
        }
        Command::Bench(BenchVerb::Onsale(load)) => {
            bench::run(client, Scenario::Onsale, &load, output).await
        }
        Command::Bench(BenchVerb::Hold(load)) => {
            bench::run(client, Scenario::Hold, &load, output).await
        }
        Command::Bench(BenchVerb::HoldConfirm(load)) => {
            bench::run(client, Scenario::HoldConfirm, &load, output).await
        }
        Command::Bench(BenchVerb::Mixed(load)) => {
            bench::run(client, Scenario::Mixed, &load, output).await
        }
        Command::Bench(BenchVerb::Failover(load)) => {
            bench::run(client, Scenario::Failover, &load, output).await
        }
        Command::Bench(BenchVerb::Listen(listen)) => bench::listen(client, &listen, output).await,
        Command::Debug(DebugVerb::Bundle { file }) => debug::bundle(client, &file, output).await,
        Command::Leader(LeaderVerb::Transfer { to }) => cluster::transfer(client, to, output).await,
        Command::Show(ShowVerb::Create { show, file, plan }) => {
            let file = show.or(file).expect("clap requires one of the two");
            shows::create(client, &file, plan.as_deref(), output).await
        }
        Command::Show(ShowVerb::List { status }) => {
            shows::list(client, status.as_deref(), output).await
        }
        Command::Show(ShowVerb::Export { show }) => shows::export(client, &show, output).await,
        Command::Show(ShowVerb::Seed(seed)) => seed::seed(client, &seed, output).await,
        Command::Payments(PaymentsVerb::Reconcile { gateway }) => {
            money::reconcile(client, gateway.as_deref(), output).await
        }
        Command::Refunds(RefundsVerb::List { status }) => {
            money::refunds(client, &status, output).await
        }
        Command::Refunds(RefundsVerb::Retry { refund }) => {
            money::retry(client, &refund, output).await
        }
        Command::Outbox(OutboxVerb::List) => money::outbox(client, output).await,
        Command::Audit(Audit { verb, .. }) => audited(client, verb, output).await,
        Command::Backup(BackupVerb::Save { file, local }) => {
            backup::save(client, file.path(), local, output).await
        }
        Command::Demo(_)
        | Command::Serve(_)
        | Command::SandboxGateway(_)
        | Command::Config(_)
        | Command::Openapi
        | Command::Token(_)
        | Command::Completions { .. }
        | Command::Man { .. }
        | Command::Backup(BackupVerb::Verify { .. } | BackupVerb::Restore { .. })
        | Command::Recover(_)
        | Command::Bench(_) => {
            unreachable!("commands of this process are carried out before a client is made")
        }
    }
}

/// `audit` of a cluster that runs.
async fn audited(
    client: &Client,
    verb: Option<AuditVerb>,
    output: &mut Output,
) -> Result<Exit, Failure> {
    match verb {
        None => audit::live(client, output).await,
        Some(AuditVerb::Trail(of)) => trail::trail(client, &of, output).await,
    }
}

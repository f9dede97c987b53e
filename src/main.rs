//! Parses the arguments and exits with what became of them.

use std::process::ExitCode;

fn main() -> ExitCode {
    usher::cli::main()
}

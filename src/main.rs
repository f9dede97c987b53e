//! Parses the arguments and exits with what became of them.

use std::process::ExitCode;

/// Requests, entries and rows are many small pieces that one thread makes and another frees. With
/// the allocator of glibc these took a sixth of all processor time when seats were held.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    usher::cli::main()
}

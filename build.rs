//! Leaves RocksDB's debug information out of what is linked: with it, each program and each test
//! would be half a gigabyte. Symbols stay, so stack traces and profiles name functions.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rustc-link-arg=-Wl,--strip-debug");
}

//! Ports for processes that have yet to start, and that keep them over a restart.

use std::net::TcpListener;
use std::sync::atomic::{AtomicU32, Ordering};

/// Ports below this often belong to services of the machine.
const LOWEST: u32 = 10_000;

/// A port of the loopback address that nobody listens on.
///
/// It lies below the range from which the kernel takes the local ports of outgoing connections:
/// else a connection could take the port of a node while the node is being restarted.
pub fn free() -> u16 {
    static GIVEN: AtomicU32 = AtomicU32::new(0);
    let (highest, start) = (highest(), std::process::id() * 101);
    for _ in LOWEST..highest {
        let next = GIVEN.fetch_add(1, Ordering::Relaxed);
        let port = LOWEST + start.wrapping_add(next) % (highest - LOWEST);
        let port = u16::try_from(port).expect("the highest is a port");
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
    panic!("every port from {LOWEST} to {highest} is in use");
}

fn highest() -> u32 {
    let range = std::fs::read_to_string("/proc/sys/net/ipv4/ip_local_port_range");
    let first = range.ok().and_then(|text| text.split_whitespace().next()?.parse().ok());
    first.filter(|first| *first > LOWEST + 1000).unwrap_or(32_768)
}

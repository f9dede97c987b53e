//! Cuts between nodes without root: every node's advertised peer address is a proxy of ours.
//!
//! All nodes dial the same address of a node, so the proxy asks the kernel which process owns the
//! other end: the socket's inode from `/proc/net/tcp`, its owner from `/proc/PID/fd`. It needs
//! Linux and processes of our own user, nothing more.
//!
//! A cut loses nothing and closes nothing: bytes wait, as TCP would retransmit them, and arrive
//! late when the cut heals. New connections are taken and stay silent.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;

/// Two nodes, the lower id first.
type Pair = (u64, u64);

/// The proxies of one cluster.
pub struct Network {
    cuts: watch::Sender<BTreeSet<Pair>>,
    pids: Arc<Mutex<BTreeMap<u64, u32>>>,
    /// One task a node; dropping the set ends them and all their connections.
    proxies: JoinSet<()>,
}

impl Network {
    /// A whole network without proxies.
    pub fn new() -> Network {
        let pids = Arc::default();
        Network { cuts: watch::Sender::default(), pids, proxies: JoinSet::new() }
    }

    /// Listens on one port for what others send to a node at another.
    pub async fn stand_before(
        &mut self,
        node: u64,
        listen: u16,
        target: u16,
    ) -> std::io::Result<()> {
        let listener = TcpListener::bind(("127.0.0.1", listen)).await?;
        let (pids, cuts) = (self.pids.clone(), self.cuts.subscribe());
        self.proxies.spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((from, peer)) = listener.accept().await {
                let (pids, cuts) = (pids.clone(), cuts.clone());
                connections.spawn(async move {
                    let found = tokio::task::spawn_blocking(move || owner(peer, &pids)).await;
                    // A process that has died since has nothing left to say.
                    if let Ok(Some(source)) = found {
                        relay(from, target, (source.min(node), source.max(node)), cuts).await;
                    }
                });
                while connections.try_join_next().is_some() {}
            }
        });
        Ok(())
    }

    /// Tells which process a node is now.
    pub fn runs_as(&self, node: u64, pid: u32) {
        self.pids.lock().expect("nobody panics under this lock").insert(node, pid);
    }

    /// Cuts a node off these others, both ways.
    pub fn cut(&self, node: u64, others: &[u64]) {
        self.cuts.send_modify(|cuts| {
            cuts.extend(others.iter().map(|other| (node.min(*other), node.max(*other))));
        });
    }

    /// Ends every cut.
    pub fn heal(&self) {
        self.cuts.send_modify(BTreeSet::clear);
    }
}

async fn relay(
    from: TcpStream,
    target: u16,
    pair: Pair,
    mut cuts: watch::Receiver<BTreeSet<Pair>>,
) {
    if cuts.wait_for(|cuts| !cuts.contains(&pair)).await.is_err() {
        return;
    }
    // A node that is down refuses; the dialler sees its connection close.
    let Ok(to) = TcpStream::connect(("127.0.0.1", target)).await else { return };
    // Raft's messages are small and waited for.
    let _ = (from.set_nodelay(true), to.set_nodelay(true));
    let (from_read, from_write) = from.into_split();
    let (to_read, to_write) = to.into_split();
    tokio::join!(
        pump(from_read, to_write, pair, cuts.clone()),
        pump(to_read, from_write, pair, cuts)
    );
}

/// Carries bytes one way while the pair is whole. A closed connection, too, is told only then.
async fn pump(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    pair: Pair,
    mut cuts: watch::Receiver<BTreeSet<Pair>>,
) {
    let mut buffer = vec![0; 64 * 1024];
    loop {
        let read = from.read(&mut buffer).await.unwrap_or(0);
        if cuts.wait_for(|cuts| !cuts.contains(&pair)).await.is_err() {
            return;
        }
        if read == 0 || to.write_all(&buffer[..read]).await.is_err() {
            // Dropping our half sends the end of the stream.
            return;
        }
    }
}

/// Which node owns the local end of a connection to us.
fn owner(peer: SocketAddr, pids: &Mutex<BTreeMap<u64, u32>>) -> Option<u64> {
    let socket = format!("socket:[{}]", inode(peer)?);
    let pids = pids.lock().expect("nobody panics under this lock").clone();
    pids.into_iter().find_map(|(node, pid)| {
        let mut held = fs::read_dir(format!("/proc/{pid}/fd")).ok()?.flatten();
        held.any(|fd| fs::read_link(fd.path()).is_ok_and(|at| at.as_os_str() == socket.as_str()))
            .then_some(node)
    })
}

/// The inode of the socket bound to a local address: column 10 of its line in `/proc/net/tcp`,
/// where addresses are hexadecimal in the machine's byte order.
fn inode(local: SocketAddr) -> Option<u64> {
    let SocketAddr::V4(local) = local else { return None };
    let address = u32::from_ne_bytes(local.ip().octets());
    let local = format!("{address:08X}:{:04X}", local.port());
    let table = fs::read_to_string("/proc/net/tcp").ok()?;
    let line = table.lines().find(|line| line.split_whitespace().nth(1) == Some(&local))?;
    line.split_whitespace().nth(9)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::super::{ports, run};
    use super::*;

    /// Bytes pass while the pair is whole, wait while it is cut, and arrive in order when it heals;
    /// other pairs are not touched. Here this process plays the sending node.
    #[test]
    fn a_cut_delays_and_loses_nothing() {
        run(async {
            let (listen, target) = (ports::free(), ports::free());
            let served = TcpListener::bind(("127.0.0.1", target)).await.expect("the port is free");
            let mut network = Network::new();
            network.stand_before(2, listen, target).await.expect("the port is free");
            network.runs_as(1, std::process::id());
            let mut sender = TcpStream::connect(("127.0.0.1", listen)).await.expect("it listens");
            let (mut receiver, _) = served.accept().await.expect("the proxy dials");
            let mut byte = [0];
            for (cut, sent) in [(None, b'a'), (Some((3, 1)), b'b'), (Some((2, 3)), b'c')] {
                if let Some((node, other)) = cut {
                    network.cut(node, &[other]);
                }
                sender.write_all(&[sent]).await.expect("it is taken");
                receiver.read_exact(&mut byte).await.expect("it arrives");
                assert_eq!(byte[0], sent);
            }
            network.cut(1, &[2]);
            sender.write_all(b"d").await.expect("it is taken");
            let mut late = TcpStream::connect(("127.0.0.1", listen)).await.expect("it listens");
            late.write_all(b"e").await.expect("it is taken");
            // Nothing comes: that can only be seen by waiting for it.
            let wait = Duration::from_millis(300);
            tokio::time::timeout(wait, receiver.read_exact(&mut byte)).await.expect_err("cut");
            tokio::time::timeout(wait, served.accept()).await.expect_err("cut");
            network.heal();
            receiver.read_exact(&mut byte).await.expect("it arrives");
            assert_eq!(byte[0], b'd');
            let (mut second, _) = served.accept().await.expect("the proxy dials");
            second.read_exact(&mut byte).await.expect("it arrives");
            assert_eq!(byte[0], b'e');
        });
    }
}

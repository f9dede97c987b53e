//! Cuts between nodes without root: every node's advertised peer address is a proxy of ours.
//!
//! All nodes dial the same address of a node, so the proxy asks the kernel which process owns the
//! other end: the socket's inode from `/proc/net/tcp`, its owner from `/proc/PID/fd`. It needs
//! Linux and processes of our own user, nothing more.
//!
//! A cut loses nothing and closes nothing: bytes wait, as TCP would retransmit them, and arrive
//! late when the cut heals. New connections are taken and stay silent. For the same reason a lost
//! packet is one for whose retransmission those behind it wait.

use std::collections::BTreeMap;
use std::fs;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until};

use super::Rng;
use super::trouble::{Troubles, Way};

/// How long TCP waits for the first retransmission, at least.
const RETRANSMISSION: Duration = Duration::from_millis(200);

/// Bytes that are carried at a time: as a packet of the loopback device.
const PIECE: usize = 64 * 1024;

/// Pieces on their way.
const PIECES_MAX: usize = 64;

/// The proxies of one cluster.
pub struct Network {
    troubles: watch::Sender<Troubles>,
    pids: Arc<Mutex<BTreeMap<u64, u32>>>,
    /// One task a node; dropping its set ends it and all its connections.
    proxies: Mutex<BTreeMap<u64, JoinSet<()>>>,
}

impl Network {
    /// A whole network without proxies.
    pub fn new() -> Network {
        let (pids, proxies) = (Arc::default(), Mutex::default());
        Network { troubles: watch::Sender::default(), pids, proxies }
    }

    /// Listens on one port for what others send to a node at another.
    pub async fn stand_before(&self, node: u64, listen: u16, target: u16) -> std::io::Result<()> {
        let listener = TcpListener::bind(("127.0.0.1", listen)).await?;
        let (pids, troubles) = (self.pids.clone(), self.troubles.subscribe());
        let mut proxy = JoinSet::new();
        proxy.spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((from, peer)) = listener.accept().await {
                let (pids, troubles) = (pids.clone(), troubles.clone());
                connections.spawn(async move {
                    let found = tokio::task::spawn_blocking(move || owner(peer, &pids)).await;
                    // A process that has died since has nothing left to say.
                    if let Ok(Some(source)) = found {
                        relay(from, target, (source, node), troubles).await;
                    }
                });
                while connections.try_join_next().is_some() {}
            }
        });
        self.proxies().insert(node, proxy);
        Ok(())
    }

    /// Listens no more for what others send to a node.
    pub fn leave(&self, node: u64) {
        self.proxies().remove(&node);
    }

    /// Tells which process a node is now.
    pub fn runs_as(&self, node: u64, pid: u32) {
        self.pids.lock().expect("nobody panics under this lock").insert(node, pid);
    }

    /// Changes what is wrong.
    pub fn trouble(&self, change: impl FnOnce(&mut Troubles)) {
        self.troubles.send_modify(change);
    }

    fn proxies(&self) -> MutexGuard<'_, BTreeMap<u64, JoinSet<()>>> {
        self.proxies.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn relay(from: TcpStream, target: u16, way: Way, mut troubles: watch::Receiver<Troubles>) {
    // Either direction being cut, no connection comes about.
    let back = (way.1, way.0);
    let whole = |now: &Troubles| !now.of(way).cut && !now.of(back).cut;
    if troubles.wait_for(whole).await.is_err() {
        return;
    }
    // A node that is down refuses; the dialler sees its connection close.
    let Ok(to) = TcpStream::connect(("127.0.0.1", target)).await else { return };
    // Raft's messages are small and waited for.
    let _ = (from.set_nodelay(true), to.set_nodelay(true));
    let (from_read, from_write) = from.into_split();
    let (to_read, to_write) = to.into_split();
    tokio::join!(
        pump(from_read, to_write, way, troubles.clone()),
        pump(to_read, from_write, back, troubles)
    );
}

/// Carries bytes one way, as late as the way makes them, while it is whole. A closed connection,
/// too, is told only then.
async fn pump(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    way: Way,
    mut troubles: watch::Receiver<Troubles>,
) {
    let (queue, mut queued) = mpsc::channel::<(Instant, Vec<u8>)>(PIECES_MAX);
    let seen = troubles.clone();
    let read = async move {
        let (mut due, mut rng) = (Instant::now(), Rng::of(way.0 << 8 | way.1));
        loop {
            let mut piece = vec![0; PIECE];
            let read = from.read(&mut piece).await.unwrap_or(0);
            piece.truncate(read);
            // In the order in which they came, as TCP has it.
            due = due.max(Instant::now() + lateness(&seen.borrow(), way, &mut rng));
            due += seen.borrow().takes(way, read);
            if queue.send((due, piece)).await.is_err() || read == 0 {
                // The writer ends the way, when it has come to the end.
                return std::future::pending().await;
            }
        }
    };
    let write = async {
        while let Some((due, piece)) = queued.recv().await {
            sleep_until(due).await;
            if troubles.wait_for(|now| !now.of(way).cut).await.is_err() {
                return;
            }
            if piece.is_empty() || to.write_all(&piece).await.is_err() {
                // Dropping our half sends the end of the stream.
                return;
            }
        }
    };
    tokio::select! {
        () = read => {}
        () = write => {}
    }
}

fn lateness(troubles: &Troubles, way: Way, rng: &mut Rng) -> Duration {
    let trouble = troubles.of(way);
    let jitter = rng.below(u64::from(trouble.jitter_ms) + 1);
    let mut late = Duration::from_millis(u64::from(trouble.delay_ms) + jitter);
    let mut wait = RETRANSMISSION;
    while rng.below(100) < u64::from(trouble.loss) {
        late += wait;
        wait *= 2;
    }
    late
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
    /// other ways, and the way back, are not touched. Here this process plays the sending node.
    #[test]
    fn a_cut_delays_and_loses_nothing() {
        run(async {
            let (listen, target) = (ports::free(), ports::free());
            let served = TcpListener::bind(("127.0.0.1", target)).await.expect("the port is free");
            let network = Network::new();
            network.stand_before(2, listen, target).await.expect("the port is free");
            network.runs_as(1, std::process::id());
            let mut sender = TcpStream::connect(("127.0.0.1", listen)).await.expect("it listens");
            let (mut receiver, _) = served.accept().await.expect("the proxy dials");
            let mut byte = [0];
            let cut = |from: u64, to: u64| {
                network.trouble(|troubles| troubles.from(from, &[to], |way| way.cut = true));
            };
            for (other, sent) in [(None, b'a'), (Some((3, 1)), b'b'), (Some((2, 1)), b'c')] {
                if let Some((from, to)) = other {
                    cut(from, to);
                }
                sender.write_all(&[sent]).await.expect("it is taken");
                receiver.read_exact(&mut byte).await.expect("it arrives");
                assert_eq!(byte[0], sent);
            }
            cut(1, 2);
            sender.write_all(b"d").await.expect("it is taken");
            let mut late = TcpStream::connect(("127.0.0.1", listen)).await.expect("it listens");
            late.write_all(b"e").await.expect("it is taken");
            // Nothing comes: that can only be seen by waiting for it.
            let wait = Duration::from_millis(300);
            tokio::time::timeout(wait, receiver.read_exact(&mut byte)).await.expect_err("cut");
            tokio::time::timeout(wait, served.accept()).await.expect_err("cut");
            network.trouble(|troubles| *troubles = Troubles::default());
            receiver.read_exact(&mut byte).await.expect("it arrives");
            assert_eq!(byte[0], b'd');
            let (mut second, _) = served.accept().await.expect("the proxy dials");
            second.read_exact(&mut byte).await.expect("it arrives");
            assert_eq!(byte[0], b'e');
        });
    }
}

//! A network in memory: calls are delayed, lost, overtaken and cut off, in each direction alone.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use bytes::Bytes;
use futures_util::StreamExt as _;
use futures_util::future::BoxFuture;
use futures_util::stream::{self, BoxStream};
use rand::rngs::SmallRng;
use rand::{RngExt as _, SeedableRng as _};
use tokio::sync::oneshot;
use tokio::task::AbortHandle;
use tokio::time::{sleep, timeout};

use super::scope::Scope;
use crate::raft::{CallError, Lane, NodeId, Papers, Peer, Reply, Transport};

/// How calls travel.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Weather {
    /// One way, in microseconds.
    pub(crate) delay_us: (u64, u64),
    /// Of a thousand messages so many are lost.
    pub(crate) loss: u32,
}

impl Default for Weather {
    fn default() -> Weather {
        Weather { delay_us: (200, 2000), loss: 0 }
    }
}

/// How long a connection may take to be made.
const CONNECT_MAX: Duration = Duration::from_millis(500);

/// A connection on which nothing comes back is given up after this, as keep-alive of the real one
/// does.
const SILENCE_MAX: Duration = Duration::from_secs(3);

/// The network between all nodes of a run.
pub(crate) struct Network(Mutex<Inner>);

struct Inner {
    weather: Weather,
    /// Nothing passes from the one to the other.
    cuts: BTreeSet<(NodeId, NodeId)>,
    /// Who listens at which address.
    doors: BTreeMap<String, Door>,
    rng: SmallRng,
    lost: u64,
}

#[derive(Clone)]
struct Door {
    scope: Arc<Scope>,
    peer: Weak<Peer>,
}

/// What becomes of a message.
enum Fate {
    Arrives(Duration),
    Lost,
}

impl Network {
    /// Nobody listens yet.
    pub(crate) fn new(seed: u64) -> Arc<Network> {
        Arc::new(Network(Mutex::new(Inner {
            weather: Weather::default(),
            cuts: BTreeSet::new(),
            doors: BTreeMap::new(),
            rng: SmallRng::seed_from_u64(seed),
            lost: 0,
        })))
    }

    /// A node listens from now on.
    pub(crate) fn listen(&self, address: &str, scope: &Arc<Scope>, peer: &Arc<Peer>) {
        let door = Door { scope: Arc::clone(scope), peer: Arc::downgrade(peer) };
        self.inner().doors.insert(address.to_owned(), door);
    }

    /// Nobody listens there any more.
    pub(crate) fn close(&self, address: &str) {
        self.inner().doors.remove(address);
    }

    /// Nothing passes between these pairs, in this direction.
    pub(crate) fn cut(&self, pairs: impl IntoIterator<Item = (NodeId, NodeId)>) {
        self.inner().cuts.extend(pairs);
    }

    /// Mends every cut.
    pub(crate) fn mend(&self) {
        self.inner().cuts.clear();
    }

    /// How calls travel from now on.
    pub(crate) fn set_weather(&self, weather: Weather) {
        self.inner().weather = weather;
    }

    /// Messages that were lost so far.
    pub(crate) fn lost(&self) -> u64 {
        self.inner().lost
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn fate(&self, from: NodeId, to: NodeId) -> Fate {
        let mut inner = self.inner();
        let Weather { delay_us: (least, most), loss } = inner.weather;
        if inner.cuts.contains(&(from, to)) || inner.rng.random_ratio(loss, 1000) {
            inner.lost += 1;
            return Fate::Lost;
        }
        Fate::Arrives(Duration::from_micros(inner.rng.random_range(least..=most)))
    }

    fn is_cut(&self, from: NodeId, to: NodeId) -> bool {
        self.inner().cuts.contains(&(from, to))
    }

    /// Takes a message to a node; nobody may be there, or no connection be made.
    async fn carry(&self, from: NodeId, to: NodeId, address: &str) -> Result<Door, CallError> {
        if self.is_cut(from, to) && self.inner().rng.random_bool(0.5) {
            sleep(CONNECT_MAX).await;
            return Err(CallError::NotSent("no connection in time".to_owned()));
        }
        self.hop(from, to).await?;
        let door = self.inner().doors.get(address).cloned();
        match door {
            Some(door) if !door.scope.is_dead() => Ok(door),
            Some(_) | None => Err(CallError::NotSent("connection refused".to_owned())),
        }
    }

    /// Whether the answering end goes on when its caller hangs up: either may be.
    fn stays(&self) -> bool {
        self.inner().rng.random_bool(0.5)
    }

    /// One way. Whoever sends into the void notices after a while.
    async fn hop(&self, from: NodeId, to: NodeId) -> Result<(), CallError> {
        if let Fate::Arrives(after) = self.fate(from, to) {
            sleep(after).await;
            if !self.is_cut(from, to) {
                return Ok(());
            }
        }
        sleep(SILENCE_MAX).await;
        Err(CallError::Lost("the connection is dead".to_owned()))
    }
}

/// The network as one node uses it.
pub(crate) struct SimTransport(pub(crate) Arc<Network>);

impl Transport for SimTransport {
    fn call(
        &self,
        _lane: Lane,
        address: &str,
        papers: Papers,
        body: Bytes,
        patience: Duration,
    ) -> BoxFuture<'static, Result<Reply, CallError>> {
        let (network, address) = (Arc::clone(&self.0), address.to_owned());
        let (from, to) = (papers.from.node, papers.to.node);
        let call = async move {
            let door = network.carry(from, to, &address).await?;
            let stays = network.stays();
            let question = async move |peer: Arc<Peer>| peer.reply(&papers, &body).await;
            let answer = ask(&door, stays, question).await;
            network.hop(to, from).await?;
            answer
        };
        Box::pin(within(patience, call))
    }

    fn stream(
        &self,
        address: &str,
        papers: Papers,
        body: BoxStream<'static, io::Result<Bytes>>,
        patience: Duration,
    ) -> BoxFuture<'static, Result<Reply, CallError>> {
        let (network, address) = (Arc::clone(&self.0), address.to_owned());
        let (from, to) = (papers.from.node, papers.to.node);
        let body = travelling(Arc::clone(&network), from, to, body);
        let call = async move {
            let door = network.carry(from, to, &address).await?;
            let stays = network.stays();
            let question = async move |peer: Arc<Peer>| peer.reply_to_stream(&papers, body).await;
            let answer = ask(&door, stays, question).await;
            network.hop(to, from).await?;
            answer
        };
        Box::pin(within(patience, call))
    }
}

/// Has the node behind a door answer, as a task of its own. When the caller has gone it goes on if
/// it `stays`, and otherwise ends where it is.
async fn ask<F>(
    door: &Door,
    stays: bool,
    question: impl FnOnce(Arc<Peer>) -> F + Send + 'static,
) -> Result<Reply, CallError>
where
    F: Future<Output = Result<Reply, CallError>> + Send,
{
    let Some(peer) = door.peer.upgrade() else {
        return Err(CallError::NotSent("connection refused".to_owned()));
    };
    let (sender, answer) = oneshot::channel();
    let handler = door.scope.spawn(async move {
        // Whoever asked may have gone away, which is their right.
        let _gone = sender.send(question(peer).await);
    });
    let _ends = EndsWith::caller(handler.abort_handle(), stays);
    answer.await.unwrap_or_else(|_crashed| Err(CallError::Lost("connection reset".to_owned())))
}

/// Ends a task when it is dropped.
pub(crate) struct EndsWith(Option<AbortHandle>);

impl EndsWith {
    /// The task ends when its caller has gone, unless it `stays`.
    pub(crate) fn caller(task: AbortHandle, stays: bool) -> EndsWith {
        EndsWith((!stays).then_some(task))
    }
}

impl Drop for EndsWith {
    fn drop(&mut self) {
        if let Some(task) = &self.0 {
            task.abort();
        }
    }
}

/// A body on its way: each piece takes its time, and a cut breaks it off.
fn travelling(
    network: Arc<Network>,
    from: NodeId,
    to: NodeId,
    body: BoxStream<'static, io::Result<Bytes>>,
) -> BoxStream<'static, io::Result<Bytes>> {
    stream::unfold((network, body, false), move |(network, mut body, broken)| async move {
        if broken {
            return None;
        }
        let piece = body.next().await?;
        match network.fate(from, to) {
            Fate::Arrives(after) if !network.is_cut(from, to) => {
                sleep(after).await;
                Some((piece, (network, body, false)))
            }
            Fate::Arrives(_) | Fate::Lost => {
                Some((Err(io::Error::other("connection reset")), (network, body, true)))
            }
        }
    })
    .boxed()
}

async fn within(
    patience: Duration,
    call: impl Future<Output = Result<Reply, CallError>>,
) -> Result<Reply, CallError> {
    match timeout(patience, call).await {
        Ok(answer) => answer,
        Err(_elapsed) => Err(CallError::Lost(format!("no answer within {patience:?}"))),
    }
}

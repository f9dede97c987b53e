//! Answers other nodes.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock, Weak};
use std::time::Duration;

use bytes::Bytes;
use futures_util::Stream;
use openraft::ServerState;
use openraft::async_runtime::watch::WatchReceiver as _;
use openraft::errors::Fatal;
use openraft::raft::{AppendEntriesRequest, TransferLeaderRequest, VoteRequest};
use tokio::sync::watch;

use super::admin::Admin;
use super::compare;
use super::convert::{vote, vote_record};
use super::forward;
use super::frames::Pieces;
use super::guard::Guard;
use super::handle::Role;
use super::identity::{Identity, Mismatch};
use super::intake::Intake;
use super::machine::Shared;
use super::membership::{Change, Plan};
use super::read::Confirmer;
use super::succession;
#[cfg(test)]
use super::transport::{CallError, Reply};
use super::transport::{Papers, Party, Refusals};
use super::types::{Member, NodeId, Raft, TypeConfig};
use super::wire::{
    self, Append, AppendAnswer, Ballot, ChangeRefusal, Forwarded, Introduction, Report, Request,
    Response, SpanRecord,
};
use crate::clock::deadline;
use crate::seats::{LEVEL, Millis};
use crate::traces::Traces;

/// A snapshot that brings nothing for this long is given up.
const SNAPSHOT_IDLE_MAX: Duration = Duration::from_secs(30);

/// However long another node would wait for a change of members.
const CHANGE_MAX: Duration = Duration::from_mins(2);

/// This node as other nodes see it.
pub(crate) struct Peer {
    /// Who it is.
    pub(super) identity: Arc<Identity>,
    /// Its consensus.
    pub(super) raft: Raft,
    /// Its applied state.
    pub(super) shared: Shared,
    /// Where forwarded proposals go.
    pub(super) intake: Intake,
    /// Its clock.
    pub(super) guard: Arc<Guard>,
    /// Confirms that this node leads.
    pub(super) confirmer: Arc<Confirmer>,
    /// When it last heard of a leader.
    pub(super) contact: Arc<Contact>,
    /// Where what it does for traced requests is told.
    pub(super) traces: Traces,
    /// Whom it does not deal with.
    pub(super) refusals: Refusals,
    /// Set once it shall make ready for its end.
    pub(super) drain: watch::Sender<bool>,
    /// Carries changes of members out, which holds this in turn.
    pub(super) admin: OnceLock<Weak<Admin>>,
}

/// Why a call is turned away. Nothing was carried out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Refused {
    /// It cannot be read.
    Unreadable(String),
    /// This node does not deal with the caller.
    Stranger(String),
}

/// Why a call has no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Unanswered {
    /// It was turned away.
    Refused(Refused),
    /// It may have been carried out, but the answer cannot be given.
    Failed(String),
}

impl From<Refused> for Unanswered {
    fn from(refused: Refused) -> Unanswered {
        Unanswered::Refused(refused)
    }
}

#[cfg(test)]
impl From<Unanswered> for CallError {
    fn from(unanswered: Unanswered) -> CallError {
        match unanswered {
            Unanswered::Refused(Refused::Unreadable(reason) | Refused::Stranger(reason)) => {
                CallError::Refused(reason)
            }
            Unanswered::Failed(reason) => CallError::Lost(reason),
        }
    }
}

/// When this node last heard of its leader, so that it can say that it hears of none.
pub(super) struct Contact {
    guard: Arc<Guard>,
    /// Monotonic milliseconds.
    at: AtomicU64,
}

impl Contact {
    /// Counts from now.
    pub(super) fn new(guard: Arc<Guard>) -> Contact {
        let contact = Contact { guard, at: AtomicU64::new(0) };
        contact.note();
        contact
    }

    /// A leader has spoken.
    fn note(&self) {
        self.at.store(self.now(), Ordering::Relaxed);
    }

    /// How long ago that was.
    pub(super) fn age(&self) -> Duration {
        Duration::from_millis(self.now().saturating_sub(self.at.load(Ordering::Relaxed)))
    }

    fn now(&self) -> u64 {
        u64::try_from(self.guard.read().mono.as_millis()).unwrap_or(u64::MAX)
    }
}

impl Peer {
    /// The papers and the clock that every answer shows.
    pub(super) fn papers(&self, caller: Party) -> (Papers, Millis) {
        (self.identity.papers(caller), self.guard.read().wall)
    }

    /// What can be judged before the body is read.
    ///
    /// # Errors
    /// The call is not for this node.
    pub(super) fn admit(&self, papers: &Papers) -> Result<(), Refused> {
        self.check(papers, true)
    }

    /// Whether a line may begin: its caller is a member of this node's own cluster.
    ///
    /// # Errors
    /// The call is not for this node.
    pub(super) fn admit_member(&self, papers: &Papers) -> Result<(), Refused> {
        // Whoever gets no line makes a call of its own, and it is told of if that is refused. While
        // a cluster is formed, it is not.
        self.judge(papers, false).map_err(|mismatch| Refused::Stranger(mismatch.to_string()))
    }

    /// Answers one call.
    ///
    /// # Errors
    /// See [`Unanswered`].
    pub(super) async fn answer(&self, papers: &Papers, body: &[u8]) -> Result<Bytes, Unanswered> {
        let request: Request<'_> = wire::decode(body).map_err(Refused::Unreadable)?;
        self.check(papers, request.is_forming())?;
        let response = self.carry_out(request).await?;
        wire::encode(&response).map_err(Unanswered::Failed)
    }

    /// Takes a snapshot.
    ///
    /// # Errors
    /// See [`Unanswered`].
    pub(super) async fn snapshot<S, E>(&self, papers: &Papers, body: S) -> Result<Bytes, Unanswered>
    where
        S: Stream<Item = Result<Bytes, E>> + Unpin,
        E: std::fmt::Display,
    {
        self.check(papers, false)?;
        let response = match self.install(Pieces::new(body)).await {
            Ok(Ok(vote)) => Response::Snapshot(Ok(vote)),
            Ok(Err(fatal)) => Response::Stopped(fatal.to_string()),
            Err(reason) => Response::Snapshot(Err(reason)),
        };
        wire::encode(&response).map_err(Unanswered::Failed)
    }

    /// Answers one call that came over no socket, as its caller would see it.
    ///
    /// # Errors
    /// See [`CallError`].
    #[cfg(test)]
    pub(crate) async fn reply(&self, papers: &Papers, body: &[u8]) -> Result<Reply, CallError> {
        self.admit(papers).map_err(Unanswered::Refused)?;
        let body = self.answer(papers, body).await?;
        let (papers, clock) = self.papers(papers.from);
        Ok(Reply { papers, clock, body })
    }

    /// The same for a snapshot.
    ///
    /// # Errors
    /// See [`CallError`].
    #[cfg(test)]
    pub(crate) async fn reply_to_stream<S>(
        &self,
        papers: &Papers,
        body: S,
    ) -> Result<Reply, CallError>
    where
        S: Stream<Item = std::io::Result<Bytes>> + Unpin,
    {
        let body = self.snapshot(papers, body).await?;
        let (papers, clock) = self.papers(papers.from);
        Ok(Reply { papers, clock, body })
    }

    fn check(&self, papers: &Papers, forming: bool) -> Result<(), Refused> {
        let caller = papers.from.node;
        match self.judge(papers, forming) {
            Ok(()) => {
                self.refusals.forget(caller);
                Ok(())
            }
            Err(mismatch) => {
                // A wiped node makes no calls: those that it gets are all that it learns from.
                let reason = mismatch.to_string();
                if self.refusals.note(caller, &reason) {
                    tracing::warn!(caller = %papers.from, %reason, "a peer's call is refused");
                }
                Err(Refused::Stranger(reason))
            }
        }
    }

    fn judge(&self, papers: &Papers, forming: bool) -> Result<(), Mismatch> {
        let known = self.member(papers.from.node);
        self.identity.check_call(papers, known.as_ref(), forming)
    }

    /// What the membership says of a node.
    fn member(&self, node: NodeId) -> Option<Member> {
        let metrics = self.raft.server_metrics();
        let metrics = metrics.borrow_watched();
        metrics.membership_config.membership().get_node(&node).cloned()
    }

    async fn carry_out(&self, request: Request<'_>) -> Result<Response, Unanswered> {
        Ok(match request {
            Request::Append(append) => self.append(append).await?,
            Request::Vote(ballot) => self.vote(ballot, false).await,
            Request::PreVote(ballot) => self.vote(ballot, true).await,
            Request::MakeWay(way) => {
                let request = TransferLeaderRequest::<TypeConfig>::from(way);
                match self.raft.handle_transfer_leader(request).await {
                    Ok(answer) => Response::MakeWay(answer.map_err(|error| error.to_string())),
                    Err(fatal) => stopped(&fatal),
                }
            }
            Request::ReadIndex { attempt } => {
                let moment = self.confirmer.confirm().await;
                Response::ReadIndex { attempt, moment }
            }
            Request::Forward(frame) => self.forward(frame, &[]).await,
            Request::ForwardTraced { frame, spans } => self.forward(frame, &spans).await,
            Request::Status => Response::Status(self.report()),
            Request::Hello => match self.introduce().await {
                Ok(introduction) => Response::Hello(introduction),
                Err(fatal) => stopped(&fatal),
            },
            Request::Adopt { cluster } => Response::Adopt(self.identity.adopt(cluster).await),
            Request::HandOver { to } => Response::HandOver(
                succession::hand_over(&self.raft, self.identity.node(), to).await,
            ),
            Request::Clock => Response::Clock,
            Request::Change { change, dry_run, left_ms } => {
                Response::Change(self.change(&change, dry_run, left_ms).await)
            }
            Request::Stays => Response::Stays(!*self.drain.borrow()),
            Request::Level => Response::Level(LEVEL),
            Request::Drain => {
                self.drain.send_replace(true);
                Response::Drain
            }
            Request::Digest { index } => {
                Response::Digest(compare::digest(&self.shared, index).await)
            }
            Request::Rows { index, bucket } => {
                Response::Rows(compare::rows(&self.shared, index, bucket).await)
            }
        })
    }

    async fn forward(&self, frame: Vec<Forwarded<'_>>, spans: &[SpanRecord]) -> Response {
        Response::Forward(forward::take(&self.intake, &self.traces, frame, spans).await)
    }

    async fn change(
        &self,
        change: &Change,
        dry_run: bool,
        left_ms: u64,
    ) -> Result<Plan, ChangeRefusal> {
        let Some(admin) = self.admin.get().and_then(Weak::upgrade) else {
            return Err(ChangeRefusal::NotLeader);
        };
        let deadline = deadline(Duration::from_millis(left_ms).min(CHANGE_MAX));
        admin.take_change(change, dry_run, deadline).await
    }

    async fn append(&self, append: Append<'_>) -> Result<Response, Unanswered> {
        let request =
            AppendEntriesRequest::<TypeConfig>::try_from(append).map_err(Refused::Unreadable)?;
        match self.raft.append_entries(request).await {
            Ok(response) => {
                let answer = AppendAnswer::try_from(response).map_err(Unanswered::Failed)?;
                if !matches!(answer, AppendAnswer::HigherVote(_)) {
                    self.contact.note();
                }
                Ok(Response::Append(answer))
            }
            Err(error) => Ok(Response::Stopped(error.to_string())),
        }
    }

    async fn vote(&self, ballot: Ballot, only_asking: bool) -> Response {
        let request = VoteRequest::<TypeConfig>::from(ballot);
        let answer = if only_asking {
            self.raft.pre_vote(request).await
        } else {
            self.raft.vote(request).await
        };
        match answer {
            Ok(answer) => Response::Vote((&answer).into()),
            Err(error) => Response::Stopped(error.to_string()),
        }
    }

    /// How this node is.
    pub(super) fn report(&self) -> Report {
        let metrics = self.raft.metrics();
        let metrics = metrics.borrow_watched();
        let role = match metrics.state {
            ServerState::Leader => Role::Leader,
            ServerState::Follower | ServerState::Candidate => Role::Follower,
            ServerState::Learner => Role::Learner,
            ServerState::Shutdown => Role::Unreachable,
        };
        Report {
            role,
            leader: metrics.current_leader,
            term: metrics.current_term,
            applied_index: *self.shared.applied().borrow(),
            last_log_index: metrics.last_log_index,
        }
    }

    /// Which disk this node has, and where it belongs.
    ///
    /// # Errors
    /// Consensus has stopped.
    pub(super) async fn introduce(&self) -> Result<Introduction, Fatal<TypeConfig>> {
        Ok(Introduction {
            disk: self.identity.disk(),
            cluster: self.identity.cluster(),
            formed: self.raft.is_initialized().await?,
        })
    }

    /// Receives and installs a snapshot: this node's vote afterwards.
    async fn install<S, E>(
        &self,
        mut pieces: Pieces<S>,
    ) -> Result<Result<crate::codec::Vote, Fatal<TypeConfig>>, String>
    where
        S: Stream<Item = Result<Bytes, E>> + Unpin,
        E: std::fmt::Display,
    {
        let leader = vote(pieces.head().await?);
        tracing::info!(from = leader.leader_id.node_id, "receiving a snapshot");
        let mut incoming = self.shared.incoming();
        loop {
            let piece = tokio::time::timeout(SNAPSHOT_IDLE_MAX, pieces.next())
                .await
                .map_err(|_elapsed| "the snapshot stands still".to_owned())??;
            self.contact.note();
            let Some(piece) = piece else { break };
            incoming.push(&piece).await.map_err(|error| error.to_string())?;
        }
        let snapshot = incoming.finish().map_err(|error| error.to_string())?;
        tracing::info!(snapshot = %snapshot, "installing a snapshot");
        Ok(self
            .raft
            .install_full_snapshot(leader, snapshot)
            .await
            .map(|response| vote_record(&response.vote)))
    }
}

fn stopped(fatal: &Fatal<TypeConfig>) -> Response {
    Response::Stopped(fatal.to_string())
}

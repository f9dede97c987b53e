//! What openraft calls to reach other nodes, in terms of [`Peers`].

use std::future::Future;
use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures_util::future::{Either, select};
use futures_util::stream::{self, BoxStream, StreamExt as _};
use openraft::alias::{SnapshotOf, VoteOf};
use openraft::errors::{NetworkError, RPCError, ReplicationClosed, StreamingError, Unreachable};
use openraft::network::RPCOption;
use openraft::raft::{
    AppendEntriesRequest, AppendEntriesResponse, SnapshotResponse, TransferLeaderRequest,
    TransferLeaderResponse, VoteRequest, VoteResponse,
};
use openraft::{OptionalSend, RaftNetworkFactory, RaftNetworkV2};

use super::convert::{vote, vote_record};
use super::frames;
use super::machine::SnapshotData;
use super::transport::{CallError, Lane, Peers};
use super::types::{Member, NodeId, TypeConfig};
use super::wire::{Append, Ballot, MakeWay, Request, Response};

/// How long a call with log entries may take. Heartbeats have their own, much shorter deadline and
/// their own connection; entries that a slow disk takes half a second to sync must not be sent
/// again and again meanwhile.
const APPEND_MAX: Duration = Duration::from_secs(2);

type C = TypeConfig;

/// Makes clients of other nodes for openraft.
pub(super) struct Network {
    peers: Arc<Peers>,
}

/// A client of one node, on one lane.
pub(super) struct Client {
    peers: Arc<Peers>,
    node: NodeId,
    member: Member,
    lane: Lane,
}

impl Network {
    /// All clients share the connections of `peers`.
    pub(super) fn new(peers: Arc<Peers>) -> Network {
        Network { peers }
    }

    fn client(&self, node: NodeId, member: &Member, lane: Lane) -> Client {
        Client { peers: Arc::clone(&self.peers), node, member: member.clone(), lane }
    }
}

impl RaftNetworkFactory<C> for Network {
    type Network = Client;

    async fn new_client(&mut self, target: NodeId, node: &Member) -> Client {
        self.client(target, node, Lane::Log)
    }

    async fn new_heartbeat_client(&mut self, target: NodeId, node: &Member) -> Client {
        self.client(target, node, Lane::Control)
    }

    async fn new_snapshot_client(&mut self, target: NodeId, node: &Member) -> Client {
        self.client(target, node, Lane::Snapshot)
    }
}

impl Client {
    async fn call(
        &self,
        lane: Lane,
        request: &Request<'_>,
        timeout: Duration,
    ) -> Result<Response, RPCError<C>> {
        match self.peers.call(lane, self.node, &self.member, request, timeout).await {
            Ok(Response::Stopped(reason)) => Err(unreachable(&reason)),
            Ok(response) => Ok(response),
            Err(error) => Err(failed(&error)),
        }
    }
}

/// Openraft retries a lost call at once, and an unreachable node after a pause.
fn failed(error: &CallError) -> RPCError<C> {
    match error {
        CallError::Lost(_) => RPCError::Network(NetworkError::from_string(error)),
        CallError::NotSent(_) | CallError::Refused(_) | CallError::Garbled(_) => unreachable(error),
    }
}

fn unreachable(reason: &impl ToString) -> RPCError<C> {
    RPCError::Unreachable(Unreachable::from_string(reason.to_string()))
}

fn unexpected(response: &Response) -> RPCError<C> {
    unreachable(&format!("the peer answered otherwise: {response:?}"))
}

impl RaftNetworkV2<C> for Client {
    type SnapshotData = SnapshotData;

    async fn append_entries(
        &mut self,
        rpc: AppendEntriesRequest<C>,
        option: RPCOption,
    ) -> Result<AppendEntriesResponse<C>, RPCError<C>> {
        let timeout = if rpc.entries.is_empty() {
            option.soft_ttl()
        } else {
            option.soft_ttl().max(APPEND_MAX)
        };
        let request = Request::Append(Append::from(&rpc));
        match self.call(self.lane, &request, timeout).await? {
            Response::Append(answer) => {
                let response = AppendEntriesResponse::from(answer);
                // Nothing can differ from what comes before the first entry; openraft takes that
                // for granted.
                if response.is_conflict() && rpc.prev_log_id.is_none() {
                    return Err(unreachable(&"the peer found a conflict before its first entry"));
                }
                Ok(response)
            }
            other => Err(unexpected(&other)),
        }
    }

    async fn vote(
        &mut self,
        rpc: VoteRequest<C>,
        option: RPCOption,
    ) -> Result<VoteResponse<C>, RPCError<C>> {
        let request = Request::Vote(Ballot::from(&rpc));
        match self.call(Lane::Control, &request, option.soft_ttl()).await? {
            Response::Vote(answer) => Ok(answer.into()),
            other => Err(unexpected(&other)),
        }
    }

    async fn pre_vote(
        &mut self,
        rpc: VoteRequest<C>,
        option: RPCOption,
    ) -> Result<VoteResponse<C>, RPCError<C>> {
        let request = Request::PreVote(Ballot::from(&rpc));
        match self.call(Lane::Control, &request, option.soft_ttl()).await? {
            Response::Vote(answer) => Ok(answer.into()),
            other => Err(unexpected(&other)),
        }
    }

    async fn transfer_leader(
        &mut self,
        rpc: TransferLeaderRequest<C>,
        option: RPCOption,
    ) -> Result<TransferLeaderResponse<C>, RPCError<C>> {
        let request = Request::MakeWay(MakeWay::from(&rpc));
        match self.call(Lane::Control, &request, option.hard_ttl()).await? {
            Response::MakeWay(Ok(())) => Ok(Ok(())),
            // The reason is in the other node's log; openraft only logs it.
            Response::MakeWay(Err(reason)) => Err(unreachable(&reason)),
            other => Err(unexpected(&other)),
        }
    }

    async fn full_snapshot(
        &mut self,
        leader: VoteOf<C>,
        snapshot: SnapshotOf<C, SnapshotData>,
        cancel: impl Future<Output = ReplicationClosed> + OptionalSend + 'static,
        option: RPCOption,
    ) -> Result<SnapshotResponse<C>, StreamingError<C>> {
        let head = frames::head(vote_record(&leader));
        let body = body(head, snapshot.snapshot);
        let call = pin!(self.peers.stream(self.node, &self.member, body, option.soft_ttl()));
        match select(call, pin!(cancel)).await {
            Either::Left((Ok(Response::Snapshot(Ok(theirs))), _)) => {
                Ok(SnapshotResponse::new(vote(theirs)))
            }
            Either::Left((Ok(other), _)) => Err(unexpected(&other).into()),
            Either::Left((Err(error), _)) => Err(failed(&error).into()),
            Either::Right((closed, _)) => Err(closed.into()),
        }
    }
}

/// The body of a snapshot call: its head, its frames, and a mark that it is complete.
fn body(head: Bytes, snapshot: SnapshotData) -> BoxStream<'static, io::Result<Bytes>> {
    let rest = stream::unfold(Some(snapshot), |state| async move {
        let mut snapshot = state?;
        match snapshot.next_frame().await {
            Ok(Some(frame)) => Some((Ok(frames::frame(&frame)), Some(snapshot))),
            Ok(None) => Some((Ok(frames::end()), None)),
            Err(error) => Some((Err(io::Error::other(error)), None)),
        }
    });
    stream::once(async { Ok(head) }).chain(rest).boxed()
}

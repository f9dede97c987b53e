//! What this room asks of consensus, as an object, so that tests can stand a single in-memory state
//! in its place.

use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use tokio::sync::watch;
use tokio::time::Instant;

use crate::raft::{
    AdminError, Answer, BackupStream, Change, Check, ClusterStatus, Comparison, Handle, Member,
    NodeId, NotCaughtUp, Plan, ProposeError, ReadError, Vitals,
};
use crate::seats::{Command, Millis, Proposal, Refusal, State};

/// See [`Handle`], whose methods these are.
pub trait Backend: Send + Sync + 'static {
    /// See [`Handle::propose`].
    fn propose(
        &self,
        proposal: Proposal,
        deadline: Instant,
    ) -> BoxFuture<'_, Result<Answer, ProposeError>>;

    /// See [`Handle::refuse`].
    fn refuse<'a>(
        &'a self,
        command: &'a Command,
        deadline: Instant,
    ) -> BoxFuture<'a, Option<(u64, Refusal)>>;

    /// See [`Handle::linearize`].
    fn linearize(&self, deadline: Instant) -> BoxFuture<'_, Result<u64, ReadError>>;

    /// See [`Handle::wait_applied`].
    fn wait_applied(
        &self,
        index: u64,
        deadline: Instant,
    ) -> BoxFuture<'_, Result<u64, NotCaughtUp>>;

    /// Calls the closure once with the applied state; `read` of [`dyn Backend`](Backend) is the
    /// comfortable form.
    fn look(&self, look: &mut dyn FnMut(&State, u64));

    /// See [`Handle::applied`].
    fn applied(&self) -> watch::Receiver<u64>;

    /// See [`Handle::node_id`].
    fn node_id(&self) -> NodeId;

    /// See [`Handle::not_ready`].
    fn not_ready(&self) -> Option<String>;

    /// See [`Handle::checks`].
    fn checks(&self) -> Vec<Check>;

    /// See [`Handle::vitals`].
    fn vitals(&self) -> Vitals;

    /// See [`Handle::consensus`].
    fn consensus(&self) -> String;

    /// See [`Handle::members`].
    fn members(&self) -> Vec<(NodeId, Member)>;

    /// See [`Handle::backup`].
    fn backup(
        &self,
        made_at: Millis,
        deadline: Instant,
    ) -> BoxFuture<'_, Result<BackupStream, ReadError>>;

    /// See [`Handle::cluster_status`].
    fn cluster_status(&self) -> BoxFuture<'_, ClusterStatus>;

    /// See [`Handle::initialize`].
    fn initialize(
        &self,
        members: Vec<(NodeId, Member)>,
        deadline: Instant,
    ) -> BoxFuture<'_, Result<ClusterStatus, AdminError>>;

    /// See [`Handle::transfer_leader`].
    fn transfer_leader(
        &self,
        to: Option<NodeId>,
        deadline: Instant,
    ) -> BoxFuture<'_, Result<NodeId, AdminError>>;

    /// See [`Handle::change_members`].
    fn change_members(
        &self,
        change: Change,
        dry_run: bool,
        deadline: Instant,
    ) -> BoxFuture<'_, Result<Plan, AdminError>>;

    /// See [`Handle::verify`].
    fn verify(&self, deadline: Instant) -> BoxFuture<'_, Result<Comparison, AdminError>>;
}

impl dyn Backend {
    /// See [`Handle::read`].
    pub fn read<T>(&self, look: impl FnOnce(&State, u64) -> T) -> T {
        let mut look = Some(look);
        let mut seen = None;
        self.look(&mut |state, index| seen = look.take().map(|look| look(state, index)));
        seen.expect("look calls its closure once")
    }
}

impl Backend for Handle {
    fn propose(
        &self,
        proposal: Proposal,
        deadline: Instant,
    ) -> BoxFuture<'_, Result<Answer, ProposeError>> {
        Handle::propose(self, proposal, deadline).boxed()
    }

    fn refuse<'a>(
        &'a self,
        command: &'a Command,
        deadline: Instant,
    ) -> BoxFuture<'a, Option<(u64, Refusal)>> {
        Handle::refuse(self, command, deadline).boxed()
    }

    fn linearize(&self, deadline: Instant) -> BoxFuture<'_, Result<u64, ReadError>> {
        Handle::linearize(self, deadline).boxed()
    }

    fn wait_applied(
        &self,
        index: u64,
        deadline: Instant,
    ) -> BoxFuture<'_, Result<u64, NotCaughtUp>> {
        Handle::wait_applied(self, index, deadline).boxed()
    }

    fn look(&self, look: &mut dyn FnMut(&State, u64)) {
        Handle::read(self, look);
    }

    fn applied(&self) -> watch::Receiver<u64> {
        Handle::applied(self)
    }

    fn node_id(&self) -> NodeId {
        Handle::node_id(self)
    }

    fn not_ready(&self) -> Option<String> {
        Handle::not_ready(self)
    }

    fn checks(&self) -> Vec<Check> {
        Handle::checks(self)
    }

    fn vitals(&self) -> Vitals {
        Handle::vitals(self)
    }

    fn consensus(&self) -> String {
        Handle::consensus(self)
    }

    fn members(&self) -> Vec<(NodeId, Member)> {
        Handle::members(self)
    }

    fn backup(
        &self,
        made_at: Millis,
        deadline: Instant,
    ) -> BoxFuture<'_, Result<BackupStream, ReadError>> {
        Handle::backup(self, made_at, deadline).boxed()
    }

    fn cluster_status(&self) -> BoxFuture<'_, ClusterStatus> {
        Handle::cluster_status(self).boxed()
    }

    fn initialize(
        &self,
        members: Vec<(NodeId, Member)>,
        deadline: Instant,
    ) -> BoxFuture<'_, Result<ClusterStatus, AdminError>> {
        Handle::initialize(self, members, deadline).boxed()
    }

    fn transfer_leader(
        &self,
        to: Option<NodeId>,
        deadline: Instant,
    ) -> BoxFuture<'_, Result<NodeId, AdminError>> {
        Handle::transfer_leader(self, to, deadline).boxed()
    }

    fn change_members(
        &self,
        change: Change,
        dry_run: bool,
        deadline: Instant,
    ) -> BoxFuture<'_, Result<Plan, AdminError>> {
        Handle::change_members(self, change, dry_run, deadline).boxed()
    }

    fn verify(&self, deadline: Instant) -> BoxFuture<'_, Result<Comparison, AdminError>> {
        Handle::verify(self, deadline).boxed()
    }
}

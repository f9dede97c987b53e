//! What effects ask of consensus, as an object, so that tests can stand a state in memory in its
//! place.

use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use tokio::sync::watch;
use tokio::time::Instant;

use crate::raft::{Answer, Handle, ProposeError};
use crate::seats::{Millis, Proposal, State};

/// See [`Handle`], whose methods most of these are.
pub trait Ledger: Send + Sync + 'static {
    /// See [`Handle::propose`].
    fn propose(
        &self,
        proposal: Proposal,
        deadline: Instant,
    ) -> BoxFuture<'_, Result<Answer, ProposeError>>;

    /// Calls the closure once with the applied state.
    fn look(&self, look: &mut dyn FnMut(&State));

    /// See [`Handle::applied`]. It changes after this node has become leader, too: a new leader
    /// begins with an entry of its own.
    fn applied(&self) -> watch::Receiver<u64>;

    /// Whether this node leads, as far as it knows.
    fn leads(&self) -> bool;

    /// See [`Handle::log_time`].
    fn now(&self) -> Option<Millis>;

    /// Host and port at which clients reach each member.
    fn members(&self) -> Vec<String>;
}

impl Ledger for Handle {
    fn propose(
        &self,
        proposal: Proposal,
        deadline: Instant,
    ) -> BoxFuture<'_, Result<Answer, ProposeError>> {
        Handle::propose(self, proposal, deadline).boxed()
    }

    fn look(&self, look: &mut dyn FnMut(&State)) {
        Handle::read(self, |state, _index| look(state));
    }

    fn applied(&self) -> watch::Receiver<u64> {
        Handle::applied(self)
    }

    fn leads(&self) -> bool {
        Handle::is_leader(self)
    }

    fn now(&self) -> Option<Millis> {
        Handle::log_time(self)
    }

    fn members(&self) -> Vec<String> {
        Handle::members(self).into_iter().map(|(_, member)| member.http).collect()
    }
}

//! Reads and writes: from a request to the state or the log, and back to an answer.

use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use super::app::Site;
use super::ask::Ask;
use super::headers;
use super::params::Freshness;
use super::problem::Problem;
use super::refusals;
use crate::clock;
use crate::raft::{Answer, ProposeError, ReadError};
use crate::seats::{
    Caller, Command, Hex, Key, Millis, Proposal, Receipt, Refusal, Role, ShowId, State, Text,
};

/// How long a write may take, forwarding included: longer than a failover, shorter than the
/// patience of most clients.
pub(super) const WRITE_PATIENCE: Duration = Duration::from_secs(5);

/// Headers of an answer with a body, those of the envelope included: room for all at once.
pub(super) const HEADERS_ROOM: usize = 16;

/// A write that was carried out.
#[derive(Debug)]
pub(super) struct Written {
    /// The log index that decided it.
    pub(super) index: u64,
    /// Log time when it was decided.
    pub(super) at: Millis,
    /// What was done.
    pub(super) receipt: Receipt,
    /// Under which key a repeat of it is known.
    pub(super) key: Text,
    replayed: bool,
}

impl Site {
    /// Waits until this node's state is as fresh as the client asks.
    pub(super) async fn freshen(&self, fresh: Freshness) -> Result<(), Problem> {
        if *self.backend.applied().borrow() == 0 {
            let why = self.backend.not_ready();
            let why = why.unwrap_or_else(|| "this node has applied nothing yet".to_owned());
            return Err(refusals::not_read(ReadError::NotReady(why), 0));
        }
        let deadline = clock::deadline(fresh.timeout);
        if fresh.linearizable {
            let read = self.backend.linearize(deadline).await;
            read.map_err(|error| refusals::not_read(error, *self.backend.applied().borrow()))?;
        }
        if let Some(index) = fresh.min_index {
            let caught_up = self.backend.wait_applied(index, deadline).await;
            caught_up.map_err(|behind| refusals::not_caught_up(behind.applied))?;
        }
        Ok(())
    }

    /// Has a command decided. `named` are the seats as the request named them, for telling which of
    /// them is unknown.
    pub(super) async fn write(
        &self,
        ask: &Ask,
        body: &[u8],
        command: Command,
        named: &[String],
    ) -> Result<Written, Problem> {
        let wants_seats = matches!(command, Command::Hold { .. } | Command::HoldWithin { .. });
        let written = self.write_patiently(ask, body, command, named, WRITE_PATIENCE).await;
        if wants_seats {
            self.count_hold(&written);
        }
        written
    }

    /// As [`Site::write`], within another time.
    pub(super) async fn write_patiently(
        &self,
        ask: &Ask,
        body: &[u8],
        command: Command,
        named: &[String],
        patience: Duration,
    ) -> Result<Written, Problem> {
        let _share = self.shares.take(ask.source)?;
        let deadline = clock::deadline(patience);
        if ask.key.is_none()
            && let Some((index, refusal)) = self.backend.refuse(&command, deadline).await
        {
            return Err(refusals::refused(refusal, named).at(index));
        }
        let fresh = self.fresh();
        let text: Text = match &ask.key {
            Some(text) => text.as_str().into(),
            None => format!("node-{}", Hex(fresh.0)).into(),
        };
        let (fingerprint, made_by_node) = (fingerprint(ask, body), ask.key.is_none());
        let key = Key { text, fingerprint, made_by_node };
        let caller = ask.identity.caller.clone();
        let proposal = Proposal { caller, key: Some(key.clone()), fresh, command };
        let answer = self.backend.propose(proposal, deadline).await;
        let answer = answer.map_err(|error| refusals::not_proposed(error, &key.text))?;
        let (index, outcome) = (answer.index, answer.outcome);
        match outcome.result {
            Ok(receipt) => {
                let replayed = outcome.replayed;
                Ok(Written { index, at: outcome.at, receipt, replayed, key: key.text })
            }
            Err(refusal) => Err(refused(ask, &key, refusal, named, outcome.replayed).at(index)),
        }
    }

    /// Counts what became of a wish for seats.
    fn count_hold(&self, written: &Result<Written, Problem>) {
        let (outcome, conflicts) = match written {
            Ok(written) if written.replayed => ("replayed", 0),
            Ok(_) => ("held", 0),
            Err(problem) if problem.has_header(&headers::REPLAYED) => ("replayed", 0),
            Err(problem) => (problem.code().as_str(), problem.length_of("conflicts")),
        };
        self.metrics.hold_answered(outcome, conflicts);
    }

    /// Has a command of the cluster's own decided. It has no key: what it names tells its repeats.
    pub(super) async fn propose(&self, command: Command) -> Result<Answer, ProposeError> {
        let caller = Caller { user: None, role: Role::Operator };
        let proposal = Proposal { caller, key: None, fresh: self.fresh(), command };
        self.backend.propose(proposal, clock::deadline(WRITE_PATIENCE)).await
    }

    /// Looks at the state once it has the show of a write: a node that forwarded the write may not
    /// have applied it yet, nor the show's creation.
    pub(super) async fn read_after<T>(
        &self,
        written: &Written,
        show: &ShowId,
        look: impl Fn(&State) -> T,
    ) -> Result<T, Problem> {
        let known = |state: &State| state.show(show).is_some().then(|| look(state));
        if let Some(seen) = self.backend.read(|state, _| known(state)) {
            return Ok(seen);
        }
        let deadline = clock::deadline(WRITE_PATIENCE);
        let caught_up = self.backend.wait_applied(written.index, deadline).await;
        caught_up.map_err(|_| refusals::unknown("this node lags", &written.key))?;
        Ok(self.backend.read(|state, _| look(state)))
    }
}

impl Written {
    /// The answer that carries a body.
    pub(super) fn answer(&self, status: StatusCode, body: &impl Serialize) -> Response {
        self.mark(json(status, body, self.index))
    }

    /// The answer without a body.
    pub(super) fn empty(&self) -> Response {
        let mut answer = Response::new(Body::empty());
        *answer.status_mut() = StatusCode::NO_CONTENT;
        answer.headers_mut().insert(headers::APPLIED_INDEX, HeaderValue::from(self.index));
        self.mark(answer)
    }

    /// The same, where what its client waits for was done by a later entry: no repeat, then,
    /// whatever the write itself was.
    pub(super) fn completed_at(self, index: u64) -> Written {
        Written { index, replayed: false, ..self }
    }

    /// Its receipt is not of the kind that its command has.
    pub(super) fn unexpected(&self) -> Problem {
        Problem::internal(&format!("a command got the receipt of another: {:?}", self.receipt))
    }

    /// A refusal that came of it: under its key it comes again, and then says so.
    pub(super) fn mark_refusal(&self, problem: Problem) -> Problem {
        if self.replayed { problem.header(headers::REPLAYED, "true") } else { problem }
    }

    fn mark(&self, mut answer: Response) -> Response {
        if self.replayed {
            answer.headers_mut().insert(headers::REPLAYED, HeaderValue::from_static("true"));
        }
        answer
    }
}

/// A JSON answer that stands on the state at an index.
pub(super) fn json(status: StatusCode, body: &impl Serialize, index: u64) -> Response {
    let bytes = serde_json::to_vec(body).expect("our bodies have text keys and always serialize");
    let mut answer = Response::new(Body::from(bytes));
    *answer.status_mut() = status;
    let headers = answer.headers_mut();
    headers.reserve(HEADERS_ROOM);
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(headers::APPLIED_INDEX, HeaderValue::from(index));
    answer
}

/// Adds where a created thing is found.
pub(super) fn located(mut answer: Response, path: &str) -> Response {
    if let Ok(path) = HeaderValue::from_str(path) {
        answer.headers_mut().insert(header::LOCATION, path);
    }
    answer
}

/// The answer to a refused write. Under a client's key, what is remembered must come again byte for
/// byte, `instance` included: so its request id is made of the key, not of the exchange.
fn refused(ask: &Ask, key: &Key, refusal: Refusal, named: &[String], replayed: bool) -> Problem {
    let remembered = refusal.is_decided() && !key.made_by_node;
    let mut problem = refusals::refused(refusal, named);
    if remembered {
        problem = problem.request_id(keyed_request_id(ask, &key.text, key.fingerprint));
    }
    if replayed {
        problem = problem.header(headers::REPLAYED, "true");
    }
    problem
}

/// A refusal that is final although no entry says so: under a client's key it comes again as it
/// was, like those that are remembered.
pub(super) fn final_refusal(ask: &Ask, body: &[u8], problem: Problem) -> Problem {
    match &ask.key {
        Some(key) => problem.request_id(keyed_request_id(ask, key, fingerprint(ask, body))),
        None => problem,
    }
}

fn keyed_request_id(ask: &Ask, key: &str, fingerprint: u128) -> String {
    let caller = &ask.identity.caller;
    let scope = caller.user.as_ref().map_or(caller.role.name(), |user| user.0.as_str());
    let print = fingerprint.to_be_bytes();
    format!("req_{}", Hex(digest(&[scope.as_bytes(), key.as_bytes(), &print])))
}

/// What a key was first used for: route and body.
fn fingerprint(ask: &Ask, body: &[u8]) -> u128 {
    digest(&[ask.method.as_str().as_bytes(), ask.path.as_bytes(), body])
}

/// The first half of the SHA-256 of some texts, none of which can run into the next.
fn digest(texts: &[&[u8]]) -> u128 {
    let mut hash = Sha256::new();
    for text in texts {
        hash.update((text.len() as u64).to_be_bytes());
        hash.update(text);
    }
    let hash: [u8; 32] = hash.finalize().into();
    hash[..16].iter().fold(0, |sum, byte| (sum << 8) | u128::from(*byte))
}

//! What the gateway knows: sessions, refunds, answers that were given, webhooks that are owed. The
//! rules of money stand here; a change is decided first, then written down, then true.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// A session: what a buyer is asked to pay.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Session {
    /// `sbx_…`.
    pub(super) id: String,
    /// What the merchant calls it.
    pub(super) payment: String,
    pub(super) status: Status,
    /// In minor units.
    pub(super) amount: u64,
    /// Three letters.
    pub(super) currency: String,
    pub(super) captured: u64,
    pub(super) refunded: u64,
    pub(super) success_url: String,
    pub(super) cancel_url: String,
    pub(super) webhook_urls: Vec<String>,
    /// What the merchant told of the buyer.
    pub(super) customer: Option<Value>,
}

/// Where a session stands. Only `Open` changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Status {
    /// It can be paid.
    Open,
    /// It was paid.
    Succeeded,
    /// It failed for good.
    Failed,
    /// It was closed unpaid.
    Expired,
}

/// Money that went back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Refund {
    /// `re_…`.
    pub(super) id: String,
    pub(super) session: String,
    pub(super) payment: String,
    pub(super) amount: u64,
    pub(super) currency: String,
    pub(super) idempotency_key: String,
}

/// A webhook that nobody has taken yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Owed {
    /// `msg_…`; the same at every attempt.
    pub(super) id: String,
    pub(super) session: String,
    /// When it happened, in milliseconds since 1970.
    pub(super) since: u64,
    pub(super) body: String,
}

/// An answer under an idempotency key, to be repeated.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Given {
    /// Route and key.
    pub(super) key: String,
    pub(super) status: u16,
    pub(super) body: String,
}

/// One thing that became true: a line of the journal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Fact {
    /// A session is made, or changed to this.
    Session(Session),
    /// Money went back.
    Refund(Refund),
    /// A request was answered.
    Given(Given),
    /// A webhook is owed.
    Owed(Owed),
    /// A webhook was taken, or given up: by its id.
    Settled(String),
}

/// What a buyer does on a session's page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Press {
    /// Pays.
    Approve,
    /// Tries and is declined; the session goes on.
    Decline,
    /// Fails for good.
    Fail,
}

/// Why something was not done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    /// There is no such session.
    NotFound,
    /// It was paid, and cannot be closed.
    AlreadyPaid,
    /// It can be paid no more.
    Closed,
    /// More than what is left of what was paid.
    ExceedsCaptured {
        /// What is left.
        left: u64,
    },
}

/// All of it.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    sessions: BTreeMap<String, Session>,
    refunds: Vec<Refund>,
    given: BTreeMap<String, Given>,
    /// Of each session, in the order in which things happened.
    owed: BTreeMap<String, VecDeque<Owed>>,
    /// Where each owed webhook is found.
    owed_by: BTreeMap<String, String>,
}

impl Ledger {
    pub(super) fn session(&self, id: &str) -> Option<&Session> {
        self.sessions.get(id)
    }

    /// By id, which is by age.
    pub(super) fn sessions(&self) -> impl Iterator<Item = &Session> {
        self.sessions.values()
    }

    /// In the order in which they were made.
    pub(super) fn refunds(&self) -> &[Refund] {
        &self.refunds
    }

    pub(super) fn given(&self, key: &str) -> Option<&Given> {
        self.given.get(key)
    }

    /// The webhook of a session that is to be delivered next.
    pub(super) fn next_owed(&self, session: &str) -> Option<&Owed> {
        self.owed.get(session)?.front()
    }

    pub(super) fn is_owed(&self, id: &str) -> bool {
        self.owed_by.contains_key(id)
    }

    /// Sessions with webhooks owed.
    pub(super) fn owing(&self) -> BTreeSet<String> {
        self.owed.keys().cloned().collect()
    }

    /// A buyer presses a button: the session as it is then, and the webhook that tells of it.
    pub(super) fn press(
        &self,
        id: &str,
        press: Press,
        event: String,
        now: u64,
    ) -> Result<(Session, Owed), Refusal> {
        let session = self.session(id).ok_or(Refusal::NotFound)?;
        if session.status != Status::Open {
            return Err(Refusal::Closed);
        }
        let mut session = session.clone();
        let kind = match press {
            Press::Approve => {
                session.status = Status::Succeeded;
                session.captured = session.amount;
                "payment.succeeded"
            }
            Press::Decline => "payment.declined",
            Press::Fail => {
                session.status = Status::Failed;
                "payment.failed"
            }
        };
        let owed = owed(&session, kind, event, now);
        Ok((session, owed))
    }

    /// The merchant closes a session. One that is closed already stays as it is, and tells nothing.
    pub(super) fn expire(
        &self,
        id: &str,
        event: String,
        now: u64,
    ) -> Result<(Session, Option<Owed>), Refusal> {
        let mut session = self.session(id).ok_or(Refusal::NotFound)?.clone();
        match session.status {
            Status::Succeeded => Err(Refusal::AlreadyPaid),
            Status::Failed | Status::Expired => Ok((session, None)),
            Status::Open => {
                session.status = Status::Expired;
                let owed = owed(&session, "payment.expired", event, now);
                Ok((session, Some(owed)))
            }
        }
    }

    /// The merchant pays back.
    pub(super) fn refund(
        &self,
        id: &str,
        amount: u64,
        refund: String,
        key: &str,
    ) -> Result<(Session, Refund), Refusal> {
        let mut session = self.session(id).ok_or(Refusal::NotFound)?.clone();
        let left = session.captured - session.refunded;
        if amount > left {
            return Err(Refusal::ExceedsCaptured { left });
        }
        session.refunded += amount;
        let refund = Refund {
            id: refund,
            session: session.id.clone(),
            payment: session.payment.clone(),
            amount,
            currency: session.currency.clone(),
            idempotency_key: key.to_owned(),
        };
        Ok((session, refund))
    }

    /// Makes a fact true.
    ///
    /// # Errors
    /// It contradicts what is true: the journal was tampered with.
    pub(super) fn learn(&mut self, fact: Fact) -> Result<(), String> {
        match fact {
            Fact::Session(session) => {
                if session.refunded > session.captured || session.captured > session.amount {
                    return Err(format!("{}: more went back than was paid", session.id));
                }
                self.sessions.insert(session.id.clone(), session);
            }
            Fact::Refund(refund) => {
                self.known(&refund.session)?;
                self.refunds.push(refund);
            }
            Fact::Given(given) => {
                self.given.insert(given.key.clone(), given);
            }
            Fact::Owed(owed) => {
                self.known(&owed.session)?;
                self.owed_by.insert(owed.id.clone(), owed.session.clone());
                self.owed.entry(owed.session.clone()).or_default().push_back(owed);
            }
            Fact::Settled(id) => {
                let Some(session) = self.owed_by.remove(&id) else {
                    return Err(format!("{id} was not owed"));
                };
                let owed = self.owed.get_mut(&session).ok_or("an index is wrong")?;
                owed.retain(|owed| owed.id != id);
                if owed.is_empty() {
                    self.owed.remove(&session);
                }
            }
        }
        Ok(())
    }

    /// Whoever speaks of a session comes after it.
    fn known(&self, session: &str) -> Result<(), String> {
        if self.sessions.contains_key(session) {
            return Ok(());
        }
        Err(format!("there is no session {session}"))
    }

    /// Everything that is true, as few facts as say it.
    pub(super) fn facts(&self) -> impl Iterator<Item = Fact> {
        let sessions = self.sessions.values().cloned().map(Fact::Session);
        let refunds = self.refunds.iter().cloned().map(Fact::Refund);
        let given = self.given.values().cloned().map(Fact::Given);
        let owed = self.owed.values().flatten().cloned().map(Fact::Owed);
        sessions.chain(refunds).chain(given).chain(owed)
    }
}

fn owed(session: &Session, kind: &str, id: String, now: u64) -> Owed {
    let body = json!({
        "type": kind,
        "data": {
            "payment": session.payment,
            "reference": session.id,
            "amount": session.amount,
            "currency": session.currency,
        },
    });
    Owed { id, session: session.id.clone(), since: now, body: body.to_string() }
}

//! What callers were answered under their idempotency keys.

use std::borrow::Borrow;
use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher as _, Hash, Hasher};
use std::sync::Arc;

use super::agenda::Agenda;
use super::command::{Caller, Key, Role};
use super::hash::Fixed;
use super::ids::Millis;
use super::outcome::Outcome;
use super::row::Remembered;

/// How long a success is remembered under a client's key (CONTRACT section 1: at least 24 h).
const SUCCESS_KEPT: Millis = Millis(24 * 60 * 60 * 1000);

/// How long a refusal is remembered under a client's key (CONTRACT section 1: at least 10 minutes).
const REFUSAL_KEPT: Millis = Millis(10 * 60 * 1000);

/// How long anything is remembered under a key that a node made. Its client learns the key only
/// from a 504 and has no reason to wait before it asks again.
const NODE_KEY_KEPT: Millis = Millis(2 * 60 * 1000);

/// How long after it was made a key of a node is still good for a retry: less than it is kept, by
/// more than two nodes' clocks may differ.
const NODE_KEY_RETRIED: Millis = Millis(110 * 1000);

/// Outcomes remembered in all. Each takes about half a kilobyte: 4 GiB at most.
const REMEMBERED_MAX: usize = 8_000_000;

/// Outcomes remembered for one buyer: more than a person makes in a day, and few enough that it
/// takes hundreds of hostile accounts to fill the memory.
const REMEMBERED_PER_BUYER_MAX: u32 = 10_000;

/// Outcomes remembered for one organizer, whose till or importer may write all day. Half of all,
/// so that a runaway script leaves buyers the other half.
const REMEMBERED_PER_ORGANIZER_MAX: u32 = 4_000_000;

/// Outcomes by caller and key.
///
/// Invariants: caller and key are unique; every record stands once in the agenda under its `until`;
/// `counts` holds how many records each scope has, and no zeros.
#[derive(Clone, Debug)]
pub(super) struct Memory {
    records: HashSet<ByKey, Fixed>,
    counts: HashMap<String, u32, Fixed>,
    agenda: Agenda<Arc<Remembered>>,
    /// What was touched, in order, and whether it is still there.
    dirty: Vec<(Arc<Remembered>, bool)>,
}

/// What is known of a key.
pub(super) enum Recall<'a> {
    /// It was used for the same, with this outcome.
    Known(&'a Outcome),
    /// It was used for something else.
    Reused,
    /// It is new, and there is no room to remember it.
    Full,
    /// It is new.
    New,
}

/// Whose keys these are. The prefixes keep a user named "operator" apart from the role.
pub(super) fn scope(caller: &Caller) -> String {
    match (&caller.user, caller.role) {
        (Some(user), _) => format!("user:{user}"),
        (None, Role::Buyer) => "role:buyer".to_owned(),
        (None, Role::Organizer) => "role:organizer".to_owned(),
        (None, Role::Operator) => "role:operator".to_owned(),
    }
}

/// When a node made this key, if a node did: its text is `node-` and a UUID of version 7, which
/// begins with the milliseconds.
fn node_key_made(key: &str) -> Option<Millis> {
    let digits = key.strip_prefix("node-").filter(|digits| digits.len() == 32)?;
    let id = u128::from_str_radix(digits, 16).ok()?;
    u64::try_from(id >> 80).ok().map(Millis)
}

impl Memory {
    pub(super) fn new() -> Memory {
        Memory {
            records: HashSet::default(),
            counts: HashMap::default(),
            agenda: Agenda::new(),
            dirty: Vec::new(),
        }
    }

    /// Looks a key up before its command is carried out.
    pub(super) fn recall(&self, scope: &str, role: Role, key: &Key, now: Millis) -> Recall<'_> {
        if let Some(ByKey { record: known, .. }) = self.find(scope, &key.text) {
            if known.fingerprint == key.fingerprint {
                return Recall::Known(&known.outcome);
            }
            return Recall::Reused;
        }
        let too_late = |made: Millis| NODE_KEY_RETRIED < now.since(made);
        if !key.made_by_node && node_key_made(&key.text).is_some_and(too_late) {
            // What became of it may be forgotten. It must not be carried out a second time.
            return Recall::Reused;
        }
        let scope_max = match role {
            Role::Buyer => REMEMBERED_PER_BUYER_MAX,
            Role::Organizer | Role::Operator => REMEMBERED_PER_ORGANIZER_MAX,
        };
        let count = self.counts.get(scope).copied().unwrap_or(0);
        if self.records.len() >= REMEMBERED_MAX || count >= scope_max {
            return Recall::Full;
        }
        Recall::New
    }

    /// Whether a key was used before, for whatever.
    pub(super) fn knows(&self, scope: &str, key: &str) -> bool {
        self.find(scope, key).is_some()
    }

    /// Remembers what a new key was answered, if that is an answer to keep.
    pub(super) fn remember(&mut self, scope: String, key: &Key, outcome: &Outcome) {
        let kept = match &outcome.result {
            Err(refusal) if !refusal.is_decided() => return,
            _ if key.made_by_node => NODE_KEY_KEPT,
            Ok(_) => SUCCESS_KEPT,
            Err(_) => REFUSAL_KEPT,
        };
        let record = Arc::new(Remembered {
            scope,
            key: key.text.clone(),
            fingerprint: key.fingerprint,
            until: outcome.at.plus(kept),
            outcome: outcome.clone(),
        });
        self.dirty.push((Arc::clone(&record), true));
        let fresh = self.put(record);
        assert!(fresh, "a key is remembered only when it was new");
    }

    /// Takes in a record that is on disk; returns whether its key was free.
    pub(super) fn load(&mut self, record: Remembered) -> bool {
        self.put(Arc::new(record))
    }

    /// Forgets what is due, about `limit` of it.
    pub(super) fn forget(&mut self, now: Millis, limit: usize) {
        let mut forgotten = 0;
        while forgotten < limit
            && let Some(due) = self.agenda.take_due(now)
        {
            forgotten += due.len();
            for record in due {
                self.drop_one(&record);
            }
        }
    }

    /// When the next record may be forgotten.
    pub(super) fn next(&self) -> Option<Millis> {
        self.agenda.next()
    }

    /// Every record by scope and key.
    pub(super) fn sorted(&self) -> Vec<&Remembered> {
        let mut all: Vec<&Remembered> =
            self.records.iter().map(|ByKey { record, .. }| &**record).collect();
        all.sort_unstable_by_key(|record| (&record.scope, &record.key));
        all
    }

    /// The records that were touched since the last call, each once, and whether they still stand.
    pub(super) fn take_dirty(&mut self) -> Vec<(Arc<Remembered>, bool)> {
        let mut dirty = std::mem::take(&mut self.dirty);
        if dirty.iter().all(|(_, stands)| *stands) {
            // A key is remembered only when it was new.
            return dirty;
        }
        let mut seen: HashSet<ByKey, Fixed> = HashSet::default();
        dirty.reverse();
        dirty.retain(|(record, _)| seen.insert(ByKey::new(Arc::clone(record))));
        dirty
    }

    /// Violated invariants in words.
    pub(super) fn check(&self, violations: &mut Vec<String>) {
        if self.records.len() > REMEMBERED_MAX {
            violations.push(format!("{} outcomes are remembered", self.records.len()));
        }
        if self.agenda.len() != self.records.len() {
            violations.push("the agenda of remembered outcomes is not complete".to_owned());
        }
        let mut counts: HashMap<&str, u32, Fixed> = HashMap::default();
        for ByKey { record, .. } in &self.records {
            *counts.entry(&record.scope).or_default() += 1;
        }
        for (scope, count) in &counts {
            if self.counts.get(*scope) != Some(count) {
                violations.push(format!("the count of remembered outcomes of {scope} is wrong"));
            }
            if *count > REMEMBERED_PER_ORGANIZER_MAX {
                violations.push(format!("{count} outcomes are remembered for {scope}"));
            }
        }
        if counts.len() != self.counts.len() {
            violations.push("outcomes are counted for callers that have none".to_owned());
        }
    }

    fn put(&mut self, record: Arc<Remembered>) -> bool {
        self.agenda.add(record.until, record.clone());
        match self.counts.get_mut(&record.scope) {
            Some(count) => *count += 1,
            None => {
                self.counts.insert(record.scope.clone(), 1);
            }
        }
        self.records.insert(ByKey::new(record))
    }

    fn find(&self, scope: &str, key: &str) -> Option<&ByKey> {
        self.records.get(&Asked { hash: hash(scope, key), scope, key } as &dyn Named)
    }

    fn drop_one(&mut self, record: &Arc<Remembered>) {
        let known = self.records.remove(&ByKey::new(Arc::clone(record)));
        assert!(known, "what the agenda names is remembered");
        let count = self.counts.get_mut(&record.scope).expect("every remembered scope is counted");
        *count -= 1;
        if *count == 0 {
            self.counts.remove(&record.scope);
        }
        self.dirty.push((Arc::clone(record), false));
    }
}

/// A record, equal to another by caller and key alone. It keeps its hash: a set that grows hashes
/// all that it has again, and would wait for each text to come from memory.
#[derive(Clone, Debug)]
struct ByKey {
    hash: u64,
    record: Arc<Remembered>,
}

impl ByKey {
    fn new(record: Arc<Remembered>) -> ByKey {
        ByKey { hash: hash(&record.scope, &record.key), record }
    }
}

fn hash(scope: &str, key: &str) -> u64 {
    Fixed::default().hash_one((scope, key))
}

/// A caller and key to look up, without owning them.
struct Asked<'a> {
    hash: u64,
    scope: &'a str,
    key: &'a str,
}

/// What has a caller and a key.
trait Named {
    fn hash(&self) -> u64;
    fn name(&self) -> (&str, &str);
}

impl Named for Asked<'_> {
    fn hash(&self) -> u64 {
        self.hash
    }

    fn name(&self) -> (&str, &str) {
        (self.scope, self.key)
    }
}

impl Named for ByKey {
    fn hash(&self) -> u64 {
        self.hash
    }

    fn name(&self) -> (&str, &str) {
        (&self.record.scope, &self.record.key)
    }
}

impl Hash for dyn Named + '_ {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(Named::hash(self));
    }
}

impl PartialEq for dyn Named + '_ {
    fn eq(&self, other: &(dyn Named + '_)) -> bool {
        Named::hash(self) == Named::hash(other) && self.name() == other.name()
    }
}

impl Eq for dyn Named + '_ {}

impl Hash for ByKey {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.hash);
    }
}

impl PartialEq for ByKey {
    fn eq(&self, other: &ByKey) -> bool {
        self as &dyn Named == other as &dyn Named
    }
}

impl Eq for ByKey {}

impl<'a> Borrow<dyn Named + 'a> for ByKey {
    fn borrow(&self) -> &(dyn Named + 'a) {
        self
    }
}

//! What callers were answered under their idempotency keys.

use std::collections::hash_map::{Entry, HashMap};
use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;

use super::agenda::Agenda;
use super::command::{Caller, Key, Role};
use super::hash::{Fixed, Hashed};
use super::ids::{Millis, Text};
use super::outcome::Outcome;
use super::row::Remembered;
use super::scope::Scope;

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

/// How far ahead of log time a key of a node may be dated: with a clock that is faster it would be
/// good for a retry when it is forgotten.
const NODE_KEY_AHEAD: Millis = Millis(NODE_KEY_KEPT.0 - NODE_KEY_RETRIED.0);

/// Outcomes remembered in all. Each takes about half a kilobyte: 4 GiB at most.
const REMEMBERED_MAX: usize = 8_000_000;

/// Outcomes remembered for one buyer: more than a person makes in a day, and few enough that it
/// takes hundreds of hostile accounts to fill the memory.
const REMEMBERED_PER_BUYER_MAX: usize = 10_000;

/// Outcomes remembered for one organizer, whose till or importer may write all day. Half of all,
/// so that a runaway script leaves buyers the other half.
const REMEMBERED_PER_ORGANIZER_MAX: usize = 4_000_000;

/// Outcomes by caller and key.
///
/// Invariants: caller and key are unique; every record stands once in the agenda under its `until`;
/// `len` is how many there are; no caller stands here without a record.
#[derive(Clone, Debug)]
pub(super) struct Memory {
    records: HashMap<Hashed<Scope>, Keys, Fixed>,
    len: usize,
    agenda: Agenda<Arc<Remembered>>,
    /// What was touched, in order, and whether it is still there.
    dirty: Vec<(Arc<Remembered>, bool)>,
}

/// The records of one caller. Most have one at a time.
#[derive(Clone, Debug)]
enum Keys {
    One(Arc<Remembered>),
    #[expect(clippy::box_collection, reason = "the entries of a large table stay small")]
    Many(Box<HashMap<Hashed<Text>, Arc<Remembered>, Fixed>>),
}

impl Keys {
    fn len(&self) -> usize {
        match self {
            Keys::One(_) => 1,
            Keys::Many(records) => records.len(),
        }
    }

    fn find(&self, key: &Hashed<Text>) -> Option<&Remembered> {
        match self {
            Keys::One(record) => Some(record).filter(|record| record.key == **key),
            Keys::Many(records) => records.get(key),
        }
        .map(Arc::as_ref)
    }

    /// Adds a record; returns whether its key was free.
    fn add(&mut self, key: Hashed<Text>, record: Arc<Remembered>) -> bool {
        if let Keys::One(one) = self {
            let only = (Hashed::new(one.key.clone()), Arc::clone(one));
            *self = Keys::Many(Box::new([only].into_iter().collect()));
        }
        match self {
            Keys::One(_) => unreachable!("one has just become many"),
            Keys::Many(records) => records.insert(key, record).is_none(),
        }
    }

    fn records(&self) -> impl Iterator<Item = &Arc<Remembered>> + '_ {
        let (one, many) = match self {
            Keys::One(record) => (Some(record), None),
            Keys::Many(records) => (None, Some(records.values())),
        };
        one.into_iter().chain(many.into_iter().flatten())
    }
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

/// A caller and a key of theirs, hashed once for each command.
pub(super) struct Name {
    scope: Hashed<Scope>,
    key: Hashed<Text>,
}

impl Name {
    pub(super) fn new(caller: &Caller, key: &Text) -> Name {
        Name { scope: Hashed::new(Scope::of(caller)), key: Hashed::new(key.clone()) }
    }

    fn of(record: &Remembered) -> Name {
        let (scope, key) = (record.scope.clone(), record.key.clone());
        Name { scope: Hashed::new(scope), key: Hashed::new(key) }
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
        Memory { records: HashMap::default(), len: 0, agenda: Agenda::new(), dirty: Vec::new() }
    }

    /// Looks a key up before its command is carried out. Whoever is `wary` believes no node's clock
    /// that is ahead.
    pub(super) fn recall(
        &self,
        name: &Name,
        role: Role,
        key: &Key,
        now: Millis,
        wary: bool,
    ) -> Recall<'_> {
        let keys = self.records.get(&name.scope);
        if let Some(known) = keys.and_then(|keys| keys.find(&name.key)) {
            if known.fingerprint == key.fingerprint {
                return Recall::Known(&known.outcome);
            }
            return Recall::Reused;
        }
        let too_late = |made: Millis| {
            NODE_KEY_RETRIED < now.since(made) || (wary && now.plus(NODE_KEY_AHEAD) < made)
        };
        if !key.made_by_node && node_key_made(&key.text).is_some_and(too_late) {
            // What became of it may be forgotten. It must not be carried out a second time.
            return Recall::Reused;
        }
        let scope_max = match role {
            Role::Buyer => REMEMBERED_PER_BUYER_MAX,
            Role::Organizer | Role::Operator => REMEMBERED_PER_ORGANIZER_MAX,
        };
        if self.len >= REMEMBERED_MAX || keys.map_or(0, Keys::len) >= scope_max {
            return Recall::Full;
        }
        Recall::New
    }

    /// Whether a key was used before, for whatever.
    pub(super) fn knows(&self, name: &Name) -> bool {
        self.records.get(&name.scope).is_some_and(|keys| keys.find(&name.key).is_some())
    }

    /// Remembers what a new key was answered, if that is an answer to keep.
    pub(super) fn remember(&mut self, name: Name, key: &Key, outcome: &Outcome) {
        let kept = match &outcome.result {
            Err(refusal) if !refusal.is_decided() => return,
            _ if key.made_by_node => NODE_KEY_KEPT,
            Ok(_) => SUCCESS_KEPT,
            Err(_) => REFUSAL_KEPT,
        };
        let record = Arc::new(Remembered {
            scope: (*name.scope).clone(),
            key: key.text.clone(),
            fingerprint: key.fingerprint,
            until: outcome.at.plus(kept),
            outcome: outcome.clone(),
        });
        self.dirty.push((Arc::clone(&record), true));
        let fresh = self.put(name, record);
        assert!(fresh, "a key is remembered only when it was new");
    }

    /// Takes in a record that is on disk; returns whether its key was free.
    pub(super) fn load(&mut self, record: Arc<Remembered>) -> bool {
        self.put(Name::of(&record), record)
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
    pub(super) fn sorted(&self) -> Vec<Arc<Remembered>> {
        let mut all: Vec<_> = self.records.values().flat_map(Keys::records).cloned().collect();
        all.sort_unstable_by(|a, b| (&a.scope, &a.key).cmp(&(&b.scope, &b.key)));
        all
    }

    /// The records that were touched since the last call, each once, and whether they still stand.
    pub(super) fn take_dirty(&mut self) -> Vec<(Arc<Remembered>, bool)> {
        let mut dirty = std::mem::take(&mut self.dirty);
        if dirty.iter().all(|(_, stands)| *stands) {
            // A key is remembered only when it was new.
            return dirty;
        }
        let mut seen: HashSet<(Scope, Text), Fixed> = HashSet::default();
        dirty.reverse();
        dirty.retain(|(record, _)| seen.insert((record.scope.clone(), record.key.clone())));
        dirty
    }

    /// Violated invariants in words.
    pub(super) fn check(&self, violations: &mut Vec<String>) {
        if self.len > REMEMBERED_MAX {
            violations.push(format!("{} outcomes are remembered", self.len));
        }
        let counted: usize = self.records.values().map(Keys::len).sum();
        if counted != self.len || self.agenda.len() != self.len {
            violations.push("not every remembered outcome is counted, once".to_owned());
        }
        for (scope, keys) in &self.records {
            let count = keys.len();
            if count == 0 || REMEMBERED_PER_ORGANIZER_MAX < count {
                violations.push(format!("{count} outcomes are remembered for {}", **scope));
            }
            if keys.records().any(|record| record.scope != **scope) {
                violations.push(format!("{} remembers what others were told", **scope));
            }
            let distinct: BTreeSet<&Text> = keys.records().map(|record| &record.key).collect();
            if distinct.len() != count {
                violations.push(format!("{} has a key twice", **scope));
            }
        }
    }

    fn put(&mut self, Name { scope, key }: Name, record: Arc<Remembered>) -> bool {
        self.agenda.add(record.until, Arc::clone(&record));
        self.len += 1;
        match self.records.entry(scope) {
            Entry::Occupied(mut keys) => keys.get_mut().add(key, record),
            Entry::Vacant(place) => {
                place.insert(Keys::One(record));
                true
            }
        }
    }

    fn drop_one(&mut self, record: &Arc<Remembered>) {
        let Name { scope, key } = Name::of(record);
        let Entry::Occupied(mut keys) = self.records.entry(scope) else {
            panic!("the caller of what the agenda names is known");
        };
        let left = match keys.get_mut() {
            Keys::One(one) => {
                assert_eq!(one.key, *key, "what the agenda names is remembered");
                0
            }
            Keys::Many(records) => {
                let known = records.remove(&key);
                assert!(known.is_some(), "what the agenda names is remembered");
                records.len()
            }
        };
        if left == 0 {
            keys.remove();
        }
        self.len -= 1;
        self.dirty.push((Arc::clone(record), false));
    }
}

#[cfg(test)]
mod tests {
    use super::super::ids::UserId;
    use super::super::outcome::Receipt;
    use super::*;

    fn caller(user: &str) -> Caller {
        Caller { user: Some(UserId::from(user)), role: Role::Buyer }
    }

    fn sound(memory: &Memory) {
        let mut violations = Vec::new();
        memory.check(&mut violations);
        assert_eq!(violations, Vec::<String>::new());
    }

    /// A caller's first key, their second and their third are known, to nobody else, until each is
    /// forgotten; then nothing is left of the caller.
    #[test]
    fn one_key_and_many() {
        let mut memory = Memory::new();
        let names = [("anna", "a"), ("anna", "b"), ("ben", "a"), ("anna", "c")];
        let name = |(user, key): (&str, &str)| Name::new(&caller(user), &key.into());
        for (at, (user, key)) in (0..).zip(names) {
            assert!(!memory.knows(&name((user, key))));
            let key = Key { text: key.into(), fingerprint: at.into(), made_by_node: true };
            let outcome = Outcome { at: Millis(at), replayed: false, result: Ok(Receipt::Done) };
            memory.remember(name((user, &key.text)), &key, &outcome);
            sound(&memory);
            let known =
                memory.recall(&name((user, &key.text)), Role::Buyer, &key, Millis(at), true);
            assert!(matches!(known, Recall::Known(known) if *known == outcome));
        }
        assert!(!memory.knows(&name(("ben", "b"))) && !memory.knows(&name(("carl", "a"))));
        for (at, gone) in (0..).zip(names) {
            assert!(memory.knows(&name(gone)));
            memory.forget(Millis(at).plus(NODE_KEY_KEPT), 1);
            assert!(!memory.knows(&name(gone)));
            sound(&memory);
        }
        assert!(memory.records.is_empty());
    }

    /// A node whose clock is fast dates its keys ahead. What was done under one is forgotten two
    /// minutes later and must not be done again, however young the key looks; a clock that is right
    /// but for seconds does no harm.
    #[test]
    fn a_key_from_the_future_is_no_retry() {
        let memory = Memory::new();
        let now = Millis(1_785_000_000_000);
        let recall = |ahead: u64, wary: bool, made_by_node: bool| {
            let text = format!("node-{:032x}", u128::from(now.0 + ahead) << 80);
            let key = Key { text: text.into(), fingerprint: 1, made_by_node };
            let name = Name::new(&caller("anna"), &key.text);
            matches!(memory.recall(&name, Role::Buyer, &key, now, wary), Recall::New)
        };
        assert!(recall(10_000, true, false) && !recall(10_001, true, false));
        assert!(recall(3_600_000, true, true), "this is no retry");
        assert!(recall(3_600_000, false, false), "as the version before had it");
    }
}

//! Rows by key that remember which of them were touched.

#[cfg(test)]
use std::cell::Cell;
use std::collections::BTreeMap;
use std::ops::Bound::{Excluded, Unbounded};
use std::sync::Arc;

/// A table of the state.
///
/// Invariant: every key that was inserted, edited or removed since the last [`Table::take_dirty`]
/// stands in `dirty`, perhaps more than once.
///
/// Rows lie outside the tree: ids ascend, so its nodes stay half full, and rows are hundreds of
/// bytes. Shared, they make a copy of the whole state cheap.
#[derive(Clone, Debug)]
pub(super) struct Table<K, V> {
    rows: BTreeMap<K, Arc<V>>,
    dirty: Vec<K>,
}

/// Rows with their keys, about to be a table.
pub(super) type Pile<K, V> = Vec<(K, Arc<V>)>;

impl<K: Ord + Clone, V: Clone> Table<K, V> {
    pub(super) fn new() -> Table<K, V> {
        Table { rows: BTreeMap::new(), dirty: Vec::new() }
    }

    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }

    pub(super) fn contains(&self, key: &K) -> bool {
        // A new id is above all others nearly always, which is quicker to see.
        let last = self.rows.last_key_value();
        last.is_some_and(|(last, _)| key <= last) && self.rows.contains_key(key)
    }

    pub(super) fn get(&self, key: &K) -> Option<&V> {
        self.rows.get(key).map(read)
    }

    /// The row as it is now, for whoever keeps it: later changes do not reach it.
    pub(super) fn shared(&self, key: &K) -> Option<Arc<V>> {
        self.rows.get(key).cloned()
    }

    /// The row to be changed; it counts as touched.
    pub(super) fn edit(&mut self, key: &K) -> Option<&mut V> {
        self.edit_shared(key).map(Arc::make_mut)
    }

    /// The same for whoever shares it once it is changed.
    pub(super) fn edit_shared(&mut self, key: &K) -> Option<&mut Arc<V>> {
        let row = self.rows.get_mut(key)?;
        self.dirty.push(key.clone());
        Some(row)
    }

    /// Adds or replaces a row; returns whether its key was free.
    pub(super) fn insert(&mut self, key: K, row: impl Into<Arc<V>>) -> bool {
        self.dirty.push(key.clone());
        self.rows.insert(key, row.into()).is_none()
    }

    /// A table of rows that are on disk already, in any order.
    ///
    /// # Errors
    /// Names a key that stands there twice.
    pub(super) fn load(mut rows: Pile<K, V>) -> Result<Table<K, V>, K> {
        // Sorted first, they make a tree without holes, and no row is waited for on the way.
        rows.sort_unstable_by(|(a, _), (b, _)| a.cmp(b));
        if let Some(pair) = rows.windows(2).find(|pair| pair[0].0 == pair[1].0) {
            return Err(pair[0].0.clone());
        }
        Ok(Table { rows: rows.into_iter().collect(), dirty: Vec::new() })
    }

    pub(super) fn remove(&mut self, key: &K) -> Option<Arc<V>> {
        let row = self.rows.remove(key)?;
        self.dirty.push(key.clone());
        Some(row)
    }

    /// Every row as it is now, for whoever keeps it.
    pub(super) fn shares(&self) -> impl Iterator<Item = Arc<V>> + '_ {
        self.rows.values().cloned()
    }

    pub(super) fn values(&self) -> impl DoubleEndedIterator<Item = &V> + '_ {
        self.rows.values().map(read)
    }

    /// The rows below a key; without one, all. Nobody walks the others.
    pub(super) fn below(&self, end: Option<K>) -> impl DoubleEndedIterator<Item = &V> + '_ {
        let end = end.map_or(Unbounded, Excluded);
        self.rows.range::<K, _>((Unbounded, end)).map(|(_, row)| read(row))
    }

    /// The rows above a key; without one, all. Nobody walks the others.
    pub(super) fn above(&self, start: Option<K>) -> impl DoubleEndedIterator<Item = &V> + '_ {
        let start = start.map_or(Unbounded, Excluded);
        self.rows.range::<K, _>((start, Unbounded)).map(|(_, row)| read(row))
    }

    pub(super) fn iter(&self) -> impl DoubleEndedIterator<Item = (&K, &V)> + '_ {
        self.rows.iter().map(|(key, row)| (key, row.as_ref()))
    }

    /// The keys that were touched since the last call, ascending, each once.
    pub(super) fn take_dirty(&mut self) -> Vec<K> {
        let mut keys = std::mem::take(&mut self.dirty);
        keys.sort_unstable();
        keys.dedup();
        keys
    }
}

#[cfg(test)]
thread_local! {
    /// Rows that this thread has read of any table: tests see who walks more than they need.
    pub(crate) static ROWS_READ: Cell<usize> = const { Cell::new(0) };
}

fn read<V>(row: &Arc<V>) -> &V {
    #[cfg(test)]
    ROWS_READ.with(|count| count.set(count.get() + 1));
    row
}

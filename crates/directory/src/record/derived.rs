//! A value computed from a record: kept beside it in memory, never stored, lost when the record changes.

use std::fmt;
use std::sync::Arc;

use arc_swap::ArcSwapOption;

/// A place for a computed value.
///
/// Invariant: a clone starts empty. A record is changed by cloning it, so what was computed from the old
/// content cannot survive into the new.
pub(crate) struct Derived<T>(ArcSwapOption<T>);

impl<T> Derived<T> {
    pub(crate) fn load(&self) -> Option<Arc<T>> {
        self.0.load_full()
    }

    pub(crate) fn store(&self, value: Arc<T>) {
        self.0.store(Some(value));
    }
}

impl<T> Default for Derived<T> {
    fn default() -> Self {
        Self(ArcSwapOption::empty())
    }
}

impl<T> Clone for Derived<T> {
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl<T> fmt::Debug for Derived<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Derived")
    }
}

// Two records are equal if what is stored of them is.
impl<T> PartialEq for Derived<T> {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl<T> Eq for Derived<T> {}

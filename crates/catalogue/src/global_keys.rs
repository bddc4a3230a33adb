//! The global condition keys.

use crate::{ConditionKey, folded};

/// Global condition keys, in the order of their names without regard to case.
pub(crate) static GLOBAL: &[ConditionKey] = &[];

/// The global key of this name.
pub(crate) fn find(key: &str) -> Option<&'static ConditionKey> {
    folded::find(GLOBAL, key, |known| known.name).or_else(|| GLOBAL.iter().find(|known| known.is_named(key)))
}

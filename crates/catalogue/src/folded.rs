//! Comparing and finding names without regard to the case of ASCII letters.

use std::cmp::Ordering;

/// The order in which the tables of the catalogue stand.
pub(crate) fn compare(one: &str, other: &str) -> Ordering {
    one.bytes()
        .map(|byte| byte.to_ascii_lowercase())
        .cmp(other.bytes().map(|byte| byte.to_ascii_lowercase()))
}

/// The entry of a sorted table that has this name.
pub(crate) fn find<T>(
    table: &'static [T],
    name: &str,
    name_of: impl Fn(&T) -> &'static str,
) -> Option<&'static T> {
    let index = table
        .binary_search_by(|entry| compare(name_of(entry), name))
        .ok()?;
    table.get(index)
}

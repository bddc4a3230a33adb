//! Operations whose action has another name, in services without a table of their own.

/// Prefix, operation and action. In order.
///
/// Evidence: the service authorization reference.
const RENAMED: &[(&str, &str, &str)] = &[];

/// The name of the action of an operation, without its prefix.
pub(super) fn action(prefix: &str, operation: &str) -> Option<&'static str> {
    let place = RENAMED
        .binary_search_by(|(known, name, _)| (*known, *name).cmp(&(prefix, operation)))
        .ok()?;
    RENAMED.get(place).map(|(.., action)| *action)
}

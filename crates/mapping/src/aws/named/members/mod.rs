//! Which members stand for a placeholder.

mod a_to_g;
mod h_to_z;

/// Prefix, type (`*`: any), placeholder, and the members that stand for it, the first that an operation has. One may
/// stand deeper: `pipeline.name`.
///
/// Evidence: the API reference of each service, where it says what a member names.
type Entry = (&'static str, &'static str, &'static str, &'static [&'static str]);

/// Every entry, the first of which that fits is the one.
pub(super) fn entries() -> impl Iterator<Item = &'static Entry> {
    a_to_g::MEMBERS.iter().chain(h_to_z::MEMBERS)
}

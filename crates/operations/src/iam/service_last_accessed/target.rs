//! Whom a report is about, found.

use lanyard_names::{PolicyArn, UniqueId};

/// Whom a report is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    User(UniqueId),
    Group(UniqueId),
    Role(UniqueId),
    Policy(PolicyArn),
}

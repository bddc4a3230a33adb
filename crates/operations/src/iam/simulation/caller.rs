//! As whom a simulation asks.
//!
//! Evidence: the public API reference and recorded answers of AWS: a caller that is named need not exist, and no root
//! user, session or service can be one.
//!
//! Invariant: of a caller that is only named, nothing is looked up: whoever may simulate one user's policies learns
//! nothing of another's.

use jiff::Timestamp;
use lanyard_access::{NamedKind, Simulation};

use super::source::{Named, Source};
use crate::error::Refusal;
use crate::view::View;

/// Whom an ARN names, who need not exist.
pub(super) fn named(arn: &str, now: Timestamp) -> Result<Simulation, Refusal> {
    let named = Named::parse(arn).ok_or_else(Refusal::simulated_caller_invalid)?;
    Ok(Simulation::of_name(
        named.account,
        named.kind,
        arn,
        named.name,
        now,
    ))
}

/// The source of the policies itself, or whom the request names in its place.
pub(super) fn of_source(
    source: Source<'_>,
    caller: Option<&str>,
    view: &View<'_>,
) -> Result<Simulation, Refusal> {
    let (account, now) = (view.account.id(), view.now);
    let arn = match source {
        Source::User(user) => user.arn(),
        Source::Group(group) => group.arn(),
        Source::Role(role) => role.arn(),
    };
    if let Some(caller) = caller.filter(|caller| *caller != &**arn) {
        return named(caller, now);
    }
    let itself = match source {
        Source::User(user) => Simulation::of_user(account, user, now),
        Source::Role(role) => Simulation::of_role(account, role, now),
        Source::Group(group) => {
            let name = group.name.as_str();
            Some(Simulation::of_name(account, NamedKind::Group, arn, name, now))
        }
    };
    itself.ok_or_else(Refusal::policy_source_missing)
}

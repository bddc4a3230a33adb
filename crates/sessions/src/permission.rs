//! May they? Whoever is signed in is decided on as everybody else is.

use lanyard_access::{Ask, Caller, authorize};
use lanyard_directory::Account;

use crate::sessions::Visit;

/// Decides one question. A denial is given as its text, and can be explained later by the id of the request.
pub(crate) fn decide(
    visit: &Visit<'_>,
    caller: &Caller,
    account: &Account,
    ask: &Ask<'_>,
) -> Result<(), String> {
    let verdict = authorize(caller, ask, &visit.facts(), Some(account));
    if verdict.is_allowed() {
        return Ok(());
    }
    let message = verdict.message();
    visit
        .services
        .decisions
        .record(visit.id.as_str(), verdict.into_evidence());
    Err(message)
}

//! The second factor that a request for a session shows: its code is used up before the request is decided.
//!
//! Invariant: a request is decided as one that shows a second factor only after the step of its code is durably used
//! up. What is wrong with the request itself is found before, so that it costs no code; that the caller may not do what
//! is asked is found after, so that a code cannot be tried out, and so is what only the role can tell: how long its
//! sessions may last, which session policies there are.

use lanyard_aws_api::Operation;
use lanyard_directory::KeyOwner;

use super::Call;
use super::ready::Ready;
use crate::error::Refusal;
use crate::operation::Issue;

/// Whether the request shows a second factor. A refusal is in the trail before it is answered.
pub(super) async fn is_shown<O: Issue>(ready: &Ready<O>, call: &Call<'_>) -> Result<bool, Refusal> {
    match O::second_factor(&ready.input) {
        Ok(None) => Ok(false),
        Ok(Some(_)) | Err(_) => match use_up(ready, call).await {
            Ok(()) => Ok(true),
            Err(refusal) => Err(call.recorded(O::Model::ID, &ready.input, refusal).await),
        },
    }
}

async fn use_up<O: Issue>(ready: &Ready<O>, call: &Call<'_>) -> Result<(), Refusal> {
    call.check_credentials(O::Model::ID)?;
    O::subject(&ready.input, &ready.view(call))?;
    // Fails closed: there was one a moment ago.
    let shown = O::second_factor(&ready.input)?.ok_or_else(Refusal::mfa_incomplete)?;
    let caller = &ready.caller;
    let owner = match caller.user() {
        Some(user) => KeyOwner::User(user.id),
        None if caller.is_root() => KeyOwner::Root,
        None => return Err(Refusal::mfa_unverified()),
    };
    call.services
        .second_factors
        .use_code(
            &ready.account,
            owner,
            shown.serial_number,
            shown.token_code,
            call.now(),
        )
        .await
        .map_err(Refusal::second_factor)
}

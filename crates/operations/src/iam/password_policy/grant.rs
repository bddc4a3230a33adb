//! What a password policy allows all users of its account when it lets them change their passwords.

use lanyard_access::password_grant;

use crate::subject::Ask;
use crate::view::View;

/// Adds the grant to what is asked, if there is one and the caller is a user.
pub(crate) fn to_users(mut ask: Ask, view: &View<'_>) -> Ask {
    let user = view.caller.user();
    ask.grant = user.and_then(|user| password_grant(view.account, user));
    ask
}

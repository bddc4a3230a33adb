//! What a password policy allows all users of its account when it lets them change their passwords: to change their
//! own, and to read the policy. Evidence: the IAM guide's page on letting users change their own passwords.
//!
//! It stands beside the users' own policies, as a policy of the resource would: a Deny of theirs still denies.

use std::sync::{Arc, OnceLock};

use lanyard_policy::{Attached, Document, Policy, PolicySource};

use crate::subject::Ask;
use crate::view::View;

/// Adds the grant to what is asked, if there is one and the caller is a user.
// Fails closed: whether the grant goes beyond a permissions boundary is not known, so there it does not hold.
pub(crate) fn to_users(mut ask: Ask, view: &View<'_>) -> Ask {
    let policy = &view.account.info().password_policy;
    let is_granted = policy.is_some_and(|policy| policy.allow_users_to_change_password);
    let Some(user) = view
        .caller
        .user()
        .filter(|user| is_granted && user.boundary.is_none())
    else {
        return ask;
    };
    ask.grant = Some(Attached {
        policy: Arc::clone(policy_of_all()),
        source: PolicySource::Resource {
            arn: Arc::clone(user.arn()),
        },
    });
    ask
}

/// Whom it is for, and on what, was found before; so this says neither.
fn policy_of_all() -> &'static Arc<Policy> {
    static POLICY: OnceLock<Arc<Policy>> = OnceLock::new();
    POLICY.get_or_init(|| {
        let text = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":"*",
            "Action":["iam:ChangePassword","iam:GetAccountPasswordPolicy"],"Resource":"*"}}"#;
        Arc::new(Document::parse(text).map_or_else(|_| Policy::unreadable(), |all| Policy::compile(&all)))
    })
}

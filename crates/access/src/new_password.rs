//! What it takes to have another password, whether ChangePassword asks for it, an administrator does, or the page on which
//! people sign in: whom the account's password policy lets, and which passwords it takes.

use std::sync::{Arc, OnceLock};

use lanyard_directory::{Account, LoginProfile, PasswordHash, User};
use lanyard_policy::{Attached, Document, Policy, PolicySource};

use crate::{PasswordError, PasswordRules, PasswordViolation, Passwords, SecretText};

/// Why a new password is not taken.
#[derive(Debug, thiserror::Error)]
pub enum NewPasswordError {
    /// It is not what the account asks for.
    #[error(transparent)]
    Violation(#[from] PasswordViolation),
    /// It could not be found out, or not be hashed.
    #[error(transparent)]
    Unavailable(#[from] PasswordError),
}

impl Passwords {
    /// The hash of a new password, if it is what the account asks for. `before` is what the user has now.
    pub async fn hash_new(
        &self,
        account: &Account,
        before: Option<&LoginProfile>,
        password: &SecretText,
    ) -> Result<PasswordHash, NewPasswordError> {
        let rules = PasswordRules::of(account);
        rules.check(password)?;
        let forbidden: Vec<PasswordHash> = before
            .into_iter()
            .flat_map(|profile| std::iter::once(&profile.password).chain(&profile.previous))
            .take(rules.reuse_prevention())
            .cloned()
            .collect();
        if !forbidden.is_empty() && self.is_one_of(forbidden, password).await? {
            return Err(PasswordViolation::Reused.into());
        }
        Ok(self.hash(password).await?)
    }
}

/// What the account's password policy allows a user if it lets all users change their passwords: to change their own, and
/// to read the policy. It stands beside the user's own policies, as a policy of the resource would: a Deny of theirs still
/// denies. Evidence: the IAM guide's page on letting users change their own passwords.
// Fails closed: whether it goes beyond a permissions boundary is not known, so there it does not hold.
pub fn password_grant(account: &Account, user: &User) -> Option<Attached> {
    let policy = &account.info().password_policy;
    let is_granted = policy.is_some_and(|policy| policy.allow_users_to_change_password);
    (is_granted && user.boundary.is_none()).then(|| Attached {
        policy: Arc::clone(policy_of_all()),
        source: PolicySource::Resource {
            arn: Arc::clone(user.arn()),
        },
    })
}

/// Whom it is for, and on what, is for the caller to see to; so this says neither.
fn policy_of_all() -> &'static Arc<Policy> {
    static POLICY: OnceLock<Arc<Policy>> = OnceLock::new();
    POLICY.get_or_init(|| {
        let text = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":"*",
            "Action":["iam:ChangePassword","iam:GetAccountPasswordPolicy"],"Resource":"*"}}"#;
        Arc::new(Document::parse(text).map_or_else(|_| Policy::unreadable(), |all| Policy::compile(&all)))
    })
}

//! Somebody who is asked about.
//!
//! A [`Caller`](crate::Caller) has proven who it is; a [`Subject`] has proven nothing: an enforcement point says that
//! somebody wants something and asks whether they may. The two are different types, so that no question about
//! somebody is ever taken for a request by them.
//!
//! Invariants:
//! - Keys about the principal come from the directory or from a session token that was opened, never from whoever
//!   asks: [`check_supplied_key`] refuses them by name.
//! - A subject is bound to one snapshot of its account and one moment, for as long as one request lasts.

use std::sync::Arc;

use jiff::Timestamp;
use lanyard_directory::Account;
use lanyard_names::arn::Arn;
use lanyard_names::{AccountId, SessionName};
use lanyard_policy::Context;

use crate::caller::insert_time;
use crate::identity::Entity;
use crate::policies::Gathered;
use crate::{Ask, Identity, Verdict};

/// Why there is nobody to be asked about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SubjectError {
    /// The text names no principal that can be asked about by its name.
    #[error("a principal is named by the ARN of a user, a role, a role session or a root user")]
    NotAPrincipal,
    /// There is no such user or role.
    #[error("there is no such user or role")]
    NotFound,
    /// A federated user, or whoever else only a session token tells about.
    #[error("who this is can only be told from a session token")]
    NeedsToken,
}

/// Somebody who is asked about, as one snapshot of the account has them.
#[derive(Clone, Debug)]
pub struct Subject {
    identity: Arc<Identity>,
    policies: Gathered,
    /// What every question about them has in its context.
    context: Context,
    now: Timestamp,
}

/// The account that an ARN names, if it is the ARN of a principal: whose snapshot [`Subject::of_arn`] needs.
pub fn account_of_principal(arn: &str) -> Result<AccountId, SubjectError> {
    Named::parse(arn).map(|(account, _)| account)
}

/// Whom an ARN names.
enum Named<'a> {
    Root,
    User(&'a str),
    Role(&'a str),
    Session { role: &'a str, name: SessionName },
}

impl<'a> Named<'a> {
    fn parse(text: &'a str) -> Result<(AccountId, Self), SubjectError> {
        let arn = Arn::parse(text).map_err(|_| SubjectError::NotAPrincipal)?;
        let account = AccountId::parse(arn.account).map_err(|_| SubjectError::NotAPrincipal)?;
        if arn.partition != "aws" || !arn.region.is_empty() {
            return Err(SubjectError::NotAPrincipal);
        }
        let (kind, rest) = arn.resource.split_once('/').unwrap_or((arn.resource, ""));
        let name = rest.rsplit('/').next().filter(|name| !name.is_empty());
        let named = match (arn.service, kind, name) {
            ("iam", "root", None) if arn.resource == "root" => Self::Root,
            ("iam", "user", Some(name)) => Self::User(name),
            ("iam", "role", Some(name)) => Self::Role(name),
            ("sts", "assumed-role", Some(_)) => {
                let (role, name) = rest.split_once('/').ok_or(SubjectError::NotAPrincipal)?;
                let name = SessionName::parse(name).map_err(|_| SubjectError::NotAPrincipal)?;
                Self::Session { role, name }
            }
            ("sts", "federated-user", Some(_)) => return Err(SubjectError::NeedsToken),
            _ => return Err(SubjectError::NotAPrincipal),
        };
        Ok((account, named))
    }
}

impl Subject {
    /// Whom an ARN names in a snapshot of its account: a user, the root user, a session of a role by its name, or a
    /// role's session of which nothing is known.
    pub fn of_arn(account: &Account, arn: &str, now: Timestamp) -> Result<Self, SubjectError> {
        let (id, named) = Named::parse(arn)?;
        if id != account.id() {
            return Err(SubjectError::NotFound);
        }
        // The name finds the record, and the whole ARN has to be its own: paths are part of it.
        let role = |name: &str| account.role(name).cloned().ok_or(SubjectError::NotFound);
        let identity = match named {
            Named::Root => Identity::of_entity(id, Entity::Root),
            Named::User(name) => {
                let user = account.user(name).filter(|user| **user.arn() == *arn);
                let user = user.cloned().ok_or(SubjectError::NotFound)?;
                Identity::of_entity(id, Entity::User(user))
            }
            Named::Role(name) => {
                let role = role(name)?;
                if **role.arn() != *arn {
                    return Err(SubjectError::NotFound);
                }
                Identity::of_role(id, role, None)
            }
            Named::Session {
                role: name,
                name: session,
            } => Identity::of_role(id, role(name)?, Some(&session)),
        };
        let identity = identity.ok_or(SubjectError::NotFound)?;
        Ok(Self::new(Arc::new(identity), account, now))
    }

    pub(crate) fn new(identity: Arc<Identity>, account: &Account, now: Timestamp) -> Self {
        let policies = Gathered::for_identity(&identity, account);
        let mut context = identity.context.clone_with_room(8);
        insert_time(&mut context, now);
        context.insert("aws:ViaAWSService", false);
        identity.insert_mfa_age(&mut context, now);
        Self {
            identity,
            policies,
            context,
            now,
        }
    }

    /// Who they are.
    pub fn identity(&self) -> &Identity {
        &self.identity
    }

    /// The ARN by which permission to ask about them is given: of the user or role, or of the root user; for the
    /// session of a federated user the session's.
    pub fn arn(&self) -> Arc<str> {
        match &self.identity.principal {
            lanyard_policy::Principal::FederatedUser { arn, .. } => Arc::clone(arn),
            _ => self.identity.entity_arn(),
        }
    }
}

/// A condition key that whoever asks may not supply.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the condition key {key} says who the principal is, which is not for the asker to say")]
pub struct ReservedKeyError {
    /// Its name, as it was given.
    pub key: String,
}

/// Whether a condition key may be supplied by whoever asks about somebody: circumstances of the request may, such as
/// `aws:SourceIp`; what only Lanyard knows about the principal and the resource may not.
pub fn check_supplied_key(key: &str) -> Result<(), ReservedKeyError> {
    if crate::reserved::is_of_principal(key) {
        return Err(ReservedKeyError { key: key.to_owned() });
    }
    Ok(())
}

/// Decides one question about somebody. Its context is all there is to know about the circumstances; the present time
/// is added where it says nothing of it. Keys that [`check_supplied_key`] refuses are not heard here either.
pub fn decide_about<'a>(subject: &Subject, ask: &Ask<'a>) -> Verdict<'a> {
    let mut context = subject.context.clone_with_room(ask.context.len() + 1);
    crate::caller::insert_all(&mut context, ask.context, crate::reserved::is_of_principal);
    crate::caller::insert_resource_account(&mut context, ask.resource_account);
    Verdict::of(
        ask,
        Arc::clone(&subject.identity),
        context,
        subject.now,
        subject.policies.clone(),
        true,
    )
}

//! Somebody who is asked about.
//!
//! A [`Caller`] has proven who it is; a [`Subject`] has proven nothing: an enforcement point says that
//! somebody wants something and asks whether they may. The two are different types, so that no question about
//! somebody is ever taken for a request by them.
//!
//! Invariants:
//! - Keys about the principal come from the directory or from a session token that was opened, never from whoever
//!   asks: [`Circumstances::supply`] refuses them by name.
//! - A subject is bound to one snapshot of its account and one moment, for as long as one request lasts.

use std::net::IpAddr;
use std::sync::Arc;

use jiff::Timestamp;
use lanyard_directory::Account;
use lanyard_names::arn::Arn;
use lanyard_names::{AccountId, SessionName};
use lanyard_policy::{Context, ContextValue, Principal, ResourceLayer, Text};

use crate::ask::Asked;
use crate::entity::Entity;
use crate::policies::Gathered;
use crate::request_facts::{insert_resource_account, insert_time};
use crate::reserved::Form;
use crate::{Caller, DenialForm, Identity, Verdict, reserved};

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

    /// Somebody who has just proven who they are, but asks through somebody else. `None` if they are gone since.
    pub fn of_caller(caller: &Caller, account: &Account, now: Timestamp) -> Option<Self> {
        if account.id() != caller.account {
            return None;
        }
        let present = caller.refreshed(account)?;
        Some(Self::new(Arc::clone(present.identity()), account, now))
    }

    pub(crate) fn new(identity: Arc<Identity>, account: &Account, now: Timestamp) -> Self {
        let policies = Gathered::for_identity(&identity, account);
        let mut context = identity.context.clone_with_room(8);
        insert_time(&mut context, now);
        context.insert("aws:ViaAWSService", identity.is_via_service());
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
            Principal::FederatedUser { arn, .. } => Arc::clone(arn),
            _ => self.identity.entity_arn(),
        }
    }
}

/// Why a condition key is not taken from whoever asks.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SuppliedKeyError {
    /// Only the directory, a verified session or the resource itself can say it.
    #[error("the condition key {key} is not for the asker to supply: Lanyard knows it, or nobody does")]
    Reserved {
        /// Its name, as it was given.
        key: String,
    },
    /// Two spellings of one key: one would silently win.
    #[error("the condition key {key} is there twice")]
    Twice {
        /// Its name, as it was given.
        key: String,
    },
    /// A value that cannot be read as what this key is: a condition on it would then not match, and a denial that
    /// rests on it would not bite.
    #[error("the value of the condition key {key} is not {expected}")]
    Unreadable {
        /// Its name, as it was given.
        key: String,
        /// What it should have been.
        expected: &'static str,
    },
    /// Letters that policies may take for others.
    #[error("the condition key {key} has letters that names of condition keys do not have")]
    NotAName {
        /// Its name, as it was given.
        key: String,
    },
}

/// The circumstances of one request by a subject: who they are, what the enforcement point knows, and the present
/// time where it says nothing of it.
#[derive(Clone, Debug)]
pub struct Circumstances {
    context: Context,
    /// Whether the enforcement point said what time it is.
    has_time: bool,
}

impl Subject {
    /// Circumstances of which nothing is known yet, with room for so many keys.
    pub fn circumstances(&self, keys: usize) -> Circumstances {
        Circumstances {
            // Two more: whose the resource is.
            context: self.context.clone_with_room(keys.saturating_add(2)),
            has_time: false,
        }
    }
}

impl Circumstances {
    /// Adds a condition key that the enforcement point knows, such as `aws:SourceIp`. What only Lanyard knows about
    /// the principal and the resource is refused.
    pub fn supply(&mut self, name: impl Into<Text>, value: ContextValue) -> Result<(), SuppliedKeyError> {
        let name = name.into();
        let key = || name.as_str().to_owned();
        // The key of a tag may have any letters. Before it, a letter that is not ASCII can be the same to a policy as
        // one that is, and a reserved name would not be recognized.
        let fixed = name.as_str().split('/').next().unwrap_or_default();
        if !fixed.is_ascii() {
            return Err(SuppliedKeyError::NotAName { key: key() });
        }
        if reserved::is_not_for_askers(name.as_str()) {
            return Err(SuppliedKeyError::Reserved { key: key() });
        }
        let form = reserved::form_of(name.as_str());
        if form == Form::Time {
            return self.supply_time(name.as_str(), &value);
        }
        if self.context.get(name.as_str()).is_some() {
            return Err(SuppliedKeyError::Twice { key: key() });
        }
        match checked(form, value) {
            Ok(ContextValue::Single(text)) => self.context.insert(name, text),
            Ok(ContextValue::Many(texts)) => self.context.insert_many(name, texts),
            Ok(ContextValue::Unknown) => self.context.insert_unknown(name),
            Err(expected) => {
                return Err(SuppliedKeyError::Unreadable { key: key(), expected });
            }
        }
        Ok(())
    }

    /// The time has two names, and both have to tell the same.
    fn supply_time(&mut self, name: &str, value: &ContextValue) -> Result<(), SuppliedKeyError> {
        let key = || name.to_owned();
        let not_a_time = || SuppliedKeyError::Unreadable {
            key: key(),
            expected: "a time",
        };
        let ContextValue::Single(text) = value else {
            return Err(not_a_time());
        };
        let text = text.as_str();
        let time = match text.parse::<i64>() {
            Ok(seconds) => Timestamp::from_second(seconds).map_err(|_| not_a_time())?,
            Err(_) => text.parse().map_err(|_| not_a_time())?,
        };
        if std::mem::replace(&mut self.has_time, true) {
            let same = self.context.get("aws:EpochTime")
                == Some(&ContextValue::Single(time.as_second().to_string().into()));
            return if same {
                Ok(())
            } else {
                Err(SuppliedKeyError::Twice { key: key() })
            };
        }
        insert_time(&mut self.context, time);
        Ok(())
    }
}

/// A value in the one form that conditions read; if it is none, what it should have been.
fn checked(form: Form, value: ContextValue) -> Result<ContextValue, &'static str> {
    // In doubt it is in doubt whatever its form.
    if value == ContextValue::Unknown {
        return Ok(value);
    }
    let single = |expected| match &value {
        ContextValue::Single(text) => Ok(text.as_str()),
        ContextValue::Many(_) | ContextValue::Unknown => Err(expected),
    };
    match form {
        Form::Address => {
            const EXPECTED: &str = "the address of one host";
            let address: IpAddr = single(EXPECTED)?.parse().map_err(|_| EXPECTED)?;
            // Nearly all are IPv4, and were written in the one way that can be read.
            if address.is_ipv4() {
                return Ok(value);
            }
            let canonical = address.to_canonical().to_string();
            Ok(ContextValue::Single(canonical.into()))
        }
        Form::Boolean => match single("true or false")? {
            "true" | "false" => Ok(value),
            _ => Err("true or false"),
        },
        Form::Single => single("one text").map(|_| ()).map(|()| value),
        Form::Time | Form::Any => Ok(value),
    }
}

/// One question about somebody.
#[derive(Clone, Copy, Debug)]
pub struct AskAbout<'a> {
    /// What for: `s3:GetObject`.
    pub action: &'a str,
    /// On what: an ARN, or `*` if the action takes no resource.
    pub resource: &'a str,
    /// Whose resource it is.
    pub resource_account: AccountId,
    /// Whether the action takes no resource, so that only statements for `*` match.
    pub wildcard_only: bool,
    /// The resource's own policy.
    pub resource_policy: Option<ResourceLayer<'a>>,
}

/// Decides one question about somebody.
pub fn decide_about<'a>(subject: &Subject, ask: &AskAbout<'a>, circumstances: Circumstances) -> Verdict<'a> {
    let mut context = circumstances.context;
    insert_resource_account(&mut context, ask.resource_account);
    if ask.resource.starts_with("arn:aws:s3:") {
        context.insert("s3:ResourceAccount", ask.resource_account.to_string());
    }
    let asked = Asked {
        action: ask.action,
        resource: ask.resource,
        resource_account: ask.resource_account,
        denial: DenialForm::WithReason,
        wildcard_only: ask.wildcard_only,
        partly_known: false,
        resource_policy: ask.resource_policy,
    };
    let (identity, policies) = (Arc::clone(&subject.identity), subject.policies.clone());
    Verdict::of(asked, identity, context, subject.now, policies, true)
}

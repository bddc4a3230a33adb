//! Binding the principals of a policy to those whom they name now, and showing who they have become.

use std::borrow::Cow;
use std::sync::Arc;

use lanyard_names::arn::EntityArn;
use lanyard_names::{AccountId, UniqueId};
use lanyard_policy::{Document, PrincipalKind};

use super::Account;
use crate::error::{BucketError, DirectoryError};
use crate::record::{Binding, BoundPolicy};

/// Where the snapshots of other accounts come from, when a policy names principals there.
pub trait Accounts {
    /// The account's snapshot; `None` if there is no such account.
    fn account(&self, id: AccountId) -> Option<Arc<Account>>;
}

/// For policies that name nobody in another account.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoOtherAccounts;

impl Accounts for NoOtherAccounts {
    fn account(&self, _: AccountId) -> Option<Arc<Account>> {
        None
    }
}

impl<S: std::hash::BuildHasher> Accounts for std::collections::HashMap<AccountId, Arc<Account>, S> {
    fn account(&self, id: AccountId) -> Option<Arc<Account>> {
        self.get(&id).cloned()
    }
}

impl BoundPolicy {
    /// The document as it is to be shown: with each bound principal as its present ARN, or as its bare unique
    /// id once it is gone. A principal of an account whose snapshot is not at hand is shown as saved.
    #[must_use]
    pub fn rendered(&self, own: &Account, accounts: &dyn Accounts) -> Cow<'_, str> {
        let mut replacements: Vec<(&str, Arc<str>)> = Vec::new();
        for binding in self.bindings() {
            if let Some(shown) = shown(binding, own, accounts)
                && *shown != *binding.text
            {
                replacements.push((&*binding.text, shown));
            }
        }
        if replacements.is_empty() {
            return Cow::Borrowed(self.saved_text());
        }
        Cow::Owned(replace_principals(self.saved_text(), &replacements))
    }

    /// Binds the principals of a validated document.
    pub(crate) fn bind(
        text: Arc<str>,
        document: &Document,
        own: &Account,
        accounts: &dyn Accounts,
        before: &[Binding],
    ) -> Result<Self, UnknownPrincipal> {
        let mut bindings: Vec<Binding> = Vec::new();
        for principal in document.principals() {
            let text = principal.text;
            if principal.kind != PrincipalKind::Aws || bindings.iter().any(|known| *known.text == *text) {
                continue;
            }
            match resolve(text, own, accounts, before) {
                Resolved::Entity { account, id } => {
                    bindings.push(Binding {
                        text: text.into(),
                        account,
                        id,
                    });
                }
                Resolved::NotBound => {}
                Resolved::Nobody => {
                    return Err(UnknownPrincipal(text.into()));
                }
            }
        }
        Ok(Self::bound(text, bindings))
    }
}

/// A principal of a policy to be saved that nobody answers to.
#[derive(Debug)]
pub(crate) struct UnknownPrincipal(Box<str>);

impl From<UnknownPrincipal> for DirectoryError {
    fn from(UnknownPrincipal(text): UnknownPrincipal) -> Self {
        let kind = "AWS".into();
        Self::InvalidPrincipal { kind, text }
    }
}

impl From<UnknownPrincipal> for BucketError {
    fn from(UnknownPrincipal(text): UnknownPrincipal) -> Self {
        let kind = "AWS".into();
        Self::InvalidPrincipal { kind, text }
    }
}

/// What a principal means at the time of saving.
enum Resolved {
    /// A user or role that exists.
    Entity { account: AccountId, id: UniqueId },
    /// Something that is not bound: everyone, an account, a session.
    NotBound,
    /// A user, role or id that does not exist, or something that cannot be a principal.
    Nobody,
}

fn resolve(text: &str, own: &Account, accounts: &dyn Accounts, before: &[Binding]) -> Resolved {
    if text == "*" || AccountId::parse(text).is_ok() {
        return Resolved::NotBound;
    }
    if let Ok(id) = UniqueId::parse(text) {
        return resolve_id(id, own, accounts, before);
    }
    let found = match EntityArn::parse(text) {
        // Differs from AWS, which refuses accounts that do not exist: an account of AWS itself may well stand
        // in a document that is tried out here, and naming it admits nobody.
        Ok(EntityArn::Root(_) | EntityArn::AssumedRole { .. } | EntityArn::FederatedUser { .. }) => {
            return Resolved::NotBound;
        }
        Ok(EntityArn::User { account, name, .. }) => with_account(account, own, accounts, |account| {
            account
                .user(name.as_str())
                .filter(|user| *user.arn == *text)
                .map(|user| user.id)
        })
        .map(|id| (account, id)),
        Ok(EntityArn::Role { account, name, .. }) => with_account(account, own, accounts, |account| {
            account
                .role(name.as_str())
                .filter(|role| *role.arn == *text)
                .map(|role| role.id)
        })
        .map(|id| (account, id)),
        _ => None,
    };
    found.map_or(Resolved::Nobody, |(account, id)| Resolved::Entity { account, id })
}

/// A bare unique id has to be that of an entity that lives: of this account, or one that the
/// present policy is bound to already.
fn resolve_id(id: UniqueId, own: &Account, accounts: &dyn Accounts, before: &[Binding]) -> Resolved {
    if own.principal_arn(id).is_some() {
        return Resolved::Entity {
            account: own.id(),
            id,
        };
    }
    let bound = before.iter().find(|binding| binding.id == id);
    let Some(account) = bound
        .map(|binding| binding.account)
        .filter(|account| *account != own.id())
    else {
        return Resolved::Nobody;
    };
    match with_account(account, own, accounts, |account| {
        account.principal_arn(id).cloned()
    }) {
        Some(_) => Resolved::Entity { account, id },
        None => Resolved::Nobody,
    }
}

fn with_account<T>(
    id: AccountId,
    own: &Account,
    accounts: &dyn Accounts,
    look_up: impl FnOnce(&Account) -> Option<T>,
) -> Option<T> {
    if id == own.id() {
        look_up(own)
    } else {
        look_up(&*accounts.account(id)?)
    }
}

/// How a bound principal is shown; `None` if its account's snapshot is not at hand.
fn shown(binding: &Binding, own: &Account, accounts: &dyn Accounts) -> Option<Arc<str>> {
    let arn = if binding.account == own.id() {
        own.principal_arn(binding.id).cloned()
    } else {
        accounts
            .account(binding.account)?
            .principal_arn(binding.id)
            .cloned()
    };
    Some(arn.unwrap_or_else(|| binding.id.as_str().into()))
}

/// Rewrites principals in place and leaves every other byte as it is.
fn replace_principals(text: &str, replacements: &[(&str, Arc<str>)]) -> String {
    let Ok(document) = Document::parse(text) else {
        return text.to_owned();
    };
    let mut edits: Vec<(std::ops::Range<usize>, &str)> = document
        .principals()
        .filter(|principal| principal.kind == PrincipalKind::Aws)
        .filter_map(|principal| {
            let (_, shown) = replacements
                .iter()
                .find(|(written, _)| *written == principal.text)?;
            Some((
                principal.span.start as usize..principal.span.end as usize,
                &**shown,
            ))
        })
        .collect();
    edits.sort_by_key(|(range, _)| range.start);
    let mut out = String::with_capacity(text.len());
    let mut copied = 0;
    for (range, shown) in edits {
        let Some(between) = text.get(copied..range.start) else {
            continue;
        };
        out.push_str(between);
        // ARNs and unique ids hold no character that JSON would escape, save the quotation marks and
        // backslashes that paths may have.
        out.push_str(&serde_json::Value::from(shown).to_string());
        copied = range.end;
    }
    out.push_str(text.get(copied..).unwrap_or_default());
    out
}

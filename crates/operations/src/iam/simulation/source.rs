//! Whose policies are looked at: a user, a group or a role of the caller's account.
//!
//! Evidence: recorded answers of AWS: the name in the ARN counts, and its path does not. The request is decided on the
//! ARN of whom the name is.

use std::sync::Arc;

use lanyard_access::NamedKind;
use lanyard_directory::{Group, Role, User};
use lanyard_names::AccountId;
use lanyard_names::arn::Arn;

use crate::error::Refusal;
use crate::subject::Ask;
use crate::view::View;

/// Whom an ARN names, whether or not they exist.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Named<'a> {
    pub(super) account: AccountId,
    pub(super) kind: NamedKind,
    pub(super) name: &'a str,
}

impl<'a> Named<'a> {
    /// `None` if it is not the ARN of a user, a group or a role.
    pub(super) fn parse(text: &'a str) -> Option<Self> {
        let arn = Arn::parse(text).ok()?;
        if arn.partition != "aws" || arn.service != "iam" || !arn.region.is_empty() {
            return None;
        }
        let (kind, rest) = arn.resource.split_once('/')?;
        let kind = match kind {
            "user" => NamedKind::User,
            "group" => NamedKind::Group,
            "role" => NamedKind::Role,
            _ => return None,
        };
        let name = rest.rsplit('/').next().filter(|name| !name.is_empty())?;
        let account = AccountId::parse(arn.account).ok()?;
        Some(Self { account, kind, name })
    }
}

/// Whose policies are looked at.
#[derive(Clone, Copy)]
pub(super) enum Source<'a> {
    User(&'a Arc<User>),
    Group(&'a Arc<Group>),
    Role(&'a Arc<Role>),
}

/// What a request about a source is decided on.
pub(super) fn ask(action: &'static str, arn: &str, view: &View<'_>) -> Ask {
    let own = Named::parse(arn).filter(|named| named.account == view.account.id());
    match own {
        Some(named) => match named.kind {
            NamedKind::User => Ask::on_user(action, named.name, view),
            NamedKind::Group => Ask::on_group(action, named.name, view),
            NamedKind::Role => Ask::on_role(action, named.name, view),
        },
        // It will be refused, but only to who may ask.
        None => Ask::on(action, arn.to_owned(), view),
    }
}

/// The source that an ARN names.
pub(super) fn find<'v>(arn: &str, view: &View<'v>) -> Result<Source<'v>, Refusal> {
    let named = Named::parse(arn).ok_or_else(|| Refusal::policy_source_invalid(arn))?;
    let account = view.account;
    if named.account != account.id() {
        return Err(Refusal::policy_source_elsewhere(account.id(), named.account));
    }
    match named.kind {
        NamedKind::User => account.user(named.name).map(Source::User),
        NamedKind::Group => account.group(named.name).map(Source::Group),
        NamedKind::Role => account.role(named.name).map(Source::Role),
    }
    .ok_or_else(Refusal::policy_source_missing)
}

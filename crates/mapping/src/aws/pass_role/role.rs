//! Which role stands in a member: its ARN, its bare name, or the instance profile that holds it.

use lanyard_names::AccountId;
use lanyard_names::arn::Arn;

use super::invalid;
use super::tables::Kind;
use crate::MappingError;
use crate::aws::call::Lookup;
use crate::aws::request::Request;

/// The ARN of the role that a member must be.
pub(super) fn role_named(
    request: &Request<'_>,
    kind: Kind,
    text: &str,
    path: &[&'static str],
) -> Result<String, MappingError> {
    if !text.starts_with("arn:") {
        if kind == Kind::RoleName && is_path_and_name(text) {
            let account = request.scope.account;
            return Ok(format!("arn:aws:iam::{account}:role/{text}"));
        }
        return Err(invalid(path, "it is no role"));
    }
    match own_role(request, text) {
        Some(role) if account_of(&role) == Some(request.scope.account) => Ok(role),
        Some(_) => Err(invalid(path, "a role of another account cannot be passed")),
        None => Err(invalid(path, "it is no role")),
    }
}

/// The ARN if the text is one of a role, with the account that it has here.
pub(super) fn own_role(request: &Request<'_>, text: &str) -> Option<String> {
    let arn = Arn::parse(text).ok()?;
    let name = arn.resource.strip_prefix("role/")?;
    if arn.partition != "aws" || arn.service != "iam" || !arn.region.is_empty() || !is_path_and_name(name) {
        return None;
    }
    let account: AccountId = arn.account.parse().ok()?;
    let account = match request.scope.upstream_account {
        Some((upstream, here)) if upstream == account => here,
        _ => account,
    };
    Some(format!("arn:aws:iam::{account}:role/{name}"))
}

/// The ARN of the role that an instance profile holds.
pub(super) fn profile_role(
    request: &Request<'_>,
    text: &str,
    path: &[&'static str],
) -> Result<Result<String, Lookup>, MappingError> {
    // In some places stands a role as well as a profile.
    if let Some(role) = own_role(request, text) {
        return match account_of(&role) {
            Some(account) if account == request.scope.account => Ok(Ok(role)),
            _ => Err(invalid(path, "a role of another account cannot be passed")),
        };
    }
    let (profile, account) = match Arn::parse(text) {
        Ok(arn) if arn.service == "iam" && arn.region.is_empty() && arn.partition == "aws" => {
            let account: Option<AccountId> = arn.account.parse().ok();
            let account = match (request.scope.upstream_account, account) {
                (Some((upstream, here)), Some(account)) if upstream == account => Some(here),
                (_, account) => account,
            };
            match (arn.resource.strip_prefix("instance-profile/"), account) {
                (Some(name), Some(account)) if is_path_and_name(name) => {
                    (format!("arn:aws:iam::{account}:instance-profile/{name}"), account)
                }
                _ => return Err(invalid(path, "it is no instance profile")),
            }
        }
        _ if is_path_and_name(text) && !text.contains('/') => (text.to_owned(), request.scope.account),
        _ => return Err(invalid(path, "it is no instance profile")),
    };
    if account != request.scope.account {
        return Err(invalid(
            path,
            "an instance profile of another account cannot be passed",
        ));
    }
    match request.known.instance_profile_role(&profile) {
        None => Ok(Err(Lookup::InstanceProfileRole { profile })),
        Some(Some(role)) => match own_role(request, role) {
            Some(role) if account_of(&role) == Some(request.scope.account) => Ok(Ok(role)),
            _ => Err(invalid(path, "the role of the instance profile cannot be passed")),
        },
        // Fails closed: a profile that is filled while the request is on its way would pass any role.
        Some(None) => Err(invalid(
            path,
            "there is no such instance profile, or no role in it",
        )),
    }
}

pub(super) fn account_of(role: &str) -> Option<AccountId> {
    Arn::parse(role).ok()?.account.parse().ok()
}

/// The letters of IAM's names and paths.
fn is_path_and_name(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 600
        && !text.starts_with('/')
        && !text.ends_with('/')
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"+=,.@_-/".contains(&byte))
}

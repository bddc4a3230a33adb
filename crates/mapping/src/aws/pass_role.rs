//! Where a request gives a role to a service, which needs `iam:PassRole` on the role.
//!
//! A member whose name speaks of a role passes what stands in it, in every operation that is not named as one that
//! reads; so does one that names an instance profile, whose role is looked up. What is different is in a table by
//! hand, with its reason: members that take a role's bare name, members of other names, members that speak of a role
//! and pass none. Whom a role is passed to is a table too; where it is silent, `iam:PassedToService` is unknown.
//!
//! Invariant: a role of another account is never passed. Evidence: the user guide on passing roles: the role must be
//! of the account of the one who passes it.
//!
//! Deliberately absent: roles within documents and free texts, such as the options of a platform or the definition
//! of a workflow. Evidence: AWS checks those when the service uses the role, by its trust policy.

mod tables;

use std::collections::BTreeSet;

use lanyard_names::AccountId;
use lanyard_names::arn::Arn;
use lanyard_service_models::{OperationModel, ServiceModel, Shape};

use super::call::{Lookup, Permission};
use super::input::Node;
use super::request::{Request, Resolved};
use crate::MappingError;
use tables::Kind;

const DEPTH_MAX: usize = 64;

/// The members with which an operation gives a role to a service, as paths. Lists on the way are not written, a map
/// is a star.
pub(crate) fn members(service: &'static ServiceModel, operation: &'static OperationModel) -> Vec<String> {
    let mut found = BTreeSet::new();
    if let (Some(input), false) = (operation.input(), tables::only_reads(operation.name())) {
        let place = Place {
            service: service.id(),
            operation: operation.name(),
        };
        for member in input.members() {
            collect(
                place,
                member.shape(),
                &[member.name()],
                &mut Vec::new(),
                &mut found,
            );
        }
    }
    found.into_iter().collect()
}

/// The permissions to pass the roles that a request names, or what must be known first. `members` are those that
/// were found for its operation when the mapping was made.
///
/// # Errors
/// What stands in such a place and is no role.
pub(crate) fn permissions(request: &Request<'_>, members: &[String]) -> Result<Resolved, MappingError> {
    let mut permissions: Vec<Permission> = Vec::new();
    let (Some(input), false) = (request.operation.input(), members.is_empty()) else {
        return Ok(Resolved::Permissions(permissions));
    };
    let place = Place {
        service: request.service.id(),
        operation: request.operation.name(),
    };
    let mut texts = Vec::new();
    for member in input.members() {
        if let Some(node) = request.input.member(member.name()) {
            find(place, member.shape(), node, &[member.name()], &mut texts)?;
        }
    }
    for (path, kind, text) in texts {
        let role = match kind {
            Kind::Role | Kind::RoleName => Some(role_named(request, kind, text, &path)?),
            Kind::ByValue | Kind::ForeignRole => match own_role(request, text) {
                Some(_) if kind == Kind::ByValue => Some(role_named(request, kind, text, &path)?),
                Some(role) => (account_of(&role) == Some(request.scope.account)).then_some(role),
                // Fails closed: what a lenient server could take for a role.
                None if text.contains(":role/") => return Err(invalid(&path, "it is no role")),
                None => None,
            },
            Kind::Profile => match profile_role(request, text, &path)? {
                Ok(role) => Some(role),
                Err(lookup) => return Ok(Resolved::Needs(lookup)),
            },
        };
        let Some(role) = role else { continue };
        let passed_to = tables::passed_to(place.service, tables::last(&path), kind);
        permissions.push(permission(request, role, passed_to));
    }
    permissions.dedup_by(|one, other| {
        one.resource == other.resource
            && one.context.get("iam:PassedToService") == other.context.get("iam:PassedToService")
    });
    Ok(Resolved::Permissions(permissions))
}

#[derive(Clone, Copy)]
struct Place {
    service: &'static str,
    operation: &'static str,
}

/// Notes the members of a shape that name roles. A shape within itself is gone through once.
fn collect(
    place: Place,
    shape: &'static Shape,
    path: &[&'static str],
    within: &mut Vec<*const Shape>,
    found: &mut BTreeSet<String>,
) {
    match shape {
        Shape::Text if tables::kind(place.service, place.operation, path).is_some() => {
            found.insert(path.join("."));
        }
        Shape::List(list) => collect(place, list.member(), path, within, found),
        Shape::Map(map) => collect(place, map.value(), &[path, &["*"]].concat(), within, found),
        Shape::Structure(structure) => {
            let itself: *const Shape = shape;
            if within.contains(&itself) {
                return;
            }
            within.push(itself);
            for member in structure.members() {
                collect(
                    place,
                    member.shape(),
                    &[path, &[member.name()]].concat(),
                    within,
                    found,
                );
            }
            within.pop();
        }
        _ => {}
    }
}

type Found<'a> = Vec<(Vec<&'static str>, Kind, &'a str)>;

/// Finds the texts of a request that name roles, however deep.
fn find<'a>(
    place: Place,
    shape: &'static Shape,
    node: &'a Node<'_>,
    path: &[&'static str],
    found: &mut Found<'a>,
) -> Result<(), MappingError> {
    if path.len() > DEPTH_MAX {
        return Err(invalid(path, "it is nested too deeply"));
    }
    match (shape, node) {
        (Shape::Text, Node::Text(text)) => {
            // An empty text takes a role away.
            if let (Some(kind), false) = (
                tables::kind(place.service, place.operation, path),
                text.is_empty(),
            ) {
                found.push((path.to_vec(), kind, text));
            }
        }
        (Shape::List(list), Node::List(items)) => {
            for item in items {
                find(place, list.member(), item, path, found)?;
            }
        }
        (Shape::Map(map), Node::Map(entries)) => {
            for (_, value) in entries {
                find(place, map.value(), value, &[path, &["*"]].concat(), found)?;
            }
        }
        (Shape::Structure(structure), Node::Map(_)) => {
            for member in structure.members() {
                if let Some(value) = node.member(member.name()) {
                    find(
                        place,
                        member.shape(),
                        value,
                        &[path, &[member.name()]].concat(),
                        found,
                    )?;
                }
            }
        }
        _ => {}
    }
    Ok(())
}

/// The ARN of the role that a member must be.
fn role_named(
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
fn own_role(request: &Request<'_>, text: &str) -> Option<String> {
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
fn profile_role(
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

fn permission(request: &Request<'_>, role: String, passed_to: Option<&'static str>) -> Permission {
    let mut permission = request.permission("iam:PassRole", role);
    permission.resource_type = Some("role");
    // What stands in the request is about the service's resource, and not about the role.
    permission.context = lanyard_policy::Context::new();
    permission.takes_resource_tags = false;
    permission.unknown_keys = vec![
        "iam:AssociatedResourceArn",
        "iam:ResourceTag/${TagKey}",
        "aws:ResourceTag/${TagKey}",
    ];
    match passed_to {
        Some(service) => permission.with("iam:PassedToService", service),
        None => {
            permission.unknown_keys.push("iam:PassedToService");
            permission
        }
    }
}

fn account_of(role: &str) -> Option<AccountId> {
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

fn invalid(path: &[&'static str], reason: &'static str) -> MappingError {
    MappingError::InvalidMember {
        member: path.join("."),
        reason,
    }
}

#[cfg(test)]
mod tests {
    use lanyard_service_models::service_models;

    use super::*;

    /// One line for every member of every operation that speaks of a role or a profile: what becomes of it.
    fn written() -> String {
        let mut lines = BTreeSet::new();
        for service in service_models().all() {
            if ["iam", "sts", "s3"].contains(&service.id()) {
                continue;
            }
            for operation in service.operations() {
                let place = Place {
                    service: service.id(),
                    operation: operation.name(),
                };
                if tables::only_reads(operation.name()) {
                    continue;
                }
                let Some(input) = operation.input() else { continue };
                for member in input.members() {
                    suspects(
                        place,
                        member.shape(),
                        &[member.name()],
                        &mut Vec::new(),
                        &mut lines,
                    );
                }
            }
        }
        lines.into_iter().map(|line| line + "\n").collect()
    }

    fn suspects(
        place: Place,
        shape: &'static Shape,
        path: &[&'static str],
        within: &mut Vec<*const Shape>,
        lines: &mut BTreeSet<String>,
    ) {
        match shape {
            Shape::Text => {
                let kind = tables::kind(place.service, place.operation, path);
                if kind.is_none() && !tables::speaks_of_a_role(path) {
                    return;
                }
                let last = tables::last(path);
                let verdict = match kind {
                    None => format!(
                        "passes nothing: {}",
                        tables::reason(place.service, place.operation, path).unwrap_or("NO REASON")
                    ),
                    Some(kind) => format!(
                        "{kind:?} to {}",
                        tables::passed_to(place.service, last, kind).unwrap_or("?")
                    ),
                };
                lines.insert(format!(
                    "{} {} {} {verdict}",
                    place.service,
                    last,
                    path_form(path)
                ));
            }
            Shape::List(list) => suspects(place, list.member(), path, within, lines),
            Shape::Map(map) => suspects(place, map.value(), &[path, &["*"]].concat(), within, lines),
            Shape::Structure(structure) => {
                let itself: *const Shape = shape;
                if within.contains(&itself) {
                    return;
                }
                within.push(itself);
                for member in structure.members() {
                    suspects(
                        place,
                        member.shape(),
                        &[path, &[member.name()]].concat(),
                        within,
                        lines,
                    );
                }
                within.pop();
            }
            _ => {}
        }
    }

    /// Whether the member is one of the whole request.
    fn path_form(path: &[&str]) -> &'static str {
        if path.len() == 1 { "at the top" } else { "deeper" }
    }

    #[test]
    fn every_member_that_speaks_of_a_role_is_listed() {
        let written = written();
        if std::env::var_os("UPDATE_ROLES").is_some() {
            let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/aws/roles.txt");
            std::fs::write(path, &written).unwrap();
        }
        let listed = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/aws/roles.txt"));
        let listed = listed.unwrap_or_default();
        let added: Vec<_> = written
            .lines()
            .filter(|line| !listed.lines().any(|known| known == *line))
            .collect();
        let gone: Vec<_> = listed
            .lines()
            .filter(|line| !written.lines().any(|known| known == *line))
            .collect();
        assert!(
            added.is_empty() && gone.is_empty(),
            "tests/aws/roles.txt is not what the models say (UPDATE_ROLES=1 writes it anew):\n+ {}\n- {}",
            added.join("\n+ "),
            gone.join("\n- ")
        );
        assert!(
            !listed.contains("NO REASON"),
            "a member passes nothing, for no reason"
        );
    }
}

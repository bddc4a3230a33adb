//! SES: who sends mail needs the identity that it is sent from. Addresses that get no messages are the account's, unless
//! a request names a tenant.
//!
//! An address may be verified itself, or by its domain or one above it; which it is, only the service knows. All of them
//! are asked for, so that a Deny on any holds.
//!
//! Deliberately absent: mails that are written out whole, whose senders stand in them.

use super::{Resolve, ServiceOverrides, own_action};
use crate::MappingError;
use crate::aws::call::Permission;
use crate::aws::request::{Request, Resolved};

pub(super) static OVERRIDES: ServiceOverrides = ServiceOverrides {
    actions: &[],
    operations: &[
        ("DeleteSuppressedDestination", OF_TENANT),
        ("GetSuppressedDestination", OF_TENANT),
        ("ListSuppressedDestinations", OF_TENANT),
        ("PutSuppressedDestination", OF_TENANT),
        ("SendBulkEmail", SEND),
        ("SendBulkTemplatedEmail", SEND),
        ("SendEmail", SEND),
        (
            "SendRawEmail",
            Resolve::Refused(
                "who sends a mail that is written out whole stands in it, as may a configuration set",
            ),
        ),
        ("SendTemplatedEmail", SEND),
    ],
};

const SEND: Resolve = Resolve::Custom(
    send,
    "the identities that the sender's address may be verified by; the configuration set and the template that are named",
);

/// The members of both versions that say who sends.
const FROM: [&str; 2] = ["Source", "FromEmailAddress"];
const FROM_ARN: [&str; 2] = ["SourceArn", "FromEmailAddressIdentityArn"];
const TEMPLATE: [&str; 3] = [
    "Template",
    "Content.Template.TemplateName",
    "DefaultContent.Template.TemplateName",
];

/// What says something that is not looked into.
const NOT_READ: [&str; 4] = [
    "TemplateArn",
    "Content.Raw",
    "Content.Template.TemplateArn",
    "DefaultContent.Template.TemplateArn",
];

fn send(request: &Request<'_>) -> Result<Resolved, MappingError> {
    if NOT_READ.iter().any(|path| request.has(path)) {
        return Err(request.unmapped("mails are taken in parts, and templates by name"));
    }
    let mut from = None;
    for path in FROM {
        from = from.or(request.text(path)?);
    }
    let from = address(from.ok_or_else(|| MappingError::MissingMember {
        member: "FromEmailAddress".to_owned(),
    })?)?;
    let permission = |arn| {
        let permission = request.permission(own_action(request), arn);
        // Evidence: the service authorization reference, by which one operation does not have the key.
        if permission.unknown_keys.contains(&"ses:FromAddress") {
            return permission.with("ses:FromAddress", from);
        }
        permission
    };
    let mut permissions: Vec<Permission> = Vec::new();
    for identity in identities(from) {
        permissions.push(permission(
            request.arn("identity", &[("IdentityName", identity)])?,
        ));
    }
    for path in FROM_ARN {
        if let Some(arn) = request.text(path)? {
            permissions.push(permission(request.checked_arn("identity", arn)?));
        }
    }
    if let Some(name) = request.text("ConfigurationSetName")? {
        let arn = request.arn("configuration-set", &[("ConfigurationSetName", name)])?;
        permissions.push(permission(arn));
    }
    for path in TEMPLATE {
        if let Some(name) = request.text(path)? {
            permissions.push(permission(request.arn("template", &[("TemplateName", name)])?));
        }
    }
    permissions.dedup_by(|one, other| one.resource == other.resource);
    Ok(Resolved::Permissions(permissions))
}

/// The address, from a text that may have a name before it: `Anna <anna@example.com>`.
///
/// Fails closed: what is written in another way than most addresses could be read in two.
fn address(text: &str) -> Result<&str, MappingError> {
    let is_name = |name: &str| !name.contains(['<', '>', '@', '"', '(', ',', '\\', '=', ':']);
    let address = match text.strip_suffix('>') {
        Some(rest) => rest
            .split_once('<')
            .filter(|(name, _)| is_name(name))
            .map(|(_, rest)| rest),
        None => Some(text),
    };
    let is_letter = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let is_address = |address: &&str| {
        let Some((local, domain)) = address.split_once('@') else {
            return false;
        };
        let is_local = |byte| is_letter(byte) || matches!(byte, b'.' | b'_' | b'+' | b'-');
        let is_domain = |byte| is_letter(byte) || matches!(byte, b'.' | b'-');
        !local.is_empty()
            && local.bytes().all(is_local)
            && domain.bytes().all(is_domain)
            && domain.split('.').all(|label| !label.is_empty())
    };
    address
        .filter(is_address)
        .ok_or_else(|| MappingError::InvalidMember {
            member: "Source".to_owned(),
            reason: "senders are taken as plain addresses in lower case",
        })
}

/// The address, its domain, and the domains above it but for the topmost.
fn identities(address: &str) -> impl Iterator<Item = &str> {
    let domain = address.split_once('@').map(|(_, domain)| domain);
    let domains = std::iter::successors(domain, |domain| domain.split_once('.').map(|(_, above)| above));
    std::iter::once(address).chain(domains.filter(|domain| domain.contains('.')))
}

const OF_TENANT: Resolve = Resolve::Custom(of_tenant, "tenant {TenantName}, or * without one");

/// Evidence: a recorded denial of a request without a tenant, which names nothing.
fn of_tenant(request: &Request<'_>) -> Result<Resolved, MappingError> {
    let action = own_action(request);
    let permission = match request.text("TenantName")? {
        Some(name) => {
            let arn = request.arn("tenant", &[("TenantName", name), ("TenantId", "*")])?;
            request.permission(action, arn)
        }
        None => request.wildcard(action),
    };
    Ok(Resolved::Permissions(vec![permission]))
}

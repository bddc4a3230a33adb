//! SES: who sends mail needs the identity that it is sent from. Addresses that get no messages are the account's, unless
//! a request names a tenant.
//!
//! An address may be verified itself, or by its domain or one above it; which it is, only the service knows. All of them
//! are asked for, so that a Deny on any holds.
//!
//! A mail may be written out whole, and then says itself who sends it: its senders count besides those of the request.
//!
//! Deliberately absent: to whom mail goes.

mod address;
mod encoded_word;
mod mail;

use address::{address, identities};
use mail::Mail;

use super::{Resolve, ServiceOverrides, own_action};
use crate::MappingError;
use crate::aws::call::Permission;
use crate::aws::input::Node;
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
        ("SendRawEmail", SEND),
        ("SendTemplatedEmail", SEND),
    ],
};

const SEND: Resolve = Resolve::Custom(
    send,
    "the identities that the addresses of all senders may be verified by, those in a mail that is written out whole \
     (ses:SendRawEmail) too; the configuration set and the template that are named",
);

/// The members of both versions that say who sends, and where what comes back goes.
const FROM: [&str; 2] = ["Source", "FromEmailAddress"];
const RETURN_PATH: [&str; 2] = ["ReturnPath", "FeedbackForwardingEmailAddress"];
const ARNS: [&str; 5] = [
    "SourceArn",
    "FromArn",
    "ReturnPathArn",
    "FromEmailAddressIdentityArn",
    "FeedbackForwardingEmailAddressIdentityArn",
];
const CONFIGURATION_SET: &str = "ConfigurationSetName";
const TEMPLATE: [&str; 3] = [
    "Template",
    "Content.Template.TemplateName",
    "DefaultContent.Template.TemplateName",
];

/// The action for a mail that is written out whole, also where the operation is SendEmail of version 2.
///
/// Evidence: denials that users quote.
const RAW: &str = "ses:SendRawEmail";
/// What stands in place of a mail that is written out whole.
const IN_PARTS: [&str; 2] = ["Content.Simple", "Content.Template"];

/// What says something that is not looked into.
const NOT_READ: [&str; 3] = [
    "TemplateArn",
    "Content.Template.TemplateArn",
    "DefaultContent.Template.TemplateArn",
];

fn send(request: &Request<'_>) -> Result<Resolved, MappingError> {
    if NOT_READ.iter().any(|path| request.has(path)) {
        return Err(request.unmapped("templates are taken by name"));
    }
    let Some(head) = head_of_mail(request)? else {
        let permissions = decided_on(request, &own_action(request), &Mail::default())?;
        return Ok(Resolved::Permissions(permissions));
    };
    let permissions = decided_on(request, RAW, &Mail::read(&head)?)?;
    Ok(Resolved::Permissions(permissions))
}

/// The head of the mail, if it is written out whole.
fn head_of_mail(request: &Request<'_>) -> Result<Option<String>, MappingError> {
    let is_raw = request.operation.name() == "SendRawEmail" || request.has("Content.Raw");
    if !is_raw {
        return Ok(None);
    }
    if IN_PARTS.iter().any(|path| request.has(path)) {
        return Err(request.unmapped("a mail is either written out whole or in parts"));
    }
    match request
        .nodes("RawMessage.Data")
        .iter()
        .chain(&request.nodes("Content.Raw.Data"))
        .next()
    {
        Some(Node::Blob(data)) => mail::head(data).map(Some),
        _ => Err(missing("Data")),
    }
}

/// The permissions for all that the request and the mail in it name.
fn decided_on(request: &Request<'_>, action: &str, mail: &Mail<'_>) -> Result<Vec<Permission>, MappingError> {
    let from = addresses(request, &FROM, ("From", mail.from.as_deref()))?;
    if from.is_empty() {
        let is_raw = action == RAW;
        return Err(missing(if is_raw { "From" } else { "FromEmailAddress" }));
    }
    let sender = addresses(request, &[], ("Sender", mail.sender.as_deref()))?;
    let return_path = addresses(
        request,
        &RETURN_PATH,
        ("Return-Path", mail.return_path.as_deref()),
    )?;
    let mut resources = Vec::new();
    for address in from.iter().chain(&sender).chain(&return_path) {
        for identity in identities(address) {
            resources.push(request.arn("identity", &[("IdentityName", identity)])?);
        }
    }
    for arn in texts(request, &ARNS)?.iter().chain(&mail.arns) {
        resources.push(request.checked_arn("identity", arn)?);
    }
    for name in texts(request, &[CONFIGURATION_SET])?
        .into_iter()
        .chain(mail.configuration_set)
    {
        resources.push(request.arn("configuration-set", &[(CONFIGURATION_SET, name)])?);
    }
    for name in texts(request, &TEMPLATE)? {
        resources.push(request.arn("template", &[("TemplateName", name)])?);
    }
    let mut permissions: Vec<Permission> = Vec::new();
    for resource in resources {
        if permissions.iter().any(|known| known.resource == resource) {
            continue;
        }
        let mut permission = request.permission(action.to_owned(), resource);
        for (key, named) in [("ses:FromAddress", &from), ("ses:FeedbackAddress", &return_path)] {
            // Evidence: the service authorization reference, by which one operation does not have the keys.
            if let Some(address) = only(named)
                && permission.unknown_keys.contains(&key)
            {
                permission.enter(key, Some(address));
            }
        }
        permissions.push(permission);
    }
    Ok(permissions)
}

/// The address that all of them are. Which of two the service compares with a condition is not documented.
fn only<'a>(addresses: &[&'a str]) -> Option<&'a str> {
    let (first, rest) = addresses.split_first()?;
    rest.iter().all(|address| address == first).then_some(*first)
}

/// The addresses that these members are, and a header of the mail.
fn addresses<'a>(
    request: &Request<'a>,
    members: &[&str],
    (name, header): (&str, Option<&'a str>),
) -> Result<Vec<&'a str>, MappingError> {
    let mut found = Vec::new();
    for member in members {
        if let Some(text) = request.text(member)? {
            found.push(address(member, text)?);
        }
    }
    if let Some(text) = header {
        found.push(address(name, text)?);
    }
    Ok(found)
}

fn missing(member: &str) -> MappingError {
    MappingError::MissingMember {
        member: member.to_owned(),
    }
}

fn texts<'a>(request: &Request<'a>, members: &[&str]) -> Result<Vec<&'a str>, MappingError> {
    let found = members.iter().map(|member| request.text(member));
    Ok(found
        .collect::<Result<Vec<_>, _>>()?
        .into_iter()
        .flatten()
        .collect())
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

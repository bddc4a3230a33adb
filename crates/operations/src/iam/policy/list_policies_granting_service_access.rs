//! ListPoliciesGrantingServiceAccess: which policies of a user, group or role allow something of a service.
//!
//! Only what policies allow counts: neither denials nor boundaries nor conditions. Evidence: the public API reference.

use std::collections::BTreeSet;
use std::sync::Arc;

use lanyard_aws_api::iam::{
    self, ListPoliciesGrantingServiceAccessEntry, ListPoliciesGrantingServiceAccessInput,
    ListPoliciesGrantingServiceAccessOutput, PolicyGrantingServiceAccess, PolicyOwnerEntityType, PolicyType,
};
use lanyard_directory::{Account, DirectoryError, Group, InlinePolicy, Role, User};
use lanyard_names::PolicyArn;
use lanyard_names::arn::EntityArn;

use crate::error::Refusal;
use crate::operation::{Described, Read};
use crate::page::Page;
use crate::subject::{Ask, Subject};
use crate::view::View;

pub(crate) struct ListPoliciesGrantingServiceAccess;

impl Described for ListPoliciesGrantingServiceAccess {
    type Model = iam::ListPoliciesGrantingServiceAccess;

    fn subject(input: &ListPoliciesGrantingServiceAccessInput, view: &View<'_>) -> Result<Subject, Refusal> {
        let ask = Ask::on(Self::ACTION, input.arn.clone(), view);
        // What is not there has no tags, and that it is not there is told only to whom is allowed.
        Ok(match Identity::find(&input.arn, view.account) {
            Ok(Identity::User(user)) => ask.resource_tags(&user.tags).into(),
            Ok(Identity::Role(role)) => ask.resource_tags(&role.tags).into(),
            Ok(Identity::Group(_)) | Err(_) => ask.into(),
        })
    }
}

impl Read for ListPoliciesGrantingServiceAccess {
    fn run(
        input: &ListPoliciesGrantingServiceAccessInput,
        view: &View<'_>,
    ) -> Result<ListPoliciesGrantingServiceAccessOutput, Refusal> {
        let identity = Identity::find(&input.arn, view.account)?;
        let page = Page::asked(input.marker.as_deref(), None)?;
        let mut seen = BTreeSet::new();
        let services = input.service_namespaces.iter().map(String::as_str);
        let services = services.filter(|service| seen.insert(*service));
        let paged = page.cut_unsorted(services, |service| *service);
        let carriers = identity.carriers(view.account);
        let paged = paged.map(|service| ListPoliciesGrantingServiceAccessEntry {
            service_namespace: Some(service.to_owned()),
            policies: Some(granting(&carriers, service, view.account)),
        });
        Ok(ListPoliciesGrantingServiceAccessOutput {
            is_truncated: Some(paged.is_truncated()),
            policies_granting_service_access: paged.items,
            marker: paged.marker,
        })
    }
}

/// What has policies of its own.
enum Identity<'a> {
    User(&'a Arc<User>),
    Group(&'a Arc<Group>),
    Role(&'a Arc<Role>),
}

/// Somebody whose policies count, and what answers call it.
struct Carrier<'a> {
    kind: PolicyOwnerEntityType,
    name: &'a str,
    attached: &'a [PolicyArn],
    inline: &'a [Arc<InlinePolicy>],
}

impl<'a> Identity<'a> {
    fn find(arn: &str, account: &'a Account) -> Result<Self, Refusal> {
        let parsed = EntityArn::parse(arn).map_err(|_| Refusal::arn_unreadable())?;
        match parsed {
            EntityArn::User {
                account: of, name, ..
            } => account
                .user(name.as_str())
                .filter(|user| of == account.id() && **user.arn() == *arn)
                .map(Self::User)
                .ok_or_else(|| DirectoryError::NoSuchUser(name.as_str().into()).into()),
            EntityArn::Group {
                account: of, name, ..
            } => account
                .group(name.as_str())
                .filter(|group| of == account.id() && **group.arn() == *arn)
                .map(Self::Group)
                .ok_or_else(|| DirectoryError::NoSuchGroup(name.as_str().into()).into()),
            EntityArn::Role {
                account: of, name, ..
            } => account
                .role(name.as_str())
                .filter(|role| of == account.id() && **role.arn() == *arn)
                .map(Self::Role)
                .ok_or_else(|| DirectoryError::NoSuchRole(name.as_str().into()).into()),
            _ => Err(Refusal::not_an_identity(arn)),
        }
    }

    /// The identity itself, and for a user its groups.
    fn carriers(&self, account: &'a Account) -> Vec<Carrier<'a>> {
        match *self {
            Self::User(user) => {
                let own = Carrier {
                    kind: PolicyOwnerEntityType::User,
                    name: user.name.as_str(),
                    attached: &user.attached,
                    inline: &user.inline,
                };
                let groups = account.groups_of(user).into_iter().map(of_group);
                std::iter::once(own).chain(groups).collect()
            }
            Self::Group(group) => vec![of_group(group)],
            Self::Role(role) => vec![Carrier {
                kind: PolicyOwnerEntityType::Role,
                name: role.name.as_str(),
                attached: &role.attached,
                inline: &role.inline,
            }],
        }
    }
}

fn of_group(group: &Arc<Group>) -> Carrier<'_> {
    Carrier {
        kind: PolicyOwnerEntityType::Group,
        name: group.name.as_str(),
        attached: &group.attached,
        inline: &group.inline,
    }
}

/// The policies that allow something of a service: the managed ones in order of ARN, each once, then the inline ones,
/// a user's own before its groups'.
fn granting(carriers: &[Carrier<'_>], service: &str, account: &Account) -> Vec<PolicyGrantingServiceAccess> {
    let attached: BTreeSet<&PolicyArn> = carriers.iter().flat_map(|carrier| carrier.attached).collect();
    let managed = attached
        .into_iter()
        .filter(|arn| {
            account
                .managed_policy_attached(arn)
                .policy
                .allows_service(service)
        })
        .map(|arn| PolicyGrantingServiceAccess {
            policy_name: arn.name().to_owned(),
            policy_type: PolicyType::Managed,
            policy_arn: Some(arn.as_str().to_owned()),
            entity_type: None,
            entity_name: None,
        });
    let inline = carriers.iter().flat_map(|carrier| {
        let granting = carrier.inline.iter();
        granting
            .filter(|policy| policy.document.compiled().allows_service(service))
            .map(|policy| PolicyGrantingServiceAccess {
                policy_name: policy.name.as_str().to_owned(),
                policy_type: PolicyType::Inline,
                policy_arn: None,
                entity_type: Some(carrier.kind),
                entity_name: Some(carrier.name.to_owned()),
            })
    });
    managed.chain(inline).collect()
}

//! ListPoliciesGrantingServiceAccess: which policies of a user, group or role allow something of a service.
//!
//! Each policy counts for itself: neither what others deny nor boundaries nor conditions. Evidence: recorded answers of
//! AWS, whose policies come in no order.

use std::collections::BTreeSet;
use std::sync::Arc;

use lanyard_aws_api::iam::{
    self, ListPoliciesGrantingServiceAccessEntry, ListPoliciesGrantingServiceAccessInput,
    ListPoliciesGrantingServiceAccessOutput, PolicyGrantingServiceAccess, PolicyOwnerEntityType, PolicyType,
};
use lanyard_catalogue::catalogue;
use lanyard_directory::{Account, Group, InlinePolicy};
use lanyard_names::PolicyArn;

use crate::error::Refusal;
use crate::iam::service_last_accessed::arn::Named;
use crate::iam::service_last_accessed::target::Target;
use crate::operation::{Described, Read};
use crate::page::Page;
use crate::subject::Subject;
use crate::view::View;

pub(crate) struct ListPoliciesGrantingServiceAccess;

impl Described for ListPoliciesGrantingServiceAccess {
    type Model = iam::ListPoliciesGrantingServiceAccess;

    fn subject(input: &ListPoliciesGrantingServiceAccessInput, view: &View<'_>) -> Result<Subject, Refusal> {
        Ok(named(&input.arn, view)?.ask(Self::ACTION, view).into())
    }
}

impl Read for ListPoliciesGrantingServiceAccess {
    fn run(
        input: &ListPoliciesGrantingServiceAccessInput,
        view: &View<'_>,
    ) -> Result<ListPoliciesGrantingServiceAccessOutput, Refusal> {
        let carriers = carriers(&named(&input.arn, view)?, view.account)
            .ok_or_else(|| Refusal::no_such_arn(&input.arn))?;
        check_known(&input.service_namespaces)?;
        let page = Page::asked(input.marker.as_deref(), None)?;
        let mut seen = BTreeSet::new();
        let services = input.service_namespaces.iter().map(String::as_str);
        let services = services.filter(|service| seen.insert(*service));
        let paged = page.cut_unsorted(services, |service| *service);
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

/// Refuses what is no service's namespace; here the case counts. Evidence: recorded responses of AWS.
fn check_known(namespaces: &[String]) -> Result<(), Refusal> {
    let is_known = |namespace: &&String| {
        let service = catalogue().service(namespace);
        service.is_some_and(|service| service.prefix() == **namespace)
    };
    let unknown: Vec<&str> = namespaces
        .iter()
        .filter(|namespace| !is_known(namespace))
        .map(String::as_str)
        .collect();
    if unknown.is_empty() {
        return Ok(());
    }
    Err(Refusal::unknown_namespaces(&unknown))
}

fn named<'a>(arn: &'a str, view: &View<'_>) -> Result<Named<'a>, Refusal> {
    match Named::read_or(Refusal::not_an_identity, arn, view)? {
        Named::Policy(_) => Err(Refusal::not_an_identity(arn)),
        named => Ok(named),
    }
}

/// Somebody whose policies count, and what answers call it.
struct Carrier<'a> {
    kind: PolicyOwnerEntityType,
    name: &'a str,
    attached: &'a [PolicyArn],
    inline: &'a [Arc<InlinePolicy>],
}

/// The identity itself, and for a user its groups. `None` if it is not there.
fn carriers<'a>(named: &Named<'_>, account: &'a Account) -> Option<Vec<Carrier<'a>>> {
    Some(match named.find(account)? {
        Target::User(id) => {
            let user = account.user_by_id(id)?;
            let own = Carrier {
                kind: PolicyOwnerEntityType::User,
                name: user.name.as_str(),
                attached: &user.attached,
                inline: &user.inline,
            };
            let groups = account.groups_of(user).into_iter().map(of_group);
            std::iter::once(own).chain(groups).collect()
        }
        Target::Group(id) => vec![of_group(account.group_by_id(id)?)],
        Target::Role(id) => {
            let role = account.role_by_id(id)?;
            vec![Carrier {
                kind: PolicyOwnerEntityType::Role,
                name: role.name.as_str(),
                attached: &role.attached,
                inline: &role.inline,
            }]
        }
        Target::Policy(_) => return None,
    })
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

//! ListPolicies: those of this account first, then those of AWS, each in order of name.
//!
//! The action takes no resource.

use std::sync::Arc;

use lanyard_aws_api::iam::{self, ListPoliciesInput, ListPoliciesOutput, PolicyScopeType, PolicyUsageType};
use lanyard_directory::{Account, AwsManagedPolicy, ManagedPolicy, Usage};

use crate::error::Refusal;
use crate::iam::policy::any;
use crate::iam::shapes;
use crate::operation::{Described, Read};
use crate::page::Page;
use crate::subject::{Ask, Subject};
use crate::view::View;

pub(crate) struct ListPolicies;

impl Described for ListPolicies {
    type Model = iam::ListPolicies;

    fn subject(_: &ListPoliciesInput, view: &View<'_>) -> Result<Subject, Refusal> {
        Ok(Ask::on_anything(Self::ACTION, view).into())
    }
}

impl Read for ListPolicies {
    fn run(input: &ListPoliciesInput, view: &View<'_>) -> Result<ListPoliciesOutput, Refusal> {
        let page = Page::asked(input.marker.as_deref(), input.max_items)?;
        let (own_after, aws_after) = match page.after().map(|after| after.split_at_checked(1)) {
            None => (Some(None), None),
            Some(Some((OWN, name))) => (Some(Some(name)), None),
            Some(Some((AWS, name))) => (None, Some(name)),
            Some(_) => return Err(Refusal::validation("Invalid Marker.")),
        };
        let scope = input.scope.unwrap_or(PolicyScopeType::All);
        let own = own_after
            .filter(|_| scope != PolicyScopeType::Aws)
            .into_iter()
            .flat_map(|after| own(input, view.account, after))
            .filter(|policy| is_wanted(input, policy.path(), || view.account.usage(&policy.arn)))
            .map(|policy| {
                (
                    format!("{OWN}{}", policy.name()),
                    untagged(shapes::policy(policy, view.account)),
                )
            });
        let aws = (scope != PolicyScopeType::Local)
            .then(|| aws(input, view.account, aws_after))
            .into_iter()
            .flatten()
            .filter(|policy| is_wanted(input, policy.path, || any::usage_of_aws(policy, view.account)))
            .map(|policy| {
                (
                    format!("{AWS}{}", policy.name),
                    any::of_aws(&policy, view.account),
                )
            });
        let paged = page.cut(own.chain(aws), |(key, _)| key.clone());
        Ok(ListPoliciesOutput {
            is_truncated: Some(paged.is_truncated()),
            policies: Some(paged.items.into_iter().map(|(_, policy)| policy).collect()),
            marker: paged.marker,
        })
    }
}

/// Lists leave tags out.
fn untagged(policy: iam::Policy) -> iam::Policy {
    iam::Policy { tags: None, ..policy }
}

/// What keys of policies of this account begin with.
const OWN: &str = "1";
/// What keys of policies of AWS begin with.
const AWS: &str = "2";

/// Those of this account that may be wanted: a list of what is used does not go through the rest.
fn own<'a: 'b, 'b>(
    input: &'b ListPoliciesInput,
    account: &'a Account,
    after: Option<&'b str>,
) -> Box<dyn Iterator<Item = &'a Arc<ManagedPolicy>> + 'b> {
    if is_about_use(input) {
        let used = account.own_policies_used(after);
        return Box::new(used.filter_map(|arn| account.policy(arn)));
    }
    Box::new(account.policies_under(input.path_prefix.as_deref().unwrap_or("/"), after))
}

/// The same of those of AWS.
fn aws<'a>(
    input: &ListPoliciesInput,
    account: &'a Account,
    after: Option<&'a str>,
) -> Box<dyn Iterator<Item = AwsManagedPolicy> + 'a> {
    let managed = account.managed_policies();
    if is_about_use(input) {
        return Box::new(
            account
                .aws_policies_used(after)
                .filter_map(|arn| managed.get(arn)),
        );
    }
    Box::new(managed.iter(after))
}

/// The usage filter counts only where the policies that are used are asked for. Evidence: recorded answers of AWS.
fn is_about_use(input: &ListPoliciesInput) -> bool {
    input.only_attached.unwrap_or(false)
}

fn is_wanted(input: &ListPoliciesInput, path: &str, usage: impl FnOnce() -> Usage) -> bool {
    if !path.starts_with(input.path_prefix.as_deref().unwrap_or("/")) {
        return false;
    }
    if !is_about_use(input) {
        return true;
    }
    let usage = usage();
    match input.policy_usage_filter {
        None => usage != Usage::default(),
        Some(PolicyUsageType::PermissionsPolicy) => usage.attachments > 0,
        Some(PolicyUsageType::PermissionsBoundary) => usage.boundaries > 0,
    }
}

//! On what a simulation asks.
//!
//! Evidence, unless it is said otherwise: recorded answers of AWS.

use lanyard_aws_api::iam::ContextEntry;
use lanyard_catalogue::catalogue;
use lanyard_names::AccountId;
use lanyard_names::arn::Arn;

use super::limits::{self, ACTIONS_MAX, RESOURCES_MAX};
use super::source::Named;
use crate::error::Refusal;

/// The resources, and whose they are where they do not say it.
pub(super) struct Resources<'a> {
    /// Empty: all, `*`.
    pub(super) arns: &'a [String],
    owner: AccountId,
}

/// What was asked for, beside the policies.
pub(super) struct Asked<'a> {
    pub(super) actions: &'a [String],
    pub(super) resources: Option<&'a [String]>,
    pub(super) owner: Option<&'a str>,
    pub(super) handling: Option<&'a str>,
    pub(super) has_resource_policy: bool,
    pub(super) context: Option<&'a [ContextEntry]>,
    pub(super) marker: Option<&'a str>,
    pub(super) items_max: Option<i32>,
    pub(super) operation: &'static str,
}

impl<'a> Resources<'a> {
    /// Checks actions and resources; `caller` owns what nobody else does.
    pub(super) fn read(asked: &Asked<'a>, caller: AccountId) -> Result<Self, Refusal> {
        limits::check("the number of actions", asked.actions.len(), ACTIONS_MAX)?;
        if asked.actions.iter().any(|action| !action.contains(':')) {
            return Err(Refusal::simulated_action_invalid());
        }
        let arns = match asked.resources.unwrap_or_default() {
            [one] if one == "*" => &[],
            arns => arns,
        };
        limits::check("the number of resources", arns.len(), RESOURCES_MAX)?;
        if let Some(wrong) = arns.iter().find(|arn| Arn::parse(arn).is_err()) {
            return Err(Refusal::simulated_resource_invalid(wrong));
        }
        if asked.has_resource_policy && arns.is_empty() {
            return Err(Refusal::simulated_resource_unnamed());
        }
        check_handling(asked, arns)?;
        let owner = match asked.owner {
            None => caller,
            Some(owner) => owner_of(owner).ok_or_else(|| Refusal::simulated_owner_invalid(owner))?,
        };
        Ok(Self { arns, owner })
    }

    /// Whose a resource is: the account in its ARN, if there is one.
    pub(super) fn account_of(&self, resource: &str) -> AccountId {
        let account = Arn::parse(resource).ok().map(|arn| AccountId::parse(arn.account));
        account.and_then(Result::ok).unwrap_or(self.owner)
    }
}

/// The account of the root user or of whom else of it an ARN names.
fn owner_of(text: &str) -> Option<AccountId> {
    let arn = Arn::parse(text).ok()?;
    let is_of_iam = arn.service == "iam" && arn.region.is_empty();
    let is_known = arn.resource == "root" || Named::parse(text).is_some();
    (is_of_iam && is_known)
        .then(|| AccountId::parse(arn.account).ok())
        .flatten()
}

/// A scenario says which resources a request needs. AWS does not insist on them, but refuses scenarios for actions that
/// have none. Which other services have some is not documented, and theirs are refused here.
fn check_handling(asked: &Asked<'_>, arns: &[String]) -> Result<(), Refusal> {
    if asked.handling.is_none() || arns.is_empty() {
        return Ok(());
    }
    let has_scenarios = |action: &&String| action.eq_ignore_ascii_case("ec2:RunInstances");
    match asked.actions.iter().find(|action| !has_scenarios(action)) {
        Some(action) => Err(Refusal::resource_handling_invalid(action, asked.operation)),
        None => Ok(()),
    }
}

/// An action, as far as it is known.
pub(super) struct KnownAction {
    known: Option<&'static lanyard_catalogue::Action>,
    /// Whether requests for it are decided on no resource.
    is_on_nothing: bool,
}

impl KnownAction {
    pub(super) fn find(action: &str) -> Self {
        Self {
            known: catalogue().action(action),
            is_on_nothing: catalogue().is_asked_on_nothing(action) == Some(true),
        }
    }

    /// Whether only statements for `*` can match.
    pub(super) fn is_wildcard_only(&self, resource: &str) -> bool {
        resource == "*" || self.is_on_nothing
    }

    /// Whether it can act on such a resource. Of an action that is not known, nobody can tell.
    pub(super) fn takes(&self, action: &str, resource: &str) -> bool {
        let Some(known) = self.known else { return true };
        if resource == "*" {
            return true;
        }
        if known.is_wildcard_only() {
            let service = action.split(':').next().unwrap_or_default();
            return Arn::parse(resource).is_ok_and(|arn| {
                arn.service.eq_ignore_ascii_case(service)
                    || (service.eq_ignore_ascii_case("sts") && arn.service == "iam")
            });
        }
        let mut types = known.resources().iter().map(|resource| resource.resource_type());
        types.any(|resource_type| resource_type.could_be(resource))
    }

    /// What finding out costs, in bytes of policies.
    pub(super) fn cost(&self, resource: &str) -> usize {
        let types = self.known.map_or(0, |known| known.resources().len());
        resource.len().saturating_mul(types).saturating_mul(32)
    }

    /// The form of the ARNs of what it acts on: that of its service, where AWS's is known, or else of the type that a
    /// resource has.
    pub(super) fn form(&self, action: &str, resource: &str) -> Option<String> {
        let service = action.split(':').next().unwrap_or_default();
        if let Some((_, form)) = FORMS.iter().find(|(of, _)| service.eq_ignore_ascii_case(of)) {
            return Some((*form).to_owned());
        }
        let types = self.known?.resources();
        let of_type = types
            .iter()
            .find(|known| known.resource_type().could_be(resource))
            .or_else(|| types.iter().find(|known| known.is_required()))
            .or_else(|| types.first())?;
        let form = of_type.resource_type().arns().first()?;
        Some(form.replace("${Partition}", "aws"))
    }
}

/// Services and the form of the ARNs of all their resources.
const FORMS: [(&str, &str); 7] = [
    (
        "ec2",
        "arn:aws:ec2:${Region}:${Account}:${ResourceType}/${ResourcePath}",
    ),
    ("iam", "arn:aws:iam::${Account}:${ResourceType}/${ResourceName}"),
    ("kms", "arn:aws:kms:${Region}:${Account}:${ResourceType}/${Id}"),
    (
        "lambda",
        "arn:aws:lambda:${Region}:${Account}:${ResourceType}:${ResourceId}",
    ),
    ("s3", "arn:aws:s3:::${BucketName}/${KeyName}"),
    ("sqs", "arn:aws:sqs:${Region}:${Account}:${QueueName}"),
    ("sts", "arn:aws:iam::${Account}:${RelativeId}"),
];

//! Whom a report is about, by their ARN.

use lanyard_directory::Account;
use lanyard_names::PolicyArn;
use lanyard_names::arn::Arn;

use super::target::Target;
use crate::error::Refusal;
use crate::iam::policy::any;
use crate::subject::Ask;
use crate::view::View;

/// What an ARN names, which may not exist. The name counts, and not the path. Evidence: recorded responses of AWS.
pub(crate) enum Named<'a> {
    User(&'a str),
    Group(&'a str),
    Role(&'a str),
    Policy(PolicyArn),
}

impl<'a> Named<'a> {
    /// Reads an ARN. Evidence for the refusals and their order: recorded responses of AWS.
    pub(super) fn read(text: &'a str, view: &View<'_>) -> Result<Self, Refusal> {
        Self::read_or(Refusal::entity_not_supported, text, view)
    }

    /// The same, for an operation that has another text for things of which there is no report.
    pub(crate) fn read_or(
        unsupported: fn(&str) -> Refusal,
        text: &'a str,
        view: &View<'_>,
    ) -> Result<Self, Refusal> {
        let unreadable = || Refusal::validation("Invalid ARN:  Could not be parsed!");
        let arn = Arn::parse(text).map_err(|_| unreadable())?;
        if arn.partition != "aws" {
            return Err(Refusal::other_partition());
        }
        if arn.service != "iam" {
            return Err(Refusal::other_service());
        }
        let (kind, rest) = arn.resource.split_once('/').unwrap_or((arn.resource, ""));
        let is_of_aws = kind == "policy" && arn.account == "aws";
        if !is_of_aws && arn.account != view.account.id().to_string() {
            return Err(Refusal::foreign_arn(view.caller, text));
        }
        let name = rest.rsplit('/').next().filter(|name| !name.is_empty());
        Ok(match (kind, name) {
            ("user", Some(name)) => Self::User(name),
            ("group", Some(name)) => Self::Group(name),
            ("role", Some(name)) => Self::Role(name),
            ("policy", Some(_)) => Self::Policy(PolicyArn::parse(text).map_err(|_| unreadable())?),
            _ => return Err(unsupported(text)),
        })
    }

    /// What the request is decided on.
    pub(crate) fn ask(&self, action: &'static str, view: &View<'_>) -> Ask {
        match self {
            Self::User(name) => Ask::on_user(action, name, view),
            Self::Group(name) => Ask::on_group(action, name, view),
            Self::Role(name) => Ask::on_role(action, name, view),
            Self::Policy(arn) => Ask::on_policy(action, arn.as_str(), view),
        }
    }

    /// What is there of this name.
    pub(crate) fn find(&self, account: &Account) -> Option<Target> {
        match self {
            Self::User(name) => account.user(name).map(|user| Target::User(user.id)),
            Self::Group(name) => account.group(name).map(|group| Target::Group(group.id)),
            Self::Role(name) => account.role(name).map(|role| Target::Role(role.id)),
            Self::Policy(arn) => any::tags(arn, account)
                .is_ok()
                .then(|| Target::Policy(arn.clone())),
        }
    }
}

//! GetGroupPolicy, which shows an inline policy of a group.

use lanyard_aws_api::iam::{self, GetGroupPolicyInput, GetGroupPolicyOutput};
use lanyard_directory::{DirectoryError, OwnerKind};

use crate::error::Refusal;
use crate::iam::family::inline;
use crate::iam::shapes;
use crate::operation::{Described, Read};
use crate::subject::{Ask, Subject};
use crate::view::View;

pub(crate) struct GetGroupPolicy;

impl Described for GetGroupPolicy {
    type Model = iam::GetGroupPolicy;

    fn subject(input: &GetGroupPolicyInput, view: &View<'_>) -> Result<Subject, Refusal> {
        Ok(Ask::on_group(Self::ACTION, &input.group_name, view).into())
    }
}

impl Read for GetGroupPolicy {
    fn run(input: &GetGroupPolicyInput, view: &View<'_>) -> Result<GetGroupPolicyOutput, Refusal> {
        let group = view
            .account
            .group(&input.group_name)
            .ok_or_else(|| DirectoryError::NoSuchGroup(input.group_name.as_str().into()))?;
        let policy = inline::find(
            group.inline_policy(&input.policy_name),
            OwnerKind::Group,
            &input.policy_name,
        )?;
        Ok(GetGroupPolicyOutput {
            group_name: group.name.as_str().to_owned(),
            // As it was asked for. Evidence: a recorded answer.
            policy_name: input.policy_name.clone(),
            policy_document: shapes::inline_document(policy),
        })
    }
}

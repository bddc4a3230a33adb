//! GetRolePolicy, which shows an inline policy of a role.

use lanyard_aws_api::iam::{self, GetRolePolicyInput, GetRolePolicyOutput};
use lanyard_directory::{DirectoryError, OwnerKind};

use crate::error::Refusal;
use crate::iam::family::inline;
use crate::iam::shapes;
use crate::operation::{Described, Read};
use crate::subject::{Ask, Subject};
use crate::view::View;

pub(crate) struct GetRolePolicy;

impl Described for GetRolePolicy {
    type Model = iam::GetRolePolicy;

    fn subject(input: &GetRolePolicyInput, view: &View<'_>) -> Result<Subject, Refusal> {
        Ok(Ask::on_role(Self::ACTION, &input.role_name, view).into())
    }
}

impl Read for GetRolePolicy {
    fn run(input: &GetRolePolicyInput, view: &View<'_>) -> Result<GetRolePolicyOutput, Refusal> {
        let role = view
            .account
            .role(&input.role_name)
            .ok_or_else(|| DirectoryError::NoSuchRole(input.role_name.as_str().into()))?;
        let policy = inline::find(
            role.inline_policy(&input.policy_name),
            OwnerKind::Role,
            &input.policy_name,
        )?;
        Ok(GetRolePolicyOutput {
            role_name: role.name.as_str().to_owned(),
            // As it was asked for. Evidence: a recorded answer.
            policy_name: input.policy_name.clone(),
            policy_document: shapes::inline_document(policy),
        })
    }
}

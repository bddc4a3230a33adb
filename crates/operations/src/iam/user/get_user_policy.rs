//! GetUserPolicy, which shows an inline policy of a user.

use lanyard_aws_api::iam::{self, GetUserPolicyInput, GetUserPolicyOutput};
use lanyard_directory::{DirectoryError, OwnerKind};

use crate::error::Refusal;
use crate::iam::family::inline;
use crate::iam::shapes;
use crate::operation::{Described, Read};
use crate::subject::{Ask, Subject};
use crate::view::View;

pub(crate) struct GetUserPolicy;

impl Described for GetUserPolicy {
    type Model = iam::GetUserPolicy;

    fn subject(input: &GetUserPolicyInput, view: &View<'_>) -> Result<Subject, Refusal> {
        Ok(Ask::on_user(Self::ACTION, &input.user_name, view).into())
    }
}

impl Read for GetUserPolicy {
    fn run(input: &GetUserPolicyInput, view: &View<'_>) -> Result<GetUserPolicyOutput, Refusal> {
        let user = view
            .account
            .user(&input.user_name)
            .ok_or_else(|| DirectoryError::NoSuchUser(input.user_name.as_str().into()))?;
        let policy = inline::find(
            user.inline_policy(&input.policy_name),
            OwnerKind::User,
            &input.policy_name,
        )?;
        Ok(GetUserPolicyOutput {
            user_name: user.name.as_str().to_owned(),
            // As it was asked for. Evidence: a recorded answer.
            policy_name: input.policy_name.clone(),
            policy_document: shapes::inline_document(policy),
        })
    }
}

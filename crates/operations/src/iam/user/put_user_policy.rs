//! PutUserPolicy. The document replaces the inline policy of the same name.

use lanyard_aws_api::iam::{self, PutUserPolicyInput};
use lanyard_directory::Owner;

use crate::change::Change;
use crate::error::Refusal;
use crate::iam::family::inline;
use crate::operation::{Described, Write};
use crate::subject::{Ask, Subject};
use crate::view::View;

pub(crate) struct PutUserPolicy;

impl Described for PutUserPolicy {
    type Model = iam::PutUserPolicy;

    fn subject(input: &PutUserPolicyInput, view: &View<'_>) -> Result<Subject, Refusal> {
        Ok(Ask::on_permissions_of_user(Self::ACTION, &input.user_name, view).into())
    }
}

impl Write for PutUserPolicy {
    fn run(input: &PutUserPolicyInput, change: &mut Change<'_>) -> Result<(), Refusal> {
        inline::put(
            Owner::User(&input.user_name),
            &input.policy_name,
            &input.policy_document,
            change,
        )
    }
}

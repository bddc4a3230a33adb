//! PutGroupPolicy. The document replaces the inline policy of the same name.

use lanyard_aws_api::iam::{self, PutGroupPolicyInput};
use lanyard_directory::Owner;

use crate::change::Change;
use crate::error::Refusal;
use crate::iam::family::inline;
use crate::operation::{Described, Write};
use crate::subject::{Ask, Subject};
use crate::view::View;

pub(crate) struct PutGroupPolicy;

impl Described for PutGroupPolicy {
    type Model = iam::PutGroupPolicy;

    fn subject(input: &PutGroupPolicyInput, view: &View<'_>) -> Result<Subject, Refusal> {
        Ok(Ask::on_group(Self::ACTION, &input.group_name, view).into())
    }
}

impl Write for PutGroupPolicy {
    fn run(input: &PutGroupPolicyInput, change: &mut Change<'_>) -> Result<(), Refusal> {
        inline::put(
            Owner::Group(&input.group_name),
            &input.policy_name,
            &input.policy_document,
            change,
        )
    }
}

//! DeletePolicy. Refused while it is attached, a boundary, or has more than its default version.

use lanyard_aws_api::iam::{self, DeletePolicyInput};

use crate::change::Change;
use crate::error::Refusal;
use crate::iam::parameter;
use crate::operation::{Described, Write};
use crate::subject::{Ask, Subject};
use crate::view::View;

pub(crate) struct DeletePolicy;

impl Described for DeletePolicy {
    type Model = iam::DeletePolicy;

    fn subject(input: &DeletePolicyInput, view: &View<'_>) -> Result<Subject, Refusal> {
        Ok(Ask::on_policy(Self::ACTION, &input.policy_arn, view).into())
    }
}

impl Write for DeletePolicy {
    fn run(input: &DeletePolicyInput, change: &mut Change<'_>) -> Result<(), Refusal> {
        let arn = parameter::policy_arn(&input.policy_arn)?;
        change.edit.delete_policy(&arn)?;
        Ok(())
    }
}

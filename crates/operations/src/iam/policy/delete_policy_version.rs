//! DeletePolicyVersion. The default version cannot be deleted.

use lanyard_aws_api::iam::{self, DeletePolicyVersionInput};

use crate::change::Change;
use crate::error::Refusal;
use crate::iam::parameter;
use crate::operation::{Described, Write};
use crate::subject::{Ask, Subject};
use crate::view::View;

pub(crate) struct DeletePolicyVersion;

impl Described for DeletePolicyVersion {
    type Model = iam::DeletePolicyVersion;

    fn subject(input: &DeletePolicyVersionInput, view: &View<'_>) -> Result<Subject, Refusal> {
        Ok(Ask::on_policy(Self::ACTION, &input.policy_arn, view).into())
    }
}

impl Write for DeletePolicyVersion {
    fn run(input: &DeletePolicyVersionInput, change: &mut Change<'_>) -> Result<(), Refusal> {
        let arn = parameter::policy_arn(&input.policy_arn)?;
        change.edit.delete_policy_version(&arn, &input.version_id)?;
        Ok(())
    }
}

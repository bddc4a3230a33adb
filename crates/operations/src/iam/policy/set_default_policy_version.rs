//! SetDefaultPolicyVersion, which puts another version into force everywhere at once.

use lanyard_aws_api::iam::{self, SetDefaultPolicyVersionInput};

use crate::change::Change;
use crate::error::Refusal;
use crate::iam::parameter;
use crate::operation::{Described, Write};
use crate::subject::{Ask, Subject};
use crate::view::View;

pub(crate) struct SetDefaultPolicyVersion;

impl Described for SetDefaultPolicyVersion {
    type Model = iam::SetDefaultPolicyVersion;

    fn subject(input: &SetDefaultPolicyVersionInput, view: &View<'_>) -> Result<Subject, Refusal> {
        Ok(Ask::on_policy(Self::ACTION, &input.policy_arn, view).into())
    }
}

impl Write for SetDefaultPolicyVersion {
    fn run(input: &SetDefaultPolicyVersionInput, change: &mut Change<'_>) -> Result<(), Refusal> {
        let arn = parameter::policy_arn(&input.policy_arn)?;
        change.edit.set_default_policy_version(&arn, &input.version_id)?;
        Ok(())
    }
}

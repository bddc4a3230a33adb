//! CreatePolicyVersion. Answers without the document.

use lanyard_aws_api::iam::{self, CreatePolicyVersionInput, CreatePolicyVersionOutput};
use lanyard_directory::NewPolicyVersion;

use crate::change::Change;
use crate::error::Refusal;
use crate::iam::parameter;
use crate::iam::shapes;
use crate::operation::{Described, Write};
use crate::subject::{Ask, Subject};
use crate::view::View;

pub(crate) struct CreatePolicyVersion;

impl Described for CreatePolicyVersion {
    type Model = iam::CreatePolicyVersion;

    fn subject(input: &CreatePolicyVersionInput, view: &View<'_>) -> Result<Subject, Refusal> {
        Ok(Ask::on_policy(Self::ACTION, &input.policy_arn, view).into())
    }
}

impl Write for CreatePolicyVersion {
    fn run(
        input: &CreatePolicyVersionInput,
        change: &mut Change<'_>,
    ) -> Result<CreatePolicyVersionOutput, Refusal> {
        let arn = parameter::policy_arn(&input.policy_arn)?;
        let is_default = input.set_as_default.unwrap_or(false);
        let new = NewPolicyVersion {
            text: Change::shared(&input.policy_document),
            is_default,
            created: change.now,
        };
        let version = change.edit.create_policy_version(&arn, new)?;
        Ok(CreatePolicyVersionOutput {
            policy_version: Some(shapes::policy_version(&version, is_default, false)),
        })
    }
}

//! GetPolicyVersion, of this account or of AWS, with its document.

use lanyard_aws_api::iam::{self, GetPolicyVersionInput, GetPolicyVersionOutput};

use crate::error::Refusal;
use crate::iam::parameter;
use crate::iam::policy::any;
use crate::operation::{Described, Read};
use crate::subject::{Ask, Subject};
use crate::view::View;

pub(crate) struct GetPolicyVersion;

impl Described for GetPolicyVersion {
    type Model = iam::GetPolicyVersion;

    fn subject(input: &GetPolicyVersionInput, view: &View<'_>) -> Result<Subject, Refusal> {
        Ok(Ask::on_policy(Self::ACTION, &input.policy_arn, view).into())
    }
}

impl Read for GetPolicyVersion {
    fn run(input: &GetPolicyVersionInput, view: &View<'_>) -> Result<GetPolicyVersionOutput, Refusal> {
        let arn = parameter::policy_arn(&input.policy_arn)?;
        Ok(GetPolicyVersionOutput {
            policy_version: Some(any::version(&arn, &input.version_id, view.account)?),
        })
    }
}

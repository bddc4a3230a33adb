//! GetPolicy, of this account or of AWS.

use lanyard_aws_api::iam::{self, GetPolicyInput, GetPolicyOutput};

use crate::error::Refusal;
use crate::iam::parameter;
use crate::iam::policy::any;
use crate::operation::{Described, Read};
use crate::subject::{Ask, Subject};
use crate::view::View;

pub(crate) struct GetPolicy;

impl Described for GetPolicy {
    type Model = iam::GetPolicy;

    fn subject(input: &GetPolicyInput, view: &View<'_>) -> Result<Subject, Refusal> {
        Ok(Ask::on_policy(Self::ACTION, &input.policy_arn, view).into())
    }
}

impl Read for GetPolicy {
    fn run(input: &GetPolicyInput, view: &View<'_>) -> Result<GetPolicyOutput, Refusal> {
        let arn = parameter::policy_arn(&input.policy_arn)?;
        Ok(GetPolicyOutput {
            policy: Some(any::shown(&arn, view.account)?),
        })
    }
}

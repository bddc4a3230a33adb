//! GetCallerIdentity. Nothing has to be allowed, and nothing can deny it.

use lanyard_aws_api::sts::{self, GetCallerIdentityInput, GetCallerIdentityOutput};

use crate::error::Refusal;
use crate::operation::{Described, Read};
use crate::subject::Subject;
use crate::view::View;

pub(crate) struct GetCallerIdentity;

impl Described for GetCallerIdentity {
    type Model = sts::GetCallerIdentity;

    // Evidence: the public API reference: no permission is needed, and an explicit deny has no effect.
    fn subject(_: &GetCallerIdentityInput, _: &View<'_>) -> Result<Subject, Refusal> {
        Ok(Subject::open())
    }
}

impl Read for GetCallerIdentity {
    fn run(_: &GetCallerIdentityInput, view: &View<'_>) -> Result<GetCallerIdentityOutput, Refusal> {
        let caller = view.caller;
        Ok(GetCallerIdentityOutput {
            user_id: Some(caller.user_id.to_string()),
            account: Some(caller.account.to_string()),
            arn: Some(caller.arn.to_string()),
        })
    }
}

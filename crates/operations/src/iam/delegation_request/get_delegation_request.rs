//! GetDelegationRequest. There is none to tell of.

use lanyard_aws_api::iam::{self, GetDelegationRequestInput, GetDelegationRequestOutput};

use super::request;
use crate::error::Refusal;
use crate::operation::{Described, Read};
use crate::subject::Subject;
use crate::view::View;

pub(crate) struct GetDelegationRequest;

impl Described for GetDelegationRequest {
    type Model = iam::GetDelegationRequest;

    fn subject(input: &GetDelegationRequestInput, view: &View<'_>) -> Result<Subject, Refusal> {
        Ok(request::ask(Self::ACTION, &input.delegation_request_id, view).into())
    }
}

impl Read for GetDelegationRequest {
    fn run(input: &GetDelegationRequestInput, _: &View<'_>) -> Result<GetDelegationRequestOutput, Refusal> {
        Err(Refusal::no_such_delegation_request(&input.delegation_request_id))
    }
}

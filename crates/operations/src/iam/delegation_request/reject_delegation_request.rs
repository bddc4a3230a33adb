//! RejectDelegationRequest. There is none to reject.

use lanyard_aws_api::iam::{self, RejectDelegationRequestInput};

use super::request;
use crate::change::Change;
use crate::error::Refusal;
use crate::operation::{Described, Write};
use crate::subject::Subject;
use crate::view::View;

pub(crate) struct RejectDelegationRequest;

impl Described for RejectDelegationRequest {
    type Model = iam::RejectDelegationRequest;

    fn subject(input: &RejectDelegationRequestInput, view: &View<'_>) -> Result<Subject, Refusal> {
        Ok(request::ask(Self::ACTION, &input.delegation_request_id, view).into())
    }
}

impl Write for RejectDelegationRequest {
    fn run(input: &RejectDelegationRequestInput, _: &mut Change<'_>) -> Result<(), Refusal> {
        Err(Refusal::no_such_delegation_request(&input.delegation_request_id))
    }
}

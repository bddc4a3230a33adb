//! AcceptDelegationRequest. There is none to accept.

use lanyard_aws_api::iam::{self, AcceptDelegationRequestInput};

use super::request;
use crate::change::Change;
use crate::error::Refusal;
use crate::operation::{Described, Write};
use crate::subject::Subject;
use crate::view::View;

pub(crate) struct AcceptDelegationRequest;

impl Described for AcceptDelegationRequest {
    type Model = iam::AcceptDelegationRequest;

    fn subject(input: &AcceptDelegationRequestInput, view: &View<'_>) -> Result<Subject, Refusal> {
        Ok(request::ask(Self::ACTION, &input.delegation_request_id, view).into())
    }
}

impl Write for AcceptDelegationRequest {
    fn run(input: &AcceptDelegationRequestInput, _: &mut Change<'_>) -> Result<(), Refusal> {
        Err(Refusal::no_such_delegation_request(&input.delegation_request_id))
    }
}

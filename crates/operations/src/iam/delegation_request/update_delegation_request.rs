//! UpdateDelegationRequest. There is none to add notes to.

use lanyard_aws_api::iam::{self, UpdateDelegationRequestInput};

use super::request;
use crate::change::Change;
use crate::error::Refusal;
use crate::operation::{Described, Write};
use crate::subject::Subject;
use crate::view::View;

pub(crate) struct UpdateDelegationRequest;

impl Described for UpdateDelegationRequest {
    type Model = iam::UpdateDelegationRequest;

    fn subject(input: &UpdateDelegationRequestInput, view: &View<'_>) -> Result<Subject, Refusal> {
        Ok(request::ask(Self::ACTION, &input.delegation_request_id, view).into())
    }
}

impl Write for UpdateDelegationRequest {
    fn run(input: &UpdateDelegationRequestInput, _: &mut Change<'_>) -> Result<(), Refusal> {
        Err(Refusal::no_such_delegation_request(&input.delegation_request_id))
    }
}

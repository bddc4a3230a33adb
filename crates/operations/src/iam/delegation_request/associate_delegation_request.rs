//! AssociateDelegationRequest. There is none to take over.

use lanyard_aws_api::iam::{self, AssociateDelegationRequestInput};

use super::request;
use crate::change::Change;
use crate::error::Refusal;
use crate::operation::{Described, Write};
use crate::subject::Subject;
use crate::view::View;

pub(crate) struct AssociateDelegationRequest;

impl Described for AssociateDelegationRequest {
    type Model = iam::AssociateDelegationRequest;

    fn subject(input: &AssociateDelegationRequestInput, view: &View<'_>) -> Result<Subject, Refusal> {
        Ok(request::ask(Self::ACTION, &input.delegation_request_id, view).into())
    }
}

impl Write for AssociateDelegationRequest {
    fn run(input: &AssociateDelegationRequestInput, _: &mut Change<'_>) -> Result<(), Refusal> {
        Err(Refusal::no_such_delegation_request(&input.delegation_request_id))
    }
}

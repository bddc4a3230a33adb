//! SendDelegationToken. There is no request whose token could be sent.

use lanyard_aws_api::iam::{self, SendDelegationTokenInput};

use super::request;
use crate::change::Change;
use crate::error::Refusal;
use crate::operation::{Described, Write};
use crate::subject::Subject;
use crate::view::View;

pub(crate) struct SendDelegationToken;

impl Described for SendDelegationToken {
    type Model = iam::SendDelegationToken;

    fn subject(input: &SendDelegationTokenInput, view: &View<'_>) -> Result<Subject, Refusal> {
        Ok(request::ask(Self::ACTION, &input.delegation_request_id, view).into())
    }
}

impl Write for SendDelegationToken {
    fn run(input: &SendDelegationTokenInput, _: &mut Change<'_>) -> Result<(), Refusal> {
        Err(Refusal::no_such_delegation_request(&input.delegation_request_id))
    }
}

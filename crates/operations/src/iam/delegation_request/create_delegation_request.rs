//! CreateDelegationRequest. AWS makes requests of partners that it has onboarded, and here are none: whoever may
//! create requests is told so. A request has no id before it is made, so that the decision is on all of the account.

use lanyard_aws_api::iam::{self, CreateDelegationRequestInput, CreateDelegationRequestOutput};

use crate::change::Change;
use crate::error::Refusal;
use crate::operation::{Described, Write};
use crate::subject::{Ask, Subject, unplaced};
use crate::view::View;

pub(crate) struct CreateDelegationRequest;

impl Described for CreateDelegationRequest {
    type Model = iam::CreateDelegationRequest;

    fn subject(input: &CreateDelegationRequestInput, view: &View<'_>) -> Result<Subject, Refusal> {
        let mut ask = Ask::on(Self::ACTION, unplaced("delegation-request", "*", view), view);
        let keys = &mut ask.keys;
        keys.insert("iam:DelegationDuration", input.session_duration.to_string());
        keys.insert("iam:NotificationChannel", input.notification_channel.clone());
        if let Some(template) = &input.permissions.policy_template_arn {
            keys.insert("iam:TemplateArn", template.clone());
        }
        Ok(ask.into())
    }
}

impl Write for CreateDelegationRequest {
    fn run(
        _: &CreateDelegationRequestInput,
        change: &mut Change<'_>,
    ) -> Result<CreateDelegationRequestOutput, Refusal> {
        Err(Refusal::not_a_partner(change.edit.view().id()))
    }
}

//! GetMFADevice. Decided on the user. A device of somebody else is answered as one that does not exist.

use lanyard_aws_api::iam::{self, GetMFADeviceInput, GetMFADeviceOutput};

use super::holder;
use crate::error::Refusal;
use crate::operation::{Described, Read};
use crate::subject::Subject;
use crate::view::View;

pub(crate) struct GetMFADevice;

impl Described for GetMFADevice {
    type Model = iam::GetMFADevice;

    fn subject(input: &GetMFADeviceInput, view: &View<'_>) -> Result<Subject, Refusal> {
        let holder = holder::named(input.user_name.as_deref(), view.caller, view.account)?;
        Ok(holder::ask(holder, Self::ACTION, view).into())
    }
}

impl Read for GetMFADevice {
    fn run(input: &GetMFADeviceInput, view: &View<'_>) -> Result<GetMFADeviceOutput, Refusal> {
        let holder = holder::named(input.user_name.as_deref(), view.caller, view.account)?;
        let device = holder::device(holder, &input.serial_number, view.account)?;
        let owner = device.owner();
        Ok(GetMFADeviceOutput {
            user_name: owner
                .and_then(|owner| holder::user_name(owner, view.account))
                .map(str::to_owned),
            serial_number: device.serial.to_string(),
            enable_date: device.assigned.map(|assignment| assignment.enabled),
            // Only security keys are certified.
            certifications: None,
        })
    }
}

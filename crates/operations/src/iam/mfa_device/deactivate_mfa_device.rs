//! DeactivateMFADevice. Decided on the user, who has to show a device to do so themselves. The device is nobody's afterwards, and can be enabled again.

use lanyard_aws_api::iam::{self, DeactivateMFADeviceInput};

use super::holder;
use crate::change::Change;
use crate::error::Refusal;
use crate::operation::{Described, Write};
use crate::subject::Subject;
use crate::view::View;

pub(crate) struct DeactivateMFADevice;

impl Described for DeactivateMFADevice {
    type Model = iam::DeactivateMFADevice;

    fn subject(input: &DeactivateMFADeviceInput, view: &View<'_>) -> Result<Subject, Refusal> {
        let holder = holder::named(input.user_name.as_deref(), view.caller, view.account)?;
        Ok(holder::ask(holder, Self::ACTION, view).into())
    }
}

impl Write for DeactivateMFADevice {
    fn run(input: &DeactivateMFADeviceInput, change: &mut Change<'_>) -> Result<(), Refusal> {
        let holder = holder::named(input.user_name.as_deref(), change.caller, change.edit.view())?;
        holder::check_self(holder, change.caller, change.edit.view())?;
        Ok(change.edit.deactivate_mfa_device(holder, &input.serial_number)?)
    }
}

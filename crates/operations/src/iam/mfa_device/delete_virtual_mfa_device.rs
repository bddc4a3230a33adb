//! DeleteVirtualMFADevice. Decided on the device, which must be nobody's.

use lanyard_aws_api::iam::{self, DeleteVirtualMFADeviceInput};

use super::holder;
use crate::change::Change;
use crate::error::Refusal;
use crate::operation::{Described, Write};
use crate::subject::Subject;
use crate::view::View;

pub(crate) struct DeleteVirtualMFADevice;

impl Described for DeleteVirtualMFADevice {
    type Model = iam::DeleteVirtualMFADevice;

    fn subject(input: &DeleteVirtualMFADeviceInput, view: &View<'_>) -> Result<Subject, Refusal> {
        Ok(holder::ask_on_device(Self::ACTION, &input.serial_number, view).into())
    }
}

impl Write for DeleteVirtualMFADevice {
    fn run(input: &DeleteVirtualMFADeviceInput, change: &mut Change<'_>) -> Result<(), Refusal> {
        Ok(change.edit.delete_mfa_device(&input.serial_number)?)
    }
}

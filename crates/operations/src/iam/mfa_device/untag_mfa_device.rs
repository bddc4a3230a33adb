//! UntagMFADevice. Keys that the device does not have are passed over.

use lanyard_aws_api::iam::{self, UntagMFADeviceInput};
use lanyard_directory::Taggable;

use super::holder;
use crate::change::Change;
use crate::error::Refusal;
use crate::iam::family::tags;
use crate::operation::{Described, Write};
use crate::subject::Subject;
use crate::view::View;

pub(crate) struct UntagMFADevice;

impl Described for UntagMFADevice {
    type Model = iam::UntagMFADevice;

    fn subject(input: &UntagMFADeviceInput, view: &View<'_>) -> Result<Subject, Refusal> {
        let ask = holder::ask_on_device(Self::ACTION, &input.serial_number, view);
        Ok(ask.tag_keys(&input.tag_keys).into())
    }
}

impl Write for UntagMFADevice {
    fn run(input: &UntagMFADeviceInput, change: &mut Change<'_>) -> Result<(), Refusal> {
        tags::remove(Taggable::MfaDevice(&input.serial_number), &input.tag_keys, change)
    }
}

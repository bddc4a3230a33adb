//! TagMFADevice. Tags of the same keys are replaced.

use lanyard_aws_api::iam::{self, TagMFADeviceInput};
use lanyard_directory::Taggable;

use super::holder;
use crate::change::Change;
use crate::error::Refusal;
use crate::iam::family::tags;
use crate::operation::{Described, Write};
use crate::subject::Subject;
use crate::view::View;

pub(crate) struct TagMFADevice;

impl Described for TagMFADevice {
    type Model = iam::TagMFADevice;

    fn subject(input: &TagMFADeviceInput, view: &View<'_>) -> Result<Subject, Refusal> {
        let ask = holder::ask_on_device(Self::ACTION, &input.serial_number, view);
        Ok(ask.request_tags(Some(&input.tags)).into())
    }
}

impl Write for TagMFADevice {
    fn run(input: &TagMFADeviceInput, change: &mut Change<'_>) -> Result<(), Refusal> {
        tags::put(Taggable::MfaDevice(&input.serial_number), &input.tags, change)
    }
}

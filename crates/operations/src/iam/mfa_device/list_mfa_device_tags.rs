//! ListMFADeviceTags, which lists the tags of a device in order of their keys.

use lanyard_aws_api::iam::{self, ListMFADeviceTagsInput, ListMFADeviceTagsOutput};

use super::holder;
use crate::error::Refusal;
use crate::iam::family::tags;
use crate::operation::{Described, Read};
use crate::subject::Subject;
use crate::view::View;

pub(crate) struct ListMFADeviceTags;

impl Described for ListMFADeviceTags {
    type Model = iam::ListMFADeviceTags;

    fn subject(input: &ListMFADeviceTagsInput, view: &View<'_>) -> Result<Subject, Refusal> {
        Ok(holder::ask_on_device(Self::ACTION, &input.serial_number, view).into())
    }
}

impl Read for ListMFADeviceTags {
    fn run(input: &ListMFADeviceTagsInput, view: &View<'_>) -> Result<ListMFADeviceTagsOutput, Refusal> {
        let device = holder::find_virtual(&input.serial_number, view.account)?;
        let paged = tags::list(&device.tags, input.marker.as_deref(), input.max_items)?;
        Ok(ListMFADeviceTagsOutput {
            is_truncated: Some(paged.is_truncated()),
            tags: paged.items,
            marker: paged.marker,
        })
    }
}

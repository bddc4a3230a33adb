//! ListMFADevices, in order of serial number. Decided on the user named, or on the caller itself.

use lanyard_aws_api::iam::{self, ListMFADevicesInput, ListMFADevicesOutput, MFADevice};

use super::holder;
use crate::error::Refusal;
use crate::operation::{Described, Read};
use crate::page::Page;
use crate::subject::Subject;
use crate::view::View;

pub(crate) struct ListMFADevices;

impl Described for ListMFADevices {
    type Model = iam::ListMFADevices;

    fn subject(input: &ListMFADevicesInput, view: &View<'_>) -> Result<Subject, Refusal> {
        let holder = holder::named(input.user_name.as_deref(), view.caller, view.account)?;
        Ok(holder::ask(holder, Self::ACTION, view).into())
    }
}

impl Read for ListMFADevices {
    fn run(input: &ListMFADevicesInput, view: &View<'_>) -> Result<ListMFADevicesOutput, Refusal> {
        let holder = holder::named(input.user_name.as_deref(), view.caller, view.account)?;
        let (owner, _) = holder::owner(holder, view.account)?;
        let page = Page::asked(input.marker.as_deref(), input.max_items)?;
        let devices = view.account.mfa_devices_of(owner).filter_map(|device| {
            let assignment = device.assigned?;
            Some(MFADevice {
                // The root user has no name, and the member is required.
                user_name: holder::user_name(assignment.owner, view.account)
                    .unwrap_or_default()
                    .to_owned(),
                serial_number: device.serial.to_string(),
                enable_date: assignment.enabled,
            })
        });
        let paged = page.cut_sorted(devices, |device| device.serial_number.clone());
        Ok(ListMFADevicesOutput {
            is_truncated: Some(paged.is_truncated()),
            mfa_devices: paged.items,
            marker: paged.marker,
        })
    }
}

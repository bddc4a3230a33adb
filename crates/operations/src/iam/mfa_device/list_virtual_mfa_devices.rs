//! ListVirtualMFADevices, in order of serial number; without seeds and tags. It takes no resource.

use std::sync::Arc;

use lanyard_aws_api::iam::{
    self, AssignmentStatusType, ListVirtualMFADevicesInput, ListVirtualMFADevicesOutput, VirtualMFADevice,
};
use lanyard_directory::{KeyOwner, MfaDevice};

use crate::error::Refusal;
use crate::iam::shapes;
use crate::operation::{Described, Read};
use crate::page::Page;
use crate::subject::{Ask, Subject};
use crate::view::View;

pub(crate) struct ListVirtualMFADevices;

impl Described for ListVirtualMFADevices {
    type Model = iam::ListVirtualMFADevices;

    fn subject(_: &ListVirtualMFADevicesInput, view: &View<'_>) -> Result<Subject, Refusal> {
        Ok(Ask::on_anything(Self::ACTION, view).into())
    }
}

impl Read for ListVirtualMFADevices {
    fn run(
        input: &ListVirtualMFADevicesInput,
        view: &View<'_>,
    ) -> Result<ListVirtualMFADevicesOutput, Refusal> {
        let page = Page::asked(input.marker.as_deref(), input.max_items)?;
        let paged = page.cut(
            devices(input, view, page.after()).filter(|device| !device.is_hardware()),
            |device| device.serial.to_string(),
        );
        let paged = paged.map(|device| VirtualMFADevice {
            serial_number: device.serial.to_string(),
            base32_string_seed: None,
            qr_code_png: None,
            user: device.owner().and_then(|owner| user(owner, view)),
            enable_date: device.assigned.map(|assignment| assignment.enabled),
            tags: None,
        });
        Ok(ListVirtualMFADevicesOutput {
            is_truncated: Some(paged.is_truncated()),
            virtual_mfa_devices: paged.items,
            marker: paged.marker,
        })
    }
}

/// Those of which it depends on their owner whether they are wanted.
fn devices<'a: 'b, 'b>(
    input: &ListVirtualMFADevicesInput,
    view: &View<'a>,
    after: Option<&'b str>,
) -> Box<dyn Iterator<Item = &'a Arc<MfaDevice>> + 'b> {
    match input.assignment_status {
        Some(AssignmentStatusType::Assigned) => Box::new(view.account.mfa_devices_assigned(true, after)),
        Some(AssignmentStatusType::Unassigned) => Box::new(view.account.mfa_devices_assigned(false, after)),
        Some(AssignmentStatusType::Any) | None => Box::new(view.account.mfa_devices(after)),
    }
}

fn user(owner: KeyOwner, view: &View<'_>) -> Option<iam::User> {
    match owner {
        KeyOwner::Root => Some(shapes::root_user(view.account)),
        KeyOwner::User(id) => view.account.user_by_id(id).map(|user| shapes::listed_user(user)),
    }
}

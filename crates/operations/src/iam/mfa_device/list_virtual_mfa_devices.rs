//! ListVirtualMFADevices, in order of serial number; without seeds and tags. It takes no resource.

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
        let is_wanted = |device: &MfaDevice| match input.assignment_status {
            _ if device.is_hardware() => false,
            Some(AssignmentStatusType::Assigned) => device.assigned.is_some(),
            Some(AssignmentStatusType::Unassigned) => device.assigned.is_none(),
            Some(AssignmentStatusType::Any) | None => true,
        };
        let page = Page::asked(input.marker.as_deref(), input.max_items)?;
        let devices = view.account.mfa_devices(page.after());
        let paged = page.cut(devices.filter(|device| is_wanted(device)), |device| {
            device.serial.to_string()
        });
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

fn user(owner: KeyOwner, view: &View<'_>) -> Option<iam::User> {
    match owner {
        KeyOwner::Root => Some(shapes::root_user(view.account)),
        KeyOwner::User(id) => view.account.user_by_id(id).map(|user| shapes::listed_user(user)),
    }
}

//! ListMFADevices. Users have no MFA devices yet: the answer is an empty list, or that there is no such user.

use lanyard_aws_api::iam::{self, ListMFADevicesInput, ListMFADevicesOutput};

use crate::error::Refusal;
use crate::iam::none::of_user;
use crate::operation::{Described, Read};
use crate::page::Page;
use crate::subject::Subject;
use crate::view::View;

pub(crate) struct ListMFADevices;

impl Described for ListMFADevices {
    type Model = iam::ListMFADevices;

    fn subject(input: &ListMFADevicesInput, view: &View<'_>) -> Result<Subject, Refusal> {
        of_user::subject(Self::ACTION, input.user_name.as_deref(), view)
    }
}

impl Read for ListMFADevices {
    fn run(input: &ListMFADevicesInput, view: &View<'_>) -> Result<ListMFADevicesOutput, Refusal> {
        of_user::must_exist(input.user_name.as_deref(), view)?;
        Page::asked(input.marker.as_deref(), input.max_items)?;
        Ok(ListMFADevicesOutput {
            mfa_devices: Vec::new(),
            is_truncated: Some(false),
            marker: None,
        })
    }
}

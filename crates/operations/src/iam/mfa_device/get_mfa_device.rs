//! GetMFADevice. Decided on the user. It tells of security keys, of which there are none here: about devices that show
//! codes it is the wrong one to ask. Evidence: a recorded answer, and the public API reference.

use lanyard_aws_api::iam::{self, GetMFADeviceInput, GetMFADeviceOutput};
use lanyard_directory::DirectoryError;
use lanyard_names::arn::EntityArn;

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
        let (owner, _) = holder::owner(holder, view.account)?;
        let device = view.account.mfa_device(&input.serial_number);
        let is_theirs = device.is_some_and(|device| device.owner() == Some(owner));
        Err(match EntityArn::parse(&input.serial_number) {
            Ok(EntityArn::MfaDevice { .. }) => Refusal::not_a_security_key(),
            _ if is_theirs => Refusal::not_a_security_key(),
            _ => DirectoryError::NotTheirMfaDevice(input.serial_number.as_str().into()).into(),
        })
    }
}

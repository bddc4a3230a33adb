//! EnableMFADevice. Decided on the user, who has to show a device to get another. Two codes in a row prove that the
//! device is set up; both are used up by it.

use lanyard_aws_api::iam::{self, EnableMFADeviceInput};
use lanyard_directory::DirectoryError;

use super::holder;
use super::two_codes::{self, TwoCodes};
use crate::change::Change;
use crate::error::Refusal;
use crate::operation::{Described, PreparedWrite};
use crate::services::Services;
use crate::subject::Subject;
use crate::view::View;

pub(crate) struct EnableMFADevice;

impl Described for EnableMFADevice {
    type Model = iam::EnableMFADevice;

    fn subject(input: &EnableMFADeviceInput, view: &View<'_>) -> Result<Subject, Refusal> {
        let holder = holder::named(Some(&input.user_name), view.caller, view.account)?;
        Ok(holder::ask(holder, Self::ACTION, view).into())
    }
}

impl PreparedWrite for EnableMFADevice {
    type Prepared = TwoCodes;

    async fn prepare(
        input: &EnableMFADeviceInput,
        view: &View<'_>,
        services: &Services,
    ) -> Result<TwoCodes, Refusal> {
        let holder = holder::named(Some(&input.user_name), view.caller, view.account)?;
        let (owner, _) = holder::owner(holder, view.account)?;
        holder::check_self(holder, view.caller, view.account)?;
        let device = holder::find(&input.serial_number, view.account)?;
        match device.owner() {
            None => {}
            Some(other) if other == owner => return Err(Refusal::mfa_device_is_theirs(&input.user_name)),
            Some(_) => {
                return Err(DirectoryError::MfaDeviceInUse(input.serial_number.as_str().into()).into());
            }
        }
        let (first, second) = (&input.authentication_code1, &input.authentication_code2);
        TwoCodes::check(first, second, device, view, services)
    }

    fn run(input: &EnableMFADeviceInput, codes: &TwoCodes, change: &mut Change<'_>) -> Result<(), Refusal> {
        let holder = holder::named(Some(&input.user_name), change.caller, change.edit.view())?;
        holder::check_self(holder, change.caller, change.edit.view())?;
        let device = holder::find(&input.serial_number, change.edit.view())?;
        let clock = codes.clock_of(device)?;
        let now = change.now;
        change
            .edit
            .enable_mfa_device(holder, &input.serial_number, clock, now)
            .map_err(two_codes::used)
    }
}

//! EnableMFADevice. Decided on the user, who has to show a device to get another. Two codes in a row prove that the device is set up; both are used up by it.

use lanyard_access::Accepted;
use lanyard_aws_api::iam::{self, EnableMFADeviceInput};
use lanyard_directory::{DirectoryError, MfaClock, SealedSecret};

use super::holder;
use crate::change::Change;
use crate::error::Refusal;
use crate::operation::{Described, PreparedWrite};
use crate::services::Services;
use crate::subject::Subject;
use crate::view::View;

pub(crate) struct EnableMFADevice;

/// What the codes showed, and of which seed.
pub(crate) struct Proven {
    pub(crate) clock: MfaClock,
    pub(crate) seed: SealedSecret,
}

impl Described for EnableMFADevice {
    type Model = iam::EnableMFADevice;

    fn subject(input: &EnableMFADeviceInput, view: &View<'_>) -> Result<Subject, Refusal> {
        let holder = holder::named(Some(&input.user_name), view.caller, view.account)?;
        Ok(holder::ask(holder, Self::ACTION, view).into())
    }
}

impl PreparedWrite for EnableMFADevice {
    type Prepared = Proven;

    async fn prepare(
        input: &EnableMFADeviceInput,
        view: &View<'_>,
        services: &Services,
    ) -> Result<Proven, Refusal> {
        let holder = holder::named(Some(&input.user_name), view.caller, view.account)?;
        let owner = holder::owner(holder, view.account)?;
        holder::check_self(holder, view.caller, view.account)?;
        let device = holder::find(&input.serial_number, view.account)?;
        match device.owner() {
            None => {}
            Some(other) if other == owner => return Err(Refusal::mfa_device_is_theirs(&input.user_name)),
            Some(_) => {
                return Err(DirectoryError::MfaDeviceInUse(input.serial_number.as_str().into()).into());
            }
        }
        let codes = (
            input.authentication_code1.as_str(),
            input.authentication_code2.as_str(),
        );
        let Accepted { step, drift } = services
            .second_factors
            .check_pair(view.account, device, codes, view.now)
            .map_err(holder::refused)?;
        Ok(Proven {
            clock: MfaClock { step, drift },
            seed: device.seed.clone(),
        })
    }

    fn run(input: &EnableMFADeviceInput, proven: &Proven, change: &mut Change<'_>) -> Result<(), Refusal> {
        let holder = holder::named(Some(&input.user_name), change.caller, change.edit.view())?;
        holder::check_self(holder, change.caller, change.edit.view())?;
        let device = holder::find(&input.serial_number, change.edit.view())?;
        // Fails closed: a device that was made anew meanwhile has other codes.
        if device.seed != proven.seed {
            return Err(Refusal::invalid_authentication_code());
        }
        let now = change.now;
        change
            .edit
            .enable_mfa_device(holder, &input.serial_number, proven.clock, now)
            .map_err(holder::unused)
    }
}

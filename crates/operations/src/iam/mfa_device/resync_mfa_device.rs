//! ResyncMFADevice. Decided on the user. Two codes in a row tell how far the device's clock is off; both are used up.

use lanyard_access::Accepted;
use lanyard_aws_api::iam::{self, ResyncMFADeviceInput};
use lanyard_directory::MfaClock;

use super::enable_mfa_device::Proven;
use super::holder;
use crate::change::Change;
use crate::error::Refusal;
use crate::operation::{Described, PreparedWrite};
use crate::services::Services;
use crate::subject::Subject;
use crate::view::View;

pub(crate) struct ResyncMFADevice;

impl Described for ResyncMFADevice {
    type Model = iam::ResyncMFADevice;

    fn subject(input: &ResyncMFADeviceInput, view: &View<'_>) -> Result<Subject, Refusal> {
        let holder = holder::named(Some(&input.user_name), view.caller, view.account)?;
        Ok(holder::ask(holder, Self::ACTION, view).into())
    }
}

impl PreparedWrite for ResyncMFADevice {
    type Prepared = Proven;

    async fn prepare(
        input: &ResyncMFADeviceInput,
        view: &View<'_>,
        services: &Services,
    ) -> Result<Proven, Refusal> {
        let holder = holder::named(Some(&input.user_name), view.caller, view.account)?;
        let device = holder::device(holder, &input.serial_number, view.account)?;
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

    fn run(input: &ResyncMFADeviceInput, proven: &Proven, change: &mut Change<'_>) -> Result<(), Refusal> {
        let holder = holder::named(Some(&input.user_name), change.caller, change.edit.view())?;
        let device = holder::device(holder, &input.serial_number, change.edit.view())?;
        // Fails closed: a device that was made anew meanwhile has other codes.
        if device.seed != proven.seed {
            return Err(Refusal::invalid_authentication_code());
        }
        change
            .edit
            .resync_mfa_device(holder, &input.serial_number, proven.clock)
            .map_err(holder::unused)
    }
}

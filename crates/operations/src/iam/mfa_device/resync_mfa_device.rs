//! ResyncMFADevice. Decided on the user. Two codes in a row tell how far the device's clock is off; both are used up.

use lanyard_aws_api::iam::{self, ResyncMFADeviceInput};

use super::holder;
use super::two_codes::{self, TwoCodes};
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
    type Prepared = TwoCodes;

    async fn prepare(
        input: &ResyncMFADeviceInput,
        view: &View<'_>,
        services: &Services,
    ) -> Result<TwoCodes, Refusal> {
        let holder = holder::named(Some(&input.user_name), view.caller, view.account)?;
        let device = holder::device(holder, &input.serial_number, view.account)?;
        let (first, second) = (&input.authentication_code1, &input.authentication_code2);
        TwoCodes::check(first, second, device, view, services)
    }

    fn run(input: &ResyncMFADeviceInput, codes: &TwoCodes, change: &mut Change<'_>) -> Result<(), Refusal> {
        let holder = holder::named(Some(&input.user_name), change.caller, change.edit.view())?;
        let device = holder::device(holder, &input.serial_number, change.edit.view())?;
        let clock = codes.clock_of(device)?;
        change
            .edit
            .resync_mfa_device(holder, &input.serial_number, clock)
            .map_err(two_codes::used)
    }
}

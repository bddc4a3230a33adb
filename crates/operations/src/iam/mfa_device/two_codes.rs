//! Two codes in a row, by which a device is enabled and brought into step. They are checked outside the lane, and count
//! inside of it only for the device that they were checked against.

use lanyard_access::{Accepted, SecondFactorError};
use lanyard_directory::{DirectoryError, MfaClock, MfaDevice, SealedSecret};

use crate::error::Refusal;
use crate::services::Services;
use crate::view::View;

/// What two codes in a row showed, and of which seed.
pub(crate) struct TwoCodes {
    clock: MfaClock,
    seed: SealedSecret,
}

impl TwoCodes {
    /// Checks two codes against a device.
    pub(super) fn check(
        first: &str,
        second: &str,
        device: &MfaDevice,
        view: &View<'_>,
        services: &Services,
    ) -> Result<Self, Refusal> {
        let Accepted { step, drift } = services
            .second_factors
            .check_pair(view.account, device, (first, second), view.now)
            .map_err(refused)?;
        Ok(Self {
            clock: MfaClock { step, drift },
            seed: device.seed.clone(),
        })
    }

    /// How the clock of the device runs, if it still is the one that was checked.
    // Fails closed: a device that was made anew meanwhile has other codes.
    pub(super) fn clock_of(&self, device: &MfaDevice) -> Result<MfaClock, Refusal> {
        if device.seed != self.seed {
            return Err(Refusal::invalid_authentication_code());
        }
        Ok(self.clock)
    }
}

fn refused(error: SecondFactorError) -> Refusal {
    match error {
        SecondFactorError::NotTheirs | SecondFactorError::WrongCode => Refusal::invalid_authentication_code(),
        other => Refusal::second_factor(other),
    }
}

/// The same where the codes were right, but used meanwhile.
pub(super) fn used(error: DirectoryError) -> Refusal {
    match error {
        DirectoryError::MfaCodeUsed => Refusal::invalid_authentication_code(),
        other => other.into(),
    }
}

//! The codes of second factors, used up: what turns a code that is right into a factor that was shown.
//!
//! Invariants:
//! - A code counts only once its step is durably used up, in the account's lane; so of two requests with one code
//!   exactly one is let on, whatever happens to the server in between, and none after a restart.
//! - A code counts only for a device of whoever shows it. That there is such a device of somebody else is not told.
//! - Wrong codes in a row are counted for the device; while it has to wait, a right one is answered as a wrong one.

use std::sync::Arc;

use jiff::Timestamp;
use lanyard_directory::{Account, Directory, DirectoryError, KeyOwner, MfaDevice, WriteError};
use lanyard_names::AccountId;

use crate::{Accepted, Attempts, Guessed, Place, SecretBytes, Totp, Vault, VaultError};

/// The part of a device that is sealed, as its place names it.
const FIELD: &str = "seed";

/// Why a second factor was not shown.
#[derive(Debug, thiserror::Error)]
pub enum SecondFactorError {
    /// There is no such device, or it is not that of whoever shows its code.
    #[error("the device is not the caller's")]
    NotTheirs,
    /// The code is wrong, was used before, or is not heard because too many were wrong.
    #[error("the code is wrong")]
    WrongCode,
    /// The account is gone.
    #[error("the account is gone")]
    NoAccount,
    /// The code was right but could not be used up.
    #[error("a code could not be used up")]
    Unavailable(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The device's seed cannot be opened.
    #[error(transparent)]
    Vault(#[from] VaultError),
}

/// Checks the codes of devices. Made once, by the server.
#[derive(Debug)]
pub struct SecondFactors {
    directory: Arc<Directory>,
    vault: Arc<Vault>,
    attempts: Attempts,
}

impl SecondFactors {
    /// For the accounts of this directory.
    pub fn new(directory: Arc<Directory>, vault: Arc<Vault>) -> Self {
        Self {
            directory,
            vault,
            attempts: Attempts::new(),
        }
    }

    /// The place where the seed of a device belongs.
    pub fn place(account: AccountId, serial: &str) -> Place<'_> {
        Place {
            account: Some(account),
            entity: serial,
            field: FIELD,
        }
    }

    /// Uses up a code of the device of this serial number, which has to be this owner's. Once it returns, the second
    /// factor was shown.
    pub async fn use_code(
        &self,
        account: &Account,
        owner: KeyOwner,
        serial: &str,
        code: &str,
        now: Timestamp,
    ) -> Result<(), SecondFactorError> {
        let device = account
            .mfa_device(serial)
            .filter(|device| device.owner() == Some(owner))
            .ok_or(SecondFactorError::NotTheirs)?;
        let accepted = self.guess(account, device, now, |totp| totp.verify(code, now))?;
        self.use_step(account, owner, device, accepted.step).await
    }

    /// The same with whichever device of the owner the code is of, for whoever is asked for a code and not for a
    /// serial number.
    pub async fn use_code_of_any(
        &self,
        account: &Account,
        owner: KeyOwner,
        code: &str,
        now: Timestamp,
    ) -> Result<(), SecondFactorError> {
        let mut refused = SecondFactorError::NotTheirs;
        for device in account.mfa_devices_of(owner) {
            match self.guess(account, device, now, |totp| totp.verify(code, now)) {
                Ok(accepted) => return self.use_step(account, owner, device, accepted.step).await,
                Err(wrong) => refused = wrong,
            }
        }
        Err(refused)
    }

    /// Checks two codes in a row, by which a device is enabled or brought into step again. They are used up by
    /// whoever records what was accepted.
    pub fn check_pair(
        &self,
        account: &Account,
        device: &MfaDevice,
        codes: (&str, &str),
        now: Timestamp,
    ) -> Result<Accepted, SecondFactorError> {
        self.guess(account, device, now, |totp| {
            totp.verify_pair(codes.0, codes.1, now)
        })
    }

    /// One guess at the codes of a device.
    fn guess(
        &self,
        account: &Account,
        device: &MfaDevice,
        now: Timestamp,
        verify: impl FnOnce(&Totp<'_>) -> Option<Accepted>,
    ) -> Result<Accepted, SecondFactorError> {
        let guessed = Guessed {
            account: account.id(),
            entity: (*device.serial).into(),
        };
        self.attempts
            .begin(&guessed, now)
            .map_err(|_| SecondFactorError::WrongCode)?;
        let seed = self.seed(account, device)?;
        let totp = Totp {
            seed: &seed,
            drift: device.drift,
            last_step: device.last_step,
        };
        let accepted = verify(&totp).ok_or(SecondFactorError::WrongCode)?;
        self.attempts.was_right(&guessed);
        Ok(accepted)
    }

    fn seed(&self, account: &Account, device: &MfaDevice) -> Result<SecretBytes, VaultError> {
        self.vault
            .unseal(Self::place(account.id(), &device.serial), device.seed.as_bytes())
    }

    /// Makes it durable that a step was used, unless that is so already.
    async fn use_step(
        &self,
        account: &Account,
        owner: KeyOwner,
        device: &MfaDevice,
        step: u64,
    ) -> Result<(), SecondFactorError> {
        let written = self.directory.write(account.id(), |edit| {
            // Another device of the same name has other codes, and one that changed hands other owners.
            let same = edit.view().mfa_device(&device.serial);
            if !same.is_some_and(|same| same.seed == device.seed && same.assigned == device.assigned) {
                return Err(DirectoryError::NotTheirMfaDevice((*device.serial).into()));
            }
            edit.accept_mfa_step(owner, &device.serial, step)?;
            Ok(((), Vec::new()))
        });
        match written.await {
            Ok(_) => Ok(()),
            Err(WriteError::Refused(DirectoryError::NotTheirMfaDevice(_))) => {
                Err(SecondFactorError::NotTheirs)
            }
            Err(WriteError::Refused(_)) => Err(SecondFactorError::WrongCode),
            Err(WriteError::NoSuchAccount(_) | WriteError::AccountExists(_)) => {
                Err(SecondFactorError::NoAccount)
            }
            Err(WriteError::Storage(failed)) => Err(SecondFactorError::Unavailable(Box::new(failed))),
        }
    }
}

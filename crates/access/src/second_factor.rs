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

use crate::{Accepted, Attempts, Guessed, Place, SecretBytes, Totp, Vault, VaultError, totp};

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
        let guess = self.guess(account, device, now, |totp| totp.verify(code, now))?;
        self.use_step(account, owner, device, guess.right()?.step).await
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
        let mut at_others = Vec::new();
        let mut devices = account.mfa_devices_of(owner).peekable();
        if devices.peek().is_none() {
            return Err(SecondFactorError::NotTheirs);
        }
        // Whoever leaves the code out has not guessed.
        if !totp::is_code(code) {
            return Err(SecondFactorError::WrongCode);
        }
        for device in devices {
            match self.guess(account, device, now, |totp| totp.verify(code, now))? {
                Guess::Right(accepted) => {
                    // A code of this device was no guess at the others.
                    for other in &at_others {
                        self.attempts.was_none(other);
                    }
                    return self.use_step(account, owner, device, accepted.step).await;
                }
                Guess::Wrong => at_others.push(guessed(account, device)),
                Guess::NotHeard => {}
            }
        }
        Err(SecondFactorError::WrongCode)
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
        let guess = |totp: &Totp<'_>| totp.verify_pair(codes.0, codes.1, now);
        self.guess(account, device, now, guess)?.right()
    }

    /// One guess at the codes of a device.
    fn guess(
        &self,
        account: &Account,
        device: &MfaDevice,
        now: Timestamp,
        verify: impl FnOnce(&Totp<'_>) -> Option<Accepted>,
    ) -> Result<Guess, VaultError> {
        let guessed = guessed(account, device);
        if self.attempts.begin(&guessed, now).is_err() {
            return Ok(Guess::NotHeard);
        }
        let seed = self.seed(account, device)?;
        let totp = Totp {
            seed: &seed,
            drift: device.drift,
            last_step: device.last_step,
        };
        let Some(accepted) = verify(&totp) else {
            return Ok(Guess::Wrong);
        };
        self.attempts.was_right(&guessed);
        Ok(Guess::Right(accepted))
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

/// What came of a guess at the codes of a device.
enum Guess {
    Right(Accepted),
    Wrong,
    /// Nothing: too many were wrong before.
    NotHeard,
}

impl Guess {
    /// Whoever guessed is not told why it was not right.
    fn right(self) -> Result<Accepted, SecondFactorError> {
        match self {
            Self::Right(accepted) => Ok(accepted),
            Self::Wrong | Self::NotHeard => Err(SecondFactorError::WrongCode),
        }
    }
}

fn guessed(account: &Account, device: &MfaDevice) -> Guessed {
    Guessed {
        account: account.id(),
        entity: (*device.serial).into(),
    }
}

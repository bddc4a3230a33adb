//! The words of `lanyard mfa`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::Place;

/// Hardware MFA devices: enter, list and remove them.
#[derive(Debug, Subcommand)]
pub(crate) enum MfaCommand {
    /// Enter a device with its seed
    #[command(name = "add-hardware")]
    Add(MfaAddHardwareFlags),
    /// List the devices and whose they are
    #[command(name = "list-hardware")]
    List(MfaListHardwareFlags),
    /// Forget a device that is nobody's
    #[command(name = "remove-hardware")]
    Remove(MfaRemoveHardwareFlags),
}

const ADD_HELP: &str = "\
A device shows six digits that change every 30 seconds (RFC 6238, SHA-1). Its
serial number is on its back; its seed comes from whoever sold it. The seed is
read from a file, never from the command line, and kept sealed; delete the file
afterwards. It is written in base32 or, with --seed-format hex, in hexadecimal;
blanks, dashes and line breaks count for nothing.

The device belongs to the account, and to nobody in it until somebody enables
it with two of its codes:

  aws iam enable-mfa-device --user-name carla --serial-number GAHT12345678 \\
    --authentication-code1 123456 --authentication-code2 654321

Examples:
  lanyard mfa add-hardware --account 111122223333 --serial GAHT12345678 --seed-file seed
  lanyard mfa add-hardware --account 111122223333 --serial GAHT12345678 --seed-file - < seed";

/// Enter a device with its seed.
#[derive(Debug, Args)]
#[command(after_help = ADD_HELP)]
pub(crate) struct MfaAddHardwareFlags {
    /// The account id
    #[arg(long, value_name = "12DIGITS")]
    pub(crate) account: String,
    /// The serial number that is printed on the device
    #[arg(long, value_name = "SERIAL")]
    pub(crate) serial: String,
    /// The file with the seed; - is standard input
    #[arg(long, value_name = "FILE")]
    pub(crate) seed_file: PathBuf,
    /// How the seed is written
    #[arg(long, value_name = "FORMAT", default_value = "base32")]
    pub(crate) seed_format: SeedFormat,
    /// Print one JSON object
    #[arg(long)]
    pub(crate) json: bool,
    /// Which server.
    #[command(flatten)]
    pub(crate) place: Place,
}

/// How a seed is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum SeedFormat {
    /// RFC 4648, with or without padding
    Base32,
    /// Two digits a byte
    Hex,
}

/// List the devices and whose they are.
#[derive(Debug, Args)]
pub(crate) struct MfaListHardwareFlags {
    /// The account id [default: all accounts]
    #[arg(long, value_name = "12DIGITS")]
    pub(crate) account: Option<String>,
    /// Print one JSON object with the list
    #[arg(long)]
    pub(crate) json: bool,
    /// Which server.
    #[command(flatten)]
    pub(crate) place: Place,
}

const REMOVE_HELP: &str = "\
A device that is somebody's stays: `aws iam deactivate-mfa-device` takes it away
first. Whoever enters it again later must do so with its seed, and its old codes
could then be used again: enter it for somebody else only if it was reset.

Example:
  lanyard mfa remove-hardware --account 111122223333 --serial GAHT12345678";

/// Forget a device that is nobody's.
#[derive(Debug, Args)]
#[command(after_help = REMOVE_HELP)]
pub(crate) struct MfaRemoveHardwareFlags {
    /// The account id
    #[arg(long, value_name = "12DIGITS")]
    pub(crate) account: String,
    /// The serial number
    #[arg(long, value_name = "SERIAL")]
    pub(crate) serial: String,
    /// Print one JSON object
    #[arg(long)]
    pub(crate) json: bool,
    /// Which server.
    #[command(flatten)]
    pub(crate) place: Place,
}

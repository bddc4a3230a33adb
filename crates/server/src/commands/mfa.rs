//! `lanyard mfa …`: hardware MFA devices, by way of the running server.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use data_encoding::{BASE32_NOPAD, HEXLOWER};
use zeroize::Zeroizing;

use crate::admin::client::ask;
use crate::admin::mfa_device::{
    HardwareMfaAdd, HardwareMfaList, HardwareMfaRemove, ListedHardwareMfa, SeedText,
};
use crate::admin::protocol::{AccountList, AdminRequest};
use crate::cli::{MfaAddHardwareFlags, MfaCommand, MfaListHardwareFlags, MfaRemoveHardwareFlags, SeedFormat};
use crate::exit::CommandError;
use crate::terminal::{Terminal, printable};

/// Longer files are no seeds.
const SEED_FILE_BYTES_MAX: usize = 1_024;

/// Runs one of the commands.
pub(crate) fn run(command: &MfaCommand) -> Result<(), CommandError> {
    match command {
        MfaCommand::Add(flags) => add(flags),
        MfaCommand::List(flags) => list(flags),
        MfaCommand::Remove(flags) => remove(flags),
    }
}

fn add(flags: &MfaAddHardwareFlags) -> Result<(), CommandError> {
    let dir = super::data_dir(&flags.place)?;
    let request = AdminRequest::HardwareMfaAdd(HardwareMfaAdd {
        account: super::account::parse_id(&flags.account)?.to_string(),
        serial: flags.serial.clone(),
        seed: seed(&flags.seed_file, flags.seed_format)?,
    });
    let added: ListedHardwareMfa = ask(&dir, &request)?;
    if flags.json {
        return super::print_json(&added);
    }
    let text = format!(
        "{} belongs to account {}, and to nobody in it yet",
        printable(&added.serial_number),
        added.account_id
    );
    super::printed(Terminal::stdout().line(&text))
}

fn list(flags: &MfaListHardwareFlags) -> Result<(), CommandError> {
    let dir = super::data_dir(&flags.place)?;
    let accounts = match &flags.account {
        Some(account) => vec![super::account::parse_id(account)?.to_string()],
        None => {
            let list: AccountList = ask(&dir, &AdminRequest::AccountList)?;
            let accounts = list.accounts.into_iter();
            accounts.map(|account| account.account_id).collect()
        }
    };
    let mut devices = Vec::new();
    for account in accounts {
        let list: HardwareMfaList = ask(&dir, &AdminRequest::HardwareMfaList { account })?;
        devices.extend(list.devices);
    }
    if flags.json {
        return super::print_json(&HardwareMfaList { devices });
    }
    for device in &devices {
        let user = device.user.as_deref().unwrap_or("-");
        let text = format!(
            "{}  {}  {}",
            device.account_id,
            printable(&device.serial_number),
            printable(user)
        );
        super::printed(Terminal::stdout().line(&text))?;
    }
    Ok(())
}

fn remove(flags: &MfaRemoveHardwareFlags) -> Result<(), CommandError> {
    let dir = super::data_dir(&flags.place)?;
    let request = AdminRequest::HardwareMfaRemove(HardwareMfaRemove {
        account: super::account::parse_id(&flags.account)?.to_string(),
        serial: flags.serial.clone(),
    });
    let removed: ListedHardwareMfa = ask(&dir, &request)?;
    if flags.json {
        return super::print_json(&removed);
    }
    let text = format!("{} is forgotten", printable(&removed.serial_number));
    super::printed(Terminal::stdout().line(&text))
}

/// The seed in a file, as the server takes it. What is wrong with it is told without showing it.
fn seed(path: &Path, format: SeedFormat) -> Result<SeedText, CommandError> {
    let unreadable = |error: io::Error| {
        let name = printable(&path.to_string_lossy());
        CommandError::usage(format!("cannot read {name}: {error}"))
    };
    let mut text = Zeroizing::new(String::with_capacity(SEED_FILE_BYTES_MAX + 1));
    let mut input: Box<dyn Read> = if path == Path::new("-") {
        Box::new(io::stdin())
    } else {
        Box::new(File::open(path).map_err(unreadable)?)
    };
    let mut input = (&mut input).take(SEED_FILE_BYTES_MAX as u64 + 1);
    input.read_to_string(&mut text).map_err(unreadable)?;
    if text.len() > SEED_FILE_BYTES_MAX {
        return Err(CommandError::usage(format!(
            "a file of more than {SEED_FILE_BYTES_MAX} bytes is no seed"
        )));
    }
    Ok(SeedText::new(base32(&text, format)?))
}

/// The seed in base32 without padding, in capitals.
fn base32(text: &str, format: SeedFormat) -> Result<Zeroizing<String>, CommandError> {
    let is_digit = |character: &char| !character.is_whitespace() && *character != '-';
    let digits: Zeroizing<String> = Zeroizing::new(text.chars().filter(is_digit).collect());
    let (seed, name) = match format {
        SeedFormat::Base32 => {
            let digits = Zeroizing::new(digits.trim_end_matches('=').to_ascii_uppercase());
            (BASE32_NOPAD.decode(digits.as_bytes()), "base32")
        }
        SeedFormat::Hex => {
            let digits = Zeroizing::new(digits.to_ascii_lowercase());
            (HEXLOWER.decode(digits.as_bytes()), "hexadecimal")
        }
    };
    let seed = seed.map_err(|_| CommandError::usage(format!("the seed is not written in {name}")))?;
    let seed = Zeroizing::new(seed);
    Ok(Zeroizing::new(BASE32_NOPAD.encode(&seed)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, format: SeedFormat, expected: Option<&str>) {
        let read = base32(text, format).ok();
        assert_eq!(read.as_deref().map(String::as_str), expected, "{text}");
    }

    #[test]
    fn seeds_are_read_however_they_are_spaced() {
        check("mfrg gzdf\n", SeedFormat::Base32, Some("MFRGGZDF"));
        check("MFRGG-ZDFMY======\n", SeedFormat::Base32, Some("MFRGGZDFMY"));
        check("61 62 63 64 65", SeedFormat::Hex, Some("MFRGGZDF"));
        check("6162636465", SeedFormat::Hex, Some("MFRGGZDF"));
        check("MFRGGZD1", SeedFormat::Base32, None);
        check("616", SeedFormat::Hex, None);
    }
}

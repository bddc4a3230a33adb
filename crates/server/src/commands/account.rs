//! `lanyard account …` and `lanyard admin …`: short conversations with the running server.

use lanyard_names::AccountId;

use crate::admin::client::ask;
use crate::admin::protocol::{AccountList, AdminRequest, IssuedKey, QuotaSet};
use crate::cli::{AccountCreateFlags, AccountListFlags, ResetRootFlags, SetQuotaFlags};
use crate::data_dir::DataDir;
use crate::exit::CommandError;
use crate::terminal::{Terminal, printable};

/// `lanyard account create`.
pub(crate) fn create(flags: &AccountCreateFlags) -> Result<(), CommandError> {
    let request = AdminRequest::AccountCreate {
        name: flags.name.clone(),
        id: flags
            .id
            .as_deref()
            .map(parse_id)
            .transpose()?
            .map(|id| id.to_string()),
        root_access_key: flags.root_access_key,
    };
    let key: IssuedKey = ask(&super::data_dir(&flags.place)?, &request)?;
    let whose = if flags.root_access_key {
        "root user"
    } else {
        "administrator \"admin\""
    };
    print_key(
        &key,
        flags.json,
        &format!("Account {} is made. The key of its {whose}:", key.account_id),
    )
}

/// `lanyard account list`.
pub(crate) fn list(flags: &AccountListFlags) -> Result<(), CommandError> {
    let list: AccountList = ask(&super::data_dir(&flags.place)?, &AdminRequest::AccountList)?;
    let text = if flags.json {
        serde_json::to_string(&list).map_err(|error| CommandError::failure(error.to_string()))?
    } else {
        let lines = list.accounts.iter().map(|account| {
            format!(
                "{}  {}  {}",
                account.account_id,
                account.created,
                printable(&account.name)
            )
        });
        lines.collect::<Vec<_>>().join("\n")
    };
    super::printed(Terminal::stdout().line(&text))
}

/// `lanyard account set-quota`.
pub(crate) fn set_quota(flags: &SetQuotaFlags) -> Result<(), CommandError> {
    let request = AdminRequest::SetQuota {
        account: parse_id(&flags.account)?.to_string(),
        quota: flags.quota.clone(),
        value: flags.value,
    };
    let set: QuotaSet = ask(&super::data_dir(&flags.place)?, &request)?;
    super::printed(Terminal::stdout().line(&format!(
        "{} of {} is now {}",
        set.quota, set.account_id, set.value
    )))
}

/// `lanyard admin reset-root`.
pub(crate) fn reset_root(flags: &ResetRootFlags) -> Result<(), CommandError> {
    let request = AdminRequest::ResetRoot {
        account: parse_id(&flags.account)?.to_string(),
    };
    let key: IssuedKey = ask(&super::data_dir(&flags.place)?, &request)?;
    let heading = format!(
        "The root user of {} has a new key; its old ones are gone:",
        key.account_id
    );
    print_key(&key, flags.json, &heading)
}

/// Reads an account id from the command line.
pub(crate) fn parse_id(text: &str) -> Result<AccountId, CommandError> {
    AccountId::parse(text)
        .map_err(|_| CommandError::usage(format!("`{}` is not an account id of 12 digits", printable(text))))
}

/// The same, where it may be left out.
pub(super) fn parse_optional_id(text: Option<&str>) -> Result<Option<String>, CommandError> {
    Ok(text.map(parse_id).transpose()?.map(|id| id.to_string()))
}

/// The account that is named, or the only one there is.
pub(super) fn or_only(text: Option<&str>, dir: &DataDir) -> Result<String, CommandError> {
    if let Some(text) = text {
        return Ok(parse_id(text)?.to_string());
    }
    let list: AccountList = ask(dir, &AdminRequest::AccountList)?;
    match list.accounts.as_slice() {
        [only] => Ok(only.account_id.clone()),
        _ => Err(CommandError::usage(
            "there are several accounts; name one with --account",
        )),
    }
}

/// Prints a key that is shown once.
pub(super) fn print_key(key: &IssuedKey, json: bool, heading: &str) -> Result<(), CommandError> {
    let text = zeroize::Zeroizing::new(if json {
        serde_json::to_string(key).map_err(|error| CommandError::failure(error.to_string()))?
    } else {
        format!(
            "{heading}\n  AccessKeyId      {}\n  SecretAccessKey  {}\nThe secret is shown this once.",
            key.access_key_id,
            key.secret_access_key.as_str()
        )
    });
    super::printed(Terminal::stdout().line(&text))
}

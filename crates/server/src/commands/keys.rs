//! `lanyard keys …`: how old access keys are and may become, and replacing them, by way of the running server.

use crate::admin::client::ask;
use crate::admin::credentials::{
    KeyList, KeyRulesSet, KeysList, KeysRotate, KeysRules, ListedKey, Rotated, RotationStep,
};
use crate::admin::protocol::{AccountList, AdminRequest};
use crate::cli::{KeysCommand, KeysListFlags, KeysRotateFlags, KeysRulesFlags};
use crate::data_dir::DataDir;
use crate::exit::CommandError;
use crate::terminal::{Terminal, printable};

/// Runs one of the commands.
pub(crate) fn run(command: &KeysCommand) -> Result<(), CommandError> {
    match command {
        KeysCommand::List(flags) => list(flags),
        KeysCommand::Rules(flags) => rules(flags),
        KeysCommand::Rotate(flags) => rotate(flags),
    }
}

fn list(flags: &KeysListFlags) -> Result<(), CommandError> {
    let dir = super::data_dir(&flags.place)?;
    let accounts = match &flags.account {
        Some(account) => vec![super::account::parse_id(account)?.to_string()],
        None => {
            let list: AccountList = ask(&dir, &AdminRequest::AccountList)?;
            list.accounts
                .into_iter()
                .map(|account| account.account_id)
                .collect()
        }
    };
    let mut keys = Vec::new();
    for account in &accounts {
        collect(&dir, account, &mut keys)?;
    }
    if flags.json {
        return super::print_json(&KeyList { keys, next: None });
    }
    for key in &keys {
        super::printed(Terminal::stdout().line(&line(key)))?;
    }
    Ok(())
}

fn collect(dir: &DataDir, account: &str, keys: &mut Vec<ListedKey>) -> Result<(), CommandError> {
    let mut after = None;
    loop {
        let request = AdminRequest::KeysList(KeysList {
            account: account.to_owned(),
            after,
        });
        let part: KeyList = ask(dir, &request)?;
        keys.extend(part.keys);
        if part.next.is_none() {
            return Ok(());
        }
        after = part.next;
    }
}

fn line(key: &ListedKey) -> String {
    let user = key.user_name.as_deref().unwrap_or("-");
    let used = key.last_used.as_deref().unwrap_or("never used");
    let line = format!(
        "{}  {}  {}  {} days  {used}",
        key.account_id,
        printable(user),
        key.access_key_id,
        key.age_days,
    );
    if key.flags.is_empty() {
        line
    } else {
        format!("{line}  {}", key.flags.join(","))
    }
}

fn rules(flags: &KeysRulesFlags) -> Result<(), CommandError> {
    let dir = super::data_dir(&flags.place)?;
    let request = AdminRequest::KeysRules(KeysRules {
        account: super::account::or_only(flags.account.as_deref(), &dir)?,
        warn_after: flags.warn_after,
        refuse_after: flags.refuse_after,
        unused_after: flags.unused_after,
    });
    let set: KeyRulesSet = ask(&dir, &request)?;
    if flags.json {
        return super::print_json(&set);
    }
    let after = |days: Option<u32>| days.map_or("never".to_owned(), |days| format!("after {days} days"));
    let mut text = format!(
        "Access keys of {}: warned of {}, refused {}, flagged as unused {}",
        set.account_id,
        after(set.warn_after_days),
        after(set.refuse_after_days),
        after(set.unused_after_days),
    );
    if set.refused_keys > 0 {
        text.push_str(&format!(
            "\n{} active keys are too old and are refused now; `lanyard keys list` shows them",
            set.refused_keys
        ));
    }
    super::printed(Terminal::stdout().line(&text))
}

fn rotate(flags: &KeysRotateFlags) -> Result<(), CommandError> {
    let dir = super::data_dir(&flags.place)?;
    let account = super::account::or_only(flags.account.as_deref(), &dir)?;
    let step = match (flags.finish, flags.delete) {
        (false, _) => RotationStep::Begin,
        (true, false) => RotationStep::Finish,
        (true, true) => RotationStep::Delete,
    };
    let request = AdminRequest::KeysRotate(KeysRotate {
        account: account.clone(),
        user: flags.user.clone(),
        step,
    });
    let rotated: Rotated = ask(&dir, &request)?;
    if flags.json {
        let text =
            serde_json::to_string(&rotated).map_err(|error| CommandError::failure(error.to_string()))?;
        return super::printed(Terminal::stdout().line(&zeroize::Zeroizing::new(text)));
    }
    let (old, user) = (&rotated.old_access_key_id, printable(&flags.user));
    if let Some(key) = &rotated.issued {
        super::account::print_key(key, false, &format!("User {user} has a second key beside {old}:"))?;
        let text = format!(
            "Give it to whoever uses {old}. When it is used everywhere:\n  \
             lanyard keys rotate {user} --account {account} --finish"
        );
        return super::printed(Terminal::stdout().line(&text));
    }
    let done = if step == RotationStep::Delete {
        format!(
            "Key {old} of user {user} is deleted; {} remains",
            rotated.new_access_key_id
        )
    } else {
        let used = rotated.old_last_used.as_deref().unwrap_or("never");
        format!(
            "Key {old} of user {user} is switched off (last used: {used}); {} remains.\n\
             If nobody misses it, delete it:\n  \
             lanyard keys rotate {user} --account {account} --finish --delete",
            rotated.new_access_key_id
        )
    };
    super::printed(Terminal::stdout().line(&done))
}

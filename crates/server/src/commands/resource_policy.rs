//! `lanyard resource-policy …`: short conversations with the running server.

use lanyard_directory::ResourcePolicy;

use crate::admin::client::ask;
use crate::admin::protocol::{AdminRequest, ListedResource, ResourceList, SavedPolicy};
use crate::cli::{PolicyDeleteFlags, PolicyGetFlags, PolicyListFlags, PolicyPutFlags, ResourcePolicyCommand};
use crate::exit::CommandError;
use crate::terminal::{Terminal, printable};

/// Runs one of the commands.
pub(crate) fn run(command: &ResourcePolicyCommand) -> Result<(), CommandError> {
    match command {
        ResourcePolicyCommand::Put(flags) => put(flags),
        ResourcePolicyCommand::Get(flags) => get(flags),
        ResourcePolicyCommand::Delete(flags) => delete(flags),
        ResourcePolicyCommand::List(flags) => list(flags),
    }
}

fn put(flags: &PolicyPutFlags) -> Result<(), CommandError> {
    let policy = super::policy::read(&flags.file)?;
    // Longer ones would only be refused after a journey.
    if policy.len() > ResourcePolicy::BYTES_MAX {
        return Err(CommandError::usage(format!(
            "the policy is longer than {} bytes",
            ResourcePolicy::BYTES_MAX
        )));
    }
    let request = AdminRequest::PolicyPut {
        arn: flags.arn.clone(),
        account: super::account::parse_optional_id(flags.account.as_deref())?,
        policy,
    };
    let set: ListedResource = ask(&super::data_dir(&flags.place)?, &request)?;
    let text = format!(
        "The policy of {} in account {} is saved",
        printable(&set.resource_arn),
        set.account_id
    );
    super::printed(Terminal::stdout().line(&text))
}

fn get(flags: &PolicyGetFlags) -> Result<(), CommandError> {
    let request = AdminRequest::PolicyGet {
        arn: flags.arn.clone(),
        account: super::account::parse_optional_id(flags.account.as_deref())?,
    };
    let saved: SavedPolicy = ask(&super::data_dir(&flags.place)?, &request)?;
    super::printed(Terminal::stdout().line(saved.policy.trim_end()))
}

fn delete(flags: &PolicyDeleteFlags) -> Result<(), CommandError> {
    let request = AdminRequest::PolicyDelete {
        arn: flags.arn.clone(),
        account: super::account::parse_optional_id(flags.account.as_deref())?,
    };
    let gone: ListedResource = ask(&super::data_dir(&flags.place)?, &request)?;
    let text = format!(
        "The policy of {} in account {} is gone",
        printable(&gone.resource_arn),
        gone.account_id
    );
    super::printed(Terminal::stdout().line(&text))
}

fn list(flags: &PolicyListFlags) -> Result<(), CommandError> {
    let account = super::account::parse_optional_id(flags.account.as_deref())?;
    let list: ResourceList = ask(
        &super::data_dir(&flags.place)?,
        &AdminRequest::PolicyList { account },
    )?;
    if flags.json {
        return super::print_json(&list);
    }
    for resource in &list.resources {
        let line = format!("{}  {}", resource.account_id, printable(&resource.resource_arn));
        super::printed(Terminal::stdout().line(&line))?;
    }
    Ok(())
}

//! `lanyard gateway …`: whose the buckets are, by way of the running server; how requests are understood, without one.

mod coverage;
mod explain;
mod seen;
mod suggest;

use lanyard_mapping::aws::ServiceMapping;
use lanyard_service_models::service_models;

use crate::admin::client::ask;
use crate::admin::protocol::{AdminRequest, BucketList, ListedBucket};
use crate::cli::{AdoptFlags, BucketsFlags, GatewayCommand, ReleaseFlags};
use crate::exit::{CommandError, Exit};
use crate::terminal::{Terminal, printable};

/// Runs one of the commands.
pub(crate) fn run(command: &GatewayCommand) -> Result<(), CommandError> {
    match command {
        GatewayCommand::Explain(flags) => explain::run(flags),
        GatewayCommand::Coverage(flags) => coverage::run(flags),
        GatewayCommand::Suggest(flags) => suggest::run(flags),
        GatewayCommand::Adopt(flags) => adopt(flags),
        GatewayCommand::Release(flags) => release(flags),
        GatewayCommand::Buckets(flags) => buckets(flags),
    }
}

/// What Lanyard answers itself.
const ANSWERED_HERE: [&str; 3] = ["iam", "lanyard", "sts"];

/// How requests that are signed for this name are mapped.
fn mapping(service: &str) -> Result<ServiceMapping, CommandError> {
    if ANSWERED_HERE.contains(&service) {
        let message = format!("{service} is answered by Lanyard itself, not by a service behind the gateway");
        return Err(CommandError::usage(message));
    }
    ServiceMapping::new(service).ok_or_else(|| unknown_service(service))
}

/// Nothing is signed for this name. Who looks for a service under another one, or misspells it, is told which it is.
fn unknown_service(name: &str) -> CommandError {
    let message = format!(
        "no service is known for which requests are signed as `{}`",
        printable(name)
    );
    let meant = service_models().like(name);
    let error = CommandError::new(Exit::NotFound, message);
    if meant.is_empty() {
        return error.hint("lanyard gateway coverage lists them all");
    }
    error.hint(format!("it may be {}", meant.join(" or ")))
}

fn adopt(flags: &AdoptFlags) -> Result<(), CommandError> {
    let request = AdminRequest::BucketAdopt {
        bucket: flags.bucket.clone(),
        account: super::account::parse_id(&flags.account)?.to_string(),
    };
    let bucket: ListedBucket = ask(&super::data_dir(&flags.place)?, &request)?;
    let (name, account) = (printable(&bucket.name), &bucket.account_id);
    super::printed(Terminal::stdout().line(&format!("Bucket {name} belongs to account {account}")))
}

fn release(flags: &ReleaseFlags) -> Result<(), CommandError> {
    let request = AdminRequest::BucketRelease {
        bucket: flags.bucket.clone(),
    };
    let bucket: ListedBucket = ask(&super::data_dir(&flags.place)?, &request)?;
    let (name, account) = (printable(&bucket.name), &bucket.account_id);
    let text = format!("Bucket {name} belongs to nobody now; it was account {account}'s");
    super::printed(Terminal::stdout().line(&text))
}

fn buckets(flags: &BucketsFlags) -> Result<(), CommandError> {
    let account = super::account::parse_optional_id(flags.account.as_deref())?;
    let list: BucketList = ask(
        &super::data_dir(&flags.place)?,
        &AdminRequest::BucketList { account },
    )?;
    if flags.json {
        return super::print_json(&list);
    }
    for bucket in &list.buckets {
        let (account, created) = (&bucket.account_id, &bucket.created);
        let line = format!("{account}  {created}  {}", printable(&bucket.name));
        super::printed(Terminal::stdout().line(&line))?;
    }
    Ok(())
}

//! `lanyard gateway …`: whose the buckets are, by way of the running server; how requests are understood, without one.

mod explain;

use crate::admin::client::ask;
use crate::admin::protocol::{AdminRequest, BucketList, ListedBucket};
use crate::cli::{AdoptFlags, BucketsFlags, GatewayCommand, ReleaseFlags};
use crate::exit::CommandError;
use crate::terminal::{Terminal, printable};

/// Runs one of the commands.
pub(crate) fn run(command: &GatewayCommand) -> Result<(), CommandError> {
    match command {
        GatewayCommand::Explain(flags) => explain::run(flags),
        GatewayCommand::Adopt(flags) => adopt(flags),
        GatewayCommand::Release(flags) => release(flags),
        GatewayCommand::Buckets(flags) => buckets(flags),
    }
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

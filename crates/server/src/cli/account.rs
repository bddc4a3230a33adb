//! `lanyard account`: create, list, set-quota.

use clap::{Args, Subcommand};

use super::Place;

/// Make and list accounts, set their quotas.
#[derive(Debug, Subcommand)]
pub(crate) enum AccountCommand {
    /// Make an account and print its first access key
    Create(AccountCreateFlags),
    /// List the accounts
    List(AccountListFlags),
    /// Change one quota of an account
    SetQuota(SetQuotaFlags),
}

const ACCOUNT_CREATE_HELP: &str = "\
Prints the account id and an access key. The key is the administrator's: user
\"admin\" in group \"Administrators\" with AdministratorAccess, as at the first
start. With --root-access-key no administrator is made and the key belongs to
the account's root user instead.

The secret is shown once and cannot be read again.

Examples:
  lanyard account create team-a
  lanyard account create ci --id 111122223333 --json";

/// Make an account and print its first access key.
#[derive(Debug, Args)]
#[command(after_help = ACCOUNT_CREATE_HELP)]
pub(crate) struct AccountCreateFlags {
    /// Name of the account, for people
    pub(crate) name: String,
    /// The account id [default: a random one]
    #[arg(long, value_name = "12DIGITS")]
    pub(crate) id: Option<String>,
    /// Make a key of the root user instead of an administrator
    #[arg(long)]
    pub(crate) root_access_key: bool,
    /// Print one JSON object: AccountId, AccessKeyId, SecretAccessKey
    #[arg(long)]
    pub(crate) json: bool,
    /// Which server.
    #[command(flatten)]
    pub(crate) place: Place,
}

/// List the accounts.
#[derive(Debug, Args)]
pub(crate) struct AccountListFlags {
    /// Print one JSON object with the list
    #[arg(long)]
    pub(crate) json: bool,
    /// Which server.
    #[command(flatten)]
    pub(crate) place: Place,
}

const SET_QUOTA_HELP: &str = "\
Quota names are AWS's, as in the message \"Cannot exceed quota for
UsersPerAccount: 5000\". An unknown name prints the list.

Example:
  lanyard account set-quota 111122223333 UsersPerAccount 20000";

/// Change one quota of an account.
#[derive(Debug, Args)]
#[command(after_help = SET_QUOTA_HELP)]
pub(crate) struct SetQuotaFlags {
    /// The account id
    pub(crate) account: String,
    /// Name of the quota, for example UsersPerAccount
    pub(crate) quota: String,
    /// The new limit
    pub(crate) value: u64,
    /// Which server.
    #[command(flatten)]
    pub(crate) place: Place,
}

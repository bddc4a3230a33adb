//! The command line: every command, flag and help text, and nothing else.
//!
//! Help is written for someone who has never seen Lanyard: what a command does, what it prints, one example
//! that works as it stands.

mod account;
mod admin;
mod credentials;
mod explain;
mod gateway;
mod installation;
mod keys;
mod mfa;
mod policy;
mod resource_tags;
mod saml_provider;
mod serve;
mod sessions;
mod suggest;
mod trail;

#[cfg(test)]
mod tests;

pub(crate) use account::{AccountCommand, AccountCreateFlags, AccountListFlags, SetQuotaFlags};
pub(crate) use admin::{AdminCommand, ResetRootFlags};
pub(crate) use credentials::{CredentialsCommand, CredentialsFlags, CredentialsServeFlags, SourceFlags};
pub(crate) use explain::ExplainFlags;
pub(crate) use gateway::{
    AdoptFlags, BearerKeyFlags, BucketsFlags, GatewayCommand, GatewayCoverageFlags, GatewayExplainFlags,
    PolicyDeleteFlags, PolicyGetFlags, PolicyListFlags, PolicyPutFlags, ReleaseFlags, ResourcePolicyCommand,
};
pub(crate) use installation::{DoctorFlags, KeygenFlags, VersionFlags};
pub(crate) use keys::{KeysCommand, KeysListFlags, KeysRotateFlags, KeysRulesFlags};
pub(crate) use mfa::{
    MfaAddHardwareFlags, MfaCommand, MfaListHardwareFlags, MfaRemoveHardwareFlags, SeedFormat,
};
pub(crate) use policy::{
    DecideFlags, DescribeFlags, FindingsFormat, FmtFlags, PolicyCommand, PolicyTypeWord, Severity, TestFlags,
    ValidateFlags,
};
pub(crate) use resource_tags::{
    ResourceTagsCommand, TagsDeleteFlags, TagsGetFlags, TagsListFlags, TagsPutFlags,
};
pub(crate) use saml_provider::{SamlProviderCommand, SamlProviderRulesFlags};
pub(crate) use serve::ServeFlags;
pub(crate) use sessions::{RevokeFlags, SessionsCommand};
pub(crate) use suggest::GatewaySuggestFlags;
pub(crate) use trail::TrailFlags;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

const TOP_HELP: &str = "\
Start here:
  lanyard serve                   start a server on http://127.0.0.1:4260
  lanyard account create team-a   make one more account on the running server
  lanyard explain REQUEST_ID      why was this request denied?
  lanyard policy test DIR         do your policies allow what they should?

In front of a store, or of other services:
  lanyard serve --upstream 's3=http://127.0.0.1:9000'
  lanyard serve --upstream 'aws=http://127.0.0.1:5000 upstream-account=123456789012'

Exit codes: 0 done, 1 failed, 2 wrong usage or configuration, 3 no server is
running, 4 not found, 5 the data directory is in use. Colours are off when
NO_COLOR is set.";

/// Lanyard is AWS IAM that you run yourself.
///
/// It keeps accounts, users, groups, roles and policies, issues temporary credentials, and decides every
/// request. The `aws` command line and the AWS SDKs talk to it unchanged.
#[derive(Debug, Parser)]
#[command(name = "lanyard", version, after_help = TOP_HELP, arg_required_else_help = true)]
pub(crate) struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Start the server
    Serve(Box<ServeFlags>),
    /// Make and list accounts, set their quotas
    #[command(subcommand)]
    Account(AccountCommand),
    /// Recover what normal credentials cannot
    #[command(subcommand)]
    Admin(AdminCommand),
    /// Tell why a request was denied
    Explain(ExplainFlags),
    /// Read the trail: who did what, and when
    Trail(TrailFlags),
    /// Decide, test, check, describe and format policies, without a server
    #[command(subcommand)]
    Policy(PolicyCommand),
    /// What stands behind the gateway: explain requests, suggest policies, give away buckets
    #[command(subcommand)]
    Gateway(GatewayCommand),
    /// Policies of resources: of buckets, and of what programs ask about
    #[command(subcommand)]
    ResourcePolicy(ResourcePolicyCommand),
    /// Tags of resources, for policies that ask about them
    #[command(subcommand)]
    ResourceTags(ResourceTagsCommand),
    /// End temporary credentials before their time
    #[command(subcommand)]
    Sessions(SessionsCommand),
    /// Access keys: how old they are and may become, and replacing them
    #[command(subcommand)]
    Keys(KeysCommand),
    /// Hardware MFA devices: enter, list and remove them
    #[command(subcommand)]
    Mfa(MfaCommand),
    /// What only the operator may accept from a SAML provider
    #[command(subcommand)]
    SamlProvider(SamlProviderCommand),
    /// Get temporary credentials, as a credential_process or for containers
    Credentials(Box<CredentialsFlags>),
    /// Make the bearer key of an access key, for programs that cannot sign
    BearerKey(BearerKeyFlags),
    /// Check this installation and say what is wrong with it
    Doctor(DoctorFlags),
    /// Make an account id and an access key for a first start from the environment
    Keygen(KeygenFlags),
    /// Print the version
    Version(VersionFlags),
}

/// Where the running server's data is.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct Place {
    /// The data directory [default: $LANYARD_DATA_DIR, else ~/.local/share/lanyard]
    #[arg(long, value_name = "DIR")]
    pub(crate) data_dir: Option<PathBuf>,
    /// Configuration file (TOML) [default: $LANYARD_CONFIG, else none]
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
}

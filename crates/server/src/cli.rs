//! The command line: every command, flag and help text, and nothing else.
//!
//! Help is written for someone who has never seen Lanyard: what a command does, what it prints, one example
//! that works as it stands.

mod credentials;
mod gateway;
mod keys;
mod mfa;
mod policy;
mod resource_tags;
mod saml_provider;
mod sessions;
mod suggest;

pub(crate) use credentials::{CredentialsCommand, CredentialsFlags, CredentialsServeFlags, SourceFlags};
pub(crate) use gateway::{
    AdoptFlags, BearerKeyFlags, BucketsFlags, GatewayCommand, GatewayCoverageFlags, GatewayExplainFlags,
    PolicyDeleteFlags, PolicyGetFlags, PolicyListFlags, PolicyPutFlags, ReleaseFlags, ResourcePolicyCommand,
};
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
pub(crate) use sessions::{RevokeFlags, SessionsCommand};
pub(crate) use suggest::GatewaySuggestFlags;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

const TOP_HELP: &str = "\
Start here:
  lanyard serve                   start a server on http://127.0.0.1:4260
  lanyard account create team-a   make one more account on the running server
  lanyard explain REQUEST_ID      why was this request denied?
  lanyard policy test DIR         do your policies allow what they should?

In front of an S3 store:
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
    /// What stands behind the gateway: explain requests, give buckets to accounts
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

const SERVE_HELP: &str = "\
The first start makes the data directory with a master key, one account with
its root user (without access keys), and one administrator: user \"admin\" in
group \"Administrators\". The administrator's credentials are left in
DIR/aws-config, a profile file readable by you alone, never on the terminal:

  AWS_CONFIG_FILE=DIR/aws-config AWS_PROFILE=lanyard aws sts get-caller-identity

For containers and CI the first start takes them from the environment instead:
LANYARD_ACCOUNT_ID, LANYARD_ADMIN_ACCESS_KEY_ID and
LANYARD_ADMIN_SECRET_ACCESS_KEY (`lanyard keygen` makes a valid set).

Every flag is also a configuration key (--tls-cert is tls_cert) and an
environment variable (LANYARD_TLS_CERT). Flags win over the environment, the
environment over the file. SIGTERM or Ctrl-C stops gracefully; SIGHUP reads the
TLS files again.

With --upstream the server stands in front of an S3 store (s3=URL), of other
services by the names that requests are signed for (dynamodb,sqs=URL), or of every
one that no other line names (aws=URL): a user's policies decide what reaches it.
Its own access key comes from the environment, never from the command line:
LANYARD_S3_ACCESS_KEY_ID and LANYARD_S3_SECRET_ACCESS_KEY, with DYNAMODB (the first
name) or AWS for S3. Or a file holds it. The words that may follow the URL:

  credentials=FILE|none  access key of the upstream, as `aws` keeps it; none: unsigned
  profile=NAME           which profile of that file
  mode=enforce|observe   observe lets pass what policies deny, and records it
  domain=DOMAIN          s3: buckets in the host name as well: BUCKET.DOMAIN (repeatable)
  region=REGION          the region the upstream is signed for; else the caller's
  account=ID             others: whose the resources are; else the first account's
  upstream-account=ID    others: the account that the upstream writes into its ARNs
  tags=registry|upstream|none   others: where the tags of resources are found out
  ca=FILE                authority of the upstream's TLS certificate, PEM
  data-events=none|denials|sampled:N|all   what the trail keeps of what passes
  connect-seconds=N, answer-seconds=N, idle-seconds=N   how long it may take

Examples:
  lanyard serve
  lanyard serve --data-dir ./data --log debug
  lanyard serve --upstream 's3=http://127.0.0.1:9000'
  lanyard serve --upstream 'aws=http://127.0.0.1:5000 upstream-account=123456789012'
  lanyard serve --listen 0.0.0.0:4260 --tls-cert server.pem --tls-key server.key";

/// Start the server.
///
/// It runs in the foreground, prints its address when it is ready, and logs to standard error.
#[derive(Debug, Args)]
#[command(after_help = SERVE_HELP)]
pub(crate) struct ServeFlags {
    /// Where the data directory and the configuration are.
    #[command(flatten)]
    pub(crate) place: Place,
    /// Address and port to answer on [default: 127.0.0.1:4260]
    #[arg(long, value_name = "ADDRESS:PORT")]
    pub(crate) listen: Option<String>,
    /// Log level (error, warn, info, debug, trace), or json, or both: debug,json [default: info]
    #[arg(long, value_name = "LEVEL|json")]
    pub(crate) log: Option<String>,
    /// TLS certificate chain, PEM; read again when it changes
    #[arg(long, value_name = "FILE")]
    pub(crate) tls_cert: Option<String>,
    /// Private key of the TLS certificate, PEM
    #[arg(long, value_name = "FILE")]
    pub(crate) tls_key: Option<String>,
    /// Serve Prometheus metrics on this address (plain HTTP, no authentication) [default: off]
    #[arg(long, value_name = "ADDRESS:PORT")]
    pub(crate) metrics_listen: Option<String>,
    /// The URL under which clients reach the server, if it is not the address listened on
    #[arg(long, value_name = "URL")]
    pub(crate) public_url: Option<String>,
    /// Believe X-Forwarded-For and X-Forwarded-Proto from these addresses (comma-separated CIDRs)
    #[arg(long, value_name = "CIDRS")]
    pub(crate) trusted_proxies: Option<String>,
    /// Stand in front of a store: 's3=URL [WORD=VALUE …]' (repeatable) [default: none]
    #[arg(long = "upstream", value_name = "UPSTREAM")]
    pub(crate) upstreams: Vec<String>,
    /// Fetch OpenID Connect keys from this network too, though it is not public (repeatable) [default: none]
    #[arg(long, value_name = "CIDR")]
    pub(crate) oidc_allow: Vec<String>,
    /// Authorities of one issuer's TLS certificates, PEM: 'ISSUER=FILE' (repeatable) [default: the system's]
    #[arg(long, value_name = "ISSUER=FILE")]
    pub(crate) oidc_ca: Vec<String>,
    /// Answer plain HTTP on addresses other than loopback: everyone on the path can read the traffic
    #[arg(long)]
    pub(crate) allow_plain_http: bool,
}

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

/// Recover what normal credentials cannot.
#[derive(Debug, Subcommand)]
pub(crate) enum AdminCommand {
    /// Give an account's root user a new access key; its old ones stop working
    ResetRoot(ResetRootFlags),
}

const RESET_ROOT_HELP: &str = "\
All access keys of the root user are deleted, its sessions end, and one new key
is made and printed. The trail records it. Use it to get back in, repair what
locked you out, then delete the key again with `aws iam delete-access-key`.

Example:
  lanyard admin reset-root 111122223333";

/// Give an account's root user a new access key; its old ones stop working.
#[derive(Debug, Args)]
#[command(after_help = RESET_ROOT_HELP)]
pub(crate) struct ResetRootFlags {
    /// The account id
    pub(crate) account: String,
    /// Print one JSON object: AccountId, AccessKeyId, SecretAccessKey
    #[arg(long)]
    pub(crate) json: bool,
    /// Which server.
    #[command(flatten)]
    pub(crate) place: Place,
}

const EXPLAIN_HELP: &str = "\
Every answer carries an id: the x-amzn-RequestId header, RequestId in the XML,
requestID in the trail; `aws --debug` shows it. The server remembers the newest
decisions; older ones are gone.

Examples:
  lanyard explain --last
  lanyard explain 7f1c2c6e-4a3d-4c38-9c0a-3f0b6a3f5d55";

/// Tell why a request was denied.
///
/// Shows the caller, the action, the resource, each layer and statement that was considered, and what would
/// have allowed it.
#[derive(Debug, Args)]
#[command(after_help = EXPLAIN_HELP)]
pub(crate) struct ExplainFlags {
    /// The request id of the answer
    #[arg(required_unless_present = "last", conflicts_with = "last")]
    pub(crate) id: Option<String>,
    /// The newest denial in the trail, instead of an id
    #[arg(long)]
    pub(crate) last: bool,
    /// Print the whole trace as JSON
    #[arg(long)]
    pub(crate) json: bool,
    /// Which server.
    #[command(flatten)]
    pub(crate) place: Place,
}

const TRAIL_HELP: &str = "\
Prints one line per event, oldest first: time, account, who, what, outcome,
request id; data events with the object or bucket they are about. --json prints the whole records, in CloudTrail's format. The trail
is read from the data directory, so this works with the server stopped as well.

Examples:
  lanyard trail --last 20
  lanyard trail --follow --account 111122223333
  lanyard trail --errors --by carla
  lanyard trail --event PutObject --last 20
  lanyard trail --json | jq 'select(.errorCode == \"AccessDenied\")'";

/// Read the trail: who did what, and when.
#[derive(Debug, Args)]
#[command(after_help = TRAIL_HELP)]
pub(crate) struct TrailFlags {
    /// Stay and print new events as they come
    #[arg(long, short = 'f')]
    pub(crate) follow: bool,
    /// Only events of this account
    #[arg(long, value_name = "12DIGITS")]
    pub(crate) account: Option<String>,
    /// Only what this user, role or session did: a name, an ARN, an id or an access key id
    #[arg(long, value_name = "WHO")]
    pub(crate) by: Option<String>,
    /// Only events of this name, for example CreateUser
    #[arg(long, value_name = "NAME")]
    pub(crate) event: Option<String>,
    /// Only what was refused or failed
    #[arg(long)]
    pub(crate) errors: bool,
    /// Only the newest N events
    #[arg(long, value_name = "N")]
    pub(crate) last: Option<usize>,
    /// Print whole records as JSON lines
    #[arg(long)]
    pub(crate) json: bool,
    /// Which data directory.
    #[command(flatten)]
    pub(crate) place: Place,
}

/// Check this installation and say what is wrong with it.
///
/// Looks at the data directory's permissions, its lock, the master key, the store, free disk space, the clock,
/// the admin socket, the TLS certificate and the configured upstreams. Exits with 1 if a check fails. It changes nothing.
#[derive(Debug, Args)]
pub(crate) struct DoctorFlags {
    /// Print the checks as JSON
    #[arg(long)]
    pub(crate) json: bool,
    /// Which data directory.
    #[command(flatten)]
    pub(crate) place: Place,
}

const KEYGEN_HELP: &str = "\
An access key id carries the id of its account, so the two cannot be chosen
apart. This prints a set that belongs together, as environment variables for
the first start of `lanyard serve`. No server is needed.

Example:
  lanyard keygen --id 111122223333 > first-start.env";

/// Make an account id and an access key for a first start from the environment.
#[derive(Debug, Args)]
#[command(after_help = KEYGEN_HELP)]
pub(crate) struct KeygenFlags {
    /// The account id [default: a random one]
    #[arg(long, value_name = "12DIGITS")]
    pub(crate) id: Option<String>,
    /// Print one JSON object: AccountId, AccessKeyId, SecretAccessKey
    #[arg(long)]
    pub(crate) json: bool,
}

/// Print the version.
#[derive(Debug, Args)]
pub(crate) struct VersionFlags {
    /// Print one JSON object
    #[arg(long)]
    pub(crate) json: bool,
}

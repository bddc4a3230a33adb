//! The words of `lanyard credentials`.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use clap::{Args, Subcommand};
use lanyard_client::Wanted;

const CREDENTIALS_HELP: &str = "\
Prints one JSON object as AWS's tools expect it of a credential_process. In
~/.aws/config:

  [profile keys]
  aws_access_key_id = AKIA...
  aws_secret_access_key = ...
  endpoint_url = https://iam.example.com

  [profile reader]
  credential_process = lanyard credentials --source-profile keys --role-arn arn:aws:iam::111122223333:role/Reader
  endpoint_url = https://iam.example.com

The access key that asks is the source profile's, else the one in
AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY. Without --role-arn the answer is a
session of the key's own user. The server is --endpoint-url, else
AWS_ENDPOINT_URL_STS, else AWS_ENDPOINT_URL, else the profile's endpoint_url,
else http://127.0.0.1:4260.

Credentials are kept in $XDG_CACHE_HOME/lanyard (else ~/.cache/lanyard), in
files that you alone can read, and replaced in the last quarter of their life.
However many processes ask at once, the server is asked once. The code of a
second factor is asked for on the terminal.

Examples:
  lanyard credentials --role-arn arn:aws:iam::111122223333:role/Reader
  lanyard credentials --role-arn ARN --web-identity-token-file /var/run/token
  lanyard credentials --source-profile keys --mfa-serial arn:aws:iam::111122223333:mfa/ann";

/// Get temporary credentials, as a credential_process or for containers.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true, after_help = CREDENTIALS_HELP)]
pub(crate) struct CredentialsFlags {
    /// Hand them out instead of printing them.
    #[command(subcommand)]
    pub(crate) command: Option<CredentialsCommand>,
    /// Whose and which.
    #[command(flatten)]
    pub(crate) source: SourceFlags,
}

/// Other ways to give credentials.
#[derive(Debug, Subcommand)]
pub(crate) enum CredentialsCommand {
    /// Give them to SDKs on this machine, as containers get theirs
    Serve(Box<CredentialsServeFlags>),
}

/// Whose credentials, and by what they are asked for.
#[derive(Clone, Debug, Args)]
pub(crate) struct SourceFlags {
    /// The role to take [default: none, a session of the key's own user]
    #[arg(long, value_name = "ARN")]
    role_arn: Option<String>,
    /// Name of the role's session, as the trail shows it [default: $AWS_ROLE_SESSION_NAME, else lanyard-$USER]
    #[arg(long, value_name = "NAME", requires = "role_arn")]
    session_name: Option<String>,
    /// How long the credentials are to live [default: the server's: an hour for a role, twelve for a user]
    #[arg(long, value_name = "SECONDS")]
    duration: Option<u32>,
    /// The profile whose access key asks [default: the key in the environment]
    #[arg(long, value_name = "PROFILE", conflicts_with_all = ["web_identity_token_file", "saml_assertion_file"])]
    source_profile: Option<String>,
    /// What the role's owner asks of those who come from outside
    #[arg(long, value_name = "ID", requires = "role_arn", conflicts_with_all = ["web_identity_token_file", "saml_assertion_file"])]
    external_id: Option<String>,
    /// Your second factor; its code is asked for on the terminal
    #[arg(long, value_name = "ARN", conflicts_with_all = ["web_identity_token_file", "saml_assertion_file"])]
    mfa_serial: Option<String>,
    /// Take the role by the OpenID Connect token in this file, which is read again each time
    #[arg(
        long,
        value_name = "FILE",
        requires = "role_arn",
        conflicts_with = "saml_assertion_file"
    )]
    web_identity_token_file: Option<PathBuf>,
    /// Take the role by the SAML response in this file (base64 or XML)
    #[arg(long, value_name = "FILE", requires_all = ["role_arn", "principal_arn"], conflicts_with = "session_name")]
    saml_assertion_file: Option<PathBuf>,
    /// The SAML provider that made the response
    #[arg(long, value_name = "ARN", requires = "saml_assertion_file")]
    principal_arn: Option<String>,
    /// Where the server is
    #[arg(long, value_name = "URL")]
    endpoint_url: Option<String>,
    /// Send secrets over plain HTTP to another machine: everyone on the path can read them
    #[arg(long)]
    allow_plain_http: bool,
    /// Authorities of the server's TLS certificate, PEM [default: $AWS_CA_BUNDLE, else the system's]
    #[arg(long, value_name = "FILE")]
    ca_bundle: Option<PathBuf>,
    /// The region to sign for [default: $AWS_REGION, else the profile's, else us-east-1]
    #[arg(long, value_name = "REGION")]
    region: Option<String>,
    /// Keep nothing, and use nothing that was kept
    #[arg(long)]
    pub(crate) no_cache: bool,
}

impl SourceFlags {
    /// What is wanted.
    pub(crate) fn wanted(&self) -> Wanted {
        let flags = self.clone();
        Wanted {
            endpoint_url: flags.endpoint_url,
            allow_plain_http: flags.allow_plain_http,
            ca_bundle: flags.ca_bundle,
            region: flags.region,
            source_profile: flags.source_profile,
            role_arn: flags.role_arn,
            session_name: flags.session_name,
            duration_seconds: flags.duration,
            external_id: flags.external_id,
            mfa_serial: flags.mfa_serial,
            web_identity_token_file: flags.web_identity_token_file,
            saml_assertion_file: flags.saml_assertion_file,
            principal_arn: flags.principal_arn,
        }
    }
}

const SERVE_HELP: &str = "\
Prints two lines for the shell of the programs that are to use it, and answers
until it is stopped:

  export AWS_CONTAINER_CREDENTIALS_FULL_URI=http://127.0.0.1:PORT/credentials
  export AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE=FILE

Only requests with the token are answered, only on loopback, and none of a
browser. Without --token-file the token itself is printed, once, in a line for
AWS_CONTAINER_AUTHORIZATION_TOKEN. New credentials are got before the old ones
end.

Example:
  lanyard credentials serve --role-arn ARN --token-file ~/.cache/reader-token";

/// Give them to SDKs on this machine, as containers get theirs.
#[derive(Debug, Args)]
#[command(after_help = SERVE_HELP)]
pub(crate) struct CredentialsServeFlags {
    /// Address and port to answer on, loopback only; port 0 takes a free one
    #[arg(long, value_name = "ADDRESS:PORT", default_value_t = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0))]
    pub(crate) listen: SocketAddr,
    /// Write the token to this file, readable by you alone; it is deleted at the end [default: print the token]
    #[arg(long, value_name = "FILE")]
    pub(crate) token_file: Option<PathBuf>,
    /// Whose and which.
    #[command(flatten)]
    pub(crate) source: SourceFlags,
}

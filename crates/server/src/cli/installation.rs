//! What needs no account: `lanyard doctor`, `lanyard keygen` and `lanyard version`.

use clap::Args;

use super::Place;

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

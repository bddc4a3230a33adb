//! `lanyard trail`.

use clap::Args;

use super::Place;

const TRAIL_HELP: &str = "\
Prints one line per event, oldest first: time, account, who, what, outcome,
request id; data events with the object or bucket they are about. --json prints
the whole records, in CloudTrail's format. The trail is read from the data
directory, so this works with the server stopped as well.

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

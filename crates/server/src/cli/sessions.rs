//! The words of `lanyard sessions`.

use clap::{ArgGroup, Args, Subcommand};

use super::Place;

/// End temporary credentials before their time.
#[derive(Debug, Subcommand)]
pub(crate) enum SessionsCommand {
    /// End sessions at once
    Revoke(RevokeFlags),
}

const REVOKE_HELP: &str = "\
When the command returns, every request with one of these sessions is refused,
also after a restart and whatever the clock says. Sessions that begin later are
not meant: to keep somebody out, take their permissions or keys as well.

Of a role: all its sessions, those of one session name (the last part of
arn:aws:sts::ACCOUNT:assumed-role/ROLE/NAME), or the one with a session id (the
access key id of its credentials, ASIA…, as the trail has it).
Of a user: its own sessions, those of federated users it vouched for, and the
sessions of roles of this account that were assumed beginning with it. Its
access keys go on working. --session-name means federated users then.

Clients are told that their token has expired, and get a new one if they may.

Examples:
  lanyard sessions revoke --role Deployer --account 111122223333
  lanyard sessions revoke --role Deployer --session-name carla --account 111122223333
  lanyard sessions revoke --user carla --account 111122223333";

/// End sessions at once.
#[derive(Debug, Args)]
#[command(after_help = REVOKE_HELP)]
#[command(group = ArgGroup::new("holder").required(true).args(["role", "user", "root"]))]
pub(crate) struct RevokeFlags {
    /// The role that has the sessions
    #[arg(long, value_name = "NAME")]
    pub(crate) role: Option<String>,
    /// The user who has the sessions
    #[arg(long, value_name = "NAME")]
    pub(crate) user: Option<String>,
    /// The root user has the sessions
    #[arg(long)]
    pub(crate) root: bool,
    /// Only those of this session name
    #[arg(long, value_name = "NAME", conflicts_with = "session_id")]
    pub(crate) session_name: Option<String>,
    /// Only the one with this access key id
    #[arg(long, value_name = "ASIA…")]
    pub(crate) session_id: Option<String>,
    /// The account [default: the only one there is]
    #[arg(long, value_name = "12DIGITS")]
    pub(crate) account: Option<String>,
    /// Print one JSON object: Arn, Epoch
    #[arg(long)]
    pub(crate) json: bool,
    /// Which server.
    #[command(flatten)]
    pub(crate) place: Place,
}

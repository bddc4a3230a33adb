//! `lanyard admin`.

use clap::{Args, Subcommand};

use super::Place;

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

//! The words of `lanyard keys`.

use clap::{Args, Subcommand};

use super::Place;

/// Access keys: how old they are, how old they may become, and replacing them.
#[derive(Debug, Subcommand)]
pub(crate) enum KeysCommand {
    /// List access keys with their age and last use
    List(KeysListFlags),
    /// Say how old the access keys of an account may become
    Rules(KeysRulesFlags),
    /// Replace a user's access key without interruption
    Rotate(KeysRotateFlags),
}

const LIST_HELP: &str = "\
Prints account, user (- for the root user), key, age in days, last use, and
what is to be said of it: inactive, too-old (refused), old (warned of), unused.
The last three follow the account's rules; see `lanyard keys rules`.

Examples:
  lanyard keys list
  lanyard keys list --account 111122223333 --json | jq '.Keys[] | select(.Flags != [])'";

/// List access keys with their age and last use.
#[derive(Debug, Args)]
#[command(after_help = LIST_HELP)]
pub(crate) struct KeysListFlags {
    /// Only those of this account
    #[arg(long, value_name = "12DIGITS")]
    pub(crate) account: Option<String>,
    /// Print one JSON object with the list
    #[arg(long)]
    pub(crate) json: bool,
    /// Which server.
    #[command(flatten)]
    pub(crate) place: Place,
}

const RULES_HELP: &str = "\
A key that is older than --refuse-after days is refused, the root user's too;
whoever signs with it is told so. One that is older than --warn-after days is
told of in the log once a day as long as it is used. --unused-after only flags
keys in `lanyard keys list`. Sessions are never meant: they end by themselves.

Only what is given changes; `off` takes a rule away. Without any, the rules
there are are printed.

Examples:
  lanyard keys rules --account 111122223333 --warn-after 60 --refuse-after 90
  lanyard keys rules --account 111122223333 --refuse-after off";

/// Say how old the access keys of an account may become.
#[derive(Debug, Args)]
#[command(after_help = RULES_HELP)]
pub(crate) struct KeysRulesFlags {
    /// The account [default: the only one there is]
    #[arg(long, value_name = "12DIGITS")]
    pub(crate) account: Option<String>,
    /// Log keys older than this
    #[arg(long, value_name = "DAYS|off", value_parser = days)]
    pub(crate) warn_after: Option<u32>,
    /// Refuse keys older than this
    #[arg(long, value_name = "DAYS|off", value_parser = days)]
    pub(crate) refuse_after: Option<u32>,
    /// Flag keys that were not used for so long
    #[arg(long, value_name = "DAYS|off", value_parser = days)]
    pub(crate) unused_after: Option<u32>,
    /// Print one JSON object
    #[arg(long)]
    pub(crate) json: bool,
    /// Which server.
    #[command(flatten)]
    pub(crate) place: Place,
}

/// A number of days; zero stands for none.
fn days(text: &str) -> Result<u32, &'static str> {
    match (text, text.parse()) {
        ("off", _) => Ok(0),
        (_, Ok(days @ 1..=36_500)) => Ok(days),
        _ => Err("a number of days from 1 to 36500, or off"),
    }
}

const ROTATE_HELP: &str = "\
In two steps, between which both keys work:

  lanyard keys rotate carla --account 111122223333
      makes the second key and prints it, once; give it to whoever uses the first
  lanyard keys rotate carla --account 111122223333 --finish
      switches the first key off, if the second has been used by then
  lanyard keys rotate carla --account 111122223333 --finish --delete
      deletes it, at once or when nobody missed it

A key that was switched off by mistake is switched on again with
`aws iam update-access-key --status Active`.";

/// Replace a user's access key without interruption.
#[derive(Debug, Args)]
#[command(after_help = ROTATE_HELP)]
pub(crate) struct KeysRotateFlags {
    /// The user
    pub(crate) user: String,
    /// The account [default: the only one there is]
    #[arg(long, value_name = "12DIGITS")]
    pub(crate) account: Option<String>,
    /// Switch the first key off
    #[arg(long)]
    pub(crate) finish: bool,
    /// Delete it instead
    #[arg(long, requires = "finish")]
    pub(crate) delete: bool,
    /// Print one JSON object
    #[arg(long)]
    pub(crate) json: bool,
    /// Which server.
    #[command(flatten)]
    pub(crate) place: Place,
}

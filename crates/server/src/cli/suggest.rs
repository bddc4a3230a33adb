//! The words of `lanyard gateway suggest`.

use clap::Args;
use jiff::Timestamp;

use super::Place;

const SUGGEST_HELP: &str = "\
Where an upstream has mode=observe, the trail tells of every request which
permissions it needed. Of those of one principal this makes the least policy that
would have allowed them, and prints it to standard output. What each line of it is
there for is printed to standard error: how many requests, the newest of them, and
how many resources a pattern stands for.

Up to five resources of an action are named; of more, what their names have in
common. --exact names them all. What does not fit into one policy comes in several,
one after the other.

A policy that denies, a permissions boundary and a session policy are not looked at:
they deny still. The trail is read from the data directory, so this works with the
server stopped as well.

Examples:
  lanyard gateway suggest shop > shop.json
  aws iam put-user-policy --user-name shop --policy-name seen \\
    --policy-document file://shop.json
  lanyard gateway suggest arn:aws:iam::111122223333:role/worker --since 2026-11-01T00:00:00Z";

/// Make the least policy that would have allowed what somebody was seen to do.
#[derive(Debug, Args)]
#[command(after_help = SUGGEST_HELP)]
pub(crate) struct GatewaySuggestFlags {
    /// A user, role or session: a name, an ARN, an id or an access key id
    pub(crate) principal: String,
    /// Only what was seen in this account
    #[arg(long, value_name = "12DIGITS")]
    pub(crate) account: Option<String>,
    /// Only what was seen at or after this time, for example 2026-11-01T00:00:00Z
    #[arg(long, value_name = "TIME")]
    pub(crate) since: Option<Timestamp>,
    /// Only what was seen before this time
    #[arg(long, value_name = "TIME")]
    pub(crate) until: Option<Timestamp>,
    /// How many resources of an action are named before they are taken together
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = clap::value_parser!(u16).range(1..))]
    pub(crate) resources: u16,
    /// Name every resource
    #[arg(long, conflicts_with = "resources")]
    pub(crate) exact: bool,
    /// Print policies and what they are there for as one JSON object, to standard output
    #[arg(long)]
    pub(crate) json: bool,
    /// Which data directory.
    #[command(flatten)]
    pub(crate) place: Place,
}

//! `lanyard explain`.

use clap::Args;

use super::Place;

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

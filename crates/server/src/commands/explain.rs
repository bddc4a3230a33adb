//! `lanyard explain`: the decision behind a request id.

use crate::admin::client::ask;
use crate::admin::protocol::AdminRequest;
use crate::cli::ExplainFlags;
use crate::exit::CommandError;
use crate::terminal::Terminal;

/// Asks the running server and prints what it remembers.
pub(crate) fn run(flags: &ExplainFlags) -> Result<(), CommandError> {
    let request = AdminRequest::Explain { id: flags.id.clone() };
    let decision: serde_json::Value = ask(&super::data_dir(&flags.place)?, &request)?;
    super::printed(Terminal::stdout().line(&decision.to_string()))
}

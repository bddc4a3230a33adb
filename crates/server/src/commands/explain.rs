//! `lanyard explain`: the decision behind a request id.

use crate::admin::client::ask;
use crate::admin::protocol::{AdminRequest, Explanation};
use crate::cli::ExplainFlags;
use crate::exit::CommandError;
use crate::terminal::Terminal;

/// Asks the running server and prints what it remembers.
pub(crate) fn run(flags: &ExplainFlags) -> Result<(), CommandError> {
    let request = AdminRequest::Explain { id: flags.id.clone() };
    let explanation: Explanation = ask(&super::data_dir(&flags.place)?, &request)?;
    let text = if flags.json {
        explanation.trace.to_string()
    } else {
        explanation.text
    };
    super::printed(Terminal::stdout().line(text.trim_end()))
}

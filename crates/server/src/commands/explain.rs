//! `lanyard explain`: the decision behind a request id.

use jiff::{SignedDuration, Timestamp};
use lanyard_audit::{Filter, Reader};
use lanyard_gateway::is_denial;

use crate::admin::client::ask;
use crate::admin::protocol::{AdminRequest, Explanation};
use crate::cli::ExplainFlags;
use crate::data_dir::DataDir;
use crate::exit::{CommandError, Exit};
use crate::terminal::Terminal;

/// How far back the newest denial is looked for. Decisions are not remembered for longer on any busy server.
const LAST_WITHIN: SignedDuration = SignedDuration::from_hours(24);

/// Asks the running server and prints what it remembers.
pub(crate) fn run(flags: &ExplainFlags) -> Result<(), CommandError> {
    let dir = super::data_dir(&flags.place)?;
    let id = match &flags.id {
        Some(id) => id.clone(),
        None => newest_denial(&dir)?,
    };
    let explanation: Explanation = ask(&dir, &AdminRequest::Explain { id })?;
    let text = if flags.json {
        explanation.trace.to_string()
    } else {
        explanation.text
    };
    super::printed(Terminal::stdout().line(text.trim_end()))
}

/// The request id of the newest denial in the trail.
fn newest_denial(dir: &DataDir) -> Result<String, CommandError> {
    let unreadable = |error| CommandError::failure(format!("cannot read the trail: {error}"));
    let since = Timestamp::now().saturating_sub(LAST_WITHIN).ok();
    let filter = Filter {
        errors_only: true,
        since,
        ..Filter::default()
    };
    let mut newest = None;
    for entry in Reader::new(&dir.trail_dir())
        .records(filter)
        .map_err(unreadable)?
    {
        let record = entry.map_err(unreadable)?.record;
        if record.error_code.as_deref().is_some_and(is_denial) {
            newest = Some(record.request_id);
        }
    }
    let none = || CommandError::new(Exit::NotFound, "the trail has no denial from the last 24 hours");
    newest.ok_or_else(none)
}

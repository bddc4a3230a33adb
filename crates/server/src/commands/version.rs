//! `lanyard version`.

use crate::cli::VersionFlags;
use crate::exit::CommandError;
use crate::terminal::Terminal;

/// Prints the version.
pub(crate) fn run(flags: &VersionFlags) -> Result<(), CommandError> {
    let version = env!("CARGO_PKG_VERSION");
    let text = if flags.json {
        serde_json::json!({ "Version": version }).to_string()
    } else {
        format!("lanyard {version}")
    };
    super::printed(Terminal::stdout().line(&text))
}

//! `lanyard policy fmt`: the canonical layout.

use std::path::Path;

use lanyard_policy::Document;
use serde_json::Value;

use super::replace::replace;
use super::{count, is_standard_input, name, without_mark};
use crate::cli::FmtFlags;
use crate::exit::{CommandError, Exit};
use crate::terminal::Terminal;

/// Lays out every file. One that is no policy stays as it is and does not keep the others from being laid out.
pub(super) fn run(flags: &FmtFlags) -> Result<(), CommandError> {
    let terminal = Terminal::stdout();
    let (mut unreadable, mut different) = (0, 0);
    for path in &flags.files {
        match format(path, flags.check, &terminal) {
            Ok(is_different) => different += usize::from(is_different),
            Err(error) => {
                unreadable += 1;
                super::complain(&error);
            }
        }
    }
    if unreadable > 0 {
        let files = count(unreadable, "file");
        let error = CommandError::new(Exit::Usage, format!("{files} could not be formatted"));
        return Err(error.hint("lanyard policy validate says everything that is wrong with a policy"));
    }
    if flags.check && different > 0 {
        let files = count(different, "file");
        return Err(CommandError::failure(format!(
            "not laid out as lanyard policy fmt would: {files}"
        )));
    }
    Ok(())
}

/// Lays out one file, or only looks; tells whether it was laid out otherwise.
fn format(path: &Path, check: bool, terminal: &Terminal) -> Result<bool, CommandError> {
    let text = super::read(path)?;
    let formatted = formatted(path, &text)?;
    let is_different = text != formatted;
    let printed = if check {
        let line = is_different.then(|| name(path));
        line.map_or(Ok(()), |line| terminal.line(&line))
    } else if is_standard_input(path) {
        terminal.line(formatted.trim_end_matches('\n'))
    } else {
        Ok(())
    };
    super::super::printed(printed)?;
    if is_different && !check && !is_standard_input(path) {
        replace(path, &formatted)
            .map_err(|error| CommandError::usage(format!("cannot write {}: {error}", name(path))))?;
    }
    Ok(is_different)
}

/// The text in the canonical layout, with a line break at the end.
fn formatted(path: &Path, text: &str) -> Result<String, CommandError> {
    let text = without_mark(text);
    let document = Document::parse(text).map_err(|error| {
        let (span, problem) = (error.span(), error.problem());
        let place = format!("{}:{}:{}", name(path), span.line, u64::from(span.column) + 1);
        CommandError::usage(format!("{place}: {problem}"))
    })?;
    let formatted = document.to_pretty() + "\n";
    // Fails closed: a file is replaced only if another reader of JSON, too, finds the same in both texts.
    let read = |text| serde_json::from_str::<Value>(text).ok();
    if read(text) != read(&formatted) {
        let problem = "it would not say the same, so it stays as it is";
        return Err(CommandError::failure(format!("{}: {problem}", name(path))));
    }
    Ok(formatted)
}

//! `lanyard policy fmt`: the canonical layout.

use std::path::Path;

use lanyard_policy::Document;
use serde_json::Value;

use super::files::{count, is_standard_input, name, without_mark};
use super::replace::replace;
use crate::cli::FmtFlags;
use crate::exit::{CommandError, Exit};
use crate::terminal::Terminal;

const VALIDATE: &str = "lanyard policy validate says everything that is wrong with a policy";

/// Lays out every file. One that is no policy stays as it is and does not keep the others from being laid out.
pub(super) fn run(flags: &FmtFlags) -> Result<(), CommandError> {
    let terminal = Terminal::stdout();
    let (mut failed, mut different) = (0, 0);
    let mut hint = None;
    for path in &flags.files {
        let text = super::files::read(path);
        let formatted = text.and_then(|text| {
            let formatted = formatted(path, &text).inspect_err(|_| hint = Some(VALIDATE));
            formatted.and_then(|formatted| write(path, &text, &formatted, flags.check, &terminal))
        });
        match formatted {
            Ok(is_different) => different += usize::from(is_different),
            Err(error) => {
                failed += 1;
                super::files::complain(&error);
            }
        }
    }
    if failed > 0 {
        let files = count(failed, "file");
        let error = CommandError::new(Exit::Usage, format!("{files} could not be formatted"));
        return Err(match hint {
            Some(hint) => error.hint(hint),
            None => error,
        });
    }
    if flags.check && different > 0 {
        let files = count(different, "file");
        return Err(CommandError::failure(format!(
            "not laid out as lanyard policy fmt would: {files}"
        )));
    }
    Ok(())
}

/// Puts the new layout in the place of the old one, or only looks; tells whether they differ.
fn write(
    path: &Path,
    text: &str,
    formatted: &str,
    check: bool,
    terminal: &Terminal,
) -> Result<bool, CommandError> {
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
        replace(path, formatted)
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

//! `lanyard policy fmt`: the canonical layout.

use std::path::Path;

use lanyard_policy::Document;

use super::{count, is_standard_input, name};
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
        return Err(CommandError::new(
            Exit::Usage,
            format!("{files} could not be formatted"),
        ));
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
    let document =
        Document::parse(&text).map_err(|error| CommandError::usage(format!("{}: {error}", name(path))))?;
    let formatted = document.to_pretty();
    let is_different = text.strip_suffix('\n') != Some(&formatted);
    let printed = if check {
        let line = is_different.then(|| name(path));
        line.map_or(Ok(()), |line| terminal.line(&line))
    } else if is_standard_input(path) {
        terminal.line(&formatted)
    } else {
        Ok(())
    };
    super::super::printed(printed)?;
    if is_different && !check && !is_standard_input(path) {
        let written = std::fs::write(path, formatted + "\n");
        written.map_err(|error| CommandError::usage(format!("cannot write {}: {error}", name(path))))?;
    }
    Ok(is_different)
}

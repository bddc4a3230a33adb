//! The files that these commands read, and how they are called in messages.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::Path;

use crate::exit::CommandError;
use crate::terminal::printable;

/// Longer texts are not read: the longest policies that AWS takes are an eighth of it.
const POLICY_BYTES_MAX: u64 = 1 << 20;

/// Standard input for `-`, otherwise the file.
pub(super) fn open(path: &Path) -> Result<Box<dyn Read>, CommandError> {
    if is_standard_input(path) {
        return Ok(Box::new(io::stdin()));
    }
    match File::open(path) {
        Ok(file) => Ok(Box::new(file)),
        Err(error) => Err(unreadable(path, &error)),
    }
}

/// The text of a policy.
pub(in crate::commands) fn read(path: &Path) -> Result<String, CommandError> {
    String::from_utf8(read_bytes(path, POLICY_BYTES_MAX)?)
        .map_err(|error| unreadable(path, &io::Error::new(io::ErrorKind::InvalidData, error)))
}

/// All that is in a file or comes by standard input, if it is not longer than this.
pub(in crate::commands) fn read_bytes(path: &Path, bytes_max: u64) -> Result<Vec<u8>, CommandError> {
    let mut bytes = Vec::new();
    let mut input = open(path)?.take(bytes_max.saturating_add(1));
    input
        .read_to_end(&mut bytes)
        .map_err(|error| unreadable(path, &error))?;
    if bytes.len() as u64 > bytes_max {
        let name = name(path);
        return Err(CommandError::usage(format!(
            "{name} has more than {bytes_max} bytes"
        )));
    }
    Ok(bytes)
}

pub(super) fn unreadable(path: &Path, error: &io::Error) -> CommandError {
    CommandError::usage(format!("cannot read {}: {error}", name(path)))
}

/// Tells of a file that cannot be used, where the others still are.
pub(super) fn complain(error: &CommandError) {
    // There is nowhere left to report that standard error is closed.
    let _ = writeln!(io::stderr(), "lanyard: {error}");
}

pub(super) fn is_standard_input(path: &Path) -> bool {
    path == Path::new("-")
}

/// What a file is called in messages.
pub(super) fn name(path: &Path) -> String {
    if is_standard_input(path) {
        return "standard input".to_owned();
    }
    printable(&path.to_string_lossy())
}

/// A text without the mark that some editors put in front of it, which JSON does not know.
pub(super) fn without_mark(text: &str) -> &str {
    text.strip_prefix('\u{feff}').unwrap_or(text)
}

/// A number with its noun: `1 file`, `2 files`.
pub(super) fn count(number: usize, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {noun}{plural}")
}

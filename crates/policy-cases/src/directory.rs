//! Case files in a directory.
//!
//! The one place of this crate that reads files. What it reads is bounded: of a file larger than any sensible
//! one, nothing is kept.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use crate::CaseFile;
use crate::case_file::CaseFileError;

/// What the names of case files end with.
const SUFFIX: &str = ".cases.json";

const CASE_FILE_BYTES_MAX: u64 = 64 << 20;
const POLICY_BYTES_MAX: u64 = 1 << 20;

/// What some editors put in front of a text. It is no part of it.
const BYTE_ORDER_MARK: char = '\u{feff}';

/// A directory in which case files were looked for cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("cannot read the directory {}: {cause}", .directory.display())]
pub struct SearchError {
    directory: PathBuf,
    #[source]
    cause: io::Error,
}

/// Every case file below a directory, in the order of their paths. Links to directories are not followed, so that
/// the search ends.
pub fn case_files(directory: &Path) -> Result<Vec<PathBuf>, SearchError> {
    let mut found = Vec::new();
    let mut open = vec![directory.to_owned()];
    while let Some(directory) = open.pop() {
        // What cannot be searched may have cases that fail: it is not passed over.
        search(&directory, &mut found, &mut open).map_err(|cause| SearchError { directory, cause })?;
    }
    found.sort();
    Ok(found)
}

fn search(directory: &Path, found: &mut Vec<PathBuf>, open: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in std::fs::read_dir(directory)? {
        let entry = entry?;
        let path = entry.path();
        if entry.file_type()?.is_dir() {
            open.push(path);
        } else if entry.file_name().as_encoded_bytes().ends_with(SUFFIX.as_bytes()) {
            found.push(path);
        }
    }
    Ok(())
}

impl CaseFile {
    /// Reads a case file and the policies it names, whose paths are relative to it.
    pub fn load(path: &Path) -> Result<Self, CaseFileError> {
        let text = read(path, CASE_FILE_BYTES_MAX).map_err(CaseFileError::new)?;
        let text = text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(&text);
        let directory = path.parent().unwrap_or(Path::new(""));
        Self::parse(text, &|policy| read_policy(&directory.join(policy)))
    }
}

fn read_policy(path: &Path) -> Result<String, String> {
    let text = read(path, POLICY_BYTES_MAX)?;
    if text.starts_with(BYTE_ORDER_MARK) {
        return Err(
            "it begins with a byte order mark, which AWS does not take: lanyard policy fmt removes it"
                .to_owned(),
        );
    }
    Ok(text)
}

fn read(path: &Path, bytes_max: u64) -> Result<String, String> {
    let unreadable = |error: io::Error| format!("cannot read it: {error}");
    // A pipe is not even opened: that would wait for somebody to write to it.
    if !std::fs::metadata(path).map_err(unreadable)?.is_file() {
        return Err("cannot read it: this is no file".to_owned());
    }
    let file = File::open(path).map_err(unreadable)?;
    let mut bytes = Vec::new();
    file.take(bytes_max + 1)
        .read_to_end(&mut bytes)
        .map_err(unreadable)?;
    if bytes.len() as u64 > bytes_max {
        return Err(format!("it has more than {bytes_max} bytes"));
    }
    String::from_utf8(bytes).map_err(|_| "it is not UTF-8".to_owned())
}

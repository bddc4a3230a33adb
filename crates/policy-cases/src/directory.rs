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

/// Every case file below a directory, in the order of their paths. Links to directories are not followed, so that
/// the search ends.
pub fn case_files(directory: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut open = vec![directory.to_owned()];
    while let Some(directory) = open.pop() {
        for entry in std::fs::read_dir(&directory)? {
            let entry = entry?;
            let path = entry.path();
            if entry.file_type()?.is_dir() {
                open.push(path);
            } else if entry.file_name().as_encoded_bytes().ends_with(SUFFIX.as_bytes()) {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}

impl CaseFile {
    /// Reads a case file and the policies it names, whose paths are relative to it.
    pub fn load(path: &Path) -> Result<Self, CaseFileError> {
        let text = read(path, CASE_FILE_BYTES_MAX).map_err(CaseFileError::new)?;
        let directory = path.parent().unwrap_or(Path::new(""));
        let find = |policy: &str| read(&directory.join(policy), POLICY_BYTES_MAX);
        Self::parse(&text, &find)
    }
}

fn read(path: &Path, bytes_max: u64) -> Result<String, String> {
    let unreadable = |error: io::Error| format!("cannot read it: {error}");
    let file = File::open(path).map_err(unreadable)?;
    let mut text = String::new();
    file.take(bytes_max + 1)
        .read_to_string(&mut text)
        .map_err(unreadable)?;
    if text.len() as u64 > bytes_max {
        return Err(format!("it has more than {bytes_max} bytes"));
    }
    Ok(text)
}

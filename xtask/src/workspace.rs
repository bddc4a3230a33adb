//! Where the checkout is and which files belong to it.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::process;

/// The root of the checkout, whatever directory the command was started in.
pub(crate) fn root() -> PathBuf {
    let xtask = Path::new(env!("CARGO_MANIFEST_DIR"));
    xtask.parent().unwrap_or(xtask).to_path_buf()
}

/// Files that are committed or would be: what `.gitignore` names is none of our business.
pub(crate) fn files() -> Result<Vec<String>, String> {
    let mut git = Command::new("git");
    git.current_dir(root())
        .args(["ls-files", "--cached", "--others", "--exclude-standard"]);
    let listing = process::output(&mut git)?;
    let mut files: Vec<String> = listing.lines().map(str::to_owned).collect();
    files.sort();
    files.dedup();
    files.retain(|file| root().join(file).is_file());
    Ok(files)
}

/// The text of a file, or nothing when it is not UTF-8 (data, pictures).
pub(crate) fn text(file: &str) -> Option<String> {
    std::fs::read_to_string(root().join(file)).ok()
}

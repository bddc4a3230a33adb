//! A copy of the checkout in which sources may be changed.

use std::fs;
use std::path::PathBuf;

use crate::workspace;

/// Brings the copy up to date and returns where it is. Files that are the same are left alone, so that what was
/// built from them stays built.
pub(super) fn copy() -> Result<PathBuf, String> {
    let tree = workspace::root().join(".test/mutants/tree");
    let files = workspace::files()?;
    for file in &files {
        let (from, to) = (workspace::root().join(file), tree.join(file));
        let failed = |error| format!("{}: {error}", to.display());
        let wanted = fs::read(&from).map_err(failed)?;
        if fs::read(&to).is_ok_and(|there| there == wanted) {
            continue;
        }
        if let Some(directory) = to.parent() {
            fs::create_dir_all(directory).map_err(failed)?;
        }
        fs::write(&to, wanted).map_err(failed)?;
    }
    Ok(tree)
}

//! A copy of the checkout in which sources may be changed.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::{fs, io};

use crate::workspace;

/// Brings the copy up to date and returns where it is. Files that are the same are left alone, so that what was
/// built from them stays built; what is gone from the checkout goes from the copy.
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
    let kept: BTreeSet<PathBuf> = files.iter().map(|file| tree.join(file)).collect();
    remove_others(&tree, &kept).map_err(|error| format!("{}: {error}", tree.display()))?;
    Ok(tree)
}

fn remove_others(folder: &Path, kept: &BTreeSet<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            remove_others(&path, kept)?;
        } else if !kept.contains(&path) {
            fs::remove_file(&path)?;
        }
    }
    Ok(())
}

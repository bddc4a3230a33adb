//! A file with another text, whole or not at all.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, fchown};
use std::path::Path;

/// Replaces the text of a file. Whoever reads it sees the old text or the new one, also if this process is ended
/// halfway. The file keeps its mode, and where it is a link, what it points to is replaced.
pub(super) fn replace(path: &Path, text: &str) -> io::Result<()> {
    let path = fs::canonicalize(path)?;
    // Asked before it is opened: a pipe would be waited for.
    if !fs::metadata(&path)?.is_file() {
        return Err(io::Error::other("this is no file"));
    }
    // A rename asks the directory only. Whoever may not write to the file shall not replace it either.
    let old = OpenOptions::new().write(true).open(&path)?;
    let parent = path.parent().ok_or(io::ErrorKind::InvalidInput)?;
    let temporary = parent.join(format!(".lanyard-fmt-{}", std::process::id()));
    let written = write_like(&old, &temporary, text).and_then(|()| fs::rename(&temporary, &path));
    if written.is_err() {
        // The first error is the one to tell of.
        let _ = fs::remove_file(&temporary);
    }
    written
}

/// Writes a new file with the mode of another one, and its owner if that is allowed.
fn write_like(old: &File, path: &Path, text: &str) -> io::Result<()> {
    let wanted = old.metadata()?;
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)?;
    file.write_all(text.as_bytes())?;
    let made = file.metadata()?;
    if (made.uid(), made.gid()) != (wanted.uid(), wanted.gid()) {
        // Only root may give files away. To anybody else the file belongs as if it had been edited.
        let _ = fchown(&file, Some(wanted.uid()), Some(wanted.gid()));
    }
    file.set_permissions(wanted.permissions())?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    /// The names in a directory.
    fn names(directory: &Path) -> Vec<String> {
        let entries = fs::read_dir(directory).unwrap();
        let mut names: Vec<String> = entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn a_file_keeps_its_mode_and_links_stay_links() {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("policy.json");
        let link = directory.path().join("link.json");
        fs::write(&file, "old").unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).unwrap();
        symlink("policy.json", &link).unwrap();
        replace(&link, "new").unwrap();
        assert_eq!(fs::read_to_string(&file).unwrap(), "new");
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o640);
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(names(directory.path()), ["link.json", "policy.json"]);
    }

    #[test]
    fn what_cannot_be_replaced_stays_and_nothing_is_left_behind() {
        let directory = tempfile::tempdir().unwrap();
        let below = directory.path().join("below");
        fs::create_dir(&below).unwrap();
        fs::write(below.join("kept"), "").unwrap();
        assert!(replace(&below, "new").is_err());
        assert!(replace(&directory.path().join("gone"), "new").is_err());
        assert_eq!(names(directory.path()), ["below"]);
        assert_eq!(names(&below), ["kept"]);
    }
}

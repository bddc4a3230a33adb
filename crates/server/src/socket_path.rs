//! Unix sockets at paths longer than the kernel takes.
//!
//! A socket address holds 107 bytes of path, and data directories can lie deeper. Through the directory's open
//! file descriptor the path is short, whatever the directory's name.

use std::fs::File;
use std::io;
use std::os::fd::AsRawFd;
use std::path::{Path, PathBuf};

/// The longest path a socket address takes on every system we run on.
const PATH_BYTES_MAX: usize = 100;

/// Calls `act` with a path to the same socket that is short enough.
pub(crate) fn reach<T>(path: &Path, act: impl FnOnce(&Path) -> io::Result<T>) -> io::Result<T> {
    if path.as_os_str().len() <= PATH_BYTES_MAX {
        return act(path);
    }
    let parent = path.parent().ok_or(io::ErrorKind::InvalidInput)?;
    let name = path.file_name().ok_or(io::ErrorKind::InvalidInput)?;
    let directory = File::open(parent)?;
    let short: PathBuf = Path::new("/proc/self/fd")
        .join(directory.as_raw_fd().to_string())
        .join(name);
    act(&short)
}

#[cfg(test)]
mod tests {
    use std::os::unix::net::{UnixListener, UnixStream};

    #[test]
    fn a_socket_deep_down_is_reached() {
        let base = tempfile::tempdir().unwrap();
        let deep = base.path().join("d".repeat(120));
        std::fs::create_dir(&deep).unwrap();
        let path = deep.join("socket");
        let _listener = super::reach(&path, |path| UnixListener::bind(path)).unwrap();
        super::reach(&path, |path| UnixStream::connect(path)).unwrap();
    }
}

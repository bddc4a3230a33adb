//! One file of the trail: the records of one day, a line each.

use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use crate::Record;

/// A day in UTC, as it stands in a file's name: `2026-11-22`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Day([u8; 10]);

impl Day {
    pub(crate) fn of(time: jiff::Timestamp) -> Self {
        // A time is written in UTC. Years before 0 or after 9999 cannot come from a clock; such a time is filed under the
        // first day.
        Self::parse(&time.to_string()).unwrap_or(Self(*b"0000-01-01"))
    }

    /// Reads a day from the beginning of a text, which may go on after it.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let bytes: [u8; 10] = text.as_bytes().get(..10)?.try_into().ok()?;
        let well_formed = bytes.iter().enumerate().all(|(at, byte)| match at {
            4 | 7 => *byte == b'-',
            _ => byte.is_ascii_digit(),
        });
        well_formed.then_some(Self(bytes))
    }

    pub(crate) fn of_file(name: &str) -> Option<Self> {
        let day = name.strip_suffix(SUFFIX)?;
        if day.len() == 10 { Self::parse(day) } else { None }
    }

    pub(crate) fn path_in(self, directory: &Path) -> PathBuf {
        directory.join(format!("{}{SUFFIX}", String::from_utf8_lossy(&self.0)))
    }
}

const SUFFIX: &str = ".jsonl";

/// A record on its way into a file.
#[derive(Debug)]
pub(crate) struct Line {
    pub(crate) day: Day,
    /// Without the line's end.
    pub(crate) bytes: Vec<u8>,
}

impl Line {
    pub(crate) fn of(record: &Record) -> Self {
        Self {
            day: Day::of(record.event_time),
            bytes: record.to_line(),
        }
    }
}

pub(crate) fn create_directory(directory: &Path) -> io::Result<()> {
    match DirBuilder::new().recursive(true).mode(0o700).create(directory) {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists && directory.is_dir() => Ok(()),
        Err(error) => Err(error),
    }
}

/// The days that have a file in a directory, oldest first.
pub(crate) fn days_in(directory: &Path) -> io::Result<Vec<Day>> {
    let mut days = Vec::new();
    for entry in std::fs::read_dir(directory)? {
        if let Some(day) = entry?.file_name().to_str().and_then(Day::of_file) {
            days.push(day);
        }
    }
    days.sort_unstable();
    Ok(days)
}

/// A file open for appending.
#[derive(Debug)]
pub(crate) struct DayFile {
    file: File,
    len: u64,
    /// Everything before this has been synced and acknowledged.
    acknowledged_len: u64,
}

impl DayFile {
    /// Opens or makes the file of a day, and cuts what a crash left unfinished at its end.
    pub(crate) fn open(directory: &Path, day: Day) -> io::Result<Self> {
        let path = day.path_in(directory);
        let is_new = !path.exists();
        let mut file = OpenOptions::new()
            .read(true)
            .append(true)
            .create(true)
            .mode(0o600)
            .open(&path)?;
        if is_new {
            file.sync_all()?;
            File::open(directory)?.sync_all()?;
        }
        let len = cut_torn_end(&mut file, &path)?;
        Ok(Self {
            file,
            len,
            acknowledged_len: len,
        })
    }

    pub(crate) fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.file.write_all(bytes)?;
        self.len = self.len.saturating_add(bytes.len() as u64);
        Ok(())
    }

    pub(crate) fn is_dirty(&self) -> bool {
        self.len != self.acknowledged_len
    }

    /// Whether somebody deleted the file: what is written to it now would be gone with it.
    pub(crate) fn is_deleted(&self) -> bool {
        self.file.metadata().is_ok_and(|metadata| metadata.nlink() == 0)
    }

    pub(crate) fn sync(&self) -> io::Result<()> {
        self.file.sync_data()
    }

    pub(crate) fn acknowledge(&mut self) {
        self.acknowledged_len = self.len;
    }

    pub(crate) fn acknowledged_len(&self) -> u64 {
        self.acknowledged_len
    }

    /// Cuts the file to a length and makes that durable.
    pub(crate) fn cut(&mut self, len: u64) -> io::Result<()> {
        if self.file.metadata()?.len() > len {
            self.file.set_len(len)?;
            self.file.sync_all()?;
        }
        self.len = len;
        self.acknowledged_len = len;
        Ok(())
    }
}

const TAIL_BYTES: u64 = 64 * 1024;

/// Cuts everything after the last whole line. A line is whole if it ends and looks like a JSON object: after a
/// power failure a file can end in zero bytes that were never written. Nothing that was acknowledged is cut,
/// since it was synced with its line's end.
fn cut_torn_end(file: &mut File, path: &Path) -> io::Result<u64> {
    let len = file.metadata()?.len();
    let mut window = TAIL_BYTES;
    let whole = loop {
        let start = len.saturating_sub(window);
        file.seek(SeekFrom::Start(start))?;
        let mut tail = Vec::new();
        Read::by_ref(file).take(window).read_to_end(&mut tail)?;
        match whole_lines_len(&tail, start == 0) {
            Some(whole) => break start.saturating_add(whole as u64),
            None if start == 0 => break 0,
            None => window = window.saturating_mul(4),
        }
    };
    if whole < len {
        tracing::warn!(path = %path.display(), bytes = len - whole, "cut an unfinished line off the trail");
        file.set_len(whole)?;
        file.sync_all()?;
    }
    Ok(whole)
}

/// How much of the tail of a file is whole lines; `None` if not one whole line was seen. The first line of a tail
/// is known to be whole only if the tail is the entire file.
fn whole_lines_len(tail: &[u8], is_entire: bool) -> Option<usize> {
    let mut end = tail.len();
    loop {
        let body = tail.get(..end)?;
        // The line that ends at `end`, with its line's end.
        let before = body.strip_suffix(b"\n").unwrap_or(body);
        let start = match before.iter().rposition(|byte| *byte == b'\n') {
            Some(newline) => newline.saturating_add(1),
            None if is_entire => 0,
            None => return None,
        };
        let line = tail.get(start..end)?;
        if line.is_empty() && start == 0 {
            return Some(0);
        }
        if line.starts_with(b"{") && line.ends_with(b"}\n") {
            return Some(end);
        }
        end = start;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_lines_at_the_end_are_kept() {
        assert_eq!(whole_lines_len(b"", true), Some(0));
        assert_eq!(whole_lines_len(b"{}\n", true), Some(3));
        assert_eq!(whole_lines_len(b"{}\n{\"a\":", true), Some(3));
        assert_eq!(whole_lines_len(b"{}\n{}", true), Some(3));
        assert_eq!(whole_lines_len(b"{}\n\0\0\0\n\0\0", true), Some(3));
        assert_eq!(whole_lines_len(b"{\"a\":", true), Some(0));
        assert_eq!(whole_lines_len(b"a}\n{}\n{", false), Some(6));
        assert_eq!(whole_lines_len(b"a}\n{", false), None);
    }

    #[test]
    fn a_day_is_the_utc_date_of_the_event() {
        let day = Day::of("2026-11-22T23:59:59Z".parse().unwrap());
        assert_eq!(Day::of_file("2026-11-22.jsonl"), Some(day));
        assert_eq!(Day::of_file("2026-11-22.jsonl.old"), None);
        assert_eq!(Day::of_file("notes.jsonl"), None);
    }
}

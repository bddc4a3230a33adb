//! Reading the trail back: once in order of time, or for as long as it grows.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap, HashSet};
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::Deserialize;

use super::TrailError;
use super::day_file::{Day, days_in};
use crate::{Record, UserIdentity};

/// Which records are wanted. Everything set must match.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Only records of this account's trail.
    pub account: Option<String>,
    /// Only events of this name, without regard to case.
    pub event_name: Option<String>,
    /// Only what this user, role or session did: a name, an id, an access key id or an ARN; or
    /// `anonymous`, whoever signed nothing.
    pub principal: Option<String>,
    /// Only the records of this request.
    pub request_id: Option<String>,
    /// Only what was refused or failed.
    pub errors_only: bool,
    /// Only events at or after this time.
    pub since: Option<Timestamp>,
    /// Only events before this time.
    pub until: Option<Timestamp>,
}

impl Filter {
    /// Whether a record is wanted.
    pub fn admits(&self, record: &Record) -> bool {
        let is = |wanted: &Option<String>, value: &str| wanted.as_ref().is_none_or(|wanted| wanted == value);
        is(&self.account, &record.recipient_account_id)
            && is(&self.request_id, &record.request_id)
            && self
                .event_name
                .as_ref()
                .is_none_or(|wanted| wanted.eq_ignore_ascii_case(&record.event_name))
            && self
                .principal
                .as_ref()
                .is_none_or(|wanted| is_done_by(record, wanted))
            && (!self.errors_only || record.error_code.is_some())
            && self.since.is_none_or(|since| record.event_time >= since)
            && self.until.is_none_or(|until| record.event_time < until)
    }

    fn may_admit_day(&self, day: Day) -> bool {
        self.since.is_none_or(|since| day >= Day::of(since))
            && self.until.is_none_or(|until| day <= Day::of(until))
    }
}

fn is_done_by(record: &Record, wanted: &str) -> bool {
    let identity = &record.user_identity;
    let context = identity.session_context.as_ref();
    let issuer = context.and_then(|context| context.session_issuer.as_ref());
    let names = [
        identity.user_name.as_deref(),
        identity.principal_id.as_deref(),
        identity.access_key_id.as_deref(),
        identity.arn.as_deref(),
        issuer.and_then(|issuer| issuer.user_name.as_deref()),
        issuer.map(|issuer| issuer.principal_id.as_str()),
        issuer.map(|issuer| issuer.arn.as_str()),
        context.and_then(|context| context.source_identity.as_deref()),
        context.and_then(|context| context.origin_arn.as_deref()),
        identity.is_anonymous().then_some(UserIdentity::ANONYMOUS),
    ];
    names.into_iter().flatten().any(|name| name == wanted)
}

/// A record as it was read.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// The line of JSON, as it stands in the file.
    pub line: String,
    /// What it says.
    pub record: Record,
}

/// A trail directory open for reading, also while it is written.
#[derive(Clone, Debug)]
pub struct Reader {
    directory: PathBuf,
}

impl Reader {
    /// The trail in a directory. It need not exist yet.
    pub fn new(directory: &Path) -> Self {
        Self {
            directory: directory.to_owned(),
        }
    }

    /// Every record that the filter admits, in order of time.
    pub fn records(&self, filter: Filter) -> Result<Records, TrailError> {
        let mut days = days(&self.directory)?;
        days.retain(|day| filter.may_admit_day(*day));
        days.reverse();
        Ok(Records {
            directory: self.directory.clone(),
            filter,
            days_left: days,
            lines: None,
            window: BinaryHeap::new(),
            window_bytes: 0,
            sequence: 0,
        })
    }

    /// Follows the trail from now on.
    pub fn follow(&self, filter: Filter) -> Result<Follower, TrailError> {
        let mut follower = self.follow_from_start(filter)?;
        for day in days(&self.directory)? {
            let path = day.path_in(&self.directory);
            let len = std::fs::metadata(&path)
                .map_err(|source| TrailError::io(&path, source))?
                .len();
            follower.positions.insert(day, len);
        }
        Ok(follower)
    }

    /// Gives everything that there is, file by file, and then follows.
    pub fn follow_from_start(&self, filter: Filter) -> Result<Follower, TrailError> {
        Ok(Follower {
            directory: self.directory.clone(),
            filter,
            positions: BTreeMap::new(),
        })
    }
}

/// Mutations reach their file a little later than other records, so lines are nearly but not quite in order of
/// time. They are put in order within a window of this many lines and bytes.
const WINDOW_RECORDS: usize = 50_000;
const WINDOW_BYTES: usize = 32 << 20;

/// The records of a trail in order of time. A line that cannot be read (torn off by a crash, or being written) is
/// passed over.
#[derive(Debug)]
pub struct Records {
    directory: PathBuf,
    filter: Filter,
    /// The next day is the last.
    days_left: Vec<Day>,
    lines: Option<Lines>,
    window: BinaryHeap<Reverse<Waiting>>,
    window_bytes: usize,
    sequence: u64,
}

#[derive(Debug)]
struct Waiting {
    order: (Timestamp, u64),
    entry: Entry,
}

impl PartialEq for Waiting {
    fn eq(&self, other: &Self) -> bool {
        self.order == other.order
    }
}
impl Eq for Waiting {}
impl PartialOrd for Waiting {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Waiting {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.order.cmp(&other.order)
    }
}

impl Iterator for Records {
    type Item = Result<Entry, TrailError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let is_full = self.window.len() >= WINDOW_RECORDS || self.window_bytes >= WINDOW_BYTES;
            if is_full || (self.lines.is_none() && !self.window.is_empty()) {
                let Reverse(first) = self.window.pop()?;
                self.window_bytes = self.window_bytes.saturating_sub(first.entry.line.len());
                return Some(Ok(first.entry));
            }
            let Some(lines) = &mut self.lines else {
                // A day's records are all given before the next day is opened.
                let day = self.days_left.pop()?;
                match Lines::open(&day.path_in(&self.directory), 0) {
                    Ok(lines) => self.lines = Some(lines),
                    Err(error) => return Some(Err(error)),
                }
                continue;
            };
            match lines.next_record() {
                Ok(Some(entry)) if self.filter.admits(&entry.record) => {
                    self.sequence = self.sequence.saturating_add(1);
                    self.window_bytes = self.window_bytes.saturating_add(entry.line.len());
                    self.window.push(Reverse(Waiting {
                        order: (entry.record.event_time, self.sequence),
                        entry,
                    }));
                }
                Ok(Some(_)) => {}
                Ok(None) => self.lines = None,
                Err(error) => {
                    self.lines = None;
                    return Some(Err(error));
                }
            }
        }
    }
}

/// A trail that is read as it grows.
#[derive(Debug)]
pub struct Follower {
    directory: PathBuf,
    filter: Filter,
    /// How far each day's file has been read.
    positions: BTreeMap<Day, u64>,
}

const POLL_RECORDS_MAX: usize = 1000;

impl Follower {
    /// What has been written since the last time, in the order in which it was written; empty if nothing. Gives a
    /// bounded number at once: ask again until it is empty, then wait a little.
    pub fn poll(&mut self) -> Result<Vec<Entry>, TrailError> {
        let mut entries = Vec::new();
        for day in days(&self.directory)? {
            let from = self.positions.get(&day).copied().unwrap_or(0);
            let path = day.path_in(&self.directory);
            let mut lines = Lines::open(&path, from)?;
            while entries.len() < POLL_RECORDS_MAX
                && let Some(entry) = lines.next_record()?
            {
                if self.filter.admits(&entry.record) {
                    entries.push(entry);
                }
            }
            self.positions.insert(day, lines.position);
        }
        Ok(entries)
    }
}

/// A line longer than any record can be is damage, and is passed over without being kept in memory.
const LINE_BYTES_MAX: u64 = 4 << 20;

/// The whole lines of one file.
#[derive(Debug)]
struct Lines {
    path: PathBuf,
    file: BufReader<File>,
    /// After the last whole line.
    position: u64,
}

impl Lines {
    fn open(path: &Path, position: u64) -> Result<Self, TrailError> {
        let open = || {
            let mut file = File::open(path)?;
            // The writer cuts a file back when a sync fails; what is written then stands where the cut was.
            let position = position.min(file.metadata()?.len());
            file.seek(SeekFrom::Start(position))?;
            io::Result::Ok((file, position))
        };
        let (file, position) = open().map_err(|source| TrailError::io(path, source))?;
        Ok(Self {
            path: path.to_owned(),
            file: BufReader::with_capacity(64 << 10, file),
            position,
        })
    }

    fn next_record(&mut self) -> Result<Option<Entry>, TrailError> {
        while let Some(line) = self.next_line()? {
            let text = String::from_utf8(line).ok();
            let record = text.as_deref().and_then(|text| serde_json::from_str(text).ok());
            if let (Some(line), Some(record)) = (text, record) {
                return Ok(Some(Entry { line, record }));
            }
        }
        Ok(None)
    }

    /// The next whole line without its end; `None` at the end of the file or in an unfinished line.
    fn next_line(&mut self) -> Result<Option<Vec<u8>>, TrailError> {
        let mut line = Vec::new();
        let read = Read::by_ref(&mut self.file)
            .take(LINE_BYTES_MAX)
            .read_until(b'\n', &mut line);
        let read = read.map_err(|source| TrailError::io(&self.path, source))?;
        let is_whole = line.last() == Some(&b'\n');
        if !is_whole && (read as u64) < LINE_BYTES_MAX {
            return Ok(None);
        }
        self.position = self.position.saturating_add(read as u64);
        if is_whole {
            line.pop();
        }
        Ok(Some(line))
    }
}

fn days(directory: &Path) -> Result<Vec<Day>, TrailError> {
    match days_in(directory) {
        Ok(days) => Ok(days),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(source) => Err(TrailError::io(directory, source)),
    }
}

/// Which of the wanted event ids stand in the files of these days.
pub(super) fn ids_present(
    directory: &Path,
    days: &HashSet<Day>,
    wanted: &HashSet<String>,
) -> Result<HashSet<String>, TrailError> {
    #[derive(Deserialize)]
    struct Id {
        #[serde(rename = "eventID")]
        event_id: String,
    }
    let mut present = HashSet::new();
    for day in days {
        let path = day.path_in(directory);
        if !path.exists() {
            continue;
        }
        let mut lines = Lines::open(&path, 0)?;
        while let Some(line) = lines.next_line()? {
            if let Ok(Id { event_id }) = serde_json::from_slice(&line)
                && wanted.contains(&event_id)
            {
                present.insert(event_id);
            }
        }
    }
    Ok(present)
}

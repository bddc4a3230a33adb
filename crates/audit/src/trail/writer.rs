//! The thread that owns the files of the trail.

use std::collections::BTreeMap;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use tokio::sync::{OwnedSemaphorePermit, oneshot};

use super::day_file::{Day, DayFile, Line};
use super::{Counters, TrailError};

/// Resolved when what was asked is durable, or cannot be.
pub(crate) type Ack = oneshot::Sender<Result<(), Arc<str>>>;

pub(crate) enum Command {
    Append(Append),
    Close(Ack),
}

/// Lines that are written together and acknowledged together.
pub(crate) struct Append {
    pub(crate) lines: Vec<Line>,
    pub(crate) ack: Option<Ack>,
    /// Room in the queue, given back when the lines have been dealt with.
    pub(crate) _room: OwnedSemaphorePermit,
}

/// At most this much is written before a sync, so that no caller waits for an endless group.
const GROUP_BYTES_MAX: usize = 4 << 20;
/// How long those whom a sync has released are given to come back with their next record, and how often at most: a
/// sync for each of them would cost more than the moment they wait for each other.
const GATHER_SLICE: Duration = Duration::from_micros(100);
const GATHER_SLICES_MAX: usize = 5;
/// Today's and yesterday's file are in use; some more while a clock is set.
const OPEN_FILES_MAX: usize = 4;

pub(crate) struct Writer {
    directory: PathBuf,
    lazy_sync: Duration,
    counters: Arc<Counters>,
    files: BTreeMap<Day, DayFile>,
    /// Files that hold more than was acknowledged and could not be cut back. They are cut before they are written
    /// again.
    to_cut: BTreeMap<Day, u64>,
    /// When what nobody waits for must be synced.
    sync_due: Option<Instant>,
    lazy_records: u64,
    /// How many waited for the last sync.
    crowd: usize,
}

/// Appends that are written and synced together.
#[derive(Default)]
struct Group {
    appends: Vec<Append>,
    bytes: usize,
    /// How many wait for the sync.
    waiting: usize,
    /// A command to close that was met behind them.
    closing: Option<Ack>,
}

impl Group {
    fn take(&mut self, append: Append) {
        self.bytes = self.bytes.saturating_add(append.bytes());
        self.waiting = self.waiting.saturating_add(usize::from(append.ack.is_some()));
        self.appends.push(append);
    }

    /// Takes all that have queued up.
    fn drain(&mut self, inbox: &Receiver<Command>) {
        while !self.is_full() {
            match inbox.try_recv() {
                Ok(Command::Append(next)) => self.take(next),
                Ok(Command::Close(ack)) => self.closing = Some(ack),
                Err(_) => return,
            }
        }
    }

    fn is_full(&self) -> bool {
        self.bytes >= GROUP_BYTES_MAX || self.closing.is_some()
    }
}

impl Writer {
    pub(crate) fn new(directory: PathBuf, lazy_sync: Duration, counters: Arc<Counters>) -> Self {
        Self {
            directory,
            lazy_sync,
            counters,
            files: BTreeMap::new(),
            to_cut: BTreeMap::new(),
            sync_due: None,
            lazy_records: 0,
            crowd: 0,
        }
    }

    pub(crate) fn run(mut self, inbox: &Receiver<Command>) {
        loop {
            let command = match self.sync_due {
                None => inbox.recv().map_err(|_| RecvTimeoutError::Disconnected),
                Some(due) => inbox.recv_timeout(due.saturating_duration_since(Instant::now())),
            };
            match command {
                Ok(Command::Append(first)) => {
                    if let Some(ack) = self.write_group(first, inbox) {
                        self.close(Some(ack));
                        return;
                    }
                }
                Ok(Command::Close(ack)) => {
                    self.close(Some(ack));
                    return;
                }
                Err(RecvTimeoutError::Timeout) => {
                    // Nobody waits; the failure is counted and logged where it happened.
                    let _ = self.sync();
                }
                Err(RecvTimeoutError::Disconnected) => {
                    self.close(None);
                    return;
                }
            }
        }
    }

    /// Writes an append and all that have queued behind it, then syncs once if anybody waits. A command to close
    /// that was met on the way is handed back.
    fn write_group(&mut self, first: Append, inbox: &Receiver<Command>) -> Option<Ack> {
        let group = self.gather(first, inbox);
        let mut outcome = self.write(&group.appends);
        if outcome.is_ok() {
            if group.waiting > 0 {
                outcome = self.sync();
            } else if self.sync_due.is_none() {
                self.sync_due = Some(Instant::now() + self.lazy_sync);
            }
        }
        for append in group.appends {
            if let Some(ack) = append.ack {
                // A caller that has gone away no longer wants to know.
                let _ = ack.send(outcome.clone());
            }
        }
        group.closing
    }

    /// An append and what has queued behind it. If several waited for the last sync, they are given a moment to be
    /// part of this one as well; whoever waits alone is never kept.
    fn gather(&mut self, first: Append, inbox: &Receiver<Command>) -> Group {
        let mut group = Group::default();
        group.take(first);
        group.drain(inbox);
        for _ in 0..GATHER_SLICES_MAX {
            let before = group.waiting;
            if before == 0 || before >= self.crowd || group.is_full() {
                break;
            }
            std::thread::sleep(GATHER_SLICE);
            group.drain(inbox);
            if group.waiting == before {
                break;
            }
        }
        if group.waiting > 0 {
            self.crowd = group.waiting;
        }
        group
    }

    fn write(&mut self, group: &[Append]) -> Result<(), Arc<str>> {
        let mut by_day: BTreeMap<Day, Vec<u8>> = BTreeMap::new();
        let mut lines = 0_u64;
        for append in group {
            for line in &append.lines {
                let buffer = by_day.entry(line.day).or_default();
                buffer.extend_from_slice(&line.bytes);
                buffer.push(b'\n');
                lines = lines.saturating_add(1);
            }
            if append.ack.is_none() {
                self.lazy_records = self.lazy_records.saturating_add(append.lines.len() as u64);
            }
        }
        for (day, bytes) in by_day {
            let appended = self.file(day).and_then(|file| file.append(&bytes));
            if let Err(source) = appended {
                return Err(self.fail(day, source));
            }
        }
        self.counters.records.fetch_add(lines, Ordering::Relaxed);
        Ok(())
    }

    fn sync(&mut self) -> Result<(), Arc<str>> {
        let mut failed = None;
        for (day, file) in self.files.iter().filter(|(_, file)| file.is_dirty()) {
            self.counters.syncs.fetch_add(1, Ordering::Relaxed);
            if let Err(source) = file.sync() {
                failed = Some((*day, source));
                break;
            }
        }
        if let Some((day, source)) = failed {
            return Err(self.fail(day, source));
        }
        for file in self.files.values_mut() {
            file.acknowledge();
        }
        self.counters.is_failing.store(false, Ordering::Relaxed);
        self.sync_due = None;
        self.lazy_records = 0;
        Ok(())
    }

    /// Cuts every file back to what was acknowledged. After a failed sync the system may have forgotten which
    /// pages are unwritten, so a later sync that succeeds proves nothing about them: they must be written anew.
    fn fail(&mut self, day: Day, source: io::Error) -> Arc<str> {
        let error = TrailError::io(&day.path_in(&self.directory), source);
        tracing::error!(%error, "the trail could not be written");
        self.counters.failures.fetch_add(1, Ordering::Relaxed);
        self.counters.is_failing.store(true, Ordering::Relaxed);
        self.counters
            .dropped
            .fetch_add(self.lazy_records, Ordering::Relaxed);
        self.lazy_records = 0;
        self.sync_due = None;
        for (day, mut file) in std::mem::take(&mut self.files) {
            let len = file.acknowledged_len();
            if file.cut(len).is_err() {
                self.to_cut.insert(day, len);
            }
        }
        Arc::from(error.to_string())
    }

    fn file(&mut self, day: Day) -> io::Result<&mut DayFile> {
        if self.files.get(&day).is_some_and(DayFile::is_deleted) {
            self.files.remove(&day);
        }
        if !self.files.contains_key(&day) {
            let mut file = DayFile::open(&self.directory, day)?;
            if let Some(len) = self.to_cut.get(&day) {
                file.cut(*len)?;
                self.to_cut.remove(&day);
            }
            while self.files.len() >= OPEN_FILES_MAX {
                let Some(idle) = self
                    .files
                    .iter()
                    .find(|(_, file)| !file.is_dirty())
                    .map(|(day, _)| *day)
                else {
                    break;
                };
                self.files.remove(&idle);
            }
            self.files.insert(day, file);
        }
        self.files
            .get_mut(&day)
            .ok_or_else(|| io::Error::from(io::ErrorKind::NotFound))
    }

    fn close(&mut self, ack: Option<Ack>) {
        let outcome = self.sync();
        if let Some(ack) = ack {
            let _ = ack.send(outcome);
        }
    }
}

impl Append {
    fn bytes(&self) -> usize {
        self.lines.iter().map(|line| line.bytes.len()).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::sync::Semaphore;

    #[tokio::test]
    async fn callers_who_wait_together_share_a_sync() {
        let directory = tempfile::tempdir().unwrap();
        let counters = Arc::new(Counters::default());
        let (commands, inbox) = std::sync::mpsc::channel();
        let room = Arc::new(Semaphore::new(1000));
        let mut waiting = Vec::new();
        for _ in 0..500 {
            let (ack, done) = oneshot::channel();
            waiting.push(done);
            let line = Line {
                day: Day::parse("2026-11-22").unwrap(),
                bytes: b"{}".to_vec(),
            };
            let room = Arc::clone(&room).acquire_owned().await.unwrap();
            let append = Append {
                lines: vec![line],
                ack: Some(ack),
                _room: room,
            };
            commands
                .send(Command::Append(append))
                .unwrap_or_else(|_| panic!("the inbox is open"));
        }
        drop(commands);
        let writer = Writer::new(
            directory.path().to_owned(),
            Duration::from_secs(1),
            Arc::clone(&counters),
        );
        writer.run(&inbox);
        for done in waiting {
            done.await.unwrap().unwrap();
        }
        assert_eq!(counters.records.load(Ordering::Relaxed), 500);
        assert_eq!(counters.syncs.load(Ordering::Relaxed), 1);
        assert_eq!(room.available_permits(), 1000);
        assert_eq!(
            std::fs::read(directory.path().join("2026-11-22.jsonl")).unwrap(),
            b"{}\n".repeat(500)
        );
    }
}

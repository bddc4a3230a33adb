//! The trail directory: one file a day, by the day of the event.
//!
//! One thread owns the files. What arrives while it syncs is written next and shares the next sync (group
//! commit), so the price of durability does not grow with the number of callers. A record that was not synced is
//! not acknowledged: when a write or sync fails, the file is cut back to its last synced length, every waiting
//! caller learns of it, and the next record tries afresh.

mod allowance;
mod day_file;
mod mover;
mod reader;
mod writer;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::Sender;
use std::time::{Duration, Instant};

use parking_lot::Mutex;
use tokio::sync::{Semaphore, oneshot};

use crate::Record;
use allowance::Allowance;
pub(crate) use day_file::{Day, Line};
pub use mover::{Mover, MoverHandle};
pub use reader::{Entry, Filter, Follower, Reader, Records};
use writer::{Append, Command, Writer};

/// How the trail keeps its promises.
#[derive(Clone, Debug)]
pub struct TrailOptions {
    /// Records waiting to be written may take up this many bytes; beyond it, callers wait and reads are dropped
    /// and counted.
    pub queue_bytes_max: usize,
    /// How late a record that nobody waits for may be synced.
    pub lazy_sync: Duration,
}

impl Default for TrailOptions {
    fn default() -> Self {
        Self {
            queue_bytes_max: 32 << 20,
            lazy_sync: Duration::from_millis(800),
        }
    }
}

/// Why the trail could not take or give a record.
#[derive(Debug, thiserror::Error)]
pub enum TrailError {
    /// The directory or a file in it could not be read or written.
    #[error("the trail at {path}: {source}")]
    Io {
        /// The directory or file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A record could not be made durable. The caller must be refused.
    #[error("the trail could not sync a record: {0}")]
    NotDurable(Arc<str>),
    /// The trail has been closed.
    #[error("the trail is closed")]
    Closed,
    /// The store's outbox could not be read or emptied.
    #[error("the audit outbox of the store: {0}")]
    Outbox(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl TrailError {
    pub(crate) fn io(path: &Path, source: std::io::Error) -> Self {
        Self::Io {
            path: path.to_owned(),
            source,
        }
    }
}

/// What the trail has done since it was opened, for metrics.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TrailStats {
    /// Records written.
    pub records: u64,
    /// Syncs of files.
    pub syncs: u64,
    /// Reads that were not recorded, because the queue was full or the disk refused them.
    pub dropped: u64,
    /// Refusals of strangers that were not recorded, because there were too many.
    pub strangers_dropped: u64,
    /// Writes or syncs that failed.
    pub failures: u64,
}

#[derive(Debug, Default)]
pub(crate) struct Counters {
    pub(crate) records: AtomicU64,
    pub(crate) syncs: AtomicU64,
    pub(crate) dropped: AtomicU64,
    pub(crate) strangers_dropped: AtomicU64,
    pub(crate) failures: AtomicU64,
    pub(crate) is_failing: AtomicBool,
}

/// The trail of this node, open for writing. Cheap to clone; the files are synced and closed when the last clone
/// is dropped, or by [`Trail::close`], which waits for it.
#[derive(Clone, Debug)]
pub struct Trail {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    directory: PathBuf,
    commands: Sender<Command>,
    /// Room in the queue, in units of a KiB. A permit travels with what it pays for.
    room: Arc<Semaphore>,
    room_max: u32,
    counters: Arc<Counters>,
    /// How many records of strangers are taken.
    strangers: Mutex<Allowance>,
}

impl Trail {
    /// So many records of strangers a second are taken in the long run.
    const STRANGERS_A_SECOND: u32 = 10;
    /// So many are taken at once after a quiet time.
    const STRANGERS_AT_ONCE: u32 = 100;

    /// Opens the trail in a directory, which is made (mode 0700) if it is not there. A line that a crash tore off
    /// is cut when its file is next written.
    pub fn open(directory: &Path, options: &TrailOptions) -> Result<Self, TrailError> {
        day_file::create_directory(directory).map_err(|source| TrailError::io(directory, source))?;
        let (commands, inbox) = std::sync::mpsc::channel();
        let counters = Arc::new(Counters::default());
        let writer = Writer::new(directory.to_owned(), options.lazy_sync, Arc::clone(&counters));
        std::thread::Builder::new()
            .name("trail".to_owned())
            .spawn(move || writer.run(&inbox))
            .map_err(|source| TrailError::io(directory, source))?;
        let room_max = u32::try_from(options.queue_bytes_max / 1024)
            .unwrap_or(u32::MAX >> 4)
            .max(1);
        let strangers = Allowance::new(Self::STRANGERS_A_SECOND, Self::STRANGERS_AT_ONCE, Instant::now());
        Ok(Self {
            shared: Arc::new(Shared {
                directory: directory.to_owned(),
                commands,
                room: Arc::new(Semaphore::new(room_max as usize)),
                room_max,
                counters,
                strangers: Mutex::new(strangers),
            }),
        })
    }

    /// Writes a record and returns once it is on disk.
    ///
    /// Fails closed: on an error nothing may be told to the caller that depends on this record.
    pub async fn record_synced(&self, record: &Record) -> Result<(), TrailError> {
        self.append_synced(vec![Line::of(record)]).await
    }

    /// Writes the records of one request and returns once all are on disk.
    pub async fn record_all_synced(&self, records: &[Record]) -> Result<(), TrailError> {
        self.append_synced(records.iter().map(Line::of).collect()).await
    }

    /// Writes a record that nobody waits for; it is on disk within a second. When the queue is full the record
    /// is dropped and counted, and `false` is returned.
    pub fn record_lazy(&self, record: &Record) -> bool {
        let line = Line::of(record);
        let units = self.units(line.bytes.len());
        let sent = Arc::clone(&self.shared.room)
            .try_acquire_many_owned(units)
            .is_ok_and(|room| {
                let append = Append {
                    lines: vec![line],
                    ack: None,
                    _room: room,
                };
                self.shared.commands.send(Command::Append(append)).is_ok()
            });
        if !sent {
            self.shared.counters.dropped.fetch_add(1, Ordering::Relaxed);
        }
        sent
    }

    /// Writes a record that somebody caused who signed nothing, as [`Trail::record_lazy`] does, unless there have been
    /// too many: nobody may fill the disk, or push out what others did, without having to say who they are. Records
    /// above the rate are dropped and counted, and `false` is returned.
    pub fn record_of_stranger(&self, record: &Record) -> bool {
        if !self.shared.strangers.lock().draw(Instant::now()) {
            self.shared
                .counters
                .strangers_dropped
                .fetch_add(1, Ordering::Relaxed);
            return false;
        }
        self.record_lazy(record)
    }

    /// Syncs what has been written and closes the files. Records that come later are refused.
    pub async fn close(&self) -> Result<(), TrailError> {
        let (ack, done) = oneshot::channel();
        self.shared
            .commands
            .send(Command::Close(ack))
            .map_err(|_| TrailError::Closed)?;
        done.await
            .map_err(|_| TrailError::Closed)?
            .map_err(TrailError::NotDurable)
    }

    /// What has been done so far.
    pub fn stats(&self) -> TrailStats {
        let counters = &self.shared.counters;
        TrailStats {
            records: counters.records.load(Ordering::Relaxed),
            syncs: counters.syncs.load(Ordering::Relaxed),
            dropped: counters.dropped.load(Ordering::Relaxed),
            strangers_dropped: counters.strangers_dropped.load(Ordering::Relaxed),
            failures: counters.failures.load(Ordering::Relaxed),
        }
    }

    /// Whether the last attempt to make records durable failed. The next record tries again.
    pub fn is_failing(&self) -> bool {
        self.shared.counters.is_failing.load(Ordering::Relaxed)
    }

    /// The directory of the trail.
    pub fn directory(&self) -> &Path {
        &self.shared.directory
    }

    pub(crate) async fn append_synced(&self, lines: Vec<Line>) -> Result<(), TrailError> {
        let bytes = lines.iter().map(|line| line.bytes.len()).sum();
        let units = self.units(bytes);
        let room = Arc::clone(&self.shared.room).acquire_many_owned(units).await;
        let room = room.map_err(|_| TrailError::Closed)?;
        let (ack, done) = oneshot::channel();
        let append = Append {
            lines,
            ack: Some(ack),
            _room: room,
        };
        self.shared
            .commands
            .send(Command::Append(append))
            .map_err(|_| TrailError::Closed)?;
        done.await
            .map_err(|_| TrailError::Closed)?
            .map_err(TrailError::NotDurable)
    }

    fn units(&self, bytes: usize) -> u32 {
        let units = u32::try_from(bytes / 1024).unwrap_or(u32::MAX).saturating_add(1);
        units.min(self.shared.room_max)
    }
}

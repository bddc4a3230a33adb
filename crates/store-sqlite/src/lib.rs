//! The embedded engine: one SQLite file, written by one thread.
//!
//! All writes that are waiting go into one transaction and share one disk sync
//! (group commit); while it runs, the next group gathers. Reads have their own
//! connections and threads and never wait for a write.
//!
//! The file is in WAL mode with `synchronous=FULL`: a commit is answered when
//! the log is synced. A log that was cut or garbled opens at its last whole
//! transaction.
//!
//! Invariant: only this process writes the file (a lock file sees to it), so
//! the heads that the writer keeps in memory are the file's heads.
//!
//! It does not encrypt: secrets are sealed before they get here. It does not
//! move audit records out of the outbox; it only keeps them with their commit.

mod checkpoint;
mod connection;
mod error;
mod format;
mod lock;
mod reader;
mod record;
mod tables;
mod writer;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use lanyard_store::{
    Collected, Commit, Completion, Cursor, Engine, Event, Loaded, OutboxEntry, OutboxPosition, PartitionId,
    Revision, Stat, StoreError,
};
use parking_lot::Mutex;

pub use self::error::OpenError;
pub use self::format::FORMAT_VERSION;

use self::checkpoint::Checkpointer;
use self::lock::FileLock;
use self::reader::Readers;
use self::writer::{Job, Writer};

/// How many rows one step of the change feed's collection deletes, so that
/// commits are not kept waiting.
const COLLECT_STEP: u64 = 1000;

/// The SQLite engine. Closing it (or dropping it) stops its threads.
#[derive(Debug)]
pub struct SqliteEngine {
    path: PathBuf,
    created: bool,
    writer: Arc<Writer>,
    readers: Arc<Readers>,
    checkpointer: Arc<Checkpointer>,
    /// Given up last, when nothing of this process touches the file any more.
    lock: Arc<Mutex<Option<FileLock>>>,
}

impl SqliteEngine {
    /// Opens the store at `path`, or makes an empty one if there is no file.
    ///
    /// This blocks (it reads, writes and syncs files); call it at start or on
    /// a thread where that does no harm.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, OpenError> {
        let path = path.as_ref();
        format::check_library()?;
        let lock = FileLock::take(path)?;
        let created = format::create_if_missing(path)?;
        format::check_file(path)?;
        let connection = connection::writer(path).map_err(|error| OpenError::unreadable(path, error))?;
        format::check_content(path, &connection)?;
        connection::accept(&connection).map_err(|error| OpenError::unreadable(path, error))?;
        if let Err(error) = checkpoint::truncate_log(&connection) {
            // A full disk, most likely: reading works, and writing will say so.
            tracing::warn!(%error, "the write-ahead log could not be copied into the store at start");
        }

        let checkpointer = Arc::new(Checkpointer::start(path)?);
        let writer = Writer::start(path, connection, Arc::clone(&checkpointer))?;
        let readers = Arc::new(Readers::start(path)?);
        let lock = Arc::new(Mutex::new(Some(lock)));
        Ok(Self {
            path: path.to_owned(),
            created,
            writer,
            readers,
            checkpointer,
            lock,
        })
    }

    /// Was the store made by this `open`?
    pub fn was_created(&self) -> bool {
        self.created
    }

    /// The store's file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Reads the whole file and lists what is wrong with it; nothing, if all is well.
    pub async fn verify(&self) -> Result<Vec<String>, StoreError> {
        self.readers.read(tables::verify).await
    }

    /// Hands a job to the writer and waits for its answer.
    async fn write<T: Send + 'static>(
        &self,
        job: impl FnOnce(writer::Reply<T>) -> Job,
    ) -> Result<T, StoreError> {
        let (reply, answer) = tokio::sync::oneshot::channel();
        self.writer.submit(job(reply));
        answer.await.map_err(|_| StoreError::Closed)?
    }
}

#[async_trait]
impl Engine for SqliteEngine {
    async fn load(&self, partition: &PartitionId) -> Result<Loaded, StoreError> {
        let partition = partition.clone();
        self.readers
            .read(move |connection| tables::load(connection, &partition))
            .await
    }

    fn submit(&self, commit: Commit, completion: Completion) {
        self.writer.submit(Job::Commit(commit, completion));
    }

    async fn head(&self, partition: &PartitionId) -> Result<Revision, StoreError> {
        let partition = partition.clone();
        self.readers
            .read(move |connection| tables::head(connection, &partition))
            .await
    }

    async fn watch(&self, after: Cursor, limit: usize) -> Result<Vec<Event>, StoreError> {
        let mut newest = self.writer.newest();
        loop {
            self.writer.check_open()?;
            let seen = Cursor(*newest.borrow_and_update());
            if after < seen {
                let query = move |connection: &mut _| tables::events(connection, after, limit);
                match self.readers.read(query).await? {
                    Err(oldest) => return Err(StoreError::CursorTooOld { oldest }),
                    Ok(events) if !events.is_empty() => return Ok(events),
                    Ok(_) => {}
                }
            } else if after > seen {
                // A reader may see a commit a moment before it is announced.
                let newest = self.readers.read(tables::newest).await?;
                if after > newest {
                    return Err(StoreError::CursorAhead { newest });
                }
            }
            newest.changed().await.map_err(|_| StoreError::Closed)?;
        }
    }

    async fn cursor(&self) -> Result<Cursor, StoreError> {
        self.writer.check_open()?;
        Ok(Cursor(*self.writer.newest().borrow()))
    }

    async fn partitions(&self, prefix: &str) -> Result<Vec<PartitionId>, StoreError> {
        let prefix = prefix.to_owned();
        self.readers
            .read(move |connection| tables::partitions(connection, &prefix))
            .await
    }

    async fn ready(&self) -> Result<(), StoreError> {
        self.write(Job::Probe).await
    }

    async fn put_stats(&self, stats: Vec<Stat>) -> Result<(), StoreError> {
        self.write(|reply| Job::Stats(stats, reply)).await
    }

    async fn stats(&self, partition: &PartitionId) -> Result<Vec<(Arc<str>, Bytes)>, StoreError> {
        let partition = partition.clone();
        self.readers
            .read(move |connection| tables::stats(connection, &partition))
            .await
    }

    async fn outbox(
        &self,
        after: Option<OutboxPosition>,
        limit: usize,
    ) -> Result<Vec<OutboxEntry>, StoreError> {
        self.readers
            .read(move |connection| tables::outbox(connection, after, limit))
            .await
    }

    async fn outbox_filled(&self) -> Result<(), StoreError> {
        let mut waiting = self.writer.outbox_waiting();
        let filled = waiting.wait_for(|&count| count > 0).await;
        filled.map(|_| ()).map_err(|_| StoreError::Closed)
    }

    async fn outbox_delete(&self, positions: Vec<OutboxPosition>) -> Result<(), StoreError> {
        self.write(|reply| Job::OutboxDelete(positions, reply)).await
    }

    async fn gc(&self, keep: u64) -> Result<Collected, StoreError> {
        let mut events = 0_u64;
        loop {
            let step = self
                .write(|reply| Job::Collect {
                    keep,
                    step: COLLECT_STEP,
                    reply,
                })
                .await?;
            events = events.saturating_add(step.events);
            if step.events < COLLECT_STEP {
                return Ok(Collected {
                    events,
                    oldest: step.oldest,
                });
            }
        }
    }

    fn is_exclusive(&self) -> bool {
        true
    }

    async fn close(&self) -> Result<(), StoreError> {
        let stop = self.stop();
        tokio::task::spawn_blocking(stop)
            .await
            .map_err(|_| StoreError::Closed)
    }
}

impl SqliteEngine {
    /// Stops everything, in the order that lets each finish. Blocks; idempotent.
    fn stop(&self) -> impl FnOnce() + Send + 'static {
        let writer = Arc::clone(&self.writer);
        let readers = Arc::clone(&self.readers);
        let checkpointer = Arc::clone(&self.checkpointer);
        let lock = Arc::clone(&self.lock);
        move || {
            readers.stop();
            checkpointer.stop();
            // Last, so that the writer's is the last connection: SQLite then
            // writes the log into the file and removes it.
            writer.stop();
            drop(lock.lock().take());
        }
    }
}

impl Drop for SqliteEngine {
    fn drop(&mut self) {
        self.stop()();
    }
}

//! The thread that writes.
//!
//! It takes all that waits, puts it into one transaction, syncs once, and
//! answers. Conflicts are found against the heads it keeps in memory, before
//! anything is written, so one conflict does not sink the others. What fails
//! while writing (no room, an error of the disk) fails the whole group.

mod group;
mod heads;
mod queue;
mod statements;
mod tail;

use std::fmt;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread::{self, JoinHandle};

use lanyard_store::{Collected, Commit, Completion, OutboxPosition, Stat, StoreError};
use parking_lot::Mutex;
use rusqlite::Connection;
use tokio::sync::{oneshot, watch};

pub(crate) use self::queue::Queue;

use self::group::GroupWriter;
use self::queue::Work;
use self::statements::Statements;
use crate::checkpoint::{self, Checkpointer};
use crate::{OpenError, tables};

/// Where an answer goes.
pub(crate) type Reply<T> = oneshot::Sender<Result<T, StoreError>>;

/// Something to write.
pub(crate) enum Job {
    Commit(Commit, Completion),
    /// A commit that is refused, in its turn, without looking at it.
    Refused(Completion, StoreError),
    Stats(Vec<Stat>, Reply<()>),
    OutboxDelete(Vec<OutboxPosition>, Reply<()>),
    Collect {
        keep: u64,
        step: u64,
        reply: Reply<Collected>,
    },
    /// Can the store be written?
    Probe(Reply<()>),
}

/// The writer's front: hands over jobs and shows what is durable.
pub(crate) struct Writer {
    queue: Arc<Queue>,
    newest: watch::Receiver<u64>,
    outbox_waiting: watch::Receiver<u64>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

/// What the writer shows after each group.
pub(crate) struct Published {
    /// The change feed's newest cursor.
    pub(crate) newest: watch::Sender<u64>,
    /// How many records wait in the outbox.
    pub(crate) outbox_waiting: watch::Sender<u64>,
}

impl Writer {
    pub(crate) fn start(
        path: &Path,
        mut connection: Connection,
        checkpointer: Arc<Checkpointer>,
    ) -> Result<Arc<Self>, OpenError> {
        let unreadable = |error| OpenError::unreadable(path, error);
        let newest = tables::newest(&mut connection).map_err(unreadable)?.0;
        let waiting = connection
            .query_row("SELECT count(*) FROM outbox", [], |row| tables::unsigned(row, 0))
            .map_err(unreadable)?;
        let (newest, newest_seen) = watch::channel(newest);
        let (outbox_waiting, outbox_seen) = watch::channel(waiting);
        let published = Published {
            newest,
            outbox_waiting,
        };
        // Tells after each commit how long the log is.
        let log_pages = Arc::new(AtomicU32::new(0));
        let of_hook = Arc::clone(&log_pages);
        let hook = move |_: &mut _, pages: i32| {
            of_hook.store(u32::try_from(pages).unwrap_or(0), Ordering::Relaxed);
            Ok(())
        };
        connection.wal_hook(Some(hook)).map_err(unreadable)?;
        // Looks once whether the statements fit the tables; the thread prepares its own.
        drop(Statements::prepare(&connection).map_err(unreadable)?);

        let queue = Arc::new(Queue::default());
        let of_thread = Arc::clone(&queue);
        let thread = thread::Builder::new()
            .name("store-write".to_owned())
            .spawn(move || run(connection, &of_thread, published, &log_pages, &checkpointer))
            .map_err(|error| OpenError::io(path, error))?;
        Ok(Arc::new(Self {
            queue,
            newest: newest_seen,
            outbox_waiting: outbox_seen,
            thread: Mutex::new(Some(thread)),
        }))
    }

    /// Hands over a job; the order of calls is the order of writing and answering.
    pub(crate) fn submit(&self, job: Job) {
        self.queue.push(job);
    }

    pub(crate) fn check_open(&self) -> Result<(), StoreError> {
        if self.queue.is_stopped() {
            Err(StoreError::Closed)
        } else {
            Ok(())
        }
    }

    /// The change feed's newest durable cursor; closes when the writer stops.
    pub(crate) fn newest(&self) -> watch::Receiver<u64> {
        self.newest.clone()
    }

    /// How many records wait in the outbox; closes when the writer stops.
    pub(crate) fn outbox_waiting(&self) -> watch::Receiver<u64> {
        self.outbox_waiting.clone()
    }

    /// Lets the thread finish what waits, and waits for its end.
    pub(crate) fn stop(&self) {
        self.queue.stop();
        let Some(thread) = self.thread.lock().take() else {
            return;
        };
        // The last owner of the store may be let go by a completion, which
        // runs on this very thread; it ends by itself then.
        if thread.thread().id() != thread::current().id() {
            let _ = thread.join();
        }
    }
}

impl fmt::Debug for Writer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Writer")
    }
}

fn run(
    connection: Connection,
    queue: &Arc<Queue>,
    published: Published,
    log_pages: &AtomicU32,
    checkpointer: &Checkpointer,
) {
    // However this ends, nobody waits for ever.
    let _end = queue.at_end();
    if let Err(error) = serve(&connection, queue, published, log_pages, checkpointer) {
        tracing::error!(%error, "the store's writer stopped");
    }
    if let Err(error) = checkpoint::truncate_log(&connection) {
        tracing::warn!(%error, "the write-ahead log could not be copied into the store; it is kept");
    }
    if let Err((_, error)) = connection.close() {
        tracing::warn!(%error, "the store was not closed cleanly");
    }
}

fn serve(
    connection: &Connection,
    queue: &Arc<Queue>,
    published: Published,
    log_pages: &AtomicU32,
    checkpointer: &Checkpointer,
) -> rusqlite::Result<()> {
    let mut writer = GroupWriter::new(connection, published)?;
    let mut limit = checkpoint::LOG_PAGES;
    let mut copying = false;
    let mut expected = 1;
    loop {
        match queue.next(expected) {
            Work::Group(jobs) => {
                // Whoever is answered now may soon be back, and meanwhile
                // others have come.
                let answered = jobs.iter().filter(|job| matches!(job, Job::Commit(..))).count();
                writer.write(jobs);
                expected = answered.saturating_add(queue.len());
            }
            Work::BeginLogAnew => {
                copying = false;
                let pages = log_pages.load(Ordering::Relaxed);
                limit = match checkpoint::restart_log(connection, pages) {
                    Ok(true) => {
                        // A small write puts a new head on the log, which makes
                        // its old frames invalid.
                        writer.stamp();
                        checkpoint::LOG_PAGES
                    }
                    // A reader was in the way, or there is no room: later.
                    Ok(false) => pages.saturating_add(checkpoint::LOG_PAGES / 4),
                    Err(error) => {
                        tracing::warn!(%error, "the write-ahead log could not begin anew; trying again later");
                        pages.saturating_add(checkpoint::LOG_PAGES / 4)
                    }
                };
            }
            Work::Stop => {
                writer.fold_all();
                return Ok(());
            }
        }
        if !copying && log_pages.load(Ordering::Relaxed) >= limit {
            copying = true;
            checkpointer.request(queue);
        }
    }
}

//! Keeping the write-ahead log short without keeping writers waiting.
//!
//! When the log has grown past [`LOG_PAGES`], a thread of its own copies it
//! into the file while commits go on. Then the writer, between two groups,
//! copies what came meanwhile (little) and begins the log anew from its start.
//! The log file keeps its size, so later syncs need not record a new length.
//!
//! Invariant: once the log's pages are in the file, its old frames are made
//! invalid at once. Otherwise a log damaged later could bring back older
//! versions of only some pages.

use std::fmt;
use std::path::Path;
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use parking_lot::{Condvar, Mutex};
use rusqlite::Connection;

use crate::writer::Queue;
use crate::{OpenError, connection};

/// The log's usual limit: 8 MiB of 4 KiB pages.
pub(crate) const LOG_PAGES: u32 = 2048;

/// How long the writer waits for readers before it begins the log anew; past
/// twice the limit, longer.
const READERS_WAIT: Duration = Duration::from_millis(10);
const READERS_WAIT_URGENT: Duration = Duration::from_secs(1);

pub(crate) struct Checkpointer {
    shared: Arc<Shared>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

#[derive(Default)]
struct Shared {
    order: Mutex<Order>,
    changed: Condvar,
}

#[derive(Default)]
struct Order {
    /// Whom to tell when the log is copied.
    wanted: Option<Arc<Queue>>,
    stopped: bool,
}

impl Checkpointer {
    pub(crate) fn start(path: &Path) -> Result<Self, OpenError> {
        let connection =
            connection::checkpointer(path).map_err(|error| OpenError::unreadable(path, error))?;
        let shared = Arc::new(Shared::default());
        let of_thread = Arc::clone(&shared);
        let thread = thread::Builder::new()
            .name("store-checkpoint".to_owned())
            .spawn(move || run(&connection, &of_thread))
            .map_err(|error| OpenError::io(path, error))?;
        Ok(Self {
            shared,
            thread: Mutex::new(Some(thread)),
        })
    }

    /// Copies the log into the file, then tells the writer to begin it anew.
    pub(crate) fn request(&self, queue: &Arc<Queue>) {
        self.shared.order.lock().wanted = Some(Arc::clone(queue));
        self.shared.changed.notify_one();
    }

    pub(crate) fn stop(&self) {
        self.shared.order.lock().stopped = true;
        self.shared.changed.notify_one();
        if let Some(thread) = self.thread.lock().take() {
            let _ = thread.join();
        }
    }
}

impl Drop for Checkpointer {
    fn drop(&mut self) {
        self.stop();
    }
}

impl fmt::Debug for Checkpointer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Checkpointer")
    }
}

fn run(connection: &Connection, shared: &Shared) {
    loop {
        let queue = {
            let mut order = shared.order.lock();
            loop {
                if order.stopped {
                    return;
                }
                if let Some(queue) = order.wanted.take() {
                    break queue;
                }
                shared.changed.wait(&mut order);
            }
        };
        if let Err(error) = checkpoint(connection, "PASSIVE") {
            tracing::warn!(%error, "the write-ahead log could not be copied into the store; trying again later");
        }
        queue.begin_log_anew();
    }
}

/// Makes what the log holds durable in the file, and the log empty. Did it finish?
pub(crate) fn truncate_log(connection: &Connection) -> rusqlite::Result<bool> {
    checkpoint(connection, "TRUNCATE")
}

/// Copies the rest of the log and lets it begin anew. Did it come to that?
pub(crate) fn restart_log(connection: &Connection, log_pages: u32) -> rusqlite::Result<bool> {
    let wait = if log_pages > LOG_PAGES.saturating_mul(2) {
        READERS_WAIT_URGENT
    } else {
        READERS_WAIT
    };
    connection.busy_timeout(wait)?;
    let outcome = checkpoint(connection, "RESTART");
    connection.busy_timeout(connection::BUSY_WAIT)?;
    outcome
}

/// Did it finish (rather than being held up by a reader)?
fn checkpoint(connection: &Connection, mode: &str) -> rusqlite::Result<bool> {
    connection.query_row(&format!("PRAGMA wal_checkpoint({mode})"), [], |row| {
        Ok(row.get::<_, i64>(0)? == 0)
    })
}

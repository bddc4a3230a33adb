//! The threads that read, each with a connection of its own.

use std::collections::VecDeque;
use std::fmt;
use std::path::Path;
use std::sync::Arc;
use std::thread::{self, JoinHandle};

use lanyard_store::StoreError;
use parking_lot::{Condvar, Mutex};
use rusqlite::Connection;

use crate::{OpenError, connection, error};

/// Loading a large partition must not keep everybody else from reading.
const THREADS: usize = 2;

type Task = Box<dyn FnOnce(&mut Connection) + Send>;

pub(crate) struct Readers {
    shared: Arc<Shared>,
    threads: Mutex<Vec<JoinHandle<()>>>,
}

#[derive(Default)]
struct Shared {
    tasks: Mutex<Tasks>,
    changed: Condvar,
}

#[derive(Default)]
struct Tasks {
    waiting: VecDeque<Task>,
    stopped: bool,
}

impl Readers {
    pub(crate) fn start(path: &Path) -> Result<Self, OpenError> {
        let shared = Arc::new(Shared::default());
        let readers = Self {
            shared: Arc::clone(&shared),
            threads: Mutex::default(),
        };
        for number in 0..THREADS {
            let connection = connection::reader(path).map_err(|error| OpenError::unreadable(path, error))?;
            let shared = Arc::clone(&shared);
            let thread = thread::Builder::new()
                .name(format!("store-read-{number}"))
                .spawn(move || run(connection, &shared))
                .map_err(|error| OpenError::io(path, error))?;
            readers.threads.lock().push(thread);
        }
        Ok(readers)
    }

    /// Runs a query on one of the threads.
    pub(crate) async fn read<T: Send + 'static>(
        &self,
        query: impl FnOnce(&mut Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (sender, answer) = tokio::sync::oneshot::channel();
        {
            let mut tasks = self.shared.tasks.lock();
            if tasks.stopped {
                return Err(StoreError::Closed);
            }
            tasks.waiting.push_back(Box::new(move |connection| {
                // Somebody who went away needs no answer.
                let _ = sender.send(query(connection));
            }));
        }
        self.shared.changed.notify_one();
        answer
            .await
            .map_err(|_| StoreError::Closed)?
            .map_err(error::read_error)
    }

    /// Ends the threads; what waits is answered with `Closed`.
    pub(crate) fn stop(&self) {
        {
            let mut tasks = self.shared.tasks.lock();
            tasks.stopped = true;
            tasks.waiting.clear();
        }
        self.shared.changed.notify_all();
        for thread in self.threads.lock().drain(..) {
            let _ = thread.join();
        }
    }
}

impl Drop for Readers {
    fn drop(&mut self) {
        self.stop();
    }
}

fn run(mut connection: Connection, shared: &Shared) {
    loop {
        let task = {
            let mut tasks = shared.tasks.lock();
            loop {
                if tasks.stopped {
                    return;
                }
                if let Some(task) = tasks.waiting.pop_front() {
                    break task;
                }
                shared.changed.wait(&mut tasks);
            }
        };
        task(&mut connection);
    }
}

impl fmt::Debug for Readers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Readers")
    }
}

//! Moves the records of mutations from the store's outbox into the day files.
//!
//! Records are appended and synced first and deleted from the outbox second, one batch at a time. A crash between
//! the two leaves a batch in both places, and only ever one: so the first batch after a start is compared, by
//! event id, with what stands in the files already.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use lanyard_store::{Engine, OutboxEntry, StoreError};
use serde::Deserialize;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

use super::{Day, Line, Trail, TrailError, reader};

/// Invariant: no batch is larger, so that looking at the first one after a start is enough.
const BATCH_RECORDS_MAX: usize = 256;
/// Between two batches, so that a batch is worth its sync and the writes of callers come first.
const PAUSE: Duration = Duration::from_millis(200);
const PAUSE_AFTER_FAILURE: Duration = Duration::from_secs(1);

/// Empties a store's outbox into a trail.
pub struct Mover {
    engine: Arc<dyn Engine>,
    trail: Trail,
    /// Whether the next batch may be in the files already.
    may_be_moved: bool,
}

impl Mover {
    /// A mover from this store to this trail. There may be only one for an outbox at a time.
    pub fn new(engine: Arc<dyn Engine>, trail: Trail) -> Self {
        Self {
            engine,
            trail,
            may_be_moved: true,
        }
    }

    /// Moves what is in the outbox now; returns how many records it took out.
    pub async fn move_all(&mut self) -> Result<usize, TrailError> {
        let mut moved = 0_usize;
        loop {
            let batch = self.move_batch().await?;
            moved = moved.saturating_add(batch);
            if batch < BATCH_RECORDS_MAX {
                return Ok(moved);
            }
        }
    }

    /// Goes on moving in a task of its own until it is told to stop or the handle is dropped.
    pub fn spawn(self) -> MoverHandle {
        let (commands, inbox) = mpsc::channel(16);
        MoverHandle {
            commands,
            task: tokio::spawn(self.run(inbox)),
        }
    }

    async fn run(mut self, mut inbox: mpsc::Receiver<Command>) -> Result<(), TrailError> {
        loop {
            let woken = tokio::select! {
                command = inbox.recv() => Ok(Some(command.unwrap_or(Command::Stop))),
                filled = self.engine.outbox_filled() => filled.map(|()| None),
            };
            let (outcome, command) = match woken {
                Err(StoreError::Closed) => return Ok(()),
                Err(error) => (Err(outbox_error(error)), None),
                // Moving is no branch of the select: a batch is never abandoned half way.
                Ok(Some(command)) => (self.move_all().await, Some(command)),
                Ok(None) => {
                    let command = command_within(&mut inbox, PAUSE).await;
                    (self.move_all().await, command)
                }
            };
            let outcome = outcome.map(|_| ());
            if let Err(error) = &outcome {
                tracing::warn!(%error, "audit records wait in the outbox");
            }
            match command {
                Some(Command::Stop) => return outcome,
                // Whoever asked may have gone away.
                Some(Command::Flush(done)) => drop(done.send(outcome)),
                None if outcome.is_err() => tokio::time::sleep(PAUSE_AFTER_FAILURE).await,
                None => {}
            }
        }
    }

    async fn move_batch(&mut self) -> Result<usize, TrailError> {
        let batch = self
            .engine
            .outbox(None, BATCH_RECORDS_MAX)
            .await
            .map_err(outbox_error)?;
        if batch.is_empty() {
            self.may_be_moved = false;
            return Ok(0);
        }
        let mut lines: Vec<(&str, Line)> = batch
            .iter()
            .map(|entry| (&*entry.record.id, line_of(entry)))
            .collect();
        if self.may_be_moved {
            let present = self.ids_present(&lines).await?;
            lines.retain(|(id, _)| !present.contains(*id));
        }
        let lines: Vec<Line> = lines.into_iter().map(|(_, line)| line).collect();
        if !lines.is_empty() {
            self.may_be_moved = true;
            self.trail.append_synced(lines).await?;
        }
        let positions = batch.iter().map(|entry| entry.position).collect();
        self.engine.outbox_delete(positions).await.map_err(outbox_error)?;
        self.may_be_moved = false;
        Ok(batch.len())
    }

    /// Which of these records stand in the day files.
    async fn ids_present(&self, lines: &[(&str, Line)]) -> Result<HashSet<String>, TrailError> {
        let wanted: HashSet<String> = lines.iter().map(|(id, _)| (*id).to_owned()).collect();
        let days: HashSet<Day> = lines.iter().map(|(_, line)| line.day).collect();
        let directory = self.trail.directory().to_owned();
        tokio::task::spawn_blocking(move || reader::ids_present(&directory, &days, &wanted))
            .await
            .map_err(|error| TrailError::Outbox(Box::new(error)))?
    }
}

#[derive(Debug)]
enum Command {
    Flush(oneshot::Sender<Result<(), TrailError>>),
    Stop,
}

/// A mover at work.
#[derive(Debug)]
pub struct MoverHandle {
    commands: mpsc::Sender<Command>,
    task: JoinHandle<Result<(), TrailError>>,
}

impl MoverHandle {
    /// Moves what is in the outbox now, so that whoever reads the trail next finds it there.
    pub async fn flush(&self) -> Result<(), TrailError> {
        let (done, moved) = oneshot::channel();
        self.commands
            .send(Command::Flush(done))
            .await
            .map_err(|_| TrailError::Closed)?;
        moved.await.map_err(|_| TrailError::Closed)?
    }

    /// Moves what is left and stops.
    pub async fn stop(self) -> Result<(), TrailError> {
        // A mover that has stopped by itself cannot be told, and its outcome follows.
        let _ = self.commands.send(Command::Stop).await;
        self.task
            .await
            .map_err(|error| TrailError::Outbox(Box::new(error)))?
    }
}

async fn command_within(inbox: &mut mpsc::Receiver<Command>, time: Duration) -> Option<Command> {
    let command = tokio::time::timeout(time, inbox.recv()).await.ok()?;
    Some(command.unwrap_or(Command::Stop))
}

fn outbox_error(error: StoreError) -> TrailError {
    TrailError::Outbox(Box::new(error))
}

fn line_of(entry: &OutboxEntry) -> Line {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Head<'a> {
        #[serde(borrow)]
        event_time: std::borrow::Cow<'a, str>,
    }
    let head = serde_json::from_slice::<Head<'_>>(&entry.record.body).ok();
    let day = head.and_then(|head| Day::parse(&head.event_time));
    // A record that cannot be read is kept all the same, under today.
    let day = day.unwrap_or_else(|| Day::of(jiff::Timestamp::now()));
    Line {
        day,
        bytes: entry.record.body.to_vec(),
    }
}

//! Working at a job, where it keeps nobody waiting: on a thread for what takes long, one job at a time.

use std::sync::Arc;

use jiff::Timestamp;
use lanyard_directory::{Account, Directory};
use tokio::sync::Semaphore;
use uuid::Uuid;

use super::jobs::LastAccessedJobs;
use super::report::Report;
use super::target::Target;

/// What a job has to find out.
pub(super) struct Task {
    pub(super) id: Uuid,
    pub(super) target: Target,
    pub(super) with_actions: bool,
    /// The account as it was when the job began.
    pub(super) account: Arc<Account>,
    pub(super) created: Timestamp,
    /// The turn among the jobs of the account.
    pub(super) turn: Arc<Semaphore>,
}

/// Works at a job that was begun, until it has ended.
pub(super) async fn work(task: Task, directory: Arc<Directory>, jobs: Arc<LastAccessedJobs>) {
    let (id, account) = (task.id, task.account.id());
    // First among the jobs of the account, then among the accounts. Both outlive everybody who waits, so that there
    // always is a turn.
    let Ok(_first_of_account) = task.turn.clone().acquire_owned().await else {
        return;
    };
    let Ok(_turn) = jobs.turn.acquire().await else {
        return;
    };
    let made = tokio::task::spawn_blocking(move || {
        let Task {
            target,
            with_actions,
            account,
            created,
            ..
        } = task;
        Report::make(&target, with_actions, &account, &directory, created)
    });
    let report = made.await;
    if let Err(error) = &report {
        tracing::error!(%error, job = %id, "service last accessed details could not be made");
    }
    jobs.end(id, account, report.ok(), Timestamp::now());
}

//! Pages of what a job found. A marker is good for one job and one operation.

use lanyard_aws_api::ErrorCode;
use lanyard_aws_api::iam::ErrorDetails;

use super::jobs::{Job, Owner};
use crate::error::Refusal;
use crate::page::Page;
use crate::view::View;

/// The job that a request names, if it is the caller's.
pub(super) fn job(id: &str, view: &View<'_>) -> Result<Job, Refusal> {
    let jobs = &view.services.last_accessed_jobs;
    let job = jobs.find(id, view.account.id(), Owner::of(view.caller));
    job.ok_or_else(|| Refusal::no_such_job(id))
}

/// What is said of a job that failed.
pub(super) fn failure() -> ErrorDetails {
    ErrorDetails {
        message: "The report could not be generated.".to_owned(),
        code: ErrorCode::SERVICE_FAILURE.code().to_owned(),
    }
}

/// A page with the beginning of its markers.
pub(super) struct JobPage {
    pub(super) page: Page,
    prefix: String,
}

impl JobPage {
    /// Reads `Marker` and `MaxItems`.
    pub(super) fn asked(
        job: &str,
        list: &str,
        marker: Option<&str>,
        items_max: Option<i32>,
    ) -> Result<Self, Refusal> {
        let prefix = format!("{job}/{list}/");
        let page = Page::asked(marker, items_max)?;
        if page.after().is_some_and(|after| !after.starts_with(&prefix)) {
            return Err(Refusal::marker_of_another_job());
        }
        Ok(Self { page, prefix })
    }

    /// The key of an item, for its marker.
    pub(super) fn key(&self, item: &str) -> String {
        format!("{}{item}", self.prefix)
    }
}

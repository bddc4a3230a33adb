//! GenerateServiceLastAccessedDetails. Decided on whom the report is about.

use std::sync::Arc;

use lanyard_aws_api::iam::{
    self, AccessAdvisorUsageGranularityType, GenerateServiceLastAccessedDetailsInput,
    GenerateServiceLastAccessedDetailsOutput,
};
use uuid::Uuid;

use super::arn::Named;
use super::jobs::{Job, Owner, State};
use super::making::{self, Task};
use crate::error::Refusal;
use crate::operation::{Described, Read};
use crate::subject::Subject;
use crate::view::View;

pub(crate) struct GenerateServiceLastAccessedDetails;

impl Described for GenerateServiceLastAccessedDetails {
    type Model = iam::GenerateServiceLastAccessedDetails;

    fn subject(input: &GenerateServiceLastAccessedDetailsInput, view: &View<'_>) -> Result<Subject, Refusal> {
        Ok(Named::read(&input.arn, view)?.ask(Self::ACTION, view).into())
    }
}

impl Read for GenerateServiceLastAccessedDetails {
    fn run(
        input: &GenerateServiceLastAccessedDetailsInput,
        view: &View<'_>,
    ) -> Result<GenerateServiceLastAccessedDetailsOutput, Refusal> {
        let (services, account) = (view.services, view.account.id());
        // The newest snapshot: the one that was decided on, or a later one.
        let snapshot = services.directory.account_cached(account);
        let snapshot = snapshot.ok_or_else(Refusal::invalid_token)?;
        let target = Named::read(&input.arn, view)?.find(&snapshot);
        let target = target.ok_or_else(|| Refusal::no_such_arn(&input.arn))?;
        let with_actions = input.granularity == Some(AccessAdvisorUsageGranularityType::ActionLevel);
        let id = Uuid::new_v4();
        let job = Job {
            account,
            owner: Owner::of(view.caller),
            with_actions,
            created: view.now,
            state: State::InProgress,
        };
        let turn = services.last_accessed_jobs.begin(id, job);
        let turn = turn.ok_or_else(Refusal::throttled)?;
        let task = Task {
            id,
            target,
            with_actions,
            account: snapshot,
            created: view.now,
            turn,
        };
        let (directory, jobs) = (&services.directory, &services.last_accessed_jobs);
        tokio::spawn(making::work(task, Arc::clone(directory), Arc::clone(jobs)));
        Ok(GenerateServiceLastAccessedDetailsOutput {
            job_id: Some(id.to_string()),
        })
    }
}

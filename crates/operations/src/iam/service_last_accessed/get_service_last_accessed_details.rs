//! GetServiceLastAccessedDetails: what a job found, by service. Only who began the job may read it.

use lanyard_aws_api::iam::{
    self, AccessAdvisorUsageGranularityType, GetServiceLastAccessedDetailsInput,
    GetServiceLastAccessedDetailsOutput, JobStatusType, ServiceLastAccessed, TrackedActionLastAccessed,
};

use super::jobs::State;
use super::pages::{self, JobPage};
use super::report::{ActionLine, ServiceLine};
use super::service_names;
use crate::error::Refusal;
use crate::operation::{Described, Read};
use crate::subject::{Ask, Subject};
use crate::view::View;

/// How many services a page has unless the caller says otherwise. Evidence: a recorded report of AWS; its reference says
/// 100.
const SERVICES_DEFAULT: i32 = 200;

pub(crate) struct GetServiceLastAccessedDetails;

impl Described for GetServiceLastAccessedDetails {
    type Model = iam::GetServiceLastAccessedDetails;

    fn subject(_: &GetServiceLastAccessedDetailsInput, view: &View<'_>) -> Result<Subject, Refusal> {
        Ok(Ask::on_anything(Self::ACTION, view).into())
    }
}

impl Read for GetServiceLastAccessedDetails {
    fn run(
        input: &GetServiceLastAccessedDetailsInput,
        view: &View<'_>,
    ) -> Result<GetServiceLastAccessedDetailsOutput, Refusal> {
        let job = pages::job(&input.job_id, view)?;
        let items_max = input.max_items.or(Some(SERVICES_DEFAULT));
        let page = JobPage::asked(&input.job_id, "services", input.marker.as_deref(), items_max)?;
        // What is not known yet is left out. Evidence: recorded responses of AWS.
        let mut output = GetServiceLastAccessedDetailsOutput {
            job_status: JobStatusType::InProgress,
            job_type: None,
            job_creation_date: job.created,
            services_last_accessed: None,
            job_completion_date: None,
            is_truncated: Some(false),
            marker: None,
            error: None,
        };
        let (ended, report) = match job.state {
            State::InProgress => return Ok(output),
            State::Completed(ended, report) => (ended, Some(report)),
            State::Failed(ended) => (ended, None),
        };
        output.job_completion_date = Some(ended);
        output.job_type = Some(if job.with_actions {
            AccessAdvisorUsageGranularityType::ActionLevel
        } else {
            AccessAdvisorUsageGranularityType::ServiceLevel
        });
        let Some(report) = report else {
            output.job_status = JobStatusType::Failed;
            output.services_last_accessed = Some(Vec::new());
            output.error = Some(pages::failure());
            return Ok(output);
        };
        let lines = report.services.iter();
        let paged = page
            .page
            .cut_sorted(lines, |line| page.key(line.service.prefix()));
        output.job_status = JobStatusType::Completed;
        output.is_truncated = Some(paged.is_truncated());
        let paged = paged.map(service);
        output.services_last_accessed = Some(paged.items);
        output.marker = paged.marker;
        Ok(output)
    }
}

fn service(line: &ServiceLine) -> ServiceLastAccessed {
    let last = line.last.as_deref();
    ServiceLastAccessed {
        service_name: service_names::name(line.service).to_owned(),
        last_authenticated: last.map(|last| last.attempt.at),
        service_namespace: line.service.prefix().to_owned(),
        last_authenticated_entity: last.map(|last| last.entity.to_string()),
        last_authenticated_region: last.map(|last| last.attempt.region.to_string()),
        total_authenticated_entities: i32::try_from(line.entities).ok(),
        tracked_actions_last_accessed: (!line.actions.is_empty())
            .then(|| line.actions.iter().map(action).collect()),
    }
}

fn action(line: &ActionLine) -> TrackedActionLastAccessed {
    let last = line.last.as_deref();
    TrackedActionLastAccessed {
        action_name: Some(line.action.name().to_owned()),
        last_accessed_entity: last.map(|last| last.entity.to_string()),
        last_accessed_time: last.map(|last| last.attempt.at),
        last_accessed_region: last.map(|last| last.attempt.region.to_string()),
    }
}

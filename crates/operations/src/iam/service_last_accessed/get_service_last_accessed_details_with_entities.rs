//! GetServiceLastAccessedDetailsWithEntities: who of those concerned turned to a service, latest first.
//!
//! Entities are shown under the names that they have now; those that are gone since are left out. Evidence: recorded
//! responses of AWS.

use std::cmp::Reverse;

use jiff::Timestamp;
use lanyard_aws_api::iam::{
    self, EntityDetails, EntityInfo, GetServiceLastAccessedDetailsWithEntitiesInput,
    GetServiceLastAccessedDetailsWithEntitiesOutput, JobStatusType, PolicyOwnerEntityType,
};
use lanyard_catalogue::catalogue;
use lanyard_directory::{Account, OwnerKind};

use super::jobs::State;
use super::pages::{self, JobPage};
use super::report::{EntityLine, Report};
use crate::error::Refusal;
use crate::operation::{Described, Read};
use crate::subject::{Ask, Subject};
use crate::view::View;

pub(crate) struct GetServiceLastAccessedDetailsWithEntities;

impl Described for GetServiceLastAccessedDetailsWithEntities {
    type Model = iam::GetServiceLastAccessedDetailsWithEntities;

    fn subject(
        _: &GetServiceLastAccessedDetailsWithEntitiesInput,
        view: &View<'_>,
    ) -> Result<Subject, Refusal> {
        Ok(Ask::on_anything(Self::ACTION, view).into())
    }
}

impl Read for GetServiceLastAccessedDetailsWithEntities {
    fn run(
        input: &GetServiceLastAccessedDetailsWithEntitiesInput,
        view: &View<'_>,
    ) -> Result<GetServiceLastAccessedDetailsWithEntitiesOutput, Refusal> {
        let job = pages::job(&input.job_id, view)?;
        let namespace = &input.service_namespace;
        // Here the case counts. Evidence: a recorded response of AWS.
        let is_known = catalogue()
            .service(namespace)
            .is_some_and(|known| known.prefix() == namespace);
        if !is_known {
            return Err(Refusal::unknown_namespace(namespace));
        }
        // Each service has an order of its own.
        let page = JobPage::asked(
            &input.job_id,
            &format!("entities/{namespace}"),
            input.marker.as_deref(),
            input.max_items,
        )?;
        let mut output = GetServiceLastAccessedDetailsWithEntitiesOutput {
            job_status: JobStatusType::InProgress,
            job_creation_date: job.created,
            job_completion_date: None,
            entity_details_list: None,
            is_truncated: Some(false),
            marker: None,
            error: None,
        };
        match job.state {
            State::InProgress => {}
            State::Failed(ended) => {
                output.job_status = JobStatusType::Failed;
                output.job_completion_date = Some(ended);
                output.entity_details_list = Some(Vec::new());
                output.error = Some(pages::failure());
            }
            State::Completed(ended, report) => {
                let ranked = ranked(&report, namespace);
                // By their places in the report, which stay when somebody is deleted.
                let paged = page.page.cut_sorted(ranked.iter().enumerate(), |(place, _)| {
                    page.key(&format!("{place:08}"))
                });
                output.job_status = JobStatusType::Completed;
                output.job_completion_date = Some(ended);
                output.is_truncated = Some(paged.is_truncated());
                let shown = paged.items.into_iter();
                let shown = shown.filter_map(|(_, ranked)| details(ranked, view.account));
                output.entity_details_list = Some(shown.collect());
                output.marker = paged.marker;
            }
        }
        Ok(output)
    }
}

/// Somebody who may use a service, and when they last did.
type Ranked<'a> = (Option<Timestamp>, &'a EntityLine);

/// Those concerned who may use a service: latest first, then who never did, users before roles.
fn ranked<'a>(report: &'a Report, namespace: &str) -> Vec<Ranked<'a>> {
    let place = report
        .services
        .binary_search_by(|line| line.service.prefix().cmp(namespace));
    let Ok(place) = place else {
        return Vec::new();
    };
    let mut ranked: Vec<Ranked<'_>> = report
        .entities
        .iter()
        .map(|line| {
            let used = line.used.iter().find(|(used, _)| *used == place);
            (used.map(|(_, at)| *at), line)
        })
        .collect();
    // Stable: those of one time stay in the order of the report.
    ranked.sort_by_key(|(at, _)| Reverse(*at));
    ranked
}

fn details((last_authenticated, line): &Ranked<'_>, account: &Account) -> Option<EntityDetails> {
    Some(EntityDetails {
        entity_info: info(line, account)?,
        last_authenticated: *last_authenticated,
    })
}

fn info(line: &EntityLine, account: &Account) -> Option<EntityInfo> {
    let (arn, name, path) = match line.kind {
        OwnerKind::Role => account
            .role_by_id(line.id)
            .map(|role| (role.arn(), role.name.as_str(), &role.path))?,
        _ => account
            .user_by_id(line.id)
            .map(|user| (user.arn(), user.name.as_str(), &user.path))?,
    };
    Some(EntityInfo {
        arn: arn.to_string(),
        name: name.to_owned(),
        r#type: match line.kind {
            OwnerKind::Role => PolicyOwnerEntityType::Role,
            _ => PolicyOwnerEntityType::User,
        },
        id: line.id.to_string(),
        path: Some(path.to_string()),
    })
}

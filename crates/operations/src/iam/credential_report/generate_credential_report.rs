//! GenerateCredentialReport. The report of the past four hours is as good as a new one; otherwise one is begun, and
//! whoever asks meanwhile is told so.

use std::sync::Arc;

use lanyard_aws_api::iam::{self, GenerateCredentialReportOutput, ReportStateType};

use super::making;
use super::shelf::Begun;
use crate::error::Refusal;
use crate::operation::{Described, Read};
use crate::subject::{Ask, Subject};
use crate::view::View;

/// Evidence: a recorded response of AWS.
const BEGUN: &str = "No report exists. Starting a new report generation task";

pub(crate) struct GenerateCredentialReport;

impl Described for GenerateCredentialReport {
    type Model = iam::GenerateCredentialReport;

    fn subject((): &(), view: &View<'_>) -> Result<Subject, Refusal> {
        Ok(Ask::on_anything(Self::ACTION, view).into())
    }
}

impl Read for GenerateCredentialReport {
    fn run((): &(), view: &View<'_>) -> Result<GenerateCredentialReportOutput, Refusal> {
        let (services, account) = (view.services, view.account.id());
        let (state, description) = match services.credential_reports.begin(account, view.now) {
            Begun::Done => (ReportStateType::Complete, None),
            Begun::Before => (ReportStateType::Inprogress, None),
            Begun::Never => return Err(Refusal::too_many_reports()),
            Begun::Now => {
                let (directory, reports) = (&services.directory, &services.credential_reports);
                tokio::spawn(making::make(Arc::clone(directory), Arc::clone(reports), account));
                (ReportStateType::Started, Some(BEGUN.to_owned()))
            }
        };
        Ok(GenerateCredentialReportOutput {
            state: Some(state),
            description,
        })
    }
}

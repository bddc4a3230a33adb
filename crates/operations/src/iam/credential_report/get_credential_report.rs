//! GetCredentialReport: the report as it was made, whatever has changed since.

use lanyard_aws_api::iam::{self, GetCredentialReportOutput, ReportFormatType};

use super::shelf::Missing;
use crate::error::Refusal;
use crate::operation::{Described, Read};
use crate::subject::{Ask, Subject};
use crate::view::View;

pub(crate) struct GetCredentialReport;

impl Described for GetCredentialReport {
    type Model = iam::GetCredentialReport;

    fn subject((): &(), view: &View<'_>) -> Result<Subject, Refusal> {
        Ok(Ask::on_anything(Self::ACTION, view).into())
    }
}

impl Read for GetCredentialReport {
    fn run((): &(), view: &View<'_>) -> Result<GetCredentialReportOutput, Refusal> {
        let report = view.services.credential_reports.get(view.account.id(), view.now);
        let report = report.map_err(|missing| match missing {
            Missing::NotPresent => Refusal::report_not_present(),
            Missing::InProgress => Refusal::report_in_progress(),
            Missing::Expired => Refusal::report_expired(),
        })?;
        Ok(GetCredentialReportOutput {
            content: Some(report.content.to_vec()),
            report_format: Some(ReportFormatType::TextCsv),
            generated_time: Some(report.made),
        })
    }
}

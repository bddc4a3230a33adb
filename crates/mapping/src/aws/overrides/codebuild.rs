//! CodeBuild: builds and reports, whose ids begin with the name of what they belong to.

use super::{Resolve, ServiceOverrides, own_action};
use crate::MappingError;
use crate::aws::request::{Request, Resolved};

pub(super) static OVERRIDES: ServiceOverrides = ServiceOverrides {
    actions: &[],
    operations: &[
        (
            "BatchDeleteBuilds",
            Resolve::Custom(
                |request| builds(request, "ids", "build"),
                "the project of each of {ids}",
            ),
        ),
        (
            "BatchGetBuildBatches",
            Resolve::Custom(
                |request| builds(request, "ids", "build-batch"),
                "the project of each of {ids}",
            ),
        ),
        (
            "BatchGetBuilds",
            Resolve::Custom(
                |request| builds(request, "ids", "build"),
                "the project of each of {ids}",
            ),
        ),
        (
            "BatchGetReports",
            Resolve::Custom(
                |request| reports(request, "reportArns"),
                "the report group of each of {reportArns}",
            ),
        ),
        (
            "DeleteBuildBatch",
            Resolve::Custom(
                |request| builds(request, "id", "build-batch"),
                "the project of {id}",
            ),
        ),
        (
            "DescribeCodeCoverages",
            Resolve::Custom(
                |request| reports(request, "reportArn"),
                "the report group of {reportArn}",
            ),
        ),
        (
            "DescribeTestCases",
            Resolve::Custom(
                |request| reports(request, "reportArn"),
                "the report group of {reportArn}",
            ),
        ),
        (
            "RetryBuild",
            Resolve::Custom(|request| builds(request, "id", "build"), "the project of {id}"),
        ),
        (
            "RetryBuildBatch",
            Resolve::Custom(
                |request| builds(request, "id", "build-batch"),
                "the project of {id}",
            ),
        ),
        (
            "StopBuild",
            Resolve::Custom(|request| builds(request, "id", "build"), "the project of {id}"),
        ),
        (
            "StopBuildBatch",
            Resolve::Custom(
                |request| builds(request, "id", "build-batch"),
                "the project of {id}",
            ),
        ),
    ],
};

/// Evidence: the API reference: the id of a build is `PROJECT:ID`, its ARN ends in `build/PROJECT:ID`.
fn builds(request: &Request<'_>, path: &str, kind: &str) -> Result<Resolved, MappingError> {
    let mut permissions = Vec::new();
    for text in request.texts(path)? {
        permissions.push(parent(request, "project", "ProjectName", path, kind, text)?);
    }
    all(permissions, path)
}

/// Evidence: the API reference: the ARN of a report ends in `report/GROUP:ID`.
fn reports(request: &Request<'_>, path: &str) -> Result<Resolved, MappingError> {
    let mut permissions = Vec::new();
    for text in request.texts(path)? {
        permissions.push(parent(
            request,
            "report-group",
            "ReportGroupName",
            path,
            "report",
            text,
        )?);
    }
    all(permissions, path)
}

/// The permission on what something belongs to.
fn parent(
    request: &Request<'_>,
    resource_type: &str,
    placeholder: &str,
    path: &str,
    kind: &str,
    text: &str,
) -> Result<crate::aws::Permission, MappingError> {
    let wrong = || MappingError::InvalidMember {
        member: path.to_owned(),
        reason: "it is no id of that kind",
    };
    let arn = match text.strip_prefix("arn:") {
        // As the ARN of its parent it is checked as any other.
        Some(rest) => {
            let (start, last) = rest.split_once('/').ok_or_else(wrong)?;
            let start = start.strip_suffix(kind).filter(|start| start.ends_with(':'));
            let (name, id) = last.split_once(':').ok_or_else(wrong)?;
            let start = start.filter(|_| is_part(name) && is_part(id)).ok_or_else(wrong)?;
            request.checked_arn(resource_type, &format!("arn:{start}{resource_type}/{name}"))?
        }
        None => {
            let (name, id) = text.split_once(':').ok_or_else(wrong)?;
            if kind == "report" || !is_part(name) || !is_part(id) {
                return Err(wrong());
            }
            request.arn(resource_type, &[(placeholder, name)])?
        }
    };
    Ok(request.permission(own_action(request), arn))
}

fn is_part(text: &str) -> bool {
    !text.is_empty() && !text.contains(['/', ':'])
}

fn all(permissions: Vec<crate::aws::Permission>, path: &str) -> Result<Resolved, MappingError> {
    if permissions.is_empty() {
        return Err(MappingError::MissingMember {
            member: path.to_owned(),
        });
    }
    Ok(Resolved::Permissions(permissions))
}

//! Athena: queries, notebooks and calculations are decided on their workgroup, which only the service knows.

use super::{Absent, Named, OnType, Resolve, ServiceOverrides, own_action};
use crate::MappingError;
use crate::aws::request::{Request, Resolved};

pub(super) static OVERRIDES: ServiceOverrides = ServiceOverrides {
    actions: &[],
    operations: &[
        ("BatchGetNamedQuery", ANY_WORKGROUP),
        ("BatchGetQueryExecution", ANY_WORKGROUP),
        ("CreateNamedQuery", WORKGROUP_OR_PRIMARY),
        ("CreatePresignedNotebookUrl", ANY_WORKGROUP),
        ("DeleteNamedQuery", ANY_WORKGROUP),
        ("DeleteNotebook", ANY_WORKGROUP),
        ("ExportNotebook", ANY_WORKGROUP),
        ("GetCalculationExecution", ANY_WORKGROUP),
        ("GetCalculationExecutionCode", ANY_WORKGROUP),
        ("GetCalculationExecutionStatus", ANY_WORKGROUP),
        ("GetDatabase", CATALOG),
        ("GetNamedQuery", ANY_WORKGROUP),
        ("GetNotebookMetadata", ANY_WORKGROUP),
        ("GetQueryExecution", ANY_WORKGROUP),
        ("GetQueryResults", ANY_WORKGROUP),
        ("GetQueryRuntimeStatistics", ANY_WORKGROUP),
        ("GetTableMetadata", CATALOG),
        ("ListCalculationExecutions", ANY_WORKGROUP),
        ("ListDatabases", CATALOG),
        ("ListNamedQueries", WORKGROUP_OR_PRIMARY),
        ("ListNotebookSessions", ANY_WORKGROUP),
        ("ListQueryExecutions", WORKGROUP_OR_PRIMARY),
        ("ListTableMetadata", CATALOG),
        ("StartCalculationExecution", ANY_WORKGROUP),
        ("StartQueryExecution", WORKGROUP_OR_PRIMARY),
        ("StopCalculationExecution", ANY_WORKGROUP),
        ("StopQueryExecution", ANY_WORKGROUP),
        ("UpdateNamedQuery", ANY_WORKGROUP),
        ("UpdateNotebook", ANY_WORKGROUP),
        ("UpdateNotebookMetadata", ANY_WORKGROUP),
    ],
};

const WORKGROUP_OR_PRIMARY: Resolve = Resolve::Custom(
    workgroup_or_primary,
    "workgroup {WorkGroup}, or primary without one",
);
/// Fails closed: of which workgroup something is stands in its id alone.
const ANY_WORKGROUP: Resolve = Resolve::On(&[OnType {
    resource_type: "workgroup",
    named: Named::Any,
    absent: Absent::Any,
}]);
const CATALOG: Resolve = Resolve::On(&[OnType {
    resource_type: "datacatalog",
    named: Named::By(&[("DataCatalogName", "CatalogName")]),
    absent: Absent::Missing,
}]);

/// Evidence: recorded responses of requests that name no workgroup, and the API reference, which says the same.
fn workgroup_or_primary(request: &Request<'_>) -> Result<Resolved, MappingError> {
    let name = request.text("WorkGroup")?.unwrap_or("primary");
    let arn = request.arn_or_name("workgroup", "WorkGroupName", name)?;
    Ok(Resolved::Permissions(vec![
        request.permission(own_action(request), arn),
    ]))
}

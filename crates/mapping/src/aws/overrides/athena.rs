//! Athena: queries, notebooks and calculations are decided on their workgroup, which only the service knows.

use super::{Absent, Named, OnType, Resolve, ServiceOverrides};

pub(super) static OVERRIDES: ServiceOverrides = ServiceOverrides {
    actions: &[],
    operations: &[
        ("BatchGetNamedQuery", ANY_WORKGROUP),
        ("BatchGetQueryExecution", ANY_WORKGROUP),
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
        ("ListNotebookSessions", ANY_WORKGROUP),
        ("ListTableMetadata", CATALOG),
        ("StartCalculationExecution", ANY_WORKGROUP),
        ("StopCalculationExecution", ANY_WORKGROUP),
        ("StopQueryExecution", ANY_WORKGROUP),
        ("UpdateNamedQuery", ANY_WORKGROUP),
        ("UpdateNotebook", ANY_WORKGROUP),
        ("UpdateNotebookMetadata", ANY_WORKGROUP),
    ],
};

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

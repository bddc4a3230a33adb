//! Glue: whatever is in the data catalog is decided on with everything that it is in.
//!
//! Evidence: the user guide; to read a table takes the permission on the catalog, on the database and on the table.

mod catalogs;

use catalogs::{catalog, catalogs, delete_connections, optimizers};

use super::{Absent, Named, OnType, Resolve, ServiceOverrides, own_action};
use crate::MappingError;
use crate::aws::request::{Request, Resolved};

pub(super) static OVERRIDES: ServiceOverrides = ServiceOverrides {
    // Evidence: the service authorization reference, which has a table of the actions of each operation.
    actions: &[
        (
            "BatchDeleteConnection",
            &["glue:BatchDeleteConnection", "glue:DeleteConnection"],
        ),
        ("BatchGetDataQualityResult", &["glue:GetDataQualityResult"]),
    ],
    operations: &[
        ("BatchCreatePartition", TABLE),
        (
            "BatchDeleteConnection",
            Resolve::Custom(delete_connections, "each connection, with the catalog"),
        ),
        ("BatchDeletePartition", TABLE),
        ("BatchDeleteTable", TABLE),
        ("BatchDeleteTableVersion", TABLE),
        ("BatchGetPartition", TABLE),
        (
            "BatchGetTableOptimizer",
            Resolve::Custom(optimizers, "each table, with its database and the catalog"),
        ),
        ("BatchUpdatePartition", TABLE),
        ("CreateCrawler", NEW_CRAWLER),
        (
            "CreateSchema",
            Resolve::Custom(
                create_schema,
                "schema {SchemaName}, and its registry, which is default-registry unless said",
            ),
        ),
        ("CreateDataQualityRuleset", RULESET),
        ("CreateDatabase", DATABASE),
        ("CreatePartition", TABLE),
        ("CreatePartitionIndex", TABLE),
        ("CreateTable", TABLE),
        ("CreateUserDefinedFunction", DATABASE),
        ("DeleteColumnStatisticsForPartition", TABLE),
        ("DeleteColumnStatisticsForTable", TABLE),
        (
            "DeleteDatabase",
            Resolve::Custom(
                delete_database,
                "the catalog, database {Name}, and every table and function in it",
            ),
        ),
        ("DeletePartition", TABLE),
        ("DeletePartitionIndex", TABLE),
        ("DeleteRegistry", REGISTRY),
        ("DeleteSchema", SCHEMA),
        ("DeleteSchemaVersions", SCHEMA),
        ("DeleteTable", TABLE),
        ("DeleteTableVersion", TABLE),
        ("DeleteUserDefinedFunction", FUNCTION),
        ("GetColumnStatisticsForPartition", TABLE),
        ("GetColumnStatisticsForTable", TABLE),
        (
            "GetCatalog",
            Resolve::Custom(catalog, "the catalog, with those that it is in"),
        ),
        (
            "GetCatalogs",
            Resolve::Custom(catalogs, "all catalogs in one, with those that it is in"),
        ),
        (
            "GetConnections",
            Resolve::Custom(connections, "the catalog, and every connection"),
        ),
        ("GetDatabase", DATABASE),
        ("GetDatabases", DATABASE),
        ("GetPartition", TABLE),
        ("GetPartitionIndexes", TABLE),
        ("GetPartitions", TABLE),
        ("GetRegistry", REGISTRY),
        ("GetSchema", SCHEMA),
        ("GetSchemaByDefinition", SCHEMA),
        ("GetSchemaVersion", SCHEMA),
        ("GetSchemaVersionsDiff", SCHEMA),
        ("GetTable", TABLE),
        ("GetTableVersion", TABLE),
        ("GetTableVersions", TABLE),
        ("GetTables", TABLE),
        ("GetUserDefinedFunction", FUNCTION),
        ("GetUserDefinedFunctions", FUNCTION),
        ("GetWorkflowRun", WORKFLOW),
        ("GetWorkflowRunProperties", WORKFLOW),
        ("GetWorkflowRuns", WORKFLOW),
        ("ListSchemaVersions", SCHEMA),
        (
            "ListSchemas",
            Resolve::Custom(list_schemas, "the registry, or all of them"),
        ),
        ("PutSchemaVersionMetadata", SCHEMA),
        ("PutWorkflowRunProperties", WORKFLOW),
        ("QuerySchemaVersionMetadata", SCHEMA),
        ("RegisterSchemaVersion", SCHEMA),
        ("RemoveSchemaVersionMetadata", SCHEMA),
        ("ResumeWorkflowRun", WORKFLOW),
        ("SearchTables", TABLE),
        ("StartWorkflowRun", WORKFLOW),
        ("StopWorkflowRun", WORKFLOW),
        ("UpdateColumnStatisticsForPartition", TABLE),
        ("UpdateColumnStatisticsForTable", TABLE),
        ("UpdateDataQualityRuleset", RULESET),
        ("UpdateDatabase", DATABASE),
        ("UpdatePartition", TABLE),
        ("UpdateRegistry", REGISTRY),
        ("UpdateSchema", SCHEMA),
        ("UpdateTable", TABLE),
        ("UpdateUserDefinedFunction", FUNCTION),
    ],
};

const DATABASE: Resolve = Resolve::Custom(
    database,
    "the catalog, and the database; every one where none is named",
);
const TABLE: Resolve = Resolve::Custom(
    |request| in_database(request, "table", &TABLE_MEMBERS),
    "the catalog, the database, and the table; every one of what is not named",
);
const FUNCTION: Resolve = Resolve::Custom(
    |request| in_database(request, "userDefinedFunction", &FUNCTION_MEMBERS),
    "the catalog, the database, and the function; every one of what is not named",
);
const WORKFLOW: Resolve = Resolve::On(&[OnType {
    resource_type: "workflow",
    named: Named::By(&[("WorkflowName", "Name")]),
    absent: Absent::Missing,
}]);

/// Evidence: a denial of AWS that a user quotes; the public reference has no resource for it.
const NEW_CRAWLER: Resolve = Resolve::On(&[OnType {
    resource_type: "crawler",
    named: Named::By(&[("CrawlerName", "Name")]),
    absent: Absent::Missing,
}]);

/// Its other member, of the type's very name, is what it says.
const RULESET: Resolve = Resolve::On(&[OnType {
    resource_type: "dataQualityRuleset",
    named: Named::By(&[("RulesetName", "Name")]),
    absent: Absent::Missing,
}]);

const TABLE_MEMBERS: [&str; 4] = ["TableName", "Name", "TableInput.Name", "TablesToDelete"];
const FUNCTION_MEMBERS: [&str; 2] = ["FunctionName", "FunctionInput.Name"];

/// The catalog of an account: the beginning of every ARN in it. Of catalogs inside of it only the service knows what
/// they hold.
fn place(request: &Request<'_>) -> Result<String, MappingError> {
    let (region, own) = (request.scope.region, request.scope.account);
    match request.text("CatalogId")? {
        None => Ok(format!("arn:aws:glue:{region}:{own}:")),
        Some(account) => place_in(request, account),
    }
}

fn place_in(request: &Request<'_>, account: &str) -> Result<String, MappingError> {
    let region = request.scope.region;
    let arn = request.checked_arn("rootcatalog", &format!("arn:aws:glue:{region}:{account}:catalog"))?;
    Ok(arn.trim_end_matches("catalog").to_owned())
}

/// A name as it stands in an ARN. Glue keeps names in lower case, so that other spellings would be the same thing to
/// it and another one to a policy.
fn checked<'n>(path: &str, name: &'n str) -> Result<&'n str, MappingError> {
    let is_name = !name.is_empty()
        && !name
            .chars()
            .any(|letter| letter.is_control() || letter.is_uppercase() || matches!(letter, '/' | '*' | '?'));
    is_name
        .then_some(name)
        .ok_or_else(|| MappingError::InvalidMember {
            member: path.to_owned(),
            reason: "it is no name in lower case",
        })
}

/// Every name that stands at one of the paths; any if there is none.
fn names<'a>(request: &Request<'a>, paths: &[&str]) -> Result<Vec<&'a str>, MappingError> {
    let mut found = Vec::new();
    for path in paths {
        for name in request.texts(path)? {
            found.push(checked(path, name)?);
        }
    }
    if found.is_empty() {
        found.push("*");
    }
    found.sort_unstable();
    found.dedup();
    Ok(found)
}

fn on(request: &Request<'_>, arns: Vec<String>) -> Resolved {
    let permissions = arns
        .into_iter()
        .map(|arn| request.permission(own_action(request), arn));
    Resolved::Permissions(permissions.collect())
}

fn database(request: &Request<'_>) -> Result<Resolved, MappingError> {
    let place = place(request)?;
    let mut arns = vec![format!("{place}catalog")];
    for name in names(request, &["DatabaseName", "Name", "DatabaseInput.Name"])? {
        arns.push(format!("{place}database/{name}"));
    }
    Ok(on(request, arns))
}

fn in_database(request: &Request<'_>, kind: &str, members: &[&str]) -> Result<Resolved, MappingError> {
    let place = place(request)?;
    let mut arns = vec![format!("{place}catalog")];
    for database in names(request, &["DatabaseName"])? {
        arns.push(format!("{place}database/{database}"));
        for name in names(request, members)? {
            arns.push(format!("{place}{kind}/{database}/{name}"));
        }
    }
    Ok(on(request, arns))
}

/// Everything in the database goes with it.
fn delete_database(request: &Request<'_>) -> Result<Resolved, MappingError> {
    let place = place(request)?;
    let name = checked("Name", request.required("Name")?)?;
    Ok(on(
        request,
        vec![
            format!("{place}catalog"),
            format!("{place}database/{name}"),
            format!("{place}table/{name}/*"),
            format!("{place}userDefinedFunction/{name}/*"),
        ],
    ))
}

const REGISTRY: Resolve = Resolve::Custom(
    |request| {
        let registry = registry(request)?;
        let name = registry.ok_or_else(|| missing("RegistryId"))?;
        let place = place(request)?;
        Ok(on(request, vec![format!("{place}registry/{name}")]))
    },
    "the registry in {RegistryId}",
);
const SCHEMA: Resolve = Resolve::Custom(schema, "the schema in {SchemaId}, and its registry");

/// The registry of new schemas that name none.
///
/// Evidence: the API reference.
const DEFAULT_REGISTRY: &str = "default-registry";

fn missing(member: &str) -> MappingError {
    MappingError::MissingMember {
        member: member.to_owned(),
    }
}

/// A name in the registry of schemas, which keeps upper case.
fn name_of_registry<'a>(path: &'static str, name: &'a str) -> Result<&'a str, MappingError> {
    let is_letter =
        |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'$' | b'#' | b'.');
    if !name.is_empty() && name.bytes().all(is_letter) {
        return Ok(name);
    }
    Err(MappingError::InvalidMember {
        member: path.to_owned(),
        reason: "it is no name of such a thing",
    })
}

/// What stands behind the kind in the ARN that a member is.
fn rest_of_arn<'a>(
    request: &Request<'a>,
    path: &'static str,
    kind: &str,
) -> Result<Option<&'a str>, MappingError> {
    let Some(arn) = request.text(path)? else {
        return Ok(None);
    };
    request.checked_arn(kind, arn)?;
    let rest = arn.splitn(6, ':').nth(5).and_then(|rest| rest.split_once('/'));
    rest.map(|(_, rest)| Some(rest)).ok_or_else(|| missing(path))
}

/// The name of the registry that a request names in one way or the other, but not in both.
fn registry<'a>(request: &Request<'a>) -> Result<Option<&'a str>, MappingError> {
    let by_name = request.text("RegistryId.RegistryName")?;
    let by_arn = rest_of_arn(request, "RegistryId.RegistryArn", "registry")?;
    let name = match (by_name, by_arn) {
        (Some(_), Some(_)) => return Err(request.unmapped("it names two registries")),
        (name, arn) => name.or(arn),
    };
    name.map(|name| name_of_registry("RegistryId", name)).transpose()
}

/// The schema with its registry: the name of the one stands before that of the other in its ARN.
///
/// Fails closed: of which schema a version is, its id does not tell.
fn schema(request: &Request<'_>) -> Result<Resolved, MappingError> {
    if request.has("SchemaVersionId") {
        return Err(MappingError::InvalidMember {
            member: "SchemaVersionId".to_owned(),
            reason: "versions are taken by schema and number",
        });
    }
    let by_name = request.text("SchemaId.SchemaName")?;
    let by_arn = rest_of_arn(request, "SchemaId.SchemaArn", "schema")?;
    let (registry, name) = match (by_name, by_arn) {
        (Some(name), None) => (request.required("SchemaId.RegistryName")?, name),
        (None, Some(rest)) if !request.has("SchemaId.RegistryName") => {
            rest.split_once('/').ok_or_else(|| missing("SchemaId"))?
        }
        (None, None) => return Err(missing("SchemaId")),
        _ => return Err(request.unmapped("it names two schemas")),
    };
    in_registry(request, registry, name)
}

fn create_schema(request: &Request<'_>) -> Result<Resolved, MappingError> {
    let registry = registry(request)?.unwrap_or(DEFAULT_REGISTRY);
    in_registry(request, registry, request.required("SchemaName")?)
}

fn in_registry(request: &Request<'_>, registry: &str, name: &str) -> Result<Resolved, MappingError> {
    let place = place(request)?;
    let registry = name_of_registry("RegistryName", registry)?;
    let name = name_of_registry("SchemaName", name)?;
    let arns = vec![
        format!("{place}registry/{registry}"),
        format!("{place}schema/{registry}/{name}"),
    ];
    Ok(on(request, arns))
}

/// All connections, with the catalog that they are in.
fn connections(request: &Request<'_>) -> Result<Resolved, MappingError> {
    let place = place(request)?;
    Ok(on(
        request,
        vec![format!("{place}catalog"), format!("{place}connection/*")],
    ))
}

fn list_schemas(request: &Request<'_>) -> Result<Resolved, MappingError> {
    let place = place(request)?;
    let name = registry(request)?.unwrap_or("*");
    Ok(on(request, vec![format!("{place}registry/{name}")]))
}

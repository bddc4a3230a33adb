//! DynamoDB and its streams.
//!
//! A table is named by its name or by its ARN, wherever one is. What works on items is decided on the table or on the
//! index that it reads, with the keys of fine-grained access: which rows (`dynamodb:LeadingKeys`) and which attributes
//! (`dynamodb:Attributes`) the request touches. Each item of a transaction and each statement is a permission of its
//! own, with its own action; of a batch, each table is.
//!
//! Evidence: the service authorization reference; the developer's guide on conditions for fine-grained access;
//! recorded decisions of AWS on projected reads, conditional writes, transactions and PartiQL.

mod arns;
mod expression;
mod items;
mod leading;
mod partiql;
mod statements;
mod touched;

use super::{Absent, Named, OnType, Resolve, ServiceOverrides, elsewhere};
use crate::MappingError;
use crate::aws::request::{Request, Resolved};

const TABLE: Resolve = Resolve::Custom(table, "the one table that the request names, by name or ARN");
const RESOURCE: Resolve = Resolve::Custom(resource, "the table, index or stream {ResourceArn}");

pub(super) static OVERRIDES: ServiceOverrides = ServiceOverrides {
    actions: &[
        ("TransactGetItems", &["dynamodb:GetItem"]),
        (
            "TransactWriteItems",
            &[
                "dynamodb:PutItem",
                "dynamodb:UpdateItem",
                "dynamodb:DeleteItem",
                "dynamodb:ConditionCheckItem",
            ],
        ),
        ("ExecuteStatement", STATEMENTS),
        ("BatchExecuteStatement", STATEMENTS),
        ("ExecuteTransaction", STATEMENTS),
    ],
    operations: &[
        (
            "GetItem",
            Resolve::Custom(
                items::one,
                "table {TableName}, with the row and the attributes as condition keys",
            ),
        ),
        (
            "PutItem",
            Resolve::Custom(
                items::one,
                "table {TableName}, with the row and the attributes as condition keys",
            ),
        ),
        (
            "UpdateItem",
            Resolve::Custom(
                items::one,
                "table {TableName}, with the row and the attributes as condition keys",
            ),
        ),
        (
            "DeleteItem",
            Resolve::Custom(
                items::one,
                "table {TableName}, with the row and the attributes as condition keys",
            ),
        ),
        (
            "Query",
            Resolve::Custom(
                items::query,
                "table {TableName}, or its index {IndexName}, with the rows and the attributes as condition keys",
            ),
        ),
        (
            "Scan",
            Resolve::Custom(
                items::scan,
                "table {TableName}, or its index {IndexName}, with the attributes as a condition key",
            ),
        ),
        (
            "BatchGetItem",
            Resolve::Custom(
                items::batch_get,
                "each table in {RequestItems}, with the rows and the attributes as condition keys",
            ),
        ),
        (
            "BatchWriteItem",
            Resolve::Custom(
                items::batch_write,
                "each table in {RequestItems}, with the rows and the attributes as condition keys",
            ),
        ),
        (
            "TransactGetItems",
            Resolve::Custom(
                items::transaction,
                "the table of each of {TransactItems}, with its own action, its row and its attributes",
            ),
        ),
        (
            "TransactWriteItems",
            Resolve::Custom(
                items::transaction,
                "the table of each of {TransactItems}, with its own action, its row and its attributes",
            ),
        ),
        (
            "ExecuteStatement",
            Resolve::Custom(
                statements::one,
                "the table or index in {Statement}, with what is read from it: action, rows, attributes",
            ),
        ),
        (
            "BatchExecuteStatement",
            Resolve::Custom(
                statements::batch,
                "the table or index in each of {Statements}, with what is read from it: action, rows, attributes",
            ),
        ),
        (
            "ExecuteTransaction",
            Resolve::Custom(
                statements::transaction,
                "the table or index in each of {TransactStatements}, with what is read from it: action, rows, attributes",
            ),
        ),
        (
            "CreateTable",
            Resolve::Custom(
                create_table,
                "table {TableName}; also to tag it and to give it a policy, where the request does",
            ),
        ),
        (
            "UpdateTable",
            Resolve::Custom(
                update_table,
                "table {TableName}; for each replica or witness also with the action to make or delete it",
            ),
        ),
        ("DeleteTable", TABLE),
        ("DescribeTable", TABLE),
        ("DescribeTimeToLive", TABLE),
        ("UpdateTimeToLive", TABLE),
        ("DescribeContinuousBackups", TABLE),
        ("UpdateContinuousBackups", TABLE),
        ("DescribeKinesisStreamingDestination", TABLE),
        ("EnableKinesisStreamingDestination", TABLE),
        ("DisableKinesisStreamingDestination", TABLE),
        ("UpdateKinesisStreamingDestination", TABLE),
        ("DescribeTableReplicaAutoScaling", TABLE),
        ("UpdateTableReplicaAutoScaling", TABLE),
        ("CreateBackup", TABLE),
        (
            "ExportTableToPointInTime",
            Resolve::Custom(
                with_bucket,
                "the table, and every object of the bucket, with s3:PutObject or s3:GetObject",
            ),
        ),
        (
            "ImportTable",
            Resolve::Custom(
                with_bucket,
                "the table, and every object of the bucket, with s3:PutObject or s3:GetObject",
            ),
        ),
        (
            "RestoreTableToPointInTime",
            Resolve::Custom(
                restore_to_point_in_time,
                "{SourceTableArn} or {SourceTableName}, and {TargetTableName}",
            ),
        ),
        (
            "RestoreTableFromBackup",
            Resolve::Custom(
                restore_from_backup,
                "backup {BackupArn}, and table {TargetTableName}",
            ),
        ),
        (
            "DescribeContributorInsights",
            Resolve::Custom(table_or_index, "table {TableName}, or its index {IndexName}"),
        ),
        (
            "UpdateContributorInsights",
            Resolve::Custom(table_or_index, "table {TableName}, or its index {IndexName}"),
        ),
        ("DescribeBackup", BACKUP),
        ("DeleteBackup", BACKUP),
        ("DescribeExport", Resolve::On(&[arn_of("export", "ExportArn")])),
        ("DescribeImport", Resolve::On(&[arn_of("import", "ImportArn")])),
        ("ListExports", LISTED),
        ("ListImports", LISTED),
        (
            "CreateGlobalTable",
            Resolve::Custom(
                global_table_and_replicas,
                "global table {GlobalTableName}, and the table of that name in this region",
            ),
        ),
        (
            "UpdateGlobalTable",
            Resolve::Custom(
                global_table_and_replicas,
                "global table {GlobalTableName}, and the table of that name in this region",
            ),
        ),
        (
            "UpdateGlobalTableSettings",
            Resolve::Custom(
                global_table_and_replicas,
                "global table {GlobalTableName}, and the table of that name in this region",
            ),
        ),
        ("DescribeGlobalTable", GLOBAL_TABLE),
        ("DescribeGlobalTableSettings", GLOBAL_TABLE),
        ("TagResource", RESOURCE),
        ("UntagResource", RESOURCE),
        ("ListTagsOfResource", RESOURCE),
        ("GetResourcePolicy", RESOURCE),
        ("PutResourcePolicy", RESOURCE),
        ("DeleteResourcePolicy", RESOURCE),
        ("DescribeStream", Resolve::On(&[arn_of("stream", "StreamArn")])),
        ("GetShardIterator", Resolve::On(&[arn_of("stream", "StreamArn")])),
        (
            "GetRecords",
            Resolve::Custom(get_records, "the stream with whose ARN {ShardIterator} begins"),
        ),
        // Evidence: the service authorization reference knows no resource for these, though two of them may name a
        // table: they are decided on `*`.
        ("ListTables", Resolve::Wildcard),
        ("ListStreams", Resolve::Wildcard),
        ("ListBackups", Resolve::Wildcard),
        ("ListContributorInsights", Resolve::Wildcard),
        ("ListGlobalTables", Resolve::Wildcard),
        ("DescribeLimits", Resolve::Wildcard),
        ("DescribeEndpoints", Resolve::Wildcard),
        (
            "SearchVectors",
            Resolve::Refused("which rows a search by vectors reads is not known"),
        ),
    ],
};

const STATEMENTS: &[&str] = &[
    "dynamodb:PartiQLSelect",
    "dynamodb:PartiQLInsert",
    "dynamodb:PartiQLUpdate",
    "dynamodb:PartiQLDelete",
];
const BACKUP: Resolve = Resolve::On(&[arn_of("backup", "BackupArn")]);
const LISTED: Resolve = Resolve::On(&[OnType {
    resource_type: "table",
    named: Named::Arn("TableArn"),
    absent: Absent::Any,
}]);
const GLOBAL_TABLE: Resolve = Resolve::On(&[OnType {
    resource_type: "global-table",
    named: Named::By(&[("GlobalTableName", "GlobalTableName")]),
    absent: Absent::Missing,
}]);

const fn arn_of(resource_type: &'static str, member: &'static str) -> OnType {
    OnType {
        resource_type,
        named: Named::Arn(member),
        absent: Absent::Missing,
    }
}

/// On the one table that the request names.
fn table(request: &Request<'_>) -> Result<Resolved, MappingError> {
    let table = arns::table_of(request, request.required(table_member(request))?)?;
    Ok(Resolved::Permissions(vec![request.permission(
        format!("dynamodb:{}", request.operation.name()),
        table,
    )]))
}

/// On the table, and on the objects that it is written to or read from, whose names nobody knows before.
///
/// Evidence: the developer's guide on exports to and imports from S3: the caller needs the permissions on the bucket.
fn with_bucket(request: &Request<'_>) -> Result<Resolved, MappingError> {
    let table = arns::table_of(request, request.required(table_member(request))?)?;
    let (action, bucket) = if request.operation.name() == "ImportTable" {
        ("s3:GetObject", "S3BucketSource.S3Bucket")
    } else {
        ("s3:PutObject", "S3Bucket")
    };
    Ok(Resolved::Permissions(vec![
        request.permission(format!("dynamodb:{}", request.operation.name()), table),
        elsewhere::objects_of(request, action, bucket)?,
    ]))
}

fn table_member(request: &Request<'_>) -> &'static str {
    match request.operation.name() {
        "ExportTableToPointInTime" => "TableArn",
        "ImportTable" => "TableCreationParameters.TableName",
        _ => "TableName",
    }
}

/// Evidence: the API reference of CreateTable: tags need the permission to tag as well, a resource policy the one to
/// put it.
fn create_table(request: &Request<'_>) -> Result<Resolved, MappingError> {
    if request.has("GlobalTableSourceArn") {
        return Err(
            request.unmapped("which permissions a replica of another account's table needs is not known")
        );
    }
    let table = arns::table_of(request, request.required("TableName")?)?;
    let mut permissions = vec![request.permission("dynamodb:CreateTable", table.clone())];
    if !request.nodes("Tags").is_empty() {
        permissions.push(request.permission("dynamodb:TagResource", table.clone()));
    }
    if request.has("ResourcePolicy") {
        permissions.push(request.permission("dynamodb:PutResourcePolicy", table));
    }
    // A table that is made has no tags yet.
    for permission in &mut permissions {
        permission.takes_resource_tags = false;
    }
    Ok(Resolved::Permissions(permissions))
}

/// Evidence: the developer's guide on the security of global tables: adding and removing a replica are permissions of
/// their own, on the table here and on the one in the other region.
fn update_table(request: &Request<'_>) -> Result<Resolved, MappingError> {
    let table = arns::table_of(request, request.required("TableName")?)?;
    let mut permissions = vec![request.permission("dynamodb:UpdateTable", table.clone())];
    for (path, action) in [
        ("ReplicaUpdates.Create.RegionName", "dynamodb:CreateTableReplica"),
        ("ReplicaUpdates.Delete.RegionName", "dynamodb:DeleteTableReplica"),
        ("ReplicaUpdates.Update.RegionName", "dynamodb:UpdateTable"),
    ] {
        for region in request.texts(path)? {
            let replica = arns::in_region(&table, region)?;
            permissions.push(request.permission(action, table.clone()));
            permissions.push(request.permission(action, replica));
        }
    }
    for (path, action) in [
        (
            "GlobalTableWitnessUpdates.Create",
            "dynamodb:CreateGlobalTableWitness",
        ),
        (
            "GlobalTableWitnessUpdates.Delete",
            "dynamodb:DeleteGlobalTableWitness",
        ),
    ] {
        if request.has(path) {
            permissions.push(request.permission(action, table.clone()));
        }
    }
    Ok(Resolved::Permissions(permissions))
}

fn table_or_index(request: &Request<'_>) -> Result<Resolved, MappingError> {
    let table = arns::table_of(request, request.required("TableName")?)?;
    let resource = arns::index_or_table(&table, request.text("IndexName")?)?;
    Ok(Resolved::Permissions(vec![request.permission(
        format!("dynamodb:{}", request.operation.name()),
        resource,
    )]))
}

/// On the table that is read and on the one that is made.
fn restore_to_point_in_time(request: &Request<'_>) -> Result<Resolved, MappingError> {
    let source = match (request.text("SourceTableArn")?, request.text("SourceTableName")?) {
        (Some(source), None) | (None, Some(source)) => arns::table_of(request, source)?,
        (None, None) => {
            return Err(MappingError::MissingMember {
                member: "SourceTableName".to_owned(),
            });
        }
        (Some(_), Some(_)) => {
            return Err(MappingError::InvalidMember {
                member: "SourceTableArn".to_owned(),
                reason: "the table is named twice",
            });
        }
    };
    restored(request, source)
}

/// On the backup and on the table that is made.
fn restore_from_backup(request: &Request<'_>) -> Result<Resolved, MappingError> {
    let backup = request.checked_arn("backup", request.required("BackupArn")?)?;
    restored(request, backup)
}

fn restored(request: &Request<'_>, source: String) -> Result<Resolved, MappingError> {
    let action = format!("dynamodb:{}", request.operation.name());
    let target = arns::table_of(request, request.required("TargetTableName")?)?;
    let mut target = request.permission(action.clone(), target);
    target.takes_resource_tags = false;
    Ok(Resolved::Permissions(vec![
        request.permission(action, source),
        target,
    ]))
}

/// Global tables of the version of 2017: the global table, and the tables of this region that it is made of. Those of
/// other regions are decided on there, where the request does not go.
fn global_table_and_replicas(request: &Request<'_>) -> Result<Resolved, MappingError> {
    let action = format!("dynamodb:{}", request.operation.name());
    let name = request.required("GlobalTableName")?;
    let table = arns::table_of(request, name)?;
    let global_table = request.arn("global-table", &[("GlobalTableName", name)])?;
    Ok(Resolved::Permissions(vec![
        request.permission(action.clone(), global_table),
        request.permission(action, table),
    ]))
}

/// On the table, stream or other resource whose tags or policy it is about.
fn resource(request: &Request<'_>) -> Result<Resolved, MappingError> {
    let text = request.required("ResourceArn")?;
    let resource = if text.contains("/stream/") {
        request.checked_arn("stream", text)?
    } else {
        arns::table_of_arn(request, text)?
    };
    Ok(Resolved::Permissions(vec![request.permission(
        format!("dynamodb:{}", request.operation.name()),
        resource,
    )]))
}

/// The iterator begins with the ARN of its stream and goes on behind a bar.
/// Evidence: iterators in recorded answers of AWS, and in the API reference's examples.
fn get_records(request: &Request<'_>) -> Result<Resolved, MappingError> {
    let iterator = request.required("ShardIterator")?;
    let Some((stream, _)) = iterator.split_once('|') else {
        return Err(MappingError::InvalidMember {
            member: "ShardIterator".to_owned(),
            reason: "it does not name its stream",
        });
    };
    let stream = request.checked_arn("stream", stream)?;
    Ok(Resolved::Permissions(vec![
        request.permission("dynamodb:GetRecords", stream),
    ]))
}

//! S3 Tables: requests name a table by its bucket, namespace and name, and its ARN has an id that the service gave.
//!
//! Differs from AWS, which knows the id: a policy that spells it out grants nothing, and denies nothing. Policies name
//! tables by the keys for their names.

use super::{Resolve, ServiceOverrides, own_action};
use crate::MappingError;
use crate::aws::request::{Request, Resolved};

pub(super) static OVERRIDES: ServiceOverrides = ServiceOverrides {
    actions: &[],
    operations: &[
        ("DeleteTable", TABLE),
        ("DeleteTablePolicy", TABLE),
        ("GetTableEncryption", TABLE),
        ("GetTableMaintenanceConfiguration", TABLE),
        ("GetTableMaintenanceJobStatus", TABLE),
        ("GetTableMetadataLocation", TABLE),
        ("GetTablePolicy", TABLE),
        ("GetTableStorageClass", TABLE),
        ("PutTableMaintenanceConfiguration", TABLE),
        ("PutTablePolicy", TABLE),
        ("RenameTable", TABLE),
        ("UpdateTableMetadataLocation", TABLE),
    ],
};

const TABLE: Resolve = Resolve::Custom(
    table,
    "every table of {tableBucketARN}, with {namespace} and {name} as condition keys",
);

fn table(request: &Request<'_>) -> Result<Resolved, MappingError> {
    let bucket = request.checked_arn("TableBucket", request.required("tableBucketARN")?)?;
    // No separator in the name: what is behind it would be taken for another table's.
    let is_bucket = bucket
        .split_once(":bucket/")
        .is_some_and(|(_, name)| !name.contains('/'));
    if !is_bucket {
        return Err(MappingError::InvalidMember {
            member: "tableBucketARN".to_owned(),
            reason: "it is no ARN of such a resource here",
        });
    }
    let permission = request
        .permission(own_action(request), format!("{bucket}/table/*"))
        .with("s3tables:namespace", request.required("namespace")?)
        .with("s3tables:tableName", request.required("name")?);
    Ok(Resolved::Permissions(vec![permission]))
}

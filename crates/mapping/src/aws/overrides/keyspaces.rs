//! Keyspaces: operations have the actions of the language of queries.
//!
//! Whether a keyspace is in several regions, for which there are actions of their own, only the service knows: they are
//! asked for as well.
//!
//! Deliberately absent: what reads and changes, whose resources no evidence was found for.
//!
//! Evidence: the service authorization reference, which has a table of the actions of each operation.

use super::{Resolve, ServiceOverrides};
use crate::MappingError;
use crate::aws::request::{Request, Resolved};

pub(super) static OVERRIDES: ServiceOverrides = ServiceOverrides {
    actions: &[],
    operations: &[
        ("CreateKeyspace", CREATE),
        ("CreateTable", CREATE),
        ("CreateType", CREATE),
        ("DeleteKeyspace", DROP),
        ("DeleteTable", DROP),
        ("DeleteType", DROP),
    ],
};

const CREATE: Resolve = Resolve::Custom(
    |request| {
        let tagged: &[&str] = if request.has("tags") { &TAG } else { &[] };
        changed(request, &[&CREATES, tagged].concat())
    },
    "cassandra:Create and CreateMultiRegionResource on the table or keyspace; with tags also the actions to tag",
);

const DROP: Resolve = Resolve::Custom(
    |request| changed(request, &["cassandra:Drop", "cassandra:DropMultiRegionResource"]),
    "cassandra:Drop and DropMultiRegionResource on the table or keyspace",
);

const CREATES: [&str; 2] = ["cassandra:Create", "cassandra:CreateMultiRegionResource"];
const TAG: [&str; 2] = ["cassandra:TagResource", "cassandra:TagMultiRegionResource"];

/// The table that a request names, else the keyspace, in which types are, too. With a keyspace go its tables.
fn changed(request: &Request<'_>, actions: &[&'static str]) -> Result<Resolved, MappingError> {
    let scope = request.scope;
    let keyspace = name(request, "keyspaceName")?;
    let start = format!(
        "arn:aws:cassandra:{}:{}:/keyspace/{keyspace}/",
        scope.region, scope.account
    );
    let arns = if request.has("tableName") {
        vec![format!("{start}table/{}", name(request, "tableName")?)]
    } else if request.operation.name() == "DeleteKeyspace" {
        vec![start.clone(), format!("{start}table/*")]
    } else {
        vec![start]
    };
    let permissions = arns.iter().flat_map(|arn| {
        let actions = actions.iter();
        actions.map(|action| request.permission(*action, arn.clone()))
    });
    Ok(Resolved::Permissions(permissions.collect()))
}

/// Fails closed: in the language of queries a name in upper case is the same as in lower case.
fn name<'a>(request: &Request<'a>, path: &str) -> Result<&'a str, MappingError> {
    let text = request.required(path)?;
    let is_letter = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    let is_name = text.bytes().all(is_letter);
    is_name
        .then_some(text)
        .ok_or_else(|| MappingError::InvalidMember {
            member: path.to_owned(),
            reason: "it is no name in lower case",
        })
}

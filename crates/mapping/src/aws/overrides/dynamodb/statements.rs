//! PartiQL: each statement is a permission of its own.
//!
//! Evidence: recorded decisions of AWS. A selection that demands one value of the partition key has leading keys and
//! is no full scan; one that demands none, or two ranges of the sort key at once, is a full scan without leading keys.

use std::borrow::Cow;

use super::arns;
use super::items::with_rows;
use super::leading::{self, Leading};
use super::partiql::{self, Demand, Statement, Value, Verb};
use super::touched::{Touched, text, unreadable};
use crate::MappingError;
use crate::aws::call::{Lookup, Permission};
use crate::aws::input::Node;
use crate::aws::request::{Request, Resolved};

/// ExecuteStatement.
pub(super) fn one(request: &Request<'_>) -> Result<Resolved, MappingError> {
    all(request, &[request.input], None)
}

/// BatchExecuteStatement.
pub(super) fn batch(request: &Request<'_>) -> Result<Resolved, MappingError> {
    all(request, &request.nodes("Statements"), None)
}

/// ExecuteTransaction.
pub(super) fn transaction(request: &Request<'_>) -> Result<Resolved, MappingError> {
    all(
        request,
        &request.nodes("TransactStatements"),
        Some("ExecuteTransaction"),
    )
}

fn all(
    request: &Request<'_>,
    statements: &[&Node<'_>],
    enclosing: Option<&str>,
) -> Result<Resolved, MappingError> {
    let mut permissions = Vec::new();
    for statement in statements {
        match permission(request, statement, enclosing)? {
            Ok(permission) => permissions.push(permission),
            Err(lookup) => return Ok(Resolved::Needs(lookup)),
        }
    }
    if permissions.is_empty() {
        return Err(MappingError::MissingMember {
            member: "Statement".to_owned(),
        });
    }
    Ok(Resolved::Permissions(permissions))
}

fn permission(
    request: &Request<'_>,
    node: &Node<'_>,
    enclosing: Option<&str>,
) -> Result<Result<Permission, Lookup>, MappingError> {
    let Some(written) = text(node, "Statement")? else {
        return Err(MappingError::MissingMember {
            member: "Statement".to_owned(),
        });
    };
    let statement = partiql::read(written).map_err(|error| unreadable("Statement", error))?;
    let table = arns::table_of(request, &statement.table)?;
    let index = statement.index.as_deref();
    let resource = arns::index_or_table(&table, index)?;
    let key = match leading::partition_key(request, &table, index) {
        Ok(key) => key,
        Err(lookup) => return Ok(Err(lookup)),
    };
    let parameters = node.member("Parameters").map(Node::items).unwrap_or_default();
    let rows = rows(&statement, key, parameters);
    let action = match statement.verb {
        Verb::Select => "dynamodb:PartiQLSelect",
        Verb::Insert => "dynamodb:PartiQLInsert",
        Verb::Update => "dynamodb:PartiQLUpdate",
        Verb::Delete => "dynamodb:PartiQLDelete",
    };
    let mut permission = request.permission(action, resource);
    // Whether a selection of everything names any attribute is not known; neither is what `dynamodb:Select` says of a
    // statement, nor whether a statement that is in no transaction has an enclosing operation.
    if !statement.selects_all {
        let mut touched = Touched::default();
        for name in statement.attributes {
            touched.add(name);
        }
        permission = permission.with_many("dynamodb:Attributes", touched.names());
    }
    permission = match &statement.returning {
        Some(returning) => permission.with("dynamodb:ReturnValues", returning),
        None => permission.without("dynamodb:ReturnValues"),
    };
    if let Some(enclosing) = enclosing {
        permission = permission.with("dynamodb:EnclosingOperation", enclosing);
    }
    if statement.verb == Verb::Select {
        permission = match rows {
            Leading::Values(_) => permission.with("dynamodb:FullTableScan", "false"),
            Leading::Absent => permission.with("dynamodb:FullTableScan", "true"),
            Leading::Unknown => permission,
        };
    }
    Ok(Ok(with_rows(permission, rows)))
}

/// Which rows a statement touches, told only where there is no doubt how DynamoDB reads it.
fn rows(statement: &Statement<'_>, key: Option<&str>, parameters: &[Node<'_>]) -> Leading {
    let Some(key) = key else { return Leading::Unknown };
    let mut leading = Leading::Absent;
    let mut compared: Vec<&str> = Vec::new();
    for demand in &statement.demands {
        match demand {
            Demand::OneOf(name, values) if name == key => {
                if leading != Leading::Absent || values.is_empty() {
                    return Leading::Unknown;
                }
                for value in values {
                    leading = leading.and(of_value(value, parameters));
                }
            }
            Demand::OneOf(..) => {}
            Demand::Compared(name) if name == key || compared.contains(&name.as_ref()) => {
                return Leading::Unknown;
            }
            Demand::Compared(name) => compared.push(name),
            Demand::Other(names) if names.iter().any(|name: &Cow<'_, str>| name == key) => {
                return Leading::Unknown;
            }
            Demand::Other(_) => {}
        }
    }
    leading
}

fn of_value(value: &Value<'_>, parameters: &[Node<'_>]) -> Leading {
    match value {
        Value::Text(text) => Leading::Values(vec![text.clone().into_owned()]),
        Value::Number(number) => leading::of_number(number),
        Value::Parameter(number) => parameters
            .get(*number)
            .map_or(Leading::Unknown, leading::of_value),
        Value::Other => Leading::Unknown,
    }
}

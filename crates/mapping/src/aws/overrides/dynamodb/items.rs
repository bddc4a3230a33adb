//! What works on items: one by one, by query, in batches and in transactions.

use super::arns;
use super::leading::{self, Leading};
use super::touched::{Touched, invalid, text};
use crate::MappingError;
use crate::aws::call::{Lookup, Permission};
use crate::aws::input::Node;
use crate::aws::overrides::own_action;
use crate::aws::request::{Request, Resolved};

/// GetItem, PutItem, UpdateItem and DeleteItem.
pub(super) fn one(request: &Request<'_>) -> Result<Resolved, MappingError> {
    let action = own_action(request);
    resolved(item(request, action, request.input, None)?)
}

/// Query: its rows are those of one partition key.
pub(super) fn query(request: &Request<'_>) -> Result<Resolved, MappingError> {
    let table = arns::table_of(request, request.required("TableName")?)?;
    let index = request.text("IndexName")?;
    let resource = arns::index_or_table(&table, index)?;
    let leading = match leading::of_query(request, &table, index)? {
        Ok(leading) => leading,
        Err(lookup) => return Ok(Resolved::Needs(lookup)),
    };
    let touched = Touched::by(request.input)?;
    let permission = request.permission("dynamodb:Query", resource);
    Ok(Resolved::Permissions(vec![with_keys(
        request, permission, &touched, leading, None,
    )]))
}

/// Scan: it has no leading keys, so that only conditions that demand some keep it off.
pub(super) fn scan(request: &Request<'_>) -> Result<Resolved, MappingError> {
    let table = arns::table_of(request, request.required("TableName")?)?;
    let resource = arns::index_or_table(&table, request.text("IndexName")?)?;
    let touched = Touched::by(request.input)?;
    let permission = request.permission("dynamodb:Scan", resource);
    Ok(Resolved::Permissions(vec![with_keys(
        request,
        permission,
        &touched,
        Leading::Absent,
        None,
    )]))
}

/// A permission for each table, with all the keys that are read from it.
pub(super) fn batch_get(request: &Request<'_>) -> Result<Resolved, MappingError> {
    let mut permissions = Vec::new();
    for (name, asked) in batch(request)? {
        let table = arns::table_of(request, name)?;
        let mut touched = Touched::by(asked)?;
        let mut leading = Leading::Absent;
        let keys = asked.member("Keys").map(Node::items).unwrap_or_default();
        if keys.is_empty() {
            return Err(missing("RequestItems.Keys"));
        }
        for key in keys {
            touched.add_names_of(key);
            match leading::of_item(request, &table, key) {
                Ok(more) => leading = leading.and(more),
                Err(lookup) => return Ok(Resolved::Needs(lookup)),
            }
        }
        let permission = request.permission("dynamodb:BatchGetItem", table);
        permissions.push(with_keys(request, permission, &touched, leading, None));
    }
    Ok(Resolved::Permissions(permissions))
}

/// A permission for each table, with all the keys that are written to it.
pub(super) fn batch_write(request: &Request<'_>) -> Result<Resolved, MappingError> {
    let mut permissions = Vec::new();
    for (name, asked) in batch(request)? {
        let table = arns::table_of(request, name)?;
        let mut touched = Touched::default();
        let mut leading = Leading::Absent;
        if asked.items().is_empty() {
            return Err(missing("RequestItems"));
        }
        for written in asked.items() {
            let item = match written.members() {
                [(kind, put)] if kind == "PutRequest" => put.member("Item"),
                [(kind, delete)] if kind == "DeleteRequest" => delete.member("Key"),
                _ => return Err(invalid("RequestItems", "a request is either a put or a delete")),
            };
            let item = item.ok_or_else(|| missing("RequestItems.Item"))?;
            touched.add_names_of(item);
            match leading::of_item(request, &table, item) {
                Ok(more) => leading = leading.and(more),
                Err(lookup) => return Ok(Resolved::Needs(lookup)),
            }
        }
        let permission = request.permission("dynamodb:BatchWriteItem", table);
        permissions.push(with_keys(request, permission, &touched, leading, None));
    }
    Ok(Resolved::Permissions(permissions))
}

/// A permission for each item, with the action that its kind has outside of transactions.
///
/// Evidence: recorded refusals of AWS name `dynamodb:GetItem` and `dynamodb:UpdateItem` for items of transactions.
pub(super) fn transaction(request: &Request<'_>) -> Result<Resolved, MappingError> {
    let mut permissions = Vec::new();
    for entry in request.nodes("TransactItems") {
        let [(kind, asked)] = entry.members() else {
            return Err(invalid("TransactItems", "an item is asked for one thing"));
        };
        let action = match kind.as_ref() {
            "Get" => "dynamodb:GetItem",
            "Put" => "dynamodb:PutItem",
            "Update" => "dynamodb:UpdateItem",
            "Delete" => "dynamodb:DeleteItem",
            "ConditionCheck" => "dynamodb:ConditionCheckItem",
            _ => return Err(invalid("TransactItems", "an item is asked for something unknown")),
        };
        match item(request, action.to_owned(), asked, Some(request.operation.name()))? {
            Ok(permission) => permissions.push(permission),
            Err(lookup) => return Ok(Resolved::Needs(lookup)),
        }
    }
    if permissions.is_empty() {
        return Err(missing("TransactItems"));
    }
    Ok(Resolved::Permissions(permissions))
}

/// The permission for one item, whose members stand in `node`.
fn item(
    request: &Request<'_>,
    action: String,
    node: &Node<'_>,
    enclosing: Option<&str>,
) -> Result<Result<Permission, Lookup>, MappingError> {
    let table = text(node, "TableName")?.ok_or_else(|| missing("TableName"))?;
    let table = arns::table_of(request, table)?;
    let member = if node.member("Item").is_some() {
        "Item"
    } else {
        "Key"
    };
    let item = node.member(member).ok_or_else(|| missing(member))?;
    let leading = match leading::of_item(request, &table, item) {
        Ok(leading) => leading,
        Err(lookup) => return Ok(Err(lookup)),
    };
    let touched = Touched::by(node)?;
    let permission = request.permission(action, table);
    Ok(Ok(with_keys(request, permission, &touched, leading, enclosing)))
}

/// Enters the keys of fine-grained access. A parameter that the request does not have is truly absent.
///
/// Evidence: the developer's guide: `Select`, `ReturnValues` and `ReturnConsumedCapacity` are the parameters of those
/// names, and its policies ask for them with `IfExists`.
fn with_keys(
    request: &Request<'_>,
    mut permission: Permission,
    touched: &Touched<'_>,
    leading: Leading,
    enclosing: Option<&str>,
) -> Permission {
    for (key, member) in [
        ("dynamodb:Select", "Select"),
        ("dynamodb:ReturnValues", "ReturnValues"),
        ("dynamodb:ReturnConsumedCapacity", "ReturnConsumedCapacity"),
    ] {
        permission.enter(key, request.input.member(member).and_then(Node::as_text));
    }
    permission.enter("dynamodb:EnclosingOperation", enclosing);
    with_rows(
        permission.with_many("dynamodb:Attributes", touched.names()),
        leading,
    )
}

/// Enters which rows are touched.
pub(super) fn with_rows(mut permission: Permission, leading: Leading) -> Permission {
    permission = match leading {
        Leading::Values(values) => {
            permission.with_many("dynamodb:LeadingKeys", values.iter().map(String::as_str))
        }
        Leading::Absent => permission.without("dynamodb:LeadingKeys"),
        Leading::Unknown => permission,
    };
    // The parts of a partition key of several attributes: the reference names the keys, but not when they have values.
    permission.unknown_keys.extend([
        "dynamodb:FirstPartitionKeyValues",
        "dynamodb:SecondPartitionKeyValues",
        "dynamodb:ThirdPartitionKeyValues",
        "dynamodb:FourthPartitionKeyValues",
    ]);
    permission
}

fn batch<'a>(request: &Request<'a>) -> Result<Vec<(&'a str, &'a Node<'a>)>, MappingError> {
    let tables = request
        .input
        .member("RequestItems")
        .map(Node::members)
        .unwrap_or_default();
    if tables.is_empty() {
        return Err(missing("RequestItems"));
    }
    Ok(tables
        .iter()
        .map(|(name, asked)| (name.as_ref(), asked))
        .collect())
}

fn resolved(found: Result<Permission, Lookup>) -> Result<Resolved, MappingError> {
    Ok(match found {
        Ok(permission) => Resolved::Permissions(vec![permission]),
        Err(lookup) => Resolved::Needs(lookup),
    })
}

fn missing(member: &str) -> MappingError {
    MappingError::MissingMember {
        member: member.to_owned(),
    }
}

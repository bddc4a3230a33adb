//! Which rows a request touches: `dynamodb:LeadingKeys`, the values of the partition key.
//!
//! Which attribute the partition key is stands in the table's schema, so it is looked up wherever the request alone
//! does not tell. Fails closed: a value that policies could compare in more than one way (bytes, numbers that are not
//! written in the shortest way) is not told, and conditions on the key are in doubt then.

use super::expression;
use super::touched::{attribute, text, unreadable};
use crate::MappingError;
use crate::aws::call::Lookup;
use crate::aws::input::Node;
use crate::aws::request::Request;

/// The values of the partition key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Leading {
    /// These.
    Values(Vec<String>),
    /// The request has some, but nobody knows which.
    Unknown,
    /// The request has none.
    Absent,
}

impl Leading {
    /// The values of both.
    pub(super) fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Unknown, _) | (_, Self::Unknown) => Self::Unknown,
            (Self::Absent, other) | (other, Self::Absent) => other,
            (Self::Values(mut values), Self::Values(others)) => {
                values.extend(others);
                Self::Values(values)
            }
        }
    }
}

/// The partition key's name, or what must be looked up for it. Nothing if there is no such table or index, or if its
/// key has several attributes.
pub(super) fn partition_key<'a>(
    request: &Request<'a>,
    table: &str,
    index: Option<&str>,
) -> Result<Option<&'a str>, Lookup> {
    let Some(schema) = request.known.key_schema(table) else {
        return Err(Lookup::KeySchema {
            table: table.to_owned(),
        });
    };
    Ok(schema.and_then(|schema| match index {
        None => Some(schema.partition_key.as_str()),
        Some(index) => schema
            .indexes
            .iter()
            .find(|(name, _, _)| name == index)
            .map(|(_, partition_key, _)| partition_key.as_str()),
    }))
}

/// Of a key or an item. A key of one attribute needs no schema.
pub(super) fn of_item(request: &Request<'_>, table: &str, item: &Node<'_>) -> Result<Leading, Lookup> {
    if let [(_, value)] = item.members() {
        return Ok(of_value(value));
    }
    let name = partition_key(request, table, None)?;
    Ok(name
        .and_then(|name| item.member(name))
        .map_or(Leading::Unknown, of_value))
}

/// Of a query. The outer error is of the request, the inner one names what must be looked up.
pub(super) fn of_query(
    request: &Request<'_>,
    table: &str,
    index: Option<&str>,
) -> Result<Result<Leading, Lookup>, MappingError> {
    let mut equal = Vec::new();
    let mut conditions = 0;
    if let Some(written) = text(request.input, "KeyConditionExpression")? {
        let read = expression::key_conditions(written)
            .map_err(|error| unreadable("KeyConditionExpression", error))?;
        conditions += read.len();
        for condition in read {
            if let Some(placeholder) = condition.equal_to {
                let name = attribute(request.input, condition.attribute)?;
                let value = request
                    .input
                    .member("ExpressionAttributeValues")
                    .and_then(|values| values.member(placeholder));
                equal.push((name, value.map_or(Leading::Unknown, of_value)));
            }
        }
    }
    if let Some(legacy) = request.input.member("KeyConditions") {
        conditions += legacy.members().len();
        for (name, condition) in legacy.members() {
            if text(condition, "ComparisonOperator")? == Some("EQ") {
                let value = match condition.member("AttributeValueList").map(Node::items) {
                    Some([value]) => of_value(value),
                    _ => Leading::Unknown,
                };
                equal.push((name.as_ref(), value));
            }
        }
    }
    // One condition alone can only be about the partition key: a query needs that one.
    if let (1, [(_, value)]) = (conditions, equal.as_slice()) {
        return Ok(Ok(value.clone()));
    }
    let name = match partition_key(request, table, index) {
        Ok(name) => name,
        Err(lookup) => return Ok(Err(lookup)),
    };
    let mut of_partition_key = equal.iter().filter(|(known, _)| Some(*known) == name);
    Ok(Ok(match (of_partition_key.next(), of_partition_key.next()) {
        (Some((_, value)), None) => value.clone(),
        _ => Leading::Unknown,
    }))
}

/// Of one value with its type: `{"S": "a"}`.
pub(super) fn of_value(value: &Node<'_>) -> Leading {
    let [(kind, value)] = value.members() else {
        return Leading::Unknown;
    };
    match (kind.as_ref(), value) {
        ("S", Node::Text(text)) => Leading::Values(vec![text.clone().into_owned()]),
        ("N", Node::Text(number)) => of_number(number),
        _ => Leading::Unknown,
    }
}

/// Of a number, if it is written as DynamoDB would write it.
pub(super) fn of_number(number: &str) -> Leading {
    let digits = number.strip_prefix('-').unwrap_or(number);
    let (whole, fraction) = digits
        .split_once('.')
        .map_or((digits, None), |(whole, fraction)| (whole, Some(fraction)));
    let are_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let is_shortest = are_digits(whole)
        && (whole == "0" || !whole.starts_with('0'))
        && fraction.is_none_or(|fraction| are_digits(fraction) && !fraction.ends_with('0'))
        && number != "-0"
        && number.len() <= 38;
    if is_shortest {
        Leading::Values(vec![number.to_owned()])
    } else {
        Leading::Unknown
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_shortest_number_is_told() {
        for (number, is_told) in [
            ("0", true),
            ("-1.25", true),
            ("10", true),
            ("1.250", false),
            ("01", false),
            ("1e3", false),
            ("-0", false),
            ("", false),
            ("1.", false),
        ] {
            let expected = if is_told {
                Leading::Values(vec![number.to_owned()])
            } else {
                Leading::Unknown
            };
            assert_eq!(of_number(number), expected, "{number}");
        }
    }
}

//! The keys of a table, from the description that DynamoDB gives.

use lanyard_mapping::aws::KeySchema;
use serde_json::Value;

use super::{NoReplyError, Reply};

/// Reads the answer of DescribeTable; `None` if there is no such table.
pub(super) fn read(reply: &Reply, operation: &'static str) -> Result<Option<KeySchema>, NoReplyError> {
    let unreadable = || NoReplyError::Unreadable(operation);
    let document = match reply {
        Reply::Json(document) => document,
        Reply::NotThere => return Ok(None),
        Reply::Xml(_) => return Err(unreadable()),
    };
    let table = document.get("Table").ok_or_else(unreadable)?;
    let Keys::Plain(partition_key, sort_key) = keys(table).ok_or_else(unreadable)? else {
        return Err(unreadable());
    };
    let mut indexes = Vec::new();
    for list in ["GlobalSecondaryIndexes", "LocalSecondaryIndexes"] {
        let Some(list) = table.get(list).filter(|list| !list.is_null()) else {
            continue;
        };
        for index in list.as_array().ok_or_else(unreadable)? {
            let name = index
                .get("IndexName")
                .and_then(Value::as_str)
                .ok_or_else(unreadable)?;
            if let Keys::Plain(partition_key, sort_key) = keys(index).ok_or_else(unreadable)? {
                indexes.push((name.to_owned(), partition_key, sort_key));
            }
        }
    }
    Ok(Some(KeySchema {
        partition_key,
        sort_key,
        indexes,
    }))
}

enum Keys {
    /// One attribute in each key.
    Plain(String, Option<String>),
    /// Several in one of them.
    Several,
}

fn keys(of: &Value) -> Option<Keys> {
    let (mut partition, mut sort) = (Vec::new(), Vec::new());
    for key in of.get("KeySchema")?.as_array()? {
        let name = key.get("AttributeName")?.as_str()?.to_owned();
        match key.get("KeyType")?.as_str()? {
            "HASH" => partition.push(name),
            "RANGE" => sort.push(name),
            _ => return None,
        }
    }
    if partition.len() > 1 || sort.len() > 1 {
        return Some(Keys::Several);
    }
    Some(Keys::Plain(partition.pop()?, sort.pop()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read_table(table: Value) -> Option<KeySchema> {
        read(&Reply::Json(json!({ "Table": table })), "DescribeTable")
            .ok()
            .flatten()
    }

    #[test]
    fn the_keys_of_a_table_and_of_its_indexes_are_read() {
        let key = |name: &str, kind: &str| json!({ "AttributeName": name, "KeyType": kind });
        let schema = read_table(json!({
            "KeySchema": [key("owner", "HASH"), key("at", "RANGE")],
            "GlobalSecondaryIndexes": [
                { "IndexName": "by-kind", "KeySchema": [key("kind", "HASH")] },
                { "IndexName": "wide", "KeySchema": [key("a", "HASH"), key("b", "HASH")] },
            ],
            "LocalSecondaryIndexes": [
                { "IndexName": "by-size", "KeySchema": [key("owner", "HASH"), key("size", "RANGE")] },
            ],
        }));
        let text = str::to_owned;
        assert_eq!(
            schema,
            Some(KeySchema {
                partition_key: text("owner"),
                sort_key: Some(text("at")),
                indexes: vec![
                    (text("by-kind"), text("kind"), None),
                    (text("by-size"), text("owner"), Some(text("size"))),
                ],
            })
        );
    }

    #[test]
    fn what_is_no_description_is_no_answer() {
        for table in [
            json!({}),
            json!({ "KeySchema": [] }),
            json!({ "KeySchema": [{ "AttributeName": "a", "KeyType": "OTHER" }] }),
            json!({ "KeySchema": [{ "AttributeName": "a", "KeyType": "HASH" }], "GlobalSecondaryIndexes": [{}] }),
        ] {
            let read = read(&Reply::Json(json!({ "Table": table })), "DescribeTable");
            assert!(read.is_err(), "{table}");
        }
        assert_eq!(read(&Reply::NotThere, "DescribeTable").unwrap(), None);
    }
}

//! Which operations work on what is inside a resource, and not on the resource itself.
//!
//! Evidence: CloudTrail's guide on data events, by service.

/// Operations with data events, by the service's name in signatures.
const OPERATIONS: [(&str, &[&str]); 6] = [
    (
        "dynamodb",
        &[
            "BatchExecuteStatement",
            "BatchGetItem",
            "BatchWriteItem",
            "DeleteItem",
            "ExecuteStatement",
            "ExecuteTransaction",
            "GetItem",
            "GetRecords",
            "GetShardIterator",
            "PutItem",
            "Query",
            "Scan",
            "TransactGetItems",
            "TransactWriteItems",
            "UpdateItem",
        ],
    ),
    (
        "kinesis",
        &[
            "GetRecords",
            "GetShardIterator",
            "PutRecord",
            "PutRecords",
            "SubscribeToShard",
        ],
    ),
    ("lambda", &["Invoke", "InvokeAsync", "InvokeWithResponseStream"]),
    ("logs", &["FilterLogEvents", "GetLogEvents", "PutLogEvents"]),
    ("sns", &["Publish", "PublishBatch"]),
    (
        "sqs",
        &[
            "ChangeMessageVisibility",
            "ChangeMessageVisibilityBatch",
            "DeleteMessage",
            "DeleteMessageBatch",
            "PurgeQueue",
            "ReceiveMessage",
            "SendMessage",
            "SendMessageBatch",
        ],
    ),
];

/// Whether an operation is one of those.
pub(super) fn is_one(signing_name: &str, operation: &str) -> bool {
    let of_service = OPERATIONS.iter().find(|(name, _)| *name == signing_name);
    of_service.is_some_and(|(_, operations)| operations.contains(&operation))
}

//! What the trail is told of changes that are made here: management events, committed with the change.
//!
//! Evidence for the names: CloudTrail's records of S3, which call a public access block the bucket's.

use lanyard_audit::{EventResource, Happening, Parameters, Record, UserIdentity};
use lanyard_mapping::Operation;
use lanyard_names::AccountId;
use serde_json::Value;

use crate::error::S3Error;
use crate::s3::Call;

const EVENT_SOURCE: &str = "s3.amazonaws.com";
const API_VERSION: &str = "2006-03-01";

/// The operations that commit their own records, with the names that the trail has for them.
const RECORDED: [(&str, &str); 8] = [
    ("CreateBucket", "CreateBucket"),
    ("DeleteBucket", "DeleteBucket"),
    ("PutBucketPolicy", "PutBucketPolicy"),
    ("DeleteBucketPolicy", "DeleteBucketPolicy"),
    ("PutPublicAccessBlock", "PutBucketPublicAccessBlock"),
    ("DeletePublicAccessBlock", "DeleteBucketPublicAccessBlock"),
    ("PutBucketOwnershipControls", "PutBucketOwnershipControls"),
    ("DeleteBucketOwnershipControls", "DeleteBucketOwnershipControls"),
];

/// Whether an operation that succeeds has left its own record.
pub(crate) fn records_itself(operation: &Operation) -> bool {
    RECORDED.iter().any(|(name, _)| *name == operation.name())
}

/// The records of a change to a bucket that is `owner`'s: one, or one for each account where there are two.
pub(super) fn records(call: &Call<'_>, owner: AccountId, more: &[(&str, Value)]) -> Vec<Record> {
    let record = record(call, owner, more);
    if call.caller.is_anonymous() || call.caller.account == owner {
        return vec![record];
    }
    let (own, owners) = record.into_cross_account(owner);
    vec![own, owners]
}

fn record(call: &Call<'_>, owner: AccountId, more: &[(&str, Value)]) -> Record {
    let name = call.mapped.operation.name();
    let known = RECORDED.iter().find(|(operation, _)| *operation == name);
    let region = call.facts.region;
    let happening = Happening {
        event_source: EVENT_SOURCE.into(),
        event_name: known.map_or(name, |(_, event)| event).into(),
        aws_region: if region.is_empty() { "us-east-1" } else { region }
            .to_owned()
            .into(),
        read_only: false,
        time: call.now(),
        request_id: call.request_id.to_owned(),
        recipient: if call.caller.is_anonymous() {
            owner
        } else {
            call.caller.account
        },
    };
    let mut asked = Parameters::new().with("bucketName", call.bucket_name());
    for (name, value) in more {
        asked.insert(name, value.clone());
    }
    let arn = format!("arn:aws:s3:::{}", call.bucket_name());
    let record = Record::new(happening, UserIdentity::of_caller(&call.caller))
        .with_client(
            call.facts.source_ip.map(|ip| ip.to_canonical().to_string()),
            call.facts.user_agent.map(str::to_owned),
        )
        .with_request(asked)
        .with_api_version(API_VERSION)
        .with_resource(EventResource::s3_bucket(&arn, owner));
    call.with_permissions(record)
}

/// Records a change that is none of Lanyard's own state, and returns once the record is there.
pub(super) async fn record_now(call: &Call<'_>, owner: AccountId) -> Result<(), S3Error> {
    let records = records(call, owner, &[]);
    call.services
        .trail
        .record_all_synced(&records)
        .await
        .map_err(S3Error::unavailable)
}

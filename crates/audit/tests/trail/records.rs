//! The format of records.

use lanyard_names::AccountId;

use crate::world::record;

#[test]
fn a_request_across_accounts_leaves_two_records_that_share_an_event() {
    let owner = AccountId::parse("210987654321").unwrap();
    let (own, others) = record("AssumeRole").into_cross_account(owner);
    assert_eq!(own.shared_event_id, others.shared_event_id);
    assert!(own.shared_event_id.is_some());
    assert_ne!(own.event_id, others.event_id);
    assert_eq!(
        (own.request_id.as_str(), &*own.user_identity.kind),
        (others.request_id.as_str(), "IAMUser")
    );
    assert_eq!(others.recipient_account_id, "210987654321");
    let identity = serde_json::to_value(&others.user_identity).unwrap();
    let want = serde_json::json!({
        "type": "AWSAccount", "principalId": "AIDAEXAMPLE", "accountId": "123456789012",
    });
    assert_eq!(identity, want);
}

#[test]
fn a_record_has_cloudtrails_fields() {
    let record = record("CreateUser").with_client(Some("203.0.113.9".into()), Some("aws-cli/2".into()));
    let line: serde_json::Value = serde_json::from_slice(&record.to_line()).unwrap();
    let want = serde_json::json!({
        "eventVersion": "1.11",
        "userIdentity": {
            "type": "IAMUser",
            "principalId": "AIDAEXAMPLE",
            "arn": "arn:aws:iam::123456789012:user/carla",
            "accountId": "123456789012",
            "userName": "carla",
        },
        "eventTime": "2026-11-22T12:00:00Z",
        "eventSource": "iam.amazonaws.com",
        "eventName": "CreateUser",
        "awsRegion": "us-east-1",
        "sourceIPAddress": "203.0.113.9",
        "userAgent": "aws-cli/2",
        "requestParameters": {"userName": "carla"},
        "responseElements": null,
        "requestID": "request-of-CreateUser",
        "eventID": record.event_id,
        "readOnly": false,
        "eventType": "AwsApiCall",
        "managementEvent": true,
        "recipientAccountId": "123456789012",
        "eventCategory": "Management",
    });
    assert_eq!(line, want);
}

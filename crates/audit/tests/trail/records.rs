//! The format of records.

use lanyard_audit::{EventResource, Filter, Reader, UserIdentity};
use lanyard_names::AccountId;

use crate::world::{bucket_owner, carla, data_event, names, open, record};

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

#[test]
fn a_data_event_has_cloudtrails_fields() {
    let record =
        data_event(UserIdentity::anonymous(), bucket_owner()).with_error("AccessDenied", "Access Denied");
    let line: serde_json::Value = serde_json::from_slice(&record.to_line()).unwrap();
    let want = serde_json::json!({
        "eventVersion": "1.11",
        "userIdentity": {"type": "AWSAccount", "principalId": "", "accountId": "anonymous"},
        "eventTime": "2026-11-22T12:00:00Z",
        "eventSource": "s3.amazonaws.com",
        "eventName": "GetObject",
        "awsRegion": "us-east-1",
        "sourceIPAddress": null,
        "userAgent": null,
        "errorCode": "AccessDenied",
        "errorMessage": "Access Denied",
        "requestParameters": {"bucketName": "logs", "key": "k"},
        "responseElements": null,
        "additionalEventData": {"bytesTransferredIn": 0, "bytesTransferredOut": 7},
        "requestID": "request-of-GetObject",
        "eventID": record.event_id,
        "readOnly": true,
        "resources": [
            {"type": "AWS::S3::Object", "ARN": "arn:aws:s3:::logs/k"},
            {"accountId": "210987654321", "type": "AWS::S3::Bucket", "ARN": "arn:aws:s3:::logs"},
        ],
        "eventType": "AwsApiCall",
        "managementEvent": false,
        "recipientAccountId": "210987654321",
        "eventCategory": "Data",
    });
    assert_eq!(line, want);
}

#[test]
fn a_login_tells_who_vouched_and_for_what() {
    let account = AccountId::parse("123456789012").unwrap();
    let provider = "arn:aws:iam::123456789012:oidc-provider/issuer.example.com";
    let tags = [("team", "red", true), ("cost", "1", false)];
    let record = record("AssumeRoleWithWebIdentity")
        .without_parameter("userName")
        .with_parameter("roleSessionName", "deploy")
        .with_parameter("webIdentityToken", "eyJ")
        .without_parameter("webIdentityToken")
        .with_session_wish(tags.into_iter(), Some("carla"))
        .with_resource(EventResource::iam_role(
            "arn:aws:iam::123456789012:role/r",
            account,
        ));
    let asked = serde_json::to_value(&record.request_parameters).unwrap();
    let want = serde_json::json!({
        "roleSessionName": "deploy",
        "principalTags": {"team": "red", "cost": "1"},
        "transitiveTagKeys": ["team"],
        "sourceIdentity": "carla",
    });
    assert_eq!(asked, want);
    let resources = serde_json::json!([{
        "accountId": "123456789012", "type": "AWS::IAM::Role", "ARN": "arn:aws:iam::123456789012:role/r",
    }]);
    assert_eq!(serde_json::to_value(&record.resources).unwrap(), resources);

    let id = format!("{provider}:sts.amazonaws.com:workload");
    let identity = UserIdentity::federated_login("WebIdentityUser", &id, "workload", provider);
    let want = serde_json::json!({
        "type": "WebIdentityUser", "principalId": id, "userName": "workload", "identityProvider": provider,
    });
    assert_eq!(serde_json::to_value(identity).unwrap(), want);
}

#[test]
fn later_records_name_the_provider_whose_token_began_the_session() {
    let provider = "arn:aws:iam::123456789012:oidc-provider/issuer.example.com";
    let account = AccountId::parse("123456789012").unwrap();
    let began = "2026-11-22T12:00:00Z".parse().unwrap();
    let identity = UserIdentity::assumed_role(account, "AROAEXAMPLE:s", "arn")
        .with_session(began, false, None)
        .with_federated_provider(provider);
    let want = serde_json::json!({
        "webIdFederationData": {"federatedProvider": provider, "attributes": {}},
        "attributes": {"creationDate": "2026-11-22T12:00:00Z", "mfaAuthenticated": "false"},
    });
    assert_eq!(serde_json::to_value(identity.session_context).unwrap(), want);
}

#[test]
fn objects_that_are_listed_are_named_by_what_their_arns_begin_with() {
    let resource = EventResource::s3_objects("arn:aws:s3:::logs/2026/");
    let want = serde_json::json!({"type": "AWS::S3::Object", "ARNPrefix": "arn:aws:s3:::logs/2026/"});
    assert_eq!(serde_json::to_value(resource).unwrap(), want);
}

#[tokio::test]
async fn a_data_event_across_accounts_is_in_the_trails_of_the_caller_and_of_the_owner() {
    let directory = tempfile::tempdir().unwrap();
    let trail = open(directory.path());
    let caller = AccountId::parse("123456789012").unwrap();
    let (own, owners) = data_event(carla(), caller).into_cross_account(bucket_owner());
    trail
        .record_all_synced(&[own.clone(), owners.clone()])
        .await
        .unwrap();
    assert!(trail.record_of_stranger(&data_event(UserIdentity::anonymous(), bucket_owner())));
    trail.close().await.unwrap();

    let of = |account: AccountId| {
        let account = Some(account.to_string());
        let filter = Filter {
            account,
            ..Filter::default()
        };
        let records = Reader::new(directory.path()).records(filter).unwrap();
        records.map(|entry| entry.unwrap().record).collect::<Vec<_>>()
    };
    assert_eq!(of(caller), [own]);
    let in_owners = of(bucket_owner());
    assert_eq!(in_owners[0], owners);
    assert_eq!(
        in_owners[0].user_identity,
        UserIdentity::aws_account(caller, "AIDAEXAMPLE")
    );
    assert_eq!(in_owners[0].resources, in_owners[1].resources);
    assert_eq!(in_owners.len(), 2);

    let by = |principal: &str| {
        let principal = Some(principal.to_owned());
        let filter = Filter {
            principal,
            ..Filter::default()
        };
        names(directory.path(), filter).len()
    };
    assert_eq!((by("carla"), by("AIDAEXAMPLE"), by("anonymous")), (1, 2, 1));
}

//! What a request names besides what it is about: sources, targets, ARNs beside names.
#![allow(clippy::unwrap_used, clippy::panic, reason = "test code")]

use http::{HeaderMap, HeaderValue, Method};
use lanyard_mapping::Incoming;
use lanyard_mapping::aws::{Completed, Known, Scope, ServiceMapping};
use lanyard_service_models::{Protocol, service_models};

fn permissions(name: &str, operation: &str, body: &str) -> Vec<String> {
    let mapping = ServiceMapping::new(name).unwrap();
    let models = service_models().signed_as(name);
    let model = models
        .iter()
        .find(|model| model.operation(operation).is_some())
        .unwrap();
    let mut headers = HeaderMap::new();
    let mut set =
        |name: &'static str, value: &str| headers.insert(name, HeaderValue::from_str(value).unwrap());
    let body = match model.target_prefix() {
        Some(prefix) => {
            let is_old = model.protocols().contains(&Protocol::Json10);
            let version = if is_old { "1.0" } else { "1.1" };
            set("content-type", &format!("application/x-amz-json-{version}"));
            set("x-amz-target", &format!("{prefix}.{operation}"));
            body.to_owned()
        }
        None => {
            set("content-type", "application/x-www-form-urlencoded");
            format!("Action={operation}&Version={}&{body}", model.api_version())
        }
    };
    let begun = mapping.begin(&Incoming {
        method: &Method::POST,
        path: "/",
        query: None,
        headers: &headers,
        host: "localhost",
    });
    let scope = Scope {
        region: "eu-west-1",
        account: "111122223333".parse().unwrap(),
        upstream_account: None,
    };
    match begun.unwrap().complete(body.as_bytes(), &scope, &Known::new()) {
        Ok(Completed::Call(call)) => {
            let permissions = call.permissions.iter();
            permissions
                .map(|known| format!("{} {}", known.action, known.resource))
                .collect()
        }
        Ok(Completed::Needs(lookup)) => panic!("{lookup:?}"),
        Err(error) => vec![format!("refused: {error}")],
    }
}

fn check(name: &str, operation: &str, body: &str, expected: &[&str]) {
    assert_eq!(permissions(name, operation, body), expected, "{operation} {body}");
}

#[test]
fn a_required_arn_is_what_is_changed_and_a_name_beside_it_is_not() {
    check(
        "dms",
        "ModifyReplicationTask",
        r#"{"ReplicationTaskArn":"arn:aws:dms:eu-west-1:111122223333:task:THEIRS","ReplicationTaskIdentifier":"MINE"}"#,
        &["dms:ModifyReplicationTask arn:aws:dms:eu-west-1:111122223333:task:THEIRS"],
    );
    check(
        "sagemaker",
        "UpdateArtifact",
        r#"{"ArtifactArn":"arn:aws:sagemaker:eu-west-1:111122223333:artifact/1","ArtifactName":"mine"}"#,
        &["sagemaker:UpdateArtifact arn:aws:sagemaker:eu-west-1:111122223333:artifact/1"],
    );
}

#[test]
fn the_source_of_a_copy_must_be_allowed_too() {
    let restored =
        "UseLatestRestorableTime=true&SourceDBInstanceIdentifier=theirs&TargetDBInstanceIdentifier=mine";
    let both = [
        "rds:RestoreDBInstanceToPointInTime arn:aws:rds:eu-west-1:111122223333:db:mine",
        "rds:RestoreDBInstanceToPointInTime arn:aws:rds:eu-west-1:111122223333:db:theirs",
    ];
    check("rds", "RestoreDBInstanceToPointInTime", restored, &both);
    let named = format!("{restored}&DBName=orders");
    check("rds", "RestoreDBInstanceToPointInTime", &named, &both);
    check(
        "rds",
        "RestoreDBInstanceToPointInTime",
        "SourceDbiResourceId=db-ABC&TargetDBInstanceIdentifier=mine",
        &["refused: SourceDbiResourceId is not valid: sources are taken by name or ARN"],
    );
    check(
        "rds",
        "RestoreDBClusterFromSnapshot",
        "DBClusterIdentifier=mine&SnapshotIdentifier=theirs&Engine=mysql",
        &[
            "rds:RestoreDBClusterFromSnapshot arn:aws:rds:eu-west-1:111122223333:cluster-snapshot:theirs",
            "rds:RestoreDBClusterFromSnapshot arn:aws:rds:eu-west-1:111122223333:cluster:mine",
        ],
    );
}

#[test]
fn what_stands_deeper_must_be_allowed_too() {
    check(
        "monitoring",
        "PutAlarmMuteRule",
        r#"{"Name":"mine","Rule":{"Schedule":{"Expression":"rate(1 day)","Duration":"PT1H"}},"MuteTargets":{"AlarmNames":["theirs"]}}"#,
        &[
            "cloudwatch:PutAlarmMuteRule arn:aws:cloudwatch:eu-west-1:111122223333:alarm-mute-rule:mine",
            "cloudwatch:PutAlarmMuteRule arn:aws:cloudwatch:eu-west-1:111122223333:alarm:theirs",
        ],
    );
}

#[test]
fn what_nobody_can_tell_the_arn_of_is_refused() {
    check(
        "elasticmapreduce",
        "AddTags",
        r#"{"ClusterId":"j-MINE","ResourceId":"j-THEIRS","Tags":[{"Key":"a","Value":"b"}]}"#,
        &["refused: ResourceId is not valid: nobody can tell which resource it names besides"],
    );
}

#[test]
fn a_text_of_the_types_name_is_no_name() {
    check(
        "glue",
        "UpdateDataQualityRuleset",
        r#"{"Name":"theirs","Ruleset":"mine"}"#,
        &["glue:UpdateDataQualityRuleset arn:aws:glue:eu-west-1:111122223333:dataQualityRuleset/theirs"],
    );
}

#[test]
fn names_that_could_be_read_as_others_are_refused() {
    check(
        "rds",
        "DeleteDBInstance",
        "DBInstanceIdentifier=Prod",
        &["refused: arn:aws:rds:eu-west-1:111122223333:db:Prod is not valid: it is no name in lower case"],
    );
    check(
        "athena",
        "DeleteWorkGroup",
        r#"{"WorkGroup":" prod"}"#,
        &["refused: WorkGroup is not valid: it is empty, or has wildcards or control characters"],
    );
    check(
        "sagemaker",
        "DescribePipeline",
        r#"{"PipelineName":"mine/execution/theirs"}"#,
        &["refused: PipelineName is not valid: it would be a resource of another type"],
    );
}

#[test]
fn a_name_that_is_encoded_twice_is_refused() {
    let mapping = ServiceMapping::new("lambda").unwrap();
    let headers = HeaderMap::new();
    let begun = mapping.begin(&Incoming {
        method: &Method::DELETE,
        path: "/2015-03-31/functions/mine%253Aprod",
        query: None,
        headers: &headers,
        host: "localhost",
    });
    let refused = begun.map(|_| ()).unwrap_err();
    assert!(
        refused.to_string().contains("a name that is encoded twice"),
        "{refused}"
    );
}

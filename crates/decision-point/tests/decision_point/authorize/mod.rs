//! `POST /authorize`: decisions, who may ask, and what cannot be asked.

mod askers;
mod bodies;
mod tags;

use lanyard_directory::{Owner, Revocation, SessionsOf};
use serde_json::{Value, json};

use crate::world::{AWAY, CARLA, HOME, ROLE, World, ZOE, account, allow, put};

fn question(principal: &str, action: &str, resource: &str) -> Value {
    json!({ "principal": principal, "action": action, "resource": resource })
}

/// Asks one question; the decision's id is left out of the answer, and it is there.
async fn decided(world: &World, question: &Value) -> Value {
    let (status, mut answer) = world.ask(&question.to_string()).await;
    assert_eq!(status, 200, "{answer}");
    let id = answer.as_object_mut().unwrap().remove("decisionId").unwrap();
    let kept = world.decisions.find(id.as_str().unwrap()).len();
    assert_eq!(
        kept,
        usize::from(answer["decision"] != "Allowed"),
        "denials are kept"
    );
    answer
}

async fn check(world: &World, question: &Value, expected: Value) {
    assert_eq!(decided(world, question).await, expected, "{question}");
}

async fn refused(world: &World, question: &Value, status: u16, code: &str, message: &str) {
    let got = world.ask(&question.to_string()).await;
    assert_eq!(
        got,
        (status, json!({ "__type": code, "message": message })),
        "{question}"
    );
}

const REPORT: &str = "arn:aws:s3:::reports/2026.csv";

#[tokio::test]
async fn a_users_policies_decide() {
    let world = World::new().await;
    let allowed = question(CARLA, "s3:GetObject", REPORT);
    check(&world, &allowed, json!({ "decision": "Allowed" })).await;
    let denied = question(CARLA, "s3:PutObject", REPORT);
    let reason = "User: arn:aws:iam::111122223333:user/staff/carla is not authorized to perform: s3:PutObject on \
                  resource: arn:aws:s3:::reports/2026.csv because no identity-based policy allows the s3:PutObject \
                  action";
    check(
        &world,
        &denied,
        json!({ "decision": "ImplicitlyDenied", "reason": reason }),
    )
    .await;
}

#[tokio::test]
async fn an_action_of_a_service_of_ones_own_is_as_good_as_any() {
    let world = World::new().await;
    let mine = "arn:aws:app:::page/1";
    let put_own =
        |edit: &mut lanyard_directory::AccountEdit| put(edit, Owner::User("carla"), &allow("app:Read", mine));
    world.edit(HOME, put_own).await;
    check(
        &world,
        &question(CARLA, "app:Read", mine),
        json!({ "decision": "Allowed" }),
    )
    .await;
}

#[tokio::test]
async fn a_session_is_known_by_its_token_alone() {
    let world = World::new().await;
    let session = world.session();
    let list = |token: &str| json!({ "principal": { "sessionToken": token }, "action": "s3:ListBucket", "resource": "arn:aws:s3:::reports" });
    let token = session.token.expose();
    check(&world, &list(token), json!({ "decision": "Allowed" })).await;
    let message = "The principal's session token is not valid.";
    refused(&world, &list("nonsense"), 400, "ValidationException", message).await;
    world
        .edit(HOME, |edit| {
            edit.revoke(
                SessionsOf::Role("auditor"),
                Revocation::All,
                jiff::Timestamp::now(),
            )
            .map(drop)
        })
        .await;
    let message = "The principal's session token is expired.";
    refused(&world, &list(token), 400, "ValidationException", message).await;
}

#[tokio::test]
async fn a_role_is_a_session_of_which_nothing_is_known() {
    let world = World::new().await;
    let text = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*",
        "Condition":{"StringLike":{"aws:userid":"*:monday"}}}]}"#;
    world
        .edit(HOME, |edit| put(edit, Owner::Role("auditor"), text))
        .await;
    let named = "arn:aws:sts::111122223333:assumed-role/auditor/monday";
    assert_eq!(
        decided(&world, &question(named, "s3:GetObject", REPORT)).await["decision"],
        "Allowed"
    );
    let unnamed = decided(&world, &question(ROLE, "s3:GetObject", REPORT)).await;
    assert_eq!(unnamed["decision"], "ImplicitlyDenied");
}

#[tokio::test]
async fn circumstances_are_supplied_and_principal_keys_are_refused_by_name() {
    let world = World::new().await;
    let text = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*",
        "Condition":{"IpAddress":{"aws:SourceIp":"192.0.2.0/24"},"DateLessThan":{"aws:CurrentTime":"2020-01-01T00:00:00Z"},
        "ForAnyValue:StringEquals":{"aws:TagKeys":"b"}}}]}"#;
    world
        .edit(HOME, |edit| put(edit, Owner::User("carla"), text))
        .await;
    let with = |context: Value| {
        let mut question = question(CARLA, "s3:GetObject", REPORT);
        question["context"] = context;
        question
    };
    let right = json!({ "aws:SourceIp": "192.0.2.9", "aws:CurrentTime": "2019-06-01T00:00:00Z", "aws:TagKeys": ["a", "b"] });
    check(&world, &with(right), json!({ "decision": "Allowed" })).await;
    let now = json!({ "aws:SourceIp": "192.0.2.9", "aws:TagKeys": ["a", "b"] });
    assert_eq!(decided(&world, &with(now)).await["decision"], "ImplicitlyDenied");
    for key in [
        "aws:PrincipalTag/team",
        "AWS:principalarn",
        "aws:userid",
        "aws:username",
        "aws:MultiFactorAuthPresent",
        "aws:TokenIssueTime",
        "aws:SourceIdentity",
        "aws:FederatedProvider",
        "aws:ResourceAccount",
    ] {
        let message = format!(
            "the condition key {key} is not for the asker to supply: Lanyard knows it, or nobody does."
        );
        refused(
            &world,
            &with(json!({ key: "x" })),
            400,
            "ValidationException",
            &message,
        )
        .await;
    }
    let twice = with(json!({ "aws:SourceIp": "192.0.2.9", "aws:sourceip": "203.0.113.1" }));
    let message = "the condition key aws:sourceip is there twice.";
    refused(&world, &twice, 400, "ValidationException", message).await;
}

#[tokio::test]
async fn a_resources_policy_decides_across_accounts_and_a_bucket_is_its_owners() {
    let world = World::new().await;
    let consent = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"111122223333"},
        "Action":"lanyard:Authorize","Resource":"*"}]}"#;
    world
        .resource_policy(AWAY, "arn:aws:iam::444455556666:root", consent)
        .await;
    let about_zoe = question(ZOE, "s3:GetObject", REPORT);
    assert_eq!(decided(&world, &about_zoe).await["decision"], "ImplicitlyDenied");
    let policy = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"444455556666"},
        "Action":"s3:GetObject","Resource":"arn:aws:s3:::reports/*"}]}"#;
    let claim = world.directory.global().bucket("reports").unwrap().clone();
    let write = world.directory.write(account(HOME), |edit| {
        edit.put_bucket_policy(&claim, policy.into(), &lanyard_directory::NoOtherAccounts)
            .map(|_| ((), Vec::new()))
    });
    write.await.unwrap();
    check(&world, &about_zoe, json!({ "decision": "Allowed" })).await;
    let mut other = about_zoe.clone();
    other["resourceAccount"] = json!(AWAY);
    let message = "User: arn:aws:iam::111122223333:user/guard is not authorized to perform: lanyard:Authorize on the \
                   account of the resource";
    refused(&world, &other, 403, "AccessDeniedException", message).await;
}

#[tokio::test]
async fn assuming_a_role_is_decided_with_its_trust_policy() {
    let world = World::new().await;
    let assume = |who: &str| question(who, "sts:AssumeRole", ROLE);
    check(&world, &assume(CARLA), json!({ "decision": "Allowed" })).await;
    world
        .edit(HOME, |edit| put(edit, Owner::User("guard"), &allow("*", "*")))
        .await;
    let guard = decided(&world, &assume("arn:aws:iam::111122223333:user/guard")).await;
    assert_eq!(guard["decision"], "ImplicitlyDenied");
}

#[test]
fn answers_can_be_worked_out_on_any_thread() {
    fn check<T: Send>(_: &T) {}
    let runtime = async {
        let world = World::new().await;
        world.ask("{}").await
    };
    check(&runtime);
}

#[tokio::test]
async fn the_policy_of_a_table_speaks_for_its_indexes() {
    let world = World::new().await;
    let table = "arn:aws:dynamodb:us-east-1:111122223333:table/orders";
    world
        .edit(HOME, |edit| put(edit, Owner::User("carla"), &allow("*", "*")))
        .await;
    let index = question(CARLA, "dynamodb:Query", &format!("{table}/index/by-date"));
    check(&world, &index, json!({ "decision": "Allowed" })).await;
    let denial = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"*","Resource":"*"}]}"#;
    world.resource_policy(HOME, table, denial).await;
    assert_eq!(decided(&world, &index).await["decision"], "ExplicitlyDenied");
    // Streams have policies of their own.
    let stream = question(CARLA, "dynamodb:GetRecords", &format!("{table}/stream/1"));
    check(&world, &stream, json!({ "decision": "Allowed" })).await;
}

#[tokio::test]
async fn the_policy_of_a_key_has_to_allow_if_there_is_one() {
    let world = World::new().await;
    let key = "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";
    world
        .edit(HOME, |edit| put(edit, Owner::User("carla"), &allow("*", "*")))
        .await;
    let decrypt = question(CARLA, "kms:Decrypt", key);
    check(&world, &decrypt, json!({ "decision": "Allowed" })).await;
    let policy = |user: &str| {
        format!(
            r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Principal":{{"AWS":"{user}"}},"Action":"kms:*","Resource":"*"}}]}}"#
        )
    };
    let guard = "arn:aws:iam::111122223333:user/guard";
    world.resource_policy(HOME, key, &policy(guard)).await;
    assert_eq!(decided(&world, &decrypt).await["decision"], "ImplicitlyDenied");
    world.resource_policy(HOME, key, &policy(HOME)).await;
    check(&world, &decrypt, json!({ "decision": "Allowed" })).await;
}

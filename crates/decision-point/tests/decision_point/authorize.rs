//! `POST /authorize`: decisions, who may ask, and what cannot be asked.

use http::Method;
use lanyard_access::EncodedMessage;
use lanyard_directory::{Owner, Revocation, SessionsOf};
use serde_json::{Value, json};

use crate::world::{AWAY, CARLA, HOME, ROLE, World, ZOE, account, allow, json as answered, put, signed};

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
async fn a_batch_is_answered_in_order_and_one_wrong_question_costs_no_other() {
    let world = World::new().await;
    let good = question(CARLA, "s3:GetObject", REPORT);
    let wrong = question(CARLA, "nonsense", REPORT);
    let gone = question("arn:aws:iam::111122223333:user/nobody", "s3:GetObject", REPORT);
    let batch = json!({ "requests": [good, wrong, gone, good] });
    let (status, answer) = world.ask(&batch.to_string()).await;
    assert_eq!(status, 200);
    let results = answer["results"].as_array().unwrap();
    let shown: Vec<_> = results
        .iter()
        .map(|result| {
            result["decision"]
                .as_str()
                .or(result["error"]["message"].as_str())
                .unwrap()
        })
        .collect();
    let expected = [
        "Allowed",
        "The action must have the form service:Name.",
        "The principal cannot be asked about: there is no such user or role.",
        "Allowed",
    ];
    assert_eq!(shown, expected);
}

#[tokio::test]
async fn too_many_questions_are_refused() {
    let world = World::new().await;
    let many = vec![question(CARLA, "s3:GetObject", REPORT); 1_001];
    let message = "There may be at most 1000 requests.";
    refused(
        &world,
        &json!({ "requests": many }),
        400,
        "ValidationException",
        message,
    )
    .await;
}

#[tokio::test]
async fn a_body_of_any_other_size_is_not_read() {
    let world = World::new().await;
    let (status, answer) = world.ask(&" ".repeat((4 << 20) + 1)).await;
    assert_eq!(
        (status, &answer["__type"]),
        (413, &json!("RequestEntityTooLargeException"))
    );
    let many = format!(r#"{{"requests":[{}{{}}]}}"#, "{},".repeat(1_000_000));
    let (status, answer) = world.ask(&many).await;
    assert_eq!(
        (status, &answer["message"]),
        (400, &json!("There may be at most 1000 requests."))
    );
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
async fn asking_needs_permission_and_says_nothing_about_who_exists() {
    let world = World::new().await;
    world
        .edit(HOME, |edit| {
            put(edit, Owner::User("guard"), &allow("lanyard:Authorize", CARLA))
        })
        .await;
    check(
        &world,
        &question(CARLA, "s3:GetObject", REPORT),
        json!({ "decision": "Allowed" }),
    )
    .await;
    for name in ["guard", "nobody"] {
        let arn = format!("arn:aws:iam::111122223333:user/{name}");
        let message = format!(
            "User: arn:aws:iam::111122223333:user/guard is not authorized to perform: lanyard:Authorize on resource: \
             {arn} because no identity-based policy allows the lanyard:Authorize action"
        );
        refused(
            &world,
            &question(&arn, "s3:GetObject", REPORT),
            403,
            "AccessDeniedException",
            &message,
        )
        .await;
    }
    let trail = world.trail().await;
    assert_eq!(trail.matches(r#""eventName":"Authorize""#).count(), 2, "{trail}");
}

#[tokio::test]
async fn another_accounts_principal_needs_its_consent() {
    let world = World::new().await;
    let about_zoe = question(ZOE, "app:Read", "arn:aws:app::444455556666:page/1");
    let (status, answer) = world.ask(&about_zoe.to_string()).await;
    assert_eq!(
        (status, &answer["__type"]),
        (403, &json!("AccessDeniedException"))
    );
    let consent = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"111122223333"},
        "Action":"lanyard:Authorize","Resource":"*","Condition":{"StringEquals":{"lanyard:ResourceAccount":"444455556666"}}}]}"#;
    world
        .resource_policy(AWAY, "arn:aws:iam::444455556666:root", consent)
        .await;
    check(&world, &about_zoe, json!({ "decision": "Allowed" })).await;
    // Of a resource at home, the other account did not say so.
    let (status, _) = world
        .ask(&question(ZOE, "s3:GetObject", REPORT).to_string())
        .await;
    assert_eq!(status, 403);
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

#[tokio::test]
async fn reasons_need_a_permission_of_their_own() {
    let world = World::new().await;
    let mut asked = question(CARLA, "s3:PutObject", REPORT);
    asked["explain"] = json!(true);
    let (status, answer) = world.ask(&asked.to_string()).await;
    assert_eq!(
        (status, &answer["__type"]),
        (403, &json!("AccessDeniedException"))
    );
    world
        .edit(HOME, |edit| {
            put(edit, Owner::User("guard"), &allow("lanyard:*", "*"))
        })
        .await;
    let explained = decided(&world, &asked).await;
    assert!(explained["trace"]["Layers"].is_array(), "{explained}");
}

#[tokio::test]
async fn a_denial_comes_with_its_reasons_sealed_if_that_is_asked_for() {
    let world = World::new().await;
    let mut asked = question(CARLA, "s3:PutObject", REPORT);
    assert_eq!(
        decided(&world, &asked).await.get("encodedAuthorizationMessage"),
        None
    );
    asked["encodedMessage"] = json!(true);
    let denied = decided(&world, &asked).await;
    let message = denied["encodedAuthorizationMessage"].as_str().unwrap();
    let opened = EncodedMessage::open(&world.keyring, message).unwrap();
    assert_eq!(opened.account(), account(HOME));
    let said: Value = serde_json::from_str(&opened.to_json()).unwrap();
    assert_eq!(said["context"]["principal"]["arn"], json!(CARLA));
    assert_eq!(said["context"]["action"], json!("s3:PutObject"));

    let (_, answer) = world
        .ask(&json!({ "requests": vec![asked; 12] }).to_string())
        .await;
    let results = answer["results"].as_array().unwrap();
    let sealed = results
        .iter()
        .filter(|result| result["encodedAuthorizationMessage"].is_string());
    assert_eq!(sealed.count(), 10);
    let mut allowed = question(CARLA, "s3:GetObject", REPORT);
    allowed["encodedMessage"] = json!(true);
    assert_eq!(
        decided(&world, &allowed).await.get("encodedAuthorizationMessage"),
        None
    );
}

#[tokio::test]
async fn whoever_cannot_be_identified_is_refused() {
    let world = World::new().await;
    let body = question(CARLA, "s3:GetObject", REPORT).to_string();
    let sent = async |secret: &lanyard_access::SecretText, service: &str| {
        let request = signed(
            (world.guard.id.as_str(), secret, None),
            service,
            &Method::POST,
            "/authorize",
            &body,
        );
        let (status, answer) = answered(world.send(request).await).await;
        (status, answer["__type"].as_str().unwrap_or("none").to_owned())
    };
    let refused = |code: &str| (403, code.to_owned());
    assert_eq!(
        sent(&world.guard.secret, "lanyard").await,
        (200, "none".to_owned())
    );
    assert_eq!(
        sent(&world.carla.secret, "lanyard").await,
        refused("InvalidSignatureException")
    );
    assert_eq!(
        sent(&world.guard.secret, "sts").await,
        refused("InvalidSignatureException")
    );
    world
        .edit(HOME, |edit| {
            let holder = lanyard_directory::KeyHolder::User("guard");
            edit.delete_access_key(holder, world.guard.id.as_str())
        })
        .await;
    assert_eq!(
        sent(&world.guard.secret, "lanyard").await,
        refused("UnrecognizedClientException")
    );
    let unsigned = http::Request::post("/authorize")
        .body(http_body_util::Full::default())
        .unwrap();
    let (status, answer) = answered(world.send(unsigned).await).await;
    assert_eq!(
        (status, &answer["__type"]),
        (403, &json!("MissingAuthenticationTokenException"))
    );
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
async fn registered_tags_of_a_resource_count_where_the_asker_supplies_none() {
    let world = World::new().await;
    let policy = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sqs:SendMessage","Resource":"*",
        "Condition":{"StringEquals":{"aws:ResourceTag/team":"a"}}}]}"#;
    world
        .edit(HOME, |edit| put(edit, Owner::User("carla"), policy))
        .await;
    let queue = "arn:aws:sqs:us-east-1:111122223333:jobs";
    let mut asked = question(CARLA, "sqs:SendMessage", queue);
    assert_eq!(decided(&world, &asked).await["decision"], "ImplicitlyDenied");
    let tag = lanyard_directory::Tag {
        key: lanyard_names::TagKey::parse("team").unwrap(),
        value: lanyard_names::TagValue::parse("a").unwrap(),
    };
    let write = world.directory.write(account(HOME), |edit| {
        edit.put_resource_tags(queue, vec![tag.clone()])
            .map(|_| ((), Vec::new()))
    });
    write.await.unwrap();
    check(&world, &asked, json!({ "decision": "Allowed" })).await;
    // Whoever asks and knows of tags has the last word.
    asked["context"] = json!({ "AWS:ResourceTag/stage": "test" });
    assert_eq!(decided(&world, &asked).await["decision"], "ImplicitlyDenied");
}

//! Authorization messages: what was sealed is told to who may open it, and changed ones to nobody.

use std::sync::Arc;

use lanyard_access::{
    Ask, DecodedMessage, EncodedMessage, Evidence, MESSAGE_CHARACTERS_MAX, TokenError, authorize,
};
use lanyard_names::AccountId;
use lanyard_policy::{Attached, Context, Document, Policy, PolicySource};
use serde_json::{Value, json};

use crate::authorization::{facts, policy, put};
use crate::world::{World, keyring, vault};

const CARLA: &str = "arn:aws:iam::123456789012:user/staff/carla";

async fn denied(world: &World, context: &Context) -> Evidence {
    let caller = world.caller(&world.client_of_user()).await;
    let ask = Ask::new("iam:GetUser", CARLA, world.account, context);
    authorize(&caller, &ask, &facts(), Some(&world.snapshot())).into_evidence()
}

fn said(message: &DecodedMessage) -> Value {
    serde_json::from_str(&message.to_json()).unwrap()
}

#[tokio::test]
async fn a_message_says_what_aws_says_and_why() {
    let world = World::new().await;
    put(&world, "carla", "never", &policy("Deny", "iam:GetUser")).await;
    let evidence = denied(&world, &Context::new()).await;
    let sealed = EncodedMessage::seal(&world.keyring, &evidence).unwrap();
    assert!(!sealed.as_str().contains("carla"));
    let opened = EncodedMessage::open(&world.keyring, sealed.as_str()).unwrap();
    assert_eq!(opened.account(), world.account);
    assert_eq!(said(&opened), said(&DecodedMessage::of(&evidence)));
    let said = said(&opened);
    assert_eq!(
        (&said["allowed"], &said["explicitDeny"]),
        (&json!(false), &json!(true))
    );
    let value = |text: &str| json!({"items": [{"value": text}]});
    assert_eq!(
        said["matchedStatements"]["items"],
        json!([{
            "statementId": "",
            "effect": "DENY",
            "principals": value(world.user.as_str()),
            "principalGroups": {"items": []},
            "actions": value("iam:GetUser"),
            "resources": value(CARLA),
            "conditions": {"items": []},
        }])
    );
    assert_eq!(
        said["context"]["principal"],
        json!({"id": world.user.as_str(), "arn": CARLA, "name": "carla"})
    );
    let conditions = said["context"]["conditions"]["items"].as_array().unwrap();
    let address = json!({"key": "aws:SourceIp", "values": value("203.0.113.9")});
    assert!(conditions.contains(&address), "{conditions:?}");
    assert_eq!(said["trace"]["Effect"], json!("ExplicitDeny"));
}

/// What is told of a role of another account that was not assumed.
async fn told_of_foreign_role(trust: &str, tags: &[(&str, &str)]) -> Value {
    const ROLE: &str = "arn:aws:iam::210987654321:role/partner";
    let world = World::new().await;
    put(&world, "carla", "may", &policy("Allow", "sts:AssumeRole")).await;
    let caller = world.caller(&world.client_of_user()).await;
    let mut context = Context::new();
    context.insert("sts:RoleSessionName", "visit");
    for (name, value) in tags {
        context.insert((*name).to_owned(), (*value).to_owned());
    }
    let trust = Attached {
        policy: Arc::new(Policy::compile(&Document::parse(trust).unwrap())),
        source: PolicySource::Trust { role: ROLE.into() },
    };
    let elsewhere = AccountId::parse("210987654321").unwrap();
    let ask = Ask::new("sts:AssumeRole", ROLE, elsewhere, &context).with_trust(&trust);
    let verdict = authorize(&caller, &ask, &facts(), Some(&world.snapshot()));
    assert!(!verdict.is_allowed());
    let message = DecodedMessage::of(&verdict.into_evidence());
    assert_eq!(message.account(), world.account);
    said(&message)
}

#[tokio::test]
async fn what_another_account_says_of_its_resource_is_not_told() {
    let guarded = r#"{"Version":"2012-10-17","Statement":[
        {"Effect":"Deny","Principal":"*","Action":"sts:AssumeRole","Condition":{"StringNotEquals":{"sts:ExternalId":"hush"}}},
        {"Sid":"Partners","Effect":"Allow","Principal":{"AWS":"123456789012"},"Action":"sts:AssumeRole"}]}"#;
    let nobody = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"AWS":[]},"Action":"sts:AssumeRole"}}"#;
    let tags = [
        ("aws:ResourceTag/team", "hush"),
        ("iam:ResourceTag/team", "hush"),
        ("s3:ExistingObjectTag/team", "hush"),
    ];
    let told = told_of_foreign_role(guarded, &tags).await;
    // A role that is there and one that is not are told alike.
    assert_eq!(told, told_of_foreign_role(nobody, &[]).await);
    assert_eq!(
        (&told["allowed"], &told["explicitDeny"]),
        (&json!(false), &json!(false))
    );
    let text = told.to_string();
    assert!(
        !["hush", "Partners", "ExternalId", "aws:Resource"]
            .iter()
            .any(|word| text.contains(word)),
        "{text}"
    );
    // The account's own side is told in full.
    assert!(
        text.contains("sts:RoleSessionName") && text.contains("\"may\""),
        "{text}"
    );
}

#[tokio::test]
async fn what_does_not_fit_is_left_out_and_the_message_says_so() {
    let world = World::new().await;
    let mut context = Context::new();
    // Nothing that compresses.
    let mut state = 1_u64;
    for number in 0..2_000 {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        context.insert(format!("aws:RequestTag/{number}"), format!("{state:x}"));
    }
    let evidence = denied(&world, &context).await;
    let sealed = EncodedMessage::seal(&world.keyring, &evidence).unwrap();
    assert!(sealed.as_str().len() <= MESSAGE_CHARACTERS_MAX);
    let said = said(&EncodedMessage::open(&world.keyring, sealed.as_str()).unwrap());
    assert_eq!(said["truncated"], json!(true));
    assert_eq!(said["context"]["action"], json!("iam:GetUser"));
    assert_eq!(said["context"].get("conditions"), None);
}

#[tokio::test]
async fn only_a_message_of_this_installation_is_opened() {
    let world = World::new().await;
    let evidence = denied(&world, &Context::new()).await;
    let sealed = EncodedMessage::seal(&world.keyring, &evidence).unwrap();
    let refused = |text: &str| EncodedMessage::open(&world.keyring, text).unwrap_err();
    let mut changed = sealed.as_str().to_owned();
    let last = changed.pop().unwrap();
    changed.push(if last == 'A' { 'Q' } else { 'A' });
    assert_eq!(refused(&changed), TokenError::Invalid);
    assert_eq!(refused(""), TokenError::Invalid);
    assert_eq!(refused("nonsense"), TokenError::Invalid);
    assert_eq!(
        refused(&"A".repeat(MESSAGE_CHARACTERS_MAX + 1)),
        TokenError::Invalid
    );
    // A token is sealed under the same ring, and is no message.
    let session = world.issue(world.assumed());
    assert_eq!(refused(session.token.expose()), TokenError::Invalid);
    let elsewhere = EncodedMessage::open(&keyring(&vault()), sealed.as_str());
    assert_eq!(elsewhere.unwrap_err(), TokenError::Invalid);
}

#[test]
fn what_is_sealed_for_one_purpose_is_not_opened_for_another() {
    let ring = keyring(&vault());
    let sealed = ring.seal_for("cookie", b"carla", crate::world::now()).unwrap();
    assert_eq!(
        ring.open_for("cookie", sealed.expose()).unwrap().expose(),
        b"carla"
    );
    assert!(ring.open_for("code", sealed.expose()).is_err());
    assert!(ring.open(sealed.expose()).is_err());
}

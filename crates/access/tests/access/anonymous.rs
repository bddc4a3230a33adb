//! Callers without a signature, resources of other accounts, and what policies could ask about.

use std::sync::Arc;

use lanyard_access::{Ask, Caller, Verdict, authorize, mentions};
use lanyard_directory::Account;
use lanyard_names::AccountId;
use lanyard_policy::{
    Attached, Context, ContextValue, Document, Effect, Policy, PolicySource, ResourceLayer,
};

use crate::authorization::{facts, put};
use crate::world::World;

const OBJECT: &str = "arn:aws:s3:::reports/1";

fn policy(statement: &str) -> Attached {
    let text = format!(r#"{{"Version":"2012-10-17","Statement":[{statement}]}}"#);
    Attached {
        policy: Arc::new(Policy::compile(&Document::parse(&text).unwrap())),
        source: PolicySource::Resource {
            arn: "arn:aws:s3:::reports".into(),
        },
    }
}

fn everybody(effect: &str, condition: &str) -> Attached {
    policy(&format!(
        r#"{{"Effect":"{effect}","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::reports/*"{condition}}}"#
    ))
}

fn ask<'a>(owner: AccountId, policy: Option<&'a Attached>, context: &'a Context) -> Ask<'a> {
    Ask {
        resource_policy: policy.map(|attached| ResourceLayer {
            attached,
            must_participate: false,
            trust: false,
        }),
        ..Ask::new("s3:GetObject", OBJECT, owner, context)
    }
}

fn effect(caller: &Caller, owner: AccountId, policy: Option<&Attached>, account: Option<&Account>) -> Effect {
    let context = Context::new();
    authorize(caller, &ask(owner, policy, &context), &facts(), account).effect()
}

fn other_account() -> AccountId {
    AccountId::parse("444455556666").unwrap()
}

#[tokio::test]
async fn an_anonymous_caller_has_what_the_resources_policy_gives_to_everybody() {
    let world = World::new().await;
    let nobody = Caller::anonymous();
    let check = |policy: Option<&Attached>, expected| {
        assert_eq!(
            effect(&nobody, world.account, policy, None),
            expected,
            "{policy:?}"
        );
        // Nobody has an account, so one that is given says nothing.
        let account = world.snapshot();
        assert_eq!(
            effect(&nobody, world.account, policy, Some(&account)),
            expected,
            "{policy:?}"
        );
    };
    check(None, Effect::ImplicitDeny);
    check(Some(&everybody("Allow", "")), Effect::Allow);
    check(Some(&everybody("Deny", "")), Effect::ExplicitDeny);
    let accounts_only = policy(
        r#"{"Effect":"Allow","Principal":{"AWS":"123456789012"},"Action":"s3:GetObject","Resource":"*"}"#,
    );
    check(Some(&accounts_only), Effect::ImplicitDeny);
}

#[tokio::test]
async fn an_anonymous_caller_has_the_keys_that_aws_documents() {
    let world = World::new().await;
    let context = Context::new();
    let ask = ask(world.account, None, &context);
    let verdict: Verdict<'_> = authorize(&Caller::anonymous(), &ask, &facts(), None);
    let key = |name: &str| match verdict.context().get(name) {
        Some(ContextValue::Single(text)) => Some(text.as_str().to_owned()),
        _ => None,
    };
    assert_eq!(key("aws:PrincipalType").as_deref(), Some("Anonymous"));
    assert_eq!(key("aws:PrincipalAccount").as_deref(), Some("anonymous"));
    assert_eq!(key("aws:SourceIp").as_deref(), Some("203.0.113.9"));
    for absent in ["aws:PrincipalArn", "aws:username", "aws:PrincipalIsAWSService"] {
        assert_eq!(key(absent), None, "{absent}");
    }
    let message = verdict.message();
    assert!(
        message.starts_with("User: anonymous is not authorized to perform: s3:GetObject"),
        "{message}"
    );
}

#[tokio::test]
async fn across_accounts_both_sides_have_to_allow() {
    let world = World::new().await;
    let carla = world.caller(&world.client_of_user()).await;
    let shared = everybody("Allow", "");
    let across = |world: &World, policy| effect(&carla, other_account(), policy, Some(&world.snapshot()));
    assert_eq!(across(&world, Some(&shared)), Effect::ImplicitDeny);
    // At home the resource's policy is enough.
    assert_eq!(
        effect(&carla, world.account, Some(&shared), Some(&world.snapshot())),
        Effect::Allow
    );
    let text = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}"#;
    put(&world, "carla", "own", text).await;
    assert_eq!(across(&world, Some(&shared)), Effect::Allow);
    assert_eq!(across(&world, None), Effect::ImplicitDeny);
    assert_eq!(across(&world, Some(&everybody("Deny", ""))), Effect::ExplicitDeny);
}

#[tokio::test]
async fn without_the_callers_own_account_nothing_is_allowed() {
    let world = World::new().await;
    let carla = world.caller(&world.client_of_user()).await;
    assert_eq!(
        effect(&carla, world.account, Some(&everybody("Allow", "")), None),
        Effect::ImplicitDeny
    );
}

#[tokio::test]
async fn what_a_policy_could_ask_about_is_known() {
    let world = World::new().await;
    let carla = world.caller(&world.client_of_user()).await;
    let tagged = r#","Condition":{"StringEquals":{"s3:existingobjecttag/Team":"red"}}"#;
    let check = |caller: &Caller, policy: Option<&Attached>, expected| {
        let context = Context::new();
        let ask = ask(world.account, policy, &context);
        let got = mentions(caller, &ask, Some(&world.snapshot()), "s3:ExistingObjectTag/");
        assert_eq!(got, expected, "{policy:?}");
    };
    check(&carla, None, false);
    check(&carla, Some(&everybody("Allow", "")), false);
    check(&carla, Some(&everybody("Deny", tagged)), true);
    check(&Caller::anonymous(), Some(&everybody("Deny", tagged)), true);
    let text = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*",
        "Resource":"arn:aws:s3:::reports/${s3:ExistingObjectTag/team}"}]}"#;
    put(&world, "carla", "own", text).await;
    check(&carla, None, true);
    check(&Caller::anonymous(), None, false);
}

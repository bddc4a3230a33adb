//! Whom an identity provider vouches for: trust policies decide on them, and nothing else.

use std::sync::Arc;

use lanyard_access::{Ask, Caller, Login, authorize};
use lanyard_policy::{Attached, Context, Document, Effect, Policy, PolicySource};

use crate::authorization::facts;
use crate::world::World;

const OIDC: &str = "arn:aws:iam::123456789012:oidc-provider/example.com";
const SAML: &str = "arn:aws:iam::123456789012:saml-provider/company";
const ROLE: &str = "arn:aws:iam::123456789012:role/staff/auditor";
const ACTION: &str = "sts:AssumeRoleWithWebIdentity";

fn login(provider: &str) -> Login {
    Login {
        provider: provider.into(),
        id: "example.com:app:42".into(),
        name: "42".into(),
        identity_provider: "example.com".into(),
        keys: vec![("example.com:sub".into(), vec!["42".into()])],
    }
}

fn trust(provider: &str, subject: &str) -> Attached {
    let text = format!(
        r#"{{"Version":"2012-10-17","Statement":{{"Effect":"Allow","Principal":{{"Federated":"{provider}"}},
            "Action":"{ACTION}","Condition":{{"StringEquals":{{"example.com:sub":"{subject}"}}}}}}}}"#
    );
    Attached {
        policy: Arc::new(Policy::compile(&Document::parse(&text).unwrap())),
        source: PolicySource::Trust { role: ROLE.into() },
    }
}

fn trust_in(principal: &str, condition: &str) -> Attached {
    let text = format!(
        r#"{{"Version":"2012-10-17","Statement":{{"Effect":"Allow","Principal":{principal},"Action":"{ACTION}",
            "Condition":{condition}}}}}"#
    );
    Attached {
        policy: Arc::new(Policy::compile(&Document::parse(&text).unwrap())),
        source: PolicySource::Trust { role: ROLE.into() },
    }
}

fn check(world: &World, caller: &Caller, trust: &Attached, want: Effect) {
    let context = Context::new();
    let ask = Ask::new(ACTION, ROLE, world.account, &context).with_trust(trust);
    let verdict = authorize(caller, &ask, &facts(), Some(&world.snapshot()));
    assert_eq!(verdict.effect(), want);
    assert_eq!(verdict.explain().effect, want);
    assert_eq!(verdict.message(), format!("Not authorized to perform {ACTION}"));
}

#[tokio::test]
async fn the_trust_policy_alone_decides() {
    let world = World::new().await;
    let caller = Caller::web_identity(world.account, login(OIDC));
    check(&world, &caller, &trust(OIDC, "42"), Effect::Allow);
    check(&world, &caller, &trust(OIDC, "43"), Effect::ImplicitDeny);
    check(&world, &caller, &trust(SAML, "42"), Effect::ImplicitDeny);
    let caller = Caller::saml(world.account, login(SAML));
    check(&world, &caller, &trust(SAML, "42"), Effect::Allow);
    check(&world, &caller, &trust(OIDC, "42"), Effect::ImplicitDeny);
}

#[tokio::test]
async fn of_the_keys_about_principals_three_are_there() {
    let world = World::new().await;
    for (caller, provider) in [
        (Caller::web_identity(world.account, login(OIDC)), OIDC),
        (Caller::saml(world.account, login(SAML)), SAML),
    ] {
        let federated = format!(r#"{{"Federated":"{provider}"}}"#);
        let has = |condition: &str, want| check(&world, &caller, &trust_in(&federated, condition), want);
        let equals = |key: &str, value: &str| format!(r#"{{"StringEquals":{{"{key}":"{value}"}}}}"#);
        has(
            &equals("aws:PrincipalAccount", &world.account.to_string()),
            Effect::Allow,
        );
        has(&equals("aws:PrincipalType", "User"), Effect::Allow);
        has(&equals("aws:userid", provider), Effect::Allow);
        has(r#"{"Null":{"aws:PrincipalArn":"true"}}"#, Effect::Allow);
        has(&equals("aws:PrincipalArn", provider), Effect::ImplicitDeny);
        has(&equals("aws:userid", "example.com:app:42"), Effect::ImplicitDeny);
    }
}

#[tokio::test]
async fn everybody_of_aws_is_nobody_of_an_identity_provider() {
    let world = World::new().await;
    for caller in [
        Caller::web_identity(world.account, login(OIDC)),
        Caller::saml(world.account, login(SAML)),
    ] {
        check(
            &world,
            &caller,
            &trust_in(r#"{"AWS":"*"}"#, "{}"),
            Effect::ImplicitDeny,
        );
    }
}

#[tokio::test]
async fn nothing_is_allowed_where_no_resource_says_so() {
    let world = World::new().await;
    let caller = Caller::web_identity(world.account, login(OIDC));
    let context = Context::new();
    let ask = Ask::new("s3:GetObject", "arn:aws:s3:::bucket/key", world.account, &context);
    let verdict = authorize(&caller, &ask, &facts(), Some(&world.snapshot()));
    assert_eq!(verdict.effect(), Effect::ImplicitDeny);
    assert!(!caller.is_root() && !caller.is_role_session() && !caller.is_anonymous());
    assert_eq!((caller.user().is_none(), caller.mfa()), (true, None));
    assert_eq!(&*caller.login.as_ref().unwrap().name, "42");
}

//! May they: layers, context keys, words of denials, and what credentials can never call.

use std::sync::LazyLock;

use lanyard_access::{
    Ask, Caller, CredentialRefusal, NewSession, RequestFacts, SessionKind, Verdict, authorize,
};
use lanyard_directory::{NewPolicy, Owner, PrincipalName, Revocation, SessionsOf};
use lanyard_names::{
    AccountId, EntityPath, FederatedUserName, IdKind, InlinePolicyName, ManagedPolicyName, PolicyArn,
    RoleName, UserName,
};
use lanyard_policy::Context;

use crate::world::{Client, World, after, id, now};

pub(crate) const GET_USER: &str = "iam:GetUser";
pub(crate) const CARLA: &str = "arn:aws:iam::123456789012:user/staff/carla";

pub(crate) fn facts() -> RequestFacts<'static> {
    RequestFacts {
        source_ip: Some("203.0.113.9".parse().unwrap()),
        is_secure: true,
        now: after(90),
        region: "eu-central-1",
        user_agent: Some("aws-cli/2.15"),
        referer: None,
    }
}

pub(crate) fn decide<'a>(world: &World, caller: &Caller, action: &'a str) -> Verdict<'a> {
    static NO_KEYS: LazyLock<Context> = LazyLock::new(Context::new);
    let ask = Ask::new(action, CARLA, world.account, &NO_KEYS);
    authorize(caller, &ask, &facts(), Some(&world.snapshot()))
}

pub(crate) fn policy(effect: &str, action: &str) -> String {
    format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"{effect}","Action":"{action}","Resource":"*"}}]}}"#
    )
}

fn user(name: &UserName) -> Owner<'_> {
    Owner::User(name.as_str())
}

pub(crate) async fn put(world: &World, owner: &str, name: &str, text: &str) {
    let carla = UserName::parse("carla").unwrap();
    let auditor = RoleName::parse("auditor").unwrap();
    world
        .edit(|edit| {
            let owner = match owner {
                "carla" => user(&carla),
                _ => Owner::Role(auditor.as_str()),
            };
            edit.put_inline_policy(owner, InlinePolicyName::parse(name).unwrap(), text)
        })
        .await;
}

async fn managed(world: &World, number: u8, name: &str, text: &str) -> PolicyArn {
    let new = NewPolicy {
        id: id(IdKind::ManagedPolicy, number),
        name: ManagedPolicyName::parse(name).unwrap(),
        path: EntityPath::default(),
        created: now(),
        description: None,
        text: text.into(),
        tags: Vec::new(),
    };
    world
        .edit(|edit| edit.create_policy(new.clone()).map(|_| ()))
        .await;
    PolicyArn::parse(&format!("arn:aws:iam::123456789012:policy/{name}")).unwrap()
}

#[tokio::test]
async fn a_new_user_can_do_nothing_and_hears_why() {
    let world = World::new().await;
    let caller = world.caller(&world.client_of_user()).await;
    let verdict = decide(&world, &caller, GET_USER);
    assert!(!verdict.is_allowed());
    assert_eq!(
        verdict.message(),
        "User: arn:aws:iam::123456789012:user/staff/carla is not authorized to perform: iam:GetUser on resource: \
         arn:aws:iam::123456789012:user/staff/carla because no identity-based policy allows the iam:GetUser action"
    );
}

#[tokio::test]
async fn a_policy_counts_from_the_next_snapshot_on_for_a_caller_known_already() {
    let world = World::new().await;
    let caller = world.caller(&world.client_of_user()).await;
    let before = world.snapshot();
    put(&world, "carla", "read", &policy("Allow", "iam:Get*")).await;
    assert!(decide(&world, &caller, GET_USER).is_allowed());
    let context = Context::new();
    let ask = Ask::new(GET_USER, CARLA, world.account, &context);
    assert!(!authorize(&caller, &ask, &facts(), Some(&before)).is_allowed());
}

#[tokio::test]
async fn the_root_user_can_do_everything() {
    let world = World::new().await;
    let caller = world.caller(&Client::new(&world.root_key)).await;
    assert!(decide(&world, &caller, "iam:DeleteUser").is_allowed());
}

#[tokio::test]
async fn who_is_gone_may_do_nothing() {
    let world = World::new().await;
    put(&world, "auditor", "read", &policy("Allow", "*")).await;
    let caller = world
        .caller(&Client::of_session(&world.issue(world.assumed())))
        .await;
    assert!(decide(&world, &caller, GET_USER).is_allowed());
    world
        .edit(|edit| {
            edit.revoke(SessionsOf::Role("auditor"), Revocation::All, now())
                .map(drop)
        })
        .await;
    let verdict = decide(&world, &caller, GET_USER);
    assert!(!verdict.is_allowed() && verdict.decision.is_none());
    assert!(
        verdict
            .message()
            .contains("is not authorized to perform: iam:GetUser")
    );
}

#[tokio::test]
async fn a_boundary_caps_and_is_named() {
    let world = World::new().await;
    put(&world, "carla", "all", &policy("Allow", "*")).await;
    let boundary = managed(&world, 5, "boundary", &policy("Allow", "s3:*")).await;
    world
        .edit(|edit| edit.set_boundary(PrincipalName::User("carla"), &boundary))
        .await;
    let caller = world.caller(&world.client_of_user()).await;
    let verdict = decide(&world, &caller, GET_USER);
    let message = verdict.message();
    assert!(
        message.ends_with("because no permissions boundary allows the iam:GetUser action"),
        "{message}"
    );
    assert!(decide(&world, &caller, "s3:ListBucket").is_allowed());
}

#[tokio::test]
async fn an_explicit_deny_by_a_managed_policy_names_it_to_its_own_account() {
    let world = World::new().await;
    put(&world, "carla", "all", &policy("Allow", "*")).await;
    let deny = managed(&world, 5, "never", &policy("Deny", "iam:GetUser")).await;
    let carla = UserName::parse("carla").unwrap();
    world.edit(|edit| edit.attach_policy(user(&carla), &deny)).await;
    let caller = world.caller(&world.client_of_user()).await;
    let message = decide(&world, &caller, GET_USER).message();
    let end = "with an explicit deny in an identity-based policy: arn:aws:iam::123456789012:policy/never";
    assert!(message.ends_with(end), "{message}");

    let context = Context::new();
    let elsewhere = AccountId::parse("210987654321").unwrap();
    let ask = Ask::new(GET_USER, "arn:aws:iam::210987654321:user/x", elsewhere, &context);
    let message = authorize(&caller, &ask, &facts(), Some(&world.snapshot())).message();
    assert!(
        message.ends_with("with an explicit deny in an identity-based policy"),
        "{message}"
    );
}

#[tokio::test]
async fn an_explicit_deny_by_an_inline_policy_has_no_arn() {
    let world = World::new().await;
    put(&world, "carla", "never", &policy("Deny", "iam:GetUser")).await;
    let caller = world.caller(&world.client_of_user()).await;
    let message = decide(&world, &caller, GET_USER).message();
    assert!(
        message.ends_with("with an explicit deny in an identity-based policy"),
        "{message}"
    );
}

pub(crate) async fn with_session(world: &World, change: impl FnOnce(&mut NewSession)) -> Caller {
    let mut session = world.session(world.assumed());
    change(&mut session);
    let issued = world.keyring.issue(&session).unwrap();
    world.caller(&Client::of_session(&issued)).await
}

#[tokio::test]
async fn session_policies_cap_a_role_and_never_widen_it() {
    let world = World::new().await;
    put(&world, "auditor", "read", &policy("Allow", "iam:Get*")).await;
    let capped = with_session(&world, |session| {
        session.policy = Some(policy("Allow", "s3:*").into())
    })
    .await;
    let message = decide(&world, &capped, GET_USER).message();
    assert!(
        message.ends_with("because no session policy allows the iam:GetUser action"),
        "{message}"
    );
    assert!(!decide(&world, &capped, "s3:ListBucket").is_allowed());
    let wide = with_session(&world, |session| {
        session.policy = Some(policy("Allow", "*").into())
    })
    .await;
    assert!(decide(&world, &wide, GET_USER).is_allowed());
    assert!(!decide(&world, &wide, "iam:DeleteUser").is_allowed());
}

#[tokio::test]
async fn managed_session_policies_are_read_live_and_a_deleted_one_denies_everything() {
    let world = World::new().await;
    put(&world, "auditor", "all", &policy("Allow", "*")).await;
    let arn = managed(&world, 5, "session", &policy("Allow", "iam:Get*")).await;
    let caller = with_session(&world, |session| session.policy_arns = vec![arn.clone()]).await;
    assert!(decide(&world, &caller, GET_USER).is_allowed());
    assert!(!decide(&world, &caller, "iam:DeleteUser").is_allowed());
    world.edit(|edit| edit.delete_policy(&arn).map(|_| ())).await;
    assert!(!decide(&world, &caller, GET_USER).is_allowed());
}

#[tokio::test]
async fn a_federated_user_has_what_user_and_session_policies_both_allow() {
    let world = World::new().await;
    put(&world, "carla", "read", &policy("Allow", "s3:*")).await;
    let name = FederatedUserName::parse("visitor").unwrap();
    for (issuer, allowed_by_issuer) in [(Some(world.user), false), (None, true)] {
        let kind = SessionKind::FederatedUser {
            user: issuer,
            name: name.clone(),
        };
        let bare = with_session(&world, |session| session.kind = kind.clone()).await;
        assert!(!decide(&world, &bare, "s3:ListBucket").is_allowed());
        let capped = with_session(&world, |session| {
            session.kind = kind;
            session.policy = Some(policy("Allow", "*").into());
        })
        .await;
        assert!(decide(&world, &capped, "s3:ListBucket").is_allowed());
        assert_eq!(
            decide(&world, &capped, "sqs:SendMessage").is_allowed(),
            allowed_by_issuer
        );
    }
}

#[tokio::test]
async fn trust_decides_along_and_a_refusal_gives_no_reason() {
    let world = World::new().await;
    let caller = world.caller(&world.client_of_user()).await;
    let role = "arn:aws:iam::123456789012:role/staff/auditor";
    let context = Context::new();
    let trust = world.snapshot().role("auditor").unwrap().trust_attached();
    let ask = Ask::new("sts:AssumeRole", role, world.account, &context).with_trust(&trust);
    let verdict = authorize(&caller, &ask, &facts(), Some(&world.snapshot()));
    assert_eq!(
        verdict.message(),
        "User: arn:aws:iam::123456789012:user/staff/carla is not authorized to perform: sts:AssumeRole on resource: \
         arn:aws:iam::123456789012:role/staff/auditor"
    );
    assert!(!verdict.is_allowed());
    put(&world, "carla", "assume", &policy("Allow", "sts:AssumeRole")).await;
    assert!(authorize(&caller, &ask, &facts(), Some(&world.snapshot())).is_allowed());
}

#[tokio::test]
async fn what_credentials_can_never_call() {
    let world = World::new().await;
    let name = FederatedUserName::parse("visitor").unwrap();
    let user_session = SessionKind::SessionToken {
        user: Some(world.user),
    };
    let federated = SessionKind::FederatedUser {
        user: Some(world.user),
        name,
    };
    let user = world.caller(&world.client_of_user()).await;
    let root = world.caller(&Client::new(&world.root_key)).await;
    let role = with_session(&world, |_| {}).await;
    let token = with_session(&world, |session| session.kind = user_session.clone()).await;
    let with_mfa = with_session(&world, |session| {
        session.kind = user_session.clone();
        session.mfa = true;
    })
    .await;
    let signed_in = with_session(&world, |session| {
        session.kind = user_session;
        session.is_sign_in = true;
    })
    .await;
    let visitor = with_session(&world, |session| session.kind = federated).await;

    let invalid = || Err(CredentialRefusal::InvalidClientTokenId);
    let denied = |text: &str| Err(CredentialRefusal::AccessDenied(text.to_owned()));
    let cannot = |operation: &str| denied(&format!("Cannot call {operation} with session credentials"));
    let cases: [(&Caller, &str, &str, Result<(), CredentialRefusal>); 21] = [
        (&user, "iam", "GetUser", Ok(())),
        (&user, "sts", "GetFederationToken", Ok(())),
        (&user, "sts", "AssumeRole", Ok(())),
        (&root, "iam", "GetUser", Ok(())),
        (&root, "sts", "GetSessionToken", Ok(())),
        (
            &root,
            "sts",
            "AssumeRole",
            denied("Roles may not be assumed by root accounts."),
        ),
        (&role, "iam", "GetUser", Ok(())),
        (&role, "sts", "AssumeRole", Ok(())),
        (&role, "sts", "GetSessionToken", cannot("GetSessionToken")),
        (&role, "sts", "GetFederationToken", cannot("GetFederationToken")),
        (&token, "iam", "GetUser", invalid()),
        (&token, "sts", "AssumeRole", Ok(())),
        (&token, "sts", "GetSessionToken", cannot("GetSessionToken")),
        (&token, "sts", "GetWebIdentityToken", Ok(())),
        (
            &visitor,
            "sts",
            "GetWebIdentityToken",
            denied("GetWebIdentityToken does not support federated user sessions"),
        ),
        (&with_mfa, "iam", "GetUser", Ok(())),
        (
            &with_mfa,
            "sts",
            "GetFederationToken",
            cannot("GetFederationToken"),
        ),
        (&signed_in, "iam", "GetUser", Ok(())),
        (&visitor, "iam", "GetUser", invalid()),
        (&visitor, "sts", "AssumeRole", cannot("AssumeRole")),
        (&visitor, "sts", "GetCallerIdentity", Ok(())),
    ];
    for (caller, service, operation, want) in cases {
        assert_eq!(
            caller.check_may_call(service, operation),
            want,
            "{} {operation}",
            caller.arn
        );
    }
}

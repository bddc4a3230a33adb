//! Across accounts: both sides must allow, each by itself.

use lanyard_policy::Principal;
use serde_json::{Value, json};

use crate::world::{
    AWAY, BOB, HOME, ROLE, SESSION, World, account, allow, allow_to, both, deny_to, federated_user,
    role_session, root, user, world,
};

fn full() -> Value {
    allow(json!({}))
}

fn other() -> Value {
    allow(json!({"Action": "ec2:*"}))
}

/// The object belongs to another account.
fn away(principal: Principal) -> World {
    world().principal(principal).owner(AWAY)
}

#[test]
fn both_sides_must_allow() {
    for (principal, named) in [
        (user(), BOB),
        (user(), HOME),
        (user(), "*"),
        (role_session(), ROLE),
        (role_session(), SESSION),
        (role_session(), HOME),
    ] {
        let named = json!({"AWS": named});
        let request = || away(principal.clone()).resource_policy(allow_to(named.clone()));
        request().identity(full()).allowed();
        request().check("ImplicitDeny Identity");
        request().identity(other()).check("ImplicitDeny Identity");
        away(principal.clone())
            .identity(full())
            .check("ImplicitDeny Resource");
        away(principal.clone())
            .identity(full())
            .resource_policy(allow_to(json!({"AWS": "arn:aws:iam::111122223333:user/eve"})))
            .check("ImplicitDeny Resource");
    }
}

#[test]
fn nothing_reaches_past_the_callers_caps() {
    for named in [SESSION, ROLE, "*"] {
        let request = || {
            away(role_session())
                .identity(full())
                .resource_policy(allow_to(json!({"AWS": named})))
        };
        request().boundary(other()).check("ImplicitDeny Boundary");
        request().session(other()).check("ImplicitDeny Session");
        request().boundary(full()).session(full()).allowed();
    }
}

#[test]
fn root_has_its_own_side_but_needs_the_other() {
    away(root()).check("ImplicitDeny Resource");
    away(root())
        .resource_policy(allow_to(json!({"AWS": HOME})))
        .allowed();
    away(root())
        .resource_policy(allow_to(json!({"AWS": BOB})))
        .check("ImplicitDeny Resource");
}

#[test]
fn a_federated_user_needs_its_session_policies() {
    let request = || {
        away(federated_user())
            .identity(full())
            .resource_policy(allow_to(json!({"AWS": HOME})))
    };
    request().check("ImplicitDeny Session");
    request().session(full()).allowed();
}

#[test]
fn either_side_can_deny() {
    let request = || away(user()).identity(full());
    request()
        .resource_policy(deny_to(json!({"AWS": HOME})))
        .check("ExplicitDeny Resource");
    request()
        .resource_policy(allow_to(json!("*")))
        .identity(crate::world::deny(json!({})))
        .check("ExplicitDeny Identity");
}

#[test]
fn the_owner_is_read_from_the_arn_unless_given() {
    let queue = |owner: &str| {
        world()
            .resource(&format!("arn:aws:sqs:us-east-1:{owner}:jobs"))
            .identity(full())
    };
    queue(HOME).allowed();
    queue(AWAY).check("ImplicitDeny Resource");
    queue(AWAY).owner(HOME).allowed();
    // What names no account is taken for the caller's own.
    world().identity(full()).allowed();
    world()
        .resource("arn:aws:iam::aws:policy/ReadOnlyAccess")
        .identity(full())
        .allowed();
}

#[test]
fn partitions_do_not_trust_each_other() {
    for elsewhere in [
        Principal::User {
            account: account(HOME),
            arn: "arn:aws-cn:iam::111122223333:user/bob".into(),
            id: None,
        },
        Principal::RoleSession {
            account: account(HOME),
            role_arn: "arn:aws-cn:iam::111122223333:role/app".into(),
            session_arn: "arn:aws-cn:sts::111122223333:assumed-role/app/s1".into(),
            role_id: None,
        },
        Principal::FederatedUser {
            account: account(HOME),
            arn: "arn:aws-cn:sts::111122223333:federated-user/fred".into(),
            user_arn: "arn:aws-cn:iam::111122223333:user/bob".into(),
            user_id: None,
        },
        Principal::Root {
            account: account(HOME),
            arn: "arn:aws-cn:iam::111122223333:root".into(),
        },
    ] {
        away(elsewhere.clone())
            .identity(full())
            .session(full())
            .resource_policy(allow_to(json!("*")))
            .check("ImplicitDeny Resource");
        // An account of the same number there is another account.
        world()
            .principal(elsewhere)
            .identity(full())
            .session(full())
            .check("ImplicitDeny Resource");
    }
}

#[test]
fn of_permissions_that_reach_equally_far_the_first_is_named() {
    let named = |first: &str, second: &str| {
        let (first, second) = (json!({"AWS": first}), json!({"AWS": second}));
        let decision = away(user())
            .identity(full())
            .resource_policy(both(&allow_to(first), &allow_to(second)))
            .decide();
        decision.statement.map(|statement| statement.index)
    };
    assert_eq!(named(HOME, HOME), Some(0));
    assert_eq!(named(BOB, HOME), Some(0));
    assert_eq!(named(HOME, BOB), Some(1));
}

#[test]
fn a_decision_says_whether_it_crosses_accounts() {
    assert!(away(user()).decide().cross_account);
    assert!(!world().decide().cross_account);
    assert!(!away(Principal::Anonymous).decide().cross_account);
}

//! Within one account: identity policies, boundary, session policies, and how a resource's policy reaches past
//! them.

use lanyard_policy::{Effect, Layer, Principal};
use serde_json::{Value, json};

use crate::world::{
    BOB, FEDERATED, HOME, ROLE, SESSION, allow, allow_to, both, deny, deny_to, federated_user, role_session,
    root, service, user, world,
};

fn full() -> Value {
    allow(json!({}))
}

fn other() -> Value {
    allow(json!({"Action": "ec2:*"}))
}

#[test]
fn nothing_is_allowed_by_default() {
    world().check("ImplicitDeny Identity");
    world().identity(other()).check("ImplicitDeny Identity");
    world().principal(role_session()).check("ImplicitDeny Identity");
}

#[test]
fn one_allow_of_many_policies_is_enough() {
    world().identity(other()).identity(full()).allowed();
}

#[test]
fn deny_beats_allow_wherever_it_stands() {
    let no = || deny(json!({"Action": "s3:GetObject"}));
    let request = || world().identity(full()).boundary(full()).session(full());
    request().allowed();
    request().identity(no()).check("ExplicitDeny Identity");
    request()
        .identity(both(&full(), &no()))
        .check("ExplicitDeny Identity");
    request()
        .boundary(both(&full(), &no()))
        .check("ExplicitDeny Boundary");
    request().session(no()).check("ExplicitDeny Session");
    request()
        .endpoint(deny_to(json!("*")))
        .check("ExplicitDeny Endpoint");
    request()
        .resource_policy(deny_to(json!("*")))
        .check("ExplicitDeny Resource");
}

#[test]
fn of_statements_that_reach_as_far_the_first_is_named() {
    for named in [ROLE, SESSION] {
        let to = allow_to(json!({"AWS": named}));
        let request = world().principal(role_session()).resource_policy(both(&to, &to));
        assert_eq!(request.decide().statement.unwrap().index, 0, "{named}");
    }
}

#[test]
fn a_boundary_caps_and_grants_nothing() {
    world().identity(full()).boundary(full()).allowed();
    world()
        .identity(full())
        .boundary(other())
        .check("ImplicitDeny Boundary");
    world().boundary(full()).check("ImplicitDeny Identity");
}

#[test]
fn session_policies_cap_and_grant_nothing() {
    let request = || world().principal(role_session());
    request().identity(full()).allowed();
    request().identity(full()).session(full()).allowed();
    request()
        .identity(full())
        .session(other())
        .check("ImplicitDeny Session");
    request().session(full()).check("ImplicitDeny Identity");
    // Of several session policies one has to allow.
    request()
        .identity(full())
        .session(other())
        .session(full())
        .allowed();
}

#[test]
fn a_federated_user_has_what_user_and_session_both_allow() {
    let request = || world().principal(federated_user());
    request().identity(full()).session(full()).allowed();
    request().identity(full()).check("ImplicitDeny Session");
    request()
        .identity(full())
        .session(other())
        .check("ImplicitDeny Session");
    request().session(full()).check("ImplicitDeny Identity");
}

#[test]
fn root_needs_no_permission_in_its_own_account() {
    let request = || world().principal(root());
    request().allowed();
    assert_eq!(request().decide().layer, None);
    request()
        .resource_policy(deny_to(json!({"AWS": HOME})))
        .check("ExplicitDeny Resource");
    request().resource_policy(deny_to(json!({"AWS": BOB}))).allowed();
    // A session that acts as root is capped by what it was made for.
    request().session(other()).check("ImplicitDeny Session");
    request().session(full()).allowed();
}

/// One row of the asymmetry: what a resource policy that names a principal so allows by itself, in which layers
/// everything else may be silent.
#[track_caller]
fn row(principal: Principal, named: &str, past: Past) {
    let request = || {
        world()
            .principal(principal.clone())
            .resource_policy(allow_to(json!({"AWS": named})))
    };
    let federated = matches!(principal, Principal::FederatedUser { .. });
    let silent_identity = match past {
        Past::Nothing => "ImplicitDeny Identity",
        Past::Identity if federated => "ImplicitDeny Session",
        Past::Identity | Past::Everything => "Allow",
    };
    request().check(silent_identity);
    let capped = |layer: &str| match past {
        Past::Everything => "Allow".to_owned(),
        Past::Identity | Past::Nothing => format!("ImplicitDeny {layer}"),
    };
    let caps = |request: crate::world::World| {
        if past == Past::Nothing {
            request.identity(full())
        } else {
            request
        }
    };
    caps(request())
        .boundary(other())
        .session(full())
        .check(&capped("Boundary"));
    caps(request()).session(other()).check(&capped("Session"));
    // An explicit deny always wins.
    request().boundary(deny(json!({}))).check("ExplicitDeny Boundary");
    request().session(deny(json!({}))).check("ExplicitDeny Session");
    request().identity(deny(json!({}))).check("ExplicitDeny Identity");
    // Together with everything else it is an allow like any other.
    request()
        .identity(full())
        .boundary(full())
        .session(full())
        .allowed();
}

#[derive(Clone, Copy, PartialEq)]
enum Past {
    Nothing,
    Identity,
    Everything,
}

#[test]
fn a_resource_policy_reaches_as_far_as_it_names_directly() {
    row(user(), BOB, Past::Everything);
    row(role_session(), ROLE, Past::Identity);
    row(role_session(), SESSION, Past::Everything);
    row(federated_user(), BOB, Past::Identity);
    row(federated_user(), FEDERATED, Past::Everything);
    for principal in [user(), role_session(), federated_user()] {
        row(principal.clone(), "*", Past::Everything);
        row(principal.clone(), HOME, Past::Nothing);
        row(principal, "arn:aws:iam::111122223333:root", Past::Nothing);
    }
}

#[test]
fn everyone_narrowed_by_a_condition_reaches_past_everything_too() {
    let policy = allow(json!({
        "Principal": "*",
        "Condition": {"StringEquals": {"aws:PrincipalArn": BOB}},
    }));
    let request = || world().boundary(other()).resource_policy(policy.clone());
    request().key("aws:PrincipalArn", BOB).allowed();
    request()
        .key("aws:PrincipalArn", ROLE)
        .check("ImplicitDeny Identity");
}

#[test]
fn the_statement_that_reaches_furthest_counts() {
    let statement = |principal: &str| json!({"Effect": "Allow", "Principal": {"AWS": principal}, "Action": "*", "Resource": "*"});
    for order in [
        [HOME, ROLE, SESSION],
        [SESSION, ROLE, HOME],
        [ROLE, SESSION, HOME],
    ] {
        let document = json!({"Statement": order.map(statement)});
        let decision = world()
            .principal(role_session())
            .boundary(other())
            .resource_policy(document)
            .decide();
        assert!(decision.is_allowed());
        assert_eq!(decision.layer, Some(Layer::Resource));
        let index = order.iter().position(|named| *named == SESSION);
        assert_eq!(decision.statement.map(|statement| statement.index), index);
    }
}

#[test]
fn naming_somebody_else_allows_nothing() {
    for named in [
        "arn:aws:iam::111122223333:user/eve",
        "444455556666",
        ROLE,
        SESSION,
        FEDERATED,
    ] {
        world()
            .resource_policy(allow_to(json!({"AWS": named})))
            .check("ImplicitDeny Identity");
    }
    world()
        .resource_policy(allow_to(json!({"Service": "logs.amazonaws.com"})))
        .check("ImplicitDeny Identity");
}

#[test]
fn services_need_the_resources_policy() {
    let request = || world().principal(service());
    request().check("ImplicitDeny Resource");
    request().identity(full()).check("ImplicitDeny Resource");
    request()
        .resource_policy(allow_to(json!({"Service": "logs.amazonaws.com"})))
        .allowed();
    request()
        .resource_policy(allow_to(json!({"Service": "ec2.amazonaws.com"})))
        .check("ImplicitDeny Resource");
    request()
        .resource_policy(deny_to(
            json!({"Service": ["ec2.amazonaws.com", "logs.amazonaws.com"]}),
        ))
        .check("ExplicitDeny Resource");
}

#[test]
fn anonymous_callers_need_everyone_to_be_allowed() {
    let request = || world().principal(Principal::Anonymous);
    request().check("ImplicitDeny Resource");
    request().resource_policy(allow_to(json!("*"))).allowed();
    request().resource_policy(allow_to(json!({"AWS": "*"}))).allowed();
    request()
        .resource_policy(allow_to(json!({"AWS": HOME})))
        .check("ImplicitDeny Resource");
    request()
        .resource_policy(both(&allow_to(json!("*")), &deny_to(json!("*"))))
        .check("ExplicitDeny Resource");
}

#[test]
fn where_the_resources_policy_must_take_part_identity_policies_do_not_suffice() {
    let request = || {
        world()
            .action("kms:Decrypt")
            .resource("arn:aws:kms:us-east-1:111122223333:key/k")
            .must_participate()
    };
    let with = |named: Value| request().resource_policy(allow_to(named));
    with(json!({"AWS": "arn:aws:iam::111122223333:user/eve"}))
        .identity(full())
        .check("ImplicitDeny Resource");
    with(json!({"AWS": HOME})).identity(full()).allowed();
    with(json!({"AWS": HOME})).check("ImplicitDeny Identity");
    with(json!({"AWS": BOB})).allowed();
    with(json!({"AWS": HOME})).principal(root()).allowed();
    with(json!({"AWS": BOB}))
        .principal(root())
        .check("ImplicitDeny Resource");
}

#[test]
fn an_endpoint_must_let_the_request_through() {
    let request = || world().identity(full());
    request().endpoint(allow_to(json!("*"))).allowed();
    // For some endpoints an account means its root user.
    request()
        .endpoint(allow_to(json!({"AWS": HOME})))
        .check("ImplicitDeny Endpoint");
    request()
        .principal(root())
        .endpoint(allow_to(json!({"AWS": HOME})))
        .allowed();
    request()
        .endpoint(deny_to(json!({"AWS": HOME})))
        .check("ExplicitDeny Endpoint");
    request()
        .endpoint(allow_to(json!({"AWS": "arn:aws:iam::111122223333:user/eve"})))
        .check("ImplicitDeny Endpoint");
    world()
        .endpoint(allow_to(json!("*")))
        .check("ImplicitDeny Identity");
    world()
        .resource_policy(allow_to(json!({"AWS": BOB})))
        .endpoint(allow(json!({"Principal": "*", "Action": "ec2:*"})))
        .check("ImplicitDeny Endpoint");
}

#[test]
fn a_policy_that_cannot_be_read_denies_everything() {
    let unreadable = || json!("unreadable");
    let request = || world().identity(full());
    request().identity(unreadable()).check("ExplicitDeny Identity");
    request().boundary(unreadable()).check("ExplicitDeny Boundary");
    request().session(unreadable()).check("ExplicitDeny Session");
    request()
        .resource_policy(unreadable())
        .check("ExplicitDeny Resource");
    request()
        .scps(&[&[full(), unreadable()]])
        .check("ExplicitDeny ServiceControl");
    world()
        .principal(root())
        .resource_policy(unreadable())
        .check("ExplicitDeny Resource");
}

#[test]
fn principals_where_none_belong_only_deny() {
    world()
        .identity(allow_to(json!("*")))
        .check("ImplicitDeny Identity");
    world()
        .identity(full())
        .identity(deny_to(json!({"AWS": "444455556666"})))
        .check("ExplicitDeny Identity");
    world()
        .resource_policy(allow(json!({})))
        .check("ImplicitDeny Identity");
    world()
        .identity(full())
        .resource_policy(deny(json!({})))
        .check("ExplicitDeny Resource");
}

#[test]
fn a_decision_names_its_statement() {
    let document = json!({
        "Version": "2012-10-17",
        "Statement": [
            {"Sid": "Other", "Effect": "Allow", "Action": "ec2:*", "Resource": "*"},
            {"Sid": "Mine", "Effect": "Allow", "Action": "s3:*", "Resource": "*"},
        ],
    });
    let decision = world().identity(document.clone()).decide();
    let statement = decision.statement.unwrap();
    assert_eq!((statement.index, statement.sid()), (1, Some("Mine")));
    assert_eq!(
        statement.source.policy_arn(),
        Some("arn:aws:iam::111122223333:policy/identity")
    );
    let text = document.to_string();
    let span = statement.span();
    let found: Value = serde_json::from_str(&text[span.start as usize..span.end as usize]).unwrap();
    assert_eq!(found, document["Statement"][1]);

    let denied = world()
        .identity(full())
        .identity(deny(json!({"Sid": "No"})))
        .decide();
    assert_eq!(denied.effect, Effect::ExplicitDeny);
    assert_eq!(denied.statement.unwrap().sid(), Some("No"));
    assert!(world().decide().statement.is_none());
}

#[test]
fn who_one_is_needs_no_permission_and_cannot_be_denied() {
    let asks = |action: &str, principal: Principal| {
        world()
            .action(action)
            .resource("*")
            .wildcard_only()
            .principal(principal)
            .identity(deny(json!({})))
            .scps(&[&[deny(json!({}))]])
    };
    for principal in [user(), root(), role_session(), federated_user(), service()] {
        let request = asks("STS:getcalleridentity", principal);
        request.allowed();
        assert_eq!(request.decide().layer, None);
    }
    asks("sts:GetCallerIdentity", Principal::Anonymous).check("ExplicitDeny Identity");
    for principal in [user(), root()] {
        asks("sts:GetSessionToken", principal).allowed();
    }
    asks("sts:GetSessionToken", role_session()).check("ExplicitDeny ServiceControl");
    asks("sts:GetFederationToken", user()).check("ExplicitDeny ServiceControl");
    // An endpoint lets through what it lets through.
    asks("sts:GetCallerIdentity", user())
        .endpoint(allow_to(json!("*")))
        .allowed();
    asks("sts:GetCallerIdentity", user())
        .endpoint(deny_to(json!("*")))
        .check("ExplicitDeny Endpoint");
    asks("sts:GetCallerIdentity", user())
        .endpoint(allow(json!({"Principal": "*", "Action": "s3:*"})))
        .check("ImplicitDeny Endpoint");
}

//! Service control policies of the caller's organization and resource control policies of the owner's.

use lanyard_policy::Principal;
use serde_json::{Value, json};

use crate::world::{
    AWAY, BOB, HOME, World, account, allow, allow_to, deny, deny_to, role_session, root, service, world,
};

fn full() -> Value {
    allow(json!({}))
}

fn other() -> Value {
    allow(json!({"Action": "ec2:*"}))
}

/// What is attached everywhere and cannot be detached.
fn rcp_full() -> Value {
    allow_to(json!("*"))
}

fn allowed() -> World {
    world().identity(full())
}

fn service_linked() -> Principal {
    Principal::RoleSession {
        account: account(HOME),
        role_arn: "arn:aws:iam::111122223333:role/aws-service-role/x.amazonaws.com/AWSServiceRoleForX".into(),
        session_arn: "arn:aws:sts::111122223333:assumed-role/AWSServiceRoleForX/s".into(),
        role_id: None,
    }
}

#[test]
fn every_level_must_allow() {
    allowed().scps(&[&[full()], &[full()], &[full()]]).allowed();
    allowed()
        .scps(&[&[full()], &[other()], &[full()]])
        .check("ImplicitDeny ServiceControl");
    allowed()
        .scps(&[&[full()], &[]])
        .check("ImplicitDeny ServiceControl");
    allowed().scps(&[]).check("ImplicitDeny ServiceControl");
    allowed().rcps(&[]).check("ImplicitDeny ResourceControl");
    allowed().scps(&[&[other(), full()]]).allowed();
    allowed()
        .scps(&[&[full()], &[full(), deny(json!({"Action": "s3:*"}))]])
        .check("ExplicitDeny ServiceControl");
}

#[test]
fn service_control_policies_grant_nothing() {
    world().scps(&[&[full()]]).check("ImplicitDeny Identity");
}

#[test]
fn service_control_policies_bind_root() {
    world()
        .principal(root())
        .scps(&[&[other()]])
        .check("ImplicitDeny ServiceControl");
}

#[test]
fn service_control_policies_cap_what_resource_policies_grant() {
    world()
        .resource_policy(allow_to(json!({"AWS": BOB})))
        .scps(&[&[other()]])
        .check("ImplicitDeny ServiceControl");
}

#[test]
fn service_control_policies_take_the_whole_language() {
    allowed()
        .scps(&[&[allow(
            json!({"NotAction": "iam:*", "Resource": "arn:aws:s3:::bucket/*"}),
        )]])
        .allowed();
    let regional = allow(json!({"Condition": {"StringEquals": {"aws:RequestedRegion": "eu-west-1"}}}));
    allowed()
        .key("aws:RequestedRegion", "eu-west-1")
        .scps(&[std::slice::from_ref(&regional)])
        .allowed();
    allowed()
        .key("aws:RequestedRegion", "us-east-1")
        .scps(&[&[regional]])
        .check("ImplicitDeny ServiceControl");
}

#[test]
fn a_role_is_service_linked_by_the_beginning_of_its_path_alone() {
    let role_arn = "arn:aws:iam::111122223333:role/my:role/aws-service-role/x.amazonaws.com/Mine";
    let mine = Principal::RoleSession {
        account: account(HOME),
        role_arn: role_arn.into(),
        session_arn: "arn:aws:sts::111122223333:assumed-role/Mine/s".into(),
        role_id: None,
    };
    allowed()
        .principal(mine.clone())
        .scps(&[&[full(), deny(json!({}))]])
        .check("ExplicitDeny ServiceControl");
    allowed()
        .principal(mine)
        .rcps(&[&[rcp_full(), deny_to(json!("*"))]])
        .check("ExplicitDeny ResourceControl");
}

#[test]
fn service_control_policies_spare_services_and_service_linked_roles() {
    world()
        .principal(service())
        .resource_policy(allow_to(json!({"Service": "logs.amazonaws.com"})))
        .scps(&[&[deny(json!({}))]])
        .allowed();
    world()
        .principal(Principal::Anonymous)
        .resource_policy(allow_to(json!("*")))
        .scps(&[&[other()]])
        .allowed();
    allowed()
        .principal(service_linked())
        .scps(&[&[deny(json!({}))]])
        .allowed();
    allowed()
        .principal(role_session())
        .scps(&[&[deny(json!({}))]])
        .check("ExplicitDeny ServiceControl");
}

#[test]
fn resource_control_policies_bind_whoever_calls() {
    let no = || deny(json!({"Principal": "*", "Action": "s3:*"}));
    allowed().rcps(&[&[rcp_full()], &[rcp_full()]]).allowed();
    allowed()
        .rcps(&[&[rcp_full()], &[rcp_full(), no()]])
        .check("ExplicitDeny ResourceControl");
    allowed()
        .rcps(&[&[rcp_full()], &[]])
        .check("ImplicitDeny ResourceControl");
    for principal in [root(), service(), Principal::Anonymous] {
        world()
            .principal(principal)
            .resource_policy(allow_to(json!({"AWS": "*", "Service": "logs.amazonaws.com"})))
            .rcps(&[&[rcp_full(), no()]])
            .check("ExplicitDeny ResourceControl");
    }
    world()
        .owner(AWAY)
        .identity(full())
        .resource_policy(allow_to(json!({"AWS": HOME})))
        .rcps(&[&[rcp_full(), no()]])
        .check("ExplicitDeny ResourceControl");
}

#[test]
fn resource_control_policies_spare_service_linked_roles() {
    allowed()
        .principal(service_linked())
        .rcps(&[&[deny_to(json!("*"))]])
        .allowed();
}

#[test]
fn resource_control_policies_grant_nothing() {
    world().rcps(&[&[rcp_full()]]).check("ImplicitDeny Identity");
}

#[test]
fn the_resources_side_is_named_before_the_callers() {
    allowed()
        .scps(&[&[other()]])
        .rcps(&[&[]])
        .check("ImplicitDeny ResourceControl");
}

//! What is odd must not let anything pass: input that nobody sends and documents that nobody writes.

use lanyard_policy::{Context, ContextValue, Document, Policy, Principal};
use serde_json::{Value, json};

use crate::world::{
    AWAY, BOB, HOME, ROLE, World, account, allow, allow_to, deny, federated_user, role_session, world,
};

/// A condition that only denies: an allow with it does not match, a deny does.
#[track_caller]
fn in_doubt(condition: Value, request: &World) {
    request
        .clone()
        .identity(allow(json!({"Condition": condition})))
        .check("ImplicitDeny Identity");
    request
        .clone()
        .identity(allow(json!({})))
        .identity(deny(json!({"Condition": condition})))
        .check("ExplicitDeny Identity");
}

#[test]
fn numbers_in_other_notations_are_in_doubt() {
    for (policy, value) in [(".5", "1"), ("1", ".5"), ("1", "5e1000000000")] {
        in_doubt(
            json!({"NumericGreaterThan": {"s3:max-keys": policy}}),
            &world().key("s3:max-keys", value),
        );
    }
}

#[test]
fn an_ipv4_address_in_ipv6_clothes_is_an_ipv4_address() {
    let request = world().key("aws:SourceIp", "::ffff:192.0.2.1");
    let is_in = |range: &str| allow(json!({"Condition": {"IpAddress": {"aws:SourceIp": range}}}));
    request.clone().identity(is_in("192.0.2.0/24")).allowed();
    for range in ["::ffff:c000:200/120", "::ffff:192.0.2.1", "::/0"] {
        request
            .clone()
            .identity(is_in(range))
            .check("ImplicitDeny Identity");
    }
}

#[test]
fn letters_are_alike_if_they_are_as_small_letters() {
    let decide = |policy: &str, value: &str| {
        let condition = json!({"StringEqualsIgnoreCase": {"aws:PrincipalTag/t": policy}});
        let templated = json!({"StringEqualsIgnoreCase": {"aws:PrincipalTag/t": "${wanted}"}});
        let request = world().key("aws:PrincipalTag/t", value).key("wanted", policy);
        (
            request.clone().identity(allow(json!({"Condition": condition}))),
            request.identity(allow(json!({"Condition": templated}))),
        )
    };
    for (policy, value) in [
        ("king", "\u{212a}ing"),
        ("\u{df}", "\u{1e9e}"),
        ("\u{39f}\u{3a3}", "\u{3bf}\u{3c2}"),
        ("\u{130}", "i\u{307}"),
        ("CAF\u{c9}", "caf\u{e9}"),
        ("\u{10400}\u{3a3}", "\u{10400}\u{3c2}"),
    ] {
        let (literal, templated) = decide(policy, value);
        literal.allowed();
        templated.allowed();
    }
    for (policy, value) in [
        ("I", "\u{131}"),
        ("i", "\u{130}"),
        ("s", "\u{17f}"),
        ("\u{df}", "SS"),
        ("\u{3a3}", "\u{3c2}"),
        ("\u{39f}\u{3a3}", "\u{3bf}\u{3c3}"),
        ("\u{10400}", "\u{10428}"),
        ("\u{10400}\u{3a3}", "\u{10400}\u{3c3}"),
    ] {
        let (literal, templated) = decide(policy, value);
        literal.check("ImplicitDeny Identity");
        templated.check("ImplicitDeny Identity");
    }
}

#[test]
fn what_is_no_arn_does_not_differ_from_one() {
    let topic = "arn:aws:sns:us-east-1:111122223333:topic";
    for (wanted, source) in [
        ("ARN:aws:sns:*:111122223333:topic", topic),
        ("ARN:aws:sns:us-east-1:111122223333:*", topic),
        ("${k}", "ARN:aws:sns:us-east-1:111122223333:other"),
        ("${k}", "other:arn"),
        ("arn:aws:${k}", "sns:eu-west-1"),
    ] {
        let request = world().key("aws:SourceArn", topic).key("k", source);
        in_doubt(json!({"ArnNotLike": {"aws:SourceArn": wanted}}), &request);
        in_doubt(json!({"ArnNotEquals": {"aws:SourceArn": wanted}}), &request);
    }
    let request = world().key("aws:SourceArn", "ARN:aws:sns:us-east-1:111122223333:topic");
    in_doubt(
        json!({"ArnNotLike": {"aws:SourceArn": "arn:aws:sqs:*:*:*"}}),
        &request,
    );
}

#[test]
fn a_resource_that_is_no_arn_is_in_doubt() {
    for resource in ["bucket/key", "arn:aws:s3", "bucket", ""] {
        let request = || world().resource(resource);
        for element in ["Resource", "NotResource"] {
            let statement = json!({element: "arn:aws:s3:::bucket/*"});
            request()
                .identity(allow(statement.clone()))
                .check("ImplicitDeny Identity");
            request()
                .identity(allow(json!({})))
                .identity(deny(statement))
                .check("ExplicitDeny Identity");
        }
    }
}

#[test]
fn whoever_root_federated_has_what_the_session_policies_allow() {
    let by_root = || {
        world().principal(Principal::FederatedUser {
            account: account(HOME),
            arn: "arn:aws:sts::111122223333:federated-user/fred".into(),
            user_arn: "arn:aws:iam::111122223333:root".into(),
            user_id: None,
        })
    };
    by_root().session(allow(json!({}))).allowed();
    by_root()
        .session(allow(json!({"Action": "ec2:*"})))
        .check("ImplicitDeny Session");
    by_root().check("ImplicitDeny Session");
    by_root()
        .owner(AWAY)
        .session(allow(json!({})))
        .check("ImplicitDeny Resource");
}

#[test]
fn a_role_is_service_linked_by_path_and_name() {
    let role = |arn: &str, expected: &str| {
        world()
            .principal(Principal::RoleSession {
                account: account(HOME),
                role_arn: arn.into(),
                session_arn: "arn:aws:sts::111122223333:assumed-role/x/s".into(),
                role_id: None,
            })
            .identity(allow(json!({})))
            .scps(&[&[deny(json!({}))]])
            .check(expected);
    };
    let path = "arn:aws:iam::111122223333:role/aws-service-role";
    role(&format!("{path}/ecs.amazonaws.com/AWSServiceRoleForECS"), "Allow");
    for name in [
        "ecs.amazonaws.com/Mine",
        "AWSServiceRoleForECS",
        "/AWSServiceRoleForECS",
    ] {
        role(&format!("{path}/{name}"), "ExplicitDeny ServiceControl");
    }
}

#[test]
fn no_list_is_so_long_that_a_deny_is_lost_in_it() {
    let many = vec![r#""""#; 33_000].join(",");
    let text = format!(
        r#"{{"Statement":[{{"Effect":"Allow","Action":"*","Resource":"*","Principal":{{"AWS":"*","Service":[{many}]}}}},
        {{"Effect":"Deny","Action":"*","Resource":"*","Principal":{{"Service":[{many},"ec2.amazonaws.com"]}}}}]}}"#
    );
    assert!(Document::parse(&text).is_err());
}

#[test]
fn names_made_to_be_alike_are_found_as_fast_as_others() {
    // To the hash, a letter of the one kind is the same as one of the other.
    let name = |number: u32| -> String {
        let letters = (0..12).map(|bit| if number >> bit & 1 == 1 { '@' } else { '`' });
        letters.collect()
    };
    let mut context = Context::new();
    for number in 0..4096 {
        context.insert(name(number), number.to_string());
    }
    for number in 0..4096 {
        let value = ContextValue::Single(number.to_string().into());
        assert_eq!(context.get(&name(number)), Some(&value));
    }
    context.remove(&name(7));
    assert_eq!((context.get(&name(7)), context.len()), (None, 4095));
    assert!(context.get(&name(4095)).is_some());
    context.insert(name(4095), "again");
    assert_eq!(
        context.get(&name(4095)),
        Some(&ContextValue::Single("again".into()))
    );
}

#[test]
fn what_is_suggested_is_enough() {
    // An allow with a principal where none belongs.
    world()
        .identity(allow(json!({"Principal": "*"})))
        .check_suggestion();
    // NotPrincipal in a trust policy.
    world()
        .assumes(
            HOME,
            allow(json!({"NotPrincipal": {"AWS": AWAY}, "Resource": null})),
        )
        .check_suggestion();
    // Exceptions do not cover an action without resource, whatever they list.
    world()
        .action("s3:ListAllMyBuckets")
        .resource("*")
        .wildcard_only()
        .identity(allow(json!({"NotResource": "arn:aws:s3:::b/*"})))
        .check_suggestion();
    world()
        .identity(allow(json!({"NotAction": "GetObject"})))
        .check_suggestion();
    // A session of which only the role is known, under a boundary that is silent.
    world()
        .principal(Principal::RoleSession {
            account: account(HOME),
            role_arn: ROLE.into(),
            session_arn: "".into(),
            role_id: None,
        })
        .must_participate()
        .resource_policy(allow_to(json!({"AWS": BOB})))
        .boundary(allow(json!({"Action": "ec2:*"})))
        .check_suggestion();
    // What has a meaning in patterns.
    for name in ["a*b", "what?", "${aws:username}", "$1"] {
        world()
            .resource(&format!("arn:aws:s3:::bucket/{name}"))
            .check_suggestion();
    }
    for principal in [role_session(), federated_user()] {
        world().principal(principal).check_suggestion();
    }
}

#[test]
fn what_cannot_be_read_denies() {
    assert_eq!(Policy::unreadable().statement_count(), 1);
}

#[test]
fn a_session_that_acts_as_root_is_limited_to_what_it_was_made_for() {
    let limited = || {
        world()
            .principal(crate::world::root())
            .session(allow(json!({"Action": "iam:*"})))
    };
    limited()
        .resource_policy(allow_to(json!("*")))
        .check("ImplicitDeny Session");
    limited().action("iam:GetUser").allowed();
}

#[test]
fn an_identity_provider_is_trusted_in_its_own_account() {
    let assumes = |provider: &str, owner: &str, expected: &str| {
        world()
            .principal(Principal::WebIdentity {
                provider: provider.into(),
            })
            .assumes(
                owner,
                allow(json!({"Principal": {"Federated": provider}, "Resource": null})),
            )
            .check(expected);
    };
    let provider = "arn:aws:iam::111122223333:oidc-provider/example.com";
    assumes(provider, HOME, "Allow");
    assumes(provider, AWAY, "ImplicitDeny Trust");
    assumes("accounts.google.com", AWAY, "Allow");
    let elsewhere = "arn:aws-cn:iam::111122223333:oidc-provider/example.com";
    assumes(elsewhere, HOME, "ImplicitDeny Trust");
}

#[test]
fn keys_of_tags_are_alike_in_any_case_of_any_letter() {
    let request = world().key("aws:PrincipalTag/\u{c9}quipe", "x");
    let condition = json!({"StringEquals": {"aws:PrincipalTag/\u{e9}quipe": "x"}});
    request.identity(allow(json!({"Condition": condition}))).allowed();
}

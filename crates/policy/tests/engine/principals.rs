//! Who a statement with `Principal` or `NotPrincipal` hits.

use lanyard_policy::{Effect, Layer, Principal};
use serde_json::{Value, json};

use crate::world::{
    AWAY, BOB, BOB_ID, FEDERATED, HOME, ROLE, ROLE_ID, SESSION, allow, both, deny, deny_to, federated_user,
    role_session, root, service, user, world,
};

/// Whether a deny with these principals hits somebody who is otherwise allowed.
#[track_caller]
fn denies(changes: Value, principal: Principal, expected: bool) {
    let open = allow(json!({"Principal": "*"}));
    world()
        .principal(principal)
        .identity(allow(json!({})))
        .resource_policy(both(&open, &deny(changes)))
        .check(if expected {
            "ExplicitDeny Resource"
        } else {
            "Allow"
        });
}

#[test]
fn a_deny_hits_whoever_is_behind_the_session() {
    denies(json!({"Principal": {"AWS": ROLE}}), role_session(), true);
    denies(json!({"Principal": {"AWS": SESSION}}), role_session(), true);
    denies(json!({"Principal": {"AWS": BOB}}), federated_user(), true);
    denies(json!({"Principal": {"AWS": FEDERATED}}), federated_user(), true);
    denies(
        json!({"Principal": {"AWS": "arn:aws:iam::111122223333:user/eve"}}),
        federated_user(),
        false,
    );
    for principal in [user(), role_session(), federated_user(), root()] {
        denies(json!({"Principal": {"AWS": HOME}}), principal.clone(), true);
        denies(
            json!({"Principal": {"AWS": "arn:aws:iam::111122223333:root"}}),
            principal.clone(),
            true,
        );
        denies(json!({"Principal": {"AWS": AWAY}}), principal, false);
    }
    denies(json!({"Principal": {"AWS": ROLE}}), user(), false);
    denies(json!({"Principal": {"AWS": ROLE}}), federated_user(), false);
    denies(
        json!({"Principal": {"AWS": "arn:aws:sts::111122223333:assumed-role/app/s2"}}),
        role_session(),
        false,
    );
}

#[test]
fn a_deny_for_a_user_hits_federated_users_of_whom_nobody_knows_whose_they_are() {
    let unknown = Principal::FederatedUser {
        account: crate::world::account(HOME),
        arn: FEDERATED.into(),
        user_arn: "".into(),
        user_id: None,
    };
    denies(json!({"Principal": {"AWS": BOB}}), unknown.clone(), true);
    denies(json!({"Principal": {"AWS": ROLE}}), unknown.clone(), false);
    let stranger = "arn:aws:iam::444455556666:user/bob";
    denies(json!({"Principal": {"AWS": stranger}}), unknown.clone(), false);
    // That is no name to allow something by.
    world()
        .principal(unknown)
        .resource_policy(allow(json!({"Principal": {"AWS": BOB}})))
        .check("ImplicitDeny Identity");
}

#[test]
fn a_root_arn_names_the_account_of_its_partition() {
    let elsewhere = "arn:aws-cn:iam::111122223333:root";
    for principal in [user(), role_session(), federated_user(), root()] {
        denies(json!({"Principal": {"AWS": elsewhere}}), principal.clone(), false);
        world()
            .principal(principal)
            .owner(AWAY)
            .identity(allow(json!({})))
            .session(allow(json!({})))
            .resource_policy(allow(json!({"Principal": {"AWS": elsewhere}})))
            .check("ImplicitDeny Resource");
    }
}

#[test]
fn a_role_without_path_may_be_one_that_has_a_path() {
    let with_path = "arn:aws:iam::111122223333:role/team/app";
    denies(json!({"Principal": {"AWS": with_path}}), role_session(), true);
    denies(
        json!({"Principal": {"AWS": "arn:aws:iam::111122223333:role/team/apps"}}),
        role_session(),
        false,
    );
    denies(
        json!({"Principal": {"AWS": "arn:aws:iam::444455556666:role/team/app"}}),
        role_session(),
        false,
    );
    let elsewhere = "arn:aws-cn:iam::111122223333:role/team/app";
    denies(json!({"Principal": {"AWS": elsewhere}}), role_session(), false);
    world()
        .principal(role_session())
        .resource_policy(allow(json!({"Principal": {"AWS": with_path}})))
        .check("ImplicitDeny Identity");
}

#[test]
fn everyone_is_everyone() {
    for principal in [
        user(),
        role_session(),
        federated_user(),
        root(),
        service(),
        Principal::Anonymous,
    ] {
        denies(json!({"Principal": "*"}), principal.clone(), true);
        denies(json!({"Principal": {"AWS": "*"}}), principal, true);
    }
}

#[test]
fn unique_ids_name_users_and_roles() {
    denies(json!({"Principal": {"AWS": BOB_ID}}), user(), true);
    denies(json!({"Principal": {"AWS": BOB_ID}}), federated_user(), true);
    denies(json!({"Principal": {"AWS": ROLE_ID}}), role_session(), true);
    denies(json!({"Principal": {"AWS": ROLE_ID}}), user(), false);
    denies(
        json!({"Principal": {"AWS": "AIDAAAAAAAAAAAAAAAAAX"}}),
        user(),
        false,
    );
}

#[test]
fn names_of_users_are_compared_exactly() {
    denies(
        json!({"Principal": {"AWS": "arn:aws:iam::111122223333:user/Bob"}}),
        user(),
        false,
    );
    denies(
        json!({"Principal": {"AWS": "arn:aws:iam::111122223333:user/team/bob"}}),
        user(),
        false,
    );
}

#[test]
fn what_cannot_be_compared_only_denies() {
    for unclear in [
        json!({"AWS": "arn:aws:iam::111122223333:user/*"}),
        json!({"AWS": "arn:aws:iam::111122223333:group/g"}),
        json!({"AWS": "nobody"}),
        json!({"CanonicalUser": "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be"}),
        json!({"Service": "*"}),
        json!({"Federated": "*"}),
        json!({"AWS": "arn:aws:iam::111122223333:root/x"}),
    ] {
        denies(json!({"Principal": unclear}), user(), true);
        let open = allow(json!({"Principal": unclear}));
        world()
            .resource_policy(open.clone())
            .check("ImplicitDeny Identity");
        world()
            .owner(AWAY)
            .identity(allow(json!({})))
            .resource_policy(open)
            .check("ImplicitDeny Resource");
    }
}

#[test]
fn an_exception_must_list_everything_the_principal_is() {
    let except = |listed: &[&str]| json!({"NotPrincipal": {"AWS": listed}});
    denies(except(&[BOB, HOME]), user(), false);
    denies(except(&[BOB]), user(), true);
    denies(except(&[HOME]), user(), true);
    denies(except(&[SESSION, ROLE, HOME]), role_session(), false);
    denies(except(&[ROLE, HOME]), role_session(), true);
    denies(except(&[SESSION, HOME]), role_session(), true);
    denies(except(&[FEDERATED, BOB, HOME]), federated_user(), false);
    denies(except(&[FEDERATED, HOME]), federated_user(), true);
    denies(except(&[HOME]), root(), false);
    denies(except(&[BOB, HOME]), Principal::Anonymous, true);
    denies(except(&[BOB_ID, HOME]), user(), false);
    denies(
        json!({"NotPrincipal": {"Service": "logs.amazonaws.com"}}),
        service(),
        false,
    );
    denies(
        json!({"NotPrincipal": {"Service": "ec2.amazonaws.com"}}),
        service(),
        true,
    );
    denies(json!({"NotPrincipal": "*"}), Principal::Anonymous, false);
}

#[test]
fn an_exception_spares_nobody_who_has_a_boundary() {
    let policy = both(
        &allow(json!({"Principal": "*"})),
        &deny(json!({"NotPrincipal": {"AWS": [BOB, HOME]}})),
    );
    let request = || world().identity(allow(json!({}))).resource_policy(policy.clone());
    request().allowed();
    request()
        .boundary(allow(json!({})))
        .check("ExplicitDeny Resource");
}

#[test]
fn an_allow_for_all_but_some_admits_everyone_else() {
    let request = |principal| {
        world()
            .principal(principal)
            .resource_policy(allow(json!({"NotPrincipal": {"AWS": BOB}})))
    };
    request(user()).check("ImplicitDeny Identity");
    request(federated_user()).check("ImplicitDeny Identity");
    request(role_session()).allowed();
    request(Principal::Anonymous).allowed();
    // Who belongs to an account that is excepted is excepted.
    for principal in [user(), role_session(), root()] {
        let policy = allow(json!({"NotPrincipal": {"AWS": HOME}}));
        let admitted = world().principal(principal).owner(AWAY).resource_policy(policy);
        let effect = admitted.identity(allow(json!({}))).decide().effect;
        assert_eq!(effect, Effect::ImplicitDeny);
    }
}

#[test]
fn a_policy_can_list_several_kinds_of_principals() {
    let mixed =
        json!({"AWS": [AWAY, BOB], "Service": "ec2.amazonaws.com", "Federated": "accounts.google.com"});
    denies(json!({"Principal": mixed}), user(), true);
    denies(json!({"Principal": mixed}), role_session(), false);
    denies(json!({"Principal": mixed}), service(), false);
}

#[test]
fn somebody_whose_id_is_not_known_may_have_any_of_their_kind() {
    let unknown = Principal::User {
        account: crate::world::account(HOME),
        arn: BOB.into(),
        id: None,
    };
    denies(json!({"Principal": {"AWS": BOB_ID}}), unknown.clone(), true);
    denies(json!({"Principal": {"AWS": ROLE_ID}}), unknown.clone(), false);
    denies(
        json!({"Principal": {"AWS": "AIDAAAAAAAAAAAAAAAAAC"}}),
        user(),
        false,
    );
    world()
        .principal(unknown.clone())
        .resource_policy(allow(json!({"Principal": {"AWS": BOB_ID}})))
        .check("ImplicitDeny Identity");
    world()
        .principal(unknown)
        .identity(allow(json!({})))
        .resource_policy(deny_to(json!({"AWS": BOB})))
        .check("ExplicitDeny Resource");
}

#[test]
fn what_a_federated_user_of_root_may_do_its_session_policy_says() {
    let of_root = Principal::FederatedUser {
        account: crate::world::account(HOME),
        arn: FEDERATED.into(),
        user_arn: "arn:aws:iam::111122223333:root".into(),
        user_id: None,
    };
    let request = || world().principal(of_root.clone());
    request().check("ImplicitDeny Session");
    let decision = request().session(allow(json!({}))).decide();
    assert_eq!(
        (decision.effect, decision.layer),
        (Effect::Allow, Some(Layer::Session))
    );
    assert_eq!(decision.statement.map(|statement| statement.index), Some(0));
}

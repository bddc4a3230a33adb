//! Trust policies: who may assume a role.

use lanyard_names::UniqueId;
use lanyard_policy::{Bindings, Principal};
use serde_json::{Value, json};

use crate::world::{
    AWAY, BOB, BOB_ID, HOME, ROLE, ROLE_ID, SESSION, World, allow, role_session, root, user, world,
};

fn trust(changes: Value) -> Value {
    let mut document = allow(changes);
    let statement = document["Statement"][0].as_object_mut().unwrap();
    statement.remove("Resource");
    statement
        .entry("Action")
        .and_modify(|action| *action = json!("sts:AssumeRole"));
    document
}

fn trusts(named: &str) -> Value {
    trust(json!({"Principal": {"AWS": named}}))
}

fn may_assume() -> Value {
    allow(json!({"Action": "sts:AssumeRole", "Resource": "arn:aws:iam::*:role/target"}))
}

fn other() -> Value {
    allow(json!({"Action": "ec2:*"}))
}

#[test]
fn naming_the_caller_suffices_within_the_account() {
    world().assumes(HOME, trusts(BOB)).allowed();
    world().assumes(HOME, trusts("*")).allowed();
    world()
        .principal(role_session())
        .assumes(HOME, trusts(ROLE))
        .allowed();
    world()
        .principal(role_session())
        .assumes(HOME, trusts(SESSION))
        .allowed();
}

#[test]
fn naming_the_account_leaves_it_to_identity_policies() {
    for named in [HOME, "arn:aws:iam::111122223333:root"] {
        world()
            .assumes(HOME, trusts(named))
            .check("ImplicitDeny Identity");
        world()
            .assumes(HOME, trusts(named))
            .identity(may_assume())
            .allowed();
    }
}

#[test]
fn identity_policies_alone_never_suffice() {
    world()
        .assumes(HOME, trusts("arn:aws:iam::111122223333:user/eve"))
        .identity(may_assume())
        .check("ImplicitDeny Trust");
    world()
        .principal(role_session())
        .assumes(HOME, trusts(BOB))
        .identity(may_assume())
        .check("ImplicitDeny Trust");
}

#[test]
fn across_accounts_both_sides_must_allow() {
    for named in [BOB, HOME, "*"] {
        world()
            .assumes(AWAY, trusts(named))
            .identity(may_assume())
            .allowed();
        world()
            .assumes(AWAY, trusts(named))
            .check("ImplicitDeny Identity");
    }
    world()
        .assumes(AWAY, trusts(AWAY))
        .identity(may_assume())
        .check("ImplicitDeny Trust");
}

#[test]
fn caps_apply_to_roles_but_not_to_users_named_directly() {
    world().assumes(HOME, trusts(BOB)).boundary(other()).allowed();
    let request = || world().principal(role_session()).assumes(HOME, trusts(ROLE));
    request().boundary(other()).check("ImplicitDeny Boundary");
    request().session(other()).check("ImplicitDeny Session");
}

#[test]
fn a_deny_in_the_trust_policy_decides() {
    let document = crate::world::both(
        &trusts(BOB),
        &crate::world::deny(json!({"Principal": {"AWS": HOME}, "Resource": null})),
    );
    world().assumes(HOME, document).check("ExplicitDeny Trust");
}

#[test]
fn an_external_id_is_asked_for() {
    let document = trust(json!({
        "Principal": {"AWS": HOME},
        "Condition": {"StringEquals": {"sts:ExternalId": "audit-7"}},
    }));
    let request = || world().assumes(AWAY, document.clone()).identity(may_assume());
    request().key("sts:ExternalId", "audit-7").allowed();
    request()
        .key("sts:ExternalId", "audit-8")
        .check("ImplicitDeny Trust");
    request().check("ImplicitDeny Trust");
}

#[test]
fn roles_are_not_assumed_by_root() {
    for owner in [HOME, AWAY] {
        world()
            .principal(root())
            .assumes(owner, trusts(HOME))
            .check("ImplicitDeny Trust");
    }
}

#[test]
fn a_bound_name_means_who_had_it_then() {
    let bound = |id: &str| world().assumes(HOME, trusts(BOB)).bound(BOB, id);
    bound(BOB_ID).allowed();
    // Bob was deleted and made anew: the name is the same, the user is not.
    bound("AIDAAAAAAAAAAAAAAAAAX").check("ImplicitDeny Trust");
    let role = |id: &str| {
        world()
            .principal(role_session())
            .assumes(HOME, trusts(ROLE))
            .bound(ROLE, id)
    };
    role(ROLE_ID).allowed();
    role("AROAAAAAAAAAAAAAAAAAX").check("ImplicitDeny Trust");
}

#[test]
fn a_name_that_should_be_bound_and_is_not_admits_nobody() {
    let somebody = |world: World| world.bound("arn:aws:iam::111122223333:user/eve", BOB_ID);
    somebody(world().assumes(HOME, trusts(BOB))).check("ImplicitDeny Trust");
    let denies = crate::world::both(
        &trusts("*"),
        &crate::world::deny(json!({"Principal": {"AWS": BOB}, "Resource": null})),
    );
    somebody(world().assumes(HOME, denies)).check("ExplicitDeny Trust");
    // Accounts, sessions and everyone are not bound.
    somebody(world().assumes(HOME, trusts("*"))).allowed();
    somebody(world().principal(role_session()).assumes(HOME, trusts(SESSION))).allowed();
    somebody(world().assumes(HOME, trusts(HOME)).identity(may_assume())).allowed();
}

#[test]
fn a_bare_unique_id_admits_its_bearer() {
    world().assumes(HOME, trusts(BOB_ID)).allowed();
    world().assumes(HOME, trusts(ROLE_ID)).check("ImplicitDeny Trust");
    world()
        .principal(role_session())
        .assumes(HOME, trusts(ROLE_ID))
        .allowed();
}

#[test]
fn tagging_is_another_permission() {
    let request = |document| world().assumes(HOME, document).action("sts:TagSession");
    request(trusts(BOB)).check("ImplicitDeny Trust");
    let both = json!({"Statement": {
        "Effect": "Allow",
        "Principal": {"AWS": BOB},
        "Action": ["sts:AssumeRole", "sts:TagSession"],
    }});
    request(both).allowed();
}

#[test]
fn services_are_admitted_by_name() {
    let service = |name: &str| Principal::Service { name: name.into() };
    let request = |name: &str| {
        world().principal(service(name)).assumes(
            HOME,
            trust(json!({"Principal": {"Service": "ec2.amazonaws.com"}})),
        )
    };
    request("ec2.amazonaws.com").allowed();
    request("lambda.amazonaws.com").check("ImplicitDeny Trust");
}

#[test]
fn token_bearers_are_admitted_by_their_provider() {
    let provider = "arn:aws:iam::111122223333:oidc-provider/token.example.com";
    let saml = "arn:aws:iam::111122223333:saml-provider/corp";
    let bearer = || Principal::WebIdentity {
        provider: provider.into(),
    };
    let request = |principal, named: Value| {
        let mut document = trust(json!({"Principal": named}));
        document["Statement"][0]["Action"] = json!("sts:AssumeRoleWith*");
        world()
            .principal(principal)
            .assumes(HOME, document)
            .action("sts:AssumeRoleWithWebIdentity")
    };
    request(bearer(), json!({"Federated": provider})).allowed();
    request(bearer(), json!({"Federated": saml})).check("ImplicitDeny Trust");
    request(
        Principal::Saml {
            provider: saml.into(),
        },
        json!({"Federated": saml}),
    )
    .allowed();
    // Whether everyone includes them is not documented.
    request(bearer(), json!({"AWS": "*"})).check("ImplicitDeny Trust");
    request(bearer(), json!({"Federated": "*"})).check("ImplicitDeny Trust");
    request(user(), json!({"Federated": provider})).check("ImplicitDeny Trust");
    let denies = crate::world::both(
        &trust(json!({"Principal": {"Federated": provider}, "Action": "*"})),
        &crate::world::deny(json!({"Principal": "*", "Resource": null})),
    );
    world()
        .principal(bearer())
        .assumes(HOME, denies)
        .check("ExplicitDeny Trust");
}

#[test]
fn trust_policies_take_no_exceptions_of_principals() {
    world()
        .assumes(HOME, trust(json!({"NotPrincipal": {"AWS": AWAY}})))
        .identity(may_assume())
        .check("ImplicitDeny Trust");
}

#[test]
fn what_is_bound_is_listed() {
    let mut bindings = Bindings::new();
    assert_eq!(bindings.iter().count(), 0);
    let id = UniqueId::parse(BOB_ID).unwrap();
    bindings.bind(BOB, id);
    assert_eq!(bindings.iter().collect::<Vec<_>>(), [(BOB, id)]);
}

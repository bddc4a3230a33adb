//! AWS's own managed policies.

use std::collections::HashSet;
use std::sync::Arc;

use lanyard_directory::ManagedPolicies;
use lanyard_names::{FoldedName, PolicyArn};
use lanyard_policy::Document;

use crate::world::{ADMIN, at, policy_arn};

#[test]
fn every_policy_of_the_data_set_is_there_and_can_be_read() {
    let managed = ManagedPolicies::embedded();
    let mut ids = HashSet::new();
    let mut last = FoldedName::of("");
    for policy in managed.iter(None) {
        let name = FoldedName::of(policy.name);
        assert!(last < name, "{} is out of order", policy.name);
        last = name;
        let arn = PolicyArn::parse(&policy.arn()).unwrap();
        assert_eq!(managed.get(&arn), Some(policy));
        assert!(ids.insert(policy.id()));
        assert!(policy.created <= policy.updated && policy.updated < at(200_000_000));
        if let Err(error) = Document::parse(&policy.document()) {
            panic!("{}: {error}", policy.name);
        }
    }
    assert_eq!(ids.len(), managed.count());
    assert!(managed.count() > 1_500);
}

#[test]
fn policies_are_found_by_name_in_any_case_and_by_exact_arn() {
    let managed = ManagedPolicies::embedded();
    let admin = managed.named("administratorACCESS").unwrap();
    assert_eq!((admin.name, admin.path), ("AdministratorAccess", "/"));
    assert_eq!(admin.default_version.to_string(), "v1");
    assert_eq!(admin.created.to_string(), "2015-02-06T18:39:46Z");
    assert_eq!(
        &*admin.document(),
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#
    );
    assert_eq!(managed.get(&policy_arn(ADMIN)), Some(admin));
    for wrong in [
        "arn:aws:iam::aws:policy/administratoraccess",
        "arn:aws:iam::aws:policy/job-function/AdministratorAccess",
        "arn:aws:iam::111122223333:policy/AdministratorAccess",
        "arn:aws:iam::aws:policy/Nothing",
    ] {
        assert_eq!(managed.get(&policy_arn(wrong)), None, "{wrong}");
        assert!(managed.compiled(&policy_arn(wrong)).is_none(), "{wrong}");
    }
    let billing = managed.named("Billing").unwrap();
    assert_eq!(billing.path, "/job-function/");
}

#[test]
fn a_list_begins_after_any_name() {
    let managed = ManagedPolicies::embedded();
    let all: Vec<_> = managed.iter(None).map(|policy| policy.name).collect();
    let middle = all[700];
    assert_eq!(
        managed.iter(Some(&middle.to_uppercase())).next().unwrap().name,
        all[701]
    );
    assert_eq!(managed.iter(Some("")).count(), all.len());
    assert_eq!(managed.iter(Some("~")).count(), 0);
}

#[test]
fn a_policy_in_use_is_compiled_once() {
    let managed = ManagedPolicies::embedded();
    let first = managed.compiled(&policy_arn(ADMIN)).unwrap();
    // So many others that the cache has let go of it.
    for policy in managed
        .iter(None)
        .filter(|policy| policy.path == "/service-role/")
        .take(200)
    {
        let _ = managed.compiled(&PolicyArn::parse(&policy.arn()).unwrap());
    }
    assert!(Arc::ptr_eq(
        &first,
        &managed.compiled(&policy_arn(ADMIN)).unwrap()
    ));
}

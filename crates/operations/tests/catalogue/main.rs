//! What operations are decided on, against the catalogue of AWS's actions: the scenarios' denials say on which resource
//! each request was decided, and the catalogue says which types of resources the action knows. [`condition_keys`] does
//! the same for condition keys.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "test code"
)]

mod condition_keys;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use lanyard_aws_api::OperationId;
use lanyard_catalogue::{Action, catalogue};
use lanyard_operations::is_implemented;

/// Every action with the resources on which scenarios show it denied.
fn denied() -> BTreeMap<String, BTreeSet<String>> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scenarios");
    let mut denied: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for file in std::fs::read_dir(directory).unwrap() {
        let text = std::fs::read_to_string(file.unwrap().path()).unwrap();
        for denial in text.split("is not authorized to perform: ").skip(1) {
            let mut words = denial.split([' ', '\n', '<']);
            let action = words.next().unwrap().to_owned();
            assert_eq!(
                [words.next(), words.next()],
                [Some("on"), Some("resource:")],
                "{action}"
            );
            let resource = words.next().unwrap().to_owned();
            denied.entry(action).or_default().insert(resource);
        }
    }
    denied
}

/// AWS's user guide has it, and the public service reference does not.
const NOT_IN_THE_CATALOGUE: &str = "iam:UpdateDelegationRequest";

/// The actions for which the two disagree. An exception that is not needed is a failure too.
fn check(exceptions: &[&str], agrees: impl Fn(&Action, &str) -> bool) {
    let disagreeing: BTreeSet<String> = denied()
        .into_iter()
        .filter(|(name, resources)| {
            let Some(action) = catalogue().action(name) else {
                assert_eq!(name, NOT_IN_THE_CATALOGUE, "no such action");
                return false;
            };
            resources.iter().any(|resource| !agrees(action, resource))
        })
        .map(|(name, _)| name)
        .collect();
    assert_eq!(
        disagreeing.iter().map(String::as_str).collect::<Vec<_>>(),
        exceptions
    );
}

#[test]
fn what_the_catalogue_lacks_it_still_lacks() {
    assert!(catalogue().action(NOT_IN_THE_CATALOGUE).is_none());
}

#[test]
fn every_operation_that_policies_decide_is_compared() {
    let denied = denied();
    let missing: Vec<&str> = OperationId::ALL
        .iter()
        .filter(|operation| is_implemented(**operation))
        .map(|operation| operation.action())
        .filter(|action| !denied.contains_key(*action))
        .collect();
    assert_eq!(
        missing,
        [
            // No policy can name it: it is decided on what it does.
            "iam:AcquireRole",
            // Their denials name no resource.
            "sts:AssumeRoleWithSAML",
            "sts:AssumeRoleWithWebIdentity",
            // No policy can deny these.
            "sts:GetCallerIdentity",
            "sts:GetSessionToken",
        ]
    );
}

#[test]
fn what_takes_no_resource_takes_none_in_the_catalogue() {
    let exceptions = [
        // Lists under a path prefix are decided on that prefix (decision 0003). The reference says that they take no
        // resource, but AWS's own denials name the prefix.
        "iam:ListGroups",
        "iam:ListInstanceProfiles",
        "iam:ListRoles",
        "iam:ListServerCertificates",
        "iam:ListUsers",
        // As above: AWS's own denials name the caller's session, and a policy for it alone allows the action.
        "sts:GetWebIdentityToken",
        "sts:TagGetWebIdentityToken",
    ];
    check(&exceptions, |action, resource| {
        action.is_wildcard_only() == (resource == "*")
    });
}

#[test]
fn what_takes_a_resource_takes_one_of_a_type_that_the_action_knows() {
    let exceptions = [
        // AWS has summaries of delegation requests alone; here they are made of other things as well.
        "iam:GetHumanReadableSummary",
        // Those of all users at once are asked for on all that there is.
        "iam:ListServiceSpecificCredentials",
        // For the tags of GetFederationToken it is asked on the federated user, of which the reference says nothing.
        "sts:TagSession",
    ];
    check(&exceptions, |action, resource| {
        action.is_wildcard_only()
            || action
                .resources()
                .iter()
                .any(|known| known.resource_type().could_be(resource))
    });
}

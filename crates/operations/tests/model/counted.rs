//! What the reports of an account count and list, against its lists.

use std::collections::BTreeMap;

use lanyard_testkit::{Answer, Call, Credentials, Manner, World};
use proptest::prelude::*;
use proptest::test_runner::TestCaseError;

async fn asked(world: &World, root: &Credentials, action: &str, parameters: &[(&str, &str)]) -> Answer {
    let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    let parameters: Vec<_> = parameters.iter().map(owned).collect();
    let call = Call {
        service: "iam",
        action,
        parameters: &parameters,
        manner: Manner::Post,
    };
    let answer = world.call(Some(root), &call).await;
    assert_eq!(answer.status, 200, "{action}: {}", answer.xml);
    assert_eq!(answer.element("Marker"), None, "{action} on one page");
    answer
}

fn sorted(answer: &Answer, element: &str) -> Vec<String> {
    let mut texts: Vec<String> = answer.elements(element).map(str::to_owned).collect();
    texts.sort();
    texts
}

/// The summary and the authorization details tell of as many as the lists, and of the same.
pub(crate) async fn check(world: &World, root: &Credentials) -> Result<(), TestCaseError> {
    let summary = asked(world, root, "GetAccountSummary", &[]).await;
    let numbers = summary.elements("value").map(|value| value.parse().unwrap());
    let summary: BTreeMap<String, usize> = summary.elements("key").map(str::to_owned).zip(numbers).collect();
    let details = asked(
        world,
        root,
        "GetAccountAuthorizationDetails",
        &[("MaxItems", "1000")],
    )
    .await;
    for (key, list, id) in [
        ("Users", "ListUsers", "UserId"),
        ("Groups", "ListGroups", "GroupId"),
        ("Roles", "ListRoles", "RoleId"),
    ] {
        let listed = sorted(&asked(world, root, list, &[("MaxItems", "1000")]).await, id);
        prop_assert_eq!(summary[key], listed.len(), "{}", key);
        prop_assert_eq!(sorted(&details, id), listed, "{}", key);
    }
    let own = asked(
        world,
        root,
        "ListPolicies",
        &[("Scope", "Local"), ("MaxItems", "1000")],
    )
    .await;
    prop_assert_eq!(summary["Policies"], own.elements("PolicyId").count());
    let uses = details
        .elements("AttachmentCount")
        .zip(details.elements("PermissionsBoundaryUsageCount"));
    let in_use = uses.filter(|uses| *uses != ("0", "0")).count();
    prop_assert_eq!(summary["PolicyVersionsInUse"], in_use);
    let ids = sorted(&details, "PolicyId");
    for id in own.elements("PolicyId") {
        prop_assert!(ids.iter().any(|known| known == id), "{} is in the details", id);
    }
    Ok(())
}

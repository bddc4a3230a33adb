//! What the simulator says, and what then happens: for random users and roles, the simulated decision is compared with
//! the answer to the request itself. [`cases`] puts the published cases to it.
//!
//! Both go through the public API, so that whatever either of them forgets to tell the engine shows.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "test code"
)]

mod cases;
mod policies;
mod probes;
mod resources;
mod setting;
mod size;
mod waiting;

use std::collections::BTreeMap;

use self::policies::{Random, trust};
use self::probes::probes;
use self::setting::Setting;

/// How many users and roles are tried.
const CALLERS: u64 = 120;

#[tokio::test]
async fn what_is_simulated_is_what_happens() {
    let setting = Setting::new().await;
    let mut random = Random(20_261_122);
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    let mut trusted = trust(&mut random);
    let clerk = [
        ("RoleName", "Clerk"),
        ("AssumeRolePolicyDocument", &*trusted),
        ("Tags.member.1.Key", "team"),
        ("Tags.member.1.Value", "blue"),
    ];
    setting.done("iam", "CreateRole", &clerk).await;
    for number in 0..CALLERS {
        setting.history.take();
        let (arn, credentials) = setting.caller(&mut random, number).await;
        for probe in probes(&trusted) {
            let simulated = setting.simulated(&arn, &probe).await;
            let decided = setting.decided(&credentials, &probe).await;
            // Who may not assume a role is not told why.
            let is_same = match probe.resource_policy {
                Some(_) => (simulated == "allowed") == (decided == "allowed"),
                None => simulated == decided,
            };
            if !is_same {
                let history = setting.history.borrow().join("\n");
                panic!(
                    "{}:{} on {} by {arn}: simulated {simulated}, decided {decided}; trust {trusted}\n{history}",
                    probe.service, probe.action, probe.resource
                );
            }
            *seen.entry(decided).or_default() += 1;
        }
        trusted = trust(&mut random);
        let parameters = [("RoleName", "Clerk"), ("PolicyDocument", &*trusted)];
        setting.done("iam", "UpdateAssumeRolePolicy", &parameters).await;
    }
    for decision in ["allowed", "explicitDeny", "implicitDeny"] {
        assert!(seen.get(decision).is_some_and(|count| *count >= 60), "{seen:?}");
    }
}

//! AWS's own managed policies, held against all checks: whatever is an error in one of them is listed here with the
//! reason, so that a rule that is too strict is seen.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "test code"
)]

use lanyard_policy_findings::{PolicyType, findings};

fn policies() -> Vec<(String, String)> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../data/aws-managed-policies.tsv");
    let text = std::fs::read_to_string(path).unwrap();
    let policy = |line: &str| {
        let fields: Vec<_> = line.split('\t').collect();
        (fields[0].to_owned(), fields[5].to_owned())
    };
    text.lines().map(policy).collect()
}

#[test]
fn dump() {
    for (name, policy) in policies() {
        for finding in findings(&policy, PolicyType::Identity.into()) {
            let at = finding.locations.first().map(|l| policy.get(l.span.start.offset as usize..l.span.end.offset as usize).unwrap_or("?").to_owned());
            println!("{}\t{}\t{name}\t{}\t{}", finding.finding_type.as_str(), finding.issue_code, finding.details, at.unwrap_or_default().chars().take(150).collect::<String>());
        }
    }
}

//! Arrows between crates: who may depend on whom.
//!
//! The table is the architecture. A new arrow needs a decision record, then a line here.

use std::collections::BTreeMap;

use serde_json::Value;

use super::Findings;
use crate::process;

/// Each crate with the crates of ours that it may name.
const ARROWS: &[(&str, &[&str])] = &[
    ("lanyard-names", &[]),
    ("lanyard-catalogue", &["lanyard-names"]),
    ("lanyard-service-models", &[]),
    ("lanyard-policy", &["lanyard-names"]),
    (
        "lanyard-policy-findings",
        &["lanyard-names", "lanyard-policy", "lanyard-catalogue"],
    ),
    (
        "lanyard-policy-cases",
        &["lanyard-names", "lanyard-policy", "lanyard-catalogue"],
    ),
    ("lanyard-policy-suggestions", &["lanyard-names", "lanyard-policy"]),
    ("lanyard-policy-words", &["lanyard-policy", "lanyard-catalogue"]),
    // The second evaluator shares no code with the first; only its tests know both.
    ("lanyard-policy-oracle", &[]),
    ("lanyard-sigv4", &["lanyard-names"]),
    ("lanyard-client", &["lanyard-names", "lanyard-sigv4"]),
    ("lanyard-aws-api", &["lanyard-names"]),
    ("lanyard-store", &["lanyard-names"]),
    ("lanyard-store-sqlite", &["lanyard-names", "lanyard-store"]),
    (
        "lanyard-mapping",
        &[
            "lanyard-names",
            "lanyard-policy",
            "lanyard-catalogue",
            "lanyard-service-models",
        ],
    ),
    ("lanyard-federation", &["lanyard-names"]),
    (
        "lanyard-directory",
        &[
            "lanyard-names",
            "lanyard-policy",
            "lanyard-sigv4",
            "lanyard-store",
        ],
    ),
    (
        "lanyard-access",
        &[
            "lanyard-names",
            "lanyard-policy",
            "lanyard-sigv4",
            "lanyard-directory",
        ],
    ),
    (
        "lanyard-audit",
        &[
            "lanyard-names",
            "lanyard-policy",
            "lanyard-store",
            "lanyard-directory",
            "lanyard-access",
        ],
    ),
    (
        "lanyard-gateway",
        &[
            "lanyard-names",
            "lanyard-catalogue",
            "lanyard-policy",
            "lanyard-sigv4",
            "lanyard-service-models",
            "lanyard-mapping",
            "lanyard-directory",
            "lanyard-access",
            "lanyard-audit",
        ],
    ),
    (
        "lanyard-decision-point",
        &[
            "lanyard-names",
            "lanyard-policy",
            "lanyard-catalogue",
            "lanyard-sigv4",
            "lanyard-directory",
            "lanyard-access",
            "lanyard-audit",
            "lanyard-federation",
        ],
    ),
    (
        "lanyard-sessions",
        &[
            "lanyard-names",
            "lanyard-policy",
            "lanyard-sigv4",
            "lanyard-directory",
            "lanyard-access",
            "lanyard-audit",
        ],
    ),
    (
        "lanyard-operations",
        &[
            "lanyard-names",
            "lanyard-policy",
            "lanyard-catalogue",
            "lanyard-sigv4",
            "lanyard-aws-api",
            "lanyard-store",
            "lanyard-directory",
            "lanyard-access",
            "lanyard-audit",
            "lanyard-federation",
            "lanyard-policy-words",
        ],
    ),
    (
        "lanyard",
        &[
            "lanyard-names",
            "lanyard-policy",
            "lanyard-sigv4",
            "lanyard-aws-api",
            "lanyard-store",
            "lanyard-store-sqlite",
            "lanyard-directory",
            "lanyard-access",
            "lanyard-audit",
            "lanyard-operations",
            "lanyard-federation",
            "lanyard-client",
            "lanyard-decision-point",
            "lanyard-sessions",
            "lanyard-gateway",
            "lanyard-mapping",
            "lanyard-service-models",
            "lanyard-catalogue",
            "lanyard-policy-findings",
            "lanyard-policy-cases",
            "lanyard-policy-words",
            "lanyard-policy-suggestions",
        ],
    ),
    (
        "lanyard-testkit",
        &[
            "lanyard-names",
            "lanyard-policy",
            "lanyard-sigv4",
            "lanyard-aws-api",
            "lanyard-store",
            "lanyard-store-sqlite",
            "lanyard-directory",
            "lanyard-access",
            "lanyard-audit",
            "lanyard-operations",
            "lanyard-federation",
            "lanyard-gateway",
            "lanyard-decision-point",
        ],
    ),
    ("xtask", &[]),
];

/// Crates whose tests compare them with what they do not stand on.
const TESTS_KNOW: [(&str, &str); 3] = [
    ("lanyard-policy-oracle", "lanyard-policy"),
    ("lanyard-policy-oracle", "lanyard-policy-cases"),
    ("lanyard-service-models", "lanyard-catalogue"),
];

/// Crates in which nothing may happen but computing.
const PURE: [&str; 10] = [
    "lanyard-policy-suggestions",
    "lanyard-names",
    "lanyard-policy",
    "lanyard-policy-words",
    "lanyard-policy-findings",
    "lanyard-policy-oracle",
    "lanyard-catalogue",
    "lanyard-service-models",
    "lanyard-sigv4",
    "lanyard-mapping",
];

/// What a pure crate may depend on: data structures, parsing and hashing.
const PURE_DEPENDENCIES: [&str; 22] = [
    "data-encoding",
    "hmac",
    "http",
    "ipnet",
    "jiff",
    "memchr",
    "percent-encoding",
    "quick-xml",
    "serde",
    "serde_json",
    "sha2",
    "smallvec",
    "subtle",
    "thiserror",
    "zeroize",
    "base64",
    "lanyard-names",
    "foldhash",
    "flate2",
    "lanyard-policy",
    "lanyard-catalogue",
    "lanyard-service-models",
];

/// Every dependency of every crate of the workspace against the table. Tests may also use what their crate
/// stands on, and the testkit.
pub(crate) fn check(findings: &mut Findings) -> Result<(), String> {
    let table: BTreeMap<&str, &[&str]> = ARROWS.iter().copied().collect();
    let mut metadata = process::cargo();
    metadata.args(["metadata", "--no-deps", "--offline", "--format-version", "1"]);
    let text = process::output(&mut metadata)?;
    let metadata: Value = serde_json::from_str(&text).map_err(|error| error.to_string())?;
    for package in list(&metadata, "packages") {
        let name = string(package, "name");
        let manifest = string(package, "manifest_path");
        let Some(allowed) = table.get(name) else {
            findings.error(
                manifest,
                1,
                format!("{name} is not in the table of crates (xtask/src/tidy/arrows.rs)"),
            );
            continue;
        };
        inherits_lints(manifest, findings);
        for dependency in list(package, "dependencies") {
            let target = string(dependency, "name");
            let is_dev = string(dependency, "kind") == "dev";
            let is_ours = table.contains_key(target);
            if is_dev && (target == "lanyard-testkit" || stands_on(&table, name, target)) {
                continue;
            }
            if is_dev && TESTS_KNOW.contains(&(name, target)) {
                continue;
            }
            if is_ours && target != name && !allowed.contains(&target) {
                findings.error(manifest, 1, format!("{name} may not depend on {target}"));
            }
            if PURE.contains(&name) && !is_dev && !PURE_DEPENDENCIES.contains(&target) {
                findings.error(
                    manifest,
                    1,
                    format!("{name} is pure and may not depend on {target}"),
                );
            }
        }
    }
    Ok(())
}

/// Whether arrows lead from one crate to another, over others or directly: its tests may use what it stands on.
fn stands_on(table: &BTreeMap<&str, &[&str]>, name: &str, target: &str) -> bool {
    let allowed = table.get(name).copied().unwrap_or_default();
    allowed
        .iter()
        .any(|next| *next == target || stands_on(table, next, target))
}

/// Every crate takes the lints of the workspace.
fn inherits_lints(manifest: &str, findings: &mut Findings) {
    let text = std::fs::read_to_string(manifest).unwrap_or_default();
    if !text.contains("[lints]\nworkspace = true") {
        findings.error(
            manifest,
            1,
            "must take the lints of the workspace: [lints] workspace = true",
        );
    }
}

fn list<'value>(value: &'value Value, key: &str) -> &'value [Value] {
    value
        .get(key)
        .and_then(Value::as_array)
        .map_or(&[], Vec::as_slice)
}

fn string<'value>(value: &'value Value, key: &str) -> &'value str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}

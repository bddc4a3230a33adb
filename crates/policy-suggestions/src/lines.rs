//! The lines of a policy: one action on one pattern.

use std::collections::{BTreeMap, BTreeSet};

use crate::seen::{Need, Uses};
use crate::{Breadth, Observations};

/// Whoever may pass any role to a service may do what any role may: roles are named one by one.
const NEVER_TAKEN_TOGETHER: &str = "iam:PassRole";

/// One action on one pattern, and what it is there for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The action.
    pub action: String,
    /// The pattern in the policy.
    pub resource: String,
    /// The service that a role may be passed to.
    pub passed_to: Option<String>,
    /// How many different resources the pattern stands for.
    pub resources: usize,
    /// How many requests needed it.
    pub requests: usize,
    /// When the first of them came.
    pub first: String,
    /// When the last of them came.
    pub last: String,
    /// The ids of some of them, the newest first.
    pub examples: Vec<String>,
}

/// Everything that was seen, in lines.
pub(crate) fn lines(seen: &Observations, breadth: Breadth) -> Vec<Line> {
    let mut by_action: BTreeMap<_, Vec<(&Need, &Uses)>> = BTreeMap::new();
    for (need, uses) in seen.iter() {
        let what = (need.action.as_str(), need.passed_to.as_deref(), need.partly_known);
        by_action.entry(what).or_default().push((need, uses));
    }
    let mut lines = Vec::new();
    for ((action, passed_to, is_partly_known), needs) in by_action {
        let resources: BTreeSet<&str> = needs.iter().map(|(need, _)| need.resource.as_str()).collect();
        let breadth = match action.eq_ignore_ascii_case(NEVER_TAKEN_TOGETHER) {
            true => Breadth::Exact,
            false => breadth,
        };
        let patterns = breadth.patterns(&resources, is_partly_known);
        let mut by_pattern: BTreeMap<&str, (usize, Uses)> = BTreeMap::new();
        for (need, uses) in needs {
            if let Some(pattern) = patterns.get(need.resource.as_str()) {
                let (count, merged) = by_pattern.entry(pattern).or_default();
                *count += 1;
                merged.merge(uses);
            }
        }
        for (resource, (resources, mut uses)) in by_pattern {
            lines.push(Line {
                action: action.to_owned(),
                resource: resource.to_owned(),
                passed_to: passed_to.map(str::to_owned),
                resources,
                requests: uses.count(),
                first: uses.first().to_owned(),
                last: uses.last().to_owned(),
                examples: uses.examples(),
            });
        }
    }
    lines
}

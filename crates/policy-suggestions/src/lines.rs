//! The lines of a policy: one action on one pattern.

use std::collections::{BTreeMap, BTreeSet};

use crate::{Breadth, Seen};

/// How many requests a line names.
const EXAMPLES_MAX: usize = 3;

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
pub(crate) fn lines(seen: &BTreeSet<&Seen>, breadth: Breadth) -> Vec<Line> {
    let mut resources: BTreeMap<_, BTreeSet<&str>> = BTreeMap::new();
    for one in seen {
        let what = (one.action.as_str(), one.passed_to.as_deref());
        resources.entry(what).or_default().insert(&one.resource);
    }
    let mut lines: BTreeMap<_, Vec<&Seen>> = BTreeMap::new();
    let patterns: BTreeMap<_, _> = resources
        .iter()
        .map(|(what, resources)| (*what, breadth.patterns(resources)))
        .collect();
    for one in seen {
        let what = (one.action.as_str(), one.passed_to.as_deref());
        let pattern = patterns
            .get(&what)
            .and_then(|patterns| patterns.get(one.resource.as_str()));
        if let Some(pattern) = pattern {
            lines.entry((what, pattern.as_str())).or_default().push(one);
        }
    }
    lines
        .into_iter()
        .map(|(((action, passed_to), resource), seen)| line(action, passed_to, resource, &seen))
        .collect()
}

fn line(action: &str, passed_to: Option<&str>, resource: &str, seen: &[&Seen]) -> Line {
    let mut by_time: Vec<(&str, &str)> = seen
        .iter()
        .map(|one| (one.time.as_str(), one.request_id.as_str()))
        .collect();
    by_time.sort_unstable();
    by_time.dedup();
    let resources: BTreeSet<&str> = seen.iter().map(|one| one.resource.as_str()).collect();
    let time = |found: Option<&(&str, &str)>| found.map_or(String::new(), |(time, _)| (*time).to_owned());
    let newest = by_time.iter().rev().take(EXAMPLES_MAX);
    Line {
        action: action.to_owned(),
        resource: resource.to_owned(),
        passed_to: passed_to.map(str::to_owned),
        resources: resources.len(),
        requests: by_time.len(),
        first: time(by_time.first()),
        last: time(by_time.last()),
        examples: newest.map(|(_, id)| (*id).to_owned()).collect(),
    }
}

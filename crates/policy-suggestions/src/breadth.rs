//! From many resources to few patterns.

use std::collections::{BTreeMap, BTreeSet};

use crate::text::{common_words, literal, split};

/// How many resources of one action and place are named before they are taken together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Breadth {
    /// All are named.
    Exact,
    /// So many are named; of more, what they have in common.
    AtMost(usize),
}

impl Default for Breadth {
    fn default() -> Self {
        Self::AtMost(5)
    }
}

impl Breadth {
    /// For each resource the pattern that stands for it.
    pub(crate) fn patterns<'a>(self, resources: &BTreeSet<&'a str>) -> BTreeMap<&'a str, String> {
        let mut places: BTreeMap<&str, Vec<&'a str>> = BTreeMap::new();
        for resource in resources {
            places.entry(place(resource)).or_default().push(resource);
        }
        let mut patterns = BTreeMap::new();
        for (place, resources) in places {
            for group in self.groups(place, &resources) {
                let pattern = pattern(&group);
                patterns.extend(group.into_iter().map(|resource| (resource, pattern.clone())));
            }
        }
        patterns
    }

    /// Resources of one place in groups, of which there are few: by as many of their first segments as leaves few.
    fn groups<'a>(self, place: &str, resources: &[&'a str]) -> Vec<Vec<&'a str>> {
        let groups_max = match self {
            Self::Exact => usize::MAX,
            Self::AtMost(count) => count.max(1),
        };
        let mut groups = vec![resources.to_vec()];
        let deepest = resources.iter().map(|resource| segments(resource, place)).max();
        for depth in 1..=deepest.unwrap_or(0).saturating_add(1) {
            let mut deeper: BTreeMap<&str, Vec<&'a str>> = BTreeMap::new();
            for resource in resources {
                deeper
                    .entry(first_segments(resource, place, depth))
                    .or_default()
                    .push(resource);
            }
            if deeper.len() > groups_max {
                break;
            }
            groups = deeper.into_values().collect();
        }
        groups
    }
}

/// Where a resource is: all but its name. What stands before the resource in the ARN, and the word that says what it is
/// (`table/`, `function:`), where there is one; of S3's objects that is the bucket's part, which is none.
fn place(arn: &str) -> &str {
    let (head, resource) = split(arn);
    if head.starts_with("arn:aws:s3:") {
        return head;
    }
    // Queues and topics have bare names.
    match resource.find(['/', ':']) {
        Some(at) => arn.get(..head.len() + at + 1).unwrap_or(arn),
        None => head,
    }
}

fn segments(resource: &str, place: &str) -> usize {
    let name = resource.get(place.len()..).unwrap_or_default();
    name.split(['/', ':']).count()
}

fn first_segments<'a>(resource: &'a str, place: &str, depth: usize) -> &'a str {
    let name = resource.get(place.len()..).unwrap_or_default();
    let mut ends = name.match_indices(['/', ':']).map(|(at, _)| place.len() + at + 1);
    ends.nth(depth - 1)
        .and_then(|end| resource.get(..end))
        .unwrap_or(resource)
}

/// What stands for all resources of a group.
fn pattern(group: &[&str]) -> String {
    match group {
        [one] => literal(one),
        many => {
            let head = many.first().map_or(0, |one| split(one).0.len());
            let common = common_words(many).max(head);
            let common = many.first().and_then(|one| one.get(..common)).unwrap_or_default();
            format!("{}*", literal(common))
        }
    }
}

//! From many resources to few patterns.

use std::collections::{BTreeMap, BTreeSet};

use crate::text::{Stars, common_words, escaped, is_of_s3, literal, split};

/// What parts the segments of a resource.
const SEPARATORS: [char; 2] = ['/', ':'];

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

/// Resources that are never taken together with others: of one service, region and account, one type, or one bucket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Place<'a> {
    /// What stands before the resource in the ARN, and the word that says what it is (`table/`, `function:`), where there
    /// is one; of S3's objects, their bucket.
    start: &'a str,
    /// How many segments their names have: a table's index is no table. `None` for S3's objects, whose names are their
    /// owners'.
    segments: Option<usize>,
}

impl<'a> Place<'a> {
    fn of(arn: &'a str) -> Self {
        let (head, resource) = split(arn);
        // Queues, topics and buckets have bare names.
        let start = match resource.find(SEPARATORS) {
            Some(at) => arn.get(..head.len() + at + 1).unwrap_or(arn),
            None => head,
        };
        let segments = (!is_of_s3(arn) || start == head).then(|| resource.split(SEPARATORS).count());
        Self { start, segments }
    }
}

impl Breadth {
    /// For each resource the pattern that stands for it. All of them are known in part only, or none.
    pub(crate) fn patterns<'a>(
        self,
        resources: &BTreeSet<&'a str>,
        is_partly_known: bool,
    ) -> BTreeMap<&'a str, String> {
        let Self::AtMost(groups_max) = self else {
            let all = resources.iter().copied().collect();
            return each(all, is_partly_known).into_iter().collect();
        };
        let mut places: BTreeMap<Place<'_>, Vec<&'a str>> = BTreeMap::new();
        for resource in resources {
            places.entry(Place::of(resource)).or_default().push(resource);
        }
        let mut patterns = BTreeMap::new();
        for (place, resources) in places {
            for group in groups(place.start, &resources, groups_max.max(1)) {
                for (resource, pattern) in together(place, group, is_partly_known) {
                    patterns.insert(resource, pattern);
                }
            }
        }
        patterns
    }
}

/// Resources of one place in groups, of which there are few: by as many of their first segments as leaves few.
fn groups<'a>(start: &str, resources: &[&'a str], groups_max: usize) -> Vec<Vec<&'a str>> {
    let mut groups = vec![resources.to_vec()];
    let deepest = resources.iter().map(|resource| segments(resource, start)).max();
    for depth in 1..=deepest.unwrap_or(0).saturating_add(1) {
        let mut deeper: BTreeMap<&str, Vec<&'a str>> = BTreeMap::new();
        for resource in resources {
            deeper
                .entry(first_segments(resource, start, depth))
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

fn segments(resource: &str, start: &str) -> usize {
    let name = resource.get(start.len()..).unwrap_or_default();
    name.split(SEPARATORS).count()
}

fn first_segments<'a>(resource: &'a str, start: &str, depth: usize) -> &'a str {
    let name = resource.get(start.len()..).unwrap_or_default();
    let mut ends = name.match_indices(SEPARATORS).map(|(at, _)| start.len() + at + 1);
    ends.nth(depth - 1)
        .and_then(|end| resource.get(..end))
        .unwrap_or(resource)
}

/// For each resource of a group what stands for all of them.
fn together<'a>(place: Place<'_>, group: Vec<&'a str>, is_partly_known: bool) -> Vec<(&'a str, String)> {
    let (Some(first), true) = (group.first(), group.len() > 1) else {
        return each(group, is_partly_known);
    };
    let stars = Stars::of(first, is_partly_known);
    let pattern = match place.segments {
        Some(_) => by_segments(place.start, &group, stars),
        None => None,
    };
    let pattern = pattern.unwrap_or_else(|| {
        let common = common_words(&group).max(place.start.len());
        format!("{}*", literal(first.get(..common).unwrap_or_default(), stars))
    });
    // All buckets there are would be too many.
    if is_of_s3(first) && pattern == format!("{}*", split(first).0) {
        return each(group, is_partly_known);
    }
    group
        .into_iter()
        .map(|resource| (resource, pattern.clone()))
        .collect()
}

fn each(group: Vec<&str>, is_partly_known: bool) -> Vec<(&str, String)> {
    let pattern = |arn| literal(arn, Stars::of(arn, is_partly_known));
    group.into_iter().map(|arn| (arn, pattern(arn))).collect()
}

/// Segment by segment what the names have in common; `None` if they are not parted alike.
fn by_segments(start: &str, group: &[&str], stars: Stars) -> Option<String> {
    let names = group.iter().map(|resource| resource.get(start.len()..));
    let mut names: Vec<_> = names
        .map(|name| Some(name?.split_inclusive(SEPARATORS)))
        .collect::<Option<_>>()?;
    // Behind what every name of the place begins with no star is that of an object.
    let of_rest = match stars {
        Stars::Letters => Stars::Segments,
        other => other,
    };
    let mut pattern = literal(start, stars);
    loop {
        let segments: Vec<Option<&str>> = names.iter_mut().map(Iterator::next).collect();
        let Some(segments) = segments.iter().copied().collect::<Option<Vec<&str>>>() else {
            return segments.iter().all(Option::is_none).then_some(pattern);
        };
        let ends: BTreeSet<Option<char>> = segments
            .iter()
            .map(|segment| segment.chars().last().filter(|end| SEPARATORS.contains(end)))
            .collect();
        let (Some(end), 1) = (ends.first(), ends.len()) else {
            return None;
        };
        let first = *segments.first()?;
        if segments.iter().all(|segment| *segment == first) {
            pattern.push_str(&escaped(first, of_rest));
            continue;
        }
        let common = first.get(..common_words(&segments))?;
        pattern.push_str(&escaped(common, of_rest));
        pattern.push('*');
        pattern.extend(end);
    }
}

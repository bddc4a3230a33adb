//! What a policy says twice.

use std::collections::{BTreeSet, HashMap};

use crate::IssueCode;
use crate::locate::Place;
use crate::sink::Sink;
use crate::tree::{Member, Node};
use crate::view::{Document, Statement, Text};
use crate::work::Work;

/// Statements that differ in nothing but their names and the order of what they list.
pub(super) fn statements(document: &Document<'_>, sink: &mut Sink) {
    let mut same: HashMap<String, Vec<Place>> = HashMap::new();
    let mut order = Vec::new();
    for statement in &document.statements {
        let meaning = meaning(statement);
        let places = same.entry(meaning.clone()).or_default();
        if places.is_empty() {
            order.push(meaning);
        }
        places.push(Place::of(statement.node));
    }
    for places in order
        .iter()
        .filter_map(|meaning| same.get(meaning))
        .filter(|places| places.len() > 1)
    {
        let details = "These statements say the same. Keep one of them.";
        sink.report(IssueCode::RedundantStatement, places, details);
    }
}

/// A text that is the same for statements that mean the same.
fn meaning(statement: &Statement<'_>) -> String {
    let members = statement
        .node
        .members()
        .iter()
        .filter(|member| member.name() != "Sid");
    let parts: BTreeSet<String> = members
        .map(|member| match member.name() {
            "Action" | "NotAction" => format!("{:?}={:?}", member.name(), values(&member.value, true)),
            "Condition" => format!("{:?}={:?}", member.name(), condition(&member.value)),
            _ if member.value.members().is_empty() => {
                format!("{:?}={:?}", member.name(), values(&member.value, false))
            }
            _ => format!("{:?}={:?}", member.name(), kinds(&member.value)),
        })
        .collect();
    format!("{parts:?}")
}

/// Elements of a list in one order. Actions have no case.
fn values(node: &Node<'_>, fold_case: bool) -> BTreeSet<String> {
    let text = |node: &Node<'_>| {
        // What is no text is wrong anyway; by its place it is like nothing else.
        let text = node
            .scalar()
            .map_or_else(|| format!("{}..{}", node.start, node.end), str::to_owned);
        if fold_case {
            text.to_ascii_lowercase()
        } else {
            text
        }
    };
    node.elements().iter().map(text).collect()
}

type Named<T> = BTreeSet<(String, T)>;

fn kinds(node: &Node<'_>) -> Named<BTreeSet<String>> {
    let kind = |member: &Member<'_>| (member.name().to_owned(), values(&member.value, false));
    node.members().iter().map(kind).collect()
}

fn condition(block: &Node<'_>) -> Named<Named<BTreeSet<String>>> {
    let operator = |member: &Member<'_>| {
        let keys = kinds(&member.value)
            .into_iter()
            .map(|(key, values)| (key.to_ascii_lowercase(), values));
        (member.name().to_ascii_lowercase(), keys.collect())
    };
    block.members().iter().map(operator).collect()
}

/// More patterns of one list are not compared with its other resources.
const PATTERNS_MAX: usize = 64;

/// What comparing two resources costs besides the steps of the comparison.
const STEPS_EACH: usize = 64;

/// Resources that another resource of the same list covers.
pub(super) fn resources(statement: &Statement<'_>, document: &Document<'_>, sink: &mut Sink) {
    let Some(resource) = &statement.resource else {
        return;
    };
    let patterns: Vec<(usize, Pattern<'_>)> = resource
        .values
        .iter()
        .enumerate()
        .filter_map(|(index, value)| Some((index, Pattern::new(value.text)?)))
        .take(PATTERNS_MAX)
        .collect();
    let mut first: HashMap<&str, usize> = HashMap::new();
    let mut redundant: Vec<Text<'_>> = Vec::new();
    for (index, value) in resource.values.iter().enumerate() {
        let is_repeated = *first.entry(value.text).or_insert(index) != index;
        let is_covered = || {
            // A pattern covers itself. Of two patterns that cover each other the texts differ only in stars that
            // add nothing; then the first one stays.
            patterns.iter().any(|(at, pattern)| {
                *at != index
                    && pattern.covers(value.text, &document.work)
                    && (*at < index
                        || !Pattern::new(value.text)
                            .is_some_and(|own| own.covers(pattern.text, &document.work)))
            })
        };
        if is_repeated || is_covered() {
            redundant.push(*value);
        }
    }
    if redundant.is_empty() {
        return;
    }
    let places: Vec<_> = redundant.iter().map(|value| Place::of(value.node)).collect();
    let details = format!(
        "{} of the resources {} covered by another one of the list.",
        redundant.len(),
        if redundant.len() == 1 { "is" } else { "are" }
    );
    sink.report(IssueCode::RedundantResource, &places, details);
}

/// A resource with stars. One with question marks or escapes is not considered: what it covers is not worth the
/// doubt.
struct Pattern<'a> {
    text: &'a str,
    /// The parts between colons (the sixth keeps its colons), each split at stars. One part: a lone star.
    segments: Vec<Vec<&'a str>>,
}

impl<'a> Pattern<'a> {
    fn new(text: &'a str) -> Option<Self> {
        let usable = text.contains('*') && !text.contains('?') && !text.contains("${*}");
        let segments: Vec<Vec<&str>> = text
            .splitn(6, ':')
            .map(|segment| segment.split('*').collect())
            .collect();
        (usable && (segments.len() == 6 || text == "*")).then_some(Self { text, segments })
    }

    /// Whether all that another resource matches is matched by this pattern. Wildcards of the other one are
    /// ordinary characters here: only a star takes them.
    ///
    /// If there is no work left, it covers nothing.
    fn covers(&self, other: &str, work: &Work) -> bool {
        if self.text == "*" {
            return true;
        }
        let certain = self.text.split('*').next().unwrap_or_default();
        if !other.starts_with(certain) || !work.take(STEPS_EACH.saturating_add(other.len())) {
            return false;
        }
        let mut others = other.splitn(6, ':');
        let each = self
            .segments
            .iter()
            .all(|pieces| others.next().is_some_and(|segment| fits(pieces, segment)));
        each && others.next().is_none()
    }
}

fn fits(pieces: &[&str], text: &str) -> bool {
    let [first, middle @ .., last] = pieces else {
        return pieces.first().is_some_and(|only| *only == text);
    };
    let Some(mut rest) = text.strip_prefix(first).and_then(|rest| rest.strip_suffix(last)) else {
        return false;
    };
    for piece in middle.iter().filter(|piece| !piece.is_empty()) {
        match rest.find(piece) {
            Some(at) => rest = rest.get(at + piece.len()..).unwrap_or_default(),
            None => return false,
        }
    }
    true
}

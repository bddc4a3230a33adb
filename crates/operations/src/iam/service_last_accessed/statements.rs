//! The statements of policies, as far as it takes to tell which services they may open.
//!
//! This is no evaluation: conditions are not looked at, since they may be met, and a denial counts only if it has none.
//! Evidence: recorded reports of AWS.

use std::collections::HashSet;

use lanyard_catalogue::{Action, Service, catalogue};
use lanyard_policy::Document;
use lanyard_policy::outline::{Listed, StatementOutline};

/// One statement.
#[derive(Debug)]
pub(super) struct Statement {
    is_allow: bool,
    actions: Actions,
    resources: Vec<Resources>,
}

/// `Action`, or `NotAction`.
#[derive(Debug)]
struct Actions {
    are_exceptions: bool,
    /// Service and name, in lower case.
    patterns: Vec<(String, String)>,
}

/// One value of `Resource`.
#[derive(Debug)]
struct Resources {
    pattern: String,
    /// The addresses of the types that it can be of; `None` stands for everything.
    types: Option<HashSet<usize>>,
    /// The denials that take all of it away, by their numbers.
    taken_by: HashSet<usize>,
}

impl Statement {
    /// The statements of a document that matter. One that was saved can be read; what cannot be read opens nothing.
    pub(super) fn of_document(text: &str) -> Vec<Self> {
        let Ok(document) = Document::parse(text) else {
            return Vec::new();
        };
        document.outline().filter_map(Self::of).collect()
    }

    fn of(statement: StatementOutline<'_>) -> Option<Self> {
        let is_allow = !statement.denies;
        if !is_allow && !statement.conditions.is_empty() {
            return None;
        }
        let listed = statement.resources?;
        let resources = if !listed.negated {
            listed.values.into_iter().map(Resources::of).collect()
        } else if is_allow && !listed.values.into_iter().any(is_everything) {
            // Something is left unless everything is excepted; of a denial it is not known what.
            vec![Resources::of("*")]
        } else {
            return None;
        };
        Some(Self {
            is_allow,
            actions: Actions::of(statement.actions?),
            resources,
        })
    }

    pub(super) fn is_allow(&self) -> bool {
        self.is_allow
    }

    /// Whether it says something of a service at all.
    pub(super) fn concerns(&self, service: &Service) -> bool {
        let is_of = |(prefix, _): &(String, String)| matches(prefix, service.prefix());
        self.actions.are_exceptions || self.actions.patterns.iter().any(is_of)
    }

    /// Whether it is about an action of a service.
    pub(super) fn names(&self, service: &Service, action: &Action) -> bool {
        let name = action.name().to_ascii_lowercase();
        let is_named = self
            .actions
            .patterns
            .iter()
            .any(|(prefix, pattern)| matches(prefix, service.prefix()) && matches(pattern, &name));
        is_named != self.actions.are_exceptions
    }

    /// Finds out which of all denials take away entirely what it allows something on: once, and not for each action.
    pub(super) fn compare(&mut self, denials: &[Self]) {
        for resources in &mut self.resources {
            let is_taken = |denial: &Self| denial.resources.iter().any(|denied| denied.covers(resources));
            let taken_by = (0..).zip(denials).filter(|(_, denial)| is_taken(denial));
            resources.taken_by = taken_by.map(|(number, _)| number).collect();
        }
    }

    /// Whether an action that it allows can be on some resource that none of these denials takes away entirely.
    pub(super) fn leaves(&self, action: &Action, denials: &[usize]) -> bool {
        let mut open = self.resources.iter().filter(|resources| resources.fit(action));
        open.any(|resources| !denials.iter().any(|denial| resources.taken_by.contains(denial)))
    }
}

impl Actions {
    fn of(listed: Listed<&str>) -> Self {
        let patterns = listed.values.into_iter().map(|pattern| {
            let pattern = pattern.to_ascii_lowercase();
            match pattern.split_once(':') {
                Some((prefix, name)) => (prefix.to_owned(), name.to_owned()),
                None => (pattern.clone(), pattern),
            }
        });
        Self {
            are_exceptions: listed.negated,
            patterns: patterns.collect(),
        }
    }
}

impl Resources {
    fn of(pattern: &str) -> Self {
        let types = (!is_everything(pattern)).then(|| {
            let types = catalogue().resource_types_for_arn(pattern);
            types
                .into_iter()
                .map(|(_, known)| std::ptr::from_ref(known).addr())
                .collect()
        });
        Self {
            pattern: pattern.to_owned(),
            types,
            taken_by: HashSet::new(),
        }
    }

    /// Whether an action can be on one of these.
    fn fit(&self, action: &Action) -> bool {
        let Some(types) = &self.types else {
            return true;
        };
        action
            .resources()
            .iter()
            .any(|resource| types.contains(&std::ptr::from_ref(resource.resource_type()).addr()))
    }

    /// Whether whatever the other stands for is among these: its own wildcards are letters that only a wildcard fits.
    fn covers(&self, other: &Self) -> bool {
        matches(&self.pattern, &other.pattern)
    }
}

fn is_everything(pattern: &str) -> bool {
    !pattern.is_empty() && pattern.bytes().all(|byte| byte == b'*')
}

/// Whether a pattern of text, `*` and `?` matches the whole text.
fn matches(pattern: &str, text: &str) -> bool {
    let (pattern, text) = (pattern.as_bytes(), text.as_bytes());
    let (mut at, mut from) = (0, 0);
    let mut retry = None;
    while let Some(byte) = text.get(from) {
        match pattern.get(at) {
            Some(b'*') => {
                at += 1;
                retry = Some((at, from));
            }
            Some(wanted) if wanted == byte || *wanted == b'?' => {
                at += 1;
                from += 1;
            }
            _ => {
                let Some((star, start)) = retry else {
                    return false;
                };
                (at, from) = (star, start + 1);
                retry = Some((star, from));
            }
        }
    }
    pattern
        .get(at..)
        .is_some_and(|rest| rest.iter().all(|byte| *byte == b'*'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_the_whole_text() {
        for (pattern, text, want) in [
            ("get*", "getobject", true),
            ("get*", "putobject", false),
            ("*ob*t", "getobject", true),
            ("get?bject", "getobject", true),
            ("get", "getobject", false),
            ("", "", true),
            ("arn:aws:s3:::*", "arn:aws:s3:::bucket/*", true),
            ("arn:aws:s3:::bucket/a", "arn:aws:s3:::bucket/*", false),
        ] {
            assert_eq!(matches(pattern, text), want, "{pattern} on {text}");
        }
    }
}

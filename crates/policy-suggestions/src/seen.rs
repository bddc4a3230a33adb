//! What was seen.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};

/// How many requests a line names.
const EXAMPLES_MAX: usize = 3;

/// One permission that a request needed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Seen {
    /// The action: `dynamodb:GetItem`.
    pub action: String,
    /// The resource's ARN, or `*` for an action that takes none. A `*` that is a whole segment of it stands for whatever
    /// is made (`instance/*`), but in the names of S3's objects, where it is a letter like any other.
    pub resource: String,
    /// Whether every `*` of the resource stands for what only its service knows, wherever it stands.
    pub partly_known: bool,
    /// The service that a role was passed to, for `iam:PassRole`.
    pub passed_to: Option<String>,
    /// When: text that sorts by time.
    pub time: String,
    /// The id of the request.
    pub request_id: String,
}

/// All that was seen of one principal, folded: each permission on each resource is kept once, however often it was needed.
#[derive(Debug, Default)]
pub struct Observations {
    needs: BTreeMap<Need, Uses>,
    uses: usize,
}

/// A permission that was needed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Need {
    pub(crate) action: String,
    pub(crate) passed_to: Option<String>,
    pub(crate) resource: String,
    pub(crate) partly_known: bool,
}

/// Which requests needed it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Uses {
    /// A hash of the id of each.
    requests: Vec<u64>,
    first: Option<String>,
    /// The newest, with their times; the last comes first.
    newest: Vec<(String, String)>,
}

impl Observations {
    /// Nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds what was seen. The same seen again changes nothing.
    pub fn add(&mut self, seen: Seen) {
        let need = Need {
            action: seen.action,
            passed_to: seen.passed_to,
            resource: seen.resource,
            partly_known: seen.partly_known,
        };
        let uses = self.needs.entry(need).or_default();
        let before = uses.requests.len();
        uses.add(seen.time, seen.request_id);
        self.uses += uses.requests.len() - before;
    }

    /// How many different permissions on different resources were needed.
    pub fn needs(&self) -> usize {
        self.needs.len()
    }

    /// About how often any of them was needed: so many requests are kept in mind.
    pub fn uses(&self) -> usize {
        self.uses
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&Need, &Uses)> {
        self.needs.iter()
    }
}

impl FromIterator<Seen> for Observations {
    fn from_iter<I: IntoIterator<Item = Seen>>(seen: I) -> Self {
        let mut observations = Self::new();
        for one in seen {
            observations.add(one);
        }
        observations
    }
}

impl Uses {
    fn add(&mut self, time: String, request_id: String) {
        let hash = hash(&request_id);
        // A request that needs it several times says so in a row. Others are told apart when they are counted.
        if self.requests.last() != Some(&hash) {
            self.requests.push(hash);
        }
        if self.first.as_ref().is_none_or(|first| time < *first) {
            self.first = Some(time.clone());
        }
        self.enter((time, request_id));
    }

    /// Takes those of another need in.
    pub(crate) fn merge(&mut self, other: &Self) {
        self.requests.extend_from_slice(&other.requests);
        let earlier = |first: &&String| self.first.as_ref().is_none_or(|known| **first < *known);
        if let Some(first) = other.first.as_ref().filter(earlier) {
            self.first = Some(first.clone());
        }
        for one in &other.newest {
            self.enter(one.clone());
        }
    }

    fn enter(&mut self, one: (String, String)) {
        let Err(place) = self.newest.binary_search_by(|known| one.cmp(known)) else {
            return;
        };
        if place < EXAMPLES_MAX {
            self.newest.insert(place, one);
            self.newest.truncate(EXAMPLES_MAX);
        }
    }

    /// How many requests there were.
    pub(crate) fn count(&mut self) -> usize {
        self.requests.sort_unstable();
        self.requests.dedup();
        self.requests.len()
    }

    /// When the first came.
    pub(crate) fn first(&self) -> &str {
        self.first.as_deref().unwrap_or_default()
    }

    /// When the last came.
    pub(crate) fn last(&self) -> &str {
        self.newest.first().map_or("", |(time, _)| time)
    }

    /// The ids of some of them, the newest first.
    pub(crate) fn examples(&self) -> Vec<String> {
        self.newest.iter().map(|(_, id)| id.clone()).collect()
    }
}

fn hash(request_id: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    request_id.hash(&mut hasher);
    hasher.finish()
}

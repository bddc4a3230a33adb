//! What may be done: actions, grouped by service and by what they do.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use lanyard_catalogue::{AccessLevel, Action, Service, catalogue};
use lanyard_policy::outline::Listed;

use crate::list::{joined, named};

/// So many patterns of one text are looked up: more than any but the most unusual have. The rest is quoted.
const LOOKUPS_MAX: usize = 1_000;
/// Among them so many patterns that leave the service open, which are compared with every action there is.
const WIDE_LOOKUPS_MAX: usize = 20;

/// Patterns that were looked up in the catalogue, over all documents of one text: of somebody with very many policies
/// this would take long.
#[derive(Debug, Default)]
pub(crate) struct Lookups {
    all: usize,
    wide: usize,
}

/// The actions of a statement.
pub(crate) struct ActionWords {
    /// At the beginning of a sentence.
    pub(crate) text: String,
    /// Those among them that act on no resource.
    pub(crate) without_resource: WithoutResource,
    /// Whether it covers actions that are not there yet.
    pub(crate) is_open: bool,
}

/// Actions that act on no resource.
#[derive(Default)]
pub(crate) struct WithoutResource {
    /// By the prefix of their service and their name.
    named: BTreeSet<(&'static str, &'static str)>,
    /// Those beside them that are not told one by one.
    others: usize,
}

impl WithoutResource {
    /// How many there are.
    pub(crate) fn count(&self) -> usize {
        self.named.len() + self.others
    }

    /// Their names, as far as they are told.
    pub(crate) fn names(&self) -> Vec<String> {
        let names = self.named.iter();
        names.map(|(prefix, name)| format!("{prefix}:{name}")).collect()
    }
}

/// What actions do, the gravest first. The order is that of sentences.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Deed {
    Permissions,
    Writing,
    Tagging,
    Reading,
    Listing,
    Unknown,
}

impl Deed {
    fn of(action: &Action) -> Self {
        match action.access_level() {
            AccessLevel::PermissionsManagement => Self::Permissions,
            AccessLevel::Write => Self::Writing,
            AccessLevel::Tagging => Self::Tagging,
            AccessLevel::Read => Self::Reading,
            AccessLevel::List => Self::Listing,
        }
    }

    fn word(self) -> &'static str {
        match self {
            Self::Permissions => "changing permissions",
            Self::Writing => "writing",
            Self::Tagging => "tagging",
            Self::Reading => "reading",
            Self::Listing => "listing",
            Self::Unknown => "other actions",
        }
    }
}

/// What the catalogue knows of one value: what it does, by service. A pattern can be of several services.
type Known = BTreeMap<&'static str, BTreeSet<Deed>>;

/// Puts the `Action` or `NotAction` of a statement in words.
pub(crate) fn words(actions: &Listed<&str>, lookups: &mut Lookups) -> ActionWords {
    if actions.negated {
        excepted(&actions.values, lookups)
    } else if actions.values.iter().any(|value| is_all(value)) {
        everything(
            "every action of every service".to_owned(),
            &WithoutResource::default(),
        )
    } else {
        listed(&actions.values, lookups)
    }
}

/// Whether a value stands for everything: it is all stars, or stars on both sides of its colon.
fn is_all(value: &str) -> bool {
    let is_stars = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte == b'*');
    match value.split_once(':') {
        Some((service, name)) => is_stars(service) && is_stars(name),
        None => is_stars(value),
    }
}

fn listed(actions: &[&str], lookups: &mut Lookups) -> ActionWords {
    let mut services: BTreeMap<&str, BTreeMap<BTreeSet<Deed>, Vec<String>>> = BTreeMap::new();
    let mut parts = Vec::new();
    let mut unknown = Vec::new();
    let mut without_resource = WithoutResource::default();
    let mut is_open = false;
    let mut seen = BTreeSet::new();
    for value in actions.iter().filter(|value| seen.insert(**value)) {
        is_open |= value.contains(['*', '?']);
        let known = look_up(value, lookups, &mut without_resource);
        if let Some(service) = whole_service(value) {
            parts.push(format!("every action of {service} ({})", named(value)));
        } else if known.len() > 1 {
            parts.push(format!(
                "every action of any service that matches {}",
                named(value)
            ));
        } else if let Some((service, deeds)) = known.into_iter().next() {
            let groups = services.entry(service).or_default();
            groups.entry(deeds).or_default().push(named(value));
        } else {
            unknown.push(named(value));
        }
    }
    for (service, groups) in services {
        let groups = groups.into_iter();
        parts.extend(
            groups.map(|(deeds, values)| format!("{} in {service} ({})", doing(&deeds), values.join(", "))),
        );
    }
    if !unknown.is_empty() {
        parts.push(format!("{} ({})", Deed::Unknown.word(), unknown.join(", ")));
    }
    let text = if parts.is_empty() {
        "nothing (no action is listed)".to_owned()
    } else {
        parts.join("; ")
    };
    ActionWords {
        text,
        without_resource,
        is_open,
    }
}

fn doing(deeds: &BTreeSet<Deed>) -> String {
    let words: Vec<String> = deeds.iter().map(|deed| deed.word().to_owned()).collect();
    joined(&words, "and")
}

/// All but some.
fn excepted(values: &[&str], lookups: &mut Lookups) -> ActionWords {
    let mut without_resource = WithoutResource::default();
    let mut names = Vec::new();
    for value in values {
        look_up(value, lookups, &mut without_resource);
        names.push(match whole_service(value) {
            Some(service) => format!("all of {service} ({})", named(value)),
            None => named(value),
        });
    }
    let text = format!("every action of every service except {}", joined(&names, "and"));
    everything(text, &without_resource)
}

fn everything(text: String, excepted: &WithoutResource) -> ActionWords {
    static WITHOUT_RESOURCE: OnceLock<usize> = OnceLock::new();
    let all = *WITHOUT_RESOURCE.get_or_init(|| {
        let services = catalogue().services().iter();
        let of_service = |service: &'static Service| {
            let actions = service.actions().iter();
            actions
                .filter(|action| service.is_asked_on_nothing(action))
                .count()
        };
        services.map(of_service).sum()
    });
    let without_resource = WithoutResource {
        named: BTreeSet::new(),
        others: all.saturating_sub(excepted.count()),
    };
    ActionWords {
        text,
        without_resource,
        is_open: true,
    }
}

/// The name of the service, if the value is all of it.
fn whole_service(value: &str) -> Option<&'static str> {
    let (prefix, name) = value.split_once(':')?;
    if name != "*" {
        return None;
    }
    Some(catalogue().service(prefix)?.name())
}

fn look_up(value: &str, lookups: &mut Lookups, without_resource: &mut WithoutResource) -> Known {
    let mut known = Known::new();
    let is_wide = value
        .split(':')
        .next()
        .is_none_or(|prefix| prefix.contains(['*', '?']));
    if value.contains(['*', '?']) {
        lookups.all += 1;
        lookups.wide += usize::from(is_wide);
        if lookups.all > LOOKUPS_MAX || (is_wide && lookups.wide > WIDE_LOOKUPS_MAX) {
            return known;
        }
    }
    let mut learn = |service: &'static Service, action: &'static Action| {
        known.entry(service.name()).or_default().insert(Deed::of(action));
        if service.is_asked_on_nothing(action) {
            without_resource.named.insert((service.prefix(), action.name()));
        }
    };
    if value.contains(['*', '?']) {
        for (service, action) in catalogue().actions_matching(value) {
            learn(service, action);
        }
    } else if let Some((prefix, name)) = value.split_once(':')
        && let Some(service) = catalogue().service(prefix)
        && let Some(action) = service.action(name)
    {
        learn(service, action);
    }
    known
}

//! The smallest single change that turns a denial into an allow.
//!
//! Every layer is tried in turn: if its policies allowed, would the request be allowed? Where that is so, a
//! statement of the layer that fails in one place only is the smallest thing to change; failing that, a
//! statement can be added.

use super::change::{Change, Edit};
use super::group::Group;
use super::statement::{ElementTrace, condition_traces, mismatches, principal_name};
use super::statement_name::StatementName;
use crate::admit::Reach;
use crate::ask::{Answer, Ask, Reading};
use crate::compiled::{Policy, Statement};
use crate::context::Entry;
use crate::decide::{Answers, Facts, Kind};
use crate::fold;
use crate::request::{Attached, Request};
use crate::truth::Truth;
use crate::{Effect, Layer, Principal};

/// The smallest change for this request.
pub(super) fn smallest(
    request: &Request<'_>,
    ask: &Ask<'_>,
    facts: &Facts,
    answers: &Answers<'_>,
    groups: &[Group<'_>],
) -> Change {
    let outcome = facts.combine(answers);
    let (Effect::ImplicitDeny, Some(decisive)) = (outcome.effect, outcome.layer) else {
        return match (outcome.effect, outcome.layer, outcome.hit) {
            (Effect::ExplicitDeny, Some(layer), Some(hit)) => Change::ExplicitDeny {
                layer,
                statement: StatementName::of(&hit.statement_ref()),
            },
            _ => Change::AlreadyAllowed,
        };
    };
    let finder = Finder {
        decisive,
        request,
        ask,
        facts,
        answers,
        groups,
    };
    // The layer that decided comes first; what is as small elsewhere is not preferred to it.
    let order = [decisive]
        .into_iter()
        .chain(LAYERS.into_iter().filter(|layer| *layer != decisive));
    let candidates: Vec<(u8, Change)> = order.filter_map(|layer| finder.in_layer(layer)).collect();
    let smallest = candidates.iter().map(|(size, _)| *size).min();
    candidates
        .into_iter()
        .find(|(size, _)| Some(*size) == smallest)
        .map_or_else(|| finder.several(), |(_, change)| change)
}

const LAYERS: [Layer; 8] = [
    Layer::Identity,
    Layer::Trust,
    Layer::Resource,
    Layer::Session,
    Layer::Boundary,
    Layer::Endpoint,
    Layer::ServiceControl,
    Layer::ResourceControl,
];

const EDIT: u8 = 1;
const ADDITION: u8 = 2;

struct Finder<'a> {
    decisive: Layer,
    request: &'a Request<'a>,
    ask: &'a Ask<'a>,
    facts: &'a Facts,
    answers: &'a Answers<'a>,
    groups: &'a [Group<'a>],
}

impl Finder<'_> {
    /// The smallest change in a layer, with its size, if one there is enough.
    fn in_layer(&self, layer: Layer) -> Option<(u8, Change)> {
        let groups = self.groups.iter().filter(|group| group.layer == layer);
        // Levels of an organization are all needed: those that allow already are not what is to be changed.
        let silent: Vec<&Group<'_>> = groups.filter(|group| !self.allows(group)).collect();
        let (level, policies) = match silent.as_slice() {
            [group] => (group.level, group.policies),
            // There is no policy yet, and that is the reason: a resource of another account, a federated user.
            [] if layer == self.decisive => (None, Default::default()),
            _ => return None,
        };
        let mut edits = policies
            .iter()
            .filter_map(|attached| self.edit_in(layer, attached));
        if let Some(change) = edits.next() {
            return Some((EDIT, change));
        }
        let possible = match layer {
            Layer::Identity => matches!(self.facts.kind, Kind::Identity | Kind::FederatedUser),
            _ => true,
        };
        if !possible || !self.suffices(layer, self.reach_if_named()) {
            return None;
        }
        let principal = Reading::of(layer)
            .principals
            .then(|| principal_name(self.request.principal));
        Some((
            ADDITION,
            Change::AddStatement {
                layer,
                level,
                action: self.request.action.to_owned(),
                resource: self.resource_as_pattern(),
                principal,
            },
        ))
    }

    /// The resource as a policy would list it: what has a meaning in patterns is escaped, but for stars that stand for
    /// what only its service knows, as nothing else covers that.
    fn resource_as_pattern(&self) -> String {
        let resource = &self.ask.resource;
        if !resource.is_arn() {
            // Nothing else covers what is no ARN.
            return "*".to_owned();
        }
        let mut pattern = String::with_capacity(resource.text.len());
        let mut rest = resource.text.chars().peekable();
        while let Some(character) = rest.next() {
            let is_variable = character == '$' && rest.peek() == Some(&'{');
            let is_wildcard = character == '?' || character == '*' && !resource.partly_known;
            if is_variable || is_wildcard {
                pattern.extend(["${", character.encode_utf8(&mut [0; 4]), "}"]);
            } else {
                pattern.push(character);
            }
        }
        pattern
    }

    fn allows(&self, group: &Group<'_>) -> bool {
        // Only the resource's policy can allow without that being enough.
        let shared = matches!(group.layer, Layer::Resource | Layer::Trust);
        !shared
            && Answer::of(self.ask, group.policies, Reading::of(group.layer))
                .allow
                .is_some()
    }

    /// A statement of a policy that allows but for one thing.
    fn edit_in(&self, layer: Layer, attached: &Attached) -> Option<Change> {
        let policy = &attached.policy;
        let reading = Reading::of(layer);
        policy
            .statements
            .iter()
            .enumerate()
            .find_map(|(index, statement)| {
                if statement.deny {
                    return None;
                }
                let elements = mismatches(policy, statement, self.ask, reading);
                let mut conditions = condition_traces(policy, statement, self.ask.context);
                conditions.retain(|condition| !condition.holds);
                let reach = match policy.statement_reach(statement, self.ask, reading) {
                    Reach::None => self.reach_if_named(),
                    reach => reach,
                };
                if elements
                    .iter()
                    .any(|element| !is_editable(element, policy, statement, self.ask, reading))
                {
                    return None;
                }
                let edit = match (elements.as_slice(), conditions.as_slice()) {
                    ([element], []) if element.element.starts_with("Not") => Edit::Unlist {
                        element: element.element,
                        value: element.requested.clone(),
                    },
                    ([element], []) => Edit::List {
                        element: element.element,
                        value: match element.element {
                            "Resource" => self.resource_as_pattern(),
                            _ => element.requested.clone(),
                        },
                    },
                    // Nothing that it could ask for is certain of a key that nobody knows.
                    ([], [condition]) if !self.is_unknown(&condition.key) => Edit::Condition {
                        condition: condition.clone(),
                    },
                    _ => return None,
                };
                self.suffices(layer, reach).then(|| Change::EditStatement {
                    layer,
                    statement: StatementName {
                        source: attached.source.clone(),
                        index,
                        sid: statement.sid.map(|sid| policy.str(sid).to_owned()),
                        span: statement.span,
                    },
                    edit,
                })
            })
    }

    fn is_unknown(&self, key: &str) -> bool {
        let entry = self.ask.context.find(fold::hash_of_key(key), key);
        entry.is_some_and(Entry::is_unknown)
    }

    /// How far a permission reaches that names the principal. Root has no name but its account's.
    fn reach_if_named(&self) -> Reach {
        match self.facts.kind {
            Kind::Root => Reach::Account,
            // A session of which only the role is known is named by its role.
            Kind::Identity if is_only_a_role(self.request.principal) => Reach::Origin,
            Kind::Identity | Kind::FederatedUser | Kind::Outsider => Reach::Itself,
        }
    }

    /// Whether the request is allowed once a layer allows it.
    fn suffices(&self, layer: Layer, reach: Reach) -> bool {
        let mut answers = *self.answers;
        answers.allow(layer, reach);
        self.facts.combine(&answers).effect == Effect::Allow
    }

    /// All layers that must allow, found by allowing one after the other.
    fn several(&self) -> Change {
        let mut answers = *self.answers;
        let mut layers = Vec::new();
        loop {
            let outcome = self.facts.combine(&answers);
            match outcome.layer {
                Some(layer) if outcome.effect == Effect::ImplicitDeny => {
                    if layers.contains(&layer) {
                        return Change::Impossible;
                    }
                    layers.push(layer);
                    answers.allow(layer, self.reach_if_named());
                }
                _ => return Change::SeveralLayers { layers },
            }
        }
    }
}

fn is_only_a_role(principal: &Principal) -> bool {
    matches!(principal, Principal::RoleSession { session_arn, .. } if session_arn.is_empty())
}

/// Whether an element that does not match would if it listed more, or less. Where nothing in it is certain, it would
/// not.
fn is_editable(
    element: &ElementTrace,
    policy: &Policy,
    statement: &Statement,
    ask: &Ask<'_>,
    reading: Reading,
) -> bool {
    match element.element {
        // Principals where none belong, or where exceptions do not, match nobody, whatever they list.
        "Principal" => reading.principals,
        "NotPrincipal" => reading.principals && !reading.resource_optional,
        // What is excepted is excepted for sure, and not because of an entry nobody understands.
        "NotAction" => policy.statement_action(statement, &ask.action) == Truth::No,
        "NotResource" => {
            let covered = policy.covers(
                statement,
                &ask.resource,
                ask.context,
                reading.short_arns,
                reading.resource_optional,
            );
            !ask.resource.none && covered == Truth::No
        }
        _ => true,
    }
}

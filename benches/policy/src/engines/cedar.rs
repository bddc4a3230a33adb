//! Cedar: a policy for each statement, a set of policies for each principal.
//!
//! Actions with a star are groups of actions, as Cedar would have them. Principals have sets of their own because
//! a set is gone through from end to end for every request.

use std::collections::HashSet;
use std::str::FromStr;

use cedar_policy::{
    Authorizer, Context, Decision, Entities, Entity, EntityId, EntityTypeName, EntityUid, PolicySet, Request,
    RestrictedExpression,
};

use super::Engine;
use crate::workload::{self, TAGS, Workload};

/// Cedar with a workload.
pub struct Cedar {
    authorizer: Authorizer,
    policies: Vec<PolicySet>,
    entities: Entities,
    /// The principal and what it asks.
    questions: Vec<(usize, Request)>,
}

impl Engine for Cedar {
    type Policies = (Vec<PolicySet>, Entities);

    const NAME: &'static str = "cedar";

    fn load(workload: &Workload) -> Self::Policies {
        let set = |(principal, policies): (usize, &Vec<workload::Policy>)| {
            let mut text = String::new();
            for policy in policies {
                for statement in &policy.statements {
                    text += &translate(principal, policy.group, statement);
                }
            }
            PolicySet::from_str(&text).expect("policies")
        };
        let sets = workload.principals.iter().enumerate().map(set).collect();
        (sets, entities(workload))
    }

    fn new(workload: &Workload, (policies, entities): Self::Policies) -> Self {
        let request = |question: &workload::Question| {
            let context = &workload.contexts[question.context];
            let text = |text: &str| RestrictedExpression::new_string(text.to_owned());
            let mut pairs = vec![
                ("resource".to_owned(), text(&question.resource)),
                (
                    "ip".to_owned(),
                    RestrictedExpression::new_ip(context.source_ip.to_string()),
                ),
            ];
            for (name, value) in TAGS.into_iter().zip(context.tags) {
                pairs.extend(value.map(|value| (name.to_owned(), text(value))));
            }
            let request = Request::new(
                user(question.principal),
                uid("Action", &question.action),
                uid("Resource", &question.resource),
                Context::from_pairs(pairs).expect("a context"),
                None,
            );
            (question.principal, request.expect("a request"))
        };
        Self {
            authorizer: Authorizer::new(),
            policies,
            entities,
            questions: workload.questions.iter().map(request).collect(),
        }
    }

    fn allows(&self, question: usize) -> bool {
        let (principal, request) = &self.questions[question];
        let answer = self
            .authorizer
            .is_authorized(request, &self.policies[*principal], &self.entities);
        answer.decision() == Decision::Allow
    }
}

fn translate(principal: usize, group: Option<usize>, statement: &workload::Statement) -> String {
    let effect = if statement.deny { "forbid" } else { "permit" };
    let whom = match group {
        None => format!("principal == {}", user(principal)),
        Some(group) => format!("principal in {}", self::group(principal, group)),
    };
    let actions: Vec<String> = statement
        .actions
        .iter()
        .map(|action| uid("Action", action).to_string())
        .collect();
    let mut conditions = Vec::new();
    if !statement.resources.iter().any(|pattern| pattern == "*") {
        let likes = statement
            .resources
            .iter()
            .map(|pattern| match pattern.contains('*') {
                true => format!("context.resource like {pattern:?}"),
                false => format!("context.resource == {pattern:?}"),
            });
        conditions.push(either(likes.collect()));
    }
    if !statement.source_ip.is_empty() {
        let ranges = statement.source_ip.iter();
        conditions.push(either(
            ranges
                .map(|range| format!("context.ip.isInRange(ip({range:?}))"))
                .collect(),
        ));
    }
    if let Some((tag, values)) = &statement.tag {
        let name = TAGS[*tag];
        let values = values.iter();
        let is = either(
            values
                .map(|value| format!("context[{name:?}] == {value:?}"))
                .collect(),
        );
        conditions.push(format!("context has {name:?} && {is}"));
    }
    let when = if conditions.is_empty() {
        String::new()
    } else {
        format!(" when {{ {} }}", conditions.join(" && "))
    };
    format!(
        "{effect} ({whom}, action in [{}], resource){when};\n",
        actions.join(", ")
    )
}

fn either(alternatives: Vec<String>) -> String {
    format!("({})", alternatives.join(" || "))
}

/// The actions with the groups they belong to, and users that are in groups with theirs.
fn entities(workload: &Workload) -> Entities {
    let policies = workload.principals.iter().flatten();
    let statements = policies.clone().flat_map(|policy| &policy.statements);
    let groups: HashSet<&str> = statements
        .flat_map(|statement| &statement.actions)
        .filter_map(|action| action.strip_suffix('*'))
        .collect();
    let mut entities = Vec::new();
    for (service, name) in workload::actions() {
        let action = format!("{service}:{name}");
        let parents = (1..=action.len()).filter_map(|end| {
            let group = groups.get(&action[..end])?;
            Some(uid("Action", &format!("{group}*")))
        });
        entities.push(Entity::new_no_attrs(uid("Action", &action), parents.collect()));
    }
    for group in groups {
        let group = uid("Action", &format!("{group}*"));
        entities.push(Entity::new_no_attrs(group, HashSet::new()));
    }
    for (principal, policies) in workload.principals.iter().enumerate() {
        if policies.iter().all(|policy| policy.group.is_none()) {
            continue;
        }
        let parents = (0..3).map(|number| group(principal, number));
        entities.push(Entity::new_no_attrs(user(principal), parents.collect()));
        entities.extend((0..3).map(|number| Entity::new_no_attrs(group(principal, number), HashSet::new())));
    }
    Entities::from_entities(entities, None).expect("entities")
}

fn user(principal: usize) -> EntityUid {
    uid("User", &format!("user-{principal}"))
}

fn group(principal: usize, number: usize) -> EntityUid {
    uid("Group", &format!("group-{principal}-{number}"))
}

fn uid(kind: &str, id: &str) -> EntityUid {
    let kind = EntityTypeName::from_str(kind).expect("a type");
    EntityUid::from_type_name_and_id(kind, EntityId::new(id))
}

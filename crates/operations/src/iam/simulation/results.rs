//! The outcomes of a simulation in the shapes of the API.
//!
//! Evidence: recorded answers of AWS, and the public API reference. Of one resource the result tells what does not
//! apply to it by leaving it out; the result of the action has its lists even if they are empty.

use std::collections::HashSet;

use lanyard_aws_api::iam::{
    EvaluationResult, OrganizationsDecisionDetail, PermissionsBoundaryDecisionDetail,
    PolicyEvaluationDecisionType as Word, PolicySourceType, Position, ResourceSpecificResult,
    SimulatePolicyResponse, Statement,
};
use lanyard_policy::Effect;

use super::limits::ITEMS_PER_STEP;

/// What came of one action on one resource.
pub(super) struct Outcome {
    pub(super) decision: Effect,
    pub(super) statements: Vec<Statement>,
    pub(super) missing: Vec<String>,
    /// Whether the boundary allows it, if there is one.
    pub(super) boundary: Option<bool>,
    /// Whether the organization allows it, if there is one.
    pub(super) organization: Option<bool>,
    /// What each kind of policies says, if the resource is of another account.
    pub(super) details: Option<Vec<(&'static str, Effect)>>,
}

impl Outcome {
    /// How much there is to tell.
    pub(super) fn items(&self) -> usize {
        1 + self.statements.len() + self.missing.len()
    }
}

/// Whether writing it takes so long that others would wait.
pub(super) fn is_long(response: &SimulatePolicyResponse) -> bool {
    let count = |statements: &Option<Vec<Statement>>, missing: &Option<Vec<String>>| {
        1 + statements.as_ref().map_or(0, Vec::len) + missing.as_ref().map_or(0, Vec::len)
    };
    let results = response.evaluation_results.iter().flatten();
    let items = results.map(|result| {
        let resources = result.resource_specific_results.iter().flatten();
        let of_resources = resources.map(|one| count(&one.matched_statements, &one.missing_context_values));
        count(&result.matched_statements, &result.missing_context_values) + of_resources.sum::<usize>()
    });
    items.sum::<usize>() > ITEMS_PER_STEP
}

/// The word for an effect.
fn word(effect: Effect) -> Word {
    match effect {
        Effect::Allow => Word::Allowed,
        Effect::ExplicitDeny => Word::ExplicitDeny,
        Effect::ImplicitDeny => Word::ImplicitDeny,
    }
}

/// The stricter of two.
fn stricter(one: Effect, other: Effect) -> Effect {
    match (one, other) {
        (Effect::ExplicitDeny, _) | (_, Effect::ExplicitDeny) => Effect::ExplicitDeny,
        (Effect::ImplicitDeny, _) | (_, Effect::ImplicitDeny) => Effect::ImplicitDeny,
        _ => Effect::Allow,
    }
}

fn boundary(allows: Option<bool>) -> Option<PermissionsBoundaryDecisionDetail> {
    allows.map(|allows| PermissionsBoundaryDecisionDetail {
        allowed_by_permissions_boundary: Some(allows),
    })
}

fn organization(allows: Option<bool>) -> Option<OrganizationsDecisionDetail> {
    allows.map(|allows| OrganizationsDecisionDetail {
        allowed_by_organizations: Some(allows),
    })
}

fn details(details: &[(&'static str, Effect)]) -> Vec<(String, Word)> {
    details
        .iter()
        .map(|(kind, effect)| ((*kind).to_owned(), word(*effect)))
        .collect()
}

/// The result of an action on everything, `*`.
pub(super) fn on_anything(action: &str, outcome: Outcome) -> EvaluationResult {
    EvaluationResult {
        eval_action_name: action.to_owned(),
        eval_resource_name: Some("*".to_owned()),
        eval_decision: word(outcome.decision),
        matched_statements: Some(outcome.statements),
        missing_context_values: Some(outcome.missing),
        organizations_decision_detail: organization(outcome.organization),
        permissions_boundary_decision_detail: boundary(outcome.boundary),
        eval_decision_details: None,
        resource_specific_results: None,
    }
}

/// The result of an action on some resources; `name` is the one, or the form that they have.
pub(super) fn on_resources(
    action: &str,
    name: Option<String>,
    outcomes: Vec<(String, Outcome)>,
) -> EvaluationResult {
    let mut decision = Effect::Allow;
    let (mut all_statements, mut all_missing) = (Merged::default(), Merged::default());
    let (mut within_boundary, mut within_organization) = (None, None);
    let mut all_details: Vec<(&'static str, Effect)> = Vec::new();
    for (_, outcome) in &outcomes {
        decision = stricter(decision, outcome.decision);
        all_statements.add(&outcome.statements, place);
        all_missing.add(&outcome.missing, String::as_str);
        within_boundary = both(within_boundary, outcome.boundary);
        within_organization = both(within_organization, outcome.organization);
        for (kind, effect) in outcome.details.iter().flatten() {
            match all_details.iter_mut().find(|(known, _)| known == kind) {
                Some((_, known)) => *known = stricter(*known, *effect),
                None => all_details.push((kind, *effect)),
            }
        }
    }
    let (all_statements, all_missing) = (all_statements.items, all_missing.items);
    EvaluationResult {
        eval_action_name: action.to_owned(),
        eval_resource_name: name,
        eval_decision: word(decision),
        matched_statements: Some(all_statements),
        missing_context_values: Some(all_missing),
        organizations_decision_detail: organization(within_organization),
        permissions_boundary_decision_detail: boundary(within_boundary),
        eval_decision_details: Some(details(&all_details)),
        resource_specific_results: Some(
            outcomes
                .into_iter()
                .map(|(resource, outcome)| of_resource(resource, outcome))
                .collect(),
        ),
    }
}

fn of_resource(resource: String, outcome: Outcome) -> ResourceSpecificResult {
    let unless_empty = |is_empty: bool| (!is_empty).then_some(());
    ResourceSpecificResult {
        eval_resource_name: resource,
        eval_resource_decision: word(outcome.decision),
        matched_statements: unless_empty(outcome.statements.is_empty()).map(|()| outcome.statements),
        missing_context_values: unless_empty(outcome.missing.is_empty()).map(|()| outcome.missing),
        eval_decision_details: outcome.details.as_deref().map(details),
        permissions_boundary_decision_detail: boundary(outcome.boundary),
    }
}

fn both(one: Option<bool>, other: Option<bool>) -> Option<bool> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one && other),
        (one, other) => one.or(other),
    }
}

/// What several outcomes tell, each thing once. There can be tens of thousands, so none is compared with all others.
struct Merged<T, K> {
    items: Vec<T>,
    seen: HashSet<K>,
}

impl<T, K> Default for Merged<T, K> {
    fn default() -> Self {
        Self {
            items: Vec::new(),
            seen: HashSet::new(),
        }
    }
}

impl<'a, T: Clone, K: Eq + std::hash::Hash> Merged<T, K> {
    fn add(&mut self, more: &'a [T], key: impl Fn(&'a T) -> K) {
        for item in more {
            if self.seen.insert(key(item)) {
                self.items.push(item.clone());
            }
        }
    }
}

/// Where a statement stands: its policy, and where it begins and ends.
type StatementPlace<'a> = (
    Option<&'a str>,
    Option<PolicySourceType>,
    [Option<(Option<i32>, Option<i32>)>; 2],
);

fn place(statement: &Statement) -> StatementPlace<'_> {
    let numbers = |position: Option<&Position>| position.map(|at| (at.line, at.column));
    (
        statement.source_policy_id.as_deref(),
        statement.source_policy_type,
        [&statement.start_position, &statement.end_position].map(|at| numbers(at.as_ref())),
    )
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::*;

    fn statement(line: i32) -> Statement {
        Statement {
            source_policy_id: Some("PolicyInputList.1".to_owned()),
            source_policy_type: Some(PolicySourceType::IamPolicy),
            start_position: Some(Position {
                line: Some(line),
                column: Some(1),
            }),
            end_position: None,
        }
    }

    fn outcome(count: i32) -> Outcome {
        Outcome {
            decision: Effect::ImplicitDeny,
            statements: (0..count).map(statement).collect(),
            missing: (0..count).map(|number| format!("a:{number}")).collect(),
            boundary: None,
            organization: None,
            details: None,
        }
    }

    fn named(resource: &str, count: i32) -> (String, Outcome) {
        (resource.to_owned(), outcome(count))
    }

    #[test]
    fn what_several_outcomes_tell_is_told_once_and_in_order() {
        let result = on_resources("s3:GetObject", None, vec![named("a", 2), named("b", 3)]);
        assert_eq!(
            result.matched_statements,
            Some(vec![statement(0), statement(1), statement(2)])
        );
        let missing = ["a:0", "a:1", "a:2"].map(str::to_owned).to_vec();
        assert_eq!(result.missing_context_values, Some(missing));
    }

    #[test]
    fn very_many_statements_and_keys_are_put_together_at_once() {
        let started = Instant::now();
        let result = on_resources("s3:GetObject", None, vec![named("a", 40_000)]);
        assert_eq!(result.missing_context_values.map(|keys| keys.len()), Some(40_000));
        assert!(
            started.elapsed() < Duration::from_secs(5),
            "{:?}",
            started.elapsed()
        );
    }
}

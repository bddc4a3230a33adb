//! The outcomes of a simulation in the shapes of the API.
//!
//! Evidence: recorded answers of AWS, and the public API reference. Of one resource the result tells what does not
//! apply to it by leaving it out; the result of the action has its lists even if they are empty.

use lanyard_aws_api::iam::{
    EvaluationResult, OrganizationsDecisionDetail, PermissionsBoundaryDecisionDetail,
    PolicyEvaluationDecisionType as Word, ResourceSpecificResult, Statement,
};
use lanyard_policy::Effect;

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
    outcomes: Vec<(&str, Outcome)>,
) -> EvaluationResult {
    let mut decision = Effect::Allow;
    let (mut all_statements, mut all_missing) = (Vec::new(), Vec::new());
    let (mut within_boundary, mut within_organization) = (None, None);
    let mut all_details: Vec<(&'static str, Effect)> = Vec::new();
    for (_, outcome) in &outcomes {
        decision = stricter(decision, outcome.decision);
        add_new(&mut all_statements, &outcome.statements);
        add_new(&mut all_missing, &outcome.missing);
        within_boundary = both(within_boundary, outcome.boundary);
        within_organization = both(within_organization, outcome.organization);
        for (kind, effect) in outcome.details.iter().flatten() {
            match all_details.iter_mut().find(|(known, _)| known == kind) {
                Some((_, known)) => *known = stricter(*known, *effect),
                None => all_details.push((kind, *effect)),
            }
        }
    }
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

fn of_resource(resource: &str, outcome: Outcome) -> ResourceSpecificResult {
    let unless_empty = |is_empty: bool| (!is_empty).then_some(());
    ResourceSpecificResult {
        eval_resource_name: resource.to_owned(),
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

/// Adds what is not there yet. Outcomes of one action mostly have the same few statements.
fn add_new<T: Clone + PartialEq>(known: &mut Vec<T>, more: &[T]) {
    for item in more {
        if !known.contains(item) {
            known.push(item.clone());
        }
    }
}

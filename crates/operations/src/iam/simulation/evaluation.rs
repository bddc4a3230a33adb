//! Asking, action by action and resource by resource.
//!
//! Evidence for what is told: recorded answers of AWS. A permission is told with all statements that allow it, those
//! of the boundary aside; a denial with those that deny; and where nothing allows, the condition keys that any of the
//! policies refers to and the caller did not give.

use std::sync::Arc;

use data_encoding::BASE64URL_NOPAD;
use lanyard_access::{SimulatedAsk, Simulation};
use lanyard_aws_api::iam::{EvaluationResult, SimulatePolicyResponse, Statement};
use lanyard_policy::{Effect, Layer, Survey};

use super::context::{self, Given};
use super::limits::{
    self, ITEMS_PER_PAGE, ITEMS_PER_STEP, MISSING_MAX, STATEMENTS_MAX, WORK_PER_ACTION_MAX, WORK_PER_ITEM,
    WORK_PER_PAGE, WORK_PER_RESOURCE_MAX, WORK_PER_STEP,
};
use super::policies::Policies;
use super::resources::{Asked, KnownAction, Resources};
use super::results::{self, Outcome};
use crate::aside;
use crate::error::Refusal;

/// How many actions a page has unless the caller says otherwise. Evidence: the public API reference.
const ACTIONS_PER_PAGE: usize = 100;

/// A simulation with everything that it needs.
struct Evaluation<'a> {
    simulation: Arc<Simulation>,
    policies: &'a Policies,
    resources: Resources<'a>,
    given: Given,
    tells_of_organization: bool,
}

/// One page of what comes of the simulation with these policies. With `tells_of_organization` results tell that the
/// organization allows, although there is none.
pub(super) async fn answer(
    asked: &Asked<'_>,
    mut simulation: Simulation,
    policies: &Policies,
    tells_of_organization: bool,
) -> Result<SimulatePolicyResponse, Refusal> {
    let resources = Resources::read(asked, simulation.account())?;
    let given = context::supply(asked.context, &mut simulation)?;
    let evaluation = Evaluation {
        simulation: Arc::new(simulation.with_policies(policies.to_engine())),
        policies,
        resources,
        given,
        tells_of_organization,
    };
    evaluation
        .page(asked.actions, asked.marker, asked.items_max)
        .await
}

/// How much of a page is taken.
#[derive(Default)]
struct Taken {
    items: usize,
    work: usize,
    /// Since others ran.
    step: usize,
}

impl Evaluation<'_> {
    /// One page of results.
    async fn page(
        &self,
        actions: &[String],
        marker: Option<&str>,
        items_max: Option<i32>,
    ) -> Result<SimulatePolicyResponse, Refusal> {
        let first = match marker {
            Some(marker) => opened(marker).ok_or_else(Refusal::simulation_marker_invalid)?,
            None => 0,
        };
        let items_max = items_max
            .and_then(|items| usize::try_from(items).ok())
            .unwrap_or(ACTIONS_PER_PAGE);
        let missing = self.missing().await;
        self.check_size(missing.len())?;
        let mut taken = Taken::default();
        let mut answered = Vec::new();
        let rest = actions.get(first..).unwrap_or_default();
        for action in rest.iter().take(items_max) {
            if taken.items > ITEMS_PER_PAGE || taken.work > WORK_PER_PAGE {
                break;
            }
            answered.push(self.result(action, &missing, &mut taken).await?);
        }
        let next = first.saturating_add(answered.len());
        let is_truncated = next < actions.len();
        Ok(SimulatePolicyResponse {
            evaluation_results: Some(answered),
            is_truncated: Some(is_truncated),
            marker: is_truncated.then(|| sealed(next)),
        })
    }

    /// Refuses what would take too long for one action, or be told too often.
    fn check_size(&self, missing: usize) -> Result<(), Refusal> {
        let arns = self.resources.arns;
        let missing = missing.saturating_mul(arns.len().max(1));
        let what = "the number of condition keys that are missing, for all resources,";
        limits::check(what, missing, MISSING_MAX)?;
        let statements = self.policies.statement_count().saturating_mul(arns.len().max(1));
        limits::check(
            "the number of statements for all resources",
            statements,
            STATEMENTS_MAX,
        )?;
        let works = || {
            arns.iter()
                .map(String::as_str)
                .chain(["*"])
                .map(|arn| self.work(arn))
        };
        let what = "the length of all policies, times that of what they are compared with,";
        limits::check(what, works().max().unwrap_or_default(), WORK_PER_RESOURCE_MAX)?;
        let work = works().fold(0, usize::saturating_add);
        limits::check("the work for all resources", work, WORK_PER_ACTION_MAX)
    }

    /// What comparing all policies with a resource and with the condition keys costs.
    fn work(&self, resource: &str) -> usize {
        let weight = self.given.weight.saturating_add(limits::weight(resource));
        self.policies.bytes().saturating_mul(weight)
    }

    async fn result(
        &self,
        action: &str,
        missing: &[String],
        taken: &mut Taken,
    ) -> Result<EvaluationResult, Refusal> {
        let known = KnownAction::find(action);
        let Some(first) = self.resources.arns.first() else {
            let outcome = self.outcome(action, "*", &known, missing, taken).await?;
            return Ok(results::on_anything(action, outcome));
        };
        let mut outcomes = Vec::with_capacity(self.resources.arns.len());
        for resource in self.resources.arns {
            let outcome = self.outcome(action, resource, &known, missing, taken).await?;
            outcomes.push((resource.clone(), outcome));
        }
        let name = match self.resources.arns {
            [one] => Some(one.clone()),
            _ => known.form(action, first),
        };
        let items: usize = outcomes.iter().map(|(_, outcome)| outcome.items()).sum();
        if items > ITEMS_PER_STEP {
            let action = action.to_owned();
            return aside::run(move || results::on_resources(&action, name, outcomes)).await;
        }
        Ok(results::on_resources(action, name, outcomes))
    }

    async fn outcome(
        &self,
        action: &str,
        resource: &str,
        known: &KnownAction,
        missing: &[String],
        taken: &mut Taken,
    ) -> Result<Outcome, Refusal> {
        let work = self.work(resource).saturating_add(known.cost(resource));
        let survey = self.survey(action, resource, known, work).await?;
        let outcome = self.told(&survey, known.takes(action, resource), missing);
        taken.items = taken.items.saturating_add(outcome.items());
        taken.work = taken.work.saturating_add(work);
        taken.step = taken
            .step
            .saturating_add(work)
            .saturating_add(outcome.items().saturating_mul(WORK_PER_ITEM));
        if taken.step > WORK_PER_STEP {
            taken.step = 0;
            tokio::task::yield_now().await;
        }
        Ok(outcome)
    }

    /// One question; a long one where it keeps nobody waiting.
    async fn survey(
        &self,
        action: &str,
        resource: &str,
        known: &KnownAction,
        work: usize,
    ) -> Result<Survey, Refusal> {
        let resource_account = self.resources.account_of(resource);
        let wildcard_only = known.is_wildcard_only(resource);
        let ask = move |simulation: &Simulation, action: &str, resource: &str| {
            simulation.survey(&SimulatedAsk {
                action,
                resource,
                resource_account,
                wildcard_only,
            })
        };
        if work <= WORK_PER_STEP {
            return Ok(ask(&self.simulation, action, resource));
        }
        let simulation = Arc::clone(&self.simulation);
        let (action, resource) = (action.to_owned(), resource.to_owned());
        aside::run(move || ask(&simulation, &action, &resource)).await
    }

    fn told(&self, survey: &Survey, takes: bool, missing: &[String]) -> Outcome {
        let by_organization = survey.service_control.map(|effect| effect == Effect::Allow);
        let is_kept_by_organization = by_organization == Some(false);
        let decision = match survey.decision.effect {
            // On what an action cannot act on, nothing is allowed.
            Effect::Allow if !takes => Effect::ImplicitDeny,
            effect => effect,
        };
        let is_silent = is_kept_by_organization || decision != Effect::ImplicitDeny;
        Outcome {
            decision,
            statements: if is_kept_by_organization {
                Vec::new()
            } else {
                self.statements(survey, decision)
            },
            missing: if is_silent { Vec::new() } else { missing.to_vec() },
            boundary: survey.boundary.map(|effect| effect == Effect::Allow),
            organization: by_organization.or(self.tells_of_organization.then_some(true)),
            details: (survey.decision.cross_account && !is_kept_by_organization).then(|| details(survey)),
        }
    }

    fn statements(&self, survey: &Survey, decision: Effect) -> Vec<Statement> {
        let matching = survey.matching.iter().filter(|hit| match decision {
            Effect::Allow => !hit.denies && hit.layer != Layer::Boundary,
            Effect::ExplicitDeny => hit.denies,
            Effect::ImplicitDeny => false,
        });
        matching.filter_map(|hit| self.policies.statement(hit)).collect()
    }

    /// The keys that policies refer to and the caller did not give.
    async fn missing(&self) -> Vec<String> {
        // They stand for characters.
        const LITERALS: [&str; 3] = ["*", "?", "$"];
        let mut missing: Vec<String> = Vec::new();
        let mut seen = std::collections::BTreeSet::new();
        for policy in self.policies.told() {
            for key in policy.keys() {
                let is_missing = !self.given.has(key) && !LITERALS.contains(&key.as_str());
                if is_missing && seen.insert(key) {
                    missing.push(key.clone());
                }
            }
            // Its text was read for them.
            tokio::task::yield_now().await;
        }
        missing
    }
}

/// What each kind of policies says.
fn details(survey: &Survey) -> Vec<(&'static str, Effect)> {
    let boundary = survey
        .boundary
        .map(|effect| ("Permissions Boundary Policy", effect));
    let resource = survey.resource.unwrap_or(Effect::ImplicitDeny);
    boundary
        .into_iter()
        .chain([("IAM Policy", survey.identity), ("Resource Policy", resource)])
        .collect()
}

/// The form of a marker, which names the action that the next page begins with. Evidence: recorded answers of AWS,
/// whose pages go on at a place in whatever actions the next request has.
const FORM: &str = "simulation:";

fn sealed(next: usize) -> String {
    BASE64URL_NOPAD.encode(format!("{FORM}{next}").as_bytes())
}

fn opened(marker: &str) -> Option<usize> {
    let bytes = BASE64URL_NOPAD.decode(marker.as_bytes()).ok()?;
    let text = String::from_utf8(bytes).ok()?;
    text.strip_prefix(FORM)?.parse().ok()
}

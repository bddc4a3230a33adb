//! The decision with every statement that matches, and without the reasons.
//!
//! For whoever asks many questions about the same policies, as the policy simulator does: [`crate::explain()`] writes
//! down everything that was compared, which is much more than the question.
//!
//! Invariant: the decision is made by the very code of [`crate::decide()`]; what is told beside it never changes it.

use crate::admit::Reach;
use crate::ask::{Answer, Ask, Reading};
use crate::compiled::Candidates;
use crate::decide::{Answers, Chain, Facts};
use crate::request::{Attached, Layers, Request};
use crate::{Decision, Effect, Layer};

/// What was decided, what each layer says by itself, and which statements match.
#[derive(Debug, Clone)]
pub struct Survey {
    /// The decision.
    pub decision: Decision,
    /// What the identity policies say.
    pub identity: Effect,
    /// What the permissions boundary says; `None`: there is none.
    pub boundary: Option<Effect>,
    /// What the resource's own policy says; `None`: it has none.
    pub resource: Option<Effect>,
    /// What the service control policies say together; `None`: they do not apply.
    pub service_control: Option<Effect>,
    /// The statements of identity policies, boundary and resource policy that match, in this order.
    pub matching: Vec<MatchingStatement>,
}

/// A statement that matches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MatchingStatement {
    /// The layer its policy is in.
    pub layer: Layer,
    /// The policy's place in the layer, from 0.
    pub policy: usize,
    /// The statement's place in the policy, from 0.
    pub statement: usize,
    /// Whether it denies.
    pub denies: bool,
}

/// Decides a request, and says which statements match.
pub fn survey(request: &Request<'_>, layers: &Layers<'_>) -> Survey {
    let ask = Ask::new(request, layers);
    let facts = Facts::new(request, layers, &ask.resource);
    let answers = Answers::gather(&ask, layers, &facts);
    let resource_layer = facts.resource_layer();
    let resource = layers.resource.map(|layer| std::slice::from_ref(layer.attached));
    let mut matching = Vec::new();
    let single = [
        (Layer::Identity, Some(layers.identity)),
        (Layer::Boundary, layers.boundary),
        (resource_layer, resource),
    ];
    for (layer, policies) in single {
        add_matching(&ask, layer, policies.unwrap_or_default(), &mut matching);
    }
    Survey {
        decision: facts.combine(&answers).decision(facts.cross_account),
        identity: effect_of(&answers.identity),
        boundary: layers.boundary.map(|_| effect_of(&answers.boundary)),
        resource: layers.resource.map(|_| effect_of(&answers.resource)),
        service_control: facts.scps_apply.then(|| effect_of_chain(&answers.scps)),
        matching,
    }
}

fn effect_of(answer: &Answer<'_>) -> Effect {
    if answer.deny.is_some() {
        Effect::ExplicitDeny
    } else if answer.allows() {
        Effect::Allow
    } else {
        Effect::ImplicitDeny
    }
}

fn effect_of_chain(chain: &Chain<'_>) -> Effect {
    if chain.deny.is_some() {
        Effect::ExplicitDeny
    } else if chain.allowed {
        Effect::Allow
    } else {
        Effect::ImplicitDeny
    }
}

fn add_matching(ask: &Ask<'_>, layer: Layer, policies: &[Attached], matching: &mut Vec<MatchingStatement>) {
    let reading = Reading::of(layer);
    let mut candidates = Candidates::default();
    for (place, attached) in policies.iter().enumerate() {
        let policy = &*attached.policy;
        if !policy.index.may_concern(&ask.action) {
            continue;
        }
        policy.candidates(&ask.action, &mut candidates);
        for number in candidates.iter() {
            let Some(statement) = policy.statements.get(usize::from(number)) else {
                continue;
            };
            if policy.statement_reach(statement, ask, reading) != Reach::None
                && policy.applies(statement, ask, reading)
            {
                matching.push(MatchingStatement {
                    layer,
                    policy: place,
                    statement: usize::from(number),
                    denies: statement.deny,
                });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::{Context, Document, Policy, PolicySource, Principal, decide};
    use lanyard_names::AccountId;

    fn attached(statements: &str) -> Attached {
        let text = format!(r#"{{"Version":"2012-10-17","Statement":[{statements}]}}"#);
        Attached {
            policy: Arc::new(Policy::compile(&Document::parse(&text).unwrap())),
            source: PolicySource::Session { index: 0 },
        }
    }

    fn statement(effect: &str, action: &str) -> String {
        format!(r#"{{"Effect":"{effect}","Action":"{action}","Resource":"*"}}"#)
    }

    /// The decision, and of each statement that matches its layer, policy, place and whether it denies.
    fn check(
        identity: &[&str],
        boundary: Option<&str>,
        decision: Effect,
        expected: &[(Layer, usize, usize, bool)],
    ) {
        let identity: Vec<Attached> = identity.iter().map(|policy| attached(policy)).collect();
        let boundary: Option<Vec<Attached>> = boundary.map(|policy| vec![attached(policy)]);
        let principal = Principal::User {
            account: AccountId::parse("111122223333").unwrap(),
            arn: "arn:aws:iam::111122223333:user/carla".into(),
            id: None,
        };
        let context = Context::new();
        let request = Request {
            principal: &principal,
            action: "s3:GetObject",
            resource: "arn:aws:s3:::b/k",
            resource_account: None,
            wildcard_only_action: false,
            partly_known: false,
            context: &context,
        };
        let layers = Layers {
            identity: &identity,
            boundary: boundary.as_deref(),
            ..Layers::default()
        };
        let survey = survey(&request, &layers);
        assert_eq!(survey.decision.effect, decision);
        assert_eq!(decide(&request, &layers).effect, decision);
        let matching: Vec<(Layer, usize, usize, bool)> = survey
            .matching
            .iter()
            .map(|hit| (hit.layer, hit.policy, hit.statement, hit.denies))
            .collect();
        assert_eq!(matching, expected);
    }

    #[test]
    fn all_statements_that_match_are_told_not_only_the_first() {
        let get = statement("Allow", "s3:GetObject");
        let put = statement("Allow", "s3:PutObject");
        let both = format!("{put},{get},{get}");
        check(
            &[&get, &put, &both],
            None,
            Effect::Allow,
            &[
                (Layer::Identity, 0, 0, false),
                (Layer::Identity, 2, 1, false),
                (Layer::Identity, 2, 2, false),
            ],
        );
    }

    #[test]
    fn statements_are_told_behind_one_that_denies() {
        let deny = statement("Deny", "s3:*");
        let allow = statement("Allow", "*");
        check(
            &[&deny, &allow],
            Some(&deny),
            Effect::ExplicitDeny,
            &[
                (Layer::Identity, 0, 0, true),
                (Layer::Identity, 1, 0, false),
                (Layer::Boundary, 0, 0, true),
            ],
        );
    }
}

//! The answer to a question.

use std::fmt;

use lanyard_policy::{
    Attached, Decision, Effect, Layer, LayerTrace, Layers, PolicySource, ResourceLayer, Span, Trace, decide,
};
use serde::{Deserialize, Serialize, Serializer};

use crate::silence::silent_policy;
use crate::{Question, QuestionId};

/// What was decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum DecisionWord {
    /// Everything that had to allow did, and nothing denies.
    Allowed,
    /// A statement denies.
    ExplicitlyDenied,
    /// Something that had to allow did not.
    ImplicitlyDenied,
}

impl From<Effect> for DecisionWord {
    fn from(effect: Effect) -> Self {
        match effect {
            Effect::Allow => Self::Allowed,
            Effect::ExplicitDeny => Self::ExplicitlyDenied,
            Effect::ImplicitDeny => Self::ImplicitlyDenied,
        }
    }
}

impl fmt::Display for DecisionWord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Allowed => "Allowed",
            Self::ExplicitlyDenied => "ExplicitlyDenied",
            Self::ImplicitlyDenied => "ImplicitlyDenied",
        })
    }
}

/// The answer to a question, as `lanyard policy decide` prints it.
#[derive(Debug, Clone, Serialize)]
pub struct Answer {
    /// The question's id.
    pub id: Option<QuestionId>,
    /// What was decided.
    pub decision: DecisionWord,
    /// The layer that decided a denial, or whose statement granted the permission. `None`: no
    /// statement has to, for root users and for what everybody may do.
    pub layer: Option<Layer>,
    /// The statements that decided: every one that denies, or those that allow in the layers that had to.
    pub statements: Vec<DecidingStatement>,
    /// Everything that was considered, if that was asked for. Written with one field more, `ChangeInWords`: the
    /// smallest change as a sentence.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "with_words")]
    pub trace: Option<Trace>,
}

fn with_words<S: Serializer>(trace: &Option<Trace>, serializer: S) -> Result<S::Ok, S::Error> {
    #[derive(Serialize)]
    #[serde(rename_all = "PascalCase")]
    struct Told<'a> {
        #[serde(flatten)]
        trace: &'a Trace,
        change_in_words: String,
    }
    let told = trace.as_ref().map(|trace| Told {
        trace,
        change_in_words: trace.change.to_string(),
    });
    told.serialize(serializer)
}

/// A statement that had a part in the decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DecidingStatement {
    /// The layer it stands in.
    pub layer: Layer,
    /// Which policy: the field of the question with the position in it, or the policy's file.
    pub source: String,
    /// The statement's Sid, if it has one.
    pub sid: Option<String>,
    /// The statement's index in the policy, from 0.
    pub index: usize,
    /// Where it stands in the policy's text.
    pub span: StatementSpan,
}

/// Where a statement stands in its policy's text: bytes from 0, lines from 1, columns in characters from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct StatementSpan {
    /// Offset of the first byte.
    pub start: u32,
    /// Offset behind the last byte.
    pub end: u32,
    /// Line of the first byte.
    pub line: u32,
    /// Column of the first byte.
    pub column: u32,
}

impl From<Span> for StatementSpan {
    fn from(span: Span) -> Self {
        Self {
            start: span.start,
            end: span.end,
            line: span.line,
            column: span.column,
        }
    }
}

impl Answer {
    pub(crate) fn to(question: &Question, explain: bool) -> Self {
        let decision = question.decide();
        // Of a request that nothing allows there is nothing to list.
        let trace = (explain || decision.effect != Effect::ImplicitDeny).then(|| question.explain());
        let statements = trace
            .as_ref()
            .map(|trace| deciding_statements(question, &decision, trace))
            .unwrap_or_default();
        Self {
            id: question.id().cloned(),
            decision: decision.effect.into(),
            layer: decision.layer,
            statements,
            trace: trace.filter(|_| explain),
        }
    }
}

fn deciding_statements(question: &Question, decision: &Decision, trace: &Trace) -> Vec<DecidingStatement> {
    let layers: Vec<Layer> = match decision.effect {
        Effect::ImplicitDeny => Vec::new(),
        Effect::ExplicitDeny => trace.layers.iter().map(|layer| layer.layer).collect(),
        Effect::Allow => needed(question, decision, trace),
    };
    let traced = trace
        .layers
        .iter()
        .filter(|traced| layers.contains(&traced.layer));
    traced
        .flat_map(|traced| matching(traced, decision.effect))
        .collect()
}

/// The statements of a layer that match and have this effect.
fn matching(layer: &LayerTrace, effect: Effect) -> impl Iterator<Item = DecidingStatement> + '_ {
    layer.policies.iter().flat_map(move |policy| {
        let statements = policy.statements.iter();
        let deciding = statements.filter(move |statement| statement.matches && statement.effect == effect);
        deciding.map(|statement| DecidingStatement {
            layer: layer.layer,
            source: place(&policy.source),
            sid: statement.sid.clone(),
            index: statement.index,
            span: statement.span.into(),
        })
    })
}

/// The layers that had to allow for what is allowed: the one that granted it and those without which, as far as
/// no other layer is left to grant it instead, it would not be allowed.
fn needed(question: &Question, decision: &Decision, trace: &Trace) -> Vec<Layer> {
    let mut layers = question.layers();
    let silent = silent_policy();
    let silent_resource = layers.resource.map(|resource| Attached {
        policy: silent,
        source: resource.attached.source.clone(),
    });
    let mut needed = Vec::new();
    for layer in trace.layers.iter().map(|traced| traced.layer) {
        if needed.contains(&layer) {
            continue;
        }
        let kept = layers;
        silence(&mut layers, layer, silent_resource.as_ref());
        let without = decide(&question.request(), &layers);
        if decision.layer == Some(layer) || !without.is_allowed() {
            needed.push(layer);
            layers = kept;
        }
    }
    needed
}

/// Lets the policies of a layer, which still applies, say nothing.
fn silence<'a>(layers: &mut Layers<'a>, layer: Layer, resource: Option<&'a Attached>) {
    match layer {
        Layer::Identity => layers.identity = &[],
        Layer::Boundary => layers.boundary = Some(&[]),
        Layer::Session => layers.session = Some(&[]),
        Layer::ServiceControl => layers.scps = Some(&[]),
        Layer::ResourceControl => layers.rcps = Some(&[]),
        Layer::Endpoint => layers.endpoint = Some(&[]),
        Layer::Resource | Layer::Trust => {
            layers.resource = layers
                .resource
                .zip(resource)
                .map(|(layer, attached)| ResourceLayer { attached, ..layer });
        }
    }
}

/// Where in the question a policy stands.
fn place(source: &PolicySource) -> String {
    match source {
        PolicySource::Inline { name, .. } => name.to_string(),
        PolicySource::Managed { arn }
        | PolicySource::SessionManaged { arn }
        | PolicySource::Organization { arn } => arn.to_string(),
        PolicySource::Session { index } => format!("session_policies[{index}]"),
        PolicySource::Endpoint { index } => format!("endpoint_policies[{index}]"),
        PolicySource::Trust { .. } | PolicySource::Resource { .. } => "resource_policy".to_owned(),
    }
}

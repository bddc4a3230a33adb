//! The decision with its reasons: everything that was considered, and the smallest change that would allow.
//!
//! Explaining reads every statement in full and copies what it finds, so that a trace can be kept after the
//! policies have changed. [`decide`](crate::decide()) pays for none of that.

mod change;
mod group;
mod smallest;
mod statement;
mod statement_name;

pub use change::{Change, Edit};
pub use statement::{ConditionTrace, ElementTrace, StatementTrace};
pub use statement_name::StatementName;

use std::collections::BTreeSet;

use serde::Serialize;

use group::{Group, groups};

use crate::ask::{Answer, Ask, Reading};
use crate::decide::{Answers, Facts};
use crate::request::{Layers, PolicySource, Request};
use crate::{Effect, Layer};

/// Why a request was decided as it was.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Trace {
    /// What was decided: the same as [`decide`](crate::decide()) says.
    pub effect: Effect,
    /// The layer that decided a denial, or whose statement granted the permission.
    pub layer: Option<Layer>,
    /// The decisive statement.
    pub statement: Option<StatementName>,
    /// Whether principal and resource belong to different accounts.
    pub cross_account: bool,
    /// Every layer that applies, from the widest to the narrowest.
    pub layers: Vec<LayerTrace>,
    /// Condition keys that statements for this action and resource ask for and the request does not have.
    pub missing_keys: Vec<String>,
    /// What would have allowed the request.
    pub change: Change,
}

/// What the policies of one layer say.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct LayerTrace {
    /// The layer.
    pub layer: Layer,
    /// For policies of an organization: which level, from the root.
    pub level: Option<usize>,
    /// What they say together.
    pub effect: Effect,
    /// Each policy.
    pub policies: Vec<PolicyTrace>,
}

/// What one policy says.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct PolicyTrace {
    /// Where it comes from.
    pub source: PolicySource,
    /// Each of its statements.
    pub statements: Vec<StatementTrace>,
}

/// Decides a request and says why.
pub fn explain(request: &Request<'_>, layers: &Layers<'_>) -> Trace {
    let ask = Ask::new(request, layers);
    let facts = Facts::new(request, layers, &ask.resource);
    let answers = Answers::gather(&ask, layers, &facts);
    let outcome = facts.combine(&answers);
    let groups = groups(layers, &facts);
    let mut missing_keys = BTreeSet::new();
    let layer_traces = groups
        .iter()
        .map(|group| trace_group(group, &ask, &mut missing_keys))
        .collect();
    let statement = outcome.hit.map(|hit| StatementName::of(&hit.statement_ref()));
    let change = smallest::smallest(request, &ask, &facts, &answers, &groups);
    Trace {
        effect: outcome.effect,
        layer: outcome.layer,
        statement,
        cross_account: facts.cross_account,
        layers: layer_traces,
        missing_keys: missing_keys.into_iter().collect(),
        change,
    }
}

fn trace_group(group: &Group<'_>, ask: &Ask<'_>, missing_keys: &mut BTreeSet<String>) -> LayerTrace {
    let reading = Reading::of(group.layer);
    let answer = Answer::of(ask, group.policies, reading);
    let effect = if answer.deny.is_some() {
        Effect::ExplicitDeny
    } else if answer.allow.is_some() {
        Effect::Allow
    } else {
        Effect::ImplicitDeny
    };
    let policies = group
        .policies
        .iter()
        .map(|attached| PolicyTrace {
            source: attached.source.clone(),
            statements: statement::traces(&attached.policy, ask, reading, missing_keys),
        })
        .collect();
    LayerTrace {
        layer: group.layer,
        level: group.level,
        effect,
        policies,
    }
}

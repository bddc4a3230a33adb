//! How a request was decided, worked out anew from the evidence that is kept of it.
//!
//! This is for the operator alone: it shows policies and condition values that the caller has no right to see.

mod text;

use lanyard_access::Evidence;
use lanyard_policy::{Change, ContextValue, Effect, Layer, Trace};
use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::admin::protocol::Explanation;
use crate::node::Node;

/// What is said when nothing is kept under an id.
pub(crate) const UNKNOWN: &str = "no decision is kept under this request id. Only the newest decisions of \
     authenticated requests are kept, and none beyond a restart; `lanyard trail` reaches further back";

/// Every decision taken for a request, decided again with reasons.
pub(crate) fn find(node: &Node, request_id: &str) -> Option<Explanation> {
    let mut decisions = node.decisions.find(request_id);
    decisions.extend(node.answers.find(request_id));
    if decisions.is_empty() {
        return None;
    }
    let explained: Vec<_> = decisions
        .iter()
        .map(|evidence| (evidence, evidence.explain()))
        .collect();
    let texts = explained
        .iter()
        .map(|(evidence, trace)| text::of(request_id, evidence, trace));
    let traces = explained
        .iter()
        .map(|(evidence, trace)| value_of(evidence, trace));
    Some(Explanation {
        text: texts.collect::<Vec<_>>().join("\n"),
        trace: json!({ "RequestId": request_id, "Decisions": traces.collect::<Vec<_>>() }),
    })
}

/// The words for an effect, as the AWS policy simulator has them.
fn decision_word(effect: Effect) -> &'static str {
    match effect {
        Effect::Allow => "allowed",
        Effect::ImplicitDeny => "implicitDeny",
        Effect::ExplicitDeny => "explicitDeny",
    }
}

fn value_of(evidence: &Evidence, trace: &Trace) -> Value {
    let mut value = json!({
        "Decision": decision_word(evidence.effect),
        "Time": format!("{:.0}", evidence.time),
        "Caller": {
            "Arn": evidence.caller.arn,
            "AccountId": evidence.caller.account.to_string(),
            "UserId": evidence.caller.user_id,
            "AccessKeyId": evidence.caller.access_key_id.map(|id| id.to_string()),
        },
        "Action": evidence.action,
        "Resource": evidence.resource,
        "ResourceAccountId": evidence.resource_account.to_string(),
        "Context": context(evidence),
        "WouldHaveAllowed": trace.change.to_string(),
        // A trace serializes to plain JSON; there is nothing in it that could fail.
        "Trace": serde_json::to_value(trace).unwrap_or_default(),
    });
    if let (Some(statement), Some(object)) = (proposed(evidence, &trace.change), value.as_object_mut()) {
        object.insert("ProposedStatement".to_owned(), json!(statement));
    }
    value
}

/// A statement as one would write it: in this order.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct ProposedStatement<'a> {
    effect: &'static str,
    action: &'a str,
    resource: &'a str,
}

/// A statement of its own that would have allowed the request, where adding one is a way.
fn proposed<'a>(evidence: &'a Evidence, change: &'a Change) -> Option<ProposedStatement<'a>> {
    let allow = |action, resource| ProposedStatement {
        effect: "Allow",
        action,
        resource,
    };
    match change {
        Change::AddStatement {
            action,
            resource,
            principal: None,
            ..
        } => Some(allow(action, resource)),
        Change::EditStatement {
            layer: Layer::Identity,
            ..
        } => Some(allow(&evidence.action, &evidence.resource)),
        _ => None,
    }
}

fn context(evidence: &Evidence) -> Value {
    let keys = evidence.context.iter().map(|(name, value)| {
        let value = match value {
            ContextValue::Single(text) => Value::from(text.as_str()),
            ContextValue::Many(texts) => texts.iter().map(|text| text.as_str()).collect(),
            ContextValue::Unknown => Value::Null,
        };
        (name.to_owned(), value)
    });
    Value::Object(keys.collect::<Map<_, _>>())
}

//! What an authorization message says.
//!
//! The shape is AWS's, so that tools that read it there read it here; `trace` is Lanyard's own and says more.
//! Evidence: the examples of DecodeAuthorizationMessage in the command line reference.

use lanyard_names::AccountId;
use lanyard_policy::{ContextValue, Effect, Text, Trace};
use serde_json::{Map, Value, json};

use crate::Evidence;
use crate::identity::to_seconds;

/// Why something was decided as it was, in AWS's form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecodedMessage {
    account: AccountId,
    said: Value,
}

impl DecodedMessage {
    /// Why this was decided, as far as the account that may know of it is concerned: that the other side did not allow it
    /// is all that is said of a resource of another account.
    pub fn of(evidence: &Evidence) -> Self {
        let evidence = &*evidence.for_its_account();
        let trace = evidence.explain();
        let said = json!({
            "allowed": evidence.effect == Effect::Allow,
            "explicitDeny": trace.effect == Effect::ExplicitDeny,
            "matchedStatements": items(matched(evidence, &trace)),
            "failures": items(Vec::new()),
            "context": {
                "principal": principal(evidence),
                "action": evidence.action,
                "resource": evidence.resource,
                "conditions": items(conditions(evidence)),
            },
            "time": to_seconds(evidence.time).to_string(),
            "trace": trace,
        });
        Self {
            account: evidence.account(),
            said,
        }
    }

    /// The account that may know it.
    pub fn account(&self) -> AccountId {
        self.account
    }

    /// As JSON, the way `DecodedMessage` has it.
    pub fn to_json(&self) -> String {
        self.said.to_string()
    }

    pub(super) fn from_json(account: AccountId, json: &str) -> Option<Self> {
        let said = serde_json::from_str(json).ok()?;
        Some(Self { account, said })
    }

    /// Leaves out the least telling part that is still there. Gives whether there was one.
    pub(super) fn shorten(&mut self) -> bool {
        let Some(said) = self.said.as_object_mut() else {
            return false;
        };
        let was_there = said.remove("trace").is_some() || remove_conditions(said);
        said.insert("truncated".to_owned(), Value::Bool(true));
        was_there
    }
}

fn remove_conditions(said: &mut Map<String, Value>) -> bool {
    let context = said.get_mut("context").and_then(Value::as_object_mut);
    context.is_some_and(|context| context.remove("conditions").is_some())
}

/// AWS's form of a list.
fn items(items: Vec<Value>) -> Value {
    json!({ "items": items })
}

fn values(values: impl IntoIterator<Item = impl AsRef<str>>) -> Value {
    items(
        values
            .into_iter()
            .map(|value| json!({ "value": value.as_ref() }))
            .collect(),
    )
}

fn principal(evidence: &Evidence) -> Value {
    let caller = &evidence.caller;
    let mut principal = json!({ "id": *caller.user_id, "arn": *caller.arn });
    if let (None, Some(name), Some(principal)) =
        (&caller.session, caller.entity_name(), principal.as_object_mut())
    {
        principal.insert("name".to_owned(), name.into());
    }
    principal
}

fn conditions(evidence: &Evidence) -> Vec<Value> {
    let keys = evidence.context.iter().map(|(key, value)| {
        let values = match value {
            ContextValue::Single(text) => values([text.as_str()]),
            ContextValue::Many(texts) => values(texts.iter().map(Text::as_str)),
            ContextValue::Unknown => values([""; 0]),
        };
        json!({ "key": key, "values": values })
    });
    keys.collect()
}

/// The statements that denied by what they say.
fn matched(evidence: &Evidence, trace: &Trace) -> Vec<Value> {
    let policies = trace.layers.iter().flat_map(|layer| &layer.policies);
    let statements = policies.flat_map(|policy| &policy.statements);
    let denials =
        statements.filter(|statement| statement.matches && statement.effect == Effect::ExplicitDeny);
    let matched = denials.map(|statement| {
        let held = statement.conditions.iter().map(|condition| {
            json!({
                "key": condition.key,
                "values": values(condition.actual.iter().flatten()),
            })
        });
        json!({
            "statementId": statement.sid.as_deref().unwrap_or_default(),
            "effect": "DENY",
            "principals": values([&*evidence.caller.user_id]),
            "principalGroups": items(Vec::new()),
            "actions": values([&evidence.action]),
            "resources": values([&evidence.resource]),
            "conditions": items(held.collect()),
        })
    });
    matched.collect()
}

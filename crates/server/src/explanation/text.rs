//! A decision for people: the outcome first, then what would have changed it, then everything considered.

use std::fmt::{self, Write};

use lanyard_access::Evidence;
use lanyard_policy::{ConditionTrace, Effect, LayerTrace, StatementTrace, Trace};

use super::{context, proposed};
use crate::terminal::printable;

/// The whole text of one decision.
pub(super) fn of(request_id: &str, evidence: &Evidence, trace: &Trace) -> String {
    let mut page = Page(String::new());
    // Writing to a string does not fail.
    let _ = page.decision(request_id, evidence, trace);
    page.0
}

struct Page(String);

impl Page {
    fn line(&mut self, indent: usize, text: &str) -> fmt::Result {
        writeln!(self.0, "{:indent$}{}", "", printable(text))
    }

    fn decision(&mut self, request_id: &str, evidence: &Evidence, trace: &Trace) -> fmt::Result {
        let outcome = match trace.effect {
            Effect::Allow => "ALLOWED",
            Effect::ImplicitDeny | Effect::ExplicitDeny => "DENIED",
        };
        self.line(
            0,
            &format!("{outcome}  {}  on  {}", evidence.action, evidence.resource),
        )?;
        self.line(2, &format!("caller:   {}", evidence.caller.arn))?;
        if evidence.caller.login.is_some() {
            self.line(2, &format!("subject:  {}", evidence.caller.user_id))?;
        }
        if let Some(key) = evidence.caller.access_key_id {
            self.line(2, &format!("key:      {key}"))?;
        }
        self.line(2, &format!("time:     {:.0}", evidence.time))?;
        self.line(2, &format!("request:  {request_id}"))?;
        self.line(2, &format!("because:  {}", because(evidence, trace)))?;
        if trace.effect != Effect::Allow {
            self.line(0, "")?;
            self.line(0, "What would have allowed it")?;
            self.line(2, &trace.change.to_string())?;
            if let Some(Ok(statement)) =
                proposed(evidence, &trace.change).map(|one| serde_json::to_string(&one))
            {
                self.line(2, &format!("as a statement of its own: {statement}"))?;
            }
            if !trace.missing_keys.is_empty() {
                let keys = trace.missing_keys.join(", ");
                self.line(
                    2,
                    &format!("condition keys that were asked for and missing: {keys}"),
                )?;
            }
        }
        self.line(0, "")?;
        self.line(0, "What was considered")?;
        if trace.layers.is_empty() {
            self.line(2, "no policy at all")?;
        }
        for layer in &trace.layers {
            self.layer(layer)?;
        }
        self.line(0, "")?;
        self.line(0, "Condition keys of the request")?;
        if let Some(keys) = context(evidence).as_object() {
            for (name, value) in keys {
                self.line(2, &format!("{name} = {value}"))?;
            }
        }
        Ok(())
    }

    fn layer(&mut self, layer: &LayerTrace) -> fmt::Result {
        let level = layer
            .level
            .map(|level| format!(", level {}", level + 1))
            .unwrap_or_default();
        let says = match layer.effect {
            Effect::Allow => "allows",
            Effect::ImplicitDeny => "does not allow",
            Effect::ExplicitDeny => "denies",
        };
        self.line(2, &format!("{}{level}: {says}", layer.layer))?;
        if layer.policies.is_empty() {
            self.line(4, "no policy")?;
        }
        for policy in &layer.policies {
            self.line(4, &policy.source.to_string())?;
            for statement in &policy.statements {
                self.statement(statement)?;
            }
        }
        Ok(())
    }

    fn statement(&mut self, statement: &StatementTrace) -> fmt::Result {
        let effect = if statement.effect == Effect::Allow {
            "Allow"
        } else {
            "Deny"
        };
        let sid = statement.sid.as_deref().filter(|sid| !sid.is_empty());
        let sid = sid.map(|sid| format!(" ({sid})")).unwrap_or_default();
        let matches = if statement.matches {
            "matches"
        } else {
            "does not match"
        };
        let number = statement.index + 1;
        self.line(
            6,
            &format!(
                "statement {number}{sid}, line {}: {effect}, {matches}",
                statement.span.line
            ),
        )?;
        for mismatch in &statement.mismatches {
            let listed = mismatch.listed.join(", ");
            let (element, requested) = (mismatch.element, &mismatch.requested);
            self.line(
                8,
                &format!("{element} lists {listed}; the request has {requested}"),
            )?;
        }
        for condition in statement.conditions.iter().filter(|condition| !condition.holds) {
            self.line(8, &unmet(condition))?;
        }
        Ok(())
    }
}

fn because(evidence: &Evidence, trace: &Trace) -> String {
    if evidence.caller_is_gone {
        return "the caller is gone or revoked".to_owned();
    }
    let layer = trace.layer.map(|layer| layer.to_string());
    match (trace.effect, layer, &trace.statement) {
        (Effect::Allow, _, Some(statement)) => format!("{statement} allows it"),
        (Effect::Allow, _, None) => "the root user may do everything in its account".to_owned(),
        (Effect::ExplicitDeny, _, Some(statement)) => format!("{statement} denies it"),
        (_, Some(layer), _) => format!("no statement of the {layer} allows it"),
        (_, None, _) => "nothing allows it".to_owned(),
    }
}

fn unmet(condition: &ConditionTrace) -> String {
    let actual = match &condition.actual {
        Some(values) => values.join(", "),
        None => "no such key".to_owned(),
    };
    let expected = condition.expected.join(" or ");
    format!(
        "{} on {} asks for {expected}; the request has {actual}",
        condition.operator, condition.key
    )
}

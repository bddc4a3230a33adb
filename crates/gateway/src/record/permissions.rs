//! Which permissions a request needed, for the records of requests whose policies are only observed.

use lanyard_audit::Record;
use lanyard_policy::{Context, ContextValue};
use serde_json::{Value, json};

/// The service that a role is passed to.
const PASSED_TO_SERVICE: &str = "iam:PassedToService";

/// How many bytes of actions and resources one record may have; those that do not fit are counted.
const BYTES_MAX: usize = 64 << 10;

/// Permissions in the order in which they were decided.
#[derive(Debug, Default)]
pub(crate) struct Permissions {
    decided: Vec<Value>,
    bytes: usize,
    omitted: usize,
}

impl Permissions {
    /// Adds one. `context` has what the request says beside: of a role that is passed, to whom.
    pub(crate) fn push(
        &mut self,
        action: &str,
        (resource, is_partly_known): (&str, bool),
        context: &Context,
        is_allowed: bool,
    ) {
        let bytes = self
            .bytes
            .saturating_add(action.len())
            .saturating_add(resource.len());
        if bytes > BYTES_MAX {
            self.omitted = self.omitted.saturating_add(1);
            return;
        }
        self.bytes = bytes;
        let decision = if is_allowed { "Allowed" } else { "Denied" };
        let mut decided = json!({ "action": action, "resource": resource, "decision": decision });
        if let (Some(ContextValue::Single(service)), Some(decided)) =
            (context.get(PASSED_TO_SERVICE), decided.as_object_mut())
        {
            decided.insert("passedToService".to_owned(), service.as_str().into());
        }
        // Otherwise a star is a star, or the letter of a name.
        if let Some(decided) = decided.as_object_mut().filter(|_| is_partly_known) {
            decided.insert("partlyKnown".to_owned(), true.into());
        }
        self.decided.push(decided);
    }

    /// Enters them into a record.
    pub(crate) fn enter(&self, record: Record) -> Record {
        let record = record.with_additional("permissions", self.decided.clone());
        if self.omitted == 0 {
            return record;
        }
        record.with_additional("permissionsOmitted", self.omitted)
    }
}

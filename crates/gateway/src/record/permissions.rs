//! Which permissions a request needed, for the records of requests whose policies are only observed.

use lanyard_audit::Record;
use serde_json::{Value, json};

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
    /// Adds one.
    pub(crate) fn push(&mut self, action: &str, resource: &str, is_allowed: bool) {
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
        self.decided.push(json!({
            "action": action,
            "resource": resource,
            "decision": decision,
        }));
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

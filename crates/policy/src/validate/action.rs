//! Checks of `Action` and `NotAction`.

use super::{Check, Checked};

impl Check<'_> {
    pub(super) fn actions_present(&self) -> Checked {
        for statement in self.statements() {
            if statement.action.is_none_or(|action| action.values.is_empty()) {
                return Err(self.wrong_statement("Policy statement must contain actions.", statement));
            }
        }
        Ok(())
    }

    /// All actions first, then all exceptions.
    pub(super) fn action_names(&self) -> Checked {
        for negated in [false, true] {
            let actions = self
                .statements()
                .filter_map(|statement| statement.action)
                .filter(|action| action.negated == negated);
            for value in actions.flat_map(|action| action.values.of(&self.document.values)) {
                if let Some(message) = problem(self.document.resolve(value)) {
                    return Err(self.wrong(message, value));
                }
            }
        }
        Ok(())
    }
}

fn problem(action: &str) -> Option<String> {
    let Some((vendor, name)) = action.split_once(':') else {
        let problem = "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.";
        return (action != "*").then(|| problem.to_owned());
    };
    if name.contains(':') {
        return Some("Actions/Condition can contain only one colon.".to_owned());
    }
    let valid = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'.';
    if vendor != "*" && !vendor.bytes().all(valid) {
        return Some(format!("Vendor {vendor} is not valid"));
    }
    None
}

//! The templates that requests name.

use lanyard_names::arn::Arn;

use crate::error::Refusal;

/// The refusal of whoever names a template: it is not there.
pub(super) fn missing(arn: &str) -> Refusal {
    match Arn::parse(arn) {
        Ok(_) => Refusal::no_such_role_template(arn),
        Err(_) => Refusal::validation("Invalid ARN:  Could not be parsed!"),
    }
}

//! Refusals about whom a report about access is to be.

use lanyard_aws_api::ErrorCode;

use super::Refusal;

impl Refusal {
    /// An ARN of what has no policies of its own. Evidence: a recorded response of AWS, for the root user.
    pub(crate) fn not_an_identity(arn: &str) -> Self {
        Refusal::new(
            ErrorCode::INVALID_INPUT,
            format!("Could not extract entity from ARN : {arn}"),
        )
    }

    /// Namespaces that are no service's. Evidence: recorded responses of AWS.
    pub(crate) fn unknown_namespaces(namespaces: &[&str]) -> Self {
        Refusal::new(
            ErrorCode::INVALID_INPUT,
            format!("Invalid service namespace: [{}]", namespaces.join(", ")),
        )
    }
}

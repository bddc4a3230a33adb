//! Refusals about whom a report about access is to be.

use lanyard_aws_api::ErrorCode;

use super::Refusal;

impl Refusal {
    /// An ARN that is none. Evidence: a recorded response of AWS, two spaces included.
    pub(crate) fn arn_unreadable() -> Self {
        Refusal::validation("Invalid ARN:  Could not be parsed!")
    }

    /// An ARN of what has no policies of its own. AWS's text is not published.
    pub(crate) fn not_an_identity(arn: &str) -> Self {
        Refusal::new(
            ErrorCode::INVALID_INPUT,
            format!("{arn} is not the ARN of a user, group or role."),
        )
    }
}

//! Refusals about reports: those that are not there, and those that nobody may ask for.

use lanyard_access::Caller;
use lanyard_aws_api::ErrorCode;

use super::Refusal;

impl Refusal {
    /// There is no credential report. Evidence: recorded responses of AWS, which have no message; the same holds of the
    /// two below.
    pub(crate) fn report_not_present() -> Self {
        Refusal::without_message(ErrorCode::REPORT_NOT_PRESENT)
    }

    /// The credential report is being made.
    pub(crate) fn report_in_progress() -> Self {
        Refusal::without_message(ErrorCode::REPORT_IN_PROGRESS)
    }

    /// The credential report is too old.
    pub(crate) fn report_expired() -> Self {
        Refusal::without_message(ErrorCode::REPORT_EXPIRED)
    }

    /// So many reports are being made for others that another one would have to wait too long.
    pub(crate) fn too_many_reports() -> Self {
        Refusal::new(
            ErrorCode::LIMIT_EXCEEDED,
            "Too many reports are being generated at the moment.",
        )
    }

    /// There is no such job, or it is somebody else's. Evidence: a recorded response of AWS.
    pub(crate) fn no_such_job(id: &str) -> Self {
        Refusal::no_such_entity(format!("Job {id} does not exist."))
    }

    /// What an ARN names is not there. Evidence: a recorded response of AWS.
    pub(crate) fn no_such_arn(arn: &str) -> Self {
        Refusal::no_such_entity(format!("ARN {arn} does not exist."))
    }

    /// What an ARN names belongs to another account. Evidence: a recorded response of AWS.
    pub(crate) fn foreign_arn(caller: &Caller, arn: &str) -> Self {
        Refusal::access_denied(format!(
            "User: {} is not authorized to perform the operation on {arn}",
            caller.arn
        ))
    }

    /// An ARN of a kind of thing of which there is no report. Evidence: a recorded response of AWS.
    pub(crate) fn entity_not_supported(arn: &str) -> Self {
        Refusal::new(
            ErrorCode::INVALID_INPUT,
            format!("Invalid Entity Arn: {arn} is not supported."),
        )
    }

    /// An ARN of another partition. Evidence: a recorded response of AWS.
    pub(crate) fn other_partition() -> Self {
        Refusal::validation("Invalid ARN partition")
    }

    /// An ARN of another service than IAM. Evidence: a recorded response of AWS.
    pub(crate) fn other_service() -> Self {
        Refusal::validation("Invalid service in ARN")
    }

    /// A namespace that is no service's. Evidence: a recorded response of AWS, its spelling included.
    pub(crate) fn unknown_namespace(namespace: &str) -> Self {
        Refusal::new(
            ErrorCode::INVALID_INPUT,
            format!("Service namepace {namespace} is either invalid or unsupported."),
        )
    }

    /// A marker that another job gave, or another operation. Evidence: a recorded response of AWS.
    pub(crate) fn marker_of_another_job() -> Self {
        Refusal::new(
            ErrorCode::INVALID_INPUT,
            "The marker passed in the request was invalid.",
        )
    }

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

//! Refusals about service-specific credentials. Evidence: recorded answers of AWS.

use lanyard_aws_api::ErrorCode;

use super::Refusal;

impl Refusal {
    /// A service that has no such credentials, by the name that the request gives it.
    pub(crate) fn no_such_credential_service(name: &str) -> Self {
        Refusal::no_such_entity(format!(
            "No such service {name} is supported for Service Specific Credentials"
        ))
    }

    /// A service's name with characters that no name has.
    pub(crate) fn not_a_service_name() -> Self {
        Refusal::validation("ServiceName must match [a-zA-Z0-9.-]*")
    }

    /// A credential that is there, and is another user's.
    pub(crate) fn not_their_credential(user: &str, id: &str) -> Self {
        Refusal::validation(format!(
            "User {user} does not have a service specific credential with id {id}"
        ))
    }

    /// A status that a credential takes by itself when its time is over.
    pub(crate) fn status_not_supported(status: &str) -> Self {
        Refusal::new(
            ErrorCode::INVALID_INPUT,
            format!("Operation does not support status {status}"),
        )
    }

    /// A list of one user's credentials and of everybody's at once.
    pub(crate) fn all_users_and_one() -> Self {
        Refusal::new(
            ErrorCode::INVALID_INPUT,
            "Cannot list credentials for all users if a username is given",
        )
    }
}

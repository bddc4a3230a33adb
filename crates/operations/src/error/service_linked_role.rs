//! Refusals about service-linked roles. Evidence, where nothing else is said: recorded answers of AWS.

use lanyard_aws_api::ErrorCode;

use super::Refusal;

impl Refusal {
    /// A service that has no such role. The code is one of the two that the model has for it; AWS's text is not published.
    pub(crate) fn no_such_linked_service(service: &str) -> Self {
        Refusal::no_such_entity(format!(
            "No such service {service} is supported for service-linked roles."
        ))
    }

    /// A role of the name is there already.
    pub(crate) fn service_linked_role_exists(name: &str) -> Self {
        input(format!(
            "Service role name {name} has been taken in this account, please try a different suffix."
        ))
    }

    /// A suffix with which the role's name would be too long. AWS's text is not published.
    pub(crate) fn not_a_service_linked_role_name(name: &str) -> Self {
        input(format!(
            "Service role name {name} is too long, please try a shorter suffix."
        ))
    }

    /// Another length of the sessions of a role that is a service's.
    pub(crate) fn service_linked_session_duration(name: &str) -> Self {
        Refusal::new(
            ErrorCode::UNMODIFIABLE_ENTITY,
            format!("{name} is an AWS service linked role, max session duration cannot be changed."),
        )
    }

    /// The id of a task that is none.
    pub(crate) fn invalid_deletion_task() -> Self {
        input("Invalid task id")
    }

    /// A task that is not known, or not any more.
    pub(crate) fn no_such_deletion_task() -> Self {
        Refusal::no_such_entity("Cannot find deletion status for given id.")
    }
}

fn input(message: impl Into<String>) -> Refusal {
    Refusal::new(ErrorCode::INVALID_INPUT, message)
}

//! Refusals of the policy simulator. Evidence, unless it is said otherwise: recorded answers of AWS.

use std::fmt;

use lanyard_aws_api::ErrorCode;
use lanyard_names::AccountId;

use super::Refusal;

/// What a value of a context entry is not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ContextForm {
    Number,
    Date,
    Address,
    Binary,
}

impl fmt::Display for ContextForm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Number => "numeric format",
            Self::Date => "DateTime format",
            Self::Address => "IP address",
            Self::Binary => "base-64 encoded binary format",
        })
    }
}

fn invalid(message: impl Into<String>) -> Refusal {
    Refusal::new(ErrorCode::INVALID_INPUT, message)
}

/// Whose policies are looked at.
impl Refusal {
    /// The source is no user, group or role.
    pub(crate) fn policy_source_invalid(arn: &str) -> Self {
        invalid(format!("Invalid ARN provided in the request: {arn}"))
    }

    /// The source is of another account.
    pub(crate) fn policy_source_elsewhere(own: AccountId, other: AccountId) -> Self {
        invalid(format!(
            "Invalid Policy Source Arn: caller's account {own} does not have access to policies in account {other}."
        ))
    }

    /// There is no such source.
    pub(crate) fn policy_source_missing() -> Self {
        Refusal::no_such_entity("Unable to retrieve specified IAM entity.")
    }

    /// A policy of a resource needs somebody who asks.
    pub(crate) fn simulated_caller_missing() -> Self {
        invalid("Invalid caller - Caller cannot be null or empty.")
    }

    /// Sessions, services and root users cannot be simulated.
    pub(crate) fn simulated_caller_invalid() -> Self {
        invalid("Invalid caller - Caller must be an IAM user, role or group in this context.")
    }

    /// An exclusion that says not exactly one thing. The text is our own: AWS's clients do not send such a one.
    pub(crate) fn policy_exclusion_unclear() -> Self {
        invalid(
            "Invalid policy exclusion: exactly one of policyType, policyArn and inlinePolicyIdentifier is required",
        )
    }

    /// An exclusion of what is no policy. The text is our own.
    pub(crate) fn policy_exclusion_invalid(arn: &str) -> Self {
        invalid(format!(
            "Invalid policy exclusion: {arn} is not the ARN of a managed policy"
        ))
    }
}

/// Policies that are given.
impl Refusal {
    /// A policy that cannot be read, by its place in the list, from 1.
    pub(crate) fn policy_input_invalid(place: usize) -> Self {
        invalid(format!("Policy input list item {place} has invalid content"))
    }

    /// The same of a boundary. The text is like AWS's for other policies.
    pub(crate) fn boundary_input_invalid() -> Self {
        invalid("Permissions boundary policy input list item 1 has invalid content")
    }

    /// The same of a service control policy. The text is like AWS's for other policies.
    pub(crate) fn organization_input_invalid(level: usize) -> Self {
        invalid(format!(
            "Organization policy at index {level} has invalid content"
        ))
    }

    /// The same of the policy of a resource. The text is like AWS's for other policies.
    pub(crate) fn resource_policy_invalid() -> Self {
        invalid("Resource policy has invalid content")
    }

    /// Several boundaries.
    pub(crate) fn boundaries_too_many() -> Self {
        invalid("The list of Permissions Boundary policies cannot exceed 1 items.")
    }

    /// A level of the organization without policies, by its place, from 1.
    pub(crate) fn organization_level_empty(level: usize) -> Self {
        invalid(format!(
            "Organization policy at index {level} must contain at least one service control policy"
        ))
    }
}

/// What is asked.
impl Refusal {
    /// An action without a service.
    pub(crate) fn simulated_action_invalid() -> Self {
        invalid("The action is invalid since it is missing names")
    }

    /// A resource that is no ARN.
    pub(crate) fn simulated_resource_invalid(resource: &str) -> Self {
        invalid(format!(
            "ResourceNames are not in a valid ARN format: {resource}."
        ))
    }

    /// A policy of a resource, and no resource that could have it.
    pub(crate) fn simulated_resource_unnamed() -> Self {
        invalid("Invalid Entity Arn: * does not clearly define entity type and name.")
    }

    /// An owner that is no ARN of an account.
    pub(crate) fn simulated_owner_invalid(owner: &str) -> Self {
        invalid(format!("'{owner}' is not a valid as a Resource Owner."))
    }

    /// A scenario of resources for an action that has none.
    pub(crate) fn resource_handling_invalid(action: &str, operation: &str) -> Self {
        invalid(format!(
            "Invalid input resource handling options. Action does not support resource handling options: {action}. \
             Please refer to the documentation for more details: \
             https://docs.aws.amazon.com/IAM/latest/APIReference/API_{operation}.html"
        ))
    }

    /// A marker that was never given out.
    pub(crate) fn simulation_marker_invalid() -> Self {
        invalid("Invalid marker for pagination.")
    }

    /// More than is worked on in one request. The text is our own: which limits AWS has is not published.
    pub(crate) fn simulation_too_large(what: &str, most: usize) -> Self {
        invalid(format!(
            "The simulation is too large: {what} cannot exceed {most}."
        ))
    }
}

/// Context entries.
impl Refusal {
    /// An entry without a name.
    pub(crate) fn context_key_unnamed() -> Self {
        invalid("ContextKeyName cannot be null or empty.")
    }

    /// An entry without a type.
    pub(crate) fn context_key_untyped(key: &str) -> Self {
        invalid(format!("Context key {key} has invalid type null."))
    }

    /// An entry without values.
    pub(crate) fn context_key_empty(key: &str) -> Self {
        invalid(format!(
            "Context values for context key {key} cannot be null or empty."
        ))
    }

    /// Several values of a type that takes one. AWS names the type where it means the key.
    pub(crate) fn context_key_crowded(kind: &str, values: usize) -> Self {
        invalid(format!(
            "Context key {kind} expected a single value, but received {values}."
        ))
    }

    /// Two entries of one key, in whatever spelling.
    pub(crate) fn context_key_twice(key: &str) -> Self {
        invalid(format!("Duplicate context key: {key}."))
    }

    /// A value that is not of its type.
    pub(crate) fn context_value_invalid(key: &str, expected: ContextForm) -> Self {
        invalid(format!(
            "Invalid context value for key {key}: expected {expected}."
        ))
    }
}

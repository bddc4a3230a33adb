//! Parameters that the model only half describes: read into names, with AWS's text when they are wrong.

use lanyard_aws_api::ErrorCode;
use lanyard_aws_api::iam::StatusType;
use lanyard_directory::KeyStatus;
use lanyard_names::{EntityPath, NameError, PolicyArn};

use crate::error::Refusal;

/// Reads a path; the one that stands for none is `/`.
pub(crate) fn path(
    text: Option<&str>,
    parse: fn(&str) -> Result<EntityPath, NameError>,
) -> Result<EntityPath, Refusal> {
    text.map_or_else(
        || Ok(EntityPath::default()),
        |text| parse(text).map_err(invalid_path),
    )
}

/// The refusal of a path. Evidence: texts collected from AWS by its users' test suites.
pub(crate) fn invalid_path(_: NameError) -> Refusal {
    Refusal::validation(
        "The specified value for path is invalid. It must begin and end with / and contain only alphanumeric \
         characters and/or / characters.",
    )
}

/// The refusal of a name, by the parameter that carries it.
pub(crate) fn invalid_name(parameter: &str) -> Refusal {
    Refusal::validation(format!(
        "The specified value for {parameter} is invalid. It must contain only alphanumeric characters and/or the \
         following: +=,.@_-"
    ))
}

/// Reads what a credential of a user is to be. What expires does so by itself.
pub(crate) fn status(status: &StatusType) -> Result<KeyStatus, Refusal> {
    match status {
        StatusType::Active => Ok(KeyStatus::Active),
        StatusType::Inactive => Ok(KeyStatus::Inactive),
        StatusType::Expired => Err(Refusal::status_not_given("Expired")),
    }
}

/// The refusal of a user's name.
pub(crate) fn user_name(_: NameError) -> Refusal {
    invalid_name("userName")
}

/// The refusal of a group's name.
pub(crate) fn group_name(_: NameError) -> Refusal {
    invalid_name("groupName")
}

/// The refusal of a role's name.
pub(crate) fn role_name(_: NameError) -> Refusal {
    invalid_name("roleName")
}

/// The refusal of a policy's name.
pub(crate) fn policy_name(_: NameError) -> Refusal {
    invalid_name("policyName")
}

/// Reads the ARN of a managed policy. Evidence: a recorded response of AWS, two spaces included.
pub(crate) fn policy_arn(text: &str) -> Result<PolicyArn, Refusal> {
    PolicyArn::parse(text).map_err(|_| Refusal::validation("Invalid ARN:  Could not be parsed!"))
}

/// Reads the ARN of a permissions boundary. Evidence: recorded answers of CreateRole and PutRolePermissionsBoundary.
pub(crate) fn boundary(text: &str) -> Result<PolicyArn, Refusal> {
    PolicyArn::parse(text)
        .map_err(|_| Refusal::new(ErrorCode::INVALID_INPUT, format!("ARN {text} is not valid.")))
}

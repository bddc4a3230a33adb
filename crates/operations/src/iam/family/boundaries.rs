//! Permissions boundaries of users and roles.

use lanyard_directory::PrincipalName;

use crate::change::Change;
use crate::error::Refusal;
use crate::iam::parameter;

/// Sets a boundary, replacing the one before.
pub(crate) fn put(of: PrincipalName<'_>, arn: &str, change: &mut Change<'_>) -> Result<(), Refusal> {
    Ok(change.edit.set_boundary(of, &parameter::boundary(arn)?)?)
}

/// Takes a boundary away, which widens what the principal may do.
pub(crate) fn delete(of: PrincipalName<'_>, change: &mut Change<'_>) -> Result<(), Refusal> {
    Ok(change.edit.delete_boundary(of)?)
}

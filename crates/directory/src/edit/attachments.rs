//! Attaching managed policies to users, groups and roles.

use lanyard_names::PolicyArn;

use super::{AccountEdit, Owner};
use crate::error::DirectoryError;

/// Policies under this path are for the roles that services make for themselves.
const SERVICE_LINKED_PATH: &str = "/aws-service-role/";

impl AccountEdit {
    /// Attaches a managed policy of this account or of AWS. Attaching it again changes nothing.
    pub fn attach_policy(&mut self, owner: Owner<'_>, arn: &PolicyArn) -> Result<(), DirectoryError> {
        let mut carrier = self.carrier(owner)?;
        if !self.policy_exists(arn) {
            return Err(DirectoryError::PolicyNotFoundToAttach(arn.as_str().into()));
        }
        if arn.is_aws_managed() && arn.path() == SERVICE_LINKED_PATH {
            return Err(DirectoryError::PolicyNotAttachable(arn.as_str().into()));
        }
        let Err(place) = carrier.attached().binary_search(arn) else {
            return Ok(());
        };
        carrier.attached().insert(place, arn.clone());
        let count = carrier.attached().len();
        self.within(carrier.attached_quota(), count, carrier.name())?;
        self.put(carrier.into_record());
        Ok(())
    }

    /// Detaches a managed policy.
    pub fn detach_policy(&mut self, owner: Owner<'_>, arn: &PolicyArn) -> Result<(), DirectoryError> {
        let mut carrier = self.carrier(owner)?;
        let Ok(place) = carrier.attached().binary_search(arn) else {
            return Err(DirectoryError::PolicyNotAttached {
                arn: arn.as_str().into(),
                kind: carrier.kind(),
                name: carrier.name().into(),
            });
        };
        carrier.attached().remove(place);
        self.put(carrier.into_record());
        Ok(())
    }
}

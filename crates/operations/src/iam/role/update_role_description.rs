//! UpdateRoleDescription, the older half of UpdateRole.

use std::collections::BTreeSet;

use lanyard_aws_api::iam::{self, UpdateRoleDescriptionInput, UpdateRoleDescriptionOutput};
use lanyard_directory::{Account, RoleUpdate};
use lanyard_names::AccountId;

use crate::change::Change;
use crate::error::Refusal;
use crate::iam::shapes;
use crate::operation::{Described, Write};
use crate::subject::{Ask, Subject};
use crate::view::View;

pub(crate) struct UpdateRoleDescription;

impl Described for UpdateRoleDescription {
    type Model = iam::UpdateRoleDescription;

    fn concerned(input: &UpdateRoleDescriptionInput, account: &Account) -> BTreeSet<AccountId> {
        let role = account.role(&input.role_name);
        role.map_or_else(BTreeSet::new, |role| role.trust.accounts_bound(account.id()))
    }

    fn subject(input: &UpdateRoleDescriptionInput, view: &View<'_>) -> Result<Subject, Refusal> {
        Ok(Ask::on_permissions_of_role(Self::ACTION, &input.role_name, view).into())
    }
}

impl Write for UpdateRoleDescription {
    fn run(
        input: &UpdateRoleDescriptionInput,
        change: &mut Change<'_>,
    ) -> Result<UpdateRoleDescriptionOutput, Refusal> {
        let description = Some(Change::shared(&input.description));
        let update = RoleUpdate {
            description,
            session_seconds_max: None,
        };
        let role = change.edit.update_role(&input.role_name, update)?;
        Ok(UpdateRoleDescriptionOutput {
            role: Some(shapes::described_role(&role, &change.view())),
        })
    }
}

//! GetRole. The trust policy shows principals under their present names, and those that are gone by their ids.

use std::collections::BTreeSet;

use lanyard_aws_api::iam::{self, GetRoleInput, GetRoleOutput};
use lanyard_directory::{Account, DirectoryError};
use lanyard_names::AccountId;

use crate::error::Refusal;
use crate::iam::shapes;
use crate::operation::{Described, Read};
use crate::subject::{Ask, Subject};
use crate::view::View;

pub(crate) struct GetRole;

impl Described for GetRole {
    type Model = iam::GetRole;

    fn concerned(input: &GetRoleInput, account: &Account) -> BTreeSet<AccountId> {
        let role = account.role(&input.role_name);
        role.map_or_else(BTreeSet::new, |role| role.trust.accounts_bound(account.id()))
    }

    fn subject(input: &GetRoleInput, view: &View<'_>) -> Result<Subject, Refusal> {
        Ok(Ask::on_permissions_of_role(Self::ACTION, &input.role_name, view).into())
    }
}

impl Read for GetRole {
    fn run(input: &GetRoleInput, view: &View<'_>) -> Result<GetRoleOutput, Refusal> {
        let missing = || DirectoryError::NoSuchRole(input.role_name.as_str().into());
        let role = view.account.role(&input.role_name).ok_or_else(missing)?;
        Ok(GetRoleOutput {
            role: shapes::role(role, view),
        })
    }
}

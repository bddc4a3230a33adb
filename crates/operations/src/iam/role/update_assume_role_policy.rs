//! UpdateAssumeRolePolicy. Principals are bound anew, to who bears the names now; live sessions are not touched.

use std::collections::BTreeSet;

use lanyard_aws_api::iam::{self, UpdateAssumeRolePolicyInput};
use lanyard_directory::{Account, TrustPolicy};
use lanyard_names::AccountId;

use crate::change::Change;
use crate::error::Refusal;
use crate::operation::{Described, Write};
use crate::subject::{Ask, Subject};
use crate::view::OtherAccounts;
use crate::view::View;

pub(crate) struct UpdateAssumeRolePolicy;

impl Described for UpdateAssumeRolePolicy {
    type Model = iam::UpdateAssumeRolePolicy;

    fn concerned(input: &UpdateAssumeRolePolicyInput, account: &Account) -> BTreeSet<AccountId> {
        TrustPolicy::accounts_named(&input.policy_document, account.id())
    }

    fn subject(input: &UpdateAssumeRolePolicyInput, view: &View<'_>) -> Result<Subject, Refusal> {
        Ok(Ask::on_permissions_of_role(Self::ACTION, &input.role_name, view).into())
    }
}

impl Write for UpdateAssumeRolePolicy {
    fn run(input: &UpdateAssumeRolePolicyInput, change: &mut Change<'_>) -> Result<(), Refusal> {
        let others = OtherAccounts(change.others);
        let text = Change::shared(&input.policy_document);
        change.edit.update_trust_policy(&input.role_name, text, &others)?;
        Ok(())
    }
}

//! CreateAccountAlias. Replaces the alias before: an account has one. Aliases are unique among accounts, so the alias
//! is claimed before it is set.

use lanyard_aws_api::iam::{self, CreateAccountAliasInput};
use lanyard_directory::{DirectoryError, WriteError};
use lanyard_names::AccountAlias;

use crate::change::Change;
use crate::error::Refusal;
use crate::operation::{Described, PreparedWrite};
use crate::services::Services;
use crate::subject::{Ask, Subject};
use crate::view::View;

pub(crate) struct CreateAccountAlias;

impl Described for CreateAccountAlias {
    type Model = iam::CreateAccountAlias;

    fn subject(_: &CreateAccountAliasInput, view: &View<'_>) -> Result<Subject, Refusal> {
        Ok(Ask::on_anything(Self::ACTION, view).into())
    }
}

impl PreparedWrite for CreateAccountAlias {
    type Prepared = AccountAlias;

    async fn prepare(
        input: &CreateAccountAliasInput,
        view: &View<'_>,
        services: &Services,
    ) -> Result<AccountAlias, Refusal> {
        let alias = AccountAlias::parse(&input.account_alias)
            .map_err(|_| Refusal::validation("The specified value for accountAlias is invalid."))?;
        let claimed = services
            .directory
            .claim_alias(view.account.id(), &alias, view.now)
            .await;
        match claimed {
            Ok(()) => Ok(alias),
            Err(WriteError::Refused(refused)) => Err(refused.into()),
            Err(failed) => Err(Refusal::unavailable(failed)),
        }
    }

    fn run(
        _: &CreateAccountAliasInput,
        alias: &AccountAlias,
        change: &mut Change<'_>,
    ) -> Result<(), Refusal> {
        // The alias that the account has already is taken too. Evidence: public tools handle this very refusal.
        if change.edit.view().info().alias.as_ref() == Some(alias) {
            return Err(DirectoryError::AliasExists(alias.as_str().into()).into());
        }
        change.edit.set_alias(alias.clone());
        Ok(())
    }
}

//! CreateAccessKey. The only answer that ever carries the secret; the account keeps it sealed.

use lanyard_access::{FreshAccessKey, SecretText};
use lanyard_aws_api::Sensitive;
use lanyard_aws_api::iam::{self, AccessKey, CreateAccessKeyInput, CreateAccessKeyOutput, StatusType};
use lanyard_directory::{NewAccessKey, SealedSecret};

use crate::change::Change;
use crate::error::Refusal;
use crate::iam::holder;
use crate::operation::{Described, PreparedWrite};
use crate::services::Services;
use crate::subject::Subject;
use crate::view::View;

pub(crate) struct CreateAccessKey;

impl Described for CreateAccessKey {
    type Model = iam::CreateAccessKey;

    fn subject(input: &CreateAccessKeyInput, view: &View<'_>) -> Result<Subject, Refusal> {
        let holder = holder::named(input.user_name.as_deref(), view.caller)?;
        Ok(holder::ask(holder, Self::ACTION, view).into())
    }
}

impl PreparedWrite for CreateAccessKey {
    type Prepared = FreshAccessKey;

    async fn prepare(
        _: &CreateAccessKeyInput,
        view: &View<'_>,
        services: &Services,
    ) -> Result<FreshAccessKey, Refusal> {
        services
            .vault
            .new_access_key(view.account.id())
            .map_err(Refusal::failure)
    }

    fn run(
        input: &CreateAccessKeyInput,
        fresh: &FreshAccessKey,
        change: &mut Change<'_>,
    ) -> Result<CreateAccessKeyOutput, Refusal> {
        let holder = holder::named(input.user_name.as_deref(), change.caller)?;
        let new = NewAccessKey {
            id: fresh.id,
            secret: SealedSecret::new(fresh.sealed.clone()),
            created: change.now,
        };
        let key = change.edit.create_access_key(holder, new)?;
        let (_, name) = holder::owner(holder, change.edit.view())?;
        Ok(CreateAccessKeyOutput {
            access_key: AccessKey {
                // Differs from AWS only in that the root user's keys have an empty name, since the member is required.
                user_name: name.unwrap_or_default().to_owned(),
                access_key_id: key.id.to_string(),
                status: StatusType::Active,
                secret_access_key: Sensitive::new(SecretText::expose(&fresh.secret).to_owned()),
                create_date: Some(key.created),
            },
        })
    }
}

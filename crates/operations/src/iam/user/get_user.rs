//! GetUser. Without a name: the caller itself; the root user sees the account as a user without a name.

use lanyard_aws_api::iam::{self, GetUserInput, GetUserOutput};
use lanyard_directory::DirectoryError;

use crate::error::Refusal;
use crate::iam::shapes;
use crate::operation::{Described, Read};
use crate::subject::{Ask, Subject};
use crate::view::View;

pub(crate) struct GetUser;

impl Described for GetUser {
    type Model = iam::GetUser;

    fn subject(input: &GetUserInput, view: &View<'_>) -> Result<Subject, Refusal> {
        if input.user_name.is_none() && view.caller.is_root() {
            return Ok(Ask::on(Self::ACTION, view.caller.arn.to_string(), view).into());
        }
        let name = view.user_or_caller(input.user_name.as_deref())?;
        Ok(Ask::on_user(Self::ACTION, name, view).into())
    }
}

impl Read for GetUser {
    fn run(input: &GetUserInput, view: &View<'_>) -> Result<GetUserOutput, Refusal> {
        if input.user_name.is_none() && view.caller.is_root() {
            return Ok(GetUserOutput { user: root(view) });
        }
        let name = view.user_or_caller(input.user_name.as_deref())?;
        let user = view
            .account
            .user(name)
            .ok_or_else(|| DirectoryError::NoSuchUser(name.into()))?;
        Ok(GetUserOutput {
            user: shapes::user(user),
        })
    }
}

/// The root user in the shape of a user. Evidence: public examples of `aws iam get-user` with root credentials.
fn root(view: &View<'_>) -> iam::User {
    iam::User {
        path: String::new(),
        user_name: String::new(),
        user_id: view.account.id().to_string(),
        arn: view.caller.arn.to_string(),
        create_date: view.account.info().created,
        password_last_used: None,
        permissions_boundary: None,
        tags: None,
    }
}

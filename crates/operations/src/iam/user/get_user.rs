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
            return Ok(GetUserOutput {
                user: shapes::root_user(view.account),
            });
        }
        let name = view.user_or_caller(input.user_name.as_deref())?;
        let user = view
            .account
            .user(name)
            .ok_or_else(|| DirectoryError::NoSuchUser(name.into()))?;
        Ok(GetUserOutput {
            user: iam::User {
                password_last_used: view.password_last_used(user.id),
                ..shapes::user(user)
            },
        })
    }
}

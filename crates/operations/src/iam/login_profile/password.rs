//! What the operations on login profiles share.

use lanyard_access::SecretText;
use lanyard_aws_api::Sensitive;
use lanyard_aws_api::iam as api;
use lanyard_directory::{Account, DirectoryError, LoginProfile};

use crate::error::Refusal;
use crate::subject::{Ask, Subject};
use crate::view::View;

/// Decided on the user named, or on the caller itself.
pub(crate) fn subject(action: &'static str, name: Option<&str>, view: &View<'_>) -> Result<Subject, Refusal> {
    if name.is_none() && view.caller.is_root() {
        return Ok(Ask::on(action, view.caller.arn.to_string(), view).into());
    }
    Ok(Ask::on_user(action, view.user_or_caller(name)?, view).into())
}

/// The name of an existing user, as it is spelt, and the login profile, if there is one.
pub(crate) fn of_user<'a>(
    name: &str,
    account: &'a Account,
) -> Result<(&'a str, Option<&'a LoginProfile>), Refusal> {
    let user = account
        .user(name)
        .ok_or_else(|| DirectoryError::NoSuchUser(name.into()))?;
    let profile = account.login_profile(user.id).map(|profile| &**profile);
    Ok((user.name.as_str(), profile))
}

/// The same for a user who has to have one.
pub(crate) fn existing<'a>(name: &str, account: &'a Account) -> Result<(&'a str, &'a LoginProfile), Refusal> {
    let (name, profile) = of_user(name, account)?;
    let profile = profile.ok_or_else(|| DirectoryError::NoSuchLoginProfile(name.into()))?;
    Ok((name, profile))
}

/// The password that a request gives.
pub(crate) fn given(password: &Sensitive<String>) -> SecretText {
    SecretText::new(password.expose())
}

/// A login profile as the API has it.
pub(crate) fn shape(name: &str, profile: &LoginProfile) -> api::LoginProfile {
    api::LoginProfile {
        user_name: name.to_owned(),
        create_date: profile.created,
        password_reset_required: Some(profile.must_reset),
    }
}

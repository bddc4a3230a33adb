//! GetAccessKeyLastUsed. Decided on the user whose key it is.
//!
//! A key of another account is not there. Who may not ask about every user is refused before that is told, and whoever
//! may is refused in other words.

use lanyard_aws_api::iam::{self, AccessKeyLastUsed, GetAccessKeyLastUsedInput, GetAccessKeyLastUsedOutput};
use lanyard_directory::{AccessKey, KeyOwner, User};
use lanyard_names::AccessKeyId;

use crate::error::Refusal;
use crate::operation::{Described, Read};
use crate::subject::{Ask, Subject};
use crate::view::View;

pub(crate) struct GetAccessKeyLastUsed;

impl Described for GetAccessKeyLastUsed {
    type Model = iam::GetAccessKeyLastUsed;

    fn subject(input: &GetAccessKeyLastUsedInput, view: &View<'_>) -> Result<Subject, Refusal> {
        let key = key(input, view);
        Ok(match key.and_then(|key| user(key, view)) {
            Some(user) => Ask::on_user(Self::ACTION, user.name.as_str(), view).into(),
            None => Ask::on_prefix(Self::ACTION, "user", None, view).into(),
        })
    }
}

impl Read for GetAccessKeyLastUsed {
    fn run(
        input: &GetAccessKeyLastUsedInput,
        view: &View<'_>,
    ) -> Result<GetAccessKeyLastUsedOutput, Refusal> {
        let Some(key) = key(input, view) else {
            return Err(Refusal::unknown_access_key(
                &view.caller.arn,
                &input.access_key_id,
            ));
        };
        let used = view.services.directory.key_last_used(key.id);
        // Evidence: the public API reference. A key that was never used has no date and `N/A` for the rest.
        let unknown = || "N/A".to_owned();
        Ok(GetAccessKeyLastUsedOutput {
            user_name: user(key, view).map(|user| user.name.as_str().to_owned()),
            access_key_last_used: Some(AccessKeyLastUsed {
                last_used_date: used.as_ref().map(|used| used.at),
                service_name: used
                    .as_ref()
                    .map_or_else(unknown, |used| used.service.to_string()),
                region: used.as_ref().map_or_else(unknown, |used| used.region.to_string()),
            }),
        })
    }
}

fn key<'a>(input: &GetAccessKeyLastUsedInput, view: &View<'a>) -> Option<&'a AccessKey> {
    let id = AccessKeyId::parse(&input.access_key_id).ok()?;
    view.account.access_key(id).map(AsRef::as_ref)
}

fn user<'a>(key: &AccessKey, view: &View<'a>) -> Option<&'a User> {
    match key.owner {
        KeyOwner::Root => None,
        KeyOwner::User(id) => view.account.user_by_id(id).map(AsRef::as_ref),
    }
}

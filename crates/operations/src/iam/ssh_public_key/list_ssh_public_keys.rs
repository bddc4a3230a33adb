//! ListSSHPublicKeys, oldest first. Without a name: the caller's own; the root user has none.

use lanyard_aws_api::iam::{self, ListSSHPublicKeysInput, ListSSHPublicKeysOutput};

use super::shown;
use crate::error::Refusal;
use crate::iam::of_user;
use crate::operation::{Described, Read};
use crate::page::Page;
use crate::subject::Subject;
use crate::view::View;

pub(crate) struct ListSSHPublicKeys;

impl Described for ListSSHPublicKeys {
    type Model = iam::ListSSHPublicKeys;

    fn subject(input: &ListSSHPublicKeysInput, view: &View<'_>) -> Result<Subject, Refusal> {
        of_user::subject(Self::ACTION, input.user_name.as_deref(), view)
    }
}

impl Read for ListSSHPublicKeys {
    fn run(input: &ListSSHPublicKeysInput, view: &View<'_>) -> Result<ListSSHPublicKeysOutput, Refusal> {
        let user = of_user::find(input.user_name.as_deref(), view)?;
        let page = Page::asked(input.marker.as_deref(), input.max_items)?;
        let keys = user.map(|user| view.account.ssh_public_keys_of(user.id));
        let paged = page.cut_unsorted(keys.into_iter().flatten(), |key| key.id.to_string());
        let name = user.map_or("", |user| user.name.as_str());
        let paged = paged.map(|key| shown::listed(key, name));
        Ok(ListSSHPublicKeysOutput {
            is_truncated: Some(paged.is_truncated()),
            ssh_public_keys: Some(paged.items),
            marker: paged.marker,
        })
    }
}

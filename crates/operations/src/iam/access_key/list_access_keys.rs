//! ListAccessKeys. Without a name: the caller's own; the root user's for the root user.

use lanyard_aws_api::iam::{self, ListAccessKeysInput, ListAccessKeysOutput};

use crate::error::Refusal;
use crate::iam::holder;
use crate::iam::shapes;
use crate::operation::{Described, Read};
use crate::page::Page;
use crate::subject::Subject;
use crate::view::View;

pub(crate) struct ListAccessKeys;

impl Described for ListAccessKeys {
    type Model = iam::ListAccessKeys;

    fn subject(input: &ListAccessKeysInput, view: &View<'_>) -> Result<Subject, Refusal> {
        let holder = holder::named(input.user_name.as_deref(), view.caller)?;
        Ok(holder::ask(holder, Self::ACTION, view).into())
    }
}

impl Read for ListAccessKeys {
    fn run(input: &ListAccessKeysInput, view: &View<'_>) -> Result<ListAccessKeysOutput, Refusal> {
        let holder = holder::named(input.user_name.as_deref(), view.caller)?;
        let (owner, name) = holder::owner(holder, view.account)?;
        let page = Page::asked(input.marker.as_deref(), input.max_items)?;
        let keys = view.account.access_keys_of(owner);
        let paged = page.cut_unsorted(keys, |key| key.id.to_string());
        Ok(ListAccessKeysOutput {
            is_truncated: Some(paged.is_truncated()),
            access_key_metadata: paged
                .items
                .into_iter()
                .map(|key| shapes::access_key(key, name))
                .collect(),
            marker: paged.marker,
        })
    }
}

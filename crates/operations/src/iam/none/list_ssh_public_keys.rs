//! ListSSHPublicKeys. Users have no SSH public keys yet: the answer is an empty list, or that there is no such user.

use lanyard_aws_api::iam::{self, ListSSHPublicKeysInput, ListSSHPublicKeysOutput};

use crate::error::Refusal;
use crate::iam::none::of_user;
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
        of_user::must_exist(input.user_name.as_deref(), view)?;
        Page::asked(input.marker.as_deref(), input.max_items)?;
        Ok(ListSSHPublicKeysOutput {
            ssh_public_keys: Some(Vec::new()),
            is_truncated: Some(false),
            marker: None,
        })
    }
}

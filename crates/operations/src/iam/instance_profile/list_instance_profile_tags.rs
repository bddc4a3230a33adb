//! ListInstanceProfileTags, which lists the tags of an instance profile in order of their keys.

use lanyard_aws_api::iam::{self, ListInstanceProfileTagsInput, ListInstanceProfileTagsOutput};

use super::profile;
use crate::error::Refusal;
use crate::iam::family::tags;
use crate::operation::{Described, Read};
use crate::subject::Subject;
use crate::view::View;

pub(crate) struct ListInstanceProfileTags;

impl Described for ListInstanceProfileTags {
    type Model = iam::ListInstanceProfileTags;

    fn subject(input: &ListInstanceProfileTagsInput, view: &View<'_>) -> Result<Subject, Refusal> {
        Ok(profile::ask(Self::ACTION, &input.instance_profile_name, view).into())
    }
}

impl Read for ListInstanceProfileTags {
    fn run(
        input: &ListInstanceProfileTagsInput,
        view: &View<'_>,
    ) -> Result<ListInstanceProfileTagsOutput, Refusal> {
        let profile = profile::find(&input.instance_profile_name, view.account)?;
        let paged = tags::list(&profile.tags, input.marker.as_deref(), input.max_items)?;
        Ok(ListInstanceProfileTagsOutput {
            is_truncated: Some(paged.is_truncated()),
            tags: paged.items,
            marker: paged.marker,
        })
    }
}

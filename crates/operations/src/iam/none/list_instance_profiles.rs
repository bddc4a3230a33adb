//! ListInstanceProfiles. There are none yet.

use lanyard_aws_api::iam::{self, ListInstanceProfilesInput, ListInstanceProfilesOutput};

use crate::error::Refusal;
use crate::operation::{Described, Read};
use crate::page::Page;
use crate::subject::{Ask, Subject};
use crate::view::View;

pub(crate) struct ListInstanceProfiles;

impl Described for ListInstanceProfiles {
    type Model = iam::ListInstanceProfiles;

    fn subject(input: &ListInstanceProfilesInput, view: &View<'_>) -> Result<Subject, Refusal> {
        Ok(Ask::on_prefix(
            Self::ACTION,
            "instance-profile",
            input.path_prefix.as_deref(),
            view,
        )
        .into())
    }
}

impl Read for ListInstanceProfiles {
    fn run(input: &ListInstanceProfilesInput, _: &View<'_>) -> Result<ListInstanceProfilesOutput, Refusal> {
        Page::asked(input.marker.as_deref(), input.max_items)?;
        Ok(ListInstanceProfilesOutput {
            instance_profiles: Vec::new(),
            is_truncated: Some(false),
            marker: None,
        })
    }
}

//! CreateInstanceProfile. Decided on the ARN that it will have; with tags, tagging it is decided on as well.

use lanyard_aws_api::iam::{self, CreateInstanceProfileInput, CreateInstanceProfileOutput};
use lanyard_directory::NewInstanceProfile;
use lanyard_names::{EntityPath, IdKind, InstanceProfileName};

use super::profile;
use super::tag_instance_profile::TagInstanceProfile;
use crate::change::Change;
use crate::error::Refusal;
use crate::iam::family::tags;
use crate::iam::{parameter, shapes};
use crate::operation::{Described, Write};
use crate::subject::{Ask, Subject, placed};
use crate::view::View;

pub(crate) struct CreateInstanceProfile;

impl Described for CreateInstanceProfile {
    type Model = iam::CreateInstanceProfile;

    fn subject(input: &CreateInstanceProfileInput, view: &View<'_>) -> Result<Subject, Refusal> {
        let name = &input.instance_profile_name;
        let arn = placed("instance-profile", input.path.as_deref(), name, view);
        Ok(Subject::creation(
            Ask::on(Self::ACTION, arn, view),
            TagInstanceProfile::ACTION,
            input.tags.as_deref(),
        ))
    }
}

impl Write for CreateInstanceProfile {
    fn run(
        input: &CreateInstanceProfileInput,
        change: &mut Change<'_>,
    ) -> Result<CreateInstanceProfileOutput, Refusal> {
        let new = NewInstanceProfile {
            id: change.new_id(IdKind::InstanceProfile),
            name: InstanceProfileName::parse(&input.instance_profile_name)
                .map_err(|_| parameter::invalid_name("instanceProfileName"))?,
            path: parameter::path(input.path.as_deref(), EntityPath::parse)?,
            created: change.now,
            tags: tags::given(input.tags.as_deref())?,
        };
        let profile = change.edit.create_instance_profile(new)?;
        Ok(CreateInstanceProfileOutput {
            instance_profile: iam::InstanceProfile {
                tags: shapes::given_tags(input.tags.as_deref()),
                ..profile::listed(&profile, &change.view())
            },
        })
    }
}

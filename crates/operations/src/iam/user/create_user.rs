//! CreateUser. Decided on the ARN that the user will have; with tags, tagging it is decided on as well.

use lanyard_aws_api::iam::{self, CreateUserInput, CreateUserOutput, User};
use lanyard_directory::NewUser;
use lanyard_names::{EntityPath, IdKind, UserName};

use crate::change::Change;
use crate::error::Refusal;
use crate::iam::family::tags;
use crate::iam::user::tag_user::TagUser;
use crate::iam::{parameter, shapes};
use crate::operation::{Described, Write};
use crate::subject::{Ask, Subject, placed};
use crate::view::View;

pub(crate) struct CreateUser;

impl Described for CreateUser {
    type Model = iam::CreateUser;

    fn subject(input: &CreateUserInput, view: &View<'_>) -> Result<Subject, Refusal> {
        let arn = placed("user", input.path.as_deref(), &input.user_name, view);
        let create = Ask::on(Self::ACTION, arn, view).boundary(input.permissions_boundary.as_deref());
        Ok(Subject::creation(create, TagUser::ACTION, input.tags.as_deref()))
    }
}

impl Write for CreateUser {
    fn run(input: &CreateUserInput, change: &mut Change<'_>) -> Result<CreateUserOutput, Refusal> {
        let user = change.edit.create_user(NewUser {
            id: change.new_id(IdKind::User),
            name: UserName::parse(&input.user_name).map_err(parameter::user_name)?,
            path: parameter::path(input.path.as_deref(), EntityPath::parse)?,
            created: change.now,
            tags: tags::given(input.tags.as_deref())?,
            boundary: input
                .permissions_boundary
                .as_deref()
                .map(parameter::boundary)
                .transpose()?,
        })?;
        Ok(CreateUserOutput {
            user: Some(User {
                tags: shapes::given_tags(input.tags.as_deref()),
                ..shapes::user(&user)
            }),
        })
    }
}

//! CreateRole. Decided on the ARN that the role will have; with tags, tagging it is decided on as well. The trust policy
//! is bound to the principals it names now.

use std::collections::BTreeSet;

use lanyard_aws_api::iam::{self, CreateRoleInput, CreateRoleOutput, Role};
use lanyard_directory::{Account, NewRole, TrustPolicy};
use lanyard_names::{AccountId, EntityPath, IdKind, RoleName};

use crate::change::Change;
use crate::error::Refusal;
use crate::iam::family::tags;
use crate::iam::parameter;
use crate::iam::role::tag_role::TagRole;
use crate::iam::shapes;
use crate::operation::{Described, Write};
use crate::subject::placed;
use crate::subject::{Ask, Subject};
use crate::view::OtherAccounts;
use crate::view::View;

pub(crate) struct CreateRole;

impl Described for CreateRole {
    type Model = iam::CreateRole;

    fn concerned(input: &CreateRoleInput, account: &Account) -> BTreeSet<AccountId> {
        TrustPolicy::accounts_named(&input.assume_role_policy_document, account.id())
    }

    fn subject(input: &CreateRoleInput, view: &View<'_>) -> Result<Subject, Refusal> {
        let arn = placed("role", input.path.as_deref(), &input.role_name, view);
        let create = Ask::on(Self::ACTION, arn, view).boundary(input.permissions_boundary.as_deref());
        Ok(Subject::creation(create, TagRole::ACTION, input.tags.as_deref()))
    }
}

impl Write for CreateRole {
    fn run(input: &CreateRoleInput, change: &mut Change<'_>) -> Result<CreateRoleOutput, Refusal> {
        let new = NewRole {
            id: change.new_id(IdKind::Role),
            name: RoleName::parse(&input.role_name).map_err(parameter::role_name)?,
            path: parameter::path(input.path.as_deref(), EntityPath::parse)?,
            created: change.now,
            trust: Change::shared(&input.assume_role_policy_document),
            description: input.description.as_deref().map(Change::shared),
            session_seconds_max: input
                .max_session_duration
                .and_then(|seconds| u32::try_from(seconds).ok()),
            tags: tags::given(input.tags.as_deref())?,
            boundary: input
                .permissions_boundary
                .as_deref()
                .map(parameter::boundary)
                .transpose()?,
        };
        let others = OtherAccounts(change.others);
        let role = change.edit.create_role(new, &others)?;
        Ok(CreateRoleOutput {
            role: Role {
                tags: shapes::given_tags(input.tags.as_deref()),
                ..shapes::created_role(&role, &change.view())
            },
        })
    }
}

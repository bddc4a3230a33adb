//! CreatePolicy. Answers without description and document, as AWS does. With tags, tagging is decided on as well.

use lanyard_aws_api::iam::{self, CreatePolicyInput, CreatePolicyOutput, Policy};
use lanyard_directory::NewPolicy;
use lanyard_names::{EntityPath, IdKind, ManagedPolicyName};

use crate::change::Change;
use crate::error::Refusal;
use crate::iam::family::tags;
use crate::iam::parameter;
use crate::iam::policy::tag_policy::TagPolicy;
use crate::iam::shapes;
use crate::operation::{Described, Write};
use crate::subject::placed;
use crate::subject::{Ask, Subject};
use crate::view::View;

pub(crate) struct CreatePolicy;

impl Described for CreatePolicy {
    type Model = iam::CreatePolicy;

    fn subject(input: &CreatePolicyInput, view: &View<'_>) -> Result<Subject, Refusal> {
        let arn = placed("policy", input.path.as_deref(), &input.policy_name, view);
        let create = Ask::on(Self::ACTION, arn, view);
        Ok(Subject::creation(
            create,
            TagPolicy::ACTION,
            input.tags.as_deref(),
        ))
    }
}

impl Write for CreatePolicy {
    fn run(input: &CreatePolicyInput, change: &mut Change<'_>) -> Result<CreatePolicyOutput, Refusal> {
        let policy = change.edit.create_policy(NewPolicy {
            id: change.new_id(IdKind::ManagedPolicy),
            name: ManagedPolicyName::parse(&input.policy_name).map_err(parameter::policy_name)?,
            path: parameter::path(input.path.as_deref(), EntityPath::parse_policy_path)?,
            created: change.now,
            text: Change::shared(&input.policy_document),
            description: input.description.as_deref().map(Change::shared),
            tags: tags::given(input.tags.as_deref())?,
        })?;
        Ok(CreatePolicyOutput {
            policy: Some(Policy {
                tags: shapes::given_tags(input.tags.as_deref()),
                ..shapes::policy(&policy, change.edit.view())
            }),
        })
    }
}

//! CreateServiceLinkedRole. Decided on the ARN that the role will have; where the service has no such role, on the path that
//! it would be under.
//!
//! The answer has the trust policy in another form than later ones, and no description. Evidence: recorded answers.

use lanyard_aws_api::iam::{self, CreateServiceLinkedRoleInput, CreateServiceLinkedRoleOutput, Role};
use lanyard_directory::{LinkedService, NewServiceLinkedRole};
use lanyard_names::IdKind;

use crate::change::Change;
use crate::error::Refusal;
use crate::iam::shapes;
use crate::operation::{Described, Write};
use crate::subject::{Ask, Subject, placed};
use crate::view::View;

pub(crate) struct CreateServiceLinkedRole;

impl Described for CreateServiceLinkedRole {
    type Model = iam::CreateServiceLinkedRole;

    fn subject(input: &CreateServiceLinkedRoleInput, view: &View<'_>) -> Result<Subject, Refusal> {
        let service = &input.aws_service_name;
        let name = LinkedService::find(service).map_or_else(String::new, |service| {
            service.role_name_with(input.custom_suffix.as_deref())
        });
        let path = format!("/aws-service-role/{service}/");
        let mut ask = Ask::on(Self::ACTION, placed("role", Some(&path), &name, view), view);
        ask.keys.insert("iam:AWSServiceName", service.clone());
        Ok(ask.into())
    }
}

impl Write for CreateServiceLinkedRole {
    fn run(
        input: &CreateServiceLinkedRoleInput,
        change: &mut Change<'_>,
    ) -> Result<CreateServiceLinkedRoleOutput, Refusal> {
        let new = NewServiceLinkedRole {
            id: change.new_id(IdKind::Role),
            service: Change::shared(&input.aws_service_name),
            suffix: input.custom_suffix.as_deref().map(Change::shared),
            description: input.description.as_deref().map(Change::shared),
            created: change.now,
        };
        let role = change.edit.create_service_linked_role(new)?;
        Ok(CreateServiceLinkedRoleOutput {
            role: Some(Role {
                assume_role_policy_document: Some(shapes::document(&first_trust(&input.aws_service_name))),
                description: None,
                ..shapes::created_role(&role, &change.view())
            }),
        })
    }
}

fn first_trust(service: &str) -> String {
    format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Action":["sts:AssumeRole"],"Effect":"Allow","Principal":{{"Service":["{service}"]}}}}]}}"#
    )
}

//! AddRoleToInstanceProfile. Whoever hands a role to machines passes it: decided on the instance profile, and as
//! iam:PassRole on the role.
//!
//! Evidence: the public API reference, also for the ARN of the instances that the role is passed for, and a denial
//! quoted in a public issue. The user guide's page on passing roles: its conditions do not know the role's tags.

use lanyard_aws_api::iam::{self, AddRoleToInstanceProfileInput};

use super::profile;
use crate::change::Change;
use crate::error::Refusal;
use crate::operation::{Described, Write};
use crate::subject::{Ask, Subject};
use crate::view::View;

pub(crate) struct AddRoleToInstanceProfile;

const PASS_ROLE: &str = "iam:PassRole";
/// The service that takes roles out of instance profiles.
const PASSED_TO: &str = "ec2.amazonaws.com";

impl Described for AddRoleToInstanceProfile {
    type Model = iam::AddRoleToInstanceProfile;

    fn subject(input: &AddRoleToInstanceProfileInput, view: &View<'_>) -> Result<Subject, Refusal> {
        let add = profile::ask(Self::ACTION, &input.instance_profile_name, view);
        let role = Ask::on_role(PASS_ROLE, &input.role_name, view);
        let mut pass = Ask::on(PASS_ROLE, role.resource, view);
        pass.keys.insert("iam:PassedToService", PASSED_TO);
        let instances = format!("arn:aws:ec2:*:{}:instance/*", view.account.id());
        pass.keys.insert("iam:AssociatedResourceArn", instances);
        Ok(Subject::all([add, pass]))
    }
}

impl Write for AddRoleToInstanceProfile {
    fn run(input: &AddRoleToInstanceProfileInput, change: &mut Change<'_>) -> Result<(), Refusal> {
        let profile = &input.instance_profile_name;
        Ok(change
            .edit
            .add_role_to_instance_profile(profile, &input.role_name)?)
    }
}

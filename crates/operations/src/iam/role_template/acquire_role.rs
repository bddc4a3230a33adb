//! AcquireRole. There is no template to make a role from.
//!
//! No policy can name the operation: it is decided on what it does, of which reading the template comes first.
//! Evidence: recorded denials, and the public service authorization reference, which has no such action.

use lanyard_aws_api::iam::{self, AcquireRoleInput, AcquireRoleOutput};

use super::{get_role_template_version, template};
use crate::change::Change;
use crate::error::Refusal;
use crate::operation::{Described, Write};
use crate::subject::Subject;
use crate::view::View;

pub(crate) struct AcquireRole;

impl Described for AcquireRole {
    type Model = iam::AcquireRole;

    fn subject(input: &AcquireRoleInput, view: &View<'_>) -> Result<Subject, Refusal> {
        Ok(get_role_template_version::read(&input.template_arn, view).into())
    }
}

impl Write for AcquireRole {
    fn run(input: &AcquireRoleInput, _: &mut Change<'_>) -> Result<AcquireRoleOutput, Refusal> {
        Err(template::missing(&input.template_arn))
    }
}

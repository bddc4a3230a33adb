//! GetRoleTemplateVersion. There is no template to tell of.

use lanyard_aws_api::iam::{self, GetRoleTemplateVersionInput, GetRoleTemplateVersionOutput};

use super::template;
use crate::error::Refusal;
use crate::operation::{Described, Read};
use crate::subject::Subject;
use crate::view::View;

pub(crate) struct GetRoleTemplateVersion;

impl Described for GetRoleTemplateVersion {
    type Model = iam::GetRoleTemplateVersion;

    fn subject(input: &GetRoleTemplateVersionInput, view: &View<'_>) -> Result<Subject, Refusal> {
        Ok(template::read(&input.template_arn, view).into())
    }
}

impl Read for GetRoleTemplateVersion {
    fn run(
        input: &GetRoleTemplateVersionInput,
        _: &View<'_>,
    ) -> Result<GetRoleTemplateVersionOutput, Refusal> {
        Err(template::missing(&input.template_arn))
    }
}

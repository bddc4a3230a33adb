//! GetRoleTemplateVersion. There is no template to tell of.

use lanyard_aws_api::iam::{self, GetRoleTemplateVersionInput, GetRoleTemplateVersionOutput};

use super::template;
use crate::error::Refusal;
use crate::operation::{Described, Read};
use crate::subject::{Ask, Subject};
use crate::view::View;

pub(crate) struct GetRoleTemplateVersion;

impl Described for GetRoleTemplateVersion {
    type Model = iam::GetRoleTemplateVersion;

    fn subject(input: &GetRoleTemplateVersionInput, view: &View<'_>) -> Result<Subject, Refusal> {
        Ok(read(&input.template_arn, view).into())
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

/// Reading a template, which is AWS's: it is asked for as of the caller's account.
pub(super) fn read(arn: &str, view: &View<'_>) -> Ask {
    Ask::on(GetRoleTemplateVersion::ACTION, arn.to_owned(), view)
}

//! The templates that requests name.

use lanyard_names::arn::Arn;

use super::get_role_template_version::GetRoleTemplateVersion;
use crate::error::Refusal;
use crate::operation::Described;
use crate::subject::Ask;
use crate::view::View;

/// Reading a template, which is AWS's: it is asked for as of the caller's account.
pub(super) fn read(arn: &str, view: &View<'_>) -> Ask {
    Ask::on(GetRoleTemplateVersion::ACTION, arn.to_owned(), view)
}

/// The refusal of whoever names a template: it is not there.
pub(super) fn missing(arn: &str) -> Refusal {
    match Arn::parse(arn) {
        Ok(_) => Refusal::no_such_role_template(arn),
        Err(_) => Refusal::validation("Invalid ARN:  Could not be parsed!"),
    }
}

//! Managed policies attached to users, groups and roles.

use lanyard_aws_api::iam as api;
use lanyard_directory::Owner;
use lanyard_names::PolicyArn;

use crate::change::Change;
use crate::error::Refusal;
use crate::iam::{parameter, shapes};
use crate::page::{Page, Paged};

/// Attaches a managed policy; attaching it again changes nothing.
pub(crate) fn attach(owner: Owner<'_>, arn: &str, change: &mut Change<'_>) -> Result<(), Refusal> {
    Ok(change.edit.attach_policy(owner, &attachable(arn)?)?)
}

/// Detaches a managed policy.
pub(crate) fn detach(owner: Owner<'_>, arn: &str, change: &mut Change<'_>) -> Result<(), Refusal> {
    Ok(change.edit.detach_policy(owner, &attachable(arn)?)?)
}

/// Reads the ARN of a policy that is attached. Evidence: a recorded answer to a text that is no ARN of anything.
fn attachable(arn: &str) -> Result<PolicyArn, Refusal> {
    if arn.starts_with("arn:") {
        return parameter::policy_arn(arn);
    }
    Err(Refusal::validation(format!("ARN {arn} is not valid.")))
}

/// A page of what is attached under a path.
pub(crate) fn list(
    attached: &[PolicyArn],
    path_prefix: Option<&str>,
    marker: Option<&str>,
    items_max: Option<i32>,
) -> Result<Paged<api::AttachedPolicy>, Refusal> {
    let page = Page::asked(marker, items_max)?;
    let prefix = path_prefix.unwrap_or("/");
    let under = attached.iter().filter(|arn| arn.path().starts_with(prefix));
    Ok(page.cut_sorted(under, |arn| arn.as_str()).map(shapes::attached))
}

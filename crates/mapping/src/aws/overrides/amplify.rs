//! Amplify: whoever lists jobs asks for any job of a branch.

use super::{Resolve, ServiceOverrides};
use crate::MappingError;
use crate::aws::request::{Request, Resolved};

pub(super) static OVERRIDES: ServiceOverrides = ServiceOverrides {
    actions: &[],
    operations: &[
        // Evidence: a denial of AWS that a user quotes.
        (
            "ListJobs",
            Resolve::Custom(listed, "every job of branch {branchName} of app {appId}"),
        ),
    ],
};

fn listed(request: &Request<'_>) -> Result<Resolved, MappingError> {
    let (app, branch) = (request.required("appId")?, request.required("branchName")?);
    let arn = request.arn("jobs", &[("AppId", app), ("BranchName", branch), ("JobId", "*")])?;
    Ok(Resolved::Permissions(vec![
        request.permission("amplify:ListJobs", arn),
    ]))
}

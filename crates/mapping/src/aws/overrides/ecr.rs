//! ECR: repositories of the registry that is named, which is the caller's unless it says otherwise.

use super::{Resolve, ServiceOverrides, own_action};
use crate::MappingError;
use crate::aws::request::{Request, Resolved};

pub(super) static OVERRIDES: ServiceOverrides = ServiceOverrides {
    actions: &[("ListImageReferrers", &["ecr:BatchGetImage"])],
    operations: &[
        ("BatchCheckLayerAvailability", REPOSITORY),
        ("BatchDeleteImage", REPOSITORY),
        ("BatchGetImage", REPOSITORY),
        ("BatchGetRepositoryScanningConfiguration", REPOSITORIES),
        ("CompleteLayerUpload", REPOSITORY),
        ("CreateRepository", REPOSITORY),
        ("DeleteLifecyclePolicy", REPOSITORY),
        ("DeleteRepository", REPOSITORY),
        ("DeleteRepositoryPolicy", REPOSITORY),
        ("DescribeImageReplicationStatus", REPOSITORY),
        ("DescribeImageScanFindings", REPOSITORY),
        ("DescribeImageSigningStatus", REPOSITORY),
        ("DescribeImages", REPOSITORY),
        ("DescribeRepositories", REPOSITORIES),
        ("GetDownloadUrlForLayer", REPOSITORY),
        ("GetLifecyclePolicy", REPOSITORY),
        ("GetLifecyclePolicyPreview", REPOSITORY),
        ("GetRepositoryPolicy", REPOSITORY),
        ("InitiateLayerUpload", REPOSITORY),
        // Evidence: the API reference, which names the action.
        (
            "ListImageReferrers",
            Resolve::Custom(
                referrers,
                "repository {repositoryName}, of the registry {registryId} where that is given",
            ),
        ),
        ("ListImages", REPOSITORY),
        ("PutImage", REPOSITORY),
        ("PutImageScanningConfiguration", REPOSITORY),
        ("PutImageTagMutability", REPOSITORY),
        ("PutLifecyclePolicy", REPOSITORY),
        ("SetRepositoryPolicy", REPOSITORY),
        ("StartImageScan", REPOSITORY),
        ("StartLifecyclePolicyPreview", REPOSITORY),
        ("UpdateImageStorageClass", REPOSITORY),
        ("UploadLayerPart", REPOSITORY),
    ],
};

const REPOSITORY: Resolve = Resolve::Custom(
    repository,
    "repository {repositoryName}, of the registry {registryId} where that is given",
);
const REPOSITORIES: Resolve = Resolve::Custom(
    repositories,
    "each of {repositoryNames}, or every repository, of the registry {registryId} where that is given",
);

fn arn(request: &Request<'_>, name: &str) -> Result<String, MappingError> {
    match request.text("registryId")? {
        None => request.arn("repository", &[("RepositoryName", name)]),
        Some(account) => {
            let region = request.scope.region;
            // `*` is checked by nobody but here: every repository of the registry.
            let checked = if name == "*" { "any" } else { name };
            let arn = format!("arn:aws:ecr:{region}:{account}:repository/{checked}");
            let arn = request.checked_arn("repository", &arn)?;
            Ok(match name {
                "*" => arn
                    .strip_suffix(checked)
                    .map_or_else(String::new, |start| format!("{start}*")),
                _ => arn,
            })
        }
    }
}

fn repository(request: &Request<'_>) -> Result<Resolved, MappingError> {
    let arn = arn(request, request.required("repositoryName")?)?;
    Ok(Resolved::Permissions(vec![
        request.permission(own_action(request), arn),
    ]))
}

fn referrers(request: &Request<'_>) -> Result<Resolved, MappingError> {
    let arn = arn(request, request.required("repositoryName")?)?;
    Ok(Resolved::Permissions(vec![
        request.permission("ecr:BatchGetImage", arn),
    ]))
}

/// Evidence: recorded responses; whoever names no repository asks for all of them.
fn repositories(request: &Request<'_>) -> Result<Resolved, MappingError> {
    let mut names = request.texts("repositoryNames")?;
    if names.is_empty() {
        names.push("*");
    }
    let permissions = names
        .into_iter()
        .map(|name| Ok(request.permission(own_action(request), arn(request, name)?)))
        .collect::<Result<Vec<_>, MappingError>>()?;
    Ok(Resolved::Permissions(permissions))
}

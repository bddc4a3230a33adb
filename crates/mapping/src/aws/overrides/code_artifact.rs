//! CodeArtifact: packages are named with their domain, repository, format and namespace.
//!
//! Several spellings of a name are one package in some formats, and its ARN has one of them: where a request may have
//! another, `*` stands for the name.
//!
//! Evidence: the user guide, for the ARNs of packages without a namespace, of groups, and for what a copy takes.

use super::{Resolve, ServiceOverrides, own_action};
use crate::MappingError;
use crate::aws::arn_form::is_plain;
use crate::aws::request::{Request, Resolved};

pub(super) static OVERRIDES: ServiceOverrides = ServiceOverrides {
    actions: &[],
    operations: &[
        ("CopyPackageVersions", COPY),
        ("DeletePackage", PACKAGE),
        ("DeletePackageGroup", GROUP),
        ("DeletePackageVersions", PACKAGE),
        ("DescribePackage", PACKAGE),
        ("DescribePackageGroup", GROUP),
        ("DescribePackageVersion", PACKAGE),
        ("DisposePackageVersions", PACKAGE),
        ("GetAssociatedPackageGroup", GROUP),
        ("GetPackageVersionAsset", PACKAGE),
        ("GetPackageVersionReadme", PACKAGE),
        ("ListAllowedRepositoriesForGroup", GROUP),
        ("ListAssociatedPackages", GROUP),
        ("ListPackageVersionAssets", PACKAGE),
        ("ListPackageVersionDependencies", PACKAGE),
        ("ListPackageVersions", PACKAGE),
        ("ListSubPackageGroups", GROUP),
        ("PublishPackageVersion", PACKAGE),
        ("PutPackageOriginConfiguration", PACKAGE),
        ("UpdatePackageGroup", GROUP),
        ("UpdatePackageGroupOriginConfiguration", GROUP),
        ("UpdatePackageVersionsStatus", PACKAGE),
    ],
};

const PACKAGE: Resolve = Resolve::Custom(
    |request| {
        let arn = package(request, "repository")?;
        Ok(Resolved::Permissions(vec![
            request.permission(own_action(request), arn),
        ]))
    },
    "package {domain} {repository} {format} {namespace} {package}",
);

const COPY: Resolve = Resolve::Custom(
    copy,
    "the package and the repository, both at the source and at the destination",
);

/// How the pattern of a group is written in its ARN is not known here.
const GROUP: Resolve = Resolve::Custom(
    |request| {
        let domain = name(request, "domain")?;
        let arn = format!("{}:package-group/{domain}/*", place(request));
        Ok(Resolved::Permissions(vec![
            request.permission(own_action(request), arn),
        ]))
    },
    "any package-group of {domain}",
);

/// The beginning of every ARN, with the account that owns the domain.
fn place(request: &Request<'_>) -> String {
    format!(
        "arn:aws:codeartifact:{}:{}",
        request.scope.region, request.scope.account
    )
}

fn name<'a>(request: &Request<'a>, path: &str) -> Result<&'a str, MappingError> {
    let text = request.required(path)?;
    let is_name = is_plain(text) && !text.contains(['/', ':']);
    is_name
        .then_some(text)
        .ok_or_else(|| MappingError::InvalidMember {
            member: path.to_owned(),
            reason: "it is no name of such a thing",
        })
}

fn package(request: &Request<'_>, repository: &str) -> Result<String, MappingError> {
    let format = name(request, "format")?;
    let namespace = if request.has("namespace") {
        spelled(format, name(request, "namespace")?)
    } else {
        ""
    };
    Ok(format!(
        "{}:package/{}/{}/{format}/{namespace}/{}",
        place(request),
        name(request, "domain")?,
        name(request, repository)?,
        spelled(format, name(request, "package")?),
    ))
}

/// A name as it stands in an ARN, if its format has one spelling of it.
fn spelled<'n>(format: &str, name: &'n str) -> &'n str {
    let has_upper = name.chars().any(char::is_uppercase);
    let is_one = match format {
        "generic" | "maven" => true,
        "cargo" => !has_upper && !name.contains(['-', '_']),
        "pypi" => !has_upper && !name.contains(['_', '.']) && !name.contains("--"),
        _ => !has_upper,
    };
    if is_one { name } else { "*" }
}

fn copy(request: &Request<'_>) -> Result<Resolved, MappingError> {
    let mut permissions = Vec::new();
    let mut source = String::new();
    for repository in ["destinationRepository", "sourceRepository"] {
        let domain = name(request, "domain")?;
        source = format!(
            "{}:repository/{domain}/{}",
            place(request),
            name(request, repository)?
        );
        for arn in [package(request, repository)?, source.clone()] {
            permissions.push(request.permission(own_action(request), arn));
        }
    }
    permissions.push(request.permission("codeartifact:ReadFromRepository", source));
    Ok(Resolved::Permissions(permissions))
}

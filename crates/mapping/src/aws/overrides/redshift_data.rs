//! The data API of Redshift: SQL runs as a user of the database, with credentials that the caller must be allowed to get.
//!
//! Evidence: the management guide on authorizing access to the data API: with a secret the caller needs
//! `secretsmanager:GetSecretValue`, with the name of a user `redshift:GetClusterCredentials`, with neither
//! `redshift:GetClusterCredentialsWithIAM`, and for a workgroup `redshift-serverless:GetCredentials`. The managed policy
//! for the API has all four.
//!
//! Differs from AWS, where the secret may be called by its name: only Secrets Manager knows the ARN of that. And where a
//! session goes on that was begun by somebody else, only the service knows whose it is.

use super::{Resolve, ServiceOverrides, elsewhere, own_action, rds_data};
use crate::MappingError;
use crate::aws::arn_form::is_plain;
use crate::aws::call::Permission;
use crate::aws::request::{Request, Resolved};

pub(super) static OVERRIDES: ServiceOverrides = ServiceOverrides {
    actions: &[],
    operations: &[
        ("BatchExecuteStatement", WITH_CREDENTIALS),
        ("DescribeTable", WITH_CREDENTIALS),
        ("ExecuteStatement", WITH_CREDENTIALS),
        ("ListDatabases", WITH_CREDENTIALS),
        ("ListSchemas", WITH_CREDENTIALS),
        ("ListTables", WITH_CREDENTIALS),
    ],
};

const WITH_CREDENTIALS: Resolve = Resolve::Custom(
    with_credentials,
    "cluster {ClusterIdentifier}, or any workgroup if there is {WorkgroupName}; and the credentials: the secret \
     {SecretArn}, or those of {DbUser} or of the caller for {Database}",
);

/// How a request says as whom the SQL is to run.
#[derive(Clone, Copy)]
struct As<'a> {
    user: Option<&'a str>,
    has_secret: bool,
}

fn with_credentials(request: &Request<'_>) -> Result<Resolved, MappingError> {
    let who = As {
        user: name(request, "DbUser")?,
        has_secret: request.has("SecretArn"),
    };
    let mut permissions = Vec::new();
    if let Some(cluster) = name(request, "ClusterIdentifier")? {
        let arn = request.arn("cluster", &[("ClusterName", cluster)])?;
        permissions.push(request.permission(own_action(request), arn));
        of_cluster(request, cluster, who, &mut permissions)?;
    }
    if let Some(workgroup) = request.text("WorkgroupName")? {
        let arn = if workgroup.starts_with("arn:") {
            request.checked_arn("workgroup", workgroup)?
        } else {
            request.any("workgroup")?
        };
        permissions.push(request.permission(own_action(request), arn.clone()));
        if !who.has_secret {
            let get = "redshift-serverless:GetCredentials";
            permissions.push(elsewhere::permission(request, get, "workgroup", arn));
        }
    }
    if who.has_secret {
        permissions.push(rds_data::read_secret(request, "SecretArn")?);
    }
    // Fails closed: only the service knows what a session is on.
    if !request.has("ClusterIdentifier") && !request.has("WorkgroupName") {
        return Err(request.unmapped("the request names neither a cluster nor a workgroup"));
    }
    Ok(Resolved::Permissions(permissions))
}

fn of_cluster(
    request: &Request<'_>,
    cluster: &str,
    who: As<'_>,
    permissions: &mut Vec<Permission>,
) -> Result<(), MappingError> {
    let mut add = |action, kind, name: &str| {
        let scope = request.scope;
        let arn = format!(
            "arn:aws:redshift:{}:{}:{kind}:{cluster}/{name}",
            scope.region, scope.account
        );
        permissions.push(elsewhere::permission(request, action, kind, arn));
    };
    let database = name(request, "Database")?.unwrap_or("*");
    if let Some(user) = who.user {
        add("redshift:GetClusterCredentials", "dbuser", user);
        add("redshift:GetClusterCredentials", "dbname", database);
    } else if !who.has_secret {
        add("redshift:GetClusterCredentialsWithIAM", "dbname", database);
    }
    Ok(())
}

/// A name that stands in the ARN of a user or of a database. Evidence: the API reference: none has a colon or a slash.
fn name<'a>(request: &Request<'a>, member: &str) -> Result<Option<&'a str>, MappingError> {
    match request.text(member)? {
        Some(text) if !is_plain(text) || text.contains(['/', ':']) => Err(MappingError::InvalidMember {
            member: member.to_owned(),
            reason: "it names nothing that could be decided on",
        }),
        found => Ok(found),
    }
}

//! The data API of RDS: SQL runs with the credentials in a secret, which the caller must be allowed to read.
//!
//! Evidence: the user guide on authorizing access to the data API: its policies allow `secretsmanager:GetSecretValue` on
//! the secret beside the operation on the cluster.
//!
//! Differs from AWS, where the secret may be called by its name: only Secrets Manager knows the ARN of that.

use lanyard_names::AccountId;
use lanyard_names::arn::Arn;

use super::{Resolve, ServiceOverrides, elsewhere, own_action};
use crate::MappingError;
use crate::aws::call::Permission;
use crate::aws::request::{Request, Resolved};

pub(super) static OVERRIDES: ServiceOverrides = ServiceOverrides {
    actions: &[],
    operations: &[
        ("BatchExecuteStatement", WITH_SECRET),
        ("BeginTransaction", WITH_SECRET),
        ("CommitTransaction", WITH_SECRET),
        (
            "ExecuteSql",
            Resolve::Custom(
                sql,
                "cluster {dbClusterOrInstanceArn}, and the secret {awsSecretStoreArn} with secretsmanager:GetSecretValue",
            ),
        ),
        ("ExecuteStatement", WITH_SECRET),
        ("RollbackTransaction", WITH_SECRET),
    ],
};

const WITH_SECRET: Resolve = Resolve::Custom(
    with_secret,
    "cluster {resourceArn}, and the secret {secretArn} with secretsmanager:GetSecretValue",
);

fn with_secret(request: &Request<'_>) -> Result<Resolved, MappingError> {
    on(request, "resourceArn", "secretArn")
}

/// The same by the older names.
fn sql(request: &Request<'_>) -> Result<Resolved, MappingError> {
    on(request, "dbClusterOrInstanceArn", "awsSecretStoreArn")
}

fn on(request: &Request<'_>, cluster: &str, secret: &str) -> Result<Resolved, MappingError> {
    let cluster = request.checked_arn("cluster", request.required(cluster)?)?;
    Ok(Resolved::Permissions(vec![
        request.permission(own_action(request), cluster),
        read_secret(request, secret)?,
    ]))
}

/// The permission to read the secret whose ARN stands at a path.
pub(super) fn read_secret(request: &Request<'_>, path: &str) -> Result<Permission, MappingError> {
    let arn = secret(request, path)?;
    Ok(elsewhere::permission(
        request,
        "secretsmanager:GetSecretValue",
        "Secret",
        arn,
    ))
}

/// The ARN of the secret, with the account that it has here.
fn secret(request: &Request<'_>, path: &str) -> Result<String, MappingError> {
    let wrong = || MappingError::InvalidMember {
        member: path.to_owned(),
        reason: "it is no whole ARN of a secret here",
    };
    let arn = Arn::parse(request.required(path)?).map_err(|_| wrong())?;
    let name = arn.resource.strip_prefix("secret:").unwrap_or_default();
    // The letters that names of secrets have. None of them means anything in a pattern.
    let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || b"/_+=.@-".contains(&byte);
    let is_here =
        arn.partition == "aws" && arn.service == "secretsmanager" && arn.region == request.scope.region;
    if !is_here || name.is_empty() || !name.bytes().all(is_letter) {
        return Err(wrong());
    }
    let account: AccountId = arn.account.parse().map_err(|_| wrong())?;
    let account = match request.scope.upstream_account {
        Some((upstream, here)) if upstream == account => here,
        _ => account,
    };
    Ok(format!(
        "arn:aws:secretsmanager:{}:{account}:secret:{name}",
        arn.region
    ))
}

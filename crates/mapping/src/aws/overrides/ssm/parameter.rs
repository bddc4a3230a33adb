//! Parameters, whose names look like paths.

use super::super::own_action;
use super::{invalid, on};
use crate::MappingError;
use crate::aws::request::{Request, Resolved};

/// The ARN of the parameter that a member names, by name or by ARN, perhaps with a version or a label behind it, which
/// is no part of the resource.
///
/// Evidence: the user guide; `/shop/key` is `parameter/shop/key`, and so is `shop/key`.
pub(super) fn arn(request: &Request<'_>, path: &str, text: &str) -> Result<String, MappingError> {
    let (place, name) = match text.strip_prefix("arn:aws:ssm:") {
        Some(rest) => {
            let mut parts = rest.splitn(3, ':');
            let (Some(region), Some(account), Some(resource)) = (parts.next(), parts.next(), parts.next())
            else {
                return Err(invalid(path, "it names no parameter"));
            };
            let name = resource.strip_prefix("parameter");
            let name = name.filter(|name| name.starts_with('/'));
            (
                Some((region, account)),
                name.ok_or_else(|| invalid(path, "it names no parameter"))?,
            )
        }
        None => (None, text),
    };
    let (name, selector) = name.split_once(':').unwrap_or((name, ""));
    let bare = name.strip_prefix('/').unwrap_or(name);
    let is_word = |word: &str| {
        word.bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
    };
    if bare.split('/').any(|word| word.is_empty() || !is_word(word)) || !is_word(selector) {
        return Err(invalid(path, "it names no parameter"));
    }
    if bare.starts_with("aws/reference/") {
        // Fails closed: the value is not the parameter's but a secret's, of another service.
        return Err(request.unmapped("parameters that stand for secrets are not known here"));
    }
    if let Some(arn) = public(request, bare) {
        return Ok(arn);
    }
    match place {
        None => request.arn("parameter", &[("ParameterNameWithoutLeadingSlash", bare)]),
        Some((region, account)) => request.checked_arn(
            "parameter",
            &format!("arn:aws:ssm:{region}:{account}:parameter/{bare}"),
        ),
    }
}

/// Evidence: the user guide; the parameters that AWS publishes are in no account.
fn public(request: &Request<'_>, bare: &str) -> Option<String> {
    let is_public = bare == "aws/service" || bare.starts_with("aws/service/");
    is_public.then(|| format!("arn:aws:ssm:{}::parameter/{bare}", request.scope.region))
}

pub(super) fn named(request: &Request<'_>) -> Result<Resolved, MappingError> {
    Ok(on(request, arn(request, "Name", request.required("Name")?)?))
}

pub(super) fn several(request: &Request<'_>) -> Result<Resolved, MappingError> {
    let permissions = request
        .texts("Names")?
        .into_iter()
        .map(|name| Ok(request.permission(own_action(request), arn(request, "Names", name)?)))
        .collect::<Result<Vec<_>, MappingError>>()?;
    if permissions.is_empty() {
        return Err(MappingError::MissingMember {
            member: "Names".to_owned(),
        });
    }
    Ok(Resolved::Permissions(permissions))
}

/// Evidence: recorded responses, and denials of AWS that users quote; the path itself is the resource, with the slash
/// that it may end with, and of the root it is empty. What is not said to be recursive is not.
pub(super) fn by_path(request: &Request<'_>) -> Result<Resolved, MappingError> {
    let path = request.required("Path")?;
    let trimmed = path.strip_suffix('/').unwrap_or(path);
    let arn = if trimmed.is_empty() {
        let (region, account) = (request.scope.region, request.scope.account);
        format!("arn:aws:ssm:{region}:{account}:parameter/")
    } else {
        let mut arn = arn(request, "Path", trimmed)?;
        arn.push_str(path.get(trimmed.len()..).unwrap_or_default());
        arn
    };
    let recursive = request.text("Recursive")?.unwrap_or("false");
    let permission = request
        .permission("ssm:GetParametersByPath", arn)
        .with("ssm:Recursive", recursive);
    Ok(Resolved::Permissions(vec![permission]))
}

/// What is not said to be overwritten is not.
pub(super) fn put_parameter(request: &Request<'_>) -> Result<Resolved, MappingError> {
    let arn = arn(request, "Name", request.required("Name")?)?;
    let overwrite = request.text("Overwrite")?.unwrap_or("false");
    let mut permission = request
        .permission("ssm:PutParameter", arn)
        .with("ssm:Overwrite", overwrite);
    if !request.has("Policies") {
        permission = permission.without("ssm:Policies");
    }
    Ok(Resolved::Permissions(vec![permission]))
}

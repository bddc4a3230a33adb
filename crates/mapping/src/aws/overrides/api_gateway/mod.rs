//! API Gateway: the action is the method of the request, and the resource its path.
//!
//! Evidence: the developer guide and the service authorization reference. Only portals, their pages and routing rules
//! have actions with names; those are left to the rules.

mod operations;

use lanyard_service_models::{Location, Segment};

use super::ServiceOverrides;
use crate::MappingError;
use crate::aws::call::Permission;
use crate::aws::request::{Request, Resolved};

pub(super) static OVERRIDES: ServiceOverrides = ServiceOverrides {
    actions: &[],
    operations: operations::OPERATIONS,
};

fn verb(request: &Request<'_>) -> Result<Resolved, MappingError> {
    let method = action(request)?;
    let path = path(request)?;
    let region = request.scope.region;
    // The second version of the service says so in its paths, but not in its resources.
    let arn = match private_domain(request, &path)? {
        Some(arn) => arn,
        None => format!(
            "arn:aws:apigateway:{region}::{}",
            path.strip_prefix("/v2").unwrap_or(&path)
        ),
    };
    let mut permissions = vec![request.permission(method, arn.clone())];
    for further in further_actions(request)? {
        permissions.push(request.permission(further, arn.clone()));
    }
    let has_tags = request.has("tags") || request.has("Tags");
    if method == "apigateway:POST" && has_tags && request.operation.name() != "TagResource" {
        permissions.push(tagging(request, &path));
        // Evidence: recorded denials of stages with tags, to those who may tag by the method.
        if request.operation.name() == "CreateStage" && path.starts_with("/v2/") {
            permissions.push(request.permission("apigateway:TagResource", arn));
        }
    }
    Ok(Resolved::Permissions(permissions))
}

/// The action of the operation's method.
fn action(request: &Request<'_>) -> Result<&'static str, MappingError> {
    Ok(match request.operation.method() {
        "GET" => "apigateway:GET",
        "POST" => "apigateway:POST",
        "PUT" => "apigateway:PUT",
        "PATCH" => "apigateway:PATCH",
        "DELETE" => "apigateway:DELETE",
        _ => return Err(request.unmapped("no action has the name of its method")),
    })
}

/// The path of the operation, filled with the members that stand in it.
fn path(request: &Request<'_>) -> Result<String, MappingError> {
    let mut path = String::new();
    for segment in request.operation.uri().segments() {
        path.push('/');
        let wire_name = match segment {
            Segment::Literal(text) => {
                path.push_str(text);
                continue;
            }
            Segment::Label(wire_name) | Segment::Greedy(wire_name) => wire_name,
        };
        let members = request.operation.input().map_or(&[][..], |input| input.members());
        let member = members
            .iter()
            .find(|member| member.location() == Location::Uri && member.wire_name() == *wire_name)
            .ok_or_else(|| request.unmapped("a part of its path is no member"))?;
        let value = request.required(member.name())?;
        if value.starts_with("arn:") {
            // The resource of tags has the whole ARN in its path, encoded as it is in the path of the request.
            request.checked_arn(
                "Tags",
                &format!("arn:aws:apigateway:{}::/tags/any", request.scope.region),
            )?;
            path.push_str(&encoded(value));
        } else if value.contains(['/', '*', '?', '%', '\\']) || value.chars().any(char::is_control) {
            return Err(MappingError::InvalidMember {
                member: member.name().to_owned(),
                reason: "it is no name and no id",
            });
        } else {
            path.push_str(value);
        }
    }
    Ok(path)
}

/// A text as it stands in one segment of a path.
fn encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

/// A private domain is told from a public one of the same name by its id, and is in an account.
fn private_domain(request: &Request<'_>, path: &str) -> Result<Option<String>, MappingError> {
    let Some(id) = request.text("domainNameId")? else {
        return Ok(None);
    };
    if id.is_empty()
        || !id
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    {
        return Err(MappingError::InvalidMember {
            member: "domainNameId".to_owned(),
            reason: "it is no id",
        });
    }
    let (region, account) = (request.scope.region, request.scope.account);
    let rest = path.strip_prefix("/domainnames/").unwrap_or_default();
    Ok(Some(match rest.split_once('/') {
        Some((name, rest)) => format!("arn:aws:apigateway:{region}::/domainnames/{name}+{id}/{rest}"),
        None => format!("arn:aws:apigateway:{region}:{account}:/domainnames/{rest}+{id}"),
    }))
}

/// What else must be allowed on the same resource. Evidence: the service authorization reference, which has actions
/// of their own for policies, for certificates of clients and for firewalls.
fn further_actions(request: &Request<'_>) -> Result<Vec<&'static str>, MappingError> {
    let operation = request.operation.name();
    let mut actions = Vec::new();
    let patched = |word: &str| -> Result<bool, MappingError> {
        let mut paths = request.texts("patchOperations.path")?.into_iter();
        Ok(paths.any(|path| path.to_ascii_lowercase().contains(word)))
    };
    let is_api = operation.ends_with("RestApi");
    // Fails closed: a definition that is imported can have a policy in it, which is not read here.
    let is_import = matches!(operation, "ImportRestApi" | "PutRestApi");
    if is_import || is_api && (request.has("policy") || patched("policy")?) {
        actions.push("apigateway:UpdateRestApiPolicy");
    }
    if operation.ends_with("DomainName") {
        if request.has("mutualTlsAuthentication")
            || request.has("MutualTlsAuthentication")
            || patched("mutualtls")?
        {
            actions.push("apigateway:AddCertificateToDomain");
            if operation == "UpdateDomainName" {
                actions.push("apigateway:RemoveCertificateFromDomain");
            }
        }
        if request.has("policy") || request.has("Policy") || patched("/policy")? {
            actions.push("apigateway:UpdateDomainNamePolicy");
        }
        if request.has("managementPolicy") || patched("/managementpolicy")? {
            actions.push("apigateway:UpdateDomainNameManagementPolicy");
        }
    }
    if operation == "UpdateStage" && patched("webacl")? {
        actions.push("apigateway:SetWebACL");
    }
    Ok(actions)
}

/// Evidence: recorded responses; whoever makes something with tags must be allowed to put tags on anything that is
/// made at this place. The second version of the service tags by another method, as its own operation does.
fn tagging(request: &Request<'_>, path: &str) -> Permission {
    let region = request.scope.region;
    let made = encoded(&format!("arn:aws:apigateway:{region}::{path}/"));
    let method = if path.starts_with("/v2/") {
        "apigateway:POST"
    } else {
        "apigateway:PUT"
    };
    request.permission(method, format!("arn:aws:apigateway:{region}::/tags/{made}*"))
}

/// Evidence: the service authorization reference; the domain must let itself be used.
fn create_access_association(request: &Request<'_>) -> Result<Resolved, MappingError> {
    let domain = request.checked_arn("PrivateDomainName", request.required("domainNameArn")?)?;
    let (region, account) = (request.scope.region, request.scope.account);
    let associations = format!("arn:aws:apigateway:{region}:{account}:/domainnameaccessassociations");
    Ok(Resolved::Permissions(vec![
        request.permission("apigateway:POST", associations),
        request.permission("apigateway:CreateAccessAssociation", domain),
    ]))
}

fn delete_access_association(request: &Request<'_>) -> Result<Resolved, MappingError> {
    let text = request.required("domainNameAccessAssociationArn")?;
    let arn = request.checked_arn("DomainNameAccessAssociation", text)?;
    Ok(Resolved::Permissions(vec![
        request.permission("apigateway:DELETE", arn),
    ]))
}

fn reject_access_association(request: &Request<'_>) -> Result<Resolved, MappingError> {
    let domain = request.checked_arn("PrivateDomainName", request.required("domainNameArn")?)?;
    Ok(Resolved::Permissions(vec![
        request.permission("apigateway:RejectAccessAssociation", domain),
    ]))
}

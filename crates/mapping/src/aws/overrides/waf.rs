//! WAF: what is named by name, scope and id, and what rules refer to.

use super::{Resolve, ServiceOverrides, own_action};
use crate::MappingError;
use crate::aws::input::Node;
use crate::aws::overrides::elsewhere;
use crate::aws::request::{Request, Resolved};

pub(super) static OVERRIDES: ServiceOverrides = ServiceOverrides {
    actions: &[],
    operations: &[
        (
            "AssociateWebACL",
            Resolve::Custom(
                associate,
                "webacl {WebACLArn}, and the load balancer {ResourceArn}, on which also to set it",
            ),
        ),
        ("CreateIPSet", IP_SET),
        ("CreateRegexPatternSet", PATTERN_SET),
        ("CreateRuleGroup", RULE_GROUP),
        ("CreateWebACL", WEB_ACL),
        ("DeleteIPSet", IP_SET),
        ("DeleteRegexPatternSet", PATTERN_SET),
        ("DeleteRuleGroup", RULE_GROUP),
        ("DeleteWebACL", WEB_ACL),
        ("GetIPSet", IP_SET),
        ("GetManagedRuleSet", MANAGED),
        ("GetRegexPatternSet", PATTERN_SET),
        ("GetRuleGroup", RULE_GROUP),
        ("GetWebACL", WEB_ACL),
        (
            "GetWebACLForResource",
            Resolve::Custom(
                web_acl_of_resource,
                "every regional webacl, and what {ResourceArn} is the ARN of",
            ),
        ),
        (
            "PutManagedRuleSetVersions",
            Resolve::Refused("its rule groups belong to others"),
        ),
        ("UpdateIPSet", IP_SET),
        ("UpdateManagedRuleSetVersionExpiryDate", MANAGED),
        ("UpdateRegexPatternSet", PATTERN_SET),
        ("UpdateRuleGroup", RULE_GROUP),
        ("UpdateWebACL", WEB_ACL),
    ],
};

/// The older WAF of a region.
pub(super) static REGIONAL: ServiceOverrides = ServiceOverrides {
    actions: &[],
    operations: &[(
        "GetWebACLForResource",
        Resolve::Custom(
            regional_web_acl_of_resource,
            "everything of the service, and the load balancer {ResourceArn}",
        ),
    )],
};

const IP_SET: Resolve = Resolve::Custom(
    |request| of_type(request, "ipset"),
    "ipset {Scope} {Name} {Id}, or {ARN}",
);
const MANAGED: Resolve = Resolve::Custom(
    |request| of_type(request, "managedruleset"),
    "managedruleset {Scope} {Name} {Id}, or {ARN}",
);
const PATTERN_SET: Resolve = Resolve::Custom(
    |request| of_type(request, "regexpatternset"),
    "regexpatternset {Scope} {Name} {Id}, or {ARN}",
);
const RULE_GROUP: Resolve = Resolve::Custom(
    |request| of_type(request, "rulegroup"),
    "rulegroup {Scope} {Name} {Id}, or {ARN}; and what {Rules} refer to",
);
const WEB_ACL: Resolve = Resolve::Custom(
    |request| of_type(request, "webacl"),
    "webacl {Scope} {Name} {Id}, or {ARN}; and what {Rules} refer to",
);

/// What a rule can refer to.
const REFERRED: [&str; 3] = ["ipset", "regexpatternset", "rulegroup"];

/// Evidence: the service authorization reference for the types, the API reference for what an ARN is made of: the
/// scope stands there as `regional` or `global`, the id of what is being made is the service's.
fn of_type(request: &Request<'_>, resource_type: &str) -> Result<Resolved, MappingError> {
    let own = match request.text("ARN")? {
        Some(_) if ["Name", "Scope", "Id"].iter().any(|path| request.has(path)) => {
            return Err(MappingError::InvalidMember {
                member: "ARN".to_owned(),
                reason: "the name stands beside it",
            });
        }
        Some(arn) => request.checked_arn(resource_type, arn)?,
        None => {
            let scope = match request.required("Scope")? {
                "REGIONAL" => "regional",
                "CLOUDFRONT" => "global",
                _ => {
                    return Err(MappingError::InvalidMember {
                        member: "Scope".to_owned(),
                        reason: "it is neither REGIONAL nor CLOUDFRONT",
                    });
                }
            };
            let name = request.required("Name")?;
            let id = if request.operation.name().starts_with("Create") {
                "*"
            } else {
                request.required("Id")?
            };
            if name.contains(['/', ':']) {
                return Err(MappingError::InvalidMember {
                    member: "Name".to_owned(),
                    reason: "it is no name",
                });
            }
            request.arn(resource_type, &[("Scope", scope), ("Name", name), ("Id", id)])?
        }
    };
    let mut arns = vec![own.clone()];
    for node in request.nodes("Rules") {
        referred(request, node, &mut arns)?;
        if refers_to_managed(node) {
            // Evidence: a denial of AWS that a user quotes, and policies that were written after such ones: groups of
            // rules that somebody else manages are asked for in the caller's account, and all as one.
            let scope = if own.contains(":global/") {
                "global"
            } else {
                "regional"
            };
            let (region, account) = (request.scope.region, request.scope.account);
            arns.push(format!(
                "arn:aws:wafv2:{region}:{account}:{scope}/managedruleset/*/*"
            ));
        }
    }
    arns.sort_unstable();
    arns.dedup();
    let permissions = arns
        .into_iter()
        .map(|arn| request.permission(own_action(request), arn));
    Ok(Resolved::Permissions(permissions.collect()))
}

/// What a web ACL can protect.
const PROTECTED: [&str; 8] = [
    "agentcore-gateway",
    "amplify-app",
    "apigateway",
    "apprunner",
    "appsync",
    "loadbalancer/app/",
    "userpool",
    "verified-access-instance",
];

/// Evidence: a recorded denial, which names every regional web ACL; the service authorization reference.
fn web_acl_of_resource(request: &Request<'_>) -> Result<Resolved, MappingError> {
    let path = "ResourceArn";
    let text = request.required(path)?;
    let mut types = PROTECTED.iter();
    let protected = types.find_map(|resource_type| request.checked_arn(resource_type, text).ok());
    let protected = protected.ok_or_else(|| unprotectable(path))?;
    let (region, account) = (request.scope.region, request.scope.account);
    let web_acl = format!("arn:aws:wafv2:{region}:{account}:regional/webacl/*");
    let permissions = [web_acl, protected].map(|arn| request.permission(own_action(request), arn));
    Ok(Resolved::Permissions(permissions.into()))
}

/// Evidence: a denial of AWS that a user quotes, which names every one of everything; the service authorization
/// reference has what is protected.
fn regional_web_acl_of_resource(request: &Request<'_>) -> Result<Resolved, MappingError> {
    let protected = request.required("ResourceArn")?;
    let protected = request
        .checked_arn("loadbalancer/app/", protected)
        .map_err(|_| unprotectable("ResourceArn"))?;
    let (region, account) = (request.scope.region, request.scope.account);
    let every = format!("arn:aws:waf-regional:{region}:{account}:*/*");
    let permissions = [every, protected].map(|arn| request.permission(own_action(request), arn));
    Ok(Resolved::Permissions(permissions.into()))
}

/// The web ACL, what it is to protect, and there the permission to have it protected.
///
/// Evidence: denials of AWS that users quote, for load balancers; the service authorization reference. What other
/// services ask for was not seen.
fn associate(request: &Request<'_>) -> Result<Resolved, MappingError> {
    let web_acl = request.checked_arn("webacl", request.required("WebACLArn")?)?;
    let protected = request.required("ResourceArn")?;
    let Ok(protected) = request.checked_arn("loadbalancer/app/", protected) else {
        return Err(request.unmapped("what the other service asks for is not decided here"));
    };
    let set = elsewhere::permission(
        request,
        "elasticloadbalancing:SetWebAcl",
        "loadbalancer/app/",
        protected.clone(),
    );
    let own = [web_acl, protected].map(|arn| request.permission(own_action(request), arn));
    Ok(Resolved::Permissions(own.into_iter().chain([set]).collect()))
}

fn unprotectable(path: &str) -> MappingError {
    MappingError::InvalidMember {
        member: path.to_owned(),
        reason: "it is no ARN of what can be protected here",
    }
}

/// Whether a rule, however deep, refers to rules that somebody else manages.
fn refers_to_managed(node: &Node<'_>) -> bool {
    let mut members = node.members().iter();
    let is_managed = members.any(|(name, inner)| {
        name.eq_ignore_ascii_case("ManagedRuleGroupStatement") || refers_to_managed(inner)
    });
    is_managed || node.items().iter().any(refers_to_managed)
}

/// Every ARN that stands in a rule, however deep its statements are.
fn referred(request: &Request<'_>, node: &Node<'_>, arns: &mut Vec<String>) -> Result<(), MappingError> {
    for item in node.items() {
        referred(request, item, arns)?;
    }
    for (name, inner) in node.members() {
        match inner.as_text() {
            Some(text) if name.eq_ignore_ascii_case("arn") => {
                let mut known = REFERRED.iter();
                let found = known.find_map(|known| request.checked_arn(known, text).ok());
                arns.push(found.ok_or_else(|| MappingError::InvalidMember {
                    member: "Rules".to_owned(),
                    reason: "an ARN in it is of nothing that a rule can refer to here",
                })?);
            }
            _ => referred(request, inner, arns)?,
        }
    }
    Ok(())
}

//! WAF: what is named by name, scope and id, and what rules refer to.

use super::{Resolve, ServiceOverrides, own_action};
use crate::MappingError;
use crate::aws::input::Node;
use crate::aws::request::{Request, Resolved};

pub(super) static OVERRIDES: ServiceOverrides = ServiceOverrides {
    actions: &[],
    operations: &[
        // Whether the other service is asked too depends on what is protected.
        (
            "AssociateWebACL",
            Resolve::Refused("what the other service asks for is not decided here"),
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
    let mut arns = vec![own];
    for node in request.nodes("Rules") {
        referred(request, node, &mut arns)?;
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
    let protected = protected.ok_or_else(|| MappingError::InvalidMember {
        member: path.to_owned(),
        reason: "it is no ARN of what can be protected here",
    })?;
    let (region, account) = (request.scope.region, request.scope.account);
    let web_acl = format!("arn:aws:wafv2:{region}:{account}:regional/webacl/*");
    let permissions = [web_acl, protected].map(|arn| request.permission(own_action(request), arn));
    Ok(Resolved::Permissions(permissions.into()))
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

//! What AWS names as the resource of actions for which the catalogue has none.
//!
//! To AWS, such an action is not asked on nothing: a policy can name what is written here, and a Deny on it denies.
//!
//! Evidence: denials of AWS that users quote, one for each line. Of Systems Manager six were seen, all alike.

use crate::aws::call::Scope;

/// Where such a resource is.
#[derive(Clone, Copy)]
enum Place {
    /// In the account and the region of the request.
    Region,
    /// In the account alone.
    Account,
}

/// The prefix of the action, its name or `*` for every one, where its resource is, and what stands behind.
const KNOWN: [(&str, &str, Place, &str); 39] = [
    ("access-analyzer", "ListAnalyzers", Place::Region, "*"),
    ("access-analyzer", "ListPolicyGenerations", Place::Region, "*"),
    ("access-analyzer", "ValidatePolicy", Place::Region, "*"),
    ("acm", "RequestCertificate", Place::Region, "certificate/*"),
    ("amplify", "ListApps", Place::Region, "apps/*"),
    ("appsync", "TagResource", Place::Region, "*"),
    ("bedrock-agentcore", "CreateGateway", Place::Region, "gateway/*"),
    ("cloudformation", "ListStacks", Place::Region, "stack/*/*"),
    (
        "cloudfront",
        "CreateDistribution",
        Place::Account,
        "distribution/*",
    ),
    (
        "cloudfront",
        "CreateOriginAccessControl",
        Place::Account,
        "origin-access-control/*",
    ),
    (
        "cognito-identity",
        "ListIdentityPools",
        Place::Region,
        "identitypool/",
    ),
    ("datapipeline", "ListPipelines", Place::Region, "pipeline/*"),
    ("dynamodb", "ListTables", Place::Region, "table/*"),
    ("eks", "DescribeClusterVersions", Place::Region, "*"),
    ("eks", "ListClusters", Place::Region, "cluster/*"),
    ("elasticmapreduce", "RunJobFlow", Place::Region, "cluster/*"),
    ("es", "ListDomainNames", Place::Region, "domain/*"),
    ("guardduty", "ListDetectors", Place::Region, "detector/*"),
    ("inspector2", "ListCoverage", Place::Region, "/coverage/list"),
    ("inspector2", "ListFindings", Place::Region, "/findings/list"),
    ("kafka", "ListClusters", Place::Region, "/v1/clusters"),
    ("kafka", "ListClustersV2", Place::Region, "/api/v2/clusters"),
    (
        "lakeformation",
        "GetDataLakeSettings",
        Place::Region,
        "catalog:${Account}",
    ),
    (
        "lakeformation",
        "PutDataLakeSettings",
        Place::Region,
        "catalog:${Account}",
    ),
    ("ram", "GetResourceShares", Place::Region, "resource-share/*"),
    ("sagemaker", "ListDomains", Place::Region, "domain/*"),
    ("sns", "CheckIfPhoneNumberIsOptedOut", Place::Region, "*"),
    ("sns", "CreatePlatformApplication", Place::Region, "app/"),
    ("sns", "GetSMSAttributes", Place::Region, "*"),
    ("sns", "ListPhoneNumbersOptedOut", Place::Region, "*"),
    ("sns", "ListPlatformApplications", Place::Region, "*"),
    ("sns", "ListSubscriptions", Place::Region, "*"),
    ("sns", "ListTopics", Place::Region, "*"),
    ("sns", "OptInPhoneNumber", Place::Region, "*"),
    ("sns", "SetSMSAttributes", Place::Region, "*"),
    ("ssm", "*", Place::Region, "*"),
    (
        "states",
        "ValidateStateMachineDefinition",
        Place::Region,
        "stateMachine:*",
    ),
    ("waf", "ListGeoMatchSets", Place::Account, "geomatchset/*"),
    ("workspaces-web", "ListPortals", Place::Region, "portal/*"),
];

fn known(action: &str) -> Option<(&'static str, Place, &'static str)> {
    let (prefix, name) = action.split_once(':')?;
    let mut known = KNOWN.iter();
    let (prefix, _, place, rest) = known
        .find(|(service, of, ..)| *service == prefix && (*of == "*" || of.eq_ignore_ascii_case(name)))?;
    Some((prefix, *place, rest))
}

/// The resource of an action that the catalogue has no resource for, where one is known.
pub(in crate::aws) fn resource(action: &str, scope: &Scope<'_>) -> Option<String> {
    let (prefix, place, rest) = known(action)?;
    let region = match place {
        Place::Region => scope.region,
        Place::Account => "",
    };
    let account = scope.account;
    let rest = rest.replace("${Account}", &account.to_string());
    Some(format!("arn:aws:{prefix}:{region}:{account}:{rest}"))
}

/// The same as a form, to be shown.
pub(in crate::aws) fn form(action: &str) -> String {
    match known(action) {
        Some((prefix, place, rest)) => {
            let region = match place {
                Place::Region => "${Region}",
                Place::Account => "",
            };
            format!("arn:${{Partition}}:{prefix}:{region}:${{Account}}:{rest}")
        }
        None => "*".to_owned(),
    }
}

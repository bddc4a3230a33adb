//! The condition keys that belong to no one service: global keys, keys of role sessions that come with requests to
//! any service, and the claims of OpenID Connect providers.
//!
//! The data set knows only those of them that a service repeats, so they stand here by hand.
//! Evidence: AWS documentation, global condition context keys; for claims, keys for OIDC federation.

use crate::ConditionType::{Arn, Bool, Date, IpAddress, Numeric, String};
use crate::{ConditionKey, ConditionType, folded};

/// All of them but claims, in the order of their names without regard to case.
pub(crate) static GLOBAL: &[ConditionKey] = &[
    single("aws:AssumedRoot", Bool),
    many("aws:CalledVia", String),
    single("aws:CalledViaAWSMCP", String),
    single("aws:CalledViaFirst", String),
    single("aws:CalledViaLast", String),
    single("aws:ChatbotSourceArn", Arn),
    single("aws:CurrentTime", Date),
    single("aws:Ec2InstanceSourcePrivateIPv4", IpAddress),
    single("aws:Ec2InstanceSourceVpc", String),
    // Operators of numbers work on it as well: it is seconds since 1970.
    single("aws:EpochTime", Date),
    single("aws:FederatedProvider", String),
    single("aws:IsMcpServiceAction", Bool),
    single("aws:MultiFactorAuthAge", Numeric),
    single("aws:MultiFactorAuthPresent", Bool),
    single("aws:PrincipalAccount", String),
    single("aws:PrincipalArn", Arn),
    single("aws:PrincipalIsAWSService", Bool),
    single("aws:PrincipalOrgID", String),
    many("aws:PrincipalOrgPaths", String),
    single("aws:PrincipalServiceName", String),
    many("aws:PrincipalServiceNamesList", String),
    single("aws:PrincipalTag/${TagKey}", String),
    single("aws:PrincipalType", String),
    single("aws:referer", String),
    single("aws:RequestedRegion", String),
    single("aws:RequestTag/${TagKey}", String),
    single("aws:ResourceAccount", String),
    single("aws:ResourceOrgID", String),
    many("aws:ResourceOrgPaths", String),
    single("aws:ResourceTag/${TagKey}", String),
    single("aws:SecureTransport", Bool),
    single("aws:SignInSessionArn", Arn),
    single("aws:SourceAccount", String),
    single("aws:SourceArn", Arn),
    single("aws:SourceIdentity", String),
    single("aws:SourceIp", IpAddress),
    single("aws:SourceOrgID", String),
    many("aws:SourceOrgPaths", String),
    single("aws:SourceVpc", String),
    single("aws:SourceVpcArn", Arn),
    single("aws:SourceVpce", String),
    many("aws:TagKeys", String),
    single("aws:TokenIssueTime", Date),
    single("aws:UserAgent", String),
    single("aws:userid", String),
    single("aws:username", String),
    single("aws:ViaAWSMCPService", Bool),
    single("aws:ViaAWSService", Bool),
    single("aws:VpceAccount", String),
    single("aws:VpceOrgID", String),
    many("aws:VpceOrgPaths", String),
    single("aws:VpcSourceIp", IpAddress),
    single("codebuild:BuildArn", Arn),
    single("codebuild:ProjectArn", Arn),
    single("ec2:RoleDelivery", Numeric),
    single("ec2:SourceInstanceArn", Arn),
    single("glue:CredentialIssuingService", String),
    single("glue:RoleAssumedBy", String),
    single("identitystore:UserId", String),
    single("lambda:SourceFunctionArn", Arn),
    single("ssm:SourceInstanceArn", Arn),
];

/// Claims of any OpenID Connect provider, whose host and path stand before the last colon.
static CLAIMS: &[ConditionKey] = &[
    many("${OidcProvider}:amr", String),
    single("${OidcProvider}:aud", String),
    single("${OidcProvider}:azp", String),
    single("${OidcProvider}:id", String),
    single("${OidcProvider}:oaud", String),
    single("${OidcProvider}:sub", String),
];

/// The global key of this name.
pub(crate) fn find(key: &str) -> Option<&'static ConditionKey> {
    folded::find(GLOBAL, key, |known| known.name).or_else(|| GLOBAL.iter().find(|known| known.is_named(key)))
}

/// The key of a claim that any OpenID Connect provider may make: what is before it must look like a host.
pub(crate) fn find_claim(key: &str) -> Option<&'static ConditionKey> {
    let (provider, _) = key.rsplit_once(':')?;
    let host = provider.split('/').next()?;
    if !host.contains('.') {
        return None;
    }
    CLAIMS.iter().find(|known| known.is_named(key))
}

const fn single(name: &'static str, value_type: ConditionType) -> ConditionKey {
    ConditionKey {
        name,
        value_type,
        is_multivalued: false,
    }
}

const fn many(name: &'static str, value_type: ConditionType) -> ConditionKey {
    ConditionKey {
        name,
        value_type,
        is_multivalued: true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_in_order() {
        assert!(GLOBAL.is_sorted_by(|one, next| folded::compare(one.name, next.name).is_lt()));
    }
}

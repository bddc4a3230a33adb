//! The reads that are compared, and what they ask for.

use crate::requests::{self, Identity, Request};

/// A read. In its parameters `{n}` stands for the number of an entity, and `{account}` for the account.
pub(super) struct Call {
    pub(super) name: &'static str,
    parameters: &'static [(&'static str, &'static str)],
}

impl Call {
    /// The request about the entity of this number.
    pub(super) fn request(&self, identity: &Identity, number: usize, port: u16) -> Request {
        let action = self.name.split(',').next().unwrap_or(self.name);
        let parameters: Vec<(&str, String)> = self
            .parameters
            .iter()
            .map(|(name, value)| (*name, account_in(&numbered(value, number), identity)))
            .collect();
        let parameters: Vec<(&str, &str)> = parameters
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        if action == "GetCallerIdentity" {
            return requests::sts(identity, action, &parameters, port);
        }
        requests::iam(identity, action, &parameters, port)
    }
}

/// With the number in it: of the entity, of one of fifty policies, and of one of a hundred things.
pub(super) fn numbered(text: &str, number: usize) -> String {
    text.replace("{n}", &format!("{number:05}"))
        .replace("{n50}", &format!("{:05}", number % 50))
        .replace("{n100}", &format!("{:05}", number % 100))
}

pub(super) fn account_in(text: &str, identity: &Identity) -> String {
    text.replace("{account}", &identity.account)
        .replace("{key}", &identity.access_key_id)
}

const fn call(name: &'static str, parameters: &'static [(&'static str, &'static str)]) -> Call {
    Call { name, parameters }
}

const PAGE: (&str, &str) = ("MaxItems", super::PAGE);
const USER: (&str, &str) = ("UserName", "u-{n}");
const SOMEONE: (&str, &str) = ("UserName", "someone");
const ROLE: (&str, &str) = ("RoleName", "r-{n}");
const GROUP: (&str, &str) = ("GroupName", "everybody");
const OWN: (&str, &str) = ("PolicyName", "own");
const PROFILE: (&str, &str) = ("InstanceProfileName", "i-{n100}");
const POLICY: (&str, &str) = ("PolicyArn", "arn:aws:iam::{account}:policy/p-{n100}");
const USED_POLICY: (&str, &str) = ("PolicyArn", "arn:aws:iam::{account}:policy/p-00000");
const DEVICE: (&str, &str) = ("SerialNumber", "arn:aws:iam::{account}:mfa/phone");
const OIDC: (&str, &str) = (
    "OpenIDConnectProviderArn",
    "arn:aws:iam::{account}:oidc-provider/issuer.example.com",
);
const USER_ARN: &str = "arn:aws:iam::{account}:user/filler/someone";
const FILTER: &str = "Filter.member.1";

pub(super) const CALLS: &[Call] = &[
    call("GetCallerIdentity", &[]),
    call("GetAccessKeyLastUsed", &[("AccessKeyId", "{key}")]),
    call("GetAccountAuthorizationDetails", &[PAGE]),
    call(
        "GetAccountAuthorizationDetails, groups",
        &[PAGE, (FILTER, "Group")],
    ),
    call("GetAccountAuthorizationDetails, roles", &[PAGE, (FILTER, "Role")]),
    call(
        "GetAccountAuthorizationDetails, policies",
        &[PAGE, (FILTER, "LocalManagedPolicy")],
    ),
    call(
        "GetAccountAuthorizationDetails, of AWS",
        &[PAGE, (FILTER, "AWSManagedPolicy")],
    ),
    call("GetAccountPasswordPolicy", &[]),
    call("GetAccountSummary", &[]),
    call(
        "GetContextKeysForPrincipalPolicy",
        &[("PolicySourceArn", USER_ARN)],
    ),
    call("GetGroup", &[PAGE, GROUP]),
    call("GetGroupPolicy", &[GROUP, OWN]),
    call("GetInstanceProfile", &[PROFILE]),
    call("GetLoginProfile", &[SOMEONE]),
    call("GetOpenIDConnectProvider", &[OIDC]),
    call("GetOutboundWebIdentityFederationInfo", &[]),
    call("GetPolicy", &[POLICY]),
    call("GetPolicyVersion", &[POLICY, ("VersionId", "v1")]),
    call("GetRole", &[ROLE]),
    call("GetRolePolicy", &[ROLE, OWN]),
    call("GetUser", &[USER]),
    call("GetUserPolicy", &[USER, OWN]),
    call("ListAccessKeys", &[SOMEONE]),
    call("ListAccountAliases", &[]),
    call("ListAttachedGroupPolicies", &[GROUP]),
    call("ListAttachedRolePolicies", &[ROLE]),
    call("ListAttachedUserPolicies", &[USER]),
    call("ListEntitiesForPolicy", &[PAGE, USED_POLICY]),
    call(
        "ListEntitiesForPolicy, roles",
        &[PAGE, USED_POLICY, ("EntityFilter", "Role")],
    ),
    call("ListGroupPolicies", &[GROUP]),
    call("ListGroups", &[PAGE]),
    call("ListGroupsForUser", &[USER]),
    call("ListInstanceProfileTags", &[PROFILE]),
    call("ListInstanceProfiles", &[PAGE]),
    call("ListInstanceProfilesForRole", &[("RoleName", "r-{n100}")]),
    call("ListMFADeviceTags", &[DEVICE]),
    call("ListMFADevices", &[USER]),
    call("ListOpenIDConnectProviderTags", &[OIDC]),
    call("ListOpenIDConnectProviders", &[]),
    call("ListPolicies", &[PAGE, ("Scope", "Local")]),
    call(
        "ListPolicies, attached",
        &[PAGE, ("Scope", "Local"), ("OnlyAttached", "true")],
    ),
    call(
        "ListPolicies, of AWS, attached",
        &[PAGE, ("Scope", "AWS"), ("OnlyAttached", "true")],
    ),
    call(
        "ListPoliciesGrantingServiceAccess",
        &[
            ("Arn", "arn:aws:iam::{account}:role/r-{n}"),
            ("ServiceNamespaces.member.1", "s3"),
        ],
    ),
    call("ListPolicyTags", &[POLICY]),
    call("ListPolicyVersions", &[POLICY]),
    call("ListRolePolicies", &[ROLE]),
    call("ListRoleTags", &[ROLE]),
    call("ListRoles", &[PAGE]),
    call("ListSAMLProviders", &[]),
    call("ListSSHPublicKeys", &[USER]),
    call("ListServerCertificates", &[PAGE]),
    call("ListServiceSpecificCredentials", &[USER]),
    call("ListSigningCertificates", &[USER]),
    call("ListUserPolicies", &[USER]),
    call("ListUserTags", &[USER]),
    call("ListUsers", &[PAGE]),
    call(
        "ListUsers, under a path of many",
        &[PAGE, ("PathPrefix", "/filler/")],
    ),
    call(
        "ListUsers, under a path of one",
        &[PAGE, ("PathPrefix", "/rare/")],
    ),
    call("ListVirtualMFADevices", &[PAGE]),
    call(
        "ListVirtualMFADevices, assigned",
        &[PAGE, ("AssignmentStatus", "Assigned")],
    ),
    call(
        "SimulatePrincipalPolicy",
        &[
            ("PolicySourceArn", USER_ARN),
            ("ActionNames.member.1", "s3:GetObject"),
        ],
    ),
];

//! Request parameters and response elements of a record: what may be shown is listed, the rest is hidden.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// What stands in a record in place of a value that may not be shown. CloudTrail uses the same word.
pub const HIDDEN: &str = "HIDDEN_DUE_TO_SECURITY_REASONS";

/// Parameters of a record, by name in CloudTrail's spelling (`userName`).
///
/// Invariant: a value is shown only if its name, and the name of everything around it, is in the list of names
/// known to carry no secret. A parameter that is added to the API tomorrow is hidden until someone lists it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Parameters(Map<String, Value>);

impl Parameters {
    /// No parameters.
    pub fn new() -> Self {
        Self::default()
    }

    /// With one more text parameter, or hidden if its name is not listed. The name may be in the wire's spelling
    /// (`UserName`) or CloudTrail's (`userName`).
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.insert(name, value.into());
        self
    }

    /// Adds a parameter, or hides it if its name is not listed. Structures and lists are searched through.
    pub fn insert(&mut self, name: &str, value: Value) {
        let name = spelled(name);
        let value = if is_shown(&name) {
            redacted(value, 0)
        } else {
            Value::from(HIDDEN)
        };
        self.0.insert(name, value);
    }

    /// With tags by their keys, which are their owners' words and shown whatever they are; without them if there are
    /// none.
    #[must_use]
    pub fn with_tags<'a>(mut self, name: &str, tags: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let tags: Map<String, Value> = tags
            .into_iter()
            .map(|(key, value)| (key.to_owned(), Value::from(value)))
            .collect();
        if !tags.is_empty() {
            self.0.insert(spelled(name), Value::Object(tags));
        }
        self
    }

    /// The parameters of a request of the query protocol: `Tags.member.1.Key=team` becomes
    /// `"tags":[{"key":"team"}]`. `Action` and `Version` are left out, numbers and booleans become such. Of a
    /// parameter given twice the first counts, as when the request is decoded.
    pub fn from_query<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let mut root = Node::default();
        let mut budget = QUERY_BYTES_MAX;
        for (name, value) in pairs {
            if matches!(name, "Action" | "Version") {
                continue;
            }
            let Some(rest) = budget.checked_sub(name.len().saturating_add(value.len())) else {
                return Self::new().with("message", "parameters too large to record");
            };
            budget = rest;
            root.put(name.split('.'), value, 0);
        }
        let mut parameters = Self::new();
        for (name, node) in root.children {
            let name = spelled(&name);
            let value = if is_shown(&name) {
                node.into_value(&name)
            } else {
                Value::from(HIDDEN)
            };
            parameters.0.insert(name, value);
        }
        parameters
    }

    /// The value of a parameter.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn into_non_empty(self) -> Option<Self> {
        (!self.is_empty()).then_some(self)
    }
}

/// As large as CloudTrail lets a record's parameters grow before it leaves them out.
const QUERY_BYTES_MAX: usize = 100 * 1024;
const DEPTH_MAX: usize = 8;
/// More than any list of the API may have; it keeps the search among them short.
const CHILDREN_MAX: usize = 256;

/// A tree of query parameters in the order in which they came.
#[derive(Default)]
struct Node {
    text: Option<String>,
    children: Vec<(String, Node)>,
}

impl Node {
    fn put<'a>(&mut self, mut path: impl Iterator<Item = &'a str>, value: &str, depth: usize) {
        let Some(part) = path.next() else {
            self.text.get_or_insert_with(|| value.to_owned());
            return;
        };
        if depth > DEPTH_MAX {
            return;
        }
        // The last child is the likely one: members of a list and of a structure come together.
        let at = self.children.iter().rposition(|(name, _)| name == part);
        if at.is_none() {
            if self.children.len() >= CHILDREN_MAX {
                return;
            }
            self.children.push((part.to_owned(), Node::default()));
        }
        let child = match at {
            Some(at) => self.children.get_mut(at),
            None => self.children.last_mut(),
        };
        if let Some((_, child)) = child {
            child.put(path, value, depth.saturating_add(1));
        }
    }

    fn into_value(self, name: &str) -> Value {
        if self.children.is_empty() {
            return typed(name, self.text.unwrap_or_default());
        }
        let is_list =
            matches!(self.children.as_slice(), [(only, _)] if matches!(only.as_str(), "member" | "entry"));
        if is_list {
            let members = self.children.into_iter().flat_map(|(_, list)| list.children);
            return Value::Array(members.map(|(_, member)| member.into_value(name)).collect());
        }
        let fields = self.children.into_iter().map(|(field, node)| {
            let field = spelled(&field);
            let value = if is_shown(&field) {
                node.into_value(&field)
            } else {
                Value::from(HIDDEN)
            };
            (field, value)
        });
        Value::Object(fields.collect())
    }
}

fn typed(name: &str, text: String) -> Value {
    if NUMBERS.binary_search(&name).is_ok()
        && let Ok(number) = text.parse::<i64>()
    {
        return Value::from(number);
    }
    if BOOLEANS.binary_search(&name).is_ok()
        && let Ok(flag) = text.parse::<bool>()
    {
        return Value::from(flag);
    }
    Value::from(text)
}

fn redacted(value: Value, depth: usize) -> Value {
    // Fails closed: what lies deeper than any shape of the API is hidden rather than searched through.
    if depth > DEPTH_MAX {
        return Value::from(HIDDEN);
    }
    let depth = depth.saturating_add(1);
    match value {
        Value::Array(items) => Value::Array(items.into_iter().map(|item| redacted(item, depth)).collect()),
        Value::Object(fields) => Value::Object(
            fields
                .into_iter()
                .map(|(name, value)| {
                    let name = spelled(&name);
                    let value = if is_shown(&name) {
                        redacted(value, depth)
                    } else {
                        Value::from(HIDDEN)
                    };
                    (name, value)
                })
                .collect(),
        ),
        plain => plain,
    }
}

/// The name with its first letter small: CloudTrail writes `userName` for `UserName`, `sAMLProviderArn` for
/// `SAMLProviderArn`.
fn spelled(name: &str) -> String {
    let mut letters = name.chars();
    match letters.next() {
        Some(first) => first.to_lowercase().chain(letters).collect(),
        None => String::new(),
    }
}

fn is_shown(name: &str) -> bool {
    SHOWN.binary_search(&name).is_ok()
}

const NUMBERS: &[&str] = &[
    "durationSeconds",
    "maxItems",
    "maxPasswordAge",
    "maxSessionDuration",
    "minimumPasswordLength",
    "passwordReusePrevention",
];

const BOOLEANS: &[&str] = &[
    "allowUsersToChangePassword",
    "hardExpiry",
    "onlyAttached",
    "passwordResetRequired",
    "requireLowercaseCharacters",
    "requireNumbers",
    "requireSymbols",
    "requireUppercaseCharacters",
    "setAsDefault",
];

/// Names of request and response members of IAM and STS that carry no secret. Left out on purpose: passwords,
/// secret keys, session tokens, assertions, one-time codes, private keys, seeds and their pictures, and documents
/// too large to be worth repeating. Sorted, for binary search.
#[rustfmt::skip]
const SHOWN: &[&str] = &[
    "aWSServiceName", "accessDetails", "accessKey", "accessKeyId", "accessKeyLastUsed", "accessKeyMetadata",
    "account", "accountAlias", "accountAliases", "actionName", "actionNames", "allUsers",
    "allowUsersToChangePassword", "allowedByOrganizations", "allowedByPermissionsBoundary", "approverId",
    "arn", "assertionEncryptionMode", "assignmentStatus", "assumeRolePolicyDocument",
    "assumeRolePolicyDocumentTemplate", "assumedPrincipal", "assumedRoleId", "assumedRoleUser",
    "attachedManagedPolicies", "attachedPolicies", "attachmentCount", "attachmentName", "attachmentType",
    "audience", "callerArn", "certificate", "certificateId", "certificates", "certifications", "clientID",
    "clientIDList", "column", "consoleDeepLink", "contextEntries", "contextKeyName", "contextKeyNames",
    "contextKeyType", "contextKeyValues", "createDate", "createTimestamp", "credentialAgeDays",
    "credentials", "customSuffix", "defaultMinorVersion", "defaultValue", "defaultVersionId",
    "delegationPermissionCheck", "delegationRequest", "delegationRequestId", "delegationRequests",
    "deletionTaskId", "description", "durationSeconds", "enableDate", "enabled", "enabledFeatures",
    "encoding", "endPosition", "entityArn", "entityDetailsList", "entityFilter", "entityInfo", "entityName",
    "entityPath", "entityType", "error", "errorDetails", "evalActionName", "evalDecision",
    "evalDecisionDetails", "evalResourceDecision", "evalResourceName", "evaluationResults", "expiration",
    "expirationDate", "expirationTime", "expirePasswords", "externalId", "federatedUser", "federatedUserId",
    "filter", "fingerprint", "generatedTime", "globalEndpointTokenVersion", "granularity", "group",
    "groupDetailList", "groupId", "groupList", "groupName", "groupPolicyList", "groups", "hardExpiry", "id",
    "immutable", "incomingTransitiveTags", "inlinePolicyIdentifier", "inlinePolicyTemplates",
    "instanceProfile", "instanceProfileId", "instanceProfileList", "instanceProfileName",
    "instanceProfiles", "isAttachable", "isDefaultVersion", "isRequired", "isTruncated", "issuer",
    "issuerIdentifier", "jobCompletionDate", "jobCreationDate", "jobId", "jobStatus", "jobType",
    "jwtVendingEnabled", "key", "keyId", "lastAccessedEntity", "lastAccessedRegion", "lastAccessedTime",
    "lastAuthenticated", "lastAuthenticatedEntity", "lastAuthenticatedRegion", "lastAuthenticatedTime",
    "lastUsedDate", "line", "locale", "loginProfile", "mFADevices", "majorVersion", "managedByType",
    "managedByValue", "managedPolicyArns", "marker", "matchedStatements", "maxItems", "maxPasswordAge",
    "maxSessionDuration", "message", "minimumPasswordLength", "minimumSessionTokenSize", "minorVersion",
    "missingContextValues", "name", "nameQualifier", "newGroupName", "newPath", "newServerCertificateName",
    "newUserName", "notes", "notificationChannel", "numberOfServicesAccessible",
    "numberOfServicesNotAccessed", "onlyAttached", "onlySendByOwner", "openIDConnectProviderArn",
    "openIDConnectProviderList", "orderedOrganizationPolicyInputList", "organizationId",
    "organizationsDecisionDetail", "organizationsPolicyId", "ownerAccountId", "ownerId", "packedPolicySize",
    "parameters", "parametersDefinition", "passwordLastChanged", "passwordLastUsed", "passwordPolicy",
    "passwordResetRequired", "passwordReusePrevention", "path", "pathPrefix", "permissionBoundaryArn",
    "permissionCheckResult", "permissionCheckStatus", "permissionPolicy", "permissions",
    "permissionsBoundary", "permissionsBoundaryArn", "permissionsBoundaryDecisionDetail",
    "permissionsBoundaryPolicyInputList", "permissionsBoundaryType", "permissionsBoundaryUsageCount",
    "policies", "policiesGrantingServiceAccess", "policy", "policyArn", "policyArns", "policyDocument",
    "policyExclusionList", "policyGroups", "policyId", "policyInputList", "policyName", "policyNames",
    "policyRoles", "policySourceArn", "policyTemplateArn", "policyType", "policyUsageFilter", "policyUsers",
    "policyVersion", "policyVersionList", "principalArn", "principalTags", "privateKeyList", "properties",
    "providedContexts", "provider", "providerArn", "providerId", "reason", "redirectUrl", "region",
    "rejectionReason", "replacementValues", "reportFormat", "requestMessage", "requestorId",
    "requestorName", "requestorWorkflowId", "requireLowercaseCharacters", "requireNumbers",
    "requireSymbols", "requireUppercaseCharacters", "resourceArns", "resourceHandlingOption",
    "resourceOwner", "resourcePolicy", "resourceSpecificResults", "resources", "role", "roleArn",
    "roleDescriptionPattern", "roleDetailList", "roleId", "roleLastUsed", "roleName", "roleNamePattern",
    "rolePathPattern", "rolePermissionRestrictionArns", "rolePolicyList", "roleSessionName",
    "roleTagsTemplate", "roleTemplateVersion", "roleUsageList", "roles", "sAMLAssertionID",
    "sAMLProviderArn", "sAMLProviderList", "sAMLProviderUUID", "sSHPublicKey", "sSHPublicKeyBody",
    "sSHPublicKeyId", "sSHPublicKeys", "scope", "serialNumber", "serverCertificate", "serverCertificateId",
    "serverCertificateMetadata", "serverCertificateMetadataList", "serverCertificateName",
    "serviceControlPolicyInputList", "serviceCredentialAlias", "serviceName", "serviceNamespace",
    "serviceNamespaces", "serviceSpecificCredential", "serviceSpecificCredentialId",
    "serviceSpecificCredentials", "serviceUserName", "servicesLastAccessed", "sessionDuration",
    "sessionTokenSize", "sessionTokenUtilization", "setAsDefault", "signingAlgorithm", "sortKey",
    "sourceIdentity", "sourcePolicyId", "sourcePolicyType", "sourceRoleTemplate", "startPosition", "state",
    "status", "subType", "subject", "subjectFromWebIdentityToken", "subjectType", "summaryContent",
    "summaryMap", "summaryState", "tagKeys", "tags", "targetPrincipal", "taskPolicyArn", "templateArn",
    "templateMinorVersion", "templateName", "templateVersionId", "thumbprintList", "timestamp",
    "totalAuthenticatedEntities", "trackedActionsLastAccessed", "transitiveTagKeys", "type", "uid",
    "updateDate", "updateTimestamp", "updatedTime", "uploadDate", "url", "user", "userDetailList", "userId",
    "userName", "userPolicyList", "users", "validUntil", "value", "values", "versionEnabled", "versionId",
    "versions", "virtualMFADevice", "virtualMFADeviceName", "virtualMFADevices",
];

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn shown(pairs: &[(&str, &str)]) -> Value {
        serde_json::to_value(Parameters::from_query(pairs.iter().copied())).unwrap()
    }

    #[test]
    fn the_lists_of_names_are_sorted() {
        assert!(SHOWN.is_sorted() && NUMBERS.is_sorted() && BOOLEANS.is_sorted());
    }

    #[test]
    fn query_parameters_become_nested_json() {
        let got = shown(&[
            ("Action", "CreateUser"),
            ("Version", "2010-05-08"),
            ("UserName", "carla"),
            ("UserName", "second is ignored"),
            ("Tags.member.1.Key", "team"),
            ("Tags.member.1.Value", "data"),
            ("Tags.member.2.Key", "cost"),
            ("Tags.member.2.Value", ""),
            ("DurationSeconds", "900"),
            ("SetAsDefault", "true"),
        ]);
        let want = json!({
            "userName": "carla",
            "tags": [{"key": "team", "value": "data"}, {"key": "cost", "value": ""}],
            "durationSeconds": 900,
            "setAsDefault": true,
        });
        assert_eq!(got, want);
    }

    #[test]
    fn tags_are_shown_by_keys_that_nobody_listed() {
        let got = Parameters::new()
            .with_tags("incomingTransitiveTags", [("Department", "Engineering")])
            .with_tags("principalTags", []);
        assert_eq!(
            serde_json::to_value(got).unwrap(),
            json!({"incomingTransitiveTags": {"Department": "Engineering"}})
        );
    }

    #[test]
    fn secrets_and_unknown_names_are_hidden_at_every_depth() {
        let got = shown(&[
            ("Password", "hunter2"),
            ("TokenCode", "123456"),
            ("Tags.member.1.Password", "hunter2"),
        ]);
        assert_eq!(
            got,
            json!({"password": HIDDEN, "tokenCode": HIDDEN, "tags": [{"password": HIDDEN}]})
        );
        let answer = Parameters::new().with(
            "accessKey",
            json!({"AccessKeyId": "AKIA", "SecretAccessKey": "wJalr", "Nested": {"deep": "wJalr"}}),
        );
        let answer = serde_json::to_value(answer).unwrap();
        assert_eq!(
            answer,
            json!({"accessKey": {"accessKeyId": "AKIA", "secretAccessKey": HIDDEN, "nested": HIDDEN}})
        );
    }

    #[test]
    fn parameters_too_large_are_left_out() {
        let large = "x".repeat(QUERY_BYTES_MAX);
        let got = shown(&[("PolicyDocument", &large)]);
        assert_eq!(got, json!({"message": "parameters too large to record"}));
    }
}

//! Request parameters and response elements of a record: what may be shown is listed, the rest is hidden.

use std::collections::HashSet;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// What stands in a record in place of a value that may not be shown. CloudTrail uses the same word.
pub const HIDDEN: &str = "HIDDEN_DUE_TO_SECURITY_REASONS";

/// Parameters of a record, by name in CloudTrail's spelling (`userName`; for S3 that of the wire).
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
        let name = spelled(name.to_owned());
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
            self.0.insert(spelled(name.to_owned()), Value::Object(tags));
        }
        self
    }

    /// With a value that carries no secret whatever its name is, under a name that is spelt as it stands.
    #[must_use]
    pub fn with_known(mut self, name: &'static str, value: impl Into<Value>) -> Self {
        self.insert_known(name, value.into());
        self
    }

    /// The value of a parameter.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }

    pub(crate) fn remove(&mut self, name: &str) {
        self.0.remove(name);
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Adds a value that carries no secret, under a name that is spelt as it stands.
    pub(crate) fn insert_known(&mut self, name: &str, value: Value) {
        self.0.insert(name.to_owned(), value);
    }

    /// Adds all of others.
    pub(crate) fn extend(&mut self, others: Self) {
        self.0.extend(others.0);
    }

    pub(crate) fn into_non_empty(self) -> Option<Self> {
        (!self.is_empty()).then_some(self)
    }

    /// Without what is long, if all of it together is too long for one line; then it says so, and how long it was.
    ///
    /// Evidence for the members that say so: CloudTrail's records as quoted in public tools, which from 100 kB on have
    /// nothing else. Here what is short stays, so that nobody hides by padding whom and what a request is about.
    pub(crate) fn bounded(mut self, of: &str) -> Self {
        let bytes: usize = self
            .0
            .iter()
            .map(|(name, value)| written(name) + length(value))
            .sum();
        if bytes <= BYTES_MAX {
            return self;
        }
        self.0
            .retain(|name, value| written(name) + length(value) <= KEPT_BYTES_MAX);
        self.0.insert("omitted".to_owned(), Value::from(true));
        self.0.insert("originalSize".to_owned(), Value::from(bytes));
        let reason = format!("{of} too large");
        self.0.insert("reason".to_owned(), Value::from(reason));
        self
    }
}

/// So many bytes have all parameters of a record, or all elements of its response: two of the longest documents.
const BYTES_MAX: usize = 512 << 10;

/// So many bytes has each of them that stays where all are too long.
const KEPT_BYTES_MAX: usize = 4 << 10;

/// About how many bytes a value is when it is written, and never fewer.
fn length(value: &Value) -> usize {
    match value {
        Value::Null | Value::Bool(_) => 5,
        Value::Number(_) => 24,
        Value::String(text) => written(text),
        Value::Array(items) => items.iter().map(|item| 1 + length(item)).sum::<usize>() + 2,
        Value::Object(fields) => {
            let fields = fields
                .iter()
                .map(|(name, value)| 2 + written(name) + length(value));
            fields.sum::<usize>() + 2
        }
    }
}

/// How many bytes a text is when it is written, with its quotation marks.
fn written(text: &str) -> usize {
    let escaped = text.bytes().map(|byte| match byte {
        b'"' | b'\\' | b'\n' | b'\r' | b'\t' => 2,
        0..0x20 => 6,
        _ => 1,
    });
    escaped.sum::<usize>() + 2
}

const DEPTH_MAX: usize = 8;

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
                    let name = spelled(name);
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
fn spelled(mut name: String) -> String {
    // Nothing that is listed begins with a letter outside ASCII.
    if let Some(first) = name.get_mut(..1) {
        first.make_ascii_lowercase();
    }
    name
}

/// A record has a good dozen of names, and to search through the list for each took longer than to write them.
fn is_shown(name: &str) -> bool {
    static NAMES: LazyLock<HashSet<&str>> = LazyLock::new(|| SHOWN.iter().copied().collect());
    NAMES.contains(name)
}

/// Names of request and response members of IAM, STS and S3 that carry no secret. Left out on purpose: passwords,
/// secret keys, session tokens, assertions, one-time codes, private keys, seeds and their pictures, and documents
/// too large to be worth repeating. Sorted.
#[rustfmt::skip]
const SHOWN: &[&str] = &[
    "aWSServiceName", "accessDetails", "accessKey", "accessKeyId", "accessKeyLastUsed", "accessKeyMetadata",
    "account", "accountAlias", "accountAliases", "actionName", "actionNames", "allUsers",
    "allowUsersToChangePassword", "allowedByOrganizations", "allowedByPermissionsBoundary", "approverId",
    "arn", "assertionEncryptionMode", "assignmentStatus", "assumeRolePolicyDocument",
    "assumeRolePolicyDocumentTemplate", "assumedPrincipal", "assumedRoleId", "assumedRoleUser",
    "attachedManagedPolicies", "attachedPolicies", "attachmentCount", "attachmentName", "attachmentType",
    "audience", "blockPublicAcls", "blockPublicPolicy", "bucketName", "bucketPolicy", "callerArn",
    "certificate", "certificateId", "certificates", "certifications", "clientID", "clientIDList", "column",
    "consoleDeepLink", "contextEntries", "contextKeyName", "contextKeyNames", "contextKeyType",
    "contextKeyValues", "createDate", "createTimestamp", "credentialAgeDays", "credentials", "customSuffix",
    "defaultMinorVersion", "defaultValue", "defaultVersionId", "delegationPermissionCheck",
    "delegationRequest", "delegationRequestId", "delegationRequests", "deletionTaskId", "description",
    "durationSeconds", "enableDate", "enabled", "enabledFeatures", "encoding", "endPosition", "entityArn",
    "entityDetailsList", "entityFilter", "entityInfo", "entityName", "entityPath", "entityType", "epoch",
    "error", "errorDetails", "evalActionName", "evalDecision", "evalDecisionDetails",
    "evalResourceDecision", "evalResourceName", "evaluationResults", "expiration", "expirationDate",
    "expirationTime", "expirePasswords", "externalId", "federatedUser", "federatedUserId", "filter",
    "fingerprint", "generatedTime", "globalEndpointTokenVersion", "granularity", "group", "groupDetailList",
    "groupId", "groupList", "groupName", "groupPolicyList", "groups", "hardExpiry", "id",
    "ignorePublicAcls", "immutable", "incomingTransitiveTags", "inlinePolicyIdentifier",
    "inlinePolicyTemplates", "instanceProfile", "instanceProfileId", "instanceProfileList",
    "instanceProfileName", "instanceProfiles", "isAttachable", "isDefaultVersion", "isRequired",
    "isTruncated", "issuer", "issuerIdentifier", "jobCompletionDate", "jobCreationDate", "jobId",
    "jobStatus", "jobType", "jwtVendingEnabled", "key", "keyId", "lastAccessedEntity", "lastAccessedRegion",
    "lastAccessedTime", "lastAuthenticated", "lastAuthenticatedEntity", "lastAuthenticatedRegion",
    "lastAuthenticatedTime", "lastUsedDate", "line", "locale", "loginProfile", "mFADevices", "majorVersion",
    "managedByType", "managedByValue", "managedPolicyArns", "marker", "matchedStatements", "maxItems",
    "maxPasswordAge", "maxSessionDuration", "message", "minimumPasswordLength", "minimumSessionTokenSize",
    "minorVersion", "missingContextValues", "name", "nameQualifier", "newGroupName", "newPath",
    "newServerCertificateName", "newUserName", "notes", "notificationChannel", "numberOfServicesAccessible",
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
    "providedContexts", "provider", "providerArn", "providerId", "publicAccessBlockConfiguration", "reason",
    "redirectUrl", "refuseAfterDays", "region", "rejectionReason", "replacementValues", "reportFormat",
    "requestMessage", "requestorId", "requestorName", "requestorWorkflowId", "requireLowercaseCharacters",
    "requireNumbers", "requireSymbols", "requireUppercaseCharacters", "resourceArns",
    "resourceHandlingOption", "resourceOwner", "resourcePolicy", "resourceSpecificResults", "resources",
    "restrictPublicBuckets", "role", "roleArn", "roleDescriptionPattern", "roleDetailList", "roleId",
    "roleLastUsed", "roleName", "roleNamePattern", "rolePathPattern", "rolePermissionRestrictionArns",
    "rolePolicyList", "roleSessionName", "roleTagsTemplate", "roleTemplateVersion", "roleUsageList",
    "roles", "root", "sAMLAssertionID", "sAMLProviderArn", "sAMLProviderList", "sAMLProviderUUID",
    "sSHPublicKey", "sSHPublicKeyBody", "sSHPublicKeyId", "sSHPublicKeys", "scope", "serialNumber",
    "serverCertificate", "serverCertificateId", "serverCertificateMetadata",
    "serverCertificateMetadataList", "serverCertificateName", "serviceControlPolicyInputList",
    "serviceCredentialAlias", "serviceName", "serviceNamespace", "serviceNamespaces",
    "serviceSpecificCredential", "serviceSpecificCredentialId", "serviceSpecificCredentials",
    "serviceUserName", "servicesLastAccessed", "sessionDuration", "sessionId", "sessionName",
    "sessionTokenSize", "sessionTokenUtilization", "setAsDefault", "signingAlgorithm", "sortKey",
    "sourceIdentity", "sourcePolicyId", "sourcePolicyType", "sourceRoleTemplate", "startPosition", "state",
    "status", "subType", "subject", "subjectFromWebIdentityToken", "subjectType", "summaryContent",
    "summaryMap", "summaryState", "tagKeys", "tags", "targetPrincipal", "taskPolicyArn", "templateArn",
    "templateMinorVersion", "templateName", "templateVersionId", "thumbprintList", "timestamp",
    "totalAuthenticatedEntities", "trackedActionsLastAccessed", "transitiveTagKeys", "type", "uid",
    "unusedAfterDays", "updateDate", "updateTimestamp", "updatedTime", "uploadDate", "url", "user",
    "userDetailList", "userId", "userName", "userPolicyList", "users", "validUntil", "value", "values",
    "versionEnabled", "versionId", "versions", "virtualMFADevice", "virtualMFADeviceName",
    "virtualMFADevices", "warnAfterDays",
];

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_list_of_names_is_sorted() {
        assert!(SHOWN.is_sorted());
    }

    #[test]
    fn what_is_too_long_for_a_line_is_left_out_and_what_is_short_stays() {
        let of = |document: &str| {
            Parameters::new()
                .with("roleName", "Deploy")
                .with("policyDocument", document)
                .bounded("requestParameters")
        };
        let fits = "\n".repeat(BYTES_MAX / 2 - 64);
        assert_eq!(of(&fits).get("policyDocument"), Some(&Value::from(&*fits)));
        let long = "\n".repeat(BYTES_MAX / 2);
        assert_eq!(
            serde_json::to_value(of(&long)).unwrap(),
            json!({
                "roleName": "Deploy", "omitted": true, "originalSize": BYTES_MAX + 2 + 10 + 8 + 16,
                "reason": "requestParameters too large",
            })
        );
    }

    #[test]
    fn no_value_is_longer_than_it_was_taken_for() {
        let value = json!({"a\u{1}\"": [null, true, -1.5e-300, u64::MAX, "ü\\\u{7f}\t", {}], "b": []});
        assert!(value.to_string().len() <= length(&value));
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
        let got = Parameters::new()
            .with("Password", "hunter2")
            .with("TokenCode", "123456")
            .with("Tags", json!([{"Password": "hunter2"}]));
        assert_eq!(
            serde_json::to_value(got).unwrap(),
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
}

//! The names of parameters and elements that may be shown.

use std::collections::HashSet;
use std::sync::LazyLock;

/// A record has a good dozen of names, and to search through the list for each took longer than to write them.
pub(crate) fn is_shown(name: &str) -> bool {
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
    use super::SHOWN;

    #[test]
    fn the_list_of_names_is_sorted() {
        assert!(SHOWN.is_sorted());
    }
}

//! The issue codes of Access Analyzer's policy validation, each with the type of its findings.
//!
//! Evidence: AWS documentation, IAM policy validation check reference, which names code and type of each check
//! (what it calls a general warning is `WARNING` in the API). Codes of checks that it once had and has no more
//! are not here.

use std::fmt;

use serde::{Serialize, Serializer};

use crate::FindingType;

macro_rules! issue_codes {
    ($($finding_type:ident { $(#[doc = $description:literal] $name:ident = $code:literal,)* })*) => {
        /// What a finding is about.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum IssueCode {
            $($(#[doc = $description] $name,)*)*
        }

        impl IssueCode {
            /// All codes.
            pub const ALL: &[Self] = &[$($(Self::$name,)*)*];

            /// AWS's code.
            pub fn as_str(self) -> &'static str {
                match self {
                    $($(Self::$name => $code,)*)*
                }
            }

            /// What is wrong where it is reported, in one sentence.
            pub fn description(self) -> &'static str {
                match self {
                    $($(Self::$name => $description,)*)*
                }
                .trim_start()
            }

            /// The type of the findings with this code.
            pub fn finding_type(self) -> FindingType {
                match self {
                    $($(Self::$name)|* => FindingType::$finding_type,)*
                }
            }
        }
    };
}

issue_codes! {
    Error {
        /// ARNs of this kind of resource have no account, and this one has.
        ArnAccountNotAllowed = "ARN_ACCOUNT_NOT_ALLOWED",
        /// ARNs of this kind of resource have no Region, and this one has.
        ArnRegionNotAllowed = "ARN_REGION_NOT_ALLOWED",
        /// A value is of another JSON type than the element takes.
        DataTypeMismatch = "DATA_TYPE_MISMATCH",
        /// A condition key is there twice under one operator, in different case.
        DuplicateKeysWithDifferentCase = "DUPLICATE_KEYS_WITH_DIFFERENT_CASE",
        /// A policy variable has no name between its braces.
        EmptyVariable = "EMPTY_VARIABLE",
        /// The policy of a resource other than a role names an identity provider.
        FederatedPrincipalNotSupported = "FEDERATED_PRINCIPAL_NOT_SUPPORTED",
        /// The service has no action of this name, or none that the pattern matches.
        InvalidAction = "INVALID_ACTION",
        /// The account in an ARN does not have 12 digits.
        InvalidArnAccount = "INVALID_ARN_ACCOUNT",
        /// A resource is neither * nor begins with arn:.
        InvalidArnPrefix = "INVALID_ARN_PREFIX",
        /// The Region in an ARN does not exist in its partition.
        InvalidArnRegion = "INVALID_ARN_REGION",
        /// The last part of an ARN is not written as the service writes it.
        InvalidArnResource = "INVALID_ARN_RESOURCE",
        /// The service in an ARN is not in lower case.
        InvalidArnServiceCase = "INVALID_ARN_SERVICE_CASE",
        /// The values of a condition key are of different JSON types.
        InvalidConditionDataType = "INVALID_CONDITION_DATA_TYPE",
        /// A condition key does not have the form service:name.
        InvalidConditionKeyFormat = "INVALID_CONDITION_KEY_FORMAT",
        /// Bool is given more than one value.
        InvalidConditionMultipleBoolean = "INVALID_CONDITION_MULTIPLE_BOOLEAN",
        /// There is no condition operator of this name.
        InvalidConditionOperator = "INVALID_CONDITION_OPERATOR",
        /// Effect is neither Allow nor Deny.
        InvalidEffect = "INVALID_EFFECT",
        /// A federated principal is neither an identity provider's ARN nor a domain.
        InvalidFederatedPrincipalSyntaxInRoleTrustPolicy = "INVALID_FEDERATED_PRINCIPAL_SYNTAX_IN_ROLE_TRUST_POLICY",
        /// There is no global condition key of this name.
        InvalidGlobalConditionKey = "INVALID_GLOBAL_CONDITION_KEY",
        /// A condition that compares KMS keys has a value that is not the ARN of one.
        InvalidKmsKeyValue = "INVALID_KMS_KEY_VALUE",
        /// There is no partition of this name.
        InvalidPartition = "INVALID_PARTITION",
        /// There is no policy element of this name here.
        InvalidPolicyElement = "INVALID_POLICY_ELEMENT",
        /// A principal does not have a form in which principals are written.
        InvalidPrincipalFormat = "INVALID_PRINCIPAL_FORMAT",
        /// There is no kind of principal of this name.
        InvalidPrincipalKey = "INVALID_PRINCIPAL_KEY",
        /// A condition on the Region has a value that is not the name of one.
        InvalidRegion = "INVALID_REGION",
        /// An ARN or a condition key names a service that does not exist.
        InvalidService = "INVALID_SERVICE",
        /// The service has no condition key of this name.
        InvalidServiceConditionKey = "INVALID_SERVICE_CONDITION_KEY",
        /// An action names a service that does not exist.
        InvalidServiceInAction = "INVALID_SERVICE_IN_ACTION",
        /// The name of a service as a principal is not written as such names are.
        InvalidServicePrincipalFormat = "INVALID_SERVICE_PRINCIPAL_FORMAT",
        /// A policy variable stands under an operator that takes none.
        InvalidVariableForOperator = "INVALID_VARIABLE_FOR_OPERATOR",
        /// There is no such version of the policy language.
        InvalidVersion = "INVALID_VERSION",
        /// A condition on the VPC endpoint has a value that is not the id of one.
        InvalidVpceFormat = "INVALID_VPCE_FORMAT",
        /// A condition on the VPC has a value that is not the id of one.
        InvalidVpcFormat = "INVALID_VPC_FORMAT",
        /// The text is not valid JSON, has a name twice in one object, or is too long to be read.
        JsonSyntaxError = "JSON_SYNTAX_ERROR",
        /// A trust policy pairs a principal with a way of assuming the role that it cannot use.
        MismatchedActionForPrincipal = "MISMATCHED_ACTION_FOR_PRINCIPAL",
        /// A statement has neither Action nor NotAction.
        MissingAction = "MISSING_ACTION",
        /// A trust policy asks for session tags or a source identity and lets nobody set them.
        MissingActionForConditionKey = "MISSING_ACTION_FOR_CONDITION_KEY",
        /// A trust policy lacks an action that IAM Roles Anywhere needs.
        MissingActionForRolesAnywhereTrustPolicy = "MISSING_ACTION_FOR_ROLES_ANYWHERE_TRUST_POLICY",
        /// ARNs of this kind of resource have an account, and this one has none.
        MissingArnAccount = "MISSING_ARN_ACCOUNT",
        /// An ARN has fewer than six parts.
        MissingArnField = "MISSING_ARN_FIELD",
        /// ARNs of this kind of resource have a Region, and this one has none.
        MissingArnRegion = "MISSING_ARN_REGION",
        /// A policy variable has no closing brace.
        MissingBraceInVariable = "MISSING_BRACE_IN_VARIABLE",
        /// A statement has no Effect.
        MissingEffect = "MISSING_EFFECT",
        /// A statement of a policy that has to say for whom it is has no Principal.
        MissingPrincipal = "MISSING_PRINCIPAL",
        /// A condition key that can have several values is compared without ForAnyValue or ForAllValues.
        MissingQualifier = "MISSING_QUALIFIER",
        /// The default value of a policy variable is not in single quotes.
        MissingQuoteInVariable = "MISSING_QUOTE_IN_VARIABLE",
        /// A statement has neither Resource nor NotResource.
        MissingResource = "MISSING_RESOURCE",
        /// The policy has no statement.
        MissingStatement = "MISSING_STATEMENT",
        /// A condition on a tag does not say on which one.
        MissingTagKeyInCondition = "MISSING_TAG_KEY_IN_CONDITION",
        /// The operator Null has IfExists, which makes no sense.
        NullWithIfExists = "NULL_WITH_IF_EXISTS",
        /// The resource control policy is longer than Organizations takes.
        PolicySizeExceedsRcpQuota = "POLICY_SIZE_EXCEEDS_RCP_QUOTA",
        /// The service control policy is longer than Organizations takes.
        PolicySizeExceedsScpQuota = "POLICY_SIZE_EXCEEDS_SCP_QUOTA",
        /// A condition on the public source address has only private addresses, so it never holds.
        PrivateIpAddress = "PRIVATE_IP_ADDRESS",
        /// A negated condition on the public source address has only private ones, so it always holds.
        PrivateNotIpAddress = "PRIVATE_NOT_IP_ADDRESS",
        /// A resource control policy names a service that such policies do not apply to.
        RcpSyntaxErrorAction = "RCP_SYNTAX_ERROR_ACTION",
        /// A resource control policy allows less than everything.
        RcpSyntaxErrorAllow = "RCP_SYNTAX_ERROR_ALLOW",
        /// A resource control policy has NotAction.
        RcpSyntaxErrorNotaction = "RCP_SYNTAX_ERROR_NOTACTION",
        /// The Principal of a resource control policy is not "*".
        RcpSyntaxErrorPrincipal = "RCP_SYNTAX_ERROR_PRINCIPAL",
        /// A trust policy has NotPrincipal.
        RoleTrustPolicySyntaxErrorNotprincipal = "ROLE_TRUST_POLICY_SYNTAX_ERROR_NOTPRINCIPAL",
        /// A trust policy names resources.
        RoleTrustPolicySyntaxErrorResource = "ROLE_TRUST_POLICY_SYNTAX_ERROR_RESOURCE",
        /// The Principal of a trust policy is "*".
        RoleTrustPolicyUnsupportedWildcardInPrincipal = "ROLE_TRUST_POLICY_UNSUPPORTED_WILDCARD_IN_PRINCIPAL",
        /// A service control policy names principals.
        ScpSyntaxErrorPrincipal = "SCP_SYNTAX_ERROR_PRINCIPAL",
        /// A value under IpAddress or NotIpAddress is no range of addresses.
        TypeMismatchIpRange = "TYPE_MISMATCH_IP_RANGE",
        /// Two statements have the same Sid, which this type of policy forbids.
        UniqueSidsRequired = "UNIQUE_SIDS_REQUIRED",
        /// Requests for an action do not carry a key that the statement has a condition on.
        UnsupportedActionForConditionKey = "UNSUPPORTED_ACTION_FOR_CONDITION_KEY",
        /// The policy of a resource names an action that is not for such resources.
        UnsupportedActionInPolicy = "UNSUPPORTED_ACTION_IN_POLICY",
        /// Requests of services do not carry a key that is required of them.
        UnsupportedConditionKeyForServicePrincipal = "UNSUPPORTED_CONDITION_KEY_FOR_SERVICE_PRINCIPAL",
        /// A statement has an element together with its negation, such as Action and NotAction.
        UnsupportedElementCombination = "UNSUPPORTED_ELEMENT_COMBINATION",
        /// A global condition key does not work in this type of policy.
        UnsupportedGlobalConditionKey = "UNSUPPORTED_GLOBAL_CONDITION_KEY",
        /// A policy of a user, group or role names principals.
        UnsupportedPrincipal = "UNSUPPORTED_PRINCIPAL",
        /// The policy of a resource names a resource of another kind.
        UnsupportedResourceArnInPolicy = "UNSUPPORTED_RESOURCE_ARN_IN_POLICY",
        /// A Sid has characters other than letters and digits, which this type of policy forbids.
        UnsupportedSid = "UNSUPPORTED_SID",
        /// The name of a policy variable has a space.
        UnsupportedSpaceInVariable = "UNSUPPORTED_SPACE_IN_VARIABLE",
        /// A policy variable has a character that cannot be there.
        UnsupportedSymbolInVariable = "UNSUPPORTED_SYMBOL_IN_VARIABLE",
        /// A principal is a pattern, and principals are named in full.
        UnsupportedWildcardInPrincipal = "UNSUPPORTED_WILDCARD_IN_PRINCIPAL",
        /// A policy variable stands in an element that knows none.
        VariableUnsupportedInElement = "VARIABLE_UNSUPPORTED_IN_ELEMENT",
        /// The policy's version of the language knows no variables.
        VariableUnsupportedInVersion = "VARIABLE_UNSUPPORTED_IN_VERSION",
        /// A condition on an account, organization or network has a wildcard in its value.
        WildcardUsageTooPermissive = "WILDCARD_USAGE_TOO_PERMISSIVE",
    }
    SecurityWarning {
        /// A statement allows everybody but some, anonymous callers included.
        AllowWithNotPrincipal = "ALLOW_WITH_NOT_PRINCIPAL",
        /// A denial by NotAction depends on resource tags that some services do not know.
        DenyNotActionWithUnsupportedTagConditionKeyForService = "DENY_NOTACTION_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE",
        /// A denial depends on resource tags, and covers a service that does not know them.
        DenyWithUnsupportedTagConditionKeyForService = "DENY_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE",
        /// Attributes of a table are restricted, but a request that names none gets all.
        DynamodbAttributesWithoutSelect = "DYNAMODB_ATTRIBUTES_WITHOUT_SELECT",
        /// ForAllValues on a key with one value also holds where the key is missing.
        ForallvaluesWithSingleValuedKey = "FORALLVALUES_WITH_SINGLE_VALUED_KEY",
        /// ForAnyValue is used with the audience of a token, which has one value.
        ForanyvalueWithAudienceClaimType = "FORANYVALUE_WITH_AUDIENCE_CLAIM_TYPE",
        /// A trust policy takes every token of an OpenID Connect provider.
        MissingConditionKeyForOidcPrincipal = "MISSING_CONDITION_KEY_FOR_OIDC_PRINCIPAL",
        /// A trust policy takes tokens of every repository at GitHub.
        MissingGithubRepoConditionKey = "MISSING_GITHUB_REPO_CONDITION_KEY",
        /// A private address is compared without saying in which network it is.
        MissingPairedConditionKeys = "MISSING_PAIRED_CONDITION_KEYS",
        /// NotAction with NotResource lets almost any role be passed to a service.
        PassRoleWithNotActionAndNotResource = "PASS_ROLE_WITH_NOT_ACTION_AND_NOT_RESOURCE",
        /// iam:PassRole is allowed with NotResource, for almost any role.
        PassRoleWithNotResource = "PASS_ROLE_WITH_NOT_RESOURCE",
        /// A wildcard in Action with NotResource lets almost any role be passed to a service.
        PassRoleWithStarInActionAndNotResource = "PASS_ROLE_WITH_STAR_IN_ACTION_AND_NOT_RESOURCE",
        /// A wildcard in Action lets any role be passed to a service.
        PassRoleWithStarInActionAndResource = "PASS_ROLE_WITH_STAR_IN_ACTION_AND_RESOURCE",
        /// iam:PassRole is allowed for any role.
        PassRoleWithStarInResource = "PASS_ROLE_WITH_STAR_IN_RESOURCE",
        /// NotAction lets any role be passed to a service.
        PassRoleWithStarInResourceAndNotAction = "PASS_ROLE_WITH_STAR_IN_RESOURCE_AND_NOT_ACTION",
        /// A service may act for anybody who uses it.
        RestrictAccessToServicePrincipal = "RESTRICT_ACCESS_TO_SERVICE_PRINCIPAL",
        /// Listing a bucket is denied by prefixes, which a shorter prefix gets around.
        S3PrefixInNegativeContext = "S3_PREFIX_IN_NEGATIVE_CONTEXT",
        /// An ARN is compared with StringLike, whose wildcards run across its parts.
        StringLikeOperatorWithArnConditionKeys = "STRING_LIKE_OPERATOR_WITH_ARN_CONDITION_KEYS",
        /// A condition depends on what callers can make up.
        UntrustworthyConditionKey = "UNTRUSTWORTHY_CONDITION_KEY",
    }
    Warning {
        /// NotAction with NotResource lets service-linked roles be made for almost any service.
        CreateSlrWithNotActionAndNotResource = "CREATE_SLR_WITH_NOT_ACTION_AND_NOT_RESOURCE",
        /// iam:CreateServiceLinkedRole is allowed with NotResource, for almost any service.
        CreateSlrWithNotResource = "CREATE_SLR_WITH_NOT_RESOURCE",
        /// A wildcard in Action with NotResource lets service-linked roles be made.
        CreateSlrWithStarInActionAndNotResource = "CREATE_SLR_WITH_STAR_IN_ACTION_AND_NOT_RESOURCE",
        /// A wildcard in Action lets service-linked roles be made for any service.
        CreateSlrWithStarInActionAndResource = "CREATE_SLR_WITH_STAR_IN_ACTION_AND_RESOURCE",
        /// iam:CreateServiceLinkedRole is allowed for any service.
        CreateSlrWithStarInResource = "CREATE_SLR_WITH_STAR_IN_RESOURCE",
        /// NotAction lets service-linked roles be made for any service.
        CreateSlrWithStarInResourceAndNotAction = "CREATE_SLR_WITH_STAR_IN_RESOURCE_AND_NOT_ACTION",
        /// A newer key has taken the place of a global condition key.
        DeprecatedGlobalConditionKey = "DEPRECATED_GLOBAL_CONDITION_KEY",
        /// A date is a bare number, which is read as seconds since 1970.
        InvalidDateValue = "INVALID_DATE_VALUE",
        /// A principal is the unique id of a role instead of its ARN.
        InvalidRoleReference = "INVALID_ROLE_REFERENCE",
        /// A principal is the unique id of a user instead of its ARN.
        InvalidUserReference = "INVALID_USER_REFERENCE",
        /// The policy does not say its Version, so that variables in it are plain text.
        MissingVersion = "MISSING_VERSION",
        /// The policy is longer than IAM takes for users, groups and roles.
        PolicySizeExceedsIdentityPolicyQuota = "POLICY_SIZE_EXCEEDS_IDENTITY_POLICY_QUOTA",
        /// The policy is longer than its service takes.
        PolicySizeExceedsResourcePolicyQuota = "POLICY_SIZE_EXCEEDS_RESOURCE_POLICY_QUOTA",
        /// The trust policy is longer than IAM takes unless the quota was raised.
        PolicySizeExceedsRoleTrustPolicyQuota = "POLICY_SIZE_EXCEEDS_ROLE_TRUST_POLICY_QUOTA",
        /// A denial by keys of principals also meets AWS's services, which do not have them.
        RcpMissingRelatedPrincipalConditionKey = "RCP_MISSING_RELATED_PRINCIPAL_CONDITION_KEY",
        /// A denial by keys of services also meets principals, which do not have them.
        RcpMissingRelatedServicePrincipalConditionKey = "RCP_MISSING_RELATED_SERVICE_PRINCIPAL_CONDITION_KEY",
        /// A denial by the organization behind a service also meets requests without one.
        RcpMissingServiceConditionKeyNullCheck = "RCP_MISSING_SERVICE_CONDITION_KEY_NULL_CHECK",
        /// A trust policy takes GitHub's tokens by a pattern of repositories or branches.
        SpecificGithubRepoAndBranchRecommended = "SPECIFIC_GITHUB_REPO_AND_BRANCH_RECOMMENDED",
        /// An operator is for values of another type than the condition key has.
        TypeMismatch = "TYPE_MISMATCH",
        /// A value under Bool or Null is neither true nor false.
        TypeMismatchBoolean = "TYPE_MISMATCH_BOOLEAN",
        /// A value under a Date operator is no date.
        TypeMismatchDate = "TYPE_MISMATCH_DATE",
        /// A value under a Numeric operator is no number.
        TypeMismatchNumber = "TYPE_MISMATCH_NUMBER",
        /// A value under BinaryEquals is not base64.
        TypeMismatchString = "TYPE_MISMATCH_STRING",
        /// Two statements have the same Sid.
        UniqueSidsRecommended = "UNIQUE_SIDS_RECOMMENDED",
        /// A key that only some services send is asked for of all.
        UseConditionKeyOnlyWithSupportedServices = "USE_CONDITION_KEY_ONLY_WITH_SUPPORTED_SERVICES",
        /// A value has a wildcard under an operator that takes it as plain text.
        WildcardWithoutLikeOperator = "WILDCARD_WITHOUT_LIKE_OPERATOR",
    }
    Suggestion {
        /// An Allow by NotAction depends on resource tags that some services do not know.
        AllowNotActionWithUnsupportedTagConditionKeyForService = "ALLOW_NOTACTION_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE",
        /// An Allow depends on resource tags, and covers a service that does not know them.
        AllowWithUnsupportedTagConditionKeyForService = "ALLOW_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE",
        /// ForAllValues is used with the audience of a token, which mostly has one value.
        ConfirmAudienceClaimType = "CONFIRM_AUDIENCE_CLAIM_TYPE",
        /// The list of actions is empty.
        EmptyArrayAction = "EMPTY_ARRAY_ACTION",
        /// The list of values of a condition key is empty.
        EmptyArrayCondition = "EMPTY_ARRAY_CONDITION",
        /// ForAllValues has an empty list, so it holds only where the key is missing.
        EmptyArrayConditionForallvalues = "EMPTY_ARRAY_CONDITION_FORALLVALUES",
        /// ForAnyValue has an empty list, so it never holds.
        EmptyArrayConditionForanyvalue = "EMPTY_ARRAY_CONDITION_FORANYVALUE",
        /// IfExists has an empty list, so it holds only where the key is missing.
        EmptyArrayConditionIfexists = "EMPTY_ARRAY_CONDITION_IFEXISTS",
        /// The list of principals is empty.
        EmptyArrayPrincipal = "EMPTY_ARRAY_PRINCIPAL",
        /// The list of resources is empty.
        EmptyArrayResource = "EMPTY_ARRAY_RESOURCE",
        /// A condition block is empty, so it restricts nothing.
        EmptyObjectCondition = "EMPTY_OBJECT_CONDITION",
        /// Principal is an empty object.
        EmptyObjectPrincipal = "EMPTY_OBJECT_PRINCIPAL",
        /// The Sid of a statement is empty.
        EmptySidValue = "EMPTY_SID_VALUE",
        /// A pattern only asks whether a key is there, which Null with false says more clearly.
        EquivalentToNullFalse = "EQUIVALENT_TO_NULL_FALSE",
        /// A pattern only asks whether a key is missing, which Null with true says more clearly.
        EquivalentToNullTrue = "EQUIVALENT_TO_NULL_TRUE",
        /// A range of addresses has bits behind its prefix, which count for nothing.
        ImproveIpRange = "IMPROVE_IP_RANGE",
        /// A key has the same value in every request that the policy is asked about.
        IrrelevantConditionKeyInPolicy = "IRRELEVANT_CONDITION_KEY_IN_POLICY",
        /// Null has a qualifier, which makes it hold always or never.
        NullWithQualifier = "NULL_WITH_QUALIFIER",
        /// Some addresses in a condition on the public source address are private and never match.
        PrivateIpAddressSubset = "PRIVATE_IP_ADDRESS_SUBSET",
        /// Some addresses in a negated condition on the public source address are private.
        PrivateNotIpAddressSubset = "PRIVATE_NOT_IP_ADDRESS_SUBSET",
        /// Whom a service acts for is restricted by a key that is not reliable for that.
        RecommendedConditionKeyForServicePrincipal = "RECOMMENDED_CONDITION_KEY_FOR_SERVICE_PRINCIPAL",
        /// An action is covered by another one of the same list.
        RedundantAction = "REDUNDANT_ACTION",
        /// Of several numeric bounds only one counts.
        RedundantConditionValueNum = "REDUNDANT_CONDITION_VALUE_NUM",
        /// A condition with the pattern * holds for every request.
        RedundantKeyDueToWildcardInCondition = "REDUNDANT_KEY_DUE_TO_WILDCARD_IN_CONDITION",
        /// A session is trusted whose role is trusted anyway.
        RedundantPrincipalInRoleTrustPolicy = "REDUNDANT_PRINCIPAL_IN_ROLE_TRUST_POLICY",
        /// A resource is covered by another one of the same list.
        RedundantResource = "REDUNDANT_RESOURCE",
        /// Two statements say the same.
        RedundantStatement = "REDUNDANT_STATEMENT",
        /// A condition holds for no request, so that the statement has no effect.
        RedundantStatementDueToWildcardInCondition = "REDUNDANT_STATEMENT_DUE_TO_WILDCARD_IN_CONDITION",
        /// The name of a service has a wildcard, which also matches services that do not exist yet.
        WildcardInServiceName = "WILDCARD_IN_SERVICE_NAME",
    }
}

impl fmt::Display for IssueCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for IssueCode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

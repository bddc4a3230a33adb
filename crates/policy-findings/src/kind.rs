//! What a policy is for, as far as findings depend on it.

/// The type of a policy, in the words of `ValidatePolicy`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PolicyType {
    /// For users, groups and roles; also boundaries and session policies.
    Identity,
    /// For a resource; also the trust policy of a role.
    Resource,
    /// A service control policy of an organization.
    ServiceControl,
    /// A resource control policy of an organization.
    ResourceControl,
}

impl PolicyType {
    /// AWS's word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Identity => "IDENTITY_POLICY",
            Self::Resource => "RESOURCE_POLICY",
            Self::ServiceControl => "SERVICE_CONTROL_POLICY",
            Self::ResourceControl => "RESOURCE_CONTROL_POLICY",
        }
    }

    /// Reads AWS's word.
    pub fn parse(word: &str) -> Option<Self> {
        [
            Self::Identity,
            Self::Resource,
            Self::ServiceControl,
            Self::ResourceControl,
        ]
        .into_iter()
        .find(|policy_type| policy_type.as_str() == word)
    }
}

/// The resource that a resource policy is for (`validatePolicyResourceType`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ResourceType {
    /// The trust policy of a role.
    RoleTrust,
    /// A bucket.
    S3Bucket,
    /// An access point of a bucket.
    S3AccessPoint,
    /// An access point of buckets in several Regions.
    S3MultiRegionAccessPoint,
    /// An access point of Object Lambda.
    S3ObjectLambdaAccessPoint,
    /// A table.
    DynamoDbTable,
}

impl ResourceType {
    const ALL: [Self; 6] = [
        Self::RoleTrust,
        Self::S3Bucket,
        Self::S3AccessPoint,
        Self::S3MultiRegionAccessPoint,
        Self::S3ObjectLambdaAccessPoint,
        Self::DynamoDbTable,
    ];

    /// AWS's word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::RoleTrust => "AWS::IAM::AssumeRolePolicyDocument",
            Self::S3Bucket => "AWS::S3::Bucket",
            Self::S3AccessPoint => "AWS::S3::AccessPoint",
            Self::S3MultiRegionAccessPoint => "AWS::S3::MultiRegionAccessPoint",
            Self::S3ObjectLambdaAccessPoint => "AWS::S3ObjectLambda::AccessPoint",
            Self::DynamoDbTable => "AWS::DynamoDB::Table",
        }
    }

    /// Reads AWS's word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|resource_type| resource_type.as_str() == word)
    }
}

/// What a policy is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct PolicyKind {
    /// Its type.
    pub policy_type: PolicyType,
    /// The resource that a resource policy is for, if known.
    pub resource_type: Option<ResourceType>,
}

impl PolicyKind {
    /// The trust policy of a role.
    pub const ROLE_TRUST: Self = Self {
        policy_type: PolicyType::Resource,
        resource_type: Some(ResourceType::RoleTrust),
    };

    /// Whether it is the trust policy of a role.
    pub fn is_role_trust(self) -> bool {
        self == Self::ROLE_TRUST
    }
}

impl From<PolicyType> for PolicyKind {
    fn from(policy_type: PolicyType) -> Self {
        Self {
            policy_type,
            resource_type: None,
        }
    }
}

//! The services this server answers for.

/// A service with a modelled API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Service {
    /// Identity and Access Management.
    Iam,
    /// Security Token Service.
    Sts,
}

impl Service {
    /// Every service.
    pub const ALL: [Self; 2] = [Self::Iam, Self::Sts];

    /// The name used in credential scopes and as the prefix of actions: `iam`, `sts`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Iam => "iam",
            Self::Sts => "sts",
        }
    }

    /// The service a credential scope names.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|service| service.name() == name)
    }

    /// The XML namespace of its answers.
    pub const fn xml_namespace(self) -> &'static str {
        match self {
            Self::Iam => crate::generated::IAM_XML_NAMESPACE,
            Self::Sts => crate::generated::STS_XML_NAMESPACE,
        }
    }

    /// The API version that requests name.
    pub const fn version(self) -> &'static str {
        match self {
            Self::Iam => crate::generated::IAM_VERSION,
            Self::Sts => crate::generated::STS_VERSION,
        }
    }

    /// What CloudTrail calls the source of its events: `iam.amazonaws.com`.
    pub const fn event_source(self) -> &'static str {
        match self {
            Self::Iam => "iam.amazonaws.com",
            Self::Sts => "sts.amazonaws.com",
        }
    }
}

//! The lines of the admin socket.

use serde::{Deserialize, Serialize};

pub(crate) use super::answers::{
    AccountList, BucketList, Explanation, ListedAccount, ListedBucket, ListedResource, QuotaSet,
    ResourceList, SavedPolicy, Status,
};
pub(crate) use super::credentials::IssuedKey;
use super::credentials::{
    KeyList, KeyRulesSet, KeysList, KeysRotate, KeysRules, Rotated, SessionsRevoke, SessionsRevoked,
};
use super::mfa_device::{HardwareMfaAdd, HardwareMfaList, HardwareMfaRemove, ListedHardwareMfa};
use super::resource_tags::{
    ResourceTagsDelete, ResourceTagsGet, ResourceTagsPut, TaggedResource, TaggedResourceList,
};
use super::saml_provider::{SamlProviderRules, SamlProviderRulesSet};

/// The longest line either side accepts. A trace with many statements is the longest thing said here.
pub(crate) const LINE_BYTES_MAX: u64 = 4 * 1024 * 1024;

/// What can be asked.
#[derive(Debug, Serialize, Deserialize, PartialEq, Eq)]
#[serde(tag = "command", rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) enum AdminRequest {
    /// Make an account.
    AccountCreate {
        /// Its name.
        name: String,
        /// Its id; a random one if absent.
        id: Option<String>,
        /// A key of the root user instead of an administrator.
        root_access_key: bool,
    },
    /// List the accounts.
    AccountList,
    /// Change a quota.
    SetQuota {
        /// The account.
        account: String,
        /// AWS's name of the quota.
        quota: String,
        /// The new limit.
        value: u64,
    },
    /// Give the root user a new key and delete the old ones.
    ResetRoot {
        /// The account.
        account: String,
    },
    /// Tell how a request was decided.
    Explain {
        /// The request id.
        id: String,
    },
    /// Is the server there, and is its store well?
    Status,
    /// Give a bucket to an account.
    BucketAdopt {
        /// The bucket.
        bucket: String,
        /// The account.
        account: String,
    },
    /// Take a bucket away from its account.
    BucketRelease {
        /// The bucket.
        bucket: String,
    },
    /// List the buckets.
    BucketList {
        /// Only those of this account.
        account: Option<String>,
    },
    /// Set the policy of a resource.
    PolicyPut {
        /// The resource.
        arn: String,
        /// Whose it is, where the ARN does not say.
        account: Option<String>,
        /// The policy.
        policy: String,
    },
    /// Read the policy of a resource.
    PolicyGet {
        /// The resource.
        arn: String,
        /// Whose it is, where the ARN does not say.
        account: Option<String>,
    },
    /// Remove the policy of a resource.
    PolicyDelete {
        /// The resource.
        arn: String,
        /// Whose it is, where the ARN does not say.
        account: Option<String>,
    },
    /// List the resources that have a policy.
    PolicyList {
        /// Only those of this account.
        account: Option<String>,
    },
    /// Give tags to a resource.
    ResourceTagsPut(ResourceTagsPut),
    /// Read the tags of a resource.
    ResourceTagsGet(ResourceTagsGet),
    /// Take tags from a resource.
    ResourceTagsDelete(ResourceTagsDelete),
    /// List the resources that have tags.
    ResourceTagsList {
        /// Only those of this account.
        account: Option<String>,
    },
    /// End sessions.
    SessionsRevoke(SessionsRevoke),
    /// List access keys.
    KeysList(KeysList),
    /// Set or show the rules about keys' ages.
    KeysRules(KeysRules),
    /// Replace a user's access key.
    KeysRotate(KeysRotate),
    /// Set or show what only the operator may accept from a SAML provider.
    SamlProviderRules(SamlProviderRules),
    /// Enter a hardware MFA device.
    HardwareMfaAdd(HardwareMfaAdd),
    /// List the hardware MFA devices.
    HardwareMfaList {
        /// The account.
        account: String,
    },
    /// Forget a hardware MFA device.
    HardwareMfaRemove(HardwareMfaRemove),
}

impl AdminRequest {
    /// The event name in the trail.
    pub(crate) fn event_name(&self) -> &'static str {
        match self {
            Self::AccountCreate { .. } => "CreateAccount",
            Self::AccountList => "ListAccounts",
            Self::SetQuota { .. } => "SetQuota",
            Self::ResetRoot { .. } => "ResetRoot",
            Self::Explain { .. } => "Explain",
            Self::Status => "GetStatus",
            Self::BucketAdopt { .. } => "AdoptBucket",
            Self::BucketRelease { .. } => "ReleaseBucket",
            Self::BucketList { .. } => "ListBuckets",
            Self::PolicyPut { .. } => "PutResourcePolicy",
            Self::PolicyGet { .. } => "GetResourcePolicy",
            Self::PolicyDelete { .. } => "DeleteResourcePolicy",
            Self::PolicyList { .. } => "ListResourcePolicies",
            Self::ResourceTagsPut(_) => "PutResourceTags",
            Self::ResourceTagsGet(_) => "GetResourceTags",
            Self::ResourceTagsDelete(_) => "DeleteResourceTags",
            Self::ResourceTagsList { .. } => "ListResourceTags",
            Self::SessionsRevoke(_) => "RevokeSessions",
            Self::KeysList(_) => "ListAccessKeys",
            Self::KeysRules(rules) if rules.is_question() => "GetKeyRules",
            Self::KeysRules(_) => "SetKeyRules",
            Self::KeysRotate(_) => "RotateAccessKey",
            Self::SamlProviderRules(rules) if rules.is_question() => "GetSAMLProviderRules",
            Self::SamlProviderRules(_) => "SetSAMLProviderRules",
            Self::HardwareMfaAdd(_) => "AddHardwareMFADevice",
            Self::HardwareMfaList { .. } => "ListHardwareMFADevices",
            Self::HardwareMfaRemove(_) => "RemoveHardwareMFADevice",
        }
    }

    /// Whether it leaves everything as it was.
    pub(crate) fn is_read_only(&self) -> bool {
        match self {
            Self::KeysRules(rules) => return rules.is_question(),
            Self::SamlProviderRules(rules) => return rules.is_question(),
            _ => {}
        }
        matches!(
            self,
            Self::AccountList
                | Self::Explain { .. }
                | Self::Status
                | Self::BucketList { .. }
                | Self::PolicyGet { .. }
                | Self::PolicyList { .. }
                | Self::ResourceTagsGet(_)
                | Self::ResourceTagsList { .. }
                | Self::KeysList(_)
                | Self::HardwareMfaList { .. }
        )
    }
}

/// What is answered. The two ends differ in the type of what is done: the server answers an [`Outcome`], the
/// client reads the one that its request has.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum AdminReply<T> {
    /// Done.
    Done(T),
    /// Not done.
    Refused(Refused),
}

/// Every kind of outcome.
#[derive(Serialize)]
#[serde(untagged)]
pub(crate) enum Outcome {
    /// Of `AccountCreate` and `ResetRoot`.
    Key(IssuedKey),
    /// Of `AccountList`.
    Accounts(AccountList),
    /// Of `SetQuota`.
    Quota(QuotaSet),
    /// Of `Explain`.
    Explanation(Explanation),
    /// Of `Status`.
    Status(Status),
    /// Of `BucketAdopt` and `BucketRelease`.
    Bucket(ListedBucket),
    /// Of `BucketList`.
    Buckets(BucketList),
    /// Of `PolicyPut` and `PolicyDelete`.
    Resource(ListedResource),
    /// Of `PolicyGet`.
    Policy(SavedPolicy),
    /// Of `PolicyList`.
    Resources(ResourceList),
    /// Of `ResourceTagsPut`, `ResourceTagsGet` and `ResourceTagsDelete`.
    TaggedResource(TaggedResource),
    /// Of `ResourceTagsList`.
    TaggedResources(TaggedResourceList),
    /// Of `SessionsRevoke`.
    Revoked(SessionsRevoked),
    /// Of `KeysList`.
    Keys(KeyList),
    /// Of `KeysRules`.
    KeyRules(KeyRulesSet),
    /// Of `KeysRotate`.
    Rotated(Rotated),
    /// Of `SamlProviderRules`.
    SamlProviderRules(SamlProviderRulesSet),
    /// Of `HardwareMfaAdd` and `HardwareMfaRemove`.
    HardwareMfa(ListedHardwareMfa),
    /// Of `HardwareMfaList`.
    HardwareMfas(HardwareMfaList),
}

/// Why it was not done.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Refused {
    /// What kind of refusal.
    pub(crate) reason: Refusal,
    /// For the person at the terminal.
    pub(crate) message: String,
}

impl Refused {
    /// A refusal and its words.
    pub(crate) fn new(reason: Refusal, message: impl Into<String>) -> Self {
        Self {
            reason,
            message: message.into(),
        }
    }
}

/// Kinds of refusal; each has an exit code.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Refusal {
    /// The request itself is wrong.
    Invalid,
    /// What it names does not exist.
    NotFound,
    /// It could not be done.
    Failed,
}

#[cfg(test)]
mod tests {
    use super::AdminRequest;

    #[test]
    fn a_request_is_one_readable_line() {
        let request = AdminRequest::AccountCreate {
            name: "a".to_owned(),
            id: None,
            root_access_key: true,
        };
        let line = serde_json::to_string(&request).unwrap();
        assert_eq!(
            line,
            r#"{"command":"account-create","name":"a","id":null,"root_access_key":true}"#
        );
        assert_eq!(serde_json::from_str::<AdminRequest>(&line).unwrap(), request);
    }

    #[test]
    fn unknown_commands_and_fields_are_refused() {
        for line in [
            r#"{"command":"shutdown"}"#,
            r#"{"command":"explain","id":"x","account":"y"}"#,
        ] {
            assert!(serde_json::from_str::<AdminRequest>(line).is_err(), "{line}");
        }
    }
}

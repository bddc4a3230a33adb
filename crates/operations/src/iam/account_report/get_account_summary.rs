//! GetAccountSummary: how much of everything there is, and how much there may be.
//!
//! Nothing is counted here: all numbers are kept by the account. The action takes no resource.

use lanyard_aws_api::iam::{self, GetAccountSummaryOutput, SummaryKeyType, SummaryKeyType as Key};
use lanyard_directory::{Account, KeyOwner, Quota, TokenVersion};

use crate::error::Refusal;
use crate::operation::{Described, Read};
use crate::subject::{Ask, Subject};
use crate::view::View;

pub(crate) struct GetAccountSummary;

impl Described for GetAccountSummary {
    type Model = iam::GetAccountSummary;

    fn subject((): &(), view: &View<'_>) -> Result<Subject, Refusal> {
        Ok(Ask::on_anything(Self::ACTION, view).into())
    }
}

impl Read for GetAccountSummary {
    fn run((): &(), view: &View<'_>) -> Result<GetAccountSummaryOutput, Refusal> {
        let entry = |key: &SummaryKeyType| {
            let value = i32::try_from(value(*key, view.account)).unwrap_or(i32::MAX);
            (*key, value)
        };
        Ok(GetAccountSummaryOutput {
            summary_map: Some(KEYS.iter().map(entry).collect()),
        })
    }
}

/// What AWS allows of versions of policies that are in use. Nothing here counts against it.
const POLICY_VERSIONS_IN_USE_QUOTA: u64 = 10_000;

fn value(key: SummaryKeyType, account: &Account) -> u64 {
    let limit = |quota| account.limit(quota);
    let count = |count: usize| u64::try_from(count).unwrap_or(u64::MAX);
    match key {
        Key::Users => count(account.user_count()),
        Key::UsersQuota => limit(Quota::UsersPerAccount),
        Key::Groups => count(account.group_count()),
        Key::GroupsQuota => limit(Quota::GroupsPerAccount),
        Key::Roles => count(account.role_count()),
        Key::RolesQuota => limit(Quota::RolesPerAccount),
        Key::InstanceProfiles => count(account.instance_profile_count()),
        Key::InstanceProfilesQuota => limit(Quota::InstanceProfilesPerAccount),
        Key::Policies => count(account.policy_count()),
        Key::PoliciesQuota => limit(Quota::PoliciesPerAccount),
        // Evidence: recorded answers of AWS. A policy that somebody uses has one version in use; boundaries count.
        Key::PolicyVersionsInUse => count(account.policies_used_count()),
        Key::PolicyVersionsInUseQuota => POLICY_VERSIONS_IN_USE_QUOTA,
        Key::VersionsPerPolicyQuota => limit(Quota::VersionsPerPolicy),
        Key::PolicySizeQuota => limit(Quota::PolicySize),
        Key::UserPolicySizeQuota => limit(Quota::UserPolicySize),
        Key::GroupPolicySizeQuota => limit(Quota::GroupPolicySize),
        Key::RolePolicySizeQuota => limit(Quota::RolePolicySize),
        Key::AssumeRolePolicySizeQuota => limit(Quota::AclSizePerRole),
        Key::AttachedPoliciesPerUserQuota => limit(Quota::PoliciesPerUser),
        Key::AttachedPoliciesPerGroupQuota => limit(Quota::PoliciesPerGroup),
        Key::AttachedPoliciesPerRoleQuota => limit(Quota::PoliciesPerRole),
        Key::GroupsPerUserQuota => limit(Quota::GroupsPerUser),
        Key::AccessKeysPerUserQuota => limit(Quota::AccessKeysPerUser),
        Key::SigningCertificatesPerUserQuota => limit(Quota::CertificatesPerUser),
        Key::ServerCertificates => count(account.server_certificate_count()),
        Key::ServerCertificatesQuota => limit(Quota::ServerCertificatesPerAccount),
        Key::MFADevices => count(account.all_mfa_device_count()),
        Key::MFADevicesInUse => count(account.mfa_devices_in_use_count()),
        Key::Providers => count(account.provider_count()),
        Key::AccountMFAEnabled => u64::from(account.mfa_device_count(KeyOwner::Root) > 0),
        Key::AccountAccessKeysPresent => u64::from(account.access_key_count(KeyOwner::Root) > 0),
        // The root user has none here.
        Key::AccountPasswordPresent => 0,
        Key::AccountSigningCertificatesPresent => {
            u64::from(!account.signing_certificates_of(KeyOwner::Root).is_empty())
        }
        Key::GlobalEndpointTokenVersion => match account.info().global_endpoint_tokens {
            TokenVersion::V1 => 1,
            TokenVersion::V2 => 2,
        },
    }
}

/// All keys, in the order of AWS's answers. Evidence: recorded answers.
const KEYS: [SummaryKeyType; 34] = [
    Key::GroupPolicySizeQuota,
    Key::InstanceProfilesQuota,
    Key::Policies,
    Key::GroupsPerUserQuota,
    Key::InstanceProfiles,
    Key::AttachedPoliciesPerUserQuota,
    Key::Users,
    Key::PoliciesQuota,
    Key::Providers,
    Key::AccountMFAEnabled,
    Key::AccessKeysPerUserQuota,
    Key::AssumeRolePolicySizeQuota,
    Key::PolicyVersionsInUseQuota,
    Key::GlobalEndpointTokenVersion,
    Key::VersionsPerPolicyQuota,
    Key::AttachedPoliciesPerGroupQuota,
    Key::PolicySizeQuota,
    Key::Groups,
    Key::AccountSigningCertificatesPresent,
    Key::UsersQuota,
    Key::ServerCertificatesQuota,
    Key::MFADevices,
    Key::UserPolicySizeQuota,
    Key::PolicyVersionsInUse,
    Key::ServerCertificates,
    Key::Roles,
    Key::RolesQuota,
    Key::SigningCertificatesPerUserQuota,
    Key::MFADevicesInUse,
    Key::RolePolicySizeQuota,
    Key::AttachedPoliciesPerRoleQuota,
    Key::AccountAccessKeysPresent,
    Key::AccountPasswordPresent,
    Key::GroupsQuota,
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_key_of_the_model_is_answered_once() {
        let mut answered: Vec<&str> = KEYS.iter().map(|key| key.as_str()).collect();
        answered.sort_unstable();
        let model: BTreeSet<&str> = SummaryKeyType::TEXTS.iter().copied().collect();
        assert_eq!(answered, Vec::from_iter(model));
    }
}

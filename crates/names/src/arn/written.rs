//! The ARN of each kind of entity, written from its parts.

use crate::{
    AccountId, EntityPath, GroupName, InstanceProfileName, ManagedPolicyName, MfaDeviceName, OidcProviderUrl,
    RoleName, SamlProviderName, ServerCertificateName, SessionName, UserName,
};

/// The ARN of an account's root user, which also stands for the account.
pub fn root(account: AccountId) -> String {
    format!("arn:aws:iam::{account}:root")
}

/// The ARN of a user.
pub fn user(account: AccountId, path: &EntityPath, name: &UserName) -> String {
    format!("arn:aws:iam::{account}:user{path}{name}")
}

/// The ARN of a role.
pub fn role(account: AccountId, path: &EntityPath, name: &RoleName) -> String {
    format!("arn:aws:iam::{account}:role{path}{name}")
}

/// The ARN of a group.
pub fn group(account: AccountId, path: &EntityPath, name: &GroupName) -> String {
    format!("arn:aws:iam::{account}:group{path}{name}")
}

/// The ARN of a customer managed policy.
pub fn policy(account: AccountId, path: &EntityPath, name: &ManagedPolicyName) -> String {
    format!("arn:aws:iam::{account}:policy{path}{name}")
}

/// The ARN of an instance profile.
pub fn instance_profile(account: AccountId, path: &EntityPath, name: &InstanceProfileName) -> String {
    format!("arn:aws:iam::{account}:instance-profile{path}{name}")
}

/// The ARN of a server certificate.
pub fn server_certificate(account: AccountId, path: &EntityPath, name: &ServerCertificateName) -> String {
    format!("arn:aws:iam::{account}:server-certificate{path}{name}")
}

/// The ARN of a role session.
pub fn assumed_role(account: AccountId, role: &RoleName, session: &SessionName) -> String {
    format!("arn:aws:sts::{account}:assumed-role/{role}/{session}")
}

/// The ARN of a federated user's session.
pub fn federated_user(account: AccountId, name: &str) -> String {
    format!("arn:aws:sts::{account}:federated-user/{name}")
}

/// The ARN of an OIDC provider.
pub fn oidc_provider(account: AccountId, url: &OidcProviderUrl) -> String {
    format!("arn:aws:iam::{account}:oidc-provider/{url}")
}

/// The ARN of a SAML provider.
pub fn saml_provider(account: AccountId, name: &SamlProviderName) -> String {
    format!("arn:aws:iam::{account}:saml-provider/{name}")
}

/// The ARN of a virtual MFA device, which is its serial number.
pub fn mfa_device(account: AccountId, path: &EntityPath, name: &MfaDeviceName) -> String {
    format!("arn:aws:iam::{account}:mfa{path}{name}")
}

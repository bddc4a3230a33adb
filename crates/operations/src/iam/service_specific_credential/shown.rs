//! Service-specific credentials as answers show them. Which members there are depends on whether the service takes a
//! user name and a password or an API key. Evidence: recorded answers of AWS.

use jiff::Timestamp;
use lanyard_aws_api::iam as api;
use lanyard_directory::{Account, ServiceSpecificCredential};

use super::secret::FreshSecret;
use crate::iam::shapes;

/// A credential with its secret, which is shown when it is made and never again.
pub(super) fn with_secret(
    credential: &ServiceSpecificCredential,
    secret: &FreshSecret,
    account: &Account,
    now: Timestamp,
) -> api::ServiceSpecificCredential {
    let listed = listed(credential, account, now);
    let prefix = credential.service.api_key_prefix();
    api::ServiceSpecificCredential {
        service_password: prefix.is_none().then(|| secret.password()),
        service_credential_secret: prefix.map(|prefix| secret.api_key(prefix, credential)),
        create_date: listed.create_date,
        expiration_date: listed.expiration_date,
        service_name: listed.service_name,
        service_user_name: listed.service_user_name,
        service_credential_alias: listed.service_credential_alias,
        service_specific_credential_id: listed.service_specific_credential_id,
        user_name: listed.user_name,
        status: listed.status,
    }
}

/// A credential as lists show it.
pub(super) fn listed(
    credential: &ServiceSpecificCredential,
    account: &Account,
    now: Timestamp,
) -> api::ServiceSpecificCredentialMetadata {
    let user = account.user_by_id(credential.user);
    let alias = credential.alias.to_string();
    let (service_user_name, service_credential_alias) = match credential.service.api_key_prefix() {
        None => (Some(alias), None),
        Some(_) => (None, Some(alias)),
    };
    api::ServiceSpecificCredentialMetadata {
        user_name: user.map_or_else(String::new, |user| user.name.as_str().to_owned()),
        status: status(credential, now),
        service_user_name,
        service_credential_alias,
        create_date: credential.created,
        expiration_date: credential.expires,
        service_specific_credential_id: credential.id.to_string(),
        service_name: credential.service.name().to_owned(),
    }
}

/// What its time being over makes of it, whatever it was.
fn status(credential: &ServiceSpecificCredential, now: Timestamp) -> api::StatusType {
    if credential.is_expired(now) {
        api::StatusType::Expired
    } else {
        shapes::key_status(credential.status)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use lanyard_directory::{CredentialService, KeyStatus, PasswordHash};
    use lanyard_names::{IdKind, UniqueId};

    #[test]
    fn a_credential_whose_time_is_over_is_expired_whatever_it_was() {
        let at = |second| Timestamp::from_second(second).unwrap();
        let mut credential = ServiceSpecificCredential {
            id: UniqueId::from_entropy(IdKind::ServiceCredential, [1; 16]),
            user: UniqueId::from_entropy(IdKind::User, [2; 16]),
            service: CredentialService::Bedrock,
            alias: "bob-at-111122223333".into(),
            secret: PasswordHash::new("hash"),
            status: KeyStatus::Active,
            created: at(1),
            expires: Some(at(5)),
        };
        assert_eq!(status(&credential, at(4)), api::StatusType::Active);
        assert_eq!(status(&credential, at(5)), api::StatusType::Expired);
        credential.status = KeyStatus::Inactive;
        assert_eq!(status(&credential, at(4)), api::StatusType::Inactive);
        assert_eq!(status(&credential, at(5)), api::StatusType::Expired);
        credential.expires = None;
        assert_eq!(status(&credential, at(5)), api::StatusType::Inactive);
    }
}

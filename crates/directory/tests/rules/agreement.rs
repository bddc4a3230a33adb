//! That credentials, providers and revocations are the same in a snapshot that made the changes, in one that is loaded
//! from the store, and in one that took in the stored changes one after another.

use lanyard_directory::{Account, CredentialService, KeyOwner};

use crate::model::followed;
use crate::world::World;

/// Compares the three; `start` is a snapshot from before the changes.
pub fn check(world: &World, start: &Account) {
    let live = shown(&world.account());
    assert_eq!(shown(&world.reloaded()), live, "loaded");
    assert_eq!(shown(&followed(world, start)), live, "followed");
}

/// What an account holds, read through every index it has.
fn shown(account: &Account) -> Vec<String> {
    let mut lines = vec![format!("{:?}", account.info())];
    for device in account.mfa_devices(None) {
        assert_eq!(account.mfa_device(&device.serial), Some(device));
        lines.push(format!("{device:?} {:?}", device.seed.as_bytes()));
    }
    assert_eq!(account.mfa_devices(None).count(), account.all_mfa_device_count());
    for is_assigned in [true, false] {
        let of = account
            .mfa_devices(None)
            .filter(|device| device.owner().is_some() == is_assigned);
        assert!(account.mfa_devices_assigned(is_assigned, None).eq(of));
    }
    let in_use = account.mfa_devices_assigned(true, None).count();
    assert_eq!(in_use, account.mfa_devices_in_use_count());
    let mut owners = vec![KeyOwner::Root];
    for user in account.users(None) {
        owners.push(KeyOwner::User(user.id));
        lines.push(format!("{} {} {:?}", user.name, user.epoch, user.revocations));
        lines.push(format!("{:?}", account.ssh_public_keys_of(user.id)));
        for credential in account.service_specific_credentials_of(user.id, None) {
            assert_eq!(credential.user, user.id);
            assert_eq!(
                account.service_specific_credential(credential.id),
                Some(credential)
            );
            lines.push(format!("{credential:?} {:?}", credential.secret.as_str()));
        }
        if let Some(profile) = account.login_profile(user.id) {
            lines.push(format!("{profile:?} {:?}", profile.password.as_str()));
        }
    }
    for role in account.roles(None) {
        lines.push(format!("{} {} {:?}", role.name, role.epoch, role.revocations));
        let profiles: Vec<_> = account.instance_profiles_of(role.id, None).collect();
        lines.push(format!("{} is in {profiles:?}", role.name));
    }
    for owner in owners {
        let devices: Vec<_> = account.mfa_devices_of(owner).collect();
        assert!(devices.iter().all(|device| device.owner() == Some(owner)));
        assert_eq!(account.mfa_device_count(owner), devices.len());
        let serials: Vec<_> = devices.iter().map(|device| &device.serial).collect();
        lines.push(format!("{owner:?} has {serials:?}"));
        let certificates = account.signing_certificates_of(owner);
        for certificate in &certificates {
            assert_eq!(certificate.owner, owner);
            assert_eq!(account.signing_certificate(&certificate.id), Some(*certificate));
        }
        lines.push(format!("{owner:?} signs with {certificates:?}"));
    }
    for profile in account.instance_profiles(None) {
        assert_eq!(account.instance_profile(profile.name.as_str()), Some(profile));
        assert_eq!(account.instance_profile_by_id(profile.id), Some(profile));
        lines.push(format!("{profile:?}"));
    }
    let profiles = account.instance_profiles(None).count();
    assert_eq!(profiles, account.instance_profile_count());
    for certificate in account.server_certificates(None) {
        let name = certificate.name.as_str();
        assert_eq!(account.server_certificate(name), Some(certificate));
        assert_eq!(
            account.server_certificate_by_id(certificate.id),
            Some(certificate)
        );
        lines.push(format!(
            "{certificate:?} {:?}",
            certificate.private_key.as_bytes()
        ));
    }
    let certificates = account.server_certificates(None).count();
    assert_eq!(certificates, account.server_certificate_count());
    for provider in account.oidc_providers() {
        assert_eq!(account.oidc_provider(provider.arn()), Some(provider));
        lines.push(format!("{provider:?}"));
    }
    for provider in account.saml_providers() {
        assert_eq!(account.saml_provider(provider.arn()), Some(provider));
        lines.push(format!("{provider:?}"));
    }
    lines.push(format!("{} used assertions", account.used_assertion_count()));
    for service in CredentialService::ALL {
        let ids = account.service_specific_credentials_for(service, None);
        lines.push(format!("{service:?} {:?}", ids.map(|c| c.id).collect::<Vec<_>>()));
    }
    lines.push(format!("{:?}", account.web_identity_issuer()));
    lines
}

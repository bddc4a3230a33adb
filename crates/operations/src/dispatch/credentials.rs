//! What users prove themselves with, here and to single services.

use lanyard_aws_api::{OperationId, OperationId as Id};

use crate::handling::{Handler, Reading, Writing};
use crate::iam::access_key::{
    create_access_key::CreateAccessKey, delete_access_key::DeleteAccessKey,
    get_access_key_last_used::GetAccessKeyLastUsed, list_access_keys::ListAccessKeys,
    update_access_key::UpdateAccessKey,
};
use crate::iam::login_profile::{
    change_password::ChangePassword, create_login_profile::CreateLoginProfile,
    delete_login_profile::DeleteLoginProfile, get_login_profile::GetLoginProfile,
    update_login_profile::UpdateLoginProfile,
};
use crate::iam::mfa_device::{
    create_virtual_mfa_device::CreateVirtualMFADevice, deactivate_mfa_device::DeactivateMFADevice,
    delete_virtual_mfa_device::DeleteVirtualMFADevice, enable_mfa_device::EnableMFADevice,
    get_mfa_device::GetMFADevice, list_mfa_device_tags::ListMFADeviceTags, list_mfa_devices::ListMFADevices,
    list_virtual_mfa_devices::ListVirtualMFADevices, resync_mfa_device::ResyncMFADevice,
    tag_mfa_device::TagMFADevice, untag_mfa_device::UntagMFADevice,
};
use crate::iam::password_policy::{
    delete_account_password_policy::DeleteAccountPasswordPolicy,
    get_account_password_policy::GetAccountPasswordPolicy,
    update_account_password_policy::UpdateAccountPasswordPolicy,
};
use crate::iam::server_certificate::{
    delete_server_certificate::DeleteServerCertificate, get_server_certificate::GetServerCertificate,
    list_server_certificate_tags::ListServerCertificateTags,
    list_server_certificates::ListServerCertificates, tag_server_certificate::TagServerCertificate,
    untag_server_certificate::UntagServerCertificate, update_server_certificate::UpdateServerCertificate,
    upload_server_certificate::UploadServerCertificate,
};
use crate::iam::service_specific_credential::{
    create_service_specific_credential::CreateServiceSpecificCredential,
    delete_service_specific_credential::DeleteServiceSpecificCredential,
    list_service_specific_credentials::ListServiceSpecificCredentials,
    reset_service_specific_credential::ResetServiceSpecificCredential,
    update_service_specific_credential::UpdateServiceSpecificCredential,
};
use crate::iam::signing_certificate::{
    delete_signing_certificate::DeleteSigningCertificate, list_signing_certificates::ListSigningCertificates,
    update_signing_certificate::UpdateSigningCertificate,
    upload_signing_certificate::UploadSigningCertificate,
};
use crate::iam::ssh_public_key::{
    delete_ssh_public_key::DeleteSSHPublicKey, get_ssh_public_key::GetSSHPublicKey,
    list_ssh_public_keys::ListSSHPublicKeys, update_ssh_public_key::UpdateSSHPublicKey,
    upload_ssh_public_key::UploadSSHPublicKey,
};

/// Access keys, passwords, second factors and what else shows who a user is.
pub(super) fn credentials(operation: OperationId) -> Option<&'static dyn Handler> {
    Some(match operation {
        Id::IamChangePassword => &Writing::<ChangePassword>::NEW,
        Id::IamCreateAccessKey => &Writing::<CreateAccessKey>::NEW,
        Id::IamCreateLoginProfile => &Writing::<CreateLoginProfile>::NEW,
        Id::IamCreateVirtualMFADevice => &Writing::<CreateVirtualMFADevice>::NEW,
        Id::IamDeactivateMFADevice => &Writing::<DeactivateMFADevice>::NEW,
        Id::IamDeleteAccessKey => &Writing::<DeleteAccessKey>::NEW,
        Id::IamDeleteAccountPasswordPolicy => &Writing::<DeleteAccountPasswordPolicy>::NEW,
        Id::IamDeleteLoginProfile => &Writing::<DeleteLoginProfile>::NEW,
        Id::IamDeleteVirtualMFADevice => &Writing::<DeleteVirtualMFADevice>::NEW,
        Id::IamEnableMFADevice => &Writing::<EnableMFADevice>::NEW,
        Id::IamGetAccessKeyLastUsed => &Reading::<GetAccessKeyLastUsed>::NEW,
        Id::IamGetAccountPasswordPolicy => &Reading::<GetAccountPasswordPolicy>::NEW,
        Id::IamGetLoginProfile => &Reading::<GetLoginProfile>::NEW,
        Id::IamGetMFADevice => &Reading::<GetMFADevice>::NEW,
        Id::IamListAccessKeys => &Reading::<ListAccessKeys>::NEW,
        Id::IamListMFADeviceTags => &Reading::<ListMFADeviceTags>::NEW,
        Id::IamListMFADevices => &Reading::<ListMFADevices>::NEW,
        Id::IamListVirtualMFADevices => &Reading::<ListVirtualMFADevices>::NEW,
        Id::IamResyncMFADevice => &Writing::<ResyncMFADevice>::NEW,
        Id::IamTagMFADevice => &Writing::<TagMFADevice>::NEW,
        Id::IamUntagMFADevice => &Writing::<UntagMFADevice>::NEW,
        Id::IamUpdateAccessKey => &Writing::<UpdateAccessKey>::NEW,
        Id::IamUpdateAccountPasswordPolicy => &Writing::<UpdateAccountPasswordPolicy>::NEW,
        Id::IamUpdateLoginProfile => &Writing::<UpdateLoginProfile>::NEW,
        _ => return None,
    })
}

/// What users have for single services.
pub(super) fn service_credentials(operation: OperationId) -> Option<&'static dyn Handler> {
    Some(match operation {
        Id::IamDeleteSigningCertificate => &Writing::<DeleteSigningCertificate>::NEW,
        Id::IamListSigningCertificates => &Reading::<ListSigningCertificates>::NEW,
        Id::IamUpdateSigningCertificate => &Writing::<UpdateSigningCertificate>::NEW,
        Id::IamUploadSigningCertificate => &Writing::<UploadSigningCertificate>::NEW,
        Id::IamDeleteServerCertificate => &Writing::<DeleteServerCertificate>::NEW,
        Id::IamGetServerCertificate => &Reading::<GetServerCertificate>::NEW,
        Id::IamListServerCertificateTags => &Reading::<ListServerCertificateTags>::NEW,
        Id::IamListServerCertificates => &Reading::<ListServerCertificates>::NEW,
        Id::IamTagServerCertificate => &Writing::<TagServerCertificate>::NEW,
        Id::IamUntagServerCertificate => &Writing::<UntagServerCertificate>::NEW,
        Id::IamUpdateServerCertificate => &Writing::<UpdateServerCertificate>::NEW,
        Id::IamUploadServerCertificate => &Writing::<UploadServerCertificate>::NEW,
        Id::IamDeleteSSHPublicKey => &Writing::<DeleteSSHPublicKey>::NEW,
        Id::IamGetSSHPublicKey => &Reading::<GetSSHPublicKey>::NEW,
        Id::IamListSSHPublicKeys => &Reading::<ListSSHPublicKeys>::NEW,
        Id::IamUpdateSSHPublicKey => &Writing::<UpdateSSHPublicKey>::NEW,
        Id::IamUploadSSHPublicKey => &Writing::<UploadSSHPublicKey>::NEW,
        Id::IamCreateServiceSpecificCredential => &Writing::<CreateServiceSpecificCredential>::NEW,
        Id::IamDeleteServiceSpecificCredential => &Writing::<DeleteServiceSpecificCredential>::NEW,
        Id::IamListServiceSpecificCredentials => &Reading::<ListServiceSpecificCredentials>::NEW,
        Id::IamResetServiceSpecificCredential => &Writing::<ResetServiceSpecificCredential>::NEW,
        Id::IamUpdateServiceSpecificCredential => &Writing::<UpdateServiceSpecificCredential>::NEW,
        _ => return None,
    })
}

//! Operations on MFA devices: the second factors of users and of the root user. Hardware ones are entered by the
//! operator; the API enables them and takes them away, and neither makes, tags nor deletes them.

pub(crate) mod create_virtual_mfa_device;
pub(crate) mod deactivate_mfa_device;
pub(crate) mod delete_virtual_mfa_device;
pub(crate) mod enable_mfa_device;
pub(crate) mod get_mfa_device;
pub(crate) mod list_mfa_device_tags;
pub(crate) mod list_mfa_devices;
pub(crate) mod list_virtual_mfa_devices;
pub(crate) mod resync_mfa_device;
pub(crate) mod tag_mfa_device;
pub(crate) mod untag_mfa_device;

mod holder;
mod picture;
mod two_codes;

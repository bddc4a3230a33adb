//! SSH public keys of users. They are kept, shown and deleted; nothing here is reached over SSH.

pub(crate) mod delete_ssh_public_key;
pub(crate) mod get_ssh_public_key;
pub(crate) mod list_ssh_public_keys;
pub(crate) mod update_ssh_public_key;
pub(crate) mod upload_ssh_public_key;

mod rsa_key;
mod shown;

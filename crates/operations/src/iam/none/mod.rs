//! What users, roles and accounts have none of yet. Tools ask for these lists before they delete something; the answers
//! are true, if only "none".

pub(crate) mod list_instance_profiles;
pub(crate) mod list_instance_profiles_for_role;
pub(crate) mod list_service_specific_credentials;
pub(crate) mod list_signing_certificates;
pub(crate) mod list_ssh_public_keys;
pub(crate) mod of_user;

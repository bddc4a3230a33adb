//! Instance profiles: what hands a role to a machine.

pub(crate) mod add_role_to_instance_profile;
pub(crate) mod create_instance_profile;
pub(crate) mod delete_instance_profile;
pub(crate) mod get_instance_profile;
pub(crate) mod list_instance_profile_tags;
pub(crate) mod list_instance_profiles;
pub(crate) mod list_instance_profiles_for_role;
pub(crate) mod remove_role_from_instance_profile;
pub(crate) mod tag_instance_profile;
pub(crate) mod untag_instance_profile;

pub(crate) mod profile;

//! OpenID Connect providers: issuers whose tokens can open roles of the account.

pub(crate) mod add_client_id_to_open_id_connect_provider;
pub(crate) mod create_open_id_connect_provider;
pub(crate) mod delete_open_id_connect_provider;
pub(crate) mod get_open_id_connect_provider;
pub(crate) mod list_open_id_connect_provider_tags;
pub(crate) mod list_open_id_connect_providers;
mod provider;
pub(crate) mod remove_client_id_from_open_id_connect_provider;
pub(crate) mod tag_open_id_connect_provider;
pub(crate) mod untag_open_id_connect_provider;
pub(crate) mod update_open_id_connect_provider_thumbprint;
mod url;

//! What users have none of yet. Tools ask for these lists before they delete something; the answers
//! are true, if only "none".

pub(crate) mod list_service_specific_credentials;
pub(crate) mod list_signing_certificates;
pub(crate) mod of_user;

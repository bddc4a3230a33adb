//! The account as an issuer of tokens by which its principals show themselves to others. STS gives the tokens out; here
//! it is switched on and off, and here its keys are made.

pub(crate) mod disable_outbound_web_identity_federation;
pub(crate) mod enable_outbound_web_identity_federation;
pub(crate) mod get_outbound_web_identity_federation_info;
pub(crate) mod key;

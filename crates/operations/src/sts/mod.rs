//! STS: who is calling, and temporary credentials.
//!
//! Every session is made by [`session::issue`] from a `NewSession` that its operation fills in. What a session is
//! to carry is read by parts that AssumeRole and GetFederationToken share: its tags, its policies, its duration.
//!
//! Invariant: what a request says about itself is checked in `subject`, before the decision; what depends on the
//! role that is assumed is checked in `run`, after it, so that no refusal tells whether a role exists.

mod assume_role;
mod assume_role_with_saml;
mod assume_role_with_web_identity;
mod decode_authorization_message;
mod duration;
mod get_access_key_info;
mod get_caller_identity;
mod get_delegated_access_token;
mod get_federation_token;
mod get_session_token;
mod get_web_identity_token;
mod mfa;
mod role_target;
mod session;
mod session_policies;
mod session_tags;
mod visitor;
mod web_identity_token;

pub(crate) use assume_role::AssumeRole;
pub(crate) use assume_role_with_saml::AssumeRoleWithSAML;
pub(crate) use assume_role_with_web_identity::AssumeRoleWithWebIdentity;
pub(crate) use decode_authorization_message::DecodeAuthorizationMessage;
pub(crate) use get_access_key_info::GetAccessKeyInfo;
pub(crate) use get_caller_identity::GetCallerIdentity;
pub(crate) use get_delegated_access_token::GetDelegatedAccessToken;
pub(crate) use get_federation_token::GetFederationToken;
pub(crate) use get_session_token::GetSessionToken;
pub(crate) use get_web_identity_token::GetWebIdentityToken;
pub(crate) use mfa::SecondFactor;
pub(crate) use visitor::{RoleSession, Visitor};

//! Signing in: people come with a browser, with a link or with `aws login`, and leave with credentials that end by
//! themselves. And ending sessions before their time.
//!
//! - A sign-in page for users: account, name, password, the code of a second factor.
//! - `/federation`: temporary credentials become a link that signs a browser in.
//! - `/v1/authorize` and `/v1/token`: OAuth 2.0 with PKCE and DPoP, as `aws login` and the SDKs speak it.
//! - `/v1/sessions/revoke`: a signed call that ends sessions.
//! - `/v1/oidc/ID/.well-known/…`: the public documents of the accounts' issuers of tokens.
//!
//! Invariants:
//! - Nothing of a sign-in is stored: cookies, codes and tokens are sealed, each for one purpose, and hold no secret.
//! - Whatever comes of a sign-in is the same session, and ends with it.
//! - Nobody is sent to a place that was not found right first, and no page runs a script or is framed.
//! - Whoever is let in or given credentials is in the synced trail before; strangers buy no sync.
//!
//! Deliberately absent: a console. It will have an origin of its own, and these pages will stay as they are.

mod authorize;
mod body;
mod client;
mod cookie;
mod csrf;
mod dpop;
mod envelope;
mod federation;
mod form;
mod grant;
mod html;
mod issuer;
mod password;
mod permission;
mod pkce;
mod places;
mod presence;
mod record;
mod refusal;
mod revoke;
mod session_page;
mod sessions;
mod sign_in;
mod site;
mod spent;
mod token;

pub use sessions::{Sessions, SessionsError, SessionsServices};

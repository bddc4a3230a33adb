//! What others say about who is calling: tokens of OpenID Connect issuers and assertions of SAML identity providers.
//! And what they show to be known by: X.509 certificates.
//!
//! This crate decides whether such a document is genuine and what it says, and nothing else: which role it opens is
//! a trust policy's business, which code a refusal has on the wire is `operations`'.
//!
//! Invariant: nothing is returned that was not signed by a key which the configured provider vouches for.
//! Fails closed: what is not understood is refused. Work and memory are bounded by the size of the input, and the
//! size of the input is bounded here.

mod der;
pub mod oidc;
pub mod saml;
mod signature_algorithm;
pub mod x509;

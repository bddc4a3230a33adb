//! SAML 2.0: what a signed assertion of an identity provider says.
//!
//! The verifier is small and strict, because documents of this kind have been forged by every freedom that a
//! verifier gave them. Invariant: **only what is signed is used.** An assertion must carry an enveloped signature of
//! its own; the bytes that were hashed are parsed again, and every value is read from that second document, which
//! contains nothing else. Keys come from the provider's metadata alone, never from the message.
//!
//! Documents have no DOCTYPE, comments, processing instructions or CDATA sections, and are bounded in size, depth
//! and attributes before they are parsed. What is not understood is refused.
//!
//! It deliberately does not: follow references out of the document, build certificate chains or look at the dates
//! of certificates (metadata is what is trusted, as on AWS), accept a signed response around an unsigned assertion,
//! or remember which assertions it has seen. The last is the directory's, because it must survive a restart.

mod assertion;
mod attributes;
mod canonical;
mod decryption;
mod error;
mod instant;
mod keys;
mod metadata;
mod response;
mod signature;
#[cfg(test)]
mod tests;
mod xml;

pub use assertion::VerifiedAssertion;
pub use error::{DecryptionKeyError, MetadataError, SamlError};
pub use keys::{Certificate, DecryptionKey};
pub use metadata::{Metadata, parse_metadata};
pub use response::{SamlTrust, verify};

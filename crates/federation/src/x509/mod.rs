//! X.509 certificates that are shown to be kept: read, compared with their private keys, followed to who issued them.
//!
//! Certificates are kept and shown again here; nothing is let in because of one. So the reader takes what TLS servers
//! and their authorities really have, and gives up at whatever else it meets.
//!
//! Invariants: reading takes time and memory in proportion to the text, whatever stands in it, and never panics; a
//! certificate that was read is one DER value with nothing before, after or left over inside it; a private key that was
//! read is wiped when it is dropped, and never printed.
//!
//! It deliberately does not: decide whom to trust, fetch anything, look at revocation, at names of hosts or at what a
//! certificate may be used for, or open encrypted private keys.

mod certificate;
mod chain;
mod pem;
mod private_key;
mod signature;
#[cfg(test)]
mod tests;

pub use certificate::Certificate;
pub use chain::{CERTIFICATES_MAX, ChainError, check_chain, read_chain};
pub use private_key::PrivateKey;

/// Why something is no certificate, or no private key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CertificateError {
    /// It is not PEM, not one block of it, or a block of something else.
    #[error("not PEM of the kind that is expected")]
    Pem,
    /// What the PEM contains is no X.509 certificate.
    #[error("not an X.509 certificate")]
    Certificate,
    /// What the PEM contains is no private key that can be used, or an encrypted one.
    #[error("not a private key that can be used")]
    PrivateKey,
    /// More certificates than are kept.
    #[error("too many certificates")]
    TooMany,
}

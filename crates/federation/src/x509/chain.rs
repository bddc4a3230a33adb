//! From a certificate to those who issued it.
//!
//! The last certificate given stands for the one that is trusted; the others and the first are followed up to it as RFC
//! 5280 has it. Evidence for which index is reported: recorded answers of IAM (a chain of others: -1; the certificate
//! itself in front of its chain: 1).

use jiff::Timestamp;

use super::certificate::LABEL;
use super::{Certificate, CertificateError, pem};

/// The most certificates that a chain can have.
pub const CERTIFICATES_MAX: usize = 20;

/// Where a chain breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the certificate chain is invalid at {index}")]
pub struct ChainError {
    /// Which certificate is not in order, counted from the one that the chain is of; -1 if the chain does not lead
    /// from there.
    pub index: i64,
}

/// Reads certificates in PEM, of which there must be one at least.
pub fn read_chain(text: &str) -> Result<Vec<Certificate>, CertificateError> {
    let mut chain = Vec::new();
    for block in pem::blocks(text) {
        let block = block.map_err(|()| CertificateError::Pem)?;
        if block.label != LABEL {
            return Err(CertificateError::Pem);
        }
        if chain.len() == CERTIFICATES_MAX {
            return Err(CertificateError::TooMany);
        }
        chain.push(Certificate::from_der(&block.content)?);
    }
    if chain.is_empty() {
        return Err(CertificateError::Pem);
    }
    Ok(chain)
}

/// Follows a certificate to the last one of its chain.
pub fn check_chain(
    certificate: &Certificate,
    chain: &[Certificate],
    now: Timestamp,
) -> Result<(), ChainError> {
    let unrelated = ChainError { index: -1 };
    let (last, between) = chain.split_last().ok_or(unrelated)?;
    let top = between.last().unwrap_or(certificate);
    if top.issuer != last.subject || !last.is_valid_at(now) {
        return Err(unrelated);
    }
    // How many authorities may still follow.
    let mut left = u32::MAX;
    let mut issuer = last;
    for (index, link) in between.iter().enumerate().rev() {
        let broken = ChainError {
            index: i64::try_from(index).map_or(i64::MAX, |index| index.saturating_add(1)),
        };
        let authority = link.authority;
        if !authority.is_one || authority.key_is_for_other_uses || !follows(link, issuer, now) {
            return Err(broken);
        }
        if !link.is_self_issued() {
            left = left.checked_sub(1).ok_or(broken)?;
        }
        left = left.min(authority.path_length.unwrap_or(u32::MAX));
        issuer = link;
    }
    if !follows(certificate, issuer, now) {
        return Err(ChainError { index: 0 });
    }
    Ok(())
}

fn follows(certificate: &Certificate, issuer: &Certificate, now: Timestamp) -> bool {
    certificate.is_valid_at(now) && certificate.issuer == issuer.subject && certificate.is_signed_by(issuer)
}

//! Who is calling: the signature in the head or in the query. There is no other way in.
//!
//! Services take the hash of the body itself for what was signed, whether a header declares it or not. Where a header
//! declares something else (that the body is not signed, or comes in chunks), that counts only for operations whose model
//! says so.

use jiff::Timestamp;
use lanyard_access::{AuthenticationError, Authenticator, Identified};
use lanyard_mapping::aws::BodyUse;
use lanyard_service_models::OperationModel;
use lanyard_sigv4::{
    AuthError, Head, PayloadHash, PayloadRule, ServiceRules, SignedRequest, StreamingPayload,
};

use crate::error::ServiceError;

/// Services that take their body's hash from the body.
const OF_THE_BODY: ServiceRules = ServiceRules::generic();
/// The same where a header says how the body is signed.
const AS_DECLARED: ServiceRules = ServiceRules {
    payload: PayloadRule::Declared,
    ..ServiceRules::generic()
};
/// The same where the body is no part of what is signed.
const WITHOUT_BODY: ServiceRules = ServiceRules {
    payload: PayloadRule::Unsigned,
    ..ServiceRules::generic()
};

/// Somebody who may well be who they claim to be.
pub(super) struct Claimed<'a> {
    authenticator: &'a Authenticator,
    signing_name: &'static str,
    now: Timestamp,
    region: String,
    declared: PayloadHash,
    identified: Identified<'a>,
}

/// Everything that can be found out of a signature from the head alone.
pub(super) async fn identify<'a>(
    authenticator: &'a Authenticator,
    head: &Head<'a>,
    signing_name: &'static str,
    now: Timestamp,
) -> Result<Claimed<'a>, ServiceError> {
    let signed = SignedRequest::parse(head)?.ok_or(AuthError::Missing)?;
    let declared = signed.payload();
    let rules = match declared {
        PayloadHash::Undeclared | PayloadHash::Sha256(_) | PayloadHash::Invalid => &OF_THE_BODY,
        PayloadHash::Unsigned | PayloadHash::Streaming(_) => &AS_DECLARED,
    };
    let region = signed.region().to_owned();
    let identified = authenticator
        .identify(head, signed, signing_name, rules, now)
        .await?;
    Ok(Claimed {
        authenticator,
        signing_name,
        now,
        region,
        declared,
        identified,
    })
}

impl<'a> Claimed<'a> {
    /// The region in the scope of the signature.
    pub(super) fn region(&self) -> &str {
        &self.region
    }

    /// The account of the key.
    pub(super) fn account(&self) -> lanyard_names::AccountId {
        self.identified.account().id()
    }

    /// The same, with what the operation has to say about the signature of its body.
    // Fails closed: a body that is not signed, or not as a whole, is one that somebody else could have written.
    pub(super) async fn for_operation(
        self,
        operation: Option<&OperationModel>,
        body: BodyUse,
        head: &Head<'a>,
    ) -> Result<Identified<'a>, ServiceError> {
        let takes_unsigned = operation.is_some_and(OperationModel::is_body_unsigned);
        match self.declared {
            PayloadHash::Undeclared if takes_unsigned && self.identified.needs_body() => {
                let signed = SignedRequest::parse(head)?.ok_or(AuthError::Missing)?;
                let identify =
                    self.authenticator
                        .identify(head, signed, self.signing_name, &WITHOUT_BODY, self.now);
                Ok(identify.await?)
            }
            PayloadHash::Unsigned | PayloadHash::Streaming(StreamingPayload::UnsignedWithTrailer)
                if !takes_unsigned =>
            {
                Err(not_signed())
            }
            PayloadHash::Streaming(_) if body != BodyUse::Streams => Err(not_signed()),
            _ => Ok(self.identified),
        }
    }
}

fn not_signed() -> ServiceError {
    AuthenticationError::from(AuthError::SignatureDoesNotMatch).into()
}

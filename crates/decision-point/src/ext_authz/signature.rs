//! Who signed the client's request.
//!
//! The signature covers the body by its hash. A hash that nobody has held against the body says nothing of it: so
//! where Envoy does not show the whole body, only signatures of requests without one count, unless the route says that
//! somebody else looks at bodies.

use jiff::Timestamp;
use lanyard_access::{Authenticator, Caller};
use lanyard_sigv4::{BodyCheck, Head, SignedRequest, sha256};

use super::original::{Original, Seen};
use crate::proxied::{No, signatory};

/// Somebody who signed, and for which region.
pub(super) struct Signer {
    pub(super) caller: Caller,
    pub(super) region: String,
}

/// Whether a request is signed at all, in a header or in its query, or seems to be.
pub(super) fn is_signed(original: &Original<'_>) -> bool {
    !matches!(SignedRequest::parse(&head(original)), Ok(None))
}

fn head<'o>(original: &'o Original<'_>) -> Head<'o> {
    Head {
        method: &original.method,
        path: original.target.path(),
        query: original.target.query(),
        headers: &original.headers,
    }
}

/// Who signed. The service in the scope has to be that of the action.
pub(super) async fn signer(
    authenticator: &Authenticator,
    original: &Original<'_>,
    service: &str,
    takes_unverified_bodies: bool,
    now: Timestamp,
) -> Result<Signer, No> {
    let head = head(original);
    let (identified, region) = signatory(authenticator, &head, service, now).await?;
    let unverified = || {
        No::Unauthenticated(
            "The body of the request was not held against its signature: Envoy has to show it whole, \
             and a request without one to say so in content-length."
                .to_owned(),
        )
    };
    if identified.needs_body() {
        let Seen::Whole(body) = original.body else {
            return Err(unverified());
        };
        let caller = identified.verify(&head, &sha256(body)).map_err(No::unproven)?;
        return Ok(Signer { caller, region });
    }
    let (caller, check) = identified.verified_before_body().map_err(No::unproven)?;
    let is_verified = match (check, original.body) {
        (BodyCheck::Sha256(_), Seen::Whole(body)) => check.check(&sha256(body)).is_ok(),
        // There is none.
        (BodyCheck::Unsigned, Seen::Whole(b"")) => true,
        (BodyCheck::Sha256(_) | BodyCheck::Unsigned | BodyCheck::Streaming(_), _) => false,
    };
    if is_verified || takes_unverified_bodies {
        Ok(Signer { caller, region })
    } else {
        Err(unverified())
    }
}

//! Who signed a form.

use std::sync::Arc;

use http::request::Parts;
use jiff::Timestamp;
use lanyard_access::{AuthenticationError, Claim};
use lanyard_sigv4::{AuthError, ServiceRules, SignedForm};

use super::FormFields;
use crate::error::{Code, S3Error};
use crate::s3::Authenticated;
use crate::services::GatewayServices;

const SERVICE: &str = "s3";
/// What a signature may also stand in, which a form must then not have.
const OTHER_PLACES: [&str; 2] = ["X-Amz-Signature=", "X-Amz-Credential="];

/// The one who signed the form's policy; nobody in particular, if nobody did.
pub(super) async fn authenticate(
    services: &GatewayServices,
    parts: &Parts,
    fields: &FormFields,
    now: Timestamp,
) -> Result<Authenticated, S3Error> {
    refuse_other_signatures(parts)?;
    let form = SignedForm::parse(fields.iter()).map_err(|error| refused(&error))?;
    let Some(form) = form else {
        return Ok(Authenticated::anonymous());
    };
    form.check_time(now, &ServiceRules::s3())
        .map_err(|error| refused(&error))?;
    // Which regions there are is checked with the key.
    form.check_scope(|_| true, SERVICE)
        .map_err(|error| refused(&error))?;
    let claim = Claim {
        access_key_id: form.access_key_id(),
        date: form.date(),
        region: form.region(),
        service: SERVICE,
        session_token: form.session_token(),
    };
    let refuse =
        |error: AuthenticationError| S3Error::from_authentication(error, form.access_key_id(), false);
    let claimed = services
        .authenticator
        .identify_claim(&claim, now)
        .await
        .map_err(refuse)?;
    let account = Arc::clone(claimed.account());
    let caller = claimed.verify(|key| form.verify(key)).map_err(refuse)?;
    let signed = form.time().timestamp().as_millisecond();
    let age = now.as_millisecond().saturating_sub(signed);
    Ok(Authenticated::by_form(caller, account, form.region(), age))
}

/// A form whose request is signed too would be by two.
fn refuse_other_signatures(parts: &Parts) -> Result<(), S3Error> {
    let query = parts.uri.query().unwrap_or_default();
    let is_in_query = OTHER_PLACES.iter().any(|place| query.contains(place));
    if parts.headers.contains_key(http::header::AUTHORIZATION) || is_in_query {
        let message = "Only one auth mechanism allowed: a form is signed in its fields.";
        return Err(S3Error::with_message(Code::INVALID_ARGUMENT, message));
    }
    Ok(())
}

/// Evidence: recorded answers of S3 to forms without some field of the signature.
fn refused(error: &AuthError) -> S3Error {
    match error {
        AuthError::IncompleteSignature(_) | AuthError::Scope(_) => {
            S3Error::with_message(Code::INVALID_ARGUMENT, error.message())
        }
        error => S3Error::from_signature(error, false),
    }
}

//! Who is calling: the signature in the head, in the query, or none.

use std::sync::Arc;

use http::header::AUTHORIZATION;
use http::{HeaderMap, HeaderValue};
use jiff::Timestamp;
use lanyard_access::Caller;
use lanyard_directory::Account;
use lanyard_policy::{Context, KeyName};
use lanyard_sigv4::{BodyCheck, ChunkVerifier, Form, Head, PayloadHash, ServiceRules, SignedRequest};

use crate::body::anonymous_check;
use crate::error::{Code, S3Error};
use crate::services::GatewayServices;

const SERVICE: &str = "s3";
/// The parameter that names the key in signatures of Version 2.
const OLDER_KEY_ID: &str = "AWSAccessKeyId";

const AUTH_TYPE: KeyName = KeyName::new("s3:authType");
const SIGNATURE_VERSION: KeyName = KeyName::new("s3:signatureversion");
const SIGNATURE_AGE: KeyName = KeyName::new("s3:signatureAge");
const CONTENT_HASH: KeyName = KeyName::new("s3:x-amz-content-sha256");

/// Where the signature of a request stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SignedBy {
    /// In the `Authorization` header.
    Header,
    /// In the query.
    Query,
    /// In the fields of a browser's form.
    Form,
}

/// Somebody who is who they say, or nobody in particular.
pub(crate) struct Authenticated {
    pub(crate) caller: Caller,
    /// The caller's account; `None` for an anonymous caller.
    pub(crate) account: Option<Arc<Account>>,
    pub(crate) signed_by: Option<SignedBy>,
    /// The region in the scope of the signature.
    pub(crate) region: String,
    /// How old the signature is, in milliseconds.
    pub(crate) age: i64,
    /// What is checked on the body; `None` for what nobody signed.
    check: Option<BodyCheck>,
    /// Boxed: few requests have one, and it is large.
    chunks: Option<Box<ChunkVerifier>>,
}

impl Authenticated {
    /// Nobody in particular.
    pub(crate) fn anonymous() -> Self {
        Self {
            caller: Caller::anonymous(),
            account: None,
            signed_by: None,
            region: String::new(),
            age: 0,
            check: None,
            chunks: None,
        }
    }

    /// Somebody who signed the policy of a form. Its body is not signed.
    pub(crate) fn by_form(caller: Caller, account: Arc<Account>, region: &str, age: i64) -> Self {
        Self {
            caller,
            account: Some(account),
            signed_by: Some(SignedBy::Form),
            region: region.to_owned(),
            age,
            check: Some(BodyCheck::Unsigned),
            chunks: None,
        }
    }

    /// What has to be checked on the body.
    pub(super) fn body_check(
        &self,
        headers: &HeaderMap,
    ) -> Result<(BodyCheck, Option<ChunkVerifier>), S3Error> {
        match self.check {
            Some(check) => Ok((check, self.chunks.as_deref().cloned())),
            None => Ok((anonymous_check(headers)?, None)),
        }
    }

    /// The condition keys that tell about the signature.
    /// Evidence: the S3 user guide's page on condition keys of Signature Version 4.
    pub(super) fn insert_keys(&self, context: &mut Context) {
        let Some(signed_by) = self.signed_by else { return };
        let kind = match signed_by {
            SignedBy::Header => "REST-HEADER",
            SignedBy::Query => "REST-QUERY-STRING",
            SignedBy::Form => "POST",
        };
        context.insert(AUTH_TYPE, kind);
        context.insert(SIGNATURE_VERSION, "AWS4-HMAC-SHA256");
        context.insert(SIGNATURE_AGE, self.age.max(0).unsigned_abs());
        if self.check == Some(BodyCheck::Unsigned) {
            context.insert(CONTENT_HASH, "UNSIGNED-PAYLOAD");
        }
    }
}

/// Who sent this request.
pub(super) async fn authenticate(
    services: &GatewayServices,
    head: &Head<'_>,
    now: Timestamp,
) -> Result<Authenticated, S3Error> {
    let in_header = head.headers.get(AUTHORIZATION);
    let is_in_query = in_header.is_none();
    refuse_older_versions(in_header, head.query)?;
    let signed = SignedRequest::parse(head).map_err(|error| S3Error::from_signature(&error, is_in_query))?;
    let Some(signed) = signed else {
        return Ok(Authenticated::anonymous());
    };
    // Read again, so that requests that are not refused need not keep it.
    let refuse = |error| {
        let claim = SignedRequest::parse(head).ok().flatten();
        let key_id = claim.as_ref().map_or("", SignedRequest::access_key_id);
        S3Error::from_authentication(error, key_id, is_in_query)
    };
    let signed_by = match signed.form() {
        Form::Header => SignedBy::Header,
        Form::Query { .. } => SignedBy::Query,
    };
    // Evidence: the S3 user guide gives 1 second as the shortest life of a presigned request.
    if signed.form() == (Form::Query { expires: Some(0) }) {
        return Err(S3Error::with_message(
            Code::AUTHORIZATION_QUERY_PARAMETERS_ERROR,
            "X-Amz-Expires must be at least 1.",
        ));
    }
    let region = signed.region().to_owned();
    let signed_at = signed.time().timestamp();
    let rules = ServiceRules::s3();
    if signed_by == SignedBy::Header && signed.payload() == PayloadHash::Undeclared {
        let missing = lanyard_sigv4::AuthError::PayloadHashMissing;
        return Err(S3Error::from_signature(&missing, is_in_query));
    }
    let identified = services
        .authenticator
        .identify(head, signed, SERVICE, &rules, now)
        .await
        .map_err(refuse)?;
    let chunks = identified.signed().chunk_verifier(identified.signing_key());
    let chunks = chunks.map(Box::new);
    let account = Arc::clone(identified.account());
    let (caller, check) = identified.verified_before_body().map_err(refuse)?;
    let age = now.as_millisecond().saturating_sub(signed_at.as_millisecond());
    Ok(Authenticated {
        caller,
        account: Some(account),
        signed_by: Some(signed_by),
        region,
        age,
        check: Some(check),
        chunks,
    })
}

/// Signature Version 2 and everything else that is not Version 4.
fn refuse_older_versions(in_header: Option<&HeaderValue>, query: Option<&str>) -> Result<(), S3Error> {
    let is_older = match in_header {
        Some(value) => !value.as_bytes().starts_with(b"AWS4-"),
        None => {
            let query = query.unwrap_or_default();
            query.contains(OLDER_KEY_ID)
                && query
                    .split('&')
                    .any(|pair| pair.split('=').next() == Some(OLDER_KEY_ID))
        }
    };
    if !is_older {
        return Ok(());
    }
    Err(S3Error::with_message(
        Code::INVALID_REQUEST,
        "The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.",
    ))
}

//! Deciding whether a signature is the right one.

use hmac::Mac;
use http::HeaderName;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::canonical::{Canonical, Sink};
use crate::encoding::hex;
use crate::presigned::{SESSION_TOKEN, SIGNATURE};
use crate::request::{ALGORITHM, SECURITY_TOKEN, contains_name};
use crate::{
    AuthError, BodyCheck, Form, Head, PayloadHash, PayloadRule, RequestTime, ServiceRules, SessionTokenRule,
    SignedRequest, SigningKey,
};

impl SignedRequest<'_> {
    /// Verifies a request whose whole body has been read. `head` must be the one that was parsed, and `key`
    /// must be derived for the request's own [`date`](Self::date), [`region`](Self::region) and
    /// [`service`](Self::service).
    pub fn verify(
        &self,
        head: &Head<'_>,
        key: &SigningKey,
        rules: &ServiceRules,
        body_sha256: &[u8; 32],
    ) -> Result<(), AuthError> {
        if self.needs_body(rules) {
            return self.verify_payload(head, key, rules, PayloadHash::Sha256(*body_sha256));
        }
        let body = self.verify_head(head, key, rules)?.check(body_sha256);
        match rules.payload {
            // AWS's other services know no error for a wrong declaration; the signature is what is wrong.
            PayloadRule::Body => body.map_err(|_| AuthError::SignatureDoesNotMatch),
            PayloadRule::Declared => body,
        }
    }

    /// Whether the signature can be verified only when the whole body has been read, because the request
    /// does not declare the body's hash.
    pub fn needs_body(&self, rules: &ServiceRules) -> bool {
        rules.payload == PayloadRule::Body && self.payload == PayloadHash::Undeclared
    }

    /// Verifies a request before its body is read, trusting what it declares about the body; the answer says
    /// what to check then. A request that [needs its body](Self::needs_body) is refused.
    pub fn verify_head(
        &self,
        head: &Head<'_>,
        key: &SigningKey,
        rules: &ServiceRules,
    ) -> Result<BodyCheck, AuthError> {
        let is_presigned = self.form != Form::Header;
        let (payload, check) = match (rules.payload, self.payload) {
            (_, PayloadHash::Sha256(hash)) => (self.payload, BodyCheck::Sha256(hash)),
            (PayloadRule::Declared, PayloadHash::Unsigned) => (self.payload, BodyCheck::Unsigned),
            (PayloadRule::Declared, PayloadHash::Streaming(kind)) => {
                (self.payload, BodyCheck::Streaming(kind))
            }
            (PayloadRule::Declared, PayloadHash::Undeclared) if is_presigned => {
                (PayloadHash::Unsigned, BodyCheck::Unsigned)
            }
            (PayloadRule::Declared, PayloadHash::Undeclared) => return Err(AuthError::PayloadHashMissing),
            (PayloadRule::Declared, PayloadHash::Invalid) => return Err(AuthError::PayloadHashInvalid),
            // Fails closed: only services that take declarations take an unsigned body.
            (PayloadRule::Body, _) => return Err(AuthError::SignatureDoesNotMatch),
        };
        self.verify_payload(head, key, rules, payload)?;
        Ok(check)
    }

    /// The canonical request as text, for tests and diagnosis. It shows what was sent, the session token too.
    pub fn canonical_request(
        &self,
        head: &Head<'_>,
        rules: &ServiceRules,
        payload: PayloadHash,
    ) -> Result<String, AuthError> {
        let mut text = Vec::new();
        self.write_canonical(head, rules, payload, &mut text)?;
        Ok(String::from_utf8_lossy(&text).into_owned())
    }

    /// The text that is signed, for tests and diagnosis.
    pub fn string_to_sign(
        &self,
        head: &Head<'_>,
        rules: &ServiceRules,
        payload: PayloadHash,
    ) -> Result<String, AuthError> {
        let mut hasher = Sha256::new();
        self.write_canonical(head, rules, payload, &mut hasher)?;
        let mut text = Vec::new();
        put_string_to_sign(self.time, self.credential.scope(), hasher, |piece| {
            text.extend_from_slice(piece)
        });
        Ok(String::from_utf8_lossy(&text).into_owned())
    }

    fn verify_payload(
        &self,
        head: &Head<'_>,
        key: &SigningKey,
        rules: &ServiceRules,
        payload: PayloadHash,
    ) -> Result<(), AuthError> {
        self.credential.check_scope_form(self.time)?;
        self.check_signed_headers(head, rules)?;
        let mut hasher = Sha256::new();
        self.write_canonical(head, rules, payload, &mut hasher)?;
        let expected = signature(self.time, self.credential.scope(), hasher, key);
        match self.signature {
            Some(given) if bool::from(given.ct_eq(&expected)) => Ok(()),
            _ => Err(AuthError::SignatureDoesNotMatch),
        }
    }

    /// Every header that steers a service has to be signed, or a stranger could add one.
    fn check_signed_headers(&self, head: &Head<'_>, rules: &ServiceRules) -> Result<(), AuthError> {
        // More names than headers cannot all be there; refusing now bounds the work below.
        if self.signed_headers.split(';').count() > head.headers.keys_len() {
            return Err(AuthError::SignatureDoesNotMatch);
        }
        let is_exempt = |name: &HeaderName| {
            rules.session_token == SessionTokenRule::AddedAfterSigning && name == SECURITY_TOKEN
        };
        let must_be_signed = |name: &&HeaderName| name.as_str().starts_with("x-amz-") && !is_exempt(name);
        let mut unsigned = head
            .headers
            .keys()
            .filter(must_be_signed)
            .filter(|name| !contains_name(&self.signed_headers, name.as_str()));
        match unsigned.next() {
            Some(name) => Err(AuthError::HeaderNotSigned {
                name: name.as_str().to_owned(),
            }),
            None => Ok(()),
        }
    }

    fn write_canonical(
        &self,
        head: &Head<'_>,
        rules: &ServiceRules,
        payload: PayloadHash,
        sink: &mut impl Sink,
    ) -> Result<(), AuthError> {
        let unsigned_parameters: &[&str] = match (self.form, rules.session_token) {
            (Form::Header, _) => &[],
            (Form::Query { .. }, SessionTokenRule::Signed) => &[SIGNATURE],
            (Form::Query { .. }, SessionTokenRule::AddedAfterSigning) => &[SIGNATURE, SESSION_TOKEN],
        };
        let written = payload.with_text(|payload| {
            let signed_headers = &self.signed_headers;
            Canonical {
                head,
                rules,
                signed_headers,
                unsigned_parameters,
                payload,
            }
            .write(sink)
        });
        written.unwrap_or(Err(AuthError::SignatureDoesNotMatch))
    }
}

/// The signature for a canonical request that has been written into a hasher.
pub(crate) fn signature(time: RequestTime, scope: &str, canonical: Sha256, key: &SigningKey) -> [u8; 32] {
    let mut mac = key.start();
    put_string_to_sign(time, scope, canonical, |piece| mac.update(piece));
    mac.finalize().into_bytes().into()
}

fn put_string_to_sign(time: RequestTime, scope: &str, canonical: Sha256, mut put: impl FnMut(&[u8])) {
    put(ALGORITHM.as_bytes());
    put(b"\n");
    put(time.as_str().as_bytes());
    put(b"\n");
    put(scope.as_bytes());
    put(b"\n");
    put(&hex(&canonical.finalize().into()));
}

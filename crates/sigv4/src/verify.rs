//! Deciding whether a signature is the right one.

use hmac::Mac;
use smallvec::SmallVec;
use subtle::ConstantTimeEq;

use crate::canonical::{Canonical, Hashing, Sink};
use crate::encoding::hex;
use crate::headers::HeaderList;
use crate::presigned::{SESSION_TOKEN, SIGNATURE};
use crate::request::{ALGORITHM, SECURITY_TOKEN, contains_name, names_of};
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
            PayloadRule::Declared | PayloadRule::Unsigned => body,
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
            (PayloadRule::Unsigned, PayloadHash::Undeclared | PayloadHash::Unsigned) => {
                (PayloadHash::Unsigned, BodyCheck::Unsigned)
            }
            (PayloadRule::Declared, PayloadHash::Undeclared) => return Err(AuthError::PayloadHashMissing),
            (PayloadRule::Declared, PayloadHash::Invalid) => return Err(AuthError::PayloadHashInvalid),
            // Fails closed: only services that take declarations take an unsigned body.
            (PayloadRule::Body | PayloadRule::Unsigned, _) => return Err(AuthError::SignatureDoesNotMatch),
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
        self.write_canonical(head, &HeaderList::new(head.headers), rules, payload, &mut text)?;
        Ok(String::from_utf8_lossy(&text).into_owned())
    }

    /// The text that is signed, for tests and diagnosis.
    pub fn string_to_sign(
        &self,
        head: &Head<'_>,
        rules: &ServiceRules,
        payload: PayloadHash,
    ) -> Result<String, AuthError> {
        let mut canonical = Hashing::new();
        self.write_canonical(
            head,
            &HeaderList::new(head.headers),
            rules,
            payload,
            &mut canonical,
        )?;
        let text = text_to_sign(self.time, self.credential.scope(), &canonical.finish());
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
        let headers = HeaderList::new(head.headers);
        self.check_signed_headers(head, &headers, rules)?;
        let mut canonical = Hashing::new();
        self.write_canonical(head, &headers, rules, payload, &mut canonical)?;
        let expected = signature(self.time, self.credential.scope(), &canonical.finish(), key);
        match self.signature {
            Some(given) if are_equal(&given, &expected) => Ok(()),
            _ => Err(AuthError::SignatureDoesNotMatch),
        }
    }

    /// Every header that steers a service has to be signed, or a stranger could add one.
    fn check_signed_headers(
        &self,
        head: &Head<'_>,
        headers: &HeaderList<'_>,
        rules: &ServiceRules,
    ) -> Result<(), AuthError> {
        // More names than headers cannot all be there; refusing now bounds the work below.
        if names_of(&self.signed_headers).count() > head.headers.keys_len() {
            return Err(AuthError::SignatureDoesNotMatch);
        }
        let is_exempt =
            |name: &str| rules.session_token == SessionTokenRule::AddedAfterSigning && name == SECURITY_TOKEN;
        let must_be_signed = |name: &&str| name.starts_with("x-amz-") && !is_exempt(name);
        let mut unsigned = headers
            .names()
            .filter(must_be_signed)
            .filter(|name| !contains_name(&self.signed_headers, name));
        match unsigned.next() {
            Some(name) => Err(AuthError::HeaderNotSigned {
                name: name.to_owned(),
            }),
            None => Ok(()),
        }
    }

    fn write_canonical(
        &self,
        head: &Head<'_>,
        headers: &HeaderList<'_>,
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
                headers,
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

/// The signature for the hash of a canonical request.
pub(crate) fn signature(time: RequestTime, scope: &str, canonical: &[u8; 32], key: &SigningKey) -> [u8; 32] {
    let mut mac = key.start();
    mac.update(&text_to_sign(time, scope, canonical));
    mac.finalize().into_bytes().into()
}

fn text_to_sign(time: RequestTime, scope: &str, canonical: &[u8; 32]) -> SmallVec<[u8; 256]> {
    let mut text = SmallVec::new();
    text.extend_from_slice(ALGORITHM.as_bytes());
    text.push(b'\n');
    text.extend_from_slice(time.as_bytes());
    text.push(b'\n');
    text.extend_from_slice(scope.as_bytes());
    text.push(b'\n');
    text.extend_from_slice(&hex(canonical));
    text
}

/// Whether two signatures are equal, in a time that does not tell where they differ.
fn are_equal(one: &[u8; 32], other: &[u8; 32]) -> bool {
    let (one, other) = (one.as_chunks::<8>().0, other.as_chunks::<8>().0);
    let differences = one.iter().zip(other).fold(0, |differences, (one, other)| {
        differences | (u64::from_ne_bytes(*one) ^ u64::from_ne_bytes(*other))
    });
    bool::from(differences.ct_eq(&0))
}

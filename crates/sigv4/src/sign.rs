//! Making signatures.

use http::Method;
use http::header::{AUTHORIZATION, HOST, HeaderMap, HeaderName, HeaderValue};
use jiff::Timestamp;

use crate::canonical::{Canonical, Hashing};
use crate::credential::TERMINATOR;
use crate::encoding::{encode, hex};
use crate::headers::HeaderList;
use crate::presigned::{self, SESSION_TOKEN};
use crate::request::{ALGORITHM, CONTENT_SHA256, DATE_HEADER, SECURITY_TOKEN};
use crate::verify::signature;
use crate::{
    AuthError, Head, PayloadHash, PayloadRule, RequestTime, ServiceRules, SessionTokenRule, SigningKey,
};

/// Headers that are not signed: hops on the way change them, or they are not there when the signature is made.
const UNSIGNED_HEADERS: [&str; 10] = [
    "authorization",
    "connection",
    "expect",
    "keep-alive",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "user-agent",
    "x-amzn-trace-id",
];

/// Signs requests with one key for one region and service.
#[derive(Clone)]
pub struct Signer<'a> {
    /// The id of the access key.
    pub access_key_id: &'a str,
    /// The key, derived for the day of `time` and for this region and service.
    pub key: &'a SigningKey,
    /// The session token that belongs to a temporary access key.
    pub session_token: Option<&'a str>,
    /// The region in the credential scope.
    pub region: &'a str,
    /// The service in the credential scope.
    pub service: &'a str,
    /// The time of signing.
    pub time: Timestamp,
    /// How the service checks signatures.
    pub rules: &'a ServiceRules,
}

/// Why a request cannot be signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SignError {
    /// It has no `host` header, or more than one.
    #[error("a request to be signed needs one host header")]
    Host,
    /// It has a signature already.
    #[error("the request carries a signature already")]
    Signed,
    /// Its path or query has a broken percent escape.
    #[error("the path or the query has a broken percent escape")]
    Escape,
    /// The session token or the key id cannot stand in a header.
    #[error("the credentials cannot stand in a header")]
    Credentials,
    /// The service does not take the body in this way.
    #[error("the service does not take a body that is declared in this way")]
    Payload,
}

impl Signer<'_> {
    /// Signs a request in its headers: sets `x-amz-date`, `x-amz-security-token`, for services that need it
    /// `x-amz-content-sha256`, and `authorization`. All other headers must be there already.
    pub fn sign(
        &self,
        method: &Method,
        path: &str,
        query: Option<&str>,
        headers: &mut HeaderMap,
        payload: PayloadHash,
    ) -> Result<(), SignError> {
        if is_signed(query)? {
            return Err(SignError::Signed);
        }
        let time = RequestTime::from_timestamp(self.time);
        set(headers, DATE_HEADER, time.as_str())?;
        if self.rules.payload == PayloadRule::Declared {
            payload
                .with_text(|text| set(headers, CONTENT_SHA256, text))
                .unwrap_or(Err(SignError::Payload))?;
        }
        let token_is_signed = self.rules.session_token == SessionTokenRule::Signed;
        headers.remove(SECURITY_TOKEN);
        if let Some(token) = self.session_token.filter(|_| token_is_signed) {
            set(headers, SECURITY_TOKEN, token)?;
        }
        let signed_headers = headers_to_sign(headers)?;
        let head = Head {
            method,
            path,
            query,
            headers,
        };
        let signature = self.signature(&head, &signed_headers, payload)?;
        let value = format!(
            "{ALGORITHM} Credential={}/{}, SignedHeaders={signed_headers}, Signature={signature}",
            self.access_key_id,
            self.scope(time),
        );
        set(headers, AUTHORIZATION.as_str(), &value)?;
        if let Some(token) = self.session_token.filter(|_| !token_is_signed) {
            set(headers, SECURITY_TOKEN, token)?;
        }
        Ok(())
    }

    /// Signs a request in its query, valid for so many seconds, and returns the whole new query.
    /// All headers of `head` are signed and have to be sent with the request.
    pub fn presign(&self, head: &Head<'_>, expires: u32, payload: PayloadHash) -> Result<String, SignError> {
        let time = RequestTime::from_timestamp(self.time);
        let signed_headers = headers_to_sign(head.headers)?;
        let credential = format!("{}/{}", self.access_key_id, self.scope(time));
        let mut query = head.query.unwrap_or_default().to_owned();
        if is_signed(head.query)? || head.headers.contains_key(SECURITY_TOKEN) {
            return Err(SignError::Signed);
        }
        push_parameter(&mut query, "X-Amz-Algorithm", ALGORITHM);
        push_parameter(&mut query, "X-Amz-Credential", &credential);
        push_parameter(&mut query, "X-Amz-Date", time.as_str());
        push_parameter(&mut query, "X-Amz-Expires", &expires.to_string());
        push_parameter(&mut query, "X-Amz-SignedHeaders", &signed_headers);
        // What a service takes for undeclared in the query is an unsigned body; anything else has to be said.
        let says_payload = self.rules.payload == PayloadRule::Declared && payload != PayloadHash::Unsigned;
        if says_payload && !head.headers.contains_key(CONTENT_SHA256) {
            payload
                .with_text(|text| push_parameter(&mut query, "X-Amz-Content-Sha256", text))
                .ok_or(SignError::Payload)?;
        }
        let token_is_signed = self.rules.session_token == SessionTokenRule::Signed;
        if let Some(token) = self.session_token.filter(|_| token_is_signed) {
            push_parameter(&mut query, SESSION_TOKEN, token);
        }
        let signature = self.signature(
            &Head {
                query: Some(&query),
                ..*head
            },
            &signed_headers,
            payload,
        )?;
        if let Some(token) = self.session_token.filter(|_| !token_is_signed) {
            push_parameter(&mut query, SESSION_TOKEN, token);
        }
        push_parameter(&mut query, "X-Amz-Signature", &signature);
        Ok(query)
    }

    fn signature(
        &self,
        head: &Head<'_>,
        signed_headers: &str,
        payload: PayloadHash,
    ) -> Result<String, SignError> {
        let is_taken = match payload {
            PayloadHash::Sha256(_) => true,
            PayloadHash::Unsigned => self.rules.payload != PayloadRule::Body,
            PayloadHash::Streaming(_) => self.rules.payload == PayloadRule::Declared,
            PayloadHash::Undeclared | PayloadHash::Invalid => false,
        };
        if !is_taken {
            return Err(SignError::Payload);
        }
        let headers = &HeaderList::new(head.headers);
        let mut canonical = Hashing::new();
        let written = payload.with_text(|payload| {
            let rules = self.rules;
            Canonical {
                head,
                headers,
                rules,
                signed_headers,
                unsigned_parameters: &[],
                payload,
            }
            .write(&mut canonical)
        });
        written
            .unwrap_or(Err(AuthError::SignatureDoesNotMatch))
            .map_err(|_| SignError::Escape)?;
        let time = RequestTime::from_timestamp(self.time);
        let signature = hex(&signature(time, &self.scope(time), &canonical.finish(), self.key));
        Ok(String::from_utf8_lossy(&signature).into_owned())
    }

    pub(crate) fn scope(&self, time: RequestTime) -> String {
        format!("{}/{}/{}/{TERMINATOR}", time.date(), self.region, self.service)
    }
}

/// Whether a query has parameters of a signature.
fn is_signed(query: Option<&str>) -> Result<bool, SignError> {
    let found = presigned::find(query.unwrap_or_default()).map_err(|_| SignError::Signed)?;
    Ok(found.first_found().is_some())
}

/// The names of all headers that can be signed, in order.
fn headers_to_sign(headers: &HeaderMap) -> Result<String, SignError> {
    if headers.get_all(HOST).iter().count() != 1 {
        return Err(SignError::Host);
    }
    let names = headers.keys().map(HeaderName::as_str);
    let mut names: Vec<&str> = names.filter(|name| !UNSIGNED_HEADERS.contains(name)).collect();
    names.sort_unstable();
    Ok(names.join(";"))
}

fn set(headers: &mut HeaderMap, name: &'static str, value: &str) -> Result<(), SignError> {
    let value = HeaderValue::from_str(value).map_err(|_| SignError::Credentials)?;
    headers.insert(HeaderName::from_static(name), value);
    Ok(())
}

fn push_parameter(query: &mut String, name: &str, value: &str) {
    if !query.is_empty() {
        query.push('&');
    }
    query.push_str(name);
    query.push('=');
    query.push_str(&String::from_utf8_lossy(&encode(value.as_bytes())));
}

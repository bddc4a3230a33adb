//! The claim of a request to be signed, read but not yet believed.

use std::borrow::Cow;
use std::fmt;

use jiff::Timestamp;

use crate::credential::Credential;
use crate::encoding::parse_hex;
use crate::error::excerpt;
use crate::headers::SignatureHeaders;
use crate::{AuthError, Head, PayloadHash, RequestTime, ServiceRules, authorization, presigned};

pub(crate) const ALGORITHM: &str = "AWS4-HMAC-SHA256";
pub(crate) const CONTENT_SHA256: &str = "x-amz-content-sha256";
pub(crate) const DATE_HEADER: &str = "x-amz-date";
pub(crate) const SECURITY_TOKEN: &str = "x-amz-security-token";
/// By what name a client of HTTP/2 may sign the host. Evidence: AWS's own complaint names both, and its SDK for
/// JavaScript signs so for Kinesis.
pub(crate) const AUTHORITY: &str = ":authority";

/// Where the signature stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// In the `Authorization` header.
    Header,
    /// In the query: a presigned request.
    Query {
        /// For how many seconds the request asks to be valid.
        expires: Option<u32>,
    },
}

/// What a request claims about its signature. It borrows from the head where it can.
///
/// `Debug` shows neither the session token nor the signature.
#[derive(Clone)]
pub struct SignedRequest<'a> {
    pub(crate) credential: Credential<'a>,
    pub(crate) signed_headers: Cow<'a, str>,
    /// `None`: the text is not the hexadecimal form of any signature, so it matches none.
    pub(crate) signature: Option<[u8; 32]>,
    pub(crate) time: RequestTime,
    pub(crate) session_token: Option<Cow<'a, str>>,
    pub(crate) form: Form,
    pub(crate) payload: PayloadHash,
}

/// The parts of a signature as text, in either form.
pub(crate) struct Parts<'a> {
    pub(crate) algorithm: Cow<'a, str>,
    pub(crate) credential: Cow<'a, str>,
    pub(crate) signed_headers: Cow<'a, str>,
    pub(crate) signature: Cow<'a, str>,
    pub(crate) time: RequestTime,
    /// The header that gave the time, if one did; it has to be signed.
    pub(crate) time_header: Option<&'static str>,
    pub(crate) session_token: Option<Cow<'a, str>>,
    pub(crate) payload: PayloadHash,
    pub(crate) form: Form,
}

impl<'a> SignedRequest<'a> {
    /// Reads the claim. `None` means that the request does not claim to be signed at all.
    pub fn parse(head: &Head<'a>) -> Result<Option<Self>, AuthError> {
        let in_query = match head.query {
            Some(query) => presigned::find(query)?,
            None => presigned::Parameters::default(),
        };
        let headers = SignatureHeaders::find(head.headers);
        if let Some(header) = headers.authorization.single()? {
            if let Some(parameter) = in_query.first_found() {
                return Err(AuthError::TwoForms { parameter });
            }
            return Self::from_parts(authorization::read(header, &headers)?, &headers).map(Some);
        }
        if !in_query.is_claim() {
            return Ok(None);
        }
        Self::from_parts(presigned::read(in_query, &headers)?, &headers).map(Some)
    }

    fn from_parts(parts: Parts<'a>, headers: &SignatureHeaders<'a>) -> Result<Self, AuthError> {
        let not_signed = |name: &str| AuthError::HeaderNotSigned {
            name: name.to_owned(),
        };
        let is_host_signed = ["host", AUTHORITY]
            .iter()
            .any(|name| contains_name(&parts.signed_headers, name));
        if !is_host_signed || headers.host.single()?.is_none() {
            return Err(not_signed("host"));
        }
        if parts.algorithm != ALGORITHM {
            return Err(AuthError::incomplete(format!(
                "Unsupported AWS 'algorithm': '{}' (only {ALGORITHM} for now). ",
                excerpt(&parts.algorithm)
            )));
        }
        let credential = Credential::parse(parts.credential)?;
        if !is_well_formed_list(&parts.signed_headers) {
            return Err(AuthError::incomplete(
                "SignedHeaders must be header names in lower case, in order, each once, separated by ';'.",
            ));
        }
        if let Some(header) = parts.time_header
            && !contains_name(&parts.signed_headers, header)
        {
            return Err(not_signed(header));
        }
        Ok(Self {
            credential,
            signed_headers: parts.signed_headers,
            signature: parse_hex(&parts.signature),
            time: parts.time,
            session_token: parts.session_token,
            form: parts.form,
            payload: parts.payload,
        })
    }

    /// The id of the access key that the request claims to be signed with.
    pub fn access_key_id(&self) -> &str {
        self.credential.access_key_id()
    }

    /// The day in the credential scope: `20150830`.
    pub fn date(&self) -> &str {
        self.credential.date()
    }

    /// The region in the credential scope.
    pub fn region(&self) -> &str {
        self.credential.region()
    }

    /// The service in the credential scope.
    pub fn service(&self) -> &str {
        self.credential.service()
    }

    /// When the request claims to be signed.
    pub fn time(&self) -> RequestTime {
        self.time
    }

    /// The session token that came with the request.
    pub fn session_token(&self) -> Option<&str> {
        self.session_token.as_deref()
    }

    /// Where the signature stands.
    pub fn form(&self) -> Form {
        self.form
    }

    /// What the request declares about its body.
    pub fn payload(&self) -> PayloadHash {
        self.payload
    }

    /// The names of the signed headers, in lower case and in order.
    pub fn signed_headers(&self) -> impl Iterator<Item = &str> {
        self.signed_headers.split(';')
    }

    /// Checks that the request is signed neither too long ago nor for the future.
    /// AWS checks this before the scope and before the key.
    pub fn check_time(&self, now: Timestamp, rules: &ServiceRules) -> Result<(), AuthError> {
        let window = rules.clock_window_seconds;
        let life = match self.form {
            Form::Query {
                expires: Some(expires),
            } => i64::from(expires).min(rules.presigned_seconds_max),
            Form::Query { expires: None } if rules.expires_required => {
                return Err(AuthError::incomplete(
                    "AWS query-string parameters must include 'X-Amz-Expires'. Re-examine the query-string parameters.",
                ));
            }
            Form::Query { expires: None } | Form::Header => window,
        };
        check_age(self.time, now, life, window)
    }

    /// Checks that the credential is scoped to this service, to an acceptable region, and to the day of the
    /// request. All complaints come in one message, in AWS's order: region, service, terminator, day.
    pub fn check_scope(
        &self,
        is_region_valid: impl FnOnce(&str) -> bool,
        service: &str,
    ) -> Result<(), AuthError> {
        self.credential.check_scope(self.time, is_region_valid, service)
    }
}

impl fmt::Debug for SignedRequest<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignedRequest")
            .field("access_key_id", &self.access_key_id())
            .field("scope", &self.credential.scope())
            .field("signed_headers", &self.signed_headers)
            .field("time", &self.time)
            .field("has_session_token", &self.session_token.is_some())
            .field("form", &self.form)
            .field("payload", &self.payload)
            .finish_non_exhaustive()
    }
}

/// Checks that a signature is at most `life` seconds old, and at most `window` seconds ahead of the present.
pub(crate) fn check_age(
    signed: RequestTime,
    now: Timestamp,
    life: i64,
    window: i64,
) -> Result<(), AuthError> {
    let age = now.as_second().saturating_sub(signed.timestamp().as_second());
    let now = || RequestTime::from_timestamp(now);
    if age > life {
        let (now, window_seconds) = (now(), life);
        return Err(AuthError::Expired {
            signed,
            earliest: now.plus_seconds(-life),
            now,
            window_seconds,
        });
    }
    if age < -window {
        let (now, window_seconds) = (now(), window);
        return Err(AuthError::NotYetCurrent {
            signed,
            latest: now.plus_seconds(window),
            now,
            window_seconds,
        });
    }
    Ok(())
}

/// The time of the request from its headers, and the header it stands in.
pub(crate) fn time_in(
    headers: &SignatureHeaders<'_>,
) -> Result<Option<(RequestTime, &'static str)>, AuthError> {
    if let Some(text) = headers.time.single()? {
        let time = RequestTime::parse(text).ok_or_else(|| AuthError::not_basic_format(text))?;
        return Ok(Some((time, DATE_HEADER)));
    }
    let Some(text) = headers.date.single()? else {
        return Ok(None);
    };
    let time = RequestTime::parse(text).or_else(|| RequestTime::parse_http_date(text));
    Ok(Some((
        time.ok_or_else(|| AuthError::not_basic_format(text))?,
        "date",
    )))
}

/// The names of a list. They are short: looking at one letter after the other is faster than a search.
pub(crate) fn names_of(list: &str) -> impl Iterator<Item = &[u8]> {
    list.as_bytes().split(|byte| *byte == b';')
}

pub(crate) fn contains_name(list: &str, name: &str) -> bool {
    names_of(list).any(|listed| listed == name.as_bytes())
}

fn is_well_formed_list(list: &str) -> bool {
    let mut previous: &[u8] = b"";
    names_of(list).all(|name| {
        let is_name = name.iter().copied().all(is_name_byte) || name == AUTHORITY.as_bytes();
        let is_next = name > previous && is_name;
        previous = name;
        is_next
    })
}

/// The characters of a header name in lower case.
fn is_name_byte(byte: u8) -> bool {
    NAME_BYTES.get(usize::from(byte)).copied().unwrap_or(false)
}

const NAME_BYTES: [bool; 256] = name_bytes();

#[expect(
    clippy::indexing_slicing,
    reason = "in a constant, an index that is out of bounds does not compile"
)]
const fn name_bytes() -> [bool; 256] {
    let mut table = [false; 256];
    let mut byte = 0_u8;
    while byte < 128 {
        table[byte as usize] = byte.is_ascii_lowercase()
            || byte.is_ascii_digit()
            || matches!(
                byte,
                b'-' | b'!' | b'#' | b'$' | b'%' | b'&' | b'\'' | b'*' | b'+'
            )
            || matches!(byte, b'.' | b'^' | b'_' | b'`' | b'|' | b'~');
        byte += 1;
    }
    table
}

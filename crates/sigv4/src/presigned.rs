//! The signature in the query: `X-Amz-Algorithm=…&X-Amz-Credential=…&…&X-Amz-Signature=…`.

use std::borrow::Cow;

use crate::encoding::{decode_query, decode_query_text, name_and_value, split_at_byte};
use crate::headers::SignatureHeaders;
use crate::request::{CONTENT_SHA256, Parts};
use crate::{AuthError, Form, PayloadHash, RequestTime};

pub(crate) const SIGNATURE: &str = "X-Amz-Signature";
pub(crate) const SESSION_TOKEN: &str = "X-Amz-Security-Token";

/// The longest life that a presigned request can ask for: seven days.
const EXPIRES_MAX: u32 = 7 * 24 * 60 * 60;

/// The parameters that belong to a signature, in the order in which AWS complains about them.
const NAMES: [&str; 8] = [
    "X-Amz-Algorithm",
    "X-Amz-Credential",
    SIGNATURE,
    "X-Amz-SignedHeaders",
    "X-Amz-Date",
    "X-Amz-Expires",
    SESSION_TOKEN,
    "X-Amz-Content-Sha256",
];
/// The first five of them are in every presigned request.
const REQUIRED: usize = 5;
/// One of the first three makes a request a presigned one.
const CLAIMING: usize = 3;

/// The values of the signature's parameters, in the order of [`NAMES`].
#[derive(Default)]
pub(crate) struct Parameters<'a> {
    values: [Option<Cow<'a, str>>; NAMES.len()],
}

impl Parameters<'_> {
    /// Whether the request claims to be presigned.
    pub(crate) fn is_claim(&self) -> bool {
        self.values.iter().take(CLAIMING).any(Option::is_some)
    }

    /// The first parameter that is there.
    pub(crate) fn first_found(&self) -> Option<&'static str> {
        NAMES
            .into_iter()
            .zip(&self.values)
            .find(|(_, value)| value.is_some())
            .map(|(name, _)| name)
    }
}

/// Finds the signature's parameters. Names count after decoding, and with regard to case.
pub(crate) fn find(query: &str) -> Result<Parameters<'_>, AuthError> {
    let mut found = Parameters::default();
    let mut rest = Some(query);
    while let Some(text) = rest {
        let (pair, others) = split_at_byte(text, b'&');
        rest = others;
        let (raw_name, raw_value) = name_and_value(pair);
        let Some(index) = number_of(raw_name) else {
            continue;
        };
        let Some(place) = found.values.get_mut(index) else {
            continue;
        };
        let value = decode_query_text(raw_value).ok_or_else(|| {
            AuthError::incomplete(format!(
                "The query-string parameter '{}' is not readable text.",
                display(index)
            ))
        })?;
        if place.replace(value).is_some() {
            return Err(AuthError::incomplete(format!(
                "The query-string parameter '{}' is given more than once.",
                display(index)
            )));
        }
    }
    Ok(found)
}

/// Which of the signature's parameters a name stands for.
fn number_of(raw_name: &str) -> Option<usize> {
    let number = |name: &[u8]| NAMES.iter().position(|known| known.as_bytes() == name);
    if raw_name.starts_with("X-Amz-")
        && let Some(known) = number(raw_name.as_bytes())
    {
        return Some(known);
    }
    // Names that nobody has to encode can be encoded nevertheless.
    match decode_query(raw_name.as_bytes())? {
        Cow::Borrowed(_) => None,
        Cow::Owned(name) => number(&name),
    }
}

/// Reads the parameters. Every one that is missing is named, in AWS's order, in one message.
pub(crate) fn read<'a>(
    found: Parameters<'a>,
    headers: &SignatureHeaders<'a>,
) -> Result<Parts<'a>, AuthError> {
    let mut text = String::new();
    for (name, value) in NAMES.into_iter().zip(&found.values).take(REQUIRED) {
        if value.as_deref().is_none_or(str::is_empty) {
            text.push_str(&format!("AWS query-string parameters must include '{name}'. "));
        }
    }
    let [
        Some(algorithm),
        Some(credential),
        Some(signature),
        Some(signed_headers),
        Some(date),
        expires,
        session_token,
        content_sha256,
    ] = found.values
    else {
        text.push_str("Re-examine the query-string parameters.");
        return Err(AuthError::incomplete(text));
    };
    if !text.is_empty() {
        text.push_str("Re-examine the query-string parameters.");
        return Err(AuthError::incomplete(text));
    }
    let time = RequestTime::parse(&date).ok_or_else(|| AuthError::not_basic_format(&date))?;
    Ok(Parts {
        algorithm,
        credential,
        signed_headers,
        signature,
        time,
        time_header: None,
        session_token: one_of(session_token, headers.session_token.single()?, SESSION_TOKEN)?,
        payload: one_of(content_sha256, headers.content_sha256.single()?, CONTENT_SHA256)?
            .map_or(PayloadHash::Undeclared, |value| PayloadHash::parse(&value)),
        form: Form::Query {
            expires: expires.map(|text| read_expires(&text)).transpose()?,
        },
    })
}

/// Takes what stands in the query. The session token of a presigned request is never read from a header, and
/// the declared hash stands in one place only; both at once is refused.
fn one_of<'a>(
    in_query: Option<Cow<'a, str>>,
    in_header: Option<&str>,
    name: &'static str,
) -> Result<Option<Cow<'a, str>>, AuthError> {
    match (in_query, in_header) {
        (value, None) => Ok(value),
        (None, Some(value)) if name == CONTENT_SHA256 => Ok(Some(Cow::Owned(value.to_owned()))),
        (_, Some(_)) => Err(AuthError::incomplete(format!(
            "The header '{}' cannot stand beside a signature in the query string.",
            name.to_ascii_lowercase()
        ))),
    }
}

fn read_expires(text: &str) -> Result<u32, AuthError> {
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !is_number {
        return Err(AuthError::incomplete("X-Amz-Expires should be a number"));
    }
    text.parse().ok().filter(|seconds| *seconds <= EXPIRES_MAX).ok_or_else(|| {
        AuthError::incomplete(
            "X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be \
             less than 604800 seconds",
        )
    })
}

fn display(index: usize) -> &'static str {
    NAMES.get(index).copied().unwrap_or_default()
}

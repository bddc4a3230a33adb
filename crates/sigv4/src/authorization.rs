//! The signature in the `Authorization` header:
//! `AWS4-HMAC-SHA256 Credential=…, SignedHeaders=…, Signature=…`.

use std::borrow::Cow;

use crate::encoding::split_at_byte;
use crate::error::excerpt;
use crate::headers::SignatureHeaders;
use crate::request::{Parts, time_in};
use crate::{AuthError, Form, PayloadHash};

/// Reads the header's value. Every part that is missing is named, in AWS's order, in one message.
pub(crate) fn read<'a>(value: &'a str, headers: &SignatureHeaders<'a>) -> Result<Parts<'a>, AuthError> {
    // Evidence: AWS counts any scheme of another kind as no authentication.
    if !value.starts_with("AWS4-") {
        return Err(AuthError::Missing);
    }
    let (algorithm, fields) = value.split_once(' ').unwrap_or((value, ""));
    let Fields {
        credential,
        signature,
        signed_headers,
    } = Fields::read(fields)?;
    let time = time_in(headers);
    let (Some(credential), Some(signature), Some(signed_headers), Ok(Some((time, time_header)))) =
        (credential, signature, signed_headers, time.clone())
    else {
        let missing = [
            (
                credential.is_none(),
                "Authorization header requires 'Credential' parameter. ",
            ),
            (
                signature.is_none(),
                "Authorization header requires 'Signature' parameter. ",
            ),
            (
                signed_headers.is_none(),
                "Authorization header requires 'SignedHeaders' parameter. ",
            ),
            (
                time == Ok(None),
                "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. ",
            ),
        ];
        let mut text: String = missing
            .iter()
            .filter(|(is_missing, _)| *is_missing)
            .map(|(_, text)| *text)
            .collect();
        if let (true, Err(error)) = (text.is_empty(), time) {
            return Err(error);
        }
        // Differs from AWS: only the algorithm is repeated, not the whole header.
        text.push_str(&format!("Authorization={}", excerpt(algorithm)));
        return Err(AuthError::incomplete(text));
    };
    Ok(Parts {
        algorithm: Cow::Borrowed(algorithm),
        credential: Cow::Borrowed(credential),
        signed_headers: Cow::Borrowed(signed_headers),
        signature: Cow::Borrowed(signature),
        time,
        time_header: Some(time_header),
        session_token: headers.session_token.single()?.map(Cow::Borrowed),
        payload: headers
            .content_sha256
            .single()?
            .map_or(PayloadHash::Undeclared, PayloadHash::parse),
        form: Form::Header,
    })
}

#[derive(Default)]
struct Fields<'a> {
    credential: Option<&'a str>,
    signature: Option<&'a str>,
    signed_headers: Option<&'a str>,
}

impl<'a> Fields<'a> {
    /// Reads `Name=value` pairs between commas. An empty value counts as missing, but an empty list of signed
    /// headers is a list: it lacks the host.
    fn read(text: &'a str) -> Result<Self, AuthError> {
        let mut fields = Self::default();
        let mut rest = Some(text);
        while let Some(text) = rest {
            let (pair, others) = split_at_byte(text, b',');
            rest = others;
            let pair = pair.trim_matches(' ');
            if pair.is_empty() {
                continue;
            }
            let (name, Some(value)) = split_at_byte(pair, b'=') else {
                return Err(AuthError::incomplete(format!(
                    "'{}' not a valid key=value pair (missing equal-sign) in Authorization header.",
                    excerpt(pair)
                )));
            };
            let place = match name {
                "Credential" => &mut fields.credential,
                "Signature" => &mut fields.signature,
                "SignedHeaders" => &mut fields.signed_headers,
                _ => {
                    return Err(AuthError::incomplete(format!(
                        "Authorization header has an unknown parameter '{}'.",
                        excerpt(name)
                    )));
                }
            };
            if place.replace(value).is_some() {
                return Err(AuthError::incomplete(format!(
                    "Authorization header has more than one '{name}' parameter."
                )));
            }
        }
        fields.credential = fields.credential.filter(|value| !value.is_empty());
        fields.signature = fields.signature.filter(|value| !value.is_empty());
        Ok(fields)
    }
}

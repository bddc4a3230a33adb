//! The signature of a browser's form: fields beside a policy, which says what may be uploaded until when.
//!
//! The string to sign is the policy as it stands in the form, in Base64. What the policy allows is not judged here.
//!
//! Evidence: the S3 API reference's page on authenticating browser-based uploads.

use std::borrow::Cow;
use std::fmt;

use hmac::Mac;
use jiff::Timestamp;
use subtle::ConstantTimeEq;

use crate::credential::Credential;
use crate::encoding::{hex, parse_hex};
use crate::error::excerpt;
use crate::request::{ALGORITHM, check_age};
use crate::{AuthError, RequestTime, ServiceRules, Signer, SigningKey};

/// The fields of a signed form, in the order in which they are missed.
const NAMES: [&str; 6] = [
    "policy",
    "x-amz-algorithm",
    "x-amz-credential",
    "x-amz-date",
    "x-amz-signature",
    "x-amz-security-token",
];
/// All but the session token are in every signed form.
const REQUIRED: usize = 5;
/// The fields of older signatures.
const OLD_NAMES: [&str; 2] = ["awsaccesskeyid", "signature"];

/// What a form claims about its signature.
///
/// `Debug` shows neither the session token nor the signature.
#[derive(Clone)]
pub struct SignedForm<'a> {
    credential: Credential<'a>,
    /// `None`: the text is not the hexadecimal form of any signature, so it matches none.
    signature: Option<[u8; 32]>,
    time: RequestTime,
    session_token: Option<&'a str>,
    policy: &'a str,
}

impl<'a> SignedForm<'a> {
    /// Reads the claim out of the form's fields, whose names count without regard to case. `None`: the form does
    /// not claim to be signed, and has no policy either.
    pub fn parse(fields: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Option<Self>, AuthError> {
        let mut values = [None; NAMES.len()];
        for (name, value) in fields {
            // Fails closed: who signs in a way that is not understood does not become nobody.
            if OLD_NAMES.iter().any(|old| old.eq_ignore_ascii_case(name)) {
                return Err(AuthError::incomplete(format!(
                    "The form field '{}' belongs to a signature of an unsupported version.",
                    excerpt(name)
                )));
            }
            let index = NAMES.iter().position(|known| known.eq_ignore_ascii_case(name));
            let Some(place) = index.and_then(|index| values.get_mut(index)) else {
                continue;
            };
            if place.replace(value).is_some() {
                return Err(AuthError::incomplete(format!(
                    "The form has more than one field '{}'.",
                    excerpt(name)
                )));
            }
        }
        if values.iter().all(Option::is_none) {
            return Ok(None);
        }
        Self::from_values(values).map(Some)
    }

    fn from_values(values: [Option<&'a str>; NAMES.len()]) -> Result<Self, AuthError> {
        let [
            Some(policy),
            Some(algorithm),
            Some(credential),
            Some(date),
            Some(signature),
            session_token,
        ] = values
        else {
            let mut missing = NAMES.into_iter().zip(values).take(REQUIRED);
            let name = missing
                .find(|(_, value)| value.is_none())
                .map_or("", |(name, _)| name);
            return Err(AuthError::incomplete(format!(
                "A signed form must contain a field named '{name}'."
            )));
        };
        if algorithm != ALGORITHM {
            return Err(AuthError::incomplete(format!(
                "Unsupported AWS 'algorithm': '{}' (only {ALGORITHM} for now). ",
                excerpt(algorithm)
            )));
        }
        let time = RequestTime::parse(date).ok_or_else(|| AuthError::not_basic_format(date))?;
        Ok(Self {
            credential: Credential::parse(Cow::Borrowed(credential))?,
            signature: parse_hex(signature),
            time,
            session_token,
            policy,
        })
    }

    /// The id of the access key that the form claims to be signed with.
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

    /// When the form claims to be signed.
    pub fn time(&self) -> RequestTime {
        self.time
    }

    /// The session token that came with the form.
    pub fn session_token(&self) -> Option<&str> {
        self.session_token
    }

    /// The policy as it was signed, in Base64.
    pub fn policy(&self) -> &'a str {
        self.policy
    }

    /// Checks that the form is not signed for the future, nor so long ago that its key is no longer good. When
    /// the form itself ends, its policy says.
    pub fn check_time(&self, now: Timestamp, rules: &ServiceRules) -> Result<(), AuthError> {
        check_age(
            self.time,
            now,
            rules.presigned_seconds_max,
            rules.clock_window_seconds,
        )
    }

    /// Checks that the credential is scoped to this service, to an acceptable region, and to the day of signing.
    pub fn check_scope(
        &self,
        is_region_valid: impl FnOnce(&str) -> bool,
        service: &str,
    ) -> Result<(), AuthError> {
        self.credential.check_scope(self.time, is_region_valid, service)
    }

    /// Verifies the signature. `key` must be derived for the form's own [`date`](Self::date),
    /// [`region`](Self::region) and [`service`](Self::service).
    pub fn verify(&self, key: &SigningKey) -> Result<(), AuthError> {
        self.credential.check_scope_form(self.time)?;
        match self.signature {
            Some(given) if bool::from(given.ct_eq(&signature(key, self.policy))) => Ok(()),
            _ => Err(AuthError::SignatureDoesNotMatch),
        }
    }
}

impl fmt::Debug for SignedForm<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignedForm")
            .field("access_key_id", &self.access_key_id())
            .field("scope", &self.credential.scope())
            .field("time", &self.time)
            .field("has_session_token", &self.session_token.is_some())
            .finish_non_exhaustive()
    }
}

impl Signer<'_> {
    /// Signs a form: gives the fields to add to those that the policy asks for. `policy` is in Base64.
    pub fn sign_form(&self, policy: &str) -> Vec<(&'static str, String)> {
        let time = RequestTime::from_timestamp(self.time);
        let signature = hex(&signature(self.key, policy));
        let mut fields = vec![
            ("policy", policy.to_owned()),
            ("x-amz-algorithm", ALGORITHM.to_owned()),
            (
                "x-amz-credential",
                format!("{}/{}", self.access_key_id, self.scope(time)),
            ),
            ("x-amz-date", time.to_string()),
            (
                "x-amz-signature",
                String::from_utf8_lossy(&signature).into_owned(),
            ),
        ];
        let token = self
            .session_token
            .map(|token| ("x-amz-security-token", token.to_owned()));
        fields.extend(token);
        fields
    }
}

fn signature(key: &SigningKey, policy: &str) -> [u8; 32] {
    let mut mac = key.start();
    mac.update(policy.as_bytes());
    mac.finalize().into_bytes().into()
}

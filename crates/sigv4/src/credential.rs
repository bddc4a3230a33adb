//! The credential of a signature: `KEYID/20150830/us-east-1/iam/aws4_request`.

use std::borrow::Cow;

use crate::error::excerpt;
use crate::{AuthError, RequestTime};

/// The last part of every credential.
pub(crate) const TERMINATOR: &str = "aws4_request";

/// A credential with its five parts.
#[derive(Clone)]
pub(crate) struct Credential<'a> {
    text: Cow<'a, str>,
    slashes: [usize; 4],
}

impl<'a> Credential<'a> {
    pub(crate) fn parse(text: Cow<'a, str>) -> Result<Self, AuthError> {
        let mut slashes = [0; 4];
        let mut found = memchr::memchr_iter(b'/', text.as_bytes());
        let complete = slashes.iter_mut().all(|place| {
            found.next().is_some_and(|slash| {
                *place = slash;
                true
            })
        });
        if complete && found.next().is_none() {
            return Ok(Self { text, slashes });
        }
        Err(AuthError::incomplete(format!(
            "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '{}'",
            excerpt(&text)
        )))
    }

    pub(crate) fn access_key_id(&self) -> &str {
        let [end, ..] = self.slashes;
        self.text.get(..end).unwrap_or_default()
    }

    pub(crate) fn date(&self) -> &str {
        let [before, end, ..] = self.slashes;
        self.text.get(before + 1..end).unwrap_or_default()
    }

    pub(crate) fn region(&self) -> &str {
        let [_, before, end, _] = self.slashes;
        self.text.get(before + 1..end).unwrap_or_default()
    }

    pub(crate) fn service(&self) -> &str {
        let [.., before, end] = self.slashes;
        self.text.get(before + 1..end).unwrap_or_default()
    }

    pub(crate) fn terminator(&self) -> &str {
        let [.., before] = self.slashes;
        self.text.get(before + 1..).unwrap_or_default()
    }

    /// All parts but the key id, as they stand in the string to sign.
    pub(crate) fn scope(&self) -> &str {
        let [before, ..] = self.slashes;
        self.text.get(before + 1..).unwrap_or_default()
    }

    /// Checks that the credential is for this service, an acceptable region, and the day of the signature's time.
    /// All complaints come in one message, in AWS's order: region, service, terminator, day.
    pub(crate) fn check_scope(
        &self,
        time: RequestTime,
        is_region_valid: impl FnOnce(&str) -> bool,
        service: &str,
    ) -> Result<(), AuthError> {
        let mut complaints = String::new();
        if !is_region_valid(self.region()) {
            complaints.push_str("Credential should be scoped to a valid region. ");
        }
        if self.service() != service {
            complaints.push_str(&format!(
                "Credential should be scoped to correct service: '{service}'. "
            ));
        }
        if let Err(AuthError::Scope(more)) = self.check_scope_form(time) {
            complaints.push_str(&more);
        }
        if complaints.is_empty() {
            Ok(())
        } else {
            Err(AuthError::Scope(complaints))
        }
    }

    /// The part of the scope that is right or wrong without knowing the service.
    pub(crate) fn check_scope_form(&self, time: RequestTime) -> Result<(), AuthError> {
        let (terminator, date) = (self.terminator(), self.date());
        if terminator == TERMINATOR && time.as_bytes().starts_with(date.as_bytes()) && date.len() == 8 {
            return Ok(());
        }
        let mut complaints = String::new();
        if terminator != TERMINATOR {
            complaints.push_str(&format!(
                "Credential should be scoped with a valid terminator: '{TERMINATOR}', not '{}'. ",
                excerpt(terminator)
            ));
        }
        if date != time.date() {
            complaints.push_str(&format!(
                "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: \
                 '{}' != '{}', from '{time}'.",
                excerpt(date),
                time.date()
            ));
        }
        Err(AuthError::Scope(complaints))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_credential_has_five_parts() {
        let credential = Credential::parse("KEY/20150830/us-east-1/iam/aws4_request".into()).unwrap();
        assert_eq!(credential.access_key_id(), "KEY");
        assert_eq!(credential.date(), "20150830");
        assert_eq!(credential.region(), "us-east-1");
        assert_eq!(credential.service(), "iam");
        assert_eq!(credential.terminator(), "aws4_request");
        assert_eq!(credential.scope(), "20150830/us-east-1/iam/aws4_request");
    }

    #[test]
    fn more_or_fewer_parts_are_refused() {
        for wrong in [
            "",
            "KEY",
            "KEY/20150830/us-east-1/iam",
            "a/b/c/d/e/f",
            "a/b/c/d/e/",
        ] {
            let error = Credential::parse(wrong.into()).err().unwrap();
            assert_eq!(
                error.message(),
                format!(
                    "Credential must have exactly 5 slash-delimited elements, e.g. \
                     keyid/date/region/service/term, got '{wrong}'"
                )
            );
        }
    }
}

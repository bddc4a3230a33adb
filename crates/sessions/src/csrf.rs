//! Forms that only the browser they were given to can send.
//!
//! A form carries a sealed text that names a random value in a cookie, and who was signed in when the form was made. A
//! page elsewhere can neither read nor make one, nor does the cookie come along from there.

use std::time::Duration;

use data_encoding::BASE64URL_NOPAD;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::cookie::Cookie;
use crate::envelope::{Reader, Writer};
use crate::form::Fields;
use crate::html::{self, Answer, Html};
use crate::presence::purpose;
use crate::sessions::Visit;

/// How long a form is good for.
const FORM_TIME: Duration = Duration::from_secs(3600);
const VALUE_BYTES: usize = 16;
/// The field.
const FIELD: &str = "form";

/// The protection of one form: the field that goes into it, and the cookie that goes with it.
pub(crate) struct Guard {
    value: String,
    sealed: String,
}

impl Guard {
    /// For a form that is being made. `None` if nothing can be sealed.
    pub(crate) fn new(visit: &Visit<'_>) -> Option<Self> {
        let known = Cookie::Form.read(&visit.site, visit.parts);
        let value = match known.filter(|value| is_value(value)) {
            Some(value) => value,
            None => {
                let mut random = [0; VALUE_BYTES];
                getrandom::fill(&mut random).ok()?;
                BASE64URL_NOPAD.encode(&random)
            }
        };
        let until = visit.in_time(FORM_TIME);
        let bytes = Writer::default()
            .number(until.as_second())
            .exact(&binding(visit, &value))
            .finish();
        let sealed = visit.services.keyring.seal_for(purpose::FORM, &bytes, visit.now);
        let sealed = sealed.ok()?.expose().to_owned();
        Some(Self { value, sealed })
    }

    /// The field.
    pub(crate) fn field(&self, html: Html) -> Html {
        html.hidden(FIELD, &self.sealed)
    }

    /// The cookie.
    pub(crate) fn set(&self, visit: &Visit<'_>, answer: &mut Answer) {
        Cookie::Form.set(&visit.site, &self.value, answer);
    }

    /// Whether a form that was sent is one that this browser was given, not long ago and under the same sign-in.
    pub(crate) fn admits(visit: &Visit<'_>, fields: &Fields) -> bool {
        let admitted = || {
            let value = Cookie::Form.read(&visit.site, visit.parts)?;
            let keyring = &visit.services.keyring;
            let opened = keyring.open_for(purpose::FORM, fields.text(FIELD)).ok()?;
            let mut reader = Reader::new(opened.expose());
            let until = reader.number()?;
            let bound = reader.exact::<32>()?;
            reader.end()?;
            let is_bound: bool = bound.ct_eq(&binding(visit, &value)).into();
            (is_bound && visit.now.as_second() < until).then_some(())
        };
        admitted().is_some()
    }
}

/// What is answered to a form that is not admitted.
pub(crate) fn refused() -> Answer {
    html::notice(
        http::StatusCode::FORBIDDEN,
        "Please try again",
        "This form is too old, or was not sent from the browser that it was given to. Go back, load the page again, \
         and see that cookies are allowed.",
    )
}

fn binding(visit: &Visit<'_>, value: &str) -> [u8; 32] {
    let session = Cookie::Session.read(&visit.site, visit.parts).unwrap_or_default();
    let mut hash = Sha256::new();
    hash.update(value.as_bytes());
    hash.update([0]);
    hash.update(session.as_bytes());
    hash.finalize().into()
}

fn is_value(value: &str) -> bool {
    let bytes = BASE64URL_NOPAD.decode(value.as_bytes());
    bytes.is_ok_and(|bytes| bytes.len() == VALUE_BYTES)
}

//! Requests that nobody signed, or whose signature is worth nothing: two operations of STS take somebody else's word
//! instead of a signature.
//!
//! A signature that comes along with them is not looked at. Evidence: the public service model marks both as taking
//! no authentication.
//!
//! Invariant: of everything else the answer is decided by the head, or by a form so small and so early given up that
//! it costs no more; of what a stranger sends at most [`STRANGER_BODY_BYTES_MAX`] is held, and out of strangers' own
//! budget.

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::request::Parts;
use http::{HeaderMap, Method};
use http_body::Body;
use lanyard_access::{AuthenticationError, Peer};
use lanyard_aws_api::query::{self, Form, parse_form};
use lanyard_aws_api::{OperationId, Service};

use super::respond::Answer;
use crate::admission::STRANGER_BODY_BYTES_MAX;
use crate::body::{self, BodyError};
use crate::dispatch;
use crate::error::Refusal;
use crate::handling::Arrival;
use crate::services::Services;

/// The operations that take somebody else's word.
const LOGINS: [OperationId; 2] = [
    OperationId::StsAssumeRoleWithWebIdentity,
    OperationId::StsAssumeRoleWithSAML,
];

/// The region of a request that names none: that of the global STS.
const REGION: &str = "us-east-1";

/// How many parameters a login can have: ten managed policies and seven others, and as many again for what is unknown.
const PARAMETERS_MAX: usize = 64;

/// A request without a signature that is worth anything.
pub(super) struct Unsigned<'a> {
    pub(super) services: &'a Services,
    pub(super) parts: &'a Parts,
    pub(super) peer: Peer,
    pub(super) request_id: &'a str,
    /// In whose name it is refused if it is no login.
    pub(super) service: Service,
}

impl Unsigned<'_> {
    /// Answers a login, and refuses everything else as `refused`.
    pub(super) async fn answer<B>(self, body: B, refused: AuthenticationError) -> Answer
    where
        B: Body<Data = Bytes> + Unpin,
    {
        let parts = self.parts;
        let query = parts.uri.query().unwrap_or_default();
        let is_in_query = is_login_in_query(query);
        if parts.uri.path() != "/" || !(is_in_query || is_small_form(parts, &body)) {
            return Answer::unauthenticated(self.service, refused);
        }
        let Some(place) = self.services.strangers.enter(self.peer.ip) else {
            return Answer::refused(self.service, &Refusal::throttled());
        };
        if is_in_query && (parts.method == Method::GET || body.is_end_stream()) {
            return self.login(query.as_bytes(), refused).await;
        }
        match body::receive(body, place.body_rules()).await {
            Ok(body) => self.login(&body.bytes, refused).await,
            Err(BodyError::TooLarge) => Answer::unauthenticated(self.service, refused),
            Err(BodyError::TooSlow | BodyError::Broken) => Answer::incomplete(),
            Err(BodyError::NoRoom) => Answer::refused(self.service, &Refusal::throttled()),
        }
    }

    /// The same of a request whose signature turned out wrong, once its body was read for a key that exists.
    pub(super) async fn unproven(&self, encoded: &[u8], refused: AuthenticationError) -> Answer {
        let Some(_place) = self.services.strangers.enter(self.peer.ip) else {
            return Answer::unauthenticated(self.service, refused);
        };
        self.login(encoded, refused).await
    }

    /// Answers what a form asks for, if that is a login.
    async fn login(&self, encoded: &[u8], refused: AuthenticationError) -> Answer {
        let separators = || encoded.iter().filter(|byte| **byte == b'&').count();
        if encoded.len() > STRANGER_BODY_BYTES_MAX || separators() >= PARAMETERS_MAX {
            return Answer::unauthenticated(self.service, refused);
        }
        let form = parse_form(encoded).ok().filter(is_login);
        let Some(form) = form else {
            return Answer::unauthenticated(self.service, refused);
        };
        let operation = match query::operation(Service::Sts, &form) {
            Ok(operation) => operation,
            Err(unknown) => return Answer::unknown_action(&unknown),
        };
        let Some(handler) = dispatch::login(operation) else {
            return Answer::unauthenticated(self.service, refused);
        };
        let services = self.services;
        let arrival = Arrival::new(
            services,
            self.request_id,
            REGION,
            services.now(),
            self.peer,
            self.parts,
        );
        match handler.answer(&arrival, &form).await {
            Ok(xml) => Answer::Output(xml),
            Err(refusal) => Answer::turned_away(Service::Sts, &refusal),
        }
    }
}

/// Whether a form asks for a login.
fn is_login(form: &Form<'_>) -> bool {
    let action = form.action();
    LOGINS.iter().any(|login| action == Some(login.name()))
}

/// The same of a query string, which is not parsed for it.
fn is_login_in_query(query: &str) -> bool {
    let mut named = query.split('&').filter_map(|pair| pair.strip_prefix("Action="));
    named.any(|action| LOGINS.iter().any(|login| action == login.name()))
}

/// Whether what is announced can be the form of a login.
fn is_small_form<B: Body>(parts: &Parts, body: &B) -> bool {
    parts.method == Method::POST
        && body.size_hint().lower() <= STRANGER_BODY_BYTES_MAX as u64
        && is_form(&parts.headers)
}

fn is_form(headers: &HeaderMap) -> bool {
    const FORM: &[u8] = b"application/x-www-form-urlencoded";
    let named = headers.get(CONTENT_TYPE).map(http::HeaderValue::as_bytes);
    named
        .and_then(|named| named.get(..FORM.len()))
        .is_some_and(|named| named.eq_ignore_ascii_case(FORM))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_names_a_login_or_it_does_not() {
        for (query, named) in [
            ("Action=AssumeRoleWithSAML", true),
            (
                "Version=2011-06-15&Action=AssumeRoleWithWebIdentity&RoleArn=a",
                true,
            ),
            ("Action=AssumeRole", false),
            ("XAction=AssumeRoleWithSAML", false),
            ("", false),
        ] {
            assert_eq!(is_login_in_query(query), named, "{query}");
        }
    }

    #[test]
    fn a_form_is_known_by_its_type() {
        let form = |value: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(CONTENT_TYPE, http::HeaderValue::from_static(value));
            is_form(&headers)
        };
        assert!(form("application/x-www-form-urlencoded; charset=utf-8"));
        assert!(form("Application/X-WWW-Form-Urlencoded"));
        assert!(!form("multipart/form-data; boundary=a"));
        assert!(!is_form(&HeaderMap::new()));
    }
}

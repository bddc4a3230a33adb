//! nginx's `auth_request`: nginx asks before it passes a request on, in headers alone.
//!
//! nginx shows its bearer key in `X-Lanyard-Authorization` and says what the request means in `X-Lanyard-Action` and
//! `X-Lanyard-Resource`. The person proves who they are in the request's own `Authorization`: by a signature over the
//! original request (whose line nginx repeats in `X-Original-Method` and `X-Original-URI`), or by a bearer key of
//! theirs.
//!
//! nginx passes a client's own headers on with its question, so a header that nginx does not set is one that a client
//! can set. `X-Lanyard-Principal`, `X-Lanyard-Source-Ip` and `X-Lanyard-Secure-Transport` are therefore heard only if
//! nginx names them behind its bearer key: `Bearer KEY trust=principal,source-ip,secure-transport`.
//!
//! nginx understands 2xx, 401 and 403; whatever else it is told makes it answer 500 to its client, which lets nobody in.

use bytes::Bytes;
use http::header::{AUTHORIZATION, REFERER, USER_AGENT, WWW_AUTHENTICATE};
use http::request::Parts;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Response, StatusCode, Uri};
use http_body_util::Full;
use jiff::Timestamp;
use lanyard_access::{Authenticator, BearerPurpose, Caller, Subject};
use lanyard_policy::{ContextValue, Text};
use lanyard_sigv4::{AuthError, BodyCheck, Head, sha256};

use crate::batch::Inquiry;
use crate::enforcement_point::EnforcementPoint;
use crate::identify::{REGION, SERVICE, bearer_key, gone, only};
use crate::person::Person;
use crate::proxied::{No, Proxy, Yes, signatory};
use crate::question::{check_action, check_resource};
use crate::refusal::Refusal;
use crate::request_path::{check_overrides, check_target};
use crate::services::Asked;

const OWN_AUTHORIZATION: HeaderName = HeaderName::from_static("x-lanyard-authorization");
const ACTION: HeaderName = HeaderName::from_static("x-lanyard-action");
const RESOURCE: HeaderName = HeaderName::from_static("x-lanyard-resource");
const PRINCIPAL: HeaderName = HeaderName::from_static("x-lanyard-principal");
const SOURCE_IP: HeaderName = HeaderName::from_static("x-lanyard-source-ip");
const SECURE_TRANSPORT: HeaderName = HeaderName::from_static("x-lanyard-secure-transport");
const ORIGINAL_METHOD: HeaderName = HeaderName::from_static("x-original-method");
const ORIGINAL_URI: HeaderName = HeaderName::from_static("x-original-uri");
const DECISION_ID: HeaderName = HeaderName::from_static("x-lanyard-decision-id");
const REASON: HeaderName = HeaderName::from_static("x-lanyard-reason");

/// The longest reason that is sent in a header.
const REASON_BYTES_MAX: usize = 1_024;

/// Whether nginx shows its key.
pub(crate) fn is_question(headers: &HeaderMap) -> bool {
    headers.contains_key(OWN_AUTHORIZATION)
}

/// Answers one question.
pub(crate) async fn answer(asked: Asked<'_>) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::new()));
    let mut set = |name, text: &str| {
        response.headers_mut().insert(name, header(text));
    };
    let status = match decide(&asked).await {
        Ok(yes) => {
            set(PRINCIPAL, &yes.principal);
            set(DECISION_ID, yes.decision.as_str());
            StatusCode::OK
        }
        Err(No::Unauthenticated(reason)) => {
            set(WWW_AUTHENTICATE, "Bearer");
            set(REASON, &reason);
            StatusCode::UNAUTHORIZED
        }
        Err(No::MayNotAsk(reason)) => {
            set(REASON, &reason);
            StatusCode::FORBIDDEN
        }
        Err(No::Forbidden { reason, decision }) => {
            set(REASON, &reason);
            if let Some(decision) = decision {
                set(DECISION_ID, decision.as_str());
            }
            StatusCode::FORBIDDEN
        }
        Err(No::Unavailable) => StatusCode::SERVICE_UNAVAILABLE,
    };
    *response.status_mut() = status;
    response
}

/// A text as the value of a header: printable ASCII, and not too long.
fn header(text: &str) -> HeaderValue {
    let shown: String = text
        .chars()
        .take(REASON_BYTES_MAX)
        .map(|c| if c.is_ascii_graphic() || c == ' ' { c } else { '?' })
        .collect();
    HeaderValue::from_str(&shown).unwrap_or(HeaderValue::from_static(""))
}

async fn decide(asked: &Asked<'_>) -> Result<Yes, No> {
    let (services, parts, now) = (asked.services, asked.parts, asked.now);
    let headers = &parts.headers;
    let point = EnforcementPoint::identify(&services.authenticator, headers, &OWN_AUTHORIZATION, now).await?;
    let (action, resource) = wanted(headers)?;
    let proxy = Proxy::new(services, &point.caller, asked.peer, asked.id.as_str(), now);
    let mut batch = proxy.batch();
    let (person, shown) = match trusted(&point, headers, "principal", &PRINCIPAL)? {
        Some(arn) => {
            let person = Person::of_arn(arn, now, &mut batch.snapshots).await?;
            (person, arn.to_owned())
        }
        None => {
            let caller = proven(&services.authenticator, parts, action, now).await?;
            let account = batch.snapshots.account(caller.account).await?.ok_or_else(gone)?;
            let subject = Subject::of_caller(&caller, &account, now).ok_or_else(gone)?;
            (Person::found(subject, None), caller.arn.to_string())
        }
    };
    let keys = keys(&point, headers)?;
    let inquiry = Inquiry::new(action, resource);
    proxy.decide(&mut batch, (&person, shown), &inquiry, keys).await
}

/// The action and the resource of a request, which nginx says; the request itself can be read in one way only.
fn wanted(headers: &HeaderMap) -> Result<(&str, &str), Refusal> {
    let value_of = |name: &HeaderName| -> Result<&str, Refusal> {
        let value = only(headers, name)?.filter(|value| !value.is_empty());
        value.ok_or_else(|| Refusal::validation(format!("The header {name} is missing.")))
    };
    let (action, resource) = (value_of(&ACTION)?, value_of(&RESOURCE)?);
    check_action(action)?;
    check_resource(resource)?;
    let (method, target) = (only(headers, &ORIGINAL_METHOD)?, only(headers, &ORIGINAL_URI)?);
    if let Some(target) = target {
        check_target(target)?;
    }
    check_overrides(headers, method, target)?;
    Ok((action, resource))
}

/// The value of a header that clients could set as well.
fn trusted<'h>(
    point: &EnforcementPoint<'_>,
    headers: &'h HeaderMap,
    word: &str,
    name: &HeaderName,
) -> Result<Option<&'h str>, Refusal> {
    let value = only(headers, name)?.filter(|value| !value.is_empty());
    if value.is_some() && !point.trusts(word) {
        // Fails closed: whoever set it, it was meant to be heard.
        return Err(Refusal::validation(format!(
            "The header {name} is only heard with trust={word} behind the bearer key."
        )));
    }
    Ok(value)
}

/// Who proves themselves in the request's own `Authorization`.
async fn proven(
    authenticator: &Authenticator,
    parts: &Parts,
    action: &str,
    now: Timestamp,
) -> Result<Caller, No> {
    let value = only(&parts.headers, &AUTHORIZATION)?;
    if let Some(key) = value.and_then(bearer_key) {
        let (caller, _) = authenticator
            .bearer(key, BearerPurpose::Be, SERVICE, REGION, now)
            .await
            .map_err(No::unproven)?;
        return Ok(caller);
    }
    let service = action.split_once(':').map_or(action, |(service, _)| service);
    by_signature(authenticator, parts, service, now).await
}

/// Who signed the original request. The service in the scope is that of the action.
async fn by_signature(
    authenticator: &Authenticator,
    parts: &Parts,
    service: &str,
    now: Timestamp,
) -> Result<Caller, No> {
    let missing = |name: &HeaderName| Refusal::validation(format!("The header {name} is missing or wrong."));
    // Whoever has no signature has not proven who they are, whatever nginx has said.
    if !parts.headers.contains_key(AUTHORIZATION) && only(&parts.headers, &ORIGINAL_URI)?.is_none() {
        return Err(No::unproven(AuthError::Missing.into()));
    }
    let method = only(&parts.headers, &ORIGINAL_METHOD)?.ok_or_else(|| missing(&ORIGINAL_METHOD))?;
    let method = Method::from_bytes(method.as_bytes()).map_err(|_| missing(&ORIGINAL_METHOD))?;
    let target = only(&parts.headers, &ORIGINAL_URI)?.ok_or_else(|| missing(&ORIGINAL_URI))?;
    let target: Uri = target.parse().map_err(|_| missing(&ORIGINAL_URI))?;
    let headers = without_own(&parts.headers);
    let head = Head {
        method: &method,
        path: target.path(),
        query: target.query(),
        headers: &headers,
    };
    // A hash that is declared is for whoever gets the body to check; where none is, there must be no body.
    let (identified, _) = signatory(authenticator, &head, service, now).await?;
    if identified.needs_body() {
        return identified.verify(&head, &sha256(b"")).map_err(No::unproven);
    }
    match identified.verified_before_body().map_err(No::unproven)? {
        (caller, BodyCheck::Sha256(_) | BodyCheck::Unsigned) => Ok(caller),
        (_, BodyCheck::Streaming(_)) => Err(No::unproven(AuthError::SignatureDoesNotMatch.into())),
    }
}

/// The client's headers: those that nginx added for this question are not part of what was signed.
fn without_own(headers: &HeaderMap) -> HeaderMap {
    let mut headers = headers.clone();
    for name in [
        OWN_AUTHORIZATION,
        ACTION,
        RESOURCE,
        PRINCIPAL,
        SOURCE_IP,
        SECURE_TRANSPORT,
        ORIGINAL_METHOD,
        ORIGINAL_URI,
    ] {
        headers.remove(name);
    }
    headers
}

/// What is known of the circumstances: of the client's own request, in so far as nginx or the client says.
fn keys(point: &EnforcementPoint<'_>, headers: &HeaderMap) -> Result<Vec<(Text, ContextValue)>, Refusal> {
    let single = |value: &str| ContextValue::Single(Text::from(value.to_owned()));
    let address = match trusted(point, headers, "source-ip", &SOURCE_IP)? {
        Some(address) => single(address),
        None if point.trusts("source-ip") => {
            return Err(Refusal::validation(format!("The header {SOURCE_IP} is missing.")));
        }
        // Fails closed: what nginx does not vouch for is in doubt, and denies where a denial asks for it.
        None => ContextValue::Unknown,
    };
    // nginx leaves out a header whose value is empty, as that of `$https` is without TLS.
    let is_secure = match trusted(point, headers, "secure-transport", &SECURE_TRANSPORT)? {
        Some("on") => single("true"),
        None if point.trusts("secure-transport") => single("false"),
        None => ContextValue::Unknown,
        Some(_) => {
            return Err(Refusal::validation(format!(
                "The header {SECURE_TRANSPORT} is on, or empty."
            )));
        }
    };
    let mut keys = vec![
        (Text::from("aws:SourceIp"), address),
        (Text::from("aws:SecureTransport"), is_secure),
    ];
    for (name, key) in [(USER_AGENT, "aws:UserAgent"), (REFERER, "aws:referer")] {
        if let Some(value) = headers.get(name) {
            let value = value.to_str().map_or(ContextValue::Unknown, single);
            keys.push((Text::from(key), value));
        }
    }
    Ok(keys)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_become_headers_that_break_nothing() {
        let check = |text: &str, expected: &str| assert_eq!(header(text).to_str().unwrap(), expected);
        check("because no policy allows it", "because no policy allows it");
        check("a\r\nSet-Cookie: x\u{0}é", "a??Set-Cookie: x??");
        assert_eq!(header(&"x".repeat(5_000)).len(), REASON_BYTES_MAX);
    }
}

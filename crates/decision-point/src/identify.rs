//! Who asks: by the signature of the request, or by a bearer key.

use bytes::Bytes;
use http::header::AUTHORIZATION;
use http::request::Parts;
use http::{HeaderMap, HeaderName};
use http_body::Body;
use jiff::Timestamp;
use lanyard_access::{Authenticator, BearerPurpose, Caller, InvalidCredentials, Peer, RequestFacts};
use lanyard_names::AccessKeyId;
use lanyard_sigv4::{AuthError, Head, ServiceRules, SignedRequest, sha256};

use crate::body::{BATCH_BYTES_MAX, BodyBudget, ReceivedBody, receive};
use crate::refusal::{Code, Refusal};

/// The service in the credential scope.
pub(crate) const SERVICE: &str = "lanyard";

/// The region in which a bearer key is said to have been used: it names none, and this one stands for all.
pub(crate) const REGION: &str = "us-east-1";

/// Somebody who asks, proven.
pub(crate) struct Asker {
    pub(crate) caller: Caller,
    /// The region in the credential scope.
    pub(crate) region: String,
}

/// Who signed a request; the body is read on the way, for keys that exist.
pub(crate) async fn by_signature<'a, B>(
    authenticator: &Authenticator,
    budget: &'a BodyBudget,
    parts: &Parts,
    body: B,
    now: Timestamp,
) -> Result<(Asker, ReceivedBody<'a>), Refusal>
where
    B: Body<Data = Bytes> + Unpin,
{
    let head = Head {
        method: &parts.method,
        path: parts.uri.path(),
        query: parts.uri.query(),
        headers: &parts.headers,
    };
    let signed = SignedRequest::parse(&head)
        .and_then(|signed| signed.ok_or(AuthError::Missing))
        .map_err(lanyard_access::AuthenticationError::from)?;
    let region = signed.region().to_owned();
    let rules = ServiceRules::generic();
    let identified = authenticator
        .identify(&head, signed, SERVICE, &rules, now)
        .await?;
    let named = AccessKeyId::parse(identified.signed().access_key_id()).map_err(|_| gone())?;
    let body = receive(body, BATCH_BYTES_MAX, (budget, named.account())).await?;
    let caller = identified.verify(&head, &sha256(&body.bytes))?;
    Ok((Asker { caller, region }, body))
}

/// Who shows a bearer key in this header.
pub(crate) async fn by_bearer_key(
    authenticator: &Authenticator,
    headers: &HeaderMap,
    now: Timestamp,
) -> Result<Asker, Refusal> {
    let value = only(headers, &AUTHORIZATION)?;
    let key = value
        .and_then(bearer_key)
        .ok_or_else(|| Refusal::new(Code::MissingAuthenticationToken, "A bearer key is needed."))?;
    let ask = BearerPurpose::Ask;
    let (caller, _) = authenticator.bearer(key, ask, SERVICE, REGION, now).await?;
    Ok(Asker {
        caller,
        region: String::new(),
    })
}

/// What follows `Bearer` in the value of a header. The scheme is compared without regard to case.
pub(crate) fn bearer_key(value: &str) -> Option<&str> {
    let (scheme, key) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| key.trim())
}

/// The value of a header that may be there once.
// Fails closed: of two values nobody knows which one others have read.
pub(crate) fn only<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Result<Option<&'h str>, Refusal> {
    let mut values = headers.get_all(name).iter();
    let Some(value) = values.next() else {
        return Ok(None);
    };
    if values.next().is_some() {
        return Err(Refusal::validation(format!("The header {name} is there twice.")));
    }
    value
        .to_str()
        .map(Some)
        .map_err(|_| Refusal::validation(format!("The header {name} is not text.")))
}

/// What policies can ask about the asker's own request.
pub(crate) fn facts<'a>(parts: &'a Parts, peer: Peer, region: &'a str, now: Timestamp) -> RequestFacts<'a> {
    let text = |name| parts.headers.get(name).and_then(|value| value.to_str().ok());
    RequestFacts {
        source_ip: Some(peer.ip),
        is_secure: peer.is_secure,
        now,
        region,
        user_agent: text(http::header::USER_AGENT),
        referer: text(http::header::REFERER),
    }
}

/// The caller is gone since.
pub(crate) fn gone() -> Refusal {
    lanyard_access::AuthenticationError::from(InvalidCredentials::IssuerGone).into()
}

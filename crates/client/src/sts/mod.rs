//! STS as this client knows it: one form to send, signed or not, and one kind of answer to read.

mod answer;
mod form;

use std::time::Duration;

use http::header::{ACCEPT, CONTENT_TYPE, HOST, HeaderMap, HeaderValue, USER_AGENT};
use http::{Method, StatusCode};
use jiff::Timestamp;
use lanyard_names::AccessKeyId;
use lanyard_sigv4::{PayloadHash, RequestTime, ServiceRules, Signer, SigningKey, sha256};
use zeroize::Zeroizing;

use crate::credentials::{SourceKeys, TemporaryCredentials};
use crate::error::ClientError;
use crate::question::{Asked, Question};
use crate::transport::{HttpAnswer, Transport};

use answer::{Given, Refusal};

const SERVICE: &str = "sts";

/// How long to wait before each further try.
const PAUSES: [Duration; 2] = [Duration::from_millis(200), Duration::from_secs(1)];

/// How often a question that nobody answered is put.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tries {
    /// Once.
    One,
    /// A few times, if it is one that may be put again.
    Several,
}

/// Asks one question of the server.
pub(crate) async fn ask(
    transport: &Transport,
    question: &Question,
    asked: &Asked<'_>,
    code: Option<&str>,
    tries: Tries,
) -> Result<TemporaryCredentials, ClientError> {
    let body = form::encode(asked, code);
    let pauses: &[Duration] = match tries {
        Tries::Several if asked.is_repeatable() => &PAUSES,
        Tries::Several | Tries::One => &[],
    };
    let mut pauses = pauses.iter();
    loop {
        let outcome = ask_once(transport, question, asked, &body).await;
        match (outcome, pauses.next()) {
            (Err(error), Some(pause)) if error.is_passing() => tokio::time::sleep(*pause).await,
            (outcome, _) => return outcome,
        }
    }
}

async fn ask_once(
    transport: &Transport,
    question: &Question,
    asked: &Asked<'_>,
    body: &str,
) -> Result<TemporaryCredentials, ClientError> {
    let now = Timestamp::now();
    let mut headers = HeaderMap::new();
    let host = HeaderValue::from_str(question.endpoint.authority())
        .map_err(|_| ClientError::Settings("the server's name cannot stand in a header".to_owned()))?;
    headers.insert(HOST, host);
    headers.insert(
        CONTENT_TYPE,
        HeaderValue::from_static("application/x-www-form-urlencoded; charset=utf-8"),
    );
    headers.insert(ACCEPT, HeaderValue::from_static("application/xml"));
    headers.insert(
        USER_AGENT,
        HeaderValue::from_static(concat!("lanyard-credentials/", env!("CARGO_PKG_VERSION"))),
    );
    if let Some(keys) = asked.keys {
        sign(keys, &question.region, &mut headers, body, now)?;
    }
    let answer = transport.post(headers, body).await?;
    let given = read(question, asked, &answer)?;
    Ok(credentials(given, asked, now))
}

fn sign(
    keys: &SourceKeys,
    region: &str,
    headers: &mut HeaderMap,
    body: &str,
    now: Timestamp,
) -> Result<(), ClientError> {
    let time = RequestTime::from_timestamp(now);
    let key = SigningKey::derive(&keys.secret_access_key, time.date(), region, SERVICE);
    let signer = Signer {
        access_key_id: &keys.access_key_id,
        key: &key,
        session_token: keys.session_token.as_ref().map(|token| token.as_str()),
        region,
        service: SERVICE,
        time: now,
        rules: &ServiceRules::iam(),
    };
    let payload = PayloadHash::Sha256(sha256(body.as_bytes()));
    signer
        .sign(&Method::POST, "/", None, headers, payload)
        .map_err(|error| ClientError::Settings(format!("the request cannot be signed: {error}")))
}

fn read(question: &Question, asked: &Asked<'_>, answer: &HttpAnswer) -> Result<Given, ClientError> {
    let unread = |cause| ClientError::Answer {
        endpoint: question.endpoint.to_string(),
        status: answer.status.as_u16(),
        cause,
    };
    let body = answer.body.as_ref().ok_or_else(|| unread("it is too large"))?;
    if answer.status == StatusCode::OK {
        return answer::given(body).map_err(unread);
    }
    let Refusal {
        code,
        message,
        request_id,
    } = answer::refusal(body).map_err(unread)?;
    Err(ClientError::Refused {
        operation: asked.operation,
        status: answer.status.as_u16(),
        code,
        message,
        request_id,
    })
}

fn credentials(given: Given, asked: &Asked<'_>, now: Timestamp) -> TemporaryCredentials {
    let by_key = AccessKeyId::parse(&given.access_key_id).map(|id| id.account().to_string());
    TemporaryCredentials {
        account_id: given.account_id.or(by_key.ok()),
        access_key_id: given.access_key_id,
        secret_access_key: given.secret_access_key,
        session_token: given.session_token,
        expiration: given.expiration,
        obtained: now,
        role_arn: asked.role_arn.map(str::to_owned),
    }
}

/// Text that is wiped after use.
pub(crate) type Secret = Zeroizing<String>;

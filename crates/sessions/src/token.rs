//! `POST /v1/token`: an authorization code or a refresh token for credentials of a quarter of an hour.
//!
//! Whatever is shown is found right, and whoever it is may, before anything is used up or remembered; and the trail has
//! the credentials before whoever asked has them.
//!
//! Evidence: the service model of AWS Sign-In, and the login provider of botocore.

use std::time::Duration;

use aws_lc_rs::hmac;
use data_encoding::BASE64URL_NOPAD;
use http::StatusCode;
use jiff::Timestamp;
use lanyard_access::{Ask, IssuedSession};
use lanyard_policy::Context;
use serde::Deserialize;
use serde_json::json;

use crate::client::Client;
use crate::dpop::{Proof, ProofError, SKEW_SECONDS};
use crate::grant::{CodeUse, Grant, GrantError, Refresh};
use crate::html::{self, Answer};
use crate::presence::{Ended, Presence, SignedIn};
use crate::refusal::TokenRefusal;
use crate::sessions::{TOKEN, Visit};
use crate::sign_in::SIGN_IN_SECONDS;
use crate::spent::{SpendError, Spender};
use crate::{permission, record};

pub(crate) const ACTION: &str = "signin:CreateOAuth2Token";
const EVENT: &str = "CreateOAuth2Token";
/// How long credentials last.
const CREDENTIALS_SECONDS: i64 = 900;
/// How long a proof is remembered: as long as another one like it could still be timely.
const PROOF_TIME: Duration = Duration::from_secs(2 * SKEW_SECONDS.unsigned_abs());

/// What is asked for.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Wanted {
    client_id: String,
    grant_type: String,
    #[serde(default)]
    code: String,
    #[serde(default)]
    redirect_uri: String,
    #[serde(default)]
    code_verifier: String,
    #[serde(default)]
    refresh_token: String,
}

/// What was shown and found right.
struct Shown<'a> {
    client: Client,
    grant_type: &'static str,
    redirect: Option<&'a str>,
    presence: Presence,
    /// `None` if it was no code.
    code: Option<CodeUse>,
    proof: Proof,
}

/// Answers one request for tokens.
pub(crate) async fn answer(visit: &Visit<'_>, body: &[u8]) -> Answer {
    match tokens(visit, body).await {
        Ok(answer) => answer,
        Err(refusal) => refusal.answer(),
    }
}

async fn tokens(visit: &Visit<'_>, body: &[u8]) -> Result<Answer, TokenRefusal> {
    if visit.parts.uri.query().is_some_and(|query| !query.is_empty()) {
        return Err(invalid(
            "Only authorization codes and refresh tokens are taken here.",
        ));
    }
    let wanted: Wanted = serde_json::from_slice(body)
        .map_err(|_| invalid("The request has to be JSON, with clientId and grantType."))?;
    let client =
        Client::parse(&wanted.client_id).ok_or_else(|| invalid("clientId is not a known client."))?;
    let shown = match wanted.grant_type.as_str() {
        "authorization_code" => by_code(visit, client, &wanted)?,
        "refresh_token" => by_refresh(visit, client, &wanted)?,
        _ => {
            return Err(invalid(
                "grantType has to be authorization_code or refresh_token.",
            ));
        }
    };
    let services = visit.services;
    let found = shown
        .presence
        .verify(&services.authenticator, &services.directory, visit.now)
        .await;
    let signed_in = found.map_err(TokenRefusal::from)?;
    if let Err(message) = is_allowed(visit, &shown, &signed_in) {
        let refusal = TokenRefusal::Denied(message);
        let (caller, code) = (&signed_in.caller, refusal.code());
        record::denied(visit, caller, EVENT, code, refusal.message())
            .await
            .map_err(|failed| unavailable(&failed))?;
        return Err(refusal);
    }
    spend(visit, &shown, Spender::of(&signed_in.session))?;
    give(visit, shown, &signed_in).await
}

fn by_code<'a>(visit: &Visit<'_>, client: Client, wanted: &'a Wanted) -> Result<Shown<'a>, TokenRefusal> {
    let grant = Grant::open(visit, &wanted.code)?;
    grant.check(client, &wanted.redirect_uri, &wanted.code_verifier)?;
    let proof = proof(visit)?;
    Ok(Shown {
        client,
        grant_type: "authorization_code",
        redirect: Some(&wanted.redirect_uri),
        code: Some(grant.use_of()),
        presence: grant.presence,
        proof,
    })
}

fn by_refresh<'a>(visit: &Visit<'_>, client: Client, wanted: &'a Wanted) -> Result<Shown<'a>, TokenRefusal> {
    let refresh = Refresh::open(visit, &wanted.refresh_token).ok_or(TokenRefusal::Expired)?;
    if refresh.client != client {
        return Err(invalid("The refresh token was given to another client."));
    }
    let proof = proof(visit)?;
    if proof.thumbprint != refresh.thumbprint {
        return Err(ProofError::OtherKey.into());
    }
    Ok(Shown {
        client,
        grant_type: "refresh_token",
        redirect: None,
        code: None,
        presence: refresh.presence,
        proof,
    })
}

fn proof(visit: &Visit<'_>) -> Result<Proof, ProofError> {
    let mut proofs = visit.parts.headers.get_all("dpop").iter();
    let (Some(proof), None) = (proofs.next(), proofs.next()) else {
        return Err(ProofError::Missing);
    };
    let proof = proof.to_str().map_err(|_| ProofError::Malformed)?;
    Proof::verify(proof, &visit.site, TOKEN, visit.sessions.since, visit.now)
}

/// Uses up the code, and then the proof: whoever shows a code again leaves nothing that has to be remembered.
fn spend(visit: &Visit<'_>, shown: &Shown<'_>, spender: Spender) -> Result<(), TokenRefusal> {
    if let Some(code) = &shown.code {
        code.spend(visit, spender)?;
    }
    let parts: [&[u8]; 2] = [&shown.proof.thumbprint, shown.proof.id.as_bytes()];
    let until = visit.in_time(PROOF_TIME);
    let spent = visit.sessions.proofs.spend(spender, &parts, until, visit.now);
    spent.map_err(|error| match error {
        SpendError::AlreadySpent => ProofError::Replayed.into(),
        SpendError::Full => TokenRefusal::TooMany,
    })
}

fn is_allowed(visit: &Visit<'_>, shown: &Shown<'_>, signed_in: &SignedIn) -> Result<(), String> {
    let mut context = Context::new();
    context.insert("signin:OAuthClientId", shown.client.id());
    context.insert("signin:OAuthGrantType", shown.grant_type);
    if let Some(redirect) = shown.redirect {
        context.insert("signin:OAuthRedirectUri", redirect.to_owned());
    }
    let resource = shown.client.resource(signed_in.caller.account);
    let ask = Ask::new(ACTION, &resource, signed_in.caller.account, &context);
    permission::decide(visit, &signed_in.caller, &signed_in.account, &ask)
}

/// Makes the credentials and the tokens.
async fn give(visit: &Visit<'_>, shown: Shown<'_>, signed_in: &SignedIn) -> Result<Answer, TokenRefusal> {
    let is_first = shown.redirect.is_some();
    let mut presence = shown.presence;
    if is_first {
        // However long the browser's own session is, a program is refreshed for twelve hours.
        presence.until = presence
            .until
            .min(visit.in_time(Duration::from_secs(SIGN_IN_SECONDS.into())));
    }
    let keyring = &visit.services.keyring;
    let credentials = presence
        .credentials(keyring, &signed_in.session, CREDENTIALS_SECONDS, visit.now)
        .map_err(|failed| unavailable(&failed))?;
    let refresh = Refresh {
        client: shown.client,
        thumbprint: shown.proof.thumbprint,
        presence,
    };
    let refresh = refresh.seal(visit).ok_or(TokenRefusal::Unavailable)?;
    let record = record::of_caller(visit, EVENT, &signed_in.caller)
        .with_additional("clientId", shown.client.id())
        .with_additional("grantType", shown.grant_type);
    let recorded = visit.services.trail.record_synced(&record).await;
    recorded.map_err(|failed| unavailable(&failed))?;
    let id_token = is_first.then(|| id_token(visit, shown.client, signed_in, credentials.expires_at));
    Ok(written(visit, &credentials, &refresh, id_token))
}

fn written(
    visit: &Visit<'_>,
    credentials: &IssuedSession,
    refresh: &str,
    id_token: Option<String>,
) -> Answer {
    let expires_in = credentials
        .expires_at
        .as_second()
        .saturating_sub(visit.now.as_second());
    let mut text = json!({
        "accessToken": {
            "accessKeyId": credentials.access_key_id.as_str(),
            "secretAccessKey": credentials.secret_access_key.expose(),
            "sessionToken": credentials.token.expose(),
        },
        "tokenType": "aws_sigv4",
        "expiresIn": expires_in,
        "refreshToken": refresh,
    });
    if let (Some(token), Some(fields)) = (id_token, text.as_object_mut()) {
        fields.insert("idToken".to_owned(), token.into());
    }
    html::json(StatusCode::OK, &text)
}

/// Tells the program who signed in. It comes straight from the server, and nobody else is meant to believe it: so it is
/// signed with a key that only this run of the server has.
fn id_token(visit: &Visit<'_>, client: Client, signed_in: &SignedIn, until: Timestamp) -> String {
    let part = |value: serde_json::Value| BASE64URL_NOPAD.encode(value.to_string().as_bytes());
    let header = part(json!({"alg": "HS256", "typ": "JWT"}));
    let claims = part(json!({
        "iss": visit.site.url(""),
        "sub": &*signed_in.caller.arn,
        "aud": client.id(),
        "iat": visit.now.as_second(),
        "exp": until.as_second(),
    }));
    let signed = format!("{header}.{claims}");
    let tag = hmac::sign(&visit.sessions.id_tokens, signed.as_bytes());
    format!("{signed}.{}", BASE64URL_NOPAD.encode(tag.as_ref()))
}

fn invalid(message: &str) -> TokenRefusal {
    TokenRefusal::Invalid(message.to_owned())
}

fn unavailable(cause: &(dyn std::error::Error + 'static)) -> TokenRefusal {
    tracing::error!(cause, "no token could be given");
    TokenRefusal::Unavailable
}

impl From<GrantError> for TokenRefusal {
    fn from(error: GrantError) -> Self {
        match error {
            GrantError::Expired => Self::CodeExpired,
            GrantError::Mismatch(why) => invalid(why),
            GrantError::TooMany => Self::TooMany,
        }
    }
}

impl From<ProofError> for TokenRefusal {
    fn from(error: ProofError) -> Self {
        Self::Invalid(format!("{error}."))
    }
}

impl From<Ended> for TokenRefusal {
    fn from(ended: Ended) -> Self {
        match ended {
            Ended::Expired => Self::Expired,
            Ended::CredentialsChanged => Self::CredentialsChanged,
            Ended::Unavailable(cause) => {
                let cause: &(dyn std::error::Error + 'static) = &*cause;
                unavailable(cause)
            }
        }
    }
}

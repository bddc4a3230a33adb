//! Console federation: whoever has temporary credentials gets a link that signs a browser in.
//!
//! `getSigninToken` takes the credentials whole and gives a token that says who may sign in, for a quarter of an hour;
//! `login` makes a browser's session of it. Neither keeps a secret: what is inside of the token is the session again,
//! whose secret nobody is given.
//!
//! Evidence: the IAM guide's page on custom identity brokers.

use std::time::Duration;

use http::{Method, StatusCode};
use jiff::Timestamp;
use lanyard_access::{AuthenticationError, Caller, FederationKind, SecretText, Session, SessionKind};
use serde::{Deserialize, Deserializer};
use serde_json::json;
use zeroize::Zeroizing;

use crate::form::{Fields, encoded};
use crate::html::{self, Answer};
use crate::presence::{Ended, Presence, continued, purpose};
use crate::sessions::{FEDERATION, Visit};
use crate::{record, sign_in};

/// How long the token is good for.
const TOKEN_TIME: Duration = Duration::from_secs(900);
const SECONDS_MIN: u32 = 900;
const SECONDS_MAX: u32 = 43_200;

/// Temporary credentials.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Shown {
    session_id: String,
    #[serde(deserialize_with = "secret")]
    session_key: SecretText,
    #[serde(deserialize_with = "secret")]
    session_token: SecretText,
}

fn secret<'de, D: Deserializer<'de>>(text: D) -> Result<SecretText, D::Error> {
    let text = Zeroizing::new(String::deserialize(text)?);
    Ok(SecretText::new(&text))
}

/// Answers one request.
pub(crate) async fn answer(visit: &Visit<'_>, fields: &Fields) -> Answer {
    match fields.text("Action") {
        "getSigninToken" => match token(visit, fields).await {
            Ok(token) => html::json(StatusCode::OK, &json!({ "SigninToken": token })),
            Err(NoToken::Refused(why)) => html::json(StatusCode::BAD_REQUEST, &json!({ "Error": why })),
            Err(NoToken::Unavailable) => {
                let text = json!({ "Error": "The server cannot do this at the moment." });
                html::json(StatusCode::SERVICE_UNAVAILABLE, &text)
            }
        },
        // Whether somebody is signed in is told by a cookie that browsers leave out of forms from elsewhere, and send
        // with whatever those lead to.
        "login" if visit.parts.method == Method::POST => html::see_other(&link(fields)),
        "login" => login(visit, fields).await,
        _ => html::notice(
            StatusCode::BAD_REQUEST,
            "Not a request that can be answered",
            "Action has to be getSigninToken or login.",
        ),
    }
}

/// The link that a form stands for.
fn link(fields: &Fields) -> String {
    let [destination, token] = ["Destination", "SigninToken"].map(|name| encoded(fields.text(name)));
    format!("{FEDERATION}?Action=login&Destination={destination}&SigninToken={token}")
}

/// Why there is no token.
enum NoToken {
    Refused(&'static str),
    Unavailable,
}

async fn token(visit: &Visit<'_>, fields: &Fields) -> Result<String, NoToken> {
    let services = visit.services;
    let shown: Shown = serde_json::from_str(fields.text("Session")).map_err(|_| {
        NoToken::Refused("Session has to be JSON with sessionId, sessionKey and sessionToken.")
    })?;
    let proven = services
        .authenticator
        .by_secret(
            &shown.session_id,
            &shown.session_key,
            shown.session_token.expose(),
            visit.now,
        )
        .await;
    let (caller, session) = proven.map_err(NoToken::from)?;
    let end = match seconds(&session, fields).map_err(NoToken::Refused)? {
        Some(seconds) => {
            let asked = visit.in_time(Duration::from_secs(seconds.into()));
            asked.min(latest_end(visit, &session).await?)
        }
        None => session.expires_at,
    };
    let id = Some(session.access_key_id);
    let presence = Presence::begin(&services.keyring, continued(&session, end), id, None)
        .map_err(|failed| unavailable(&failed))?;
    let until = visit.in_time(TOKEN_TIME);
    let sealed = presence
        .seal(&services.keyring, purpose::SIGNIN_TOKEN, until, visit.now)
        .map_err(|failed| unavailable(&failed))?;
    record(visit, &caller).await?;
    Ok(sealed.expose().to_owned())
}

async fn record(visit: &Visit<'_>, caller: &Caller) -> Result<(), NoToken> {
    let record = record::signin_token(visit, caller);
    let recorded = visit.services.trail.record_synced(&record).await;
    recorded.map_err(|failed| unavailable(&failed))
}

/// How long the browser's session is to last, if that is said: otherwise as long as the credentials.
fn seconds(session: &Session, fields: &Fields) -> Result<Option<u32>, &'static str> {
    let asked = match fields.get("SessionDuration") {
        None => None,
        Some(text) => {
            let seconds = text
                .parse()
                .ok()
                .filter(|seconds| (SECONDS_MIN..=SECONDS_MAX).contains(seconds));
            Some(seconds.ok_or("SessionDuration has to be from 900 to 43200.")?)
        }
    };
    match &session.kind {
        // Evidence: the same page names AssumeRole, its like and GetFederationToken as the ways here.
        SessionKind::SessionToken { .. } => Err("Credentials of GetSessionToken cannot be used here."),
        SessionKind::FederatedUser { .. } if asked.is_some() => {
            Err("SessionDuration cannot be used with credentials of GetFederationToken.")
        }
        SessionKind::AssumedRole { .. } if asked.is_some() && session.is_chained => {
            Err("SessionDuration cannot be used with credentials that came by way of another role.")
        }
        // Whoever signed in does not make it last any longer.
        SessionKind::AssumedRole { .. } if asked.is_some() && session.is_sign_in => {
            Err("SessionDuration cannot be used with credentials that came by signing in.")
        }
        SessionKind::AssumedRole { .. } | SessionKind::FederatedUser { .. } => Ok(asked),
    }
}

/// Until when credentials of the role could have lasted, had they been asked for when these were. What an identity
/// provider has said about the end of an assertion stays as it is.
// Differs from AWS: whoever is signed in here can have credentials of it, so no sign-in outlasts what the role allows.
async fn latest_end(visit: &Visit<'_>, session: &Session) -> Result<Timestamp, NoToken> {
    let is_by_saml =
        (session.federation.as_ref()).is_some_and(|federation| federation.kind == FederationKind::Saml);
    let SessionKind::AssumedRole { role, .. } = &session.kind else {
        return Ok(session.expires_at);
    };
    if is_by_saml {
        return Ok(session.expires_at);
    }
    let account = visit.services.directory.account(session.account()).await;
    let account = account.map_err(|failed| unavailable(&failed))?;
    let role = account.as_ref().and_then(|account| account.role_by_id(*role));
    let longest = role.map_or(0, |role| role.session_seconds_max);
    let latest = session
        .issued_at
        .saturating_add(Duration::from_secs(longest.into()));
    Ok(latest.map_or(session.expires_at, |latest| latest.max(session.expires_at)))
}

/// Signs a browser in and sends it on.
async fn login(visit: &Visit<'_>, fields: &Fields) -> Answer {
    // Looked at first: nobody is signed in by a link that leads elsewhere.
    let Some(destination) = visit.site.local_path(fields.text("Destination")) else {
        return html::notice(
            StatusCode::BAD_REQUEST,
            "This link leads elsewhere",
            "Its Destination is not a page of this server, so nobody has been signed in by it.",
        );
    };
    let services = visit.services;
    let token = fields.text("SigninToken");
    let Some(presence) = Presence::open(&services.keyring, purpose::SIGNIN_TOKEN, token, visit.now) else {
        return expired();
    };
    let found = presence
        .verify(&services.authenticator, &services.directory, visit.now)
        .await;
    let signed_in = match found {
        Ok(signed_in) => signed_in,
        Err(Ended::Expired | Ended::CredentialsChanged) => return expired(),
        Err(ended) => return sign_in::over(visit, ended),
    };
    if let Some(answer) = somebody_else(visit, &signed_in.session).await {
        return answer;
    }
    if let Err(failed) = record::federated_in(visit, &signed_in.caller).await {
        let cause: &(dyn std::error::Error + 'static) = &failed;
        tracing::error!(cause, "somebody could not be signed in");
        return sign_in::busy();
    }
    sign_in::enter(visit, &presence, &destination)
}

/// A link does not take the place of who is signed in: otherwise anybody's link could have a person act as somebody
/// else without noticing.
async fn somebody_else(visit: &Visit<'_>, session: &Session) -> Option<Answer> {
    let services = visit.services;
    let present = visit.presence()?;
    let found = present
        .verify(&services.authenticator, &services.directory, visit.now)
        .await;
    match found {
        Ok(present) if present.session.access_key_id != session.access_key_id => Some(html::notice(
            StatusCode::CONFLICT,
            "Somebody is signed in already",
            "To sign in as somebody else, sign out first, on the page /v1/session, and follow the link again.",
        )),
        Err(ended @ Ended::Unavailable(_)) => Some(sign_in::over(visit, ended)),
        Ok(_) | Err(Ended::Expired | Ended::CredentialsChanged) => None,
    }
}

fn expired() -> Answer {
    html::notice(
        StatusCode::BAD_REQUEST,
        "This link has expired",
        "Go back to where you got it and ask for another one. Links are good for fifteen minutes.",
    )
}

fn unavailable(cause: &(dyn std::error::Error + 'static)) -> NoToken {
    tracing::error!(cause, "no sign-in token could be given");
    NoToken::Unavailable
}

impl From<AuthenticationError> for NoToken {
    fn from(error: AuthenticationError) -> Self {
        match error {
            AuthenticationError::Unavailable(_) | AuthenticationError::Vault(_) => unavailable(&error),
            AuthenticationError::ExpiredToken | AuthenticationError::Revoked => {
                Self::Refused("The credentials have expired.")
            }
            AuthenticationError::Signature(_) | AuthenticationError::InvalidClientTokenId(_) => {
                Self::Refused("The credentials are not valid.")
            }
        }
    }
}

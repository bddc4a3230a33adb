//! From a request to its answer.

use std::sync::Arc;
use std::time::Duration;

use aws_lc_rs::hmac;
use bytes::Bytes;
use http::header::{ALLOW, AUTHORIZATION, CONNECTION, CONTENT_TYPE, USER_AGENT};
use http::request::Parts;
use http::{HeaderName, HeaderValue, Method, Request, Response, StatusCode};
use http_body::Body;
use http_body_util::Full;
use jiff::Timestamp;
use lanyard_access::{
    Authenticator, DecisionLog, Keyring, Passwords, Peer, RequestFacts, RequestId, SecondFactors,
};
use lanyard_audit::Trail;
use lanyard_directory::Directory;

use crate::body::{Bodies, BodyError};
use crate::form::Fields;
use crate::html::{self, Answer};
use crate::places::Places;
use crate::presence::{Presence, purpose};
use crate::refusal::{Code, Refusal};
use crate::site::Site;
use crate::spent::Spent;
use crate::{authorize, cookie, federation, issuer, password, revoke, session_page, sign_in, token};

/// Console federation. A bucket could have the name, but S3 knows no `Action`.
pub(crate) const FEDERATION: &str = "/federation";
/// What `aws login` opens in a browser.
pub(crate) const AUTHORIZE: &str = "/v1/authorize";
/// Where codes are redeemed.
pub(crate) const TOKEN: &str = "/v1/token";
/// Where somebody without a browser beside the program is shown the code.
pub(crate) const CONFIRMATION: &str = "/v1/sessions/confirmation";
/// Where sessions are revoked.
pub(crate) const REVOKE: &str = "/v1/sessions/revoke";
pub(crate) const SIGN_IN: &str = "/v1/sign-in";
pub(crate) const SIGN_OUT: &str = "/v1/sign-out";
pub(crate) const PASSWORD: &str = "/v1/password";
pub(crate) const SESSION: &str = "/v1/session";
/// The public documents of the issuers of tokens.
pub(crate) const ISSUERS: &str = "/v1/oidc/";

/// The region of what is done here: browsers name none, and this one stands for all.
pub(crate) const REGION: &str = "us-east-1";

const REQUEST_ID: HeaderName = HeaderName::from_static("x-amzn-requestid");

/// How many authorization codes that were used are remembered, for five minutes.
const CODES_MAX: usize = 20_000;
/// How many proofs that were used are remembered, for ten minutes.
const PROOFS_MAX: usize = 60_000;

/// The parts of the server that signing in needs.
pub struct SessionsServices {
    /// The accounts.
    pub directory: Arc<Directory>,
    /// Who is calling.
    pub authenticator: Arc<Authenticator>,
    /// What seals sessions and whatever browsers keep.
    pub keyring: Arc<Keyring>,
    /// Passwords are checked here; how often somebody may guess is counted in one place.
    pub passwords: Arc<Passwords>,
    /// Codes of second factors are used up here, for the same reason.
    pub second_factors: Arc<SecondFactors>,
    /// Decisions that can be explained.
    pub decisions: Arc<DecisionLog>,
    /// The trail.
    pub trail: Trail,
    /// The URL under which people and programs reach the server, as it is configured.
    pub public_url: Option<String>,
    /// The same without one: the address that the server listens on.
    pub endpoint: String,
}

/// Signs people in, gives them credentials, and ends sessions.
pub struct Sessions {
    pub(crate) services: SessionsServices,
    site: Option<Site>,
    endpoint: Site,
    bodies: Bodies,
    places: Places,
    /// Those of keys that exist, so that strangers keep nobody from ending a session.
    signed_bodies: Bodies,
    signed_places: Places,
    /// When this run of the server began: it remembers nothing that was used before.
    pub(crate) since: Timestamp,
    /// Which run this is. Codes that another one made are not redeemed.
    pub(crate) run: [u8; 16],
    pub(crate) codes: Spent,
    pub(crate) proofs: Spent,
    pub(crate) loads: issuer::Loads,
    /// What id tokens are signed with. Nobody but this run checks them.
    pub(crate) id_tokens: hmac::Key,
}

/// Why signing in cannot be offered.
#[derive(Debug, thiserror::Error)]
pub enum SessionsError {
    /// The public URL cannot be read.
    #[error("the public URL is not an origin such as https://iam.example.com")]
    PublicUrl,
    /// The system gives no random bytes.
    #[error("the system gives no random bytes")]
    NoEntropy,
}

/// One request, with what all of its handling needs.
pub(crate) struct Visit<'a> {
    pub(crate) sessions: &'a Sessions,
    pub(crate) services: &'a SessionsServices,
    pub(crate) site: Site,
    pub(crate) parts: &'a Parts,
    pub(crate) peer: Peer,
    pub(crate) id: RequestId,
    pub(crate) now: Timestamp,
}

impl Sessions {
    /// Over these services.
    pub fn new(services: SessionsServices) -> Result<Self, SessionsError> {
        let site = match &services.public_url {
            Some(url) => Some(Site::parse(url).ok_or(SessionsError::PublicUrl)?),
            None => None,
        };
        let endpoint = Site::parse(&services.endpoint).ok_or(SessionsError::PublicUrl)?;
        let (mut run, mut key) = ([0; 16], [0; 32]);
        getrandom::fill(&mut run).map_err(|_| SessionsError::NoEntropy)?;
        getrandom::fill(&mut key).map_err(|_| SessionsError::NoEntropy)?;
        Ok(Self {
            services,
            site,
            endpoint,
            bodies: Bodies::new(),
            places: Places::default(),
            signed_bodies: Bodies::new(),
            signed_places: Places::default(),
            since: Timestamp::now(),
            run,
            codes: Spent::new(CODES_MAX),
            proofs: Spent::new(PROOFS_MAX),
            loads: issuer::Loads::default(),
            id_tokens: hmac::Key::new(hmac::HMAC_SHA256, &key),
        })
    }

    /// Whether a request is for here, by its path. No bucket can be named `v1`; one can be named `federation`, but is
    /// then asked for with a signature, and never with an `Action` or by such a form.
    pub fn is_for(&self, parts: &Parts) -> bool {
        let path = parts.uri.path();
        if path != FEDERATION {
            return path.starts_with("/v1/");
        }
        if parts.headers.contains_key(AUTHORIZATION) {
            return false;
        }
        let query = parts.uri.query().unwrap_or_default();
        let has_action = query.split('&').any(|pair| pair.starts_with("Action="));
        let is_signed = query.contains("X-Amz-Signature=") || query.contains("Signature=");
        (has_action && !is_signed) || (parts.method == Method::POST && is_form(parts))
    }

    /// Answers one request. Never fails: every refusal is an answer.
    pub async fn handle<B>(&self, request: Request<B>, peer: Peer) -> Response<Full<Bytes>>
    where
        B: Body<Data = Bytes> + Unpin,
    {
        self.handle_at(request, peer, Timestamp::now()).await
    }

    /// Answers one request that came at this time.
    pub async fn handle_at<B>(&self, request: Request<B>, peer: Peer, now: Timestamp) -> Response<Full<Bytes>>
    where
        B: Body<Data = Bytes> + Unpin,
    {
        let id = RequestId::new();
        let (parts, body) = request.into_parts();
        let mut answer = self.route(&parts, body, peer, id, now).await;
        html::harden(&mut answer);
        if let Ok(id) = HeaderValue::from_str(id.as_str()) {
            answer.headers_mut().insert(REQUEST_ID, id);
        }
        answer
    }

    async fn route<B>(&self, parts: &Parts, body: B, peer: Peer, id: RequestId, now: Timestamp) -> Answer
    where
        B: Body<Data = Bytes> + Unpin,
    {
        let path = parts.uri.path();
        let site = Site::of_request(self.site.as_ref(), &self.endpoint, parts, peer.is_secure);
        // Whoever signs has said for which name; it is nothing that a browser would be sent to.
        let site = site.or_else(|| (path == REVOKE).then(|| self.endpoint.clone()));
        let Some(site) = site else {
            return html::notice(
                StatusCode::MISDIRECTED_REQUEST,
                "Not under this name",
                "The server does not know this name as its own. Its operator sets it by --public-url.",
            );
        };
        let visit = Visit {
            sessions: self,
            services: &self.services,
            site,
            parts,
            peer,
            id,
            now,
        };
        if let Some(issuer) = path.strip_prefix(ISSUERS) {
            return match parts.method {
                Method::GET | Method::HEAD => issuer::document(&visit, issuer).await,
                _ => method_not_allowed("GET, HEAD"),
            };
        }
        match (path, &parts.method) {
            (FEDERATION, &Method::GET) => match visit.query() {
                Some(fields) => federation::answer(&visit, &fields).await,
                None => unreadable(),
            },
            (AUTHORIZE, &Method::GET) => match visit.query() {
                Some(fields) => authorize::ask(&visit, &fields).await,
                None => unreadable(),
            },
            (SIGN_IN, &Method::GET) => match visit.query() {
                Some(fields) => sign_in::show(&visit, &fields),
                None => unreadable(),
            },
            (PASSWORD, &Method::GET) => password::show(&visit).await,
            (SESSION, &Method::GET) => session_page::show(&visit).await,
            (CONFIRMATION, &Method::GET) => authorize::confirmation(),
            (REVOKE, &Method::POST) => match self.signed_places.enter(peer.ip, false) {
                Some(_place) => revoke::answer(&visit, &self.signed_bodies, body).await,
                None => unread(BodyError::NoRoom),
            },
            (TOKEN | FEDERATION | AUTHORIZE | SIGN_IN | SIGN_OUT | PASSWORD, &Method::POST) => {
                let is_password = matches!(path, SIGN_IN | PASSWORD);
                let Some(_place) = self.places.enter(peer.ip, is_password) else {
                    return unread(BodyError::NoRoom);
                };
                match self.bodies.receive(body).await {
                    Ok(body) => self.post(&visit, path, &body).await,
                    Err(error) => unread(error),
                }
            }
            (SESSION | CONFIRMATION, _) => method_not_allowed("GET"),
            (TOKEN | REVOKE | SIGN_OUT, _) => method_not_allowed("POST"),
            (FEDERATION | AUTHORIZE | SIGN_IN | PASSWORD, _) => method_not_allowed("GET, POST"),
            _ => Refusal::new(Code::UnknownOperation, "There is nothing here.").answer(),
        }
    }

    async fn post(&self, visit: &Visit<'_>, path: &str, body: &[u8]) -> Answer {
        if path == TOKEN {
            return token::answer(visit, body).await;
        }
        let fields = is_form(visit.parts).then(|| str::from_utf8(body).ok().and_then(Fields::parse));
        let Some(fields) = fields.flatten() else {
            return unreadable();
        };
        match path {
            FEDERATION => federation::answer(visit, &fields).await,
            // Whatever a browser says about whose page a form was on has to be right.
            _ if !visit.site.is_own_form(visit.parts) => html::notice(
                StatusCode::FORBIDDEN,
                "Not from here",
                "This form was not sent from a page of this server.",
            ),
            AUTHORIZE => authorize::decide(visit, &fields).await,
            SIGN_IN => sign_in::submit(visit, &fields).await,
            SIGN_OUT => session_page::sign_out(visit, &fields),
            _ => password::submit(visit, &fields).await,
        }
    }
}

impl Visit<'_> {
    /// The fields of the query.
    pub(crate) fn query(&self) -> Option<Fields> {
        Fields::parse(self.parts.uri.query().unwrap_or_default())
    }

    /// The sign-in that the browser's cookie tells of, whether it still holds or not.
    pub(crate) fn presence(&self) -> Option<Presence> {
        let cookie = cookie::Cookie::Session.read(&self.site, self.parts)?;
        Presence::open(&self.services.keyring, purpose::BROWSER, &cookie, self.now)
    }

    /// What policies can ask about the request itself.
    pub(crate) fn facts(&self) -> RequestFacts<'_> {
        let text = |name| self.parts.headers.get(name).and_then(|value| value.to_str().ok());
        RequestFacts {
            source_ip: Some(self.peer.ip),
            is_secure: self.peer.is_secure,
            now: self.now,
            region: REGION,
            user_agent: text(USER_AGENT),
            referer: text(http::header::REFERER),
        }
    }

    /// So long after now.
    pub(crate) fn in_time(&self, time: Duration) -> Timestamp {
        self.now.saturating_add(time).unwrap_or(self.now)
    }
}

impl std::fmt::Debug for Sessions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sessions").finish_non_exhaustive()
    }
}

fn is_form(parts: &Parts) -> bool {
    let kind = parts
        .headers
        .get(CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok());
    let kind = kind.and_then(|kind| kind.split(';').next()).unwrap_or_default();
    kind.trim()
        .eq_ignore_ascii_case("application/x-www-form-urlencoded")
}

fn unreadable() -> Answer {
    html::notice(
        StatusCode::BAD_REQUEST,
        "Not readable",
        "The request cannot be read: something is there twice, or is no text.",
    )
}

/// The body was not read to its end, so the connection is of no more use.
fn unread(error: BodyError) -> Answer {
    let refusal = match error {
        BodyError::TooLarge => Refusal::new(Code::RequestEntityTooLarge, "The request is too large."),
        BodyError::Incomplete => {
            Refusal::new(Code::RequestTimeout, "The request did not arrive whole in time.")
        }
        BodyError::NoRoom => Refusal::new(Code::ServiceUnavailable, "Too many requests at once."),
    };
    let mut answer = refusal.answer();
    answer
        .headers_mut()
        .insert(CONNECTION, HeaderValue::from_static("close"));
    answer
}

fn method_not_allowed(allowed: &'static str) -> Answer {
    let mut answer = Response::new(Full::new(Bytes::new()));
    *answer.status_mut() = StatusCode::METHOD_NOT_ALLOWED;
    answer
        .headers_mut()
        .insert(ALLOW, HeaderValue::from_static(allowed));
    answer
}

//! `POST /v1/sessions/revoke`: ends sessions before their time. Signed with SigV4 for the service `lanyard`, in JSON.
//!
//! Whoever asks needs `lanyard:RevokeSessions` on the principal whose sessions they are, in its own account. Once it is
//! answered, every request sees it.

use bytes::Bytes;
use http::StatusCode;
use http::request::Parts;
use http_body::Body;
use lanyard_access::{
    Ask, Authenticator, Caller, Holder, InvalidCredentials, RevocationError, RevokeSessions, authorize,
};
use lanyard_audit::{Happening, Parameters, Record, UserIdentity};
use lanyard_directory::{Account, DirectoryError, WriteError};
use lanyard_policy::Context;
use lanyard_sigv4::{AuthError, Head, ServiceRules, SignedRequest, sha256};
use serde::Deserialize;
use serde_json::json;

use crate::body::{Bodies, BodyError};
use crate::html::{self, Answer};
use crate::permission;
use crate::refusal::{Code, Refusal};
use crate::sessions::Visit;

const SERVICE: &str = "lanyard";
const SOURCE: &str = "sessions.lanyard";
const ACTION: &str = "lanyard:RevokeSessions";
const EVENT: &str = "RevokeSessions";

/// What is asked for.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Wanted {
    role: Option<String>,
    user: Option<String>,
    #[serde(default)]
    root: bool,
    session_name: Option<String>,
    session_id: Option<String>,
}

/// Answers one request. The body is read for keys that exist.
pub(crate) async fn answer<B>(visit: &Visit<'_>, bodies: &Bodies, body: B) -> Answer
where
    B: Body<Data = Bytes> + Unpin,
{
    match revoke(visit, bodies, body).await {
        Ok(epoch) => html::json(StatusCode::OK, &json!({"revoked": true, "epoch": epoch})),
        Err(refusal) => refusal.answer(),
    }
}

async fn revoke<B>(visit: &Visit<'_>, bodies: &Bodies, body: B) -> Result<u32, Refusal>
where
    B: Body<Data = Bytes> + Unpin,
{
    let services = visit.services;
    let (caller, body) = by_signature(visit, &services.authenticator, bodies, body).await?;
    let wanted: Wanted = serde_json::from_slice(&body).map_err(|error| {
        Refusal::new(
            Code::Serialization,
            format!("The request cannot be read: {error}."),
        )
    })?;
    let wish = wish(&caller, wanted)?;
    let account = services.directory.account(caller.account).await;
    let account = account
        .map_err(|failed| Refusal::unavailable(&failed))?
        .ok_or_else(|| gone(visit))?;
    let resource = resource(&wish, &account);
    let context = Context::new();
    let ask = Ask::new(ACTION, &resource, caller.account, &context);
    if let Err(message) = permission::decide(visit, &caller, &account, &ask) {
        return Err(denied(visit, &caller, message).await);
    }
    apply(visit, &caller, &wish, &ask).await
}

/// Whose sessions, and which.
fn wish(caller: &Caller, wanted: Wanted) -> Result<RevokeSessions, Refusal> {
    let holder = match (wanted.role, wanted.user, wanted.root) {
        (Some(role), None, false) => Holder::Role(role),
        (None, Some(user), false) => Holder::User(user),
        (None, None, true) => Holder::Root,
        _ => return Err(validation("One of role, user and root has to be there.")),
    };
    let (name, id) = (wanted.session_name.as_deref(), wanted.session_id.as_deref());
    RevokeSessions::new(caller.account, holder, name, id).map_err(|error| refusal(&error))
}

/// What permission is needed on. It does not tell whether there is such a principal.
fn resource(wish: &RevokeSessions, account: &Account) -> String {
    let (kind, name) = match (wish.arn(account), wish.holder()) {
        (Some(arn), _) => return arn.to_string(),
        (None, Holder::Root) => return lanyard_names::arn::root(account.id()),
        (None, Holder::User(name)) => ("user", name),
        (None, Holder::Role(name)) => ("role", name),
    };
    format!("arn:aws:iam::{}:{kind}/{name}", account.id())
}

/// Ends them, decided once more on the state that is changed.
async fn apply(
    visit: &Visit<'_>,
    caller: &Caller,
    wish: &RevokeSessions,
    ask: &Ask<'_>,
) -> Result<u32, Refusal> {
    let facts = visit.facts();
    let mut parameters = Parameters::new();
    for (name, value) in wish.parameters() {
        parameters = parameters.with_known(name, value);
    }
    let record = record(visit, caller).with_request(parameters).to_outbox();
    let written = visit.services.directory.write(caller.account, |edit| {
        // Fails closed: another principal may have taken the name, and permission was asked for on this one.
        let is_same = resource(wish, edit.view()) == ask.resource;
        if !is_same || !authorize(caller, ask, &facts, Some(edit.view())).is_allowed() {
            return Err(NotApplied::Denied);
        }
        let epoch = wish.apply(edit, visit.now).map_err(NotApplied::Refused)?;
        Ok((epoch, vec![record.clone()]))
    });
    match written.await {
        Ok(written) => Ok(written.output),
        Err(WriteError::Refused(NotApplied::Refused(error))) => Err(refusal(&error)),
        Err(WriteError::Refused(NotApplied::Denied)) => {
            let (who, on) = (&caller.arn, ask.resource);
            let message = format!("User: {who} is not authorized to perform: {ACTION} on resource: {on}");
            Err(denied(visit, caller, message).await)
        }
        Err(WriteError::NoSuchAccount(_) | WriteError::AccountExists(_)) => Err(gone(visit)),
        Err(WriteError::Storage(failed)) => Err(Refusal::unavailable(&failed)),
    }
}

#[derive(Debug)]
enum NotApplied {
    Denied,
    Refused(RevocationError),
}

fn record(visit: &Visit<'_>, caller: &Caller) -> Record {
    let facts = visit.facts();
    let happening = Happening {
        event_source: SOURCE.into(),
        event_name: EVENT.into(),
        aws_region: facts.region.to_owned().into(),
        read_only: false,
        time: visit.now,
        request_id: visit.id.as_str().to_owned(),
        recipient: caller.account,
    };
    Record::new(happening, UserIdentity::of_caller(caller)).with_client(
        facts.source_ip.map(|ip| ip.to_canonical().to_string()),
        facts.user_agent.map(str::to_owned),
    )
}

// Fails closed: a refusal that cannot be recorded is answered as a server that is not available.
async fn denied(visit: &Visit<'_>, caller: &Caller, message: String) -> Refusal {
    let refusal = Refusal::new(Code::AccessDenied, message);
    let record = record(visit, caller).with_error(refusal.code.name(), &refusal.message);
    match visit.services.trail.record_synced(&record).await {
        Ok(()) => refusal,
        Err(failed) => Refusal::unavailable(&failed),
    }
}

fn gone(_: &Visit<'_>) -> Refusal {
    lanyard_access::AuthenticationError::from(InvalidCredentials::IssuerGone).into()
}

fn validation(message: impl Into<String>) -> Refusal {
    Refusal::new(Code::Validation, message)
}

fn refusal(error: &RevocationError) -> Refusal {
    let text = format!("{error}.");
    match error {
        RevocationError::Directory(DirectoryError::NoSuchUser(_) | DirectoryError::NoSuchRole(_)) => {
            Refusal::new(Code::ResourceNotFound, text)
        }
        RevocationError::Directory(_) => Refusal::new(Code::Conflict, text),
        RevocationError::TwoWays
        | RevocationError::Name
        | RevocationError::Id
        | RevocationError::ServiceLinked => validation(text),
    }
}

async fn by_signature<B>(
    visit: &Visit<'_>,
    authenticator: &Authenticator,
    bodies: &Bodies,
    body: B,
) -> Result<(Caller, zeroize::Zeroizing<Vec<u8>>), Refusal>
where
    B: Body<Data = Bytes> + Unpin,
{
    let head = head(visit.parts);
    let signed = SignedRequest::parse(&head)
        .and_then(|signed| signed.ok_or(AuthError::Missing))
        .map_err(lanyard_access::AuthenticationError::from)?;
    let rules = ServiceRules::generic();
    let identified = authenticator
        .identify(&head, signed, SERVICE, &rules, visit.now)
        .await?;
    let body = bodies.receive(body).await.map_err(|error| match error {
        BodyError::TooLarge => Refusal::new(Code::RequestEntityTooLarge, "The request is too large."),
        BodyError::Incomplete => {
            Refusal::new(Code::RequestTimeout, "The request did not arrive whole in time.")
        }
        BodyError::NoRoom => Refusal::new(Code::ServiceUnavailable, "Too many requests at once."),
    })?;
    let caller = identified.verify(&head, &sha256(&body))?;
    Ok((caller, body))
}

fn head(parts: &Parts) -> Head<'_> {
    Head {
        method: &parts.method,
        path: parts.uri.path(),
        query: parts.uri.query(),
        headers: &parts.headers,
    }
}

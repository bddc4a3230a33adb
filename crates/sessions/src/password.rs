//! The page on which users change their own passwords: because they want to, or because they have to before anything
//! else.
//!
//! It is ChangePassword by other means: the old password is shown again, and the same permission is needed.

use std::time::Duration;

use http::StatusCode;
use lanyard_access::{
    Ask, Caller, NewPasswordError, NewSession, PasswordRefusal, SecretText, SessionKind, authorize,
    password_grant,
};
use lanyard_directory::{
    Account, DirectoryError, LoginProfile, LoginProfileUpdate, PasswordHash, User, WriteError,
};
use lanyard_policy::{Context, ResourceLayer};

use crate::csrf::{self, Guard};
use crate::form::Fields;
use crate::html::{Answer, Html, notice};
use crate::presence::{Mark, Presence, SignedIn, continued, purpose};
use crate::sessions::{AUTHORIZE, PASSWORD, SESSION, Visit};
use crate::site::is_local_path;
use crate::{permission, record, sign_in};

/// How long the page is good for.
const PAGE_TIME: Duration = Duration::from_secs(900);
const CHANGE: &str = "iam:ChangePassword";
/// Evidence: the service model of ChangePassword.
const PASSWORD_CHARACTERS_MAX: usize = 128;

const MUST_CHANGE: &str = "You have to set a new password before you can go on.";
const WRONG: &str = "The present password is wrong.";
const SAME: &str = "The new password must not be the old one.";
const DIFFERENT: &str = "The new password is not the same both times.";

/// Shows the page to a user who is signed in.
pub(crate) async fn show(visit: &Visit<'_>) -> Answer {
    let Some(presence) = visit.presence() else {
        return sign_in::first(SESSION);
    };
    let services = visit.services;
    let found = presence
        .verify(&services.authenticator, &services.directory, visit.now)
        .await;
    match found {
        Ok(signed_in) if user_of(&signed_in).is_some() => {
            form(visit, &presence, SESSION, None, StatusCode::OK)
        }
        Ok(_) => nobody(),
        Err(ended) => sign_in::over(visit, ended),
    }
}

/// Shows it to a user who showed the right password and may not go on with it.
pub(crate) fn must_change(visit: &Visit<'_>, presence: &Presence, next: &str) -> Answer {
    form(visit, presence, next, Some(MUST_CHANGE), StatusCode::OK)
}

fn form(
    visit: &Visit<'_>,
    presence: &Presence,
    next: &str,
    problem: Option<&str>,
    status: StatusCode,
) -> Answer {
    let until = visit.in_time(PAGE_TIME);
    let ticket = presence.seal(&visit.services.keyring, purpose::PASSWORD, until, visit.now);
    let (Some(guard), Ok(ticket)) = (Guard::new(visit), ticket) else {
        return sign_in::busy();
    };
    let html = Html::default()
        .problem(problem)
        .raw("<form method=\"post\" action=\"")
        .raw(PASSWORD)
        .raw("\">");
    let html = guard
        .field(html)
        .hidden("ticket", ticket.expose())
        .hidden("next", next)
        .field(
            "old",
            "Present password",
            "type=\"password\" autocomplete=\"current-password\" required",
            "",
        )
        .field(
            "new",
            "New password",
            "type=\"password\" autocomplete=\"new-password\" required",
            "",
        )
        .field(
            "again",
            "New password, again",
            "type=\"password\" autocomplete=\"new-password\" required",
            "",
        )
        .raw("<button class=\"main\" type=\"submit\">Change password</button></form>");
    let mut answer = html.page(status, "Change your password", None);
    guard.set(visit, &mut answer);
    answer
}

/// A new password is set.
pub(crate) async fn submit(visit: &Visit<'_>, fields: &Fields) -> Answer {
    if !Guard::admits(visit, fields) {
        return csrf::refused();
    }
    let services = visit.services;
    let ticket = fields.text("ticket");
    let Some(presence) = Presence::open(&services.keyring, purpose::PASSWORD, ticket, visit.now) else {
        return csrf::refused();
    };
    let found = presence
        .verify(&services.authenticator, &services.directory, visit.now)
        .await;
    let signed_in = match found {
        Ok(signed_in) => signed_in,
        Err(ended) => return sign_in::over(visit, ended),
    };
    let next = fields.text("next");
    let next = if is_local_path(next) && next.starts_with(AUTHORIZE) {
        next
    } else {
        SESSION
    };
    match change(visit, fields, &signed_in).await {
        Ok(presence) => sign_in::enter(visit, &presence, next),
        Err(Refused::Problem(text)) => form(visit, &presence, next, Some(&text), StatusCode::BAD_REQUEST),
        Err(Refused::Denied(text)) => notice(StatusCode::FORBIDDEN, "Not allowed", &text),
        Err(Refused::Nobody) => nobody(),
        Err(Refused::Unavailable) => sign_in::busy(),
    }
}

/// Why a password is not changed.
enum Refused {
    /// Something that another try can do better.
    Problem(String),
    /// Policies do not allow it.
    Denied(String),
    /// Whoever is signed in has no password.
    Nobody,
    /// Only trying again helps.
    Unavailable,
}

async fn change(visit: &Visit<'_>, fields: &Fields, signed_in: &SignedIn) -> Result<Presence, Refused> {
    let problem = |text: &str| Refused::Problem(text.to_owned());
    let (account, services) = (&signed_in.account, visit.services);
    let (user, profile) = user_of(signed_in).ok_or(Refused::Nobody)?;
    may_change(visit, signed_in, user).await?;
    let (old, new) = (fields.text("old"), fields.text("new"));
    if new != fields.text("again") {
        return Err(problem(DIFFERENT));
    }
    if new.chars().count() > PASSWORD_CHARACTERS_MAX {
        return Err(problem("The new password is too long."));
    }
    let is_same = new == old;
    let old = SecretText::new(old);
    let verified = services
        .passwords
        .verify_password(account, user.name.as_str(), &old, visit.now)
        .await;
    verified.map_err(|refusal| match refusal {
        PasswordRefusal::Wrong => problem(WRONG),
        PasswordRefusal::Expired => problem("Your password has expired: ask an administrator for a new one."),
        PasswordRefusal::Unavailable(_) => Refused::Unavailable,
    })?;
    // Otherwise whoever has to set another one could keep the one that an administrator knows.
    if is_same {
        return Err(problem(SAME));
    }
    let new = services
        .passwords
        .hash_new(account, Some(profile), &SecretText::new(new))
        .await
        .map_err(|error| match error {
            NewPasswordError::Violation(violation) => Refused::Problem(format!("{violation}.")),
            NewPasswordError::Unavailable(failed) => unavailable(&failed),
        })?;
    set(visit, signed_in, user, profile, &new).await?;
    let account = services.directory.account(account.id()).await;
    let account = account
        .map_err(|failed| unavailable(&failed))?
        .ok_or(Refused::Nobody)?;
    let mark = account.login_profile(user.id).map(|profile| Mark::of(profile));
    let session = &signed_in.session;
    let fresh: NewSession = continued(session, session.expires_at);
    Presence::begin(&services.keyring, fresh, Some(session.access_key_id), mark)
        .map_err(|failed| unavailable(&failed))
}

/// Whether the caller has the permission that ChangePassword needs.
async fn may_change(visit: &Visit<'_>, signed_in: &SignedIn, user: &User) -> Result<(), Refused> {
    let (account, caller) = (&signed_in.account, &signed_in.caller);
    let decided = asking(account, user, |ask| {
        permission::decide(visit, caller, account, ask)
    });
    match decided {
        Ok(()) => Ok(()),
        Err(message) => Err(denied(visit, caller, message).await),
    }
}

async fn denied(visit: &Visit<'_>, caller: &Caller, message: String) -> Refused {
    let code = crate::refusal::Code::AccessDenied.name();
    match record::denied(visit, caller, "ChangePassword", code, &message).await {
        Ok(()) => Refused::Denied(message),
        Err(failed) => unavailable(&failed),
    }
}

/// What is asked, in this state of the account. Its password policy can give the permission to all users.
fn asking<T>(account: &Account, user: &User, decide: impl FnOnce(&Ask<'_>) -> T) -> T {
    let context = Context::new();
    let grant = password_grant(account, user);
    let mut ask = Ask::new(CHANGE, user.arn(), account.id(), &context);
    ask.resource_policy = grant.as_ref().map(|attached| ResourceLayer {
        attached,
        must_participate: false,
        trust: false,
    });
    decide(&ask)
}

async fn set(
    visit: &Visit<'_>,
    signed_in: &SignedIn,
    user: &User,
    before: &LoginProfile,
    new: &PasswordHash,
) -> Result<(), Refused> {
    let record = record::password_updated(visit, &signed_in.caller).to_outbox();
    let facts = visit.facts();
    let written = visit.services.directory.write(signed_in.account.id(), |edit| {
        let present = edit.view().user_by_id(user.id).cloned();
        let profile = edit.view().login_profile(user.id);
        // Fails closed: the password that was shown is not the one that would be replaced.
        let is_same = profile.is_some_and(|profile| profile.password == before.password);
        let present = present.filter(|_| is_same).ok_or(NotSet::Changed)?;
        // Decided once more, on the state that is changed.
        asking(edit.view(), &present, |ask| {
            let verdict = authorize(&signed_in.caller, ask, &facts, Some(edit.view()));
            if verdict.is_allowed() {
                return Ok(());
            }
            Err(NotSet::Denied(verdict.message()))
        })?;
        let update = LoginProfileUpdate {
            password: Some((new.clone(), visit.now)),
            must_reset: Some(false),
        };
        edit.update_login_profile(present.name.as_str(), update)
            .map_err(NotSet::Refused)?;
        Ok(((), vec![record.clone()]))
    });
    match written.await {
        Ok(_) => Ok(()),
        Err(WriteError::Refused(NotSet::Changed)) => Err(Refused::Problem(
            "The password has just been changed by another request.".to_owned(),
        )),
        Err(WriteError::Refused(NotSet::Denied(message))) => {
            Err(denied(visit, &signed_in.caller, message).await)
        }
        Err(WriteError::Refused(NotSet::Refused(failed))) => Err(unavailable(&failed)),
        Err(WriteError::NoSuchAccount(_) | WriteError::AccountExists(_)) => Err(Refused::Nobody),
        Err(WriteError::Storage(failed)) => Err(unavailable(&failed)),
    }
}

#[derive(Debug)]
enum NotSet {
    Changed,
    Denied(String),
    Refused(DirectoryError),
}

/// The user who is signed in by a password.
fn user_of(signed_in: &SignedIn) -> Option<(&User, &LoginProfile)> {
    let SessionKind::SessionToken { user: Some(id) } = signed_in.session.kind else {
        return None;
    };
    let account = &signed_in.account;
    Some((account.user_by_id(id)?, account.login_profile(id)?))
}

fn nobody() -> Answer {
    notice(
        StatusCode::BAD_REQUEST,
        "No password",
        "Whoever is signed in here has no password that could be changed.",
    )
}

fn unavailable(cause: &(dyn std::error::Error + 'static)) -> Refused {
    tracing::error!(cause, "a password could not be changed");
    Refused::Unavailable
}

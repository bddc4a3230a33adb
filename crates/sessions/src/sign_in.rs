//! The page on which users sign in: account, name, password, and a code for those who have a second factor.
//!
//! Invariants:
//! - There is one answer, after one time, for an account or a user who is not there, a wrong password, a wrong code, and
//!   for too many of those.
//! - Whoever is let in is in the synced trail before. What strangers get wrong is in the trail too, at a bounded rate
//!   and without a sync.
//!
//! Deliberately absent: signing in as the root user. It has no password; it has keys, and the operator's socket.

use std::time::Duration;

use http::StatusCode;
use http::header::{HeaderValue, RETRY_AFTER};
use lanyard_access::{NewSession, PasswordRefusal, SecondFactorError, SecretText, SessionKind};
use lanyard_directory::{Account, KeyOwner, StorageError, User};
use lanyard_names::{AccountAlias, AccountId};
use std::sync::Arc;
use tokio::time::Instant;

use crate::cookie::{self, Cookie};
use crate::csrf::{self, Guard};
use crate::form::Fields;
use crate::html::{self, Answer, Html};
use crate::presence::{Ended, Mark, Presence, purpose};
use crate::sessions::{AUTHORIZE, SESSION, SIGN_IN, Visit};
use crate::site::is_local_path;
use crate::{password, record};

/// How long a sign-in lasts. Evidence: the IAM guide's page on the console: twelve hours.
pub(crate) const SIGN_IN_SECONDS: u32 = 12 * 3600;
/// How soon at the earliest it is said that something was wrong: longer than finding out what takes.
const ANSWER_TIME: Duration = Duration::from_millis(400);
/// The longest name or password that is looked at.
const FIELD_CHARACTERS_MAX: usize = 256;

const WRONG: &str = "The account, the user name, the password or the code is wrong, or was wrong too often: after \
                     several wrong ones, wait some minutes. Check them and try again.";

/// Why somebody is not let in.
pub(crate) enum NotIn {
    /// Something is wrong, or was too often.
    Wrong,
    /// The password has expired, and only an administrator can set another one.
    Expired,
    /// Only trying again helps.
    Unavailable,
}

/// Shows the page.
pub(crate) fn show(visit: &Visit<'_>, fields: &Fields) -> Answer {
    form(
        visit,
        next(fields),
        fields.text("account"),
        "",
        None,
        StatusCode::OK,
    )
}

/// Asks a browser to sign in first and to come back.
pub(crate) fn first(next: &str) -> Answer {
    html::see_other(&format!("{SIGN_IN}?next={}", crate::form::encoded(next)))
}

/// Where to go after signing in: a page of ours, and none that does something by itself.
fn next(fields: &Fields) -> &str {
    let next = fields.text("next");
    let is_ours = is_local_path(next) && next.starts_with(AUTHORIZE) && next.len() <= 4096;
    if is_ours { next } else { SESSION }
}

fn form(
    visit: &Visit<'_>,
    next: &str,
    account: &str,
    user: &str,
    problem: Option<&str>,
    status: StatusCode,
) -> Answer {
    let Some(guard) = Guard::new(visit) else {
        return busy();
    };
    let html = Html::default()
        .problem(problem)
        .raw("<form method=\"post\" action=\"")
        .raw(SIGN_IN)
        .raw("\">");
    let html = guard
        .field(html)
        .hidden("next", next)
        .field(
            "account",
            "Account id or alias",
            "type=\"text\" autocomplete=\"organization\" autocapitalize=\"none\" spellcheck=\"false\" required",
            account,
        )
        .field(
            "user",
            "User name",
            "type=\"text\" autocomplete=\"username\" autocapitalize=\"none\" spellcheck=\"false\" required",
            user,
        )
        .field(
            "password",
            "Password",
            "type=\"password\" autocomplete=\"current-password\" required",
            "",
        )
        .field(
            "code",
            "Code of your MFA device",
            "type=\"text\" inputmode=\"numeric\" autocomplete=\"one-time-code\" aria-describedby=\"code-hint\"",
            "",
        )
        .raw("<p class=\"hint\" id=\"code-hint\">Leave it empty if you have no device.</p>")
        .raw("<button class=\"main\" type=\"submit\">Sign in</button></form>");
    let mut answer = html.page(status, "Sign in", None);
    guard.set(visit, &mut answer);
    answer
}

/// Somebody tries to sign in.
pub(crate) async fn submit(visit: &Visit<'_>, fields: &Fields) -> Answer {
    if !Guard::admits(visit, fields) {
        return csrf::refused();
    }
    let earliest = Instant::now() + ANSWER_TIME;
    let (account, user) = (fields.text("account").trim(), fields.text("user").trim());
    let refused = match try_sign_in(visit, fields, account, user).await {
        Ok(Entered::In(presence)) => return enter(visit, &presence, next(fields)),
        Ok(Entered::MustChange(presence)) => {
            return password::must_change(visit, &presence, next(fields));
        }
        Err(refused) => refused,
    };
    tokio::time::sleep_until(earliest).await;
    match refused {
        NotIn::Wrong => {
            let (account, user) = (shown(account), shown(user));
            form(
                visit,
                next(fields),
                account,
                user,
                Some(WRONG),
                StatusCode::FORBIDDEN,
            )
        }
        NotIn::Expired => html::notice(
            StatusCode::FORBIDDEN,
            "Your password has expired",
            "Ask an administrator of your account to set a new one.",
        ),
        NotIn::Unavailable => busy(),
    }
}

/// What is put back into a field after a wrong answer.
fn shown(text: &str) -> &str {
    if text.len() <= FIELD_CHARACTERS_MAX {
        text
    } else {
        ""
    }
}

/// Too much is going on.
pub(crate) fn busy() -> Answer {
    let mut answer = html::notice(
        StatusCode::SERVICE_UNAVAILABLE,
        "Please try again",
        "The server cannot do this at the moment.",
    );
    answer
        .headers_mut()
        .insert(RETRY_AFTER, HeaderValue::from_static("5"));
    answer
}

enum Entered {
    In(Presence),
    /// Not before there is another password.
    MustChange(Presence),
}

async fn try_sign_in(
    visit: &Visit<'_>,
    fields: &Fields,
    account: &str,
    user_name: &str,
) -> Result<Entered, NotIn> {
    let services = visit.services;
    let given = fields.text("password");
    if [account, user_name, given]
        .iter()
        .any(|text| text.len() > 4 * FIELD_CHARACTERS_MAX)
    {
        return Err(NotIn::Wrong);
    }
    let given = SecretText::new(given);
    let Some(account) = account_of(visit, account).await? else {
        // As much work as for an account that is there. Nobody's trail hears of it.
        services.passwords.is_one_of(Vec::new(), &given).await?;
        // Not for the log of a server at work, which strangers could fill.
        tracing::debug!(peer = %visit.peer.ip, "a sign-in to an account that does not exist");
        return Err(NotIn::Wrong);
    };
    let now = visit.now;
    let verified = match services
        .passwords
        .verify_password(&account, user_name, &given, now)
        .await
    {
        Err(PasswordRefusal::Wrong) => {
            record::sign_in_failed(
                visit,
                &account,
                account.user(user_name).map(|user| &**user),
                false,
            );
            return Err(NotIn::Wrong);
        }
        Err(PasswordRefusal::Expired) => return Err(expired(visit, fields, &account, user_name).await),
        other => other?,
    };
    let user = account.user_by_id(verified.user).ok_or(NotIn::Wrong)?;
    let has_mfa = second_factor(visit, fields, &account, user).await?;
    let profile = account.login_profile(user.id).ok_or(NotIn::Wrong)?;
    let kind = SessionKind::SessionToken { user: Some(user.id) };
    let mut session = NewSession::plain(account.id(), kind, user.epoch, now, SIGN_IN_SECONDS);
    session.mfa = has_mfa;
    let presence = Presence::begin(&services.keyring, session, None, Some(Mark::of(profile)))
        .map_err(|failed| unavailable(&failed))?;
    record::signed_in(visit, &account, user, has_mfa)
        .await
        .map_err(|failed| unavailable(&failed))?;
    services.directory.record_password_use(account.id(), user.id, now);
    if verified.must_reset || verified.expired {
        return Ok(Entered::MustChange(presence));
    }
    Ok(Entered::In(presence))
}

/// That a password has expired is told to who knows it and has the second factor, too: to others it would tell that the
/// password is right.
async fn expired(visit: &Visit<'_>, fields: &Fields, account: &Account, user_name: &str) -> NotIn {
    let Some(user) = account.user(user_name) else {
        return NotIn::Wrong;
    };
    match second_factor(visit, fields, account, user).await {
        Ok(used_mfa) => {
            record::sign_in_failed(visit, account, Some(user), used_mfa);
            NotIn::Expired
        }
        Err(not_in) => not_in,
    }
}

/// Uses up the code of a user who has a second factor. Says whether there is one.
async fn second_factor(
    visit: &Visit<'_>,
    fields: &Fields,
    account: &Account,
    user: &User,
) -> Result<bool, NotIn> {
    let owner = KeyOwner::User(user.id);
    if account.mfa_device_count(owner) == 0 {
        return Ok(false);
    }
    let code: String = fields.text("code").split_whitespace().collect();
    let second_factors = &visit.services.second_factors;
    match second_factors
        .use_code_of_any(account, owner, &code, visit.now)
        .await
    {
        Ok(()) => Ok(true),
        Err(SecondFactorError::NotTheirs | SecondFactorError::WrongCode) => {
            record::sign_in_failed(visit, account, Some(user), true);
            Err(NotIn::Wrong)
        }
        Err(failed) => Err(unavailable(&failed)),
    }
}

/// Lets somebody in who may: the browser is given its cookie and sent on.
pub(crate) fn enter(visit: &Visit<'_>, presence: &Presence, next: &str) -> Answer {
    let mut answer = html::see_other(next);
    match sealed_for_browser(visit, presence) {
        Some(sealed) => Cookie::Session.set(&visit.site, &sealed, &mut answer),
        None => {
            return html::notice(
                StatusCode::BAD_REQUEST,
                "Too much in one session",
                "The session's policies and tags take up more room than a browser has for a cookie.",
            );
        }
    }
    answer
}

fn sealed_for_browser(visit: &Visit<'_>, presence: &Presence) -> Option<String> {
    let sealed = presence.seal(
        &visit.services.keyring,
        purpose::BROWSER,
        presence.until,
        visit.now,
    );
    let sealed = sealed.ok()?.expose().to_owned();
    (sealed.len() <= cookie::VALUE_CHARACTERS_MAX).then_some(sealed)
}

async fn account_of(visit: &Visit<'_>, text: &str) -> Result<Option<Arc<Account>>, NotIn> {
    let directory = &visit.services.directory;
    let digits = text.replace('-', "");
    let unavailable = |failed: StorageError| unavailable(&failed);
    let id = match (AccountId::parse(&digits), AccountAlias::parse(text)) {
        (Ok(id), _) => Some(id),
        (Err(_), Ok(alias)) => directory.account_of_alias(&alias).await.map_err(unavailable)?,
        (Err(_), Err(_)) => None,
    };
    match id {
        Some(id) => directory.account(id).await.map_err(unavailable),
        None => Ok(None),
    }
}

fn unavailable(cause: &(dyn std::error::Error + 'static)) -> NotIn {
    tracing::error!(cause, "somebody could not be signed in");
    NotIn::Unavailable
}

impl From<PasswordRefusal> for NotIn {
    fn from(refusal: PasswordRefusal) -> Self {
        match refusal {
            PasswordRefusal::Wrong => Self::Wrong,
            PasswordRefusal::Expired => Self::Expired,
            PasswordRefusal::Unavailable(_) => Self::Unavailable,
        }
    }
}

impl From<lanyard_access::PasswordError> for NotIn {
    fn from(_: lanyard_access::PasswordError) -> Self {
        Self::Unavailable
    }
}

/// What a browser is told whose sign-in does not hold any more.
pub(crate) fn over(visit: &Visit<'_>, ended: Ended) -> Answer {
    if let Ended::Unavailable(cause) = ended {
        let cause: &(dyn std::error::Error + 'static) = &*cause;
        tracing::error!(cause, "a sign-in could not be looked at");
        return busy();
    }
    let mut answer = html::see_other(SIGN_IN);
    Cookie::Session.clear(&visit.site, &mut answer);
    answer
}

//! The page that shows who is signed in, and signs out.

use http::StatusCode;
use lanyard_access::SessionKind;

use crate::cookie::Cookie;
use crate::csrf::{self, Guard};
use crate::form::Fields;
use crate::html::{self, Answer, Html};
use crate::sessions::{PASSWORD, SESSION, SIGN_OUT, Visit};
use crate::sign_in;

/// Shows who is signed in.
pub(crate) async fn show(visit: &Visit<'_>) -> Answer {
    let Some(presence) = visit.presence() else {
        return sign_in::first(SESSION);
    };
    let services = visit.services;
    let found = presence
        .verify(&services.authenticator, &services.directory, visit.now)
        .await;
    let signed_in = match found {
        Ok(signed_in) => signed_in,
        Err(ended) => return sign_in::over(visit, ended),
    };
    let Some(guard) = Guard::new(visit) else {
        return sign_in::busy();
    };
    let html = Html::default()
        .raw("<p>You are signed in as <code>")
        .text(&signed_in.caller.arn)
        .raw("</code> until ")
        .text(&presence.until.to_string())
        .raw(".</p>");
    let html = match signed_in.session.kind {
        SessionKind::SessionToken { user: Some(_) } => html
            .raw("<p><a href=\"")
            .raw(PASSWORD)
            .raw("\">Change your password</a></p>"),
        _ => html,
    };
    let html = html
        .raw("<form method=\"post\" action=\"")
        .raw(SIGN_OUT)
        .raw("\">");
    let html = guard
        .field(html)
        .raw("<button type=\"submit\">Sign out</button></form>");
    let mut answer = html.page(StatusCode::OK, "Signed in", None);
    guard.set(visit, &mut answer);
    answer
}

/// The browser forgets who was signed in.
pub(crate) fn sign_out(visit: &Visit<'_>, fields: &Fields) -> Answer {
    if !Guard::admits(visit, fields) {
        return csrf::refused();
    }
    let mut answer = html::notice(StatusCode::OK, "Signed out", "This browser is signed out.");
    Cookie::Session.clear(&visit.site, &mut answer);
    Cookie::Form.clear(&visit.site, &mut answer);
    answer
}

//! `GET /v1/authorize`: a program asks for an authorization code, and a person says yes.
//!
//! OAuth 2.0 as `aws login` speaks it: code grant, PKCE by SHA-256 always, two clients, and redirects to this machine
//! only. Nothing is ever sent to a redirect that was not found right first.
//!
//! Evidence: the AWS CLI's own login command, and the service model of AWS Sign-In.

use std::time::Duration;

use data_encoding::BASE64;
use http::StatusCode;
use lanyard_access::Ask;
use lanyard_policy::Context;

use crate::client::{Client, loopback_origin};
use crate::csrf::{self, Guard};
use crate::form::{Fields, encoded};
use crate::grant::Grant;
use crate::html::{self, Answer, Html};
use crate::pkce::Challenge;
use crate::presence::{Presence, SignedIn};
use crate::sessions::{AUTHORIZE, SIGN_OUT, Visit};
use crate::{permission, record, sign_in};

pub(crate) const ACTION: &str = "signin:AuthorizeOAuth2Access";
const EVENT: &str = "AuthorizeOAuth2Access";
/// How long a code is good for.
pub(crate) const CODE_TIME: Duration = Duration::from_secs(300);
const STATE_CHARACTERS_MAX: usize = 512;

/// What a program asks for.
struct Wish<'a> {
    client: Client,
    redirect: &'a str,
    state: &'a str,
    challenge: Challenge,
    method: &'a str,
}

impl<'a> Wish<'a> {
    /// Reads and checks a wish. What is wrong is told on a page: to nobody whom the wish names.
    fn read(visit: &Visit<'_>, fields: &'a Fields) -> Result<Self, &'static str> {
        let client = Client::parse(fields.text("client_id")).ok_or("client_id is not a known client.")?;
        let redirect = fields.text("redirect_uri");
        if !client.admits(redirect, &visit.site) {
            return Err("redirect_uri is not one that this client may have.");
        }
        if fields.text("response_type") != "code" {
            return Err("response_type has to be code.");
        }
        if fields.get("scope").is_some_and(|scope| scope != "openid") {
            return Err("scope can only be openid.");
        }
        let state = fields.text("state");
        let is_state = (1..=STATE_CHARACTERS_MAX).contains(&state.len())
            && state.bytes().all(|byte| byte.is_ascii_graphic());
        if !is_state {
            return Err("state has to be there.");
        }
        let method = fields.text("code_challenge_method");
        let challenge = Challenge::parse(method, fields.text("code_challenge"))
            .ok_or("code_challenge has to be there, made by code_challenge_method SHA-256.")?;
        Ok(Self {
            client,
            redirect,
            state,
            challenge,
            method,
        })
    }

    /// Where the answer of a form goes on to.
    fn and_to(&self) -> Option<String> {
        match self.client {
            Client::SameDevice => loopback_origin(self.redirect),
            Client::CrossDevice => None,
        }
    }

    /// The wish as fields of a form.
    fn hidden(&self, fields: &Fields, html: Html) -> Html {
        html.hidden("response_type", "code")
            .hidden("client_id", self.client.id())
            .hidden("redirect_uri", self.redirect)
            .hidden("state", self.state)
            .hidden("code_challenge", fields.text("code_challenge"))
            .hidden("code_challenge_method", self.method)
    }
}

/// Asks the person, who has to be signed in.
pub(crate) async fn ask(visit: &Visit<'_>, fields: &Fields) -> Answer {
    let wish = match Wish::read(visit, fields) {
        Ok(wish) => wish,
        Err(problem) => return invalid(problem),
    };
    let here = visit
        .parts
        .uri
        .path_and_query()
        .map_or(AUTHORIZE, |here| here.as_str());
    let Some(presence) = visit.presence() else {
        return sign_in::first(here);
    };
    let services = visit.services;
    let found = presence
        .verify(&services.authenticator, &services.directory, visit.now)
        .await;
    let signed_in = match found {
        Ok(signed_in) => signed_in,
        Err(crate::presence::Ended::Unavailable(cause)) => {
            return sign_in::over(visit, crate::presence::Ended::Unavailable(cause));
        }
        Err(_) => return sign_in::first(here),
    };
    let Some(guard) = Guard::new(visit) else {
        return sign_in::busy();
    };
    let where_to = match wish.client {
        Client::SameDevice => "A program on this device asks to act as you.",
        Client::CrossDevice => {
            "A program on another device asks to act as you. Go on only if you started it yourself, and give the code \
             that you will be shown to nobody."
        }
    };
    let html = Html::default()
        .paragraph(where_to)
        .raw("<p>You are signed in as <code>")
        .text(&signed_in.caller.arn)
        .raw("</code>.</p><form method=\"post\" action=\"")
        .raw(AUTHORIZE)
        .raw("\">");
    let html = wish
        .hidden(fields, guard.field(html))
        .raw("<button class=\"main\" type=\"submit\" name=\"decision\" value=\"allow\">Allow</button>")
        .raw("<button type=\"submit\" name=\"decision\" value=\"deny\">Refuse</button></form>")
        .raw("<form method=\"post\" action=\"")
        .raw(SIGN_OUT)
        .raw("\">");
    let html = guard
        .field(html)
        .raw("<button type=\"submit\">Sign out, to come back as somebody else</button></form>");
    let mut answer = html.page(
        StatusCode::OK,
        "Let a program act as you?",
        wish.and_to().as_deref(),
    );
    guard.set(visit, &mut answer);
    answer
}

/// The person has said yes or no.
pub(crate) async fn decide(visit: &Visit<'_>, fields: &Fields) -> Answer {
    if !Guard::admits(visit, fields) {
        return csrf::refused();
    }
    let wish = match Wish::read(visit, fields) {
        Ok(wish) => wish,
        Err(problem) => return invalid(problem),
    };
    let Some(presence) = visit.presence() else {
        return csrf::refused();
    };
    if fields.text("decision") != "allow" {
        return refuse(&wish, "It was refused on the page.");
    }
    let services = visit.services;
    let found = presence
        .verify(&services.authenticator, &services.directory, visit.now)
        .await;
    let signed_in = match found {
        Ok(signed_in) => signed_in,
        Err(ended) => return sign_in::over(visit, ended),
    };
    if let Err(message) = is_allowed(visit, &wish, &signed_in) {
        let code = crate::refusal::Code::AccessDenied.name();
        let recorded = record::denied(visit, &signed_in.caller, EVENT, code, &message).await;
        return match recorded {
            Ok(()) => refuse(&wish, &message),
            Err(failed) => unavailable(&failed),
        };
    }
    give(visit, &wish, &presence, &signed_in).await
}

fn is_allowed(visit: &Visit<'_>, wish: &Wish<'_>, signed_in: &SignedIn) -> Result<(), String> {
    let mut context = Context::new();
    context.insert("signin:OAuthClientId", wish.client.id());
    context.insert("signin:OAuthRedirectUri", wish.redirect.to_owned());
    let resource = wish.client.resource(signed_in.caller.account);
    let ask = Ask::new(ACTION, &resource, signed_in.caller.account, &context);
    permission::decide(visit, &signed_in.caller, &signed_in.account, &ask)
}

/// Gives the code, to the program or to the person.
async fn give(visit: &Visit<'_>, wish: &Wish<'_>, presence: &Presence, signed_in: &SignedIn) -> Answer {
    let grant = Grant::new(wish.client, wish.redirect, wish.challenge, presence.clone());
    let Some(code) = grant.and_then(|grant| grant.seal(visit, visit.in_time(CODE_TIME))) else {
        return sign_in::busy();
    };
    let record = record::of_caller(visit, EVENT, &signed_in.caller)
        .with_additional("clientId", wish.client.id())
        .with_additional("redirectUri", wish.redirect);
    if let Err(failed) = visit.services.trail.record_synced(&record).await {
        return unavailable(&failed);
    }
    let fields = format!("code={}&state={}", encoded(&code), encoded(wish.state));
    match wish.client {
        Client::SameDevice => html::see_other(&format!("{}?{fields}", wish.redirect)),
        Client::CrossDevice => Html::default()
            .paragraph(
                "Copy this code and give it to the program that asked for it. It is good for five minutes.",
            )
            .raw("<p><code id=\"code\">")
            .text(&BASE64.encode(fields.as_bytes()))
            .raw("</code></p>")
            .page(StatusCode::OK, "Your code", None),
    }
}

/// Tells the program that it gets no code.
fn refuse(wish: &Wish<'_>, why: &str) -> Answer {
    match wish.client {
        Client::SameDevice => html::see_other(&format!(
            "{}?error=access_denied&error_description={}&state={}",
            wish.redirect,
            encoded(why),
            encoded(wish.state)
        )),
        Client::CrossDevice => html::notice(StatusCode::FORBIDDEN, "Refused", why),
    }
}

/// What is shown where the code would be.
pub(crate) fn confirmation() -> Answer {
    html::notice(
        StatusCode::OK,
        "No code here",
        "Codes are shown right after you have let a program act as you.",
    )
}

fn invalid(problem: &str) -> Answer {
    html::notice(
        StatusCode::BAD_REQUEST,
        "Not a request that can be answered",
        problem,
    )
}

fn unavailable(cause: &(dyn std::error::Error + 'static)) -> Answer {
    tracing::error!(cause, "no authorization code could be given");
    sign_in::busy()
}

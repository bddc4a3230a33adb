//! GetWebIdentityToken. The caller gets a token that says who it is, for others to believe: they verify it by the
//! public documents of the account's issuer. Nothing here accepts it.
//!
//! A token never outlives the session that asks for it.

use lanyard_aws_api::Sensitive;
use lanyard_aws_api::sts::{self, GetWebIdentityTokenInput, GetWebIdentityTokenOutput};
use lanyard_directory::{TokenAlgorithm, WebIdentityIssuer};

use super::session_tags;
use super::web_identity_token::{self, Claims};
use crate::error::Refusal;
use crate::operation::{Described, Issue};
use crate::services::Services;
use crate::subject::{Ask, Subject};
use crate::view::View;

/// Evidence: the public API reference.
const DEFAULT_SECONDS: i32 = 300;
/// What must be allowed beside the operation for the token to have tags. Evidence: the service authorization
/// reference.
const TAGGING: &str = "sts:TagGetWebIdentityToken";

pub(crate) struct GetWebIdentityToken;

impl Described for GetWebIdentityToken {
    type Model = sts::GetWebIdentityToken;

    fn subject(input: &GetWebIdentityTokenInput, view: &View<'_>) -> Result<Subject, Refusal> {
        let algorithm = algorithm(input)?;
        let tags = session_tags::told(input.tags.as_deref())?;
        // Evidence: denials as recorded in public name it, and a policy for this resource alone allows the action.
        let own = format!("arn:aws:sts::{}:self", view.account.id());
        let mut ask = Ask::on(Self::ACTION, own, view);
        session_tags::add_request_keys(&tags, &mut ask.keys);
        let tagging = (!tags.is_empty()).then(|| Ask {
            action: TAGGING,
            ..ask.clone()
        });
        ask.keys
            .insert_many("sts:IdentityTokenAudience", input.audience.iter().cloned());
        ask.keys.insert("sts:SigningAlgorithm", algorithm.name());
        ask.keys.insert("sts:DurationSeconds", seconds(input).to_string());
        Ok(Subject::all([ask].into_iter().chain(tagging)))
    }
}

impl Issue for GetWebIdentityToken {
    fn run(
        input: &GetWebIdentityTokenInput,
        view: &View<'_>,
        services: &Services,
    ) -> Result<GetWebIdentityTokenOutput, Refusal> {
        let seconds = i64::from(seconds(input));
        let expires = view.now.as_second().saturating_add(seconds);
        let session = view.caller.session.as_deref();
        if session.is_some_and(|session| session.expires_at.as_second() < expires) {
            return Err(Refusal::session_duration_escalation());
        }
        let issuer = enabled(view).ok_or_else(Refusal::outbound_federation_disabled)?;
        let claims = Claims {
            issuer: services.federation.token_issuer(issuer.id),
            audience: &input.audience,
            begins: view.now.as_second(),
            expires,
            tags: input.tags.as_deref().unwrap_or_default(),
        };
        let key = issuer
            .signing_key(algorithm(input)?)
            .ok_or_else(Refusal::outbound_federation_disabled)?;
        let token = web_identity_token::make(&claims, view, key, &services.vault)?;
        Ok(GetWebIdentityTokenOutput {
            web_identity_token: Some(Sensitive::new(token)),
            expiration: jiff::Timestamp::from_second(expires).ok(),
        })
    }
}

fn enabled<'a>(view: &View<'a>) -> Option<&'a WebIdentityIssuer> {
    let issuer = view.account.web_identity_issuer()?;
    issuer.is_enabled.then_some(&**issuer)
}

fn seconds(input: &GetWebIdentityTokenInput) -> i32 {
    input.duration_seconds.unwrap_or(DEFAULT_SECONDS)
}

fn algorithm(input: &GetWebIdentityTokenInput) -> Result<TokenAlgorithm, Refusal> {
    let algorithms = [TokenAlgorithm::Rs256, TokenAlgorithm::Es384];
    algorithms
        .into_iter()
        .find(|algorithm| algorithm.name() == input.signing_algorithm)
        .ok_or_else(Refusal::unknown_signing_algorithm)
}

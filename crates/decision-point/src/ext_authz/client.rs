//! Who the client is: by its signature, its bearer key, its token or its certificate.

use http::HeaderMap;
use http::header::{AUTHORIZATION, HeaderName, REFERER, USER_AGENT};
use lanyard_access::{BearerPurpose, Caller, RequestFacts, Subject};
use serde_json::{Map, Value};

use super::call::Call;
use super::circumstances::Circumstances;
use super::messages::AttributeContext;
use super::original::Original;
use super::pattern::{Of, fill, parts};
use super::route::{Route, bad_route};
use super::{signature, token};
use crate::batch::Batch;
use crate::enforcement_point::EnforcementPoint;
use crate::identify::{REGION, SERVICE, bearer_key, gone, only};
use crate::person::Person;
use crate::proxied::{No, VALUE_BYTES_MAX};
use crate::refusal::Refusal;

/// The filter that verifies tokens before this one is asked.
const JWT_FILTER: &str = "envoy.filters.http.jwt_authn";

/// Somebody, the name that the application is told, and the region that they signed for.
pub(super) struct Found {
    pub(super) person: Person,
    pub(super) shown: String,
    pub(super) region: Option<String>,
}

/// A request, and what is said about it.
pub(super) struct Held<'a> {
    pub(super) point: &'a EnforcementPoint<'a>,
    pub(super) attributes: &'a AttributeContext,
    pub(super) route: &'a Route<'a>,
    pub(super) original: &'a Original<'a>,
    pub(super) known: &'a Circumstances<'a>,
}

impl Held<'_> {
    /// The claims of a token that Envoy has verified, if it vouches for that.
    fn claims(&self) -> Result<Option<Map<String, Value>>, Refusal> {
        let metadata = self.attributes.metadata_context.as_ref();
        let verified = metadata.and_then(|metadata| metadata.filter_metadata.get(JWT_FILTER));
        match verified.filter(|_| self.point.trusts("jwt") && self.route.role.is_some()) {
            Some(verified) => token::claims(verified),
            None => Ok(None),
        }
    }
}

impl Call<'_> {
    /// Who wants something.
    pub(super) async fn find(
        &self,
        held: &Held<'_>,
        service: &str,
        batch: &mut Batch<'_>,
    ) -> Result<Found, No> {
        let Held { route, original, .. } = *held;
        if let (Some(pattern), Some(template)) = (route.peer, route.principal) {
            return self.peer(held, (pattern, template), batch).await;
        }
        let authenticator = &self.services.authenticator;
        let value = only(&original.headers, &AUTHORIZATION)?;
        let caller = match value.and_then(bearer_key) {
            Some(token) if is_token(token) => return self.bearer(held, token::Word::Token(token)).await,
            Some(key) => {
                let proving = authenticator.bearer(key, BearerPurpose::Be, SERVICE, REGION, self.now);
                (proving.await.map_err(No::unproven)?.0, None)
            }
            None => {
                let is_bare = value.is_none() && !signature::is_signed(original);
                if is_bare && let Some(claims) = held.claims()? {
                    return self.bearer(held, token::Word::Claims(claims)).await;
                }
                let unverified = route.takes_unverified_bodies;
                let signing = signature::signer(authenticator, original, service, unverified, self.now);
                let signer = signing.await?;
                (signer.caller, Some(signer.region))
            }
        };
        self.proven(caller, batch).await
    }

    async fn proven(
        &self,
        (caller, region): (Caller, Option<String>),
        batch: &mut Batch<'_>,
    ) -> Result<Found, No> {
        let account = batch.snapshots.account(caller.account).await?.ok_or_else(gone)?;
        let subject = Subject::of_caller(&caller, &account, self.now).ok_or_else(gone)?;
        Ok(Found {
            person: Person::found(subject, None),
            shown: caller.arn.to_string(),
            region,
        })
    }

    /// The bearer of a token.
    async fn bearer(&self, held: &Held<'_>, word: token::Word<'_>) -> Result<Found, No> {
        let (Some(role), Some(oidc)) = (held.route.role, self.oidc) else {
            return Err(No::Unauthenticated("This route takes no tokens.".to_owned()));
        };
        let facts = RequestFacts {
            source_ip: held.known.source_ip,
            // Fails closed: a trust policy can insist on TLS.
            is_secure: held.known.is_secure.unwrap_or(false),
            now: self.now,
            region: "",
            user_agent: said(&held.original.headers, &USER_AGENT)?,
            referer: said(&held.original.headers, &REFERER)?,
        };
        let (person, shown) = token::bearer(self.services, oidc, role, word, &facts).await?;
        Ok(Found {
            person,
            shown,
            region: None,
        })
    }

    /// Whoever showed Envoy a certificate.
    async fn peer(
        &self,
        held: &Held<'_>,
        (pattern, template): (&str, &str),
        batch: &mut Batch<'_>,
    ) -> Result<Found, No> {
        if !held.point.trusts("principal") {
            return Err(Refusal::validation(
                "lanyard-peer is only heard with trust=principal behind the bearer key.",
            )
            .into());
        }
        let unknown = |text: &str| No::Unauthenticated(text.to_owned());
        let peer = held
            .known
            .peer
            .ok_or_else(|| unknown("The client has shown no certificate."))?;
        let parts = parts(pattern, peer, Of::Peer).map_err(|error| bad_route("lanyard-peer", &error))?;
        let parts = parts.ok_or_else(|| unknown("The client's certificate is for somebody else."))?;
        let arn = fill(template, &parts).map_err(|error| bad_route("lanyard-principal", &error))?;
        let person = Person::of_arn(&arn, self.now, &mut batch.snapshots).await?;
        Ok(Found {
            person,
            shown: arn,
            region: None,
        })
    }
}

/// What a client says in a header, for a trust policy.
// Fails closed: there is no doubt there, and what is left out passes by a denial.
fn said<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Result<Option<&'h str>, Refusal> {
    let value = headers.get(name).and_then(|value| value.to_str().ok());
    if value.is_some_and(|value| value.len() > VALUE_BYTES_MAX) {
        return Err(Refusal::validation(format!("The header {name} is too long.")));
    }
    Ok(value)
}

/// Whether a bearer's word is a token of an identity provider: three parts, where a bearer key has two.
fn is_token(word: &str) -> bool {
    word.split('.').count() == 3
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_client_says_has_a_length() {
        let check = |value: &str, expected: Option<Option<&str>>| {
            let headers = HeaderMap::from_iter([(USER_AGENT, value.parse().unwrap())]);
            assert_eq!(said(&headers, &USER_AGENT).ok(), expected, "{}", value.len());
            assert_eq!(said(&headers, &REFERER).ok(), Some(None));
        };
        check("curl", Some(Some("curl")));
        let long = "x".repeat(VALUE_BYTES_MAX);
        check(&long, Some(Some(&long)));
        check(&"x".repeat(VALUE_BYTES_MAX + 1), None);
    }
}

//! AssumeRoleWithWebIdentity. The token's issuer has to be a provider of the role's account; which account that is the
//! role's ARN says, and whether it exists is told no more than whether the role does.
//!
//! Only tokens of OpenID Connect issuers are taken: opaque tokens would have to be shown to whoever gave them out.

use std::sync::Arc;

use lanyard_access::{Caller, Federation, FederationKind, Login as Vouched};
use lanyard_audit::{EventResource, Record};
use lanyard_aws_api::sts::{self, AssumeRoleWithWebIdentityInput, AssumeRoleWithWebIdentityOutput};
use lanyard_directory::{Account, OidcProvider};
use lanyard_federation::oidc::{OidcTrust, PresentedToken, RoleAuthorization, VerifiedToken};
use lanyard_names::{SessionName, SourceIdentity};

use super::visitor::{self, RoleSession, SessionWish, Visitor};
use crate::error::Refusal;
use crate::handling::Arrival;
use crate::operation::Login;

pub(crate) struct AssumeRoleWithWebIdentity;

/// What was found genuine.
pub(crate) struct Token {
    provider: Arc<str>,
    token: VerifiedToken,
}

impl Login for AssumeRoleWithWebIdentity {
    type Model = sts::AssumeRoleWithWebIdentity;
    type Word = Token;

    async fn hear(
        input: &AssumeRoleWithWebIdentityInput,
        arrival: &Arrival<'_>,
    ) -> Result<(Visitor, Token), Refusal> {
        let target = visitor::target(&input.role_arn)?;
        let name = SessionName::parse(&input.role_session_name)
            .map_err(|_| Refusal::invalid_form("roleSessionName"))?;
        if let Some(provider) = &input.provider_id {
            return Err(Refusal::opaque_token(provider));
        }
        let presented =
            PresentedToken::parse(input.web_identity_token.expose()).map_err(Refusal::web_identity)?;
        let issuer = presented.issuer().map_err(Refusal::web_identity)?;
        let known = arrival.account(target.account).await?;
        let known = known.and_then(|account| {
            let provider = account.oidc_provider_of_url(issuer.strip_prefix("https://")?)?;
            Some((Arc::clone(provider), account))
        });
        let (provider, account) = known.ok_or_else(|| Refusal::unknown_issuer(issuer))?;
        let trust = OidcTrust {
            url: provider.url.as_str(),
            client_ids: &provider.client_ids,
            thumbprints: &provider.thumbprints,
        };
        let verifying =
            arrival
                .services
                .federation
                .oidc()
                .verify(&presented, trust, account.id(), arrival.facts.now);
        let token = verifying.await.map_err(Refusal::web_identity)?;
        // Fetching the issuer's keys can take its time: what was changed or taken away meanwhile counts.
        let account = arrival.account(account.id()).await?;
        let is_known = |account: &Arc<Account>| {
            let known = account.oidc_provider_of_url(provider.url.as_str());
            known.is_some_and(|known| Arc::ptr_eq(known, &provider) || known == &provider)
        };
        let account = account
            .filter(is_known)
            .ok_or_else(|| Refusal::unknown_issuer(issuer))?;
        let visitor = visitor(input, name, account, &provider, &token)?;
        let provider = Arc::clone(provider.arn());
        Ok((visitor, Token { provider, token }))
    }

    fn output(
        Token { provider, token }: &Token,
        _: &Visitor,
        session: RoleSession,
    ) -> AssumeRoleWithWebIdentityOutput {
        AssumeRoleWithWebIdentityOutput {
            packed_policy_size: Some(session.issued.packed_percent_of_login()),
            credentials: Some(session.issued.credentials),
            subject_from_web_identity_token: Some(token.subject.clone()),
            assumed_role_user: Some(session.user),
            // Evidence: answers quoted in public documents of Kubernetes and SPIFFE: the provider's ARN.
            provider: Some(provider.to_string()),
            audience: Some(token.audience.clone()),
            source_identity: session.source_identity,
            session_token_utilization: Some(session.issued.token_percent),
            session_token_size: Some(session.issued.token_size),
        }
    }

    // Evidence: the record of this operation in the IAM guide's page on CloudTrail.
    fn recorded(_: &Token, visitor: &Visitor, record: Record) -> Record {
        let wish = &visitor.wish;
        record
            .without_parameter("webIdentityToken")
            .with_session_wish(
                wish.tags
                    .iter()
                    .map(|tag| (tag.key.as_str(), tag.value.as_str(), tag.is_transitive)),
                wish.source_identity.as_ref().map(SourceIdentity::as_str),
            )
            .with_resource(EventResource::iam_role(&wish.role_arn, visitor.account.id()))
    }
}

/// Who stands at the door with this token, and what they ask for.
fn visitor(
    input: &AssumeRoleWithWebIdentityInput,
    name: SessionName,
    account: Arc<Account>,
    provider: &OidcProvider,
    token: &VerifiedToken,
) -> Result<Visitor, Refusal> {
    let wish = SessionWish {
        role_arn: input.role_arn.clone(),
        name,
        tags: tags(token)?,
        source_identity: source_identity(token)?,
        is_role_listed: Some(is_listed(token, &input.role_arn)?),
        seconds: input.duration_seconds,
        seconds_max: None,
        policy: input.policy.clone(),
        policy_arns: input.policy_arns.clone(),
        token_size_min: input.minimum_session_token_size,
        federation: Arc::new(Federation {
            kind: FederationKind::WebIdentity,
            provider: Arc::clone(provider.arn()),
            keys: visitor::keys(token.lasting_keys()),
        }),
    };
    let vouched = Vouched {
        provider: Arc::clone(provider.arn()),
        // Evidence: records of CloudTrail quoted by those who read them for Kubernetes, GitHub and Terraform.
        id: format!("{}:{}:{}", provider.arn(), token.audience, token.subject).into(),
        name: token.subject.as_str().into(),
        identity_provider: Arc::clone(provider.arn()),
        keys: visitor::keys(token.condition_keys()),
    };
    Ok(Visitor {
        caller: Caller::web_identity(account.id(), vouched),
        account,
        wish,
    })
}

/// The tags that the issuer gives to the session.
fn tags(token: &VerifiedToken) -> Result<Vec<lanyard_access::SessionTag>, Refusal> {
    let tags = token.tags.iter();
    let tags: Option<Vec<_>> = tags
        .map(|tag| visitor::tag(&tag.key, &tag.value, tag.is_transitive))
        .collect();
    tags.filter(|tags| visitor::are_tags_of_one_session(tags))
        .ok_or_else(Refusal::invalid_token_tags)
}

fn source_identity(token: &VerifiedToken) -> Result<Option<SourceIdentity>, Refusal> {
    let given = token.source_identity.as_deref();
    given
        .map(SourceIdentity::parse)
        .transpose()
        .map_err(|_| Refusal::invalid_source_identity())
}

/// Whether the token lists the role: not, if it speaks of none. One that lists others is no good for this one.
/// Evidence: what trust policies were seen to decide on, as recorded in public.
fn is_listed(token: &VerifiedToken, role_arn: &str) -> Result<bool, Refusal> {
    match token.authorization(role_arn) {
        RoleAuthorization::Unsaid => Ok(false),
        RoleAuthorization::Listed => Ok(true),
        RoleAuthorization::Unlisted => Err(Refusal::role_not_listed()),
    }
}

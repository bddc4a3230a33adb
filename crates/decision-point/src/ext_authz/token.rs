//! The bearer of a token of an OpenID Connect provider, as a session of the role that the route names.
//!
//! The role's trust policy has to allow `sts:AssumeRoleWithWebIdentity` to this token, as if its bearer asked STS; the
//! session is the one that STS would give. A role that does not exist is asked about like one that trusts nobody, and
//! what is refused here STS tells every stranger, so that nothing is learnt by it.

use std::fmt::Write;
use std::sync::Arc;

use lanyard_access::{
    Ask, Caller, FederatedSession, Federation, FederationKeys, FederationKind, Login, RequestFacts,
    RequestId, SessionTag, Subject, authorize, mentions,
};
use lanyard_directory::{Account, OidcProvider, Role};
use lanyard_federation::oidc::{
    OidcError, OidcTrust, OidcVerifier, PresentedToken, RoleAuthorization, VerifiedToken,
};
use lanyard_names::arn::EntityArn;
use lanyard_names::{AccountId, SessionName, SourceIdentity, TagKey, TagValue};
use lanyard_policy::Context;
use lanyard_sigv4::sha256;
use prost::Message;
use serde_json::{Map, Number, Value as Json};

use super::messages::{Kind, Struct, Value};
use crate::person::Person;
use crate::proxied::No;
use crate::refusal::Refusal;
use crate::resource::nobody;
use crate::services::DecisionPointServices;
use crate::snapshots::Snapshots;

const ASSUME: &str = "sts:AssumeRoleWithWebIdentity";
const TAGS_MAX: usize = 50;
/// How deep claims may be nested.
const DEPTH_MAX: usize = 32;

/// What is known of a token.
pub(super) enum Word<'a> {
    /// The token.
    Token(&'a str),
    /// Its claims, which Envoy has verified.
    Claims(Map<String, Json>),
}

/// How large claims can be: twice as large as a token, since some are longer in this form.
const CLAIMS_BYTES_MAX: usize = 40_000;

/// The claims that Envoy's filter has verified, whatever name it gave them.
pub(super) fn claims(metadata: &Struct) -> Result<Option<Map<String, Json>>, Refusal> {
    let is_claims = |value: &&Value| match &value.kind {
        Some(Kind::Struct(claims)) => claims.fields.contains_key("iss"),
        _ => false,
    };
    let mut found = metadata.fields.values().filter(is_claims);
    let Some(claims) = found.next() else {
        return Ok(None);
    };
    let unusable = || Refusal::validation("The claims that Envoy verified cannot be used.");
    // Fails closed: of two tokens nobody knows whose request it is.
    if found.next().is_some() || claims.encoded_len() > CLAIMS_BYTES_MAX {
        return Err(unusable());
    }
    match json(claims, 0) {
        Some(Json::Object(claims)) => Ok(Some(claims)),
        _ => Err(unusable()),
    }
}

fn json(value: &Value, depth: usize) -> Option<Json> {
    if depth > DEPTH_MAX {
        return None;
    }
    let deeper = depth.saturating_add(1);
    Some(match value.kind.as_ref()? {
        Kind::Null(_) => Json::Null,
        // Times are whole numbers, and so are those that became fractions on their way here.
        #[expect(
            clippy::cast_possible_truncation,
            reason = "held against the range of whole numbers that it has"
        )]
        Kind::Number(number) if number.fract() == 0.0 && number.abs() < 9e15 => Json::from(*number as i64),
        Kind::Number(number) => Json::Number(Number::from_f64(*number)?),
        Kind::Text(text) => Json::String(text.clone()),
        Kind::Bool(value) => Json::Bool(*value),
        Kind::Struct(Struct { fields }) => {
            let fields = fields
                .iter()
                .map(|(name, value)| Some((name.clone(), json(value, deeper)?)));
            Json::Object(fields.collect::<Option<_>>()?)
        }
        Kind::List(list) => Json::Array(
            list.values
                .iter()
                .map(|value| json(value, deeper))
                .collect::<Option<_>>()?,
        ),
    })
}

/// Who the bearer is, and under which name.
pub(super) async fn bearer(
    services: &DecisionPointServices,
    oidc: &OidcVerifier,
    role_arn: &str,
    word: Word<'_>,
    facts: &RequestFacts<'_>,
) -> Result<(Person, String), No> {
    let no_role = || Refusal::validation("lanyard-role is the ARN of a role.");
    let Ok(EntityArn::Role {
        account: id, name, ..
    }) = EntityArn::parse(role_arn)
    else {
        return Err(no_role().into());
    };
    let (provider, token) = heard(services, oidc, id, word, facts).await?;
    // Fetching the issuer's keys can take its time: what was changed or taken away meanwhile counts.
    let account = Snapshots::new(&services.directory).account(id).await?;
    let account = account.filter(|account| {
        let known = account.oidc_provider_of_url(provider.url.as_str());
        known.is_some_and(|known| *known == provider)
    });
    let account = account.ok_or_else(unknown_issuer)?;
    let role = account
        .role(name.as_str())
        .filter(|role| **role.arn() == *role_arn);
    let session = session(&provider, &token)?;
    if token.authorization(role_arn) == RoleAuthorization::Unlisted {
        return Err(not_genuine("the token is for other roles"));
    }
    trusted(
        services,
        (&account, role, role_arn),
        (&provider, &token, &session),
        facts,
    )?;
    // Nobody is trusted by a role that is not there.
    let role = role.ok_or_else(no_role)?;
    let shown = lanyard_names::arn::assumed_role(id, &role.name, &session.name);
    let subject = Subject::of_federated_session(&account, role, session, facts.now).ok_or_else(no_role)?;
    Ok((Person::found(subject, None), shown))
}

/// The provider of an account, and what the token says that is its own.
async fn heard(
    services: &DecisionPointServices,
    oidc: &OidcVerifier,
    id: AccountId,
    word: Word<'_>,
    facts: &RequestFacts<'_>,
) -> Result<(Arc<OidcProvider>, VerifiedToken), No> {
    let presented = match &word {
        Word::Token(text) => Some(PresentedToken::parse(text).map_err(refused)?),
        Word::Claims(_) => None,
    };
    let issuer = match (&presented, &word) {
        (Some(presented), _) => presented.issuer().map_err(refused)?,
        (None, Word::Claims(claims)) => claims.get("iss").and_then(Json::as_str).unwrap_or_default(),
        (None, Word::Token(_)) => "",
    };
    let account = Snapshots::new(&services.directory).account(id).await?;
    let provider = account.as_ref().and_then(|account| {
        let url = issuer.strip_prefix("https://")?;
        account.oidc_provider_of_url(url)
    });
    let provider = Arc::clone(provider.ok_or_else(unknown_issuer)?);
    let trust = OidcTrust {
        url: provider.url.as_str(),
        client_ids: &provider.client_ids,
        thumbprints: &provider.thumbprints,
    };
    let token = match (presented, word) {
        (Some(presented), _) => oidc.verify(&presented, trust, id, facts.now).await,
        (None, Word::Claims(claims)) => trust.read_claims(claims, facts.now),
        (None, Word::Token(_)) => return Err(unknown_issuer()),
    };
    Ok((provider, token.map_err(refused)?))
}

fn refused(error: OidcError) -> No {
    match error {
        OidcError::Unreachable { .. } | OidcError::TimedOut => Refusal::unavailable(error).into(),
        error => not_genuine(&error.to_string()),
    }
}

fn not_genuine(text: &str) -> No {
    No::Unauthenticated(format!("The token is refused: {text}."))
}

fn unknown_issuer() -> No {
    not_genuine("its issuer is no provider of the role's account")
}

/// The session that the token gives.
fn session(provider: &OidcProvider, token: &VerifiedToken) -> Result<FederatedSession, No> {
    let tags = token.tags.iter().map(|tag| {
        let key = TagKey::parse(&tag.key).ok().filter(|key| !key.is_reserved())?;
        Some(SessionTag {
            key,
            value: TagValue::parse(&tag.value).ok()?,
            is_transitive: tag.is_transitive,
        })
    });
    let tags: Option<Vec<SessionTag>> = tags.collect();
    let are_of_one_session = |tags: &Vec<SessionTag>| {
        let keys = || tags.iter().map(|tag| tag.key.as_str());
        let is_first = |(place, key)| !keys().take(place).any(|other| TagKey::same(other, key));
        tags.len() <= TAGS_MAX && keys().enumerate().all(is_first)
    };
    let tags = tags.filter(are_of_one_session);
    let source_identity = token.source_identity.as_deref().map(SourceIdentity::parse);
    Ok(FederatedSession {
        name: session_name(&token.subject)?,
        tags: tags.ok_or_else(|| not_genuine("its tags cannot be those of a session"))?,
        source_identity: source_identity
            .transpose()
            .map_err(|_| not_genuine("its source identity cannot be one"))?,
        federation: Arc::new(Federation {
            kind: FederationKind::WebIdentity,
            provider: Arc::clone(provider.arn()),
            keys: keys(token.lasting_keys()),
        }),
    })
}

/// A session's name tells whose it is: the subject itself, if that can be a name, or else what stands for it alone.
fn session_name(subject: &str) -> Result<SessionName, No> {
    const HASHED: &str = "sub-";
    let own = SessionName::parse(subject)
        .ok()
        .filter(|_| !subject.starts_with(HASHED));
    if let Some(name) = own {
        return Ok(name);
    }
    let mut name = HASHED.to_owned();
    for byte in sha256(subject.as_bytes()).iter().take(24) {
        // Writing to a string does not fail.
        let _ = write!(name, "{byte:02x}");
    }
    SessionName::parse(&name).map_err(|_| not_genuine("its subject cannot be named"))
}

fn keys(keys: Vec<(String, Vec<String>)>) -> FederationKeys {
    keys.into_iter()
        .map(|(name, values)| (name.into(), values.into_iter().map(Arc::from).collect()))
        .collect()
}

/// Whether the role's trust policy lets the bearer of this token have this session.
fn trusted(
    services: &DecisionPointServices,
    (account, role, role_arn): (&Account, Option<&Arc<Role>>, &str),
    (provider, token, session): (&OidcProvider, &VerifiedToken, &FederatedSession),
    facts: &RequestFacts<'_>,
) -> Result<(), No> {
    let login = Login {
        provider: Arc::clone(provider.arn()),
        id: format!("{}:{}:{}", provider.arn(), token.audience, token.subject).into(),
        name: token.subject.as_str().into(),
        identity_provider: Arc::clone(provider.arn()),
        keys: keys(token.condition_keys()),
    };
    let caller = Caller::web_identity(account.id(), login);
    let trust = role.map_or_else(|| nobody(role_arn), |role| role.trust_attached());
    let context = context(role, token, session, role_arn);
    let actions = [
        Some(ASSUME),
        (!session.tags.is_empty()).then_some("sts:TagSession"),
        session.source_identity.as_ref().map(|_| "sts:SetSourceIdentity"),
    ];
    for action in actions.into_iter().flatten() {
        let ask = Ask::new(action, role_arn, account.id(), &context).with_trust(&trust);
        // Fails closed: what is not known would be absent here, and a denial would not bite.
        if facts.source_ip.is_none() && mentions(&caller, &ask, Some(account), "aws:SourceIp") {
            // In the words of every other denial: whether there is such a role is not for everybody to know.
            return Err(No::Forbidden {
                reason: format!("Not authorized to perform {action}"),
                decision: None,
            });
        }
        let verdict = authorize(&caller, &ask, facts, Some(account));
        if !verdict.is_allowed() {
            let (reason, decision) = (verdict.message(), RequestId::new());
            services
                .decisions
                .record(decision.as_str(), verdict.into_evidence());
            return Err(No::Forbidden {
                reason,
                decision: Some(decision),
            });
        }
    }
    Ok(())
}

/// The condition keys of the request that the bearer would make of STS.
fn context(
    role: Option<&Arc<Role>>,
    token: &VerifiedToken,
    session: &FederatedSession,
    role_arn: &str,
) -> Context {
    let mut context = Context::new();
    for tag in role.iter().flat_map(|role| role.tags.iter()) {
        for key in ["aws:ResourceTag", "iam:ResourceTag"] {
            context.insert(format!("{key}/{}", tag.key), tag.value.to_shared());
        }
    }
    context.insert("sts:RoleSessionName", session.name.as_str().to_owned());
    let is_listed = token.authorization(role_arn) == RoleAuthorization::Listed;
    context.insert("sts:RoleAuthorizedByIdp", is_listed);
    if let Some(source_identity) = &session.source_identity {
        context.insert("sts:SourceIdentity", source_identity.to_shared());
    }
    if !session.tags.is_empty() {
        for tag in &session.tags {
            context.insert(format!("aws:RequestTag/{}", tag.key), tag.value.to_shared());
        }
        let keys = session.tags.iter().map(|tag| tag.key.to_shared());
        context.insert_many("aws:TagKeys", keys);
        let transitive = session.tags.iter().filter(|tag| tag.is_transitive);
        context.insert_many("sts:TransitiveTagKeys", transitive.map(|tag| tag.key.to_shared()));
    }
    context
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn a_subject_that_can_be_no_name_has_one_of_its_own() {
        let check = |subject: &str, expected: &str| {
            assert_eq!(session_name(subject).unwrap().as_str(), expected, "{subject}");
        };
        check("ada@example.com", "ada@example.com");
        let hashed = session_name("repo:octo/app").unwrap();
        assert!(hashed.as_str().starts_with("sub-"));
        assert_eq!(hashed.as_str().len(), 52);
        // Nobody gets the name of another by calling themselves by it.
        assert_ne!(session_name(hashed.as_str()).unwrap(), hashed);
    }

    #[test]
    fn claims_are_read_as_the_token_had_them() {
        let value = |kind| Value { kind: Some(kind) };
        let claims_of = |fields: Vec<(&str, Value)>| {
            let fields = fields.into_iter().map(|(name, value)| (name.to_owned(), value));
            let fields: BTreeMap<String, Value> = fields.collect();
            value(Kind::Struct(Struct { fields }))
        };
        let token = claims_of(vec![
            ("iss", value(Kind::Text("https://x".into()))),
            ("exp", value(Kind::Number(1_800_000_000.0))),
            ("half", value(Kind::Number(0.5))),
            ("ok", value(Kind::Bool(true))),
        ]);
        let metadata = |tokens: Vec<(&str, Value)>| match claims_of(tokens).kind {
            Some(Kind::Struct(metadata)) => metadata,
            _ => panic!(),
        };
        let read = claims(&metadata(vec![
            ("payload", token.clone()),
            ("other", value(Kind::Null(0))),
        ]));
        assert_eq!(
            Json::Object(read.unwrap().unwrap()).to_string(),
            r#"{"exp":1800000000,"half":0.5,"iss":"https://x","ok":true}"#
        );
        assert!(claims(&metadata(vec![("a", token.clone()), ("b", token)])).is_err());
        let large = vec![
            ("iss", value(Kind::Text("https://x".into()))),
            ("groups", value(Kind::Text("x".repeat(CLAIMS_BYTES_MAX)))),
        ];
        assert!(claims(&metadata(vec![("a", claims_of(large))])).is_err());
        assert!(claims(&metadata(vec![])).unwrap().is_none());
    }
}

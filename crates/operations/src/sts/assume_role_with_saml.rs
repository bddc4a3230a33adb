//! AssumeRoleWithSAML. The assertion has to name the role together with the provider, and counts once: its use is
//! committed together with the record of the session, so that it is used up after a restart as well.

use std::sync::Arc;

use lanyard_access::{Caller, Federation, FederationKind, Login as Vouched, SessionTag};
use lanyard_audit::{EventResource, Record};
use lanyard_aws_api::sts::{self, AssumeRoleWithSAMLInput, AssumeRoleWithSAMLOutput};
use lanyard_directory::{AccountEdit, AssertionEncryption, AssertionHash, DirectoryError, SamlProvider};
use lanyard_federation::saml::{self, SamlTrust, VerifiedAssertion};
use lanyard_names::{AccountId, SessionName, SourceIdentity};
use sha2::{Digest, Sha256};

use super::visitor::{self, RoleSession, SessionWish, Visitor};
use crate::error::Refusal;
use crate::handling::Arrival;
use crate::operation::Login;

/// Where AWS takes assertions, and for whom it wants them to be.
/// Evidence: the IAM guide's page on assertions for the authentication response.
const AWS_RECIPIENTS: [&str; 2] = [
    "https://signin.aws.amazon.com/saml",
    "https://signin.aws.amazon.com/static/saml",
];
const AWS_AUDIENCES: [&str; 2] = ["urn:amazon:webservices", "https://signin.aws.amazon.com/saml"];

pub(crate) struct AssumeRoleWithSAML;

/// What was found genuine.
pub(crate) struct Assertion {
    provider: Arc<SamlProvider>,
    name_qualifier: String,
    assertion: VerifiedAssertion,
}

impl Login for AssumeRoleWithSAML {
    type Model = sts::AssumeRoleWithSAML;
    type Word = Assertion;
    const COUNTS_ONCE: bool = true;

    async fn hear(
        input: &AssumeRoleWithSAMLInput,
        arrival: &Arrival<'_>,
    ) -> Result<(Visitor, Assertion), Refusal> {
        let target = visitor::target(&input.role_arn)?;
        let account = arrival.account(target.account).await?;
        // A provider of another account is none: whose word counts is said by the account of the role.
        let known = account.and_then(|account| {
            let provider = account.saml_provider(&input.principal_arn)?;
            Some((Arc::clone(provider), account))
        });
        let (provider, account) = known.ok_or_else(Refusal::no_such_provider)?;
        let assertion = verify(input, &provider, account.id(), arrival)?;
        if !assertion.admits(&input.role_arn, &input.principal_arn) {
            return Err(Refusal::role_not_asserted());
        }
        let (id, name) = (account.id().to_string(), provider.name.as_str());
        let name_qualifier = assertion.name_qualifier(&id, name);
        let wish = SessionWish {
            role_arn: input.role_arn.clone(),
            name: SessionName::parse(&assertion.role_session_name)
                .map_err(|_| Refusal::invalid_role_session_name())?,
            tags: tags(&assertion)?,
            source_identity: source_identity(&assertion)?,
            is_role_listed: None,
            seconds: input.duration_seconds,
            seconds_max: seconds_max(&assertion, arrival)?,
            policy: input.policy.clone(),
            policy_arns: input.policy_arns.clone(),
            token_size_min: input.minimum_session_token_size,
            federation: Arc::new(Federation {
                kind: FederationKind::Saml,
                provider: Arc::clone(provider.arn()),
                keys: visitor::keys(assertion.lasting_keys(&id, name)),
            }),
        };
        let vouched = Vouched {
            provider: Arc::clone(provider.arn()),
            id: format!("{name_qualifier}:{}", assertion.subject).into(),
            name: assertion.subject.as_str().into(),
            identity_provider: name_qualifier.as_str().into(),
            keys: visitor::keys(assertion.condition_keys(&id, name)),
        };
        let visitor = Visitor {
            caller: Caller::saml(account.id(), vouched),
            account,
            wish,
        };
        let word = Assertion {
            provider,
            name_qualifier,
            assertion,
        };
        Ok((visitor, word))
    }

    fn use_up(word: &Assertion, edit: &mut AccountEdit, arrival: &Arrival<'_>) -> Result<(), Refusal> {
        let account = edit.view();
        // What was changed or taken away since the assertion was verified counts.
        let known = account.saml_provider(word.provider.arn());
        if !known.is_some_and(|known| trusts_alike(known, &word.provider)) {
            return Err(Refusal::no_such_provider());
        }
        let hash = hash_of(&word.assertion.issuer, &word.assertion.assertion_id);
        // One identity provider can be several providers of an account, and what it says once counts once.
        let is_used = |provider: &Arc<SamlProvider>| account.is_assertion_used(&provider.name, &hash);
        if account.saml_providers().any(is_used) {
            return Err(Refusal::used_assertion(DirectoryError::AssertionUsed));
        }
        edit.use_assertion(
            &word.provider.name,
            hash,
            word.assertion.expires,
            arrival.facts.now,
        )
        .map_err(Refusal::used_assertion)
    }

    fn output(word: &Assertion, _: &Visitor, session: RoleSession) -> AssumeRoleWithSAMLOutput {
        let assertion = &word.assertion;
        AssumeRoleWithSAMLOutput {
            packed_policy_size: Some(session.issued.packed_percent_of_login()),
            credentials: Some(session.issued.credentials),
            assumed_role_user: Some(session.user),
            subject: Some(assertion.subject.clone()),
            subject_type: Some(assertion.subject_type.clone()),
            issuer: Some(assertion.issuer.clone()),
            audience: Some(assertion.recipient.clone()),
            name_qualifier: Some(word.name_qualifier.clone()),
            source_identity: session.source_identity,
            session_token_utilization: Some(session.issued.token_percent),
            session_token_size: Some(session.issued.token_size),
        }
    }

    // Evidence: the record of this operation in the IAM guide's page on CloudTrail.
    fn recorded(word: &Assertion, visitor: &Visitor, record: Record) -> Record {
        let (wish, account) = (&visitor.wish, visitor.account.id());
        record
            .without_parameter("sAMLAssertion")
            .with_parameter("sAMLAssertionID", &word.assertion.assertion_id)
            .with_parameter("roleSessionName", wish.name.as_str())
            .with_session_wish(
                wish.tags
                    .iter()
                    .map(|tag| (tag.key.as_str(), tag.value.as_str(), tag.is_transitive)),
                wish.source_identity.as_ref().map(SourceIdentity::as_str),
            )
            .with_resource(EventResource::iam_role(&wish.role_arn, account))
            .with_resource(EventResource::saml_provider(word.provider.arn(), account))
    }
}

/// Whether what one provider accepts, the other does: they are states of one, and its name and tags do not matter.
fn trusts_alike(one: &SamlProvider, other: &SamlProvider) -> bool {
    let switches = |provider: &SamlProvider| {
        (
            provider.encryption,
            provider.allows_sha1,
            provider.allows_aws_recipient,
        )
    };
    one.metadata == other.metadata && switches(one) == switches(other)
}

/// By what an assertion is known that was used. Its id is unique only among those of its issuer, so that no issuer
/// uses up another's.
fn hash_of(issuer: &str, assertion_id: &str) -> AssertionHash {
    let mut hasher = Sha256::new();
    hasher.update(Sha256::digest(issuer));
    hasher.update(assertion_id);
    hasher.finalize().into()
}

fn verify(
    input: &AssumeRoleWithSAMLInput,
    provider: &SamlProvider,
    account: AccountId,
    arrival: &Arrival<'_>,
) -> Result<VerifiedAssertion, Refusal> {
    let services = arrival.services;
    let now = arrival.facts.now;
    let known = services
        .federation
        .saml_provider(provider, account, &services.vault, now)
        .map_err(Refusal::provider_unusable)?;
    let own = services.federation.saml_url();
    let mut recipients = vec![own.clone()];
    let mut audiences = vec![own, services.federation.public_url().to_string()];
    if provider.allows_aws_recipient {
        recipients.extend(AWS_RECIPIENTS.map(str::to_owned));
        audiences.extend(AWS_AUDIENCES.map(str::to_owned));
    }
    let trust = SamlTrust {
        metadata: &known.metadata,
        recipients: &recipients,
        audiences: &audiences,
        allows_sha1: provider.allows_sha1,
        decryption: &known.keys,
        requires_encryption: provider.encryption == Some(AssertionEncryption::Required),
    };
    saml::verify(input.saml_assertion.expose(), &trust, now).map_err(Refusal::saml)
}

/// How long the assertion lets a session last.
fn seconds_max(assertion: &VerifiedAssertion, arrival: &Arrival<'_>) -> Result<Option<u32>, Refusal> {
    let left = match assertion.session_not_on_or_after {
        None => None,
        Some(end) => {
            let left = end.as_second().saturating_sub(arrival.facts.now.as_second());
            let left = u32::try_from(left).ok().filter(|left| *left > 0);
            Some(left.ok_or_else(Refusal::assertion_over)?)
        }
    };
    Ok([left, assertion.session_seconds_max].into_iter().flatten().min())
}

/// The tags that the identity provider gives to the session.
fn tags(assertion: &VerifiedAssertion) -> Result<Vec<SessionTag>, Refusal> {
    let is_transitive = |key: &str| {
        let mut keys = assertion.transitive_keys.iter();
        keys.any(|other| super::session_tags::is_same(other, key))
    };
    let tags = assertion.tags.iter();
    let tags: Option<Vec<_>> = tags
        .map(|(key, value)| visitor::tag(key, value, is_transitive(key)))
        .collect();
    let tags = tags
        .filter(|tags| visitor::are_tags_of_one_session(tags))
        .ok_or_else(Refusal::invalid_token_tags)?;
    let has = |key: &String| {
        tags.iter()
            .any(|tag| super::session_tags::is_same(tag.key.as_str(), key))
    };
    if !assertion.transitive_keys.iter().all(has) {
        return Err(Refusal::transitive_key_without_tag());
    }
    Ok(tags)
}

fn source_identity(assertion: &VerifiedAssertion) -> Result<Option<SourceIdentity>, Refusal> {
    let given = assertion.source_identity.as_deref();
    given
        .map(SourceIdentity::parse)
        .transpose()
        .map_err(|_| Refusal::invalid_source_identity())
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn provider(changed: &[(&str, Value)]) -> SamlProvider {
        let mut stored = json!({
            "name": "Corp", "metadata": "<m/>", "id": "SAMLSP1", "created": "2026-11-22T12:00:00Z",
            "encryption": "Allowed", "tags": [],
        });
        for (member, value) in changed {
            stored[member] = value.clone();
        }
        serde_json::from_value(stored).unwrap()
    }

    #[test]
    fn a_provider_that_accepts_something_else_meanwhile_is_another() {
        let alike = |changed: &[(&str, Value)]| trusts_alike(&provider(changed), &provider(&[]));
        assert!(alike(&[]));
        assert!(alike(&[("id", json!("SAMLSP2"))]));
        for change in [
            ("metadata", json!("<n/>")),
            ("encryption", json!("Required")),
            ("allows_sha1", json!(true)),
            ("allows_aws_recipient", json!(true)),
        ] {
            assert!(!alike(&[change]));
        }
    }

    #[test]
    fn no_issuer_uses_up_the_ids_of_another() {
        assert_eq!(hash_of("https://a", "_1"), hash_of("https://a", "_1"));
        assert_ne!(hash_of("https://a", "_1"), hash_of("https://b", "_1"));
        assert_ne!(hash_of("https://a", "_1"), hash_of("https://a", "_2"));
        assert_ne!(hash_of("https://a", "1"), hash_of("https://a1", ""));
    }
}

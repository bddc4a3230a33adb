//! AssumeRole. The role's trust policy and the caller's policies decide together, on the role that is named; tagging
//! the session and setting its source identity are decided on as well, each by its own action.
//!
//! A role that does not exist is refused in the same words as one that does not trust the caller.

use std::collections::BTreeSet;

use lanyard_access::{Caller, NewSession, SessionKind, SessionTag};
use lanyard_aws_api::sts::{self, AssumeRoleInput, AssumeRoleOutput, AssumedRoleUser};
use lanyard_directory::{Account, Role};
use lanyard_names::arn;
use lanyard_names::{AccountId, SessionName, SourceIdentity};

use super::mfa::SecondFactor;
use super::role_target::RoleTarget;
use super::session_policies::SessionPolicies;
use super::{duration, mfa, session, session_tags};
use crate::error::Refusal;
use crate::operation::{Described, Issue};
use crate::services::Services;
use crate::subject::{Ask, Subject};
use crate::view::View;

/// What must be allowed, beside assuming, for a session to have contexts. Evidence: the service authorization reference.
const SET_CONTEXT: &str = "sts:SetContext";
/// The one provider of contexts that there is. Evidence: the public API reference.
const CONTEXT_PROVIDER: &str = "arn:aws:iam::aws:contextProvider/IdentityCenter";

pub(crate) struct AssumeRole;

impl Described for AssumeRole {
    type Model = sts::AssumeRole;

    fn concerned(input: &AssumeRoleInput, account: &Account) -> BTreeSet<AccountId> {
        let named = RoleTarget::named(&input.role_arn).map(|target| target.account);
        named.into_iter().filter(|named| *named != account.id()).collect()
    }

    fn subject(input: &AssumeRoleInput, view: &View<'_>) -> Result<Subject, Refusal> {
        let target = target(input)?;
        let contexts = context_providers(input)?;
        Self::second_factor(input)?;
        let tags = tags(input, view.caller)?;
        let source_identity = source_identity(input, view.caller)?;

        let mut ask = target.ask(Self::ACTION, &input.role_session_name, &tags, view);
        if let Some(role) = role(&target, view) {
            replace_resource_tags(&mut ask, role, view.caller);
        }
        if let Some(external_id) = &input.external_id {
            ask.keys.insert("sts:ExternalId", external_id.clone());
        }
        // Only what this request sets; what was set before is `aws:SourceIdentity`, from the caller's session.
        if let Some(source_identity) = &input.source_identity {
            ask.keys.insert("sts:SourceIdentity", source_identity.clone());
        }
        let setting = (!contexts.is_empty()).then(|| Ask {
            action: SET_CONTEXT,
            ..ask.clone()
        });
        let setting = setting.map(|mut ask| {
            ask.keys.insert_many("sts:RequestContextProviders", contexts);
            ask
        });
        let mut subject = RoleTarget::subject(ask, !tags.is_empty(), source_identity.is_some());
        subject.asks.extend(setting);
        Ok(subject)
    }
}

impl Issue for AssumeRole {
    fn run(
        input: &AssumeRoleInput,
        view: &View<'_>,
        services: &Services,
    ) -> Result<AssumeRoleOutput, Refusal> {
        let caller = view.caller;
        // Fails closed: there was a role when this was decided, on the same snapshots.
        let target = target(input)?;
        let found = view.account_of(target.account);
        let (account, role) = found
            .and_then(|account| Some((account, target.find(account)?)))
            .ok_or_else(|| Refusal::role_not_assumed(&caller.arn, &input.role_arn))?;
        if input.provided_contexts.is_some() {
            return Err(Refusal::invalid_context_assertion());
        }
        let is_chained = caller.is_role_session();
        let seconds = duration::of_role(input.duration_seconds, role.session_seconds_max, is_chained)?;
        let name = SessionName::parse(&input.role_session_name)
            .map_err(|_| Refusal::invalid_form("roleSessionName"))?;
        let assumed = AssumedRoleUser {
            assumed_role_id: format!("{}:{name}", role.id),
            arn: arn::assumed_role(account.id(), &role.name, &name),
        };

        let kind = SessionKind::AssumedRole { role: role.id, name };
        let mut session = NewSession::plain(account.id(), kind, role.epoch, view.now, seconds);
        SessionPolicies::read(input.policy.as_deref(), input.policy_arns.as_deref(), account)?
            .put_into(&mut session);
        session.tags = tags(input, caller)?;
        session.source_identity = source_identity(input, caller)?;
        session.is_chained = is_chained;
        session.origin = caller.origin();
        let issued = session::issue(&mut session, input.minimum_session_token_size, services)?;
        Ok(AssumeRoleOutput {
            credentials: Some(issued.credentials),
            assumed_role_user: Some(assumed),
            packed_policy_size: issued.packed_percent,
            source_identity: session
                .source_identity
                .map(|identity| identity.as_str().to_owned()),
            session_token_utilization: Some(issued.token_percent),
            session_token_size: Some(issued.token_size),
        })
    }

    fn second_factor(input: &AssumeRoleInput) -> Result<Option<SecondFactor<'_>>, Refusal> {
        mfa::shown(input.serial_number.as_deref(), input.token_code.as_deref())
    }

    fn owner(input: &AssumeRoleInput, caller: &Caller) -> AccountId {
        target(input).map_or(caller.account, |target| target.account)
    }
}

/// The role that the request names.
fn target(input: &AssumeRoleInput) -> Result<RoleTarget<'_>, Refusal> {
    RoleTarget::named(&input.role_arn).ok_or_else(|| Refusal::invalid_arn(&input.role_arn))
}

fn role<'a>(target: &RoleTarget<'_>, view: &View<'a>) -> Option<&'a Role> {
    target.find(view.account_of(target.account)?)
}

/// Who vouches for the contexts that the request brings.
fn context_providers(input: &AssumeRoleInput) -> Result<Vec<String>, Refusal> {
    let contexts = input.provided_contexts.as_deref().unwrap_or_default();
    let providers = contexts.iter().map(|context| {
        let provider = context.provider_arn.as_deref().unwrap_or_default();
        if provider == CONTEXT_PROVIDER {
            Ok(provider.to_owned())
        } else {
            Err(Refusal::invalid_arn(provider))
        }
    });
    providers.collect()
}

/// Tags that the session inherits stand in for those of the role with the same keys.
/// Evidence: the IAM guide's page on session tags: an inherited tag overrides the role's.
fn replace_resource_tags(ask: &mut Ask, role: &Role, caller: &Caller) {
    for inherited in inherited(caller) {
        let key = inherited.key.as_str();
        if role
            .tags
            .iter()
            .any(|tag| session_tags::is_same(tag.key.as_str(), key))
        {
            ask.keys
                .insert(format!("aws:ResourceTag/{key}"), inherited.value.to_shared());
            ask.keys
                .insert(format!("iam:ResourceTag/{key}"), inherited.value.to_shared());
        }
    }
}

/// The tags of the session that is asked for.
fn tags(input: &AssumeRoleInput, caller: &Caller) -> Result<Vec<SessionTag>, Refusal> {
    session_tags::merged(
        input.tags.as_deref(),
        input.transitive_tag_keys.as_deref(),
        inherited(caller),
    )
}

/// The tags that go on from the caller's session.
fn inherited(caller: &Caller) -> impl Iterator<Item = &SessionTag> {
    caller
        .session
        .iter()
        .flat_map(|session| session.transitive_tags())
}

/// The source identity of the session that is asked for: once set, it stays along the chain.
fn source_identity(input: &AssumeRoleInput, caller: &Caller) -> Result<Option<SourceIdentity>, Refusal> {
    let before = caller
        .session
        .as_ref()
        .and_then(|session| session.source_identity.as_ref());
    chosen_source_identity(input.source_identity.as_deref(), before)
}

fn chosen_source_identity(
    requested: Option<&str>,
    before: Option<&SourceIdentity>,
) -> Result<Option<SourceIdentity>, Refusal> {
    match (requested, before) {
        (Some(requested), Some(before)) if requested != before.as_str() => {
            Err(Refusal::source_identity_is_set())
        }
        (_, Some(before)) => Ok(Some(before.clone())),
        (Some(requested), None) => SourceIdentity::parse(requested)
            .map(Some)
            .map_err(|_| Refusal::invalid_form("sourceIdentity")),
        (None, None) => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_identity_is_kept_and_cannot_be_changed() {
        let alice = SourceIdentity::parse("alice").unwrap();
        let chosen = |requested, before| {
            chosen_source_identity(requested, before)
                .map(|chosen| chosen.map(|identity| identity.to_string()))
                .map_err(|refusal| refusal.message().unwrap_or_default().to_owned())
        };
        assert_eq!(chosen(None, None), Ok(None));
        assert_eq!(chosen(Some("alice"), None), Ok(Some("alice".to_owned())));
        assert_eq!(chosen(None, Some(&alice)), Ok(Some("alice".to_owned())));
        assert_eq!(chosen(Some("alice"), Some(&alice)), Ok(Some("alice".to_owned())));
        assert_eq!(
            chosen(Some("Alice"), Some(&alice)),
            Err("The source identity is already set for this assume role session".to_owned())
        );
    }
}

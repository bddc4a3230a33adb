//! AssumeRole. The role's trust policy and the caller's policies decide together, on the role that is named; tagging
//! the session and setting its source identity are decided on as well, each by its own action.
//!
//! A role that does not exist is refused in the same words as one that does not trust the caller.

use std::collections::BTreeSet;
use std::sync::{Arc, OnceLock};

use lanyard_access::{Caller, NewSession, Origin, SessionKind, SessionTag};
use lanyard_aws_api::sts::{self, AssumeRoleInput, AssumeRoleOutput, AssumedRoleUser};
use lanyard_directory::{Account, Role};
use lanyard_names::arn::{self, EntityArn};
use lanyard_names::{AccountId, RoleName, SessionName, SourceIdentity};
use lanyard_policy::{Attached, Document, Policy, PolicySource};

use super::session_policies::SessionPolicies;
use super::{duration, mfa, session, session_tags};
use crate::error::Refusal;
use crate::operation::{Described, Issue};
use crate::services::Services;
use crate::subject::{Ask, Subject};
use crate::view::View;

const SET_SOURCE_IDENTITY: &str = "sts:SetSourceIdentity";

pub(crate) struct AssumeRole;

impl Described for AssumeRole {
    type Model = sts::AssumeRole;

    fn concerned(input: &AssumeRoleInput, account: &Account) -> BTreeSet<AccountId> {
        let named = Target::named(input).map(|target| target.account);
        named.into_iter().filter(|named| *named != account.id()).collect()
    }

    // Evidence for the order of the asks, and that each sees the same keys: probes against STS, July 2026.
    fn subject(input: &AssumeRoleInput, view: &View<'_>) -> Result<Subject, Refusal> {
        let target = Target::named(input)?;
        if input.provided_contexts.is_some() {
            return Err(Refusal::parameter_not_implemented("ProvidedContexts"));
        }
        mfa::check(input.serial_number.as_deref(), input.token_code.as_deref())?;
        let tags = tags(input, view.caller)?;
        let source_identity = source_identity(input, view.caller)?;

        let ask = target.ask(input, &tags, view);
        let tagging = (!tags.is_empty()).then(|| Ask {
            action: session_tags::ACTION,
            ..ask.clone()
        });
        let naming = source_identity.map(|_| Ask {
            action: SET_SOURCE_IDENTITY,
            ..ask.clone()
        });
        Ok(Subject::all([ask].into_iter().chain(tagging).chain(naming)))
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
        let (account, role) = Target::named(input)?
            .find(input, view)
            .ok_or_else(|| Refusal::role_not_assumed(&caller.arn, &input.role_arn))?;
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
        session.origin = Origin::of_caller(caller);
        let issued = session::issue(&session, input.minimum_session_token_size, services)?;
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

    fn owner(input: &AssumeRoleInput, caller: &Caller) -> AccountId {
        Target::named(input).map_or(caller.account, |target| target.account)
    }
}

/// The role that a request names.
struct Target {
    account: AccountId,
    name: RoleName,
}

impl Target {
    fn named(input: &AssumeRoleInput) -> Result<Self, Refusal> {
        match EntityArn::parse(&input.role_arn) {
            Ok(EntityArn::Role { account, name, .. }) => Ok(Target { account, name }),
            _ => Err(Refusal::invalid_arn(&input.role_arn)),
        }
    }

    /// The role and its account, if both exist. The ARN has to be the role's own: path and case count.
    fn find<'a>(&self, input: &AssumeRoleInput, view: &View<'a>) -> Option<(&'a Account, &'a Role)> {
        let account = view.account_of(self.account)?;
        let role = account
            .role(self.name.as_str())
            .filter(|role| **role.arn() == *input.role_arn)?;
        Some((account, role))
    }

    /// What is asked about the role, which may not exist: then nobody is trusted.
    fn ask(&self, input: &AssumeRoleInput, tags: &[SessionTag], view: &View<'_>) -> Ask {
        let mut ask = Ask::on(AssumeRole::ACTION, input.role_arn.clone(), view);
        ask.resource_account = self.account;
        match self.find(input, view) {
            Some((_, role)) => {
                ask = ask.resource_tags(&role.tags);
                replace_resource_tags(&mut ask, role, view.caller);
                ask.trust = Some(role.trust_attached());
            }
            None => ask.trust = Some(trusting_nobody(&input.role_arn)),
        }
        session_tags::add_keys(tags, &mut ask.keys);
        ask.keys
            .insert("sts:RoleSessionName", input.role_session_name.clone());
        if let Some(external_id) = &input.external_id {
            ask.keys.insert("sts:ExternalId", external_id.clone());
        }
        // Only what this request sets; what was set before is `aws:SourceIdentity`, from the caller's session.
        if let Some(source_identity) = &input.source_identity {
            ask.keys.insert("sts:SourceIdentity", source_identity.clone());
        }
        ask
    }
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

/// The trust policy of a role that does not exist.
fn trusting_nobody(role_arn: &str) -> Attached {
    static NOBODY: OnceLock<Arc<Policy>> = OnceLock::new();
    let policy = NOBODY.get_or_init(|| {
        let text = r#"{"Version":"2012-10-17",
            "Statement":{"Effect":"Allow","Principal":{"AWS":[]},"Action":"sts:AssumeRole"}}"#;
        Arc::new(Document::parse(text).map_or_else(|_| Policy::unreadable(), |none| Policy::compile(&none)))
    });
    Attached {
        policy: Arc::clone(policy),
        source: PolicySource::Trust {
            role: role_arn.into(),
        },
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
    use lanyard_policy::{Context, Effect, Layer, Layers, Principal, Request, ResourceLayer, decide};

    use super::*;

    fn named(role_arn: &str) -> Result<String, String> {
        let input = AssumeRoleInput {
            role_arn: role_arn.to_owned(),
            ..AssumeRoleInput::default()
        };
        Target::named(&input)
            .map(|target| format!("{} {}", target.account, target.name))
            .map_err(|refusal| refusal.message().unwrap_or_default().to_owned())
    }

    #[test]
    fn the_account_of_the_role_is_the_one_in_its_arn() {
        assert_eq!(
            named("arn:aws:iam::123456789012:role/service/Deployer"),
            Ok("123456789012 Deployer".to_owned())
        );
    }

    #[test]
    fn what_is_no_roles_arn_is_called_invalid() {
        for wrong in [
            "nothing-valid-in-here",
            "arn:aws:iam::123456789012:user/someone",
            "arn:aws:iam::123456789012:role",
            "arn:aws:iam::aws:role/Deployer",
            "arn:aws-cn:iam::123456789012:role/Deployer",
            "arn:aws:sts::123456789012:assumed-role/Deployer/session",
        ] {
            assert_eq!(named(wrong), Err(format!("{wrong} is invalid")));
        }
    }

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

    #[test]
    fn a_role_that_does_not_exist_trusts_nobody() {
        let account = AccountId::parse("123456789012").unwrap();
        let everything =
            r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}"#;
        let identity = Attached {
            policy: Arc::new(Policy::compile(&Document::parse(everything).unwrap())),
            source: PolicySource::Session { index: 0 },
        };
        let arn = "arn:aws:iam::123456789012:user/dev".into();
        let principal = Principal::User {
            account,
            arn,
            id: None,
        };
        for of_role in ["123456789012", "210987654321"] {
            let role = format!("arn:aws:iam::{of_role}:role/Missing");
            let request = Request {
                principal: &principal,
                action: AssumeRole::ACTION,
                resource: &role,
                resource_account: None,
                wildcard_only_action: false,
                context: &Context::new(),
            };
            let trust = trusting_nobody(&role);
            let resource = ResourceLayer {
                attached: &trust,
                must_participate: true,
                trust: true,
            };
            let layers = Layers {
                identity: std::slice::from_ref(&identity),
                resource: Some(resource),
                ..Layers::default()
            };
            let decision = decide(&request, &layers);
            assert_eq!(
                (decision.effect, decision.layer),
                (Effect::ImplicitDeny, Some(Layer::Trust))
            );
        }
    }
}

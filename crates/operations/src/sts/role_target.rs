//! The role that a request wants to assume, and what is asked about it.
//!
//! A role that does not exist is asked about like one that trusts nobody, so that no refusal tells which it is.

use std::sync::{Arc, OnceLock};

use lanyard_access::SessionTag;
use lanyard_directory::{Account, Role};
use lanyard_names::arn::EntityArn;
use lanyard_names::{AccountId, RoleName};
use lanyard_policy::{Attached, Document, Policy, PolicySource};

use super::session_tags;
use crate::subject::{Ask, Subject};
use crate::view::View;

/// The action that must be allowed, beside that of the operation, for a session to have a source identity.
const SET_SOURCE_IDENTITY: &str = "sts:SetSourceIdentity";

/// The role that a request names.
pub(super) struct RoleTarget<'a> {
    pub(super) account: AccountId,
    arn: &'a str,
    name: RoleName,
}

impl<'a> RoleTarget<'a> {
    /// The role with this ARN; `None` if it is no role's.
    pub(super) fn named(arn: &'a str) -> Option<Self> {
        match EntityArn::parse(arn) {
            Ok(EntityArn::Role { account, name, .. }) => Some(RoleTarget { account, arn, name }),
            _ => None,
        }
    }

    /// The role, if it exists. The ARN has to be the role's own: path and case count.
    pub(super) fn find<'s>(&self, account: &'s Account) -> Option<&'s Role> {
        account
            .role(self.name.as_str())
            .map(|role| &**role)
            .filter(|role| account.id() == self.account && **role.arn() == *self.arn)
    }

    /// What is asked about the role, which may not exist: then nobody is trusted. The session is to have this name
    /// and these tags.
    pub(super) fn ask(
        &self,
        action: &'static str,
        session_name: &str,
        tags: &[SessionTag],
        view: &View<'_>,
    ) -> Ask {
        let mut ask = Ask::on(action, self.arn.to_owned(), view);
        ask.resource_account = self.account;
        let role = view
            .account_of(self.account)
            .and_then(|account| self.find(account));
        ask.trust = Some(match role {
            Some(role) => {
                ask = ask.resource_tags(&role.tags);
                role.trust_attached()
            }
            None => trusting_nobody(self.arn),
        });
        session_tags::add_keys(tags, &mut ask.keys);
        ask.keys.insert("sts:RoleSessionName", session_name.to_owned());
        ask
    }

    /// The same with all that must be allowed beside it. Evidence for their order, and that each sees the same keys:
    /// probes against STS, July 2026.
    pub(super) fn subject(ask: Ask, has_tags: bool, has_source_identity: bool) -> Subject {
        let beside = |is_asked: bool, action| {
            is_asked.then(|| Ask {
                action,
                ..ask.clone()
            })
        };
        let tagging = beside(has_tags, session_tags::ACTION);
        let naming = beside(has_source_identity, SET_SOURCE_IDENTITY);
        Subject::all([ask].into_iter().chain(tagging).chain(naming))
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

#[cfg(test)]
mod tests {
    use lanyard_policy::{Context, Effect, Layer, Layers, Principal, Request, ResourceLayer, decide};

    use super::*;

    fn named(role_arn: &str) -> Option<String> {
        RoleTarget::named(role_arn).map(|target| format!("{} {}", target.account, target.name))
    }

    #[test]
    fn the_account_of_the_role_is_the_one_in_its_arn() {
        assert_eq!(
            named("arn:aws:iam::123456789012:role/service/Deployer"),
            Some("123456789012 Deployer".to_owned())
        );
    }

    #[test]
    fn what_is_no_roles_arn_names_none() {
        for wrong in [
            "nothing-valid-in-here",
            "arn:aws:iam::123456789012:user/someone",
            "arn:aws:iam::123456789012:role",
            "arn:aws:iam::aws:role/Deployer",
            "arn:aws-cn:iam::123456789012:role/Deployer",
            "arn:aws:sts::123456789012:assumed-role/Deployer/session",
        ] {
            assert_eq!(named(wrong), None, "{wrong}");
        }
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
                action: "sts:AssumeRole",
                resource: &role,
                resource_account: None,
                wildcard_only_action: false,
                partly_known: false,
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

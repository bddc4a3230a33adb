//! Somebody at the door: they have no key here, but somebody else's word, found genuine, says who they are.
//!
//! What the two kinds of login share: what is asked about the role, and the session that comes of it. Only the role's
//! trust policy is asked. What the word says of tags and of the source identity is what a caller with a key would have
//! put into its request.

use std::sync::Arc;

use lanyard_access::{Caller, Federation, FederationKeys, NewSession, SessionKind, SessionTag};
use lanyard_aws_api::sts as api;
use lanyard_directory::Account;
use lanyard_names::{SessionName, SourceIdentity, TagKey, TagValue, arn};

use super::role_target::RoleTarget;
use super::session::{self, Issued};
use super::session_policies::SessionPolicies;
use super::{duration, session_tags};
use crate::error::Refusal;
use crate::handling::Arrival;
use crate::subject::Subject;
use crate::view::{Others, View};

/// Who stands at the door, and what they ask for.
pub(crate) struct Visitor {
    /// Who they are to policies and to the trail.
    pub(crate) caller: Caller,
    /// The account of the role.
    pub(crate) account: Arc<Account>,
    /// The session that is asked for.
    pub(crate) wish: SessionWish,
}

/// A session that is asked for.
pub(crate) struct SessionWish {
    pub(crate) role_arn: String,
    pub(crate) name: SessionName,
    pub(crate) tags: Vec<SessionTag>,
    pub(crate) source_identity: Option<SourceIdentity>,
    /// Whether the word lists this role among those that it is good for, if it is of a kind that can.
    pub(crate) is_role_listed: Option<bool>,
    pub(crate) seconds: Option<i32>,
    /// How long the word lets a session last.
    pub(crate) seconds_max: Option<u32>,
    pub(crate) policy: Option<String>,
    pub(crate) policy_arns: Option<Vec<api::PolicyDescriptorType>>,
    pub(crate) token_size_min: Option<i32>,
    /// What later requests of the session keep of the word.
    pub(crate) federation: Arc<Federation>,
}

/// A session that came of a login.
pub(crate) struct RoleSession {
    pub(crate) issued: Issued,
    pub(crate) user: api::AssumedRoleUser,
    pub(crate) source_identity: Option<String>,
}

impl Visitor {
    /// What has to be allowed, by this state of the role's account.
    pub(crate) fn subject(
        &self,
        action: &'static str,
        account: &Account,
        arrival: &Arrival<'_>,
    ) -> Result<Subject, Refusal> {
        let wish = &self.wish;
        let view = View {
            caller: &self.caller,
            account,
            others: &Others::new(),
            services: arrival.services,
            now: arrival.facts.now,
            shows_mfa: false,
        };
        let mut ask = self.target()?.ask(action, wish.name.as_str(), &wish.tags, &view);
        if let Some(source_identity) = &wish.source_identity {
            ask.keys.insert("sts:SourceIdentity", source_identity.to_shared());
        }
        if let Some(is_listed) = wish.is_role_listed {
            ask.keys.insert("sts:RoleAuthorizedByIdp", is_listed);
        }
        Ok(RoleTarget::subject(
            ask,
            !wish.tags.is_empty(),
            wish.source_identity.is_some(),
        ))
    }

    /// The session, on the state of the account on which it was allowed.
    pub(crate) fn session(&self, account: &Account, arrival: &Arrival<'_>) -> Result<RoleSession, Refusal> {
        let wish = &self.wish;
        // Fails closed: there was a role when this was decided, on the same state.
        let role = self.target()?.find(account).ok_or_else(Refusal::invalid_token)?;
        let seconds = duration::of_role(wish.seconds, role.session_seconds_max, false)?;
        let seconds = wish.seconds_max.map_or(seconds, |most| seconds.min(most));
        let user = api::AssumedRoleUser {
            assumed_role_id: format!("{}:{}", role.id, wish.name),
            arn: arn::assumed_role(account.id(), &role.name, &wish.name),
        };
        let kind = SessionKind::AssumedRole {
            role: role.id,
            name: wish.name.clone(),
        };
        let mut session = NewSession::plain(account.id(), kind, role.epoch, arrival.facts.now, seconds);
        SessionPolicies::read(wish.policy.as_deref(), wish.policy_arns.as_deref(), account)?
            .put_into(&mut session);
        session.tags.clone_from(&wish.tags);
        session.source_identity.clone_from(&wish.source_identity);
        session.federation = Some(Arc::clone(&wish.federation));
        Ok(RoleSession {
            issued: session::issue(&mut session, wish.token_size_min, arrival.services)?,
            user,
            source_identity: wish
                .source_identity
                .as_ref()
                .map(|identity| identity.as_str().to_owned()),
        })
    }

    fn target(&self) -> Result<RoleTarget<'_>, Refusal> {
        target(&self.wish.role_arn)
    }
}

/// The role that a login names.
pub(super) fn target(role_arn: &str) -> Result<RoleTarget<'_>, Refusal> {
    RoleTarget::named(role_arn).ok_or_else(Refusal::invalid_request_arn)
}

/// Condition keys as sessions and policies have them.
pub(super) fn keys(keys: Vec<(String, Vec<String>)>) -> FederationKeys {
    keys.into_iter()
        .map(|(name, values)| (name.into(), values.into_iter().map(Arc::from).collect()))
        .collect()
}

/// A tag that a word gives to the session; `None` if it can be no tag.
pub(super) fn tag(key: &str, value: &str, is_transitive: bool) -> Option<SessionTag> {
    let key = TagKey::parse(key).ok().filter(|key| !key.is_reserved())?;
    Some(SessionTag {
        key,
        value: TagValue::parse(value).ok()?,
        is_transitive,
    })
}

/// Whether tags can be those of one session: not too many, and no key twice.
pub(super) fn are_tags_of_one_session(tags: &[SessionTag]) -> bool {
    let keys = || tags.iter().map(|tag| tag.key.as_str());
    let is_first = |(place, key)| !keys().take(place).any(|other| session_tags::is_same(other, key));
    tags.len() <= session_tags::TAGS_MAX && keys().enumerate().all(is_first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_gives_tags_that_requests_could_give() {
        assert!(tag("team", "red", true).is_some_and(|tag| tag.is_transitive));
        assert!(tag("aws:team", "red", false).is_none());
        assert!(tag("", "red", false).is_none());
        assert!(tag("team", &"v".repeat(257), false).is_none());
    }

    #[test]
    fn the_tags_of_a_session_are_not_too_many_and_each_has_its_key() {
        let tags = |keys: &[&str]| {
            let tags: Option<Vec<_>> = keys.iter().map(|key| tag(key, "v", false)).collect();
            are_tags_of_one_session(&tags.unwrap())
        };
        assert!(tags(&[]));
        assert!(tags(&["team", "cost"]));
        assert!(!tags(&["team", "cost", "TEAM"]));
        let names: Vec<_> = (0..51).map(|number| format!("k{number}")).collect();
        let names: Vec<_> = names.iter().map(String::as_str).collect();
        assert!(!tags(&names));
        assert!(tags(&names[..50]));
    }
}

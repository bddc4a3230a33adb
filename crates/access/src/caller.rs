//! A caller whose signature was verified, and the facts of its request that policies can ask about.

use std::net::IpAddr;
use std::ops::Deref;
use std::sync::Arc;

use jiff::Timestamp;
use lanyard_directory::Account;
use lanyard_policy::{Context, ContextValue};

use crate::identity::{Entity, to_seconds};
use crate::{Ask, Identity};

/// Who is calling. There is one only for a request whose signature was verified; cheap to clone.
#[derive(Clone, Debug)]
pub struct Caller {
    identity: Arc<Identity>,
}

impl Deref for Caller {
    type Target = Identity;

    fn deref(&self) -> &Identity {
        &self.identity
    }
}

impl Caller {
    pub(crate) fn new(identity: Arc<Identity>) -> Self {
        Self { identity }
    }

    pub(crate) fn identity(&self) -> &Arc<Identity> {
        &self.identity
    }

    /// The caller as a newer snapshot of its account has it: tags, path and name may have changed. `None` if the
    /// entity is gone, or if its key was deleted or switched off or its sessions revoked since: then the caller may
    /// do nothing more. The body of a request can take its time, and its key is looked up before.
    pub fn refreshed(&self, account: &Account) -> Option<Self> {
        let entity = Entity::find(account, self.entity.id())?;
        let is_alive = match &self.session {
            Some(session) => session.epoch >= entity.epoch(account),
            None => account
                .access_key(self.access_key_id)
                .is_some_and(|key| key.is_active()),
        };
        if !is_alive {
            return None;
        }
        if entity.is_same(&self.entity) {
            return Some(self.clone());
        }
        Identity::of(self.access_key_id, entity, self.session.clone())
            .map(|identity| Self::new(Arc::new(identity)))
    }
}

/// What policies can ask about a request itself, whatever it asks for.
#[derive(Clone, Copy, Debug)]
pub struct RequestFacts<'a> {
    /// Where it came from, as far as proxies are trusted.
    pub source_ip: Option<IpAddr>,
    /// Whether it came over TLS.
    pub is_secure: bool,
    /// When it came.
    pub now: Timestamp,
    /// The region in its credential scope.
    pub region: &'a str,
    /// The client's own name for itself.
    pub user_agent: Option<&'a str>,
    /// The page that a browser says it came from.
    pub referer: Option<&'a str>,
}

impl RequestFacts<'_> {
    fn insert_into(&self, context: &mut Context) {
        let now = to_seconds(self.now);
        context.insert("aws:CurrentTime", written(now, 20));
        context.insert("aws:EpochTime", written(now.as_second(), 12));
        context.insert("aws:SecureTransport", self.is_secure);
        context.insert("aws:ViaAWSService", false);
        if let Some(address) = self.source_ip {
            // An IPv4 client on a socket for both families is an IPv4 client.
            context.insert("aws:SourceIp", written(address.to_canonical(), 39));
        }
        if !self.region.is_empty() {
            context.insert("aws:RequestedRegion", self.region.to_owned());
        }
        if let Some(user_agent) = self.user_agent {
            context.insert("aws:UserAgent", user_agent.to_owned());
        }
        if let Some(referer) = self.referer {
            context.insert("aws:referer", referer.to_owned());
        }
    }
}

/// How many keys are added to the principal's, beside those of the operation.
const KEYS_OF_REQUEST: usize = 11;

/// The whole context of one question: who asks, under which circumstances, and what the operation adds.
pub(crate) fn context_of(identity: &Identity, facts: &RequestFacts<'_>, ask: &Ask<'_>) -> Context {
    let mut context = identity
        .context
        .clone_with_room(KEYS_OF_REQUEST + ask.context.len());
    facts.insert_into(&mut context);
    if ask.shows_mfa {
        context.insert("aws:MultiFactorAuthPresent", true);
        context.insert("aws:MultiFactorAuthAge", "0");
    } else if let Some(session) = identity.session.as_ref().filter(|session| session.mfa) {
        let age = facts
            .now
            .as_second()
            .saturating_sub(session.issued_at.as_second());
        context.insert("aws:MultiFactorAuthAge", age.max(0).to_string());
    }
    context.insert("aws:ResourceAccount", written(ask.resource_account, 12));
    for (name, value) in ask.context.iter() {
        if is_reserved(name) {
            continue;
        }
        match value {
            ContextValue::Single(text) => context.insert(name.to_owned(), text.clone()),
            ContextValue::Many(texts) => context.insert_many(name.to_owned(), texts.iter().cloned()),
        }
    }
    context
}

/// A value as text, in one allocation: `length` is its usual length, in bytes.
fn written(value: impl std::fmt::Display, length: usize) -> String {
    use std::fmt::Write;
    let mut text = String::with_capacity(length);
    // Writing to a string does not fail; a value that could not be written would be a text that matches nothing.
    let _ = write!(text, "{value}");
    text
}

/// Keys that only this crate sets: an operation that adds one, whatever it took it from, is not heard.
fn is_reserved(name: &str) -> bool {
    const PREFIXES: [&str; 3] = ["aws:principal", "aws:multifactorauth", "aws:federatedprovider"];
    const NAMES: [&str; 13] = [
        "aws:userid",
        "aws:username",
        "aws:tokenissuetime",
        "aws:sourceidentity",
        "aws:sourceip",
        "aws:securetransport",
        "aws:currenttime",
        "aws:epochtime",
        "aws:requestedregion",
        "aws:useragent",
        "aws:referer",
        "aws:viaawsservice",
        "aws:resourceaccount",
    ];
    let begins = |prefix: &str| {
        name.get(..prefix.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(prefix))
    };
    PREFIXES.iter().any(|prefix| begins(prefix)) || NAMES.iter().any(|other| name.eq_ignore_ascii_case(other))
}

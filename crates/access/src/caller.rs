//! A caller whose signature was verified, and the facts of its request that policies can ask about.

use std::borrow::Cow;
use std::cell::RefCell;
use std::net::IpAddr;
use std::ops::Deref;
use std::sync::{Arc, OnceLock};

use jiff::Timestamp;
use lanyard_directory::Account;
use lanyard_names::AccountId;
use lanyard_policy::{Context, KeyName, Text};

use crate::entity::Entity;
use crate::identity::to_seconds;
use crate::{Ask, FederationKind, Identity, Login, reserved};

// The keys that every request has, or most.
const CURRENT_TIME: KeyName = KeyName::new("aws:CurrentTime");
const EPOCH_TIME: KeyName = KeyName::new("aws:EpochTime");
const SECURE_TRANSPORT: KeyName = KeyName::new("aws:SecureTransport");
const VIA_SERVICE: KeyName = KeyName::new("aws:ViaAWSService");
const SOURCE_IP: KeyName = KeyName::new("aws:SourceIp");
const REQUESTED_REGION: KeyName = KeyName::new("aws:RequestedRegion");
const USER_AGENT: KeyName = KeyName::new("aws:UserAgent");
const REFERER: KeyName = KeyName::new("aws:referer");
const RESOURCE_ACCOUNT: KeyName = KeyName::new("aws:ResourceAccount");

/// Who is calling. There is one only for a request whose signature was verified, and the anonymous one for requests
/// without; cheap to clone.
#[derive(Clone, Debug)]
pub struct Caller {
    identity: Arc<Identity>,
    /// The snapshot of its account in which it was found alive, if that was kept.
    seen_in: Option<Arc<Account>>,
}

impl Deref for Caller {
    type Target = Identity;

    fn deref(&self) -> &Identity {
        &self.identity
    }
}

impl Caller {
    pub(crate) fn new(identity: Arc<Identity>) -> Self {
        Self {
            identity,
            seen_in: None,
        }
    }

    /// The same caller, found alive in this snapshot of its account.
    pub(crate) fn seen_in(mut self, account: Arc<Account>) -> Self {
        self.seen_in = Some(account);
        self
    }

    /// Nobody in particular: whoever sent a request without a signature. Only the policy of a resource can allow
    /// anything to it.
    pub fn anonymous() -> Self {
        static ANONYMOUS: OnceLock<Arc<Identity>> = OnceLock::new();
        Self::new(Arc::clone(
            ANONYMOUS.get_or_init(|| Arc::new(Identity::anonymous())),
        ))
    }

    /// The bearer of a token of an OpenID Connect provider of this account, to whom only the trust policy of a role
    /// can allow anything. The token has been verified.
    pub fn web_identity(account: AccountId, login: Login) -> Self {
        Self::new(Arc::new(Identity::of_login(
            account,
            FederationKind::WebIdentity,
            login,
        )))
    }

    /// The same by a SAML assertion, which has been verified.
    pub fn saml(account: AccountId, login: Login) -> Self {
        Self::new(Arc::new(Identity::of_login(account, FederationKind::Saml, login)))
    }

    pub(crate) fn identity(&self) -> &Arc<Identity> {
        &self.identity
    }

    /// The caller as a newer snapshot of its account has it: tags, path and name may have changed. `None` if the
    /// entity is gone, or if its key was deleted or switched off or its sessions revoked since: then the caller may
    /// do nothing more. The body of a request can take its time, and its key is looked up before.
    pub fn refreshed(&self, account: &Account) -> Option<Self> {
        self.present_in(account).map(Cow::into_owned)
    }

    /// The same, copied only if it has changed.
    pub(crate) fn present_in(&self, account: &Account) -> Option<Cow<'_, Self>> {
        // A snapshot never changes, so who was alive in this very one is so still.
        if let Some(seen_in) = &self.seen_in
            && std::ptr::eq(&**seen_in, account)
        {
            return Some(Cow::Borrowed(self));
        }
        let entity = Entity::find(account, self.entity.id())?;
        let is_alive = match &self.session {
            Some(session) => entity.admits(account, session),
            None => self
                .access_key_id
                .and_then(|id| account.access_key(id))
                .is_some_and(|key| key.is_active()),
        };
        if !is_alive {
            return None;
        }
        if entity.is_same(&self.entity) {
            return Some(Cow::Borrowed(self));
        }
        Identity::of(self.access_key_id?, entity, self.session.clone())
            .map(|identity| Cow::Owned(Self::new(Arc::new(identity))))
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
        insert_time(context, self.now);
        context.insert(SECURE_TRANSPORT, self.is_secure);
        context.insert(VIA_SERVICE, false);
        if let Some(address) = self.source_ip {
            // An IPv4 client on a socket for both families is an IPv4 client.
            context.insert_address(SOURCE_IP, address.to_canonical());
        }
        if !self.region.is_empty() {
            context.insert(REQUESTED_REGION, Text::copied(self.region));
        }
        if let Some(user_agent) = self.user_agent {
            context.insert(USER_AGENT, Text::copied(user_agent));
        }
        if let Some(referer) = self.referer {
            context.insert(REFERER, Text::copied(referer));
        }
    }
}

/// How the ARNs of AWS's own managed policies begin.
const POLICIES_OF_AWS: &str = "arn:aws:iam::aws:policy/";

/// Whose AWS's own managed policies are to conditions: neither the caller's account nor `aws`.
///
/// Evidence: recorded decisions of AWS.
const ACCOUNT_OF_POLICIES_OF_AWS: &str = "639982225848";

/// How many keys are added to the principal's, beside those of the operation.
const KEYS_OF_REQUEST: usize = 11;

/// The whole context of one question: who asks, under which circumstances, and what the operation adds.
pub(crate) fn context_of(identity: &Identity, facts: &RequestFacts<'_>, ask: &Ask<'_>) -> Context {
    let mut context = Context::based_on(&identity.context, KEYS_OF_REQUEST + ask.context.len());
    facts.insert_into(&mut context);
    if identity.is_via_service() {
        context.insert(VIA_SERVICE, true);
    }
    if ask.shows_mfa {
        context.insert("aws:MultiFactorAuthPresent", true);
        context.insert("aws:MultiFactorAuthAge", "0");
    } else {
        identity.insert_mfa_age(&mut context, facts.now);
    }
    if ask.resource.starts_with(POLICIES_OF_AWS) {
        context.insert(RESOURCE_ACCOUNT, ACCOUNT_OF_POLICIES_OF_AWS);
    } else if ask.resource_account == identity.account {
        context.insert(RESOURCE_ACCOUNT, Arc::clone(&identity.account_text));
    } else {
        insert_resource_account(&mut context, ask.resource_account);
    }
    context.insert_all(ask.context, |name| {
        reserved::is_of_principal(name) || reserved::is_of_request(name)
    });
    context
}

/// Whose the resource is.
pub(crate) fn insert_resource_account(context: &mut Context, account: AccountId) {
    context.insert(RESOURCE_ACCOUNT, account);
}

/// When it is, in both forms. Many requests come within one second, which is all that policies can tell.
pub(crate) fn insert_time(context: &mut Context, now: Timestamp) {
    thread_local! {
        static WRITTEN: RefCell<(Option<i64>, Arc<str>, Arc<str>)> =
            RefCell::new((None, Arc::from(""), Arc::from("")));
    }
    let now = to_seconds(now);
    let second = now.as_second();
    WRITTEN.with_borrow_mut(|written| {
        if written.0 != Some(second) {
            *written = (Some(second), now.to_string().into(), second.to_string().into());
        }
        context.insert(CURRENT_TIME, Arc::clone(&written.1));
        context.insert(EPOCH_TIME, Arc::clone(&written.2));
    });
}

//! The facts of a request that policies can ask about, and the whole context of a question about it.

use std::cell::RefCell;
use std::net::IpAddr;
use std::sync::Arc;

use jiff::Timestamp;
use lanyard_names::AccountId;
use lanyard_policy::{Context, KeyName, Text};

use crate::identity::to_seconds;
use crate::{Ask, Identity, reserved};

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

//! Authorization: may this caller do this to that?
//!
//! Gathers every policy that applies to the caller from one snapshot of its account and lets the policy engine
//! decide. The snapshot is the caller's argument, so that the decision and the write it guards see the same.

use std::borrow::Cow;
use std::sync::Arc;

use lanyard_directory::Account;
use lanyard_policy::{Attached, KeyPrefix, Principal};

use crate::ask::Asked;
use crate::policies::Gathered;
use crate::request_facts::context_of;
use crate::{Ask, Caller, RequestFacts, Verdict};

/// Decides one question about a caller, on a snapshot of the caller's account: `None` for an anonymous caller, who
/// has none.
///
/// The caller is looked up in this snapshot anew: tags, policies and life of its user or role are those of the
/// snapshot, not of the moment it was authenticated.
pub fn authorize<'a>(
    caller: &Caller,
    ask: &Ask<'a>,
    facts: &RequestFacts<'_>,
    account: Option<&Account>,
) -> Verdict<'a> {
    let present = present(caller, account);
    let (identity, policies) = match (&present, account) {
        (Some(present), Some(account)) => (present.identity(), Gathered::for_identity(present, account)),
        (Some(present), None) => (present.identity(), Gathered::nothing()),
        // Fails closed: who is gone may do nothing.
        (None, _) => (caller.identity(), Gathered::nothing()),
    };
    let context = context_of(identity, facts, ask);
    let identity = Arc::clone(identity);
    let asked = Asked {
        action: ask.action,
        resource: ask.resource,
        resource_account: ask.resource_account,
        denial: ask.denial,
        wildcard_only: ask.wildcard_only,
        partly_known: ask.partly_known,
        resource_policy: ask.resource_policy,
    };
    Verdict::of(asked, identity, context, facts.now, policies, present.is_some())
}

/// Whether a policy that applies to a question could ask about condition keys that begin like this, in a condition
/// or in a policy variable. What such keys say costs something to find out, and mostly nobody asks.
pub fn mentions(caller: &Caller, ask: &Ask<'_>, account: Option<&Account>, prefix: &str) -> bool {
    let resource = ask.resource_policy.map(|layer| layer.attached);
    let prefix = KeyPrefix::new(prefix);
    let asks = |attached: &Attached| attached.policy.mentions_key(prefix);
    if resource.is_some_and(asks) {
        return true;
    }
    match (present(caller, account), account) {
        (Some(present), Some(account)) => Gathered::for_identity(&present, account).iter().any(asks),
        _ => false,
    }
}

/// The caller as this snapshot has it, if it is the right one and has it still.
fn present<'c>(caller: &'c Caller, account: Option<&Account>) -> Option<Cow<'c, Caller>> {
    match (&caller.principal, account) {
        // Who has no account cannot have gone from it.
        (Principal::Anonymous | Principal::WebIdentity { .. } | Principal::Saml { .. }, _) => {
            Some(Cow::Borrowed(caller))
        }
        (_, Some(account)) if account.id() == caller.account => caller.present_in(account),
        _ => None,
    }
}

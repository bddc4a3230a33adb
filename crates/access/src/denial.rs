//! The words of a denial, which are AWS's.

use lanyard_policy::{Decision, Effect, Layer};

use crate::Identity;
use crate::ask::{Asked, DenialForm};

pub(crate) fn denial_message(caller: &Identity, asked: &Asked<'_>, decision: Option<&Decision>) -> String {
    let (arn, action, resource) = (&caller.arn, asked.action, asked.resource);
    // Whom an identity provider vouches for has no name here. Evidence: quoted in public issues.
    if caller.login.is_some() {
        return format!("Not authorized to perform {action}");
    }
    // Every denial is put into words, so they are put together without formatting.
    let mut message = String::with_capacity(160 + arn.len() + 2 * action.len() + resource.len());
    for part in [
        "User: ",
        arn,
        " is not authorized to perform: ",
        action,
        " on resource: ",
        resource,
    ] {
        message.push_str(part);
    }
    if asked.denial == DenialForm::Plain {
        return message;
    }
    let layer = decision
        .and_then(|decision| decision.layer)
        .unwrap_or(Layer::Identity);
    let effect = decision.map_or(Effect::ImplicitDeny, |decision| decision.effect);
    // AWS calls every denial by an organization's policy explicit, also when nothing in it matched.
    let is_explicit =
        effect == Effect::ExplicitDeny || matches!(layer, Layer::ServiceControl | Layer::ResourceControl);
    if !is_explicit {
        for part in [" because no ", noun(layer), " allows the ", action, " action"] {
            message.push_str(part);
        }
        return message;
    }
    message.push_str(" with an explicit deny in ");
    message.push_str(article(layer));
    message.push(' ');
    message.push_str(noun(layer));
    // Evidence: since January 2026 AWS names the policy to callers of the same account.
    if caller.account == asked.resource_account
        && let Some(arn) = decision
            .and_then(|decision| decision.statement.as_ref())
            .and_then(|statement| statement.source.policy_arn())
    {
        message.push_str(": ");
        message.push_str(arn);
    }
    message
}

fn noun(layer: Layer) -> &'static str {
    match layer {
        Layer::Identity => "identity-based policy",
        Layer::Boundary => "permissions boundary",
        Layer::Session => "session policy",
        Layer::ServiceControl => "service control policy",
        Layer::ResourceControl => "resource control policy",
        Layer::Resource => "resource-based policy",
        Layer::Trust => "role trust policy",
        Layer::Endpoint => "VPC endpoint policy",
    }
}

fn article(layer: Layer) -> &'static str {
    match layer {
        Layer::Identity => "an",
        Layer::Trust => "the",
        _ => "a",
    }
}

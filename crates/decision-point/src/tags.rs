//! The tags of what is asked about, as far as Lanyard knows them: those of IAM's own things, and of others what the
//! operator has registered. Items, indexes and versions have the tags of what they are a part of.

use lanyard_catalogue::catalogue;
use lanyard_directory::{Account, ResourceTags, Tags};
use lanyard_names::PolicyArn;
use lanyard_names::arn::Arn;

/// What keys of tags of resources begin with.
const GLOBAL: &str = "aws:ResourceTag/";

/// What those of users and roles begin with besides.
const OF_PRINCIPALS: &str = "iam:ResourceTag/";

/// The tags of a resource of this account; none if nobody has given it any.
pub(crate) fn of(account: &Account, arn: &str) -> Option<Tags> {
    let parsed = Arn::parse(arn).ok()?;
    if parsed.service == "iam" {
        return of_entity(account, arn, parsed.resource);
    }
    let kept = account.resource_tags(ResourceTags::carrier(arn))?;
    Some(kept.tags.clone())
}

/// What the keys begin with under which the tags of a resource stand.
pub(crate) fn prefixes(action: &str, arn: &str) -> Vec<String> {
    let of_service = match Arn::parse(arn) {
        Ok(parsed) if parsed.service == "iam" => {
            let is_principal = ["user/", "role/"]
                .iter()
                .any(|kind| parsed.resource.starts_with(kind));
            is_principal.then(|| OF_PRINCIPALS.to_owned())
        }
        _ => {
            let service = action
                .split_once(':')
                .and_then(|(prefix, _)| catalogue().service(prefix));
            service.and_then(lanyard_catalogue::Service::resource_tag_prefix)
        }
    };
    [Some(GLOBAL.to_owned()), of_service]
        .into_iter()
        .flatten()
        .collect()
}

/// The tags of one of IAM's own things of this very ARN.
fn of_entity(account: &Account, arn: &str, resource: &str) -> Option<Tags> {
    let (kind, path) = resource.split_once('/')?;
    let name = path.rsplit('/').next().unwrap_or(path);
    let is_this = |own: &str| own == arn;
    let tags = match kind {
        "role" => account
            .role(name)
            .filter(|role| is_this(role.arn()))
            .map(|role| &role.tags),
        "user" => account
            .user(name)
            .filter(|user| is_this(user.arn()))
            .map(|user| &user.tags),
        "policy" => {
            let policy = PolicyArn::parse(arn).ok();
            policy
                .and_then(|arn| account.policy(&arn))
                .map(|policy| &policy.tags)
        }
        "instance-profile" => account
            .instance_profile(name)
            .filter(|profile| is_this(profile.arn()))
            .map(|profile| &profile.tags),
        "server-certificate" => account
            .server_certificate(name)
            .filter(|certificate| is_this(certificate.arn()))
            .map(|certificate| &certificate.tags),
        "mfa" => account.mfa_device(arn).map(|device| &device.tags),
        "oidc-provider" => account.oidc_provider(arn).map(|provider| &provider.tags),
        "saml-provider" => account.saml_provider(arn).map(|provider| &provider.tags),
        _ => None,
    };
    tags.cloned()
}

//! The catalogue and its lookups.

use std::cmp::Reverse;
use std::sync::OnceLock;

use crate::arn_form::{ArnPattern, fixed_len};
use crate::pattern::ActionPattern;
use crate::{Action, ConditionKey, ResourceType, Service, decode, folded, global_keys};

/// All services that are known.
#[derive(Debug)]
pub struct Catalogue {
    services: &'static [Service],
}

/// The catalogue; the first call reads it, which takes some milliseconds.
pub fn catalogue() -> &'static Catalogue {
    static CATALOGUE: OnceLock<Catalogue> = OnceLock::new();
    CATALOGUE.get_or_init(|| Catalogue {
        services: decode::services(),
    })
}

impl Catalogue {
    /// All services, in the order of their prefixes.
    pub fn services(&self) -> &'static [Service] {
        self.services
    }

    /// The service with this prefix, in any case.
    pub fn service(&self, prefix: &str) -> Option<&'static Service> {
        folded::find(self.services, prefix, |service| service.prefix)
    }

    /// The action `s3:GetObject`, in any case.
    pub fn action(&self, action: &str) -> Option<&'static Action> {
        let (prefix, name) = action.split_once(':')?;
        self.service(prefix)?.action(name)
    }

    /// Whether the action acts on no resource, so that only `*` as `Resource` grants or denies it; `None` if there
    /// is no such action.
    pub fn is_wildcard_only(&self, action: &str) -> Option<bool> {
        self.action(action).map(Action::is_wildcard_only)
    }

    /// The actions that a pattern of a policy stands for: `s3:Get*`, `*`, in any case.
    pub fn actions_matching(
        &self,
        pattern: &str,
    ) -> impl Iterator<Item = (&'static Service, &'static Action)> {
        let pattern = ActionPattern::new(pattern);
        self.services
            .iter()
            .filter_map(move |service| Some((service, pattern.in_service(service.prefix)?)))
            .flat_map(|(service, names)| {
                service
                    .actions
                    .iter()
                    .filter(move |action| names.matches(action.name))
                    .map(move |action| (service, action))
            })
    }

    /// The condition key of this name, in any case and with anything in its free part: `aws:RequestTag/env` is
    /// `aws:RequestTag/${TagKey}`.
    ///
    /// Global keys come first, then those of the service whose prefix the key has, then those that other services
    /// use, last the claims of any OpenID Connect provider.
    pub fn condition_key(&self, key: &str) -> Option<&'static ConditionKey> {
        let (prefix, _) = key.split_once(':')?;
        global_keys::find(key)
            .or_else(|| self.service(prefix)?.condition_key(key))
            .or_else(|| {
                // Its prefix may be no service: `saml:sub` and the claims of known providers are keys of STS.
                self.services
                    .iter()
                    .find_map(|service| service.condition_key(key))
            })
            .or_else(|| global_keys::find_claim(key))
    }

    /// The keys that requests to any service can carry, those of role sessions included.
    pub fn global_condition_keys(&self) -> &'static [ConditionKey] {
        global_keys::GLOBAL
    }

    /// The types of resources that an ARN, which may have the wildcards and variables of a policy, can be of; the most
    /// specific first, so that `arn:aws:s3:::bucket/key` is an object before it is a bucket.
    pub fn resource_types_for_arn(&self, arn: &str) -> Vec<(&'static Service, &'static ResourceType)> {
        let pattern = ArnPattern::new(arn);
        let mut found = Vec::new();
        for service in self.services {
            for resource_type in service.resource_types {
                let forms = resource_type.arns.iter().filter(|form| pattern.could_be(form));
                if let Some(fixed_len) = forms.map(|form| fixed_len(form)).max() {
                    found.push((fixed_len, service, resource_type));
                }
            }
        }
        found.sort_by_key(|(fixed_len, _, _)| Reverse(*fixed_len));
        found
            .into_iter()
            .map(|(_, service, resource_type)| (service, resource_type))
            .collect()
    }
}

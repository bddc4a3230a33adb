//! The catalogue and its lookups.

use std::sync::OnceLock;

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

    /// The condition key of this name, global or of any service, in any case: `aws:RequestTag/env` is
    /// `aws:RequestTag/${TagKey}`.
    ///
    /// Where services differ about a key, the one whose prefix it bears is asked first.
    pub fn condition_key(&self, key: &str) -> Option<&'static ConditionKey> {
        let (prefix, _) = key.split_once(':')?;
        if let Some(global) = global_keys::find(key) {
            return Some(global);
        }
        let owner = self.service(prefix);
        if let Some(known) = owner.and_then(|service| service.condition_key(key)) {
            return Some(known);
        }
        self.services
            .iter()
            .find_map(|service| service.condition_key(key))
    }

    /// The keys that any request can carry.
    pub fn global_condition_keys(&self) -> &'static [ConditionKey] {
        global_keys::GLOBAL
    }

    /// The types of resources that an ARN, which may have the wildcards of a policy, can be of; the most specific
    /// first, so that `arn:aws:s3:::bucket/key` is an object before it is a bucket.
    pub fn resource_types_for_arn(&self, arn: &str) -> Vec<(&'static Service, &'static ResourceType)> {
        let mut found: Vec<_> = self
            .services
            .iter()
            .flat_map(|service| service.resource_types.iter().map(move |found| (service, found)))
            .filter(|(_, resource_type)| resource_type.could_be(arn))
            .collect();
        found.sort_by_key(|(_, resource_type)| {
            std::cmp::Reverse(crate::template::literal_len(resource_type.arn))
        });
        found
    }
}

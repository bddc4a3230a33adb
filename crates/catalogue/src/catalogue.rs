//! The catalogue and its lookups.

use std::cmp::Reverse;
use std::sync::OnceLock;

use crate::arn_form::{ArnPattern, fixed_len, is_open};
use crate::pattern::ActionPattern;
use crate::{Action, ConditionKey, ResourceType, Service, decode, folded, global_keys};

/// All services that are known.
#[derive(Debug)]
pub struct Catalogue {
    services: &'static [Service],
    /// Keys that services use although neither they nor AWS as a whole give them their prefix, by prefix.
    borrowed_keys: Vec<&'static ConditionKey>,
    /// Each form of ARNs by its vendor; first those that leave the vendor open.
    forms: Vec<ArnForm>,
}

/// A form of ARNs, and what has it.
#[derive(Debug, Clone, Copy)]
struct ArnForm {
    /// `None` if it is open.
    vendor: Option<&'static str>,
    form: &'static str,
    service: &'static Service,
    resource_type: &'static ResourceType,
}

/// The catalogue; the first call reads it, which takes some milliseconds.
pub fn catalogue() -> &'static Catalogue {
    static CATALOGUE: OnceLock<Catalogue> = OnceLock::new();
    CATALOGUE.get_or_init(|| Catalogue::new(decode::services()))
}

impl Catalogue {
    fn new(services: &'static [Service]) -> Self {
        let mut borrowed_keys: Vec<&ConditionKey> = services
            .iter()
            .flat_map(|service| {
                service
                    .condition_keys
                    .iter()
                    .filter(|key| ![service.prefix, "aws"].contains(&prefix_of(key.name)))
            })
            .collect();
        borrowed_keys.sort_by(|one, other| folded::compare(one.name, other.name));
        let mut forms: Vec<ArnForm> = services
            .iter()
            .flat_map(|service| service.resource_types.iter().map(move |known| (service, known)))
            .flat_map(|(service, resource_type)| {
                resource_type.arns.iter().map(move |form| ArnForm {
                    vendor: form.split(':').nth(2).filter(|vendor| !is_open(vendor)),
                    form,
                    service,
                    resource_type,
                })
            })
            .collect();
        forms.sort_by_key(|form| form.vendor);
        Self {
            services,
            borrowed_keys,
            forms,
        }
    }

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

    /// Whether requests for the action are decided on no resource; `None` if there is no such action. Some that have
    /// none in the reference are decided on one nonetheless: lists under a path prefix on that prefix, and those for
    /// tokens on the session that asks.
    ///
    /// Evidence: AWS's own denials of them name it.
    pub fn is_asked_on_nothing(&self, action: &str) -> Option<bool> {
        let (prefix, name) = action.split_once(':')?;
        let service = self.service(prefix)?;
        Some(service.is_asked_on_nothing(service.action(name)?))
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
            // Its prefix may be no service: `saml:sub` and the claims of known providers are keys of STS.
            .or_else(|| {
                self.borrowed_keys
                    .iter()
                    .find(|known| known.is_named(key))
                    .copied()
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
        let mut found: Vec<(usize, &ArnForm)> = self
            .forms_of_vendor(pattern.vendor())
            .filter(|form| pattern.could_be(form.form))
            .map(|form| (fixed_len(form.form), form))
            .collect();
        found.sort_by_key(|(fixed_len, _)| Reverse(*fixed_len));
        let mut types: Vec<(&Service, &ResourceType)> = Vec::with_capacity(found.len());
        for (_, form) in found {
            let is_same = |known: &(&Service, &ResourceType)| std::ptr::eq(known.1, form.resource_type);
            let has_one_form = form.resource_type.arns.len() == 1;
            if has_one_form || !types.iter().any(is_same) {
                types.push((form.service, form.resource_type));
            }
        }
        types
    }

    /// The forms that an ARN of this vendor can have: its own, and those that leave the vendor open.
    fn forms_of_vendor(&self, vendor: Option<&str>) -> impl Iterator<Item = &ArnForm> {
        let start = self.forms.partition_point(|form| form.vendor.is_none());
        let (open, by_vendor) = self.forms.split_at_checked(start).unwrap_or_default();
        let own = match vendor {
            None => by_vendor,
            Some(_) => {
                let from = by_vendor.partition_point(|form| form.vendor < vendor);
                let to = by_vendor.partition_point(|form| form.vendor <= vendor);
                by_vendor.get(from..to).unwrap_or_default()
            }
        };
        own.iter().chain(open)
    }
}

fn prefix_of(key: &str) -> &str {
    key.split_once(':').map_or(key, |(prefix, _)| prefix)
}

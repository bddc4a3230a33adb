//! What the catalogue says of a service's actions and types, made ready for requests.

use lanyard_catalogue::{Action, ConditionKey, ResourceType, catalogue};

use super::arn_form::{ArnForm, service_and_rest};
use super::lookup::NameMap;

/// Actions and types of one prefix.
#[derive(Debug, Default)]
pub(super) struct Tables {
    prefix: &'static str,
    actions: NameMap<ActionTable>,
    types: NameMap<Vec<ArnForm>>,
}

/// One action.
#[derive(Debug)]
pub(super) struct ActionTable {
    pub(super) action: &'static Action,
    /// Its name with the prefix.
    pub(super) full_name: String,
    /// Keys that come with any of its requests.
    keys: Vec<&'static str>,
    takes_tags: bool,
    pub(super) types: Vec<TypeTable>,
}

/// A type of resource of one action.
#[derive(Debug)]
pub(super) struct TypeTable {
    pub(super) resource_type: &'static ResourceType,
    pub(super) is_required: bool,
    pub(super) forms: Vec<ArnForm>,
    keys: Vec<&'static str>,
    takes_tags: bool,
}

impl Tables {
    pub(super) fn new(prefix: &'static str) -> Self {
        let Some(service) = catalogue().service(prefix) else {
            return Self::default();
        };
        let actions = service.actions().iter();
        let types = service.resource_types().iter();
        Self {
            prefix,
            actions: actions
                .map(|action| (action.name(), ActionTable::new(prefix, action)))
                .collect(),
            types: types.map(|known| (known.name(), forms(known))).collect(),
        }
    }

    /// The prefix of the actions.
    pub(super) fn prefix(&self) -> &'static str {
        self.prefix
    }

    /// The action of exactly this name, without prefix.
    pub(super) fn action(&self, name: &str) -> Option<&ActionTable> {
        self.actions.get(name)
    }

    /// The action of an operation: names of actions are compared without regard to case, so `CreateWebhook` has
    /// `CreateWebHook`.
    ///
    /// Evidence: the IAM user's guide.
    pub(super) fn action_like(&self, operation: &str) -> Option<&ActionTable> {
        self.action(operation).or_else(|| {
            let mut known = self.actions.iter();
            known
                .find(|(name, _)| name.eq_ignore_ascii_case(operation))
                .map(|(_, action)| action)
        })
    }

    /// The action of exactly this name, with prefix.
    pub(super) fn action_of(&self, full_name: &str) -> Option<&ActionTable> {
        let name = full_name.strip_prefix(self.prefix)?.strip_prefix(':')?;
        self.action(name)
    }

    /// Whether an ARN that was made by a form is more particularly one of another.
    pub(super) fn is_of_other_type(&self, made_by: &ArnForm, arn: &str) -> bool {
        let Some((service, rest)) = service_and_rest(arn) else {
            return false;
        };
        let mut others = self
            .types
            .values()
            .flatten()
            .filter(|form| form.fixed_len() > made_by.fixed_len());
        others.any(|form| form.is_form_of(service, rest))
    }

    /// The types, with the forms of their ARNs.
    pub(super) fn types(&self) -> impl Iterator<Item = (&'static str, &[ArnForm])> {
        self.types.iter().map(|(name, forms)| (*name, forms.as_slice()))
    }

    /// The forms of a type's ARNs.
    pub(super) fn forms(&self, resource_type: &str) -> &[ArnForm] {
        self.types.get(resource_type).map_or(&[], Vec::as_slice)
    }
}

impl ActionTable {
    fn new(prefix: &'static str, action: &'static Action) -> Self {
        let types: Vec<TypeTable> = action
            .resources()
            .iter()
            .map(|resource| {
                let resource_type = resource.resource_type();
                let all = || {
                    resource
                        .condition_keys()
                        .iter()
                        .copied()
                        .chain(resource_type.condition_keys().iter().copied())
                };
                TypeTable {
                    resource_type,
                    is_required: resource.is_required(),
                    forms: forms(resource_type),
                    keys: names(all()),
                    takes_tags: all().any(is_resource_tag),
                }
            })
            .collect();
        let is_of_type = |key: &ConditionKey| {
            let resources = action.resources().iter();
            resources
                .flat_map(|resource| resource.condition_keys())
                .any(|known| known.name() == key.name())
        };
        let own = || {
            action
                .condition_keys()
                .iter()
                .copied()
                .filter(|key| !is_of_type(key))
        };
        Self {
            action,
            full_name: format!("{prefix}:{}", action.name()),
            keys: names(own()),
            takes_tags: own().any(is_resource_tag),
            types,
        }
    }

    /// The type that an ARN is of: the most particular one that the action knows.
    pub(super) fn type_of(&self, arn: &str) -> Option<&TypeTable> {
        let (service, rest) = service_and_rest(arn)?;
        let fitting = self
            .types
            .iter()
            .flat_map(|known| known.forms.iter().map(move |form| (form, known)));
        fitting
            .filter(|(form, _)| form.is_form_of(service, rest))
            .max_by_key(|(form, _)| form.fixed_len())
            .map(|(_, known)| known)
    }

    /// The keys that come with a type.
    pub(super) fn keys<'k>(&'k self, of: Option<&'k TypeTable>) -> impl Iterator<Item = &'static str> + 'k {
        let of_type = of.map_or(&[][..], |known| known.keys.as_slice());
        let is_new = |key: &&&'static str| !self.keys.contains(*key);
        self.keys.iter().chain(of_type.iter().filter(is_new)).copied()
    }

    /// Every key that may come with it.
    pub(super) fn all_keys(&self) -> impl Iterator<Item = &'static ConditionKey> {
        let of_types = self.action.resources().iter().flat_map(|resource| {
            let all = resource.condition_keys().iter().copied();
            all.chain(resource.resource_type().condition_keys().iter().copied())
        });
        self.action.condition_keys().iter().copied().chain(of_types)
    }

    /// Whether policies may ask for the tags of a resource of the type.
    pub(super) fn takes_tags(&self, of: Option<&TypeTable>) -> bool {
        self.takes_tags || of.is_some_and(|known| known.takes_tags)
    }
}

fn forms(resource_type: &'static ResourceType) -> Vec<ArnForm> {
    resource_type
        .arns()
        .iter()
        .filter_map(|text| ArnForm::new(text))
        .collect()
}

/// Keys whose value the gateway does not know by itself: the service's own, and those of tags in the request.
fn names(keys: impl Iterator<Item = &'static ConditionKey>) -> Vec<&'static str> {
    let mut names: Vec<&str> = Vec::new();
    for key in keys {
        let name = key.name();
        let is_global = name.starts_with("aws:") && !is_request_tag(name);
        if !is_global && !is_resource_tag(key) && !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

/// Whether a key is about tags in the request.
pub(super) fn is_request_tag(name: &str) -> bool {
    name.starts_with("aws:RequestTag/") || name == "aws:TagKeys"
}

fn is_resource_tag(key: &ConditionKey) -> bool {
    key.name().contains("ResourceTag/")
}

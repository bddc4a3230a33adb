//! Services.

use crate::pattern::ActionPattern;
use crate::{Action, ConditionKey, ResourceType, folded};

/// A service, with all that a policy can name of it.
#[derive(Debug)]
pub struct Service {
    pub(crate) prefix: &'static str,
    pub(crate) name: &'static str,
    pub(crate) supports_resource_control_policies: bool,
    pub(crate) actions: &'static [Action],
    pub(crate) resource_types: &'static [ResourceType],
    pub(crate) condition_keys: &'static [ConditionKey],
}

/// Actions without a resource in the reference of which AWS's own denials name one.
const ON_UNDOCUMENTED: [(&str, &str); 7] = [
    ("iam", "ListGroups"),
    ("iam", "ListInstanceProfiles"),
    ("iam", "ListRoles"),
    ("iam", "ListServerCertificates"),
    ("iam", "ListUsers"),
    ("sts", "GetWebIdentityToken"),
    ("sts", "TagGetWebIdentityToken"),
];

impl Service {
    /// What stands before the colon of its actions: `s3`.
    pub fn prefix(&self) -> &'static str {
        self.prefix
    }

    /// What people call it: `Amazon S3`.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// Whether resource control policies apply to it.
    pub fn supports_resource_control_policies(&self) -> bool {
        self.supports_resource_control_policies
    }

    /// Its actions, in the order of their names without regard to case.
    pub fn actions(&self) -> &'static [Action] {
        self.actions
    }

    /// The action with this name, in any case and without the service: `getobject`.
    pub fn action(&self, name: &str) -> Option<&'static Action> {
        folded::find(self.actions, name, |action| action.name)
    }

    /// Its actions that a pattern of a policy stands for, which has a prefix: `s3:Get*`, in any case.
    pub fn actions_matching(&self, pattern: &str) -> impl Iterator<Item = &'static Action> + use<> {
        let names = ActionPattern::new(pattern).in_service(self.prefix);
        let is_named = move |action: &&Action| names.as_ref().is_some_and(|names| names.matches(action.name));
        self.actions.iter().filter(is_named)
    }

    /// Whether requests for one of its actions are decided on no resource: see [`crate::Catalogue::is_asked_on_nothing`].
    pub fn is_asked_on_nothing(&self, action: &Action) -> bool {
        action.is_wildcard_only() && !ON_UNDOCUMENTED.contains(&(self.prefix, action.name))
    }

    /// Its types of resources, in the order of their names without regard to case.
    pub fn resource_types(&self) -> &'static [ResourceType] {
        self.resource_types
    }

    /// The type of resource with this name, in any case.
    pub fn resource_type(&self, name: &str) -> Option<&'static ResourceType> {
        folded::find(self.resource_types, name, |resource_type| resource_type.name)
    }

    /// The condition keys that its actions and resources use, in the order of their names without regard to case.
    ///
    /// Some are those of another service or global.
    pub fn condition_keys(&self) -> &'static [ConditionKey] {
        self.condition_keys
    }

    /// What its own key for tags of resources begins with, where it has one: `secretsmanager:ResourceTag/`.
    pub fn resource_tag_prefix(&self) -> Option<String> {
        let start = format!("{}:ResourceTag/", self.prefix);
        let has = |name: &str| {
            name.get(..start.len())
                .is_some_and(|begin| begin.eq_ignore_ascii_case(&start))
        };
        self.condition_keys
            .iter()
            .any(|key| has(key.name))
            .then_some(start)
    }

    /// The condition key of this name, in any case, with anything in its free part.
    pub fn condition_key(&self, key: &str) -> Option<&'static ConditionKey> {
        folded::find(self.condition_keys, key, |known| known.name)
            .or_else(|| self.condition_keys.iter().find(|known| known.is_named(key)))
    }
}

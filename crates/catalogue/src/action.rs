//! Actions, and what they act on.

use crate::{ConditionKey, ResourceType};

/// One action of a service, as it stands in policies.
#[derive(Debug)]
pub struct Action {
    pub(crate) name: &'static str,
    pub(crate) access_level: AccessLevel,
    pub(crate) resources: &'static [ActionResource],
    pub(crate) condition_keys: &'static [&'static ConditionKey],
}

/// What an action does to what it acts on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AccessLevel {
    /// It lists resources, without their contents.
    List,
    /// It reads.
    Read,
    /// It makes, changes or deletes.
    Write,
    /// It changes tags and little else.
    Tagging,
    /// It changes who may do what.
    PermissionsManagement,
}

/// A type of resource that an action can act on.
#[derive(Debug)]
pub struct ActionResource {
    pub(crate) resource_type: &'static ResourceType,
    pub(crate) is_required: bool,
    pub(crate) condition_keys: &'static [&'static ConditionKey],
}

impl Action {
    /// The name without the service: `GetObject`.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// What it does to what it acts on.
    pub fn access_level(&self) -> AccessLevel {
        self.access_level
    }

    /// The types of resources that it can act on, in the order of their names.
    pub fn resources(&self) -> &'static [ActionResource] {
        self.resources
    }

    /// The keys that its requests can carry, those that come with certain resource types included.
    ///
    /// Most global keys are not among them, since they come with every request.
    pub fn condition_keys(&self) -> &'static [&'static ConditionKey] {
        self.condition_keys
    }

    /// Whether it acts on no resource, so that only `*` as `Resource` grants or denies it.
    ///
    /// Evidence: AWS service authorization reference, actions whose column of resource types is empty.
    pub fn is_wildcard_only(&self) -> bool {
        self.resources.is_empty()
    }
}

impl ActionResource {
    /// The type.
    pub fn resource_type(&self) -> &'static ResourceType {
        self.resource_type
    }

    /// Whether every request is decided on a resource of this type.
    pub fn is_required(&self) -> bool {
        self.is_required
    }

    /// The keys that come with a resource of this type.
    pub fn condition_keys(&self) -> &'static [&'static ConditionKey] {
        self.condition_keys
    }
}

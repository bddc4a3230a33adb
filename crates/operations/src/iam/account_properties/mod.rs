//! Account properties. AWS knows one: whether its Role Manager may make roles from templates.

pub(crate) mod get_account_properties;
pub(crate) mod put_account_properties;

/// The namespace of the one property. Evidence, as for all of this: recorded answers of AWS.
const NAMESPACE: &str = "RoleManager";
/// The one property.
const ENABLED: &str = "RoleManager/Enabled";
/// The condition key of both operations.
const NAMESPACES_KEY: &str = "iam:AccountPropertyNamespaces";

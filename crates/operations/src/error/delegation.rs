//! Refusals about what only AWS's partners and services have: delegation requests and role templates; and about the
//! account's properties, and what can be put in words.

use lanyard_aws_api::ErrorCode;
use lanyard_names::AccountId;

use super::Refusal;

impl Refusal {
    /// An account that AWS has not onboarded as a partner, as none is here. AWS's answer is not known: the code is the
    /// one of all that an account may not do.
    pub(crate) fn not_a_partner(account: AccountId) -> Self {
        Refusal::access_denied(format!(
            "Account {account} is not onboarded as a partner and cannot create delegation requests."
        ))
    }

    /// A delegation request that is not there. AWS's text is not known.
    pub(crate) fn no_such_delegation_request(id: &str) -> Self {
        Refusal::no_such_entity(format!("The delegation request with id {id} cannot be found."))
    }

    /// An owner of delegation requests that is no identity. AWS's text is not known.
    pub(crate) fn not_an_owner(owner: &str) -> Self {
        invalid(format!("OwnerId is not the ARN of an identity: {owner}"))
    }

    /// A role template that is not there. Evidence: recorded answers of AcquireRole.
    pub(crate) fn no_such_role_template(arn: &str) -> Self {
        Refusal::no_such_entity(format!("Role template not found in repository: {arn}"))
    }

    /// An account property without a namespace. Evidence for these texts: recorded answers of PutAccountProperties.
    pub(crate) fn account_property_without_namespace(key: &str) -> Self {
        invalid(format!(
            "Property key must be in format Namespace/PropertyName: {key}"
        ))
    }

    /// Account properties of more than one namespace.
    pub(crate) fn account_properties_mixed() -> Self {
        invalid("All properties must belong to the same namespace")
    }

    /// Account properties of a namespace that is not there.
    pub(crate) fn account_property_namespace_unknown(namespace: &str) -> Self {
        invalid(format!("Unsupported namespace: {namespace}"))
    }

    /// The namespace of the Role Manager without its one property.
    pub(crate) fn role_manager_switch_missing() -> Self {
        invalid("RoleManager namespace requires Enabled property")
    }

    /// A switch that is neither on nor off.
    pub(crate) fn role_manager_switch_invalid() -> Self {
        invalid("Enabled must be 'true' or 'false'")
    }

    /// Something that no summary is made of. AWS's text is not known.
    pub(crate) fn nothing_to_summarize(arn: &str) -> Self {
        invalid(format!(
            "A human readable summary is not supported for entity {arn}"
        ))
    }

    /// A locale that is none. AWS's text is not known.
    pub(crate) fn not_a_locale(locale: &str) -> Self {
        invalid(format!("Invalid locale: {locale}"))
    }
}

fn invalid(message: impl Into<String>) -> Refusal {
    Refusal::new(ErrorCode::INVALID_INPUT, message)
}

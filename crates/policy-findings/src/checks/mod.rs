//! Checks that need nothing but the policy. A file holds one theme.

mod addresses;
mod audience;
mod condition_values;
mod elements;
mod empty;
mod federation;
mod json;
mod operators;
mod organization;
mod principals;
mod redundancy;
mod resource_control;
mod role_trust;
mod service_principals;
mod sids;
mod sizes;
mod variables;
mod weak_conditions;
mod wildcard_conditions;

use crate::sink::Sink;
use crate::view::{Document, Statement};

pub(crate) use json::report_syntax_error;

/// A check of the policy as a whole.
pub(crate) type DocumentCheck = fn(&Document<'_>, &mut Sink);

/// A check of each statement.
pub(crate) type StatementCheck = fn(&Statement<'_>, &Document<'_>, &mut Sink);

/// Checks of the policy as a whole.
pub(crate) const DOCUMENT_CHECKS: &[DocumentCheck] = &[
    json::duplicate_names,
    elements::top_level,
    elements::version,
    sids::unique,
    sizes::size,
    redundancy::statements,
    role_trust::roles_anywhere,
    variables::unsupported_elements,
];

/// Checks of each statement.
pub(crate) const STATEMENT_CHECKS: &[StatementCheck] = &[
    elements::statement,
    elements::data_types,
    elements::missing,
    elements::combinations,
    elements::effect,
    sids::characters,
    empty::lists,
    empty::conditions,
    principals::structure,
    principals::values,
    principals::allow_with_not_principal,
    service_principals::principal,
    service_principals::conditions,
    role_trust::syntax,
    role_trust::federated_syntax,
    role_trust::mismatched_actions,
    role_trust::redundant_sessions,
    federation::oidc_conditions,
    federation::github_subjects,
    audience::qualifiers,
    organization::service_control,
    resource_control::syntax,
    resource_control::related_keys,
    variables::resources,
    variables::conditions,
    operators::names,
    operators::duplicate_keys,
    operators::value_counts_and_types,
    operators::wildcards,
    condition_values::types,
    condition_values::redundant_numbers,
    addresses::private,
    addresses::host_bits,
    redundancy::resources,
    wildcard_conditions::always_or_never,
    wildcard_conditions::sensitive_keys,
    weak_conditions::untrustworthy_keys,
    weak_conditions::s3_prefix,
    weak_conditions::dynamodb_attributes,
];

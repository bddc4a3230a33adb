//! Checks that need the catalogue of actions, resource types and condition keys. A file holds one theme.
//!
//! The catalogue is of one day, and AWS adds services, actions and keys every week. A name that is not in it is
//! reported as unknown where AWS would do so: that is what these checks are for. Nothing is reported where the
//! catalogue is known to be short, or where what a text stands for is open (wildcards, variables): types of resources
//! of many services, closed services, claims of identity providers, names of Regions beyond their form. Where exactly
//! is said in each file.
//!
//! A test holds all AWS managed policies against these checks, so that a rule that is too strict is seen.

mod action_patterns;
mod actions;
mod arn;
mod condition_keys;
mod condition_types;
mod condition_values;
mod glob;
mod key_pairs;
mod known_keys;
mod nearest;
mod powerful_actions;
mod regions;
mod resource_arns;
mod resource_control;
mod resource_forms;
mod resource_policies;
mod retired;
mod service_principals;
mod session_keys;
mod supported_keys;

use crate::checks::{DocumentCheck, StatementCheck};

pub(crate) use known_keys::KnownKeys;

/// Checks of the policy as a whole.
pub(crate) const DOCUMENT_CHECKS: &[DocumentCheck] = &[session_keys::missing_actions];

/// Checks of each statement.
pub(crate) const STATEMENT_CHECKS: &[StatementCheck] = &[
    actions::existence,
    actions::redundancy,
    condition_keys::existence,
    condition_types::operators,
    condition_values::forms,
    key_pairs::missing,
    key_pairs::unscoped,
    powerful_actions::any_role,
    resource_arns::forms,
    resource_control::services,
    resource_policies::actions,
    resource_policies::resources,
    resource_policies::keys,
    service_principals::restrictions,
    supported_keys::actions_for_keys,
    supported_keys::resource_tags,
];

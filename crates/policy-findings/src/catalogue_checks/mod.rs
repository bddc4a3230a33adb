//! Checks that need the catalogue of actions, resource types and condition keys.

use crate::checks::{DocumentCheck, StatementCheck};

/// Checks of the policy as a whole.
pub(crate) const DOCUMENT_CHECKS: &[DocumentCheck] = &[];

/// Checks of each statement.
pub(crate) const STATEMENT_CHECKS: &[StatementCheck] = &[];

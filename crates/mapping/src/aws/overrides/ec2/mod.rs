//! The operations that rules cannot map.

use super::ServiceOverrides;

pub(super) static OVERRIDES: ServiceOverrides = ServiceOverrides { actions: &[], operations: &[] };

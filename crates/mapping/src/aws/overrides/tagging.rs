//! The Resource Groups Tagging API, which changes tags in other services.

use super::{Resolve, ServiceOverrides};

/// Evidence: the API reference: whoever tags so needs the permission to tag of each resource's own service as well. Which
/// action of which service that is, its name does not tell; without it, tags that policies ask for could be changed by
/// whoever may not.
const ELSEWHERE: Resolve =
    Resolve::Refused("tags are changed by the operations of each resource's own service");

pub(super) static OVERRIDES: ServiceOverrides = ServiceOverrides {
    actions: &[],
    operations: &[("TagResources", ELSEWHERE), ("UntagResources", ELSEWHERE)],
};

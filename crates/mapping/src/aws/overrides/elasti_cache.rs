//! ElastiCache: copies of snapshots, and the users that come into a group.

use super::{Absent, Named, OnType, Resolve, ServiceOverrides};

pub(super) static OVERRIDES: ServiceOverrides = ServiceOverrides {
    actions: &[],
    operations: &[(
        "ModifyUserGroup",
        Resolve::On(&[
            by("usergroup", &[("UserGroupId", "UserGroupId")], Absent::Missing),
            by("user", &[("UserId", "UserIdsToAdd")], Absent::None),
            by("user", &[("UserId", "UserIdsToRemove")], Absent::None),
        ]),
    )],
};

const fn by(
    resource_type: &'static str,
    placeholders: &'static [(&'static str, &'static str)],
    absent: Absent,
) -> OnType {
    OnType {
        resource_type,
        named: Named::By(placeholders),
        absent,
    }
}

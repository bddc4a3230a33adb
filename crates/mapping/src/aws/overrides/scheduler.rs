//! EventBridge Scheduler: a schedule is in a group, and in `default` where none is named.

use super::{Resolve, ServiceOverrides, own_action};
use crate::MappingError;
use crate::aws::request::{Request, Resolved};

pub(super) static OVERRIDES: ServiceOverrides = ServiceOverrides {
    actions: &[],
    operations: &[
        ("CreateSchedule", SCHEDULE),
        ("DeleteSchedule", SCHEDULE),
        ("GetSchedule", SCHEDULE),
        ("UpdateSchedule", SCHEDULE),
    ],
};

const SCHEDULE: Resolve = Resolve::Custom(
    schedule,
    "schedule {Name} of {GroupName}, or of the default group",
);

/// Evidence: denials of AWS that users quote, of requests without a group.
fn schedule(request: &Request<'_>) -> Result<Resolved, MappingError> {
    let group = request.text("GroupName")?.unwrap_or("default");
    let name = request.required("Name")?;
    // No separator in a name: it would move the border between the two.
    if [group, name].iter().any(|part| part.contains(['/', ':'])) {
        return Err(MappingError::InvalidMember {
            member: "Name".to_owned(),
            reason: "it is no name of a schedule in its group",
        });
    }
    let arn = request.arn("schedule", &[("GroupName", group), ("ScheduleName", name)])?;
    Ok(Resolved::Permissions(vec![
        request.permission(own_action(request), arn),
    ]))
}

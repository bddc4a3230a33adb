//! SNS: a message goes to a topic, to a device's endpoint or to a telephone number.

use super::{Resolve, ServiceOverrides};
use crate::MappingError;
use crate::aws::request::{Request, Resolved};

pub(super) static OVERRIDES: ServiceOverrides = ServiceOverrides {
    actions: &[],
    operations: &[("Publish", Resolve::Custom(publish))],
};

/// Evidence: the service authorization reference knows no resource but topics; a message to a telephone number is
/// decided on `*`.
fn publish(request: &Request<'_>) -> Result<Resolved, MappingError> {
    let targets = ["TopicArn", "TargetArn", "PhoneNumber"];
    let mut given = targets.iter().filter(|target| request.has(target));
    let (Some(target), None) = (given.next(), given.next()) else {
        return Err(MappingError::MissingMember {
            member: "TopicArn".to_owned(),
        });
    };
    let resource = match *target {
        "PhoneNumber" => "*".to_owned(),
        // Differs from AWS, where endpoints of devices are resources too: the catalogue does not know them.
        path => request.checked_arn("topic", request.required(path)?)?,
    };
    Ok(Resolved::Permissions(vec![
        request.permission("sns:Publish", resource),
    ]))
}

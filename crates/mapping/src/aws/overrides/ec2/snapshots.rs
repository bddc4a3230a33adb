//! CreateSnapshots: the instance, a snapshot of each of its volumes, and the volumes, which EC2 is asked for.
//!
//! Evidence: the service authorization reference for the types; the API reference for what is excluded.
//!
//! Differs from AWS: a volume that is attached between the decision and the call has a snapshot made of it without a
//! decision, since the request cannot name the volumes that are meant.

use super::found::answer;
use super::{existing, ids, invalid, made, tags};
use crate::aws::described::{Described, Ec2Question};
use crate::aws::request::{Request, Resolved};
use crate::{Absent, MappingError};

const INSTANCE: &str = "InstanceSpecification.InstanceId";

pub(super) fn resolve(request: &Request<'_>) -> Result<Resolved, MappingError> {
    let instance = request.required(INSTANCE)?;
    ids::check("instance", instance, INSTANCE)?;
    let question = Ec2Question::named("DescribeInstances", "reservationSet", "InstanceId.1", instance);
    let reservations = match answer(request, question) {
        Ok(reservations) => reservations,
        Err(lookup) => return Ok(Resolved::Needs(lookup)),
    };
    let all = reservations
        .iter()
        .flat_map(|reservation| reservation.items("instancesSet"));
    let mut found = all.filter(|found| found.text("instanceId") == Some(instance));
    let Some(one) = found.next() else {
        return Err(MappingError::absent(Absent::Instance, instance));
    };
    if found.next().is_some() {
        return Err(invalid(INSTANCE, "the upstream knows several of them"));
    }
    let mut permissions = vec![
        existing(request, "instance", instance)?,
        made(request, "snapshot")?,
    ];
    for volume in volumes(request, one)? {
        ids::check("volume", volume, INSTANCE)?;
        permissions.push(existing(request, "volume", volume)?);
    }
    tags::on_creation(request, "snapshot", &mut permissions)?;
    tags::check_types(request, &permissions)?;
    Ok(Resolved::Permissions(permissions))
}

/// The volumes of an instance, without those that the request excludes.
fn volumes<'a>(request: &Request<'a>, instance: &'a Described) -> Result<Vec<&'a str>, MappingError> {
    let untold = || invalid(INSTANCE, "the upstream does not tell which volumes it has");
    let has_boot = request.text("InstanceSpecification.ExcludeBootVolume")? != Some("true");
    let excluded = request.texts("InstanceSpecification.ExcludeDataVolumeIds")?;
    let boot = instance.text("rootDeviceName").ok_or_else(untold)?;
    let mut volumes = Vec::new();
    for device in instance.items("blockDeviceMapping") {
        let is_boot = device.text("deviceName").ok_or_else(untold)? == boot;
        let volume = device.text_at("ebs.volumeId").ok_or_else(untold)?;
        if is_boot && has_boot || !is_boot && !excluded.contains(&volume) {
            volumes.push(volume);
        }
    }
    Ok(volumes)
}

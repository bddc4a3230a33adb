//! What a request leaves to EC2: the default subnet, the default VPC, and the default security group of a VPC.
//!
//! Which subnet of several will be taken is EC2's choice, so every one that may be taken is decided on.
//!
//! Evidence: the API reference of RunInstances, CreateNetworkInterface, CreateVpcEndpoint and CreateSecurityGroup.

use super::invalid;
use crate::aws::call::{DefaultSubnet, Lookup};
use crate::aws::request::Request;
use crate::{Absent, MappingError};

/// What is known, or what must be looked up first.
pub(super) type Found<T> = Result<Result<T, Lookup>, MappingError>;

/// Leaves the function with what must be looked up, or goes on with what is known.
macro_rules! known {
    ($found:expr) => {
        match $found? {
            Ok(found) => found,
            Err(lookup) => return Ok(Err(lookup)),
        }
    };
}
pub(super) use known;

/// The default subnets that a launch may be put into: all, or those of the zone that it asks for.
pub(super) fn subnets<'a>(request: &Request<'a>) -> Found<Vec<&'a DefaultSubnet>> {
    let Some(all) = request.known.default_subnets() else {
        return Ok(Err(Lookup::DefaultSubnets));
    };
    let zone = request.text("Placement.AvailabilityZone")?;
    let zone_id = request.text("Placement.AvailabilityZoneId")?;
    let is_asked = |subnet: &&DefaultSubnet| {
        zone.is_none_or(|zone| subnet.availability_zone == zone)
            && zone_id.is_none_or(|id| subnet.availability_zone_id.as_deref() == Some(id))
    };
    let found: Vec<_> = all.iter().filter(is_asked).collect();
    if found.is_empty() {
        return Err(invalid(
            "SubnetId",
            "it must be given: the upstream has no default subnet for it",
        ));
    }
    Ok(Ok(found))
}

/// The VPCs of the default subnets: one, as a rule.
pub(super) fn vpcs<'a>(request: &Request<'a>) -> Found<Vec<&'a str>> {
    let Some(subnets) = request.known.default_subnets() else {
        return Ok(Err(Lookup::DefaultSubnets));
    };
    let mut vpcs: Vec<_> = subnets.iter().map(|subnet| subnet.vpc.as_str()).collect();
    vpcs.sort_unstable();
    vpcs.dedup();
    if vpcs.is_empty() {
        return Err(invalid(
            "VpcId",
            "it must be given: the upstream has no default VPC with subnets",
        ));
    }
    Ok(Ok(vpcs))
}

/// The VPC of a subnet that the request names.
pub(super) fn vpc_of<'a>(request: &Request<'a>, subnet: &str) -> Found<&'a str> {
    match request.known.vpc_of_subnet(subnet) {
        None => Ok(Err(Lookup::VpcOfSubnet {
            subnet: subnet.to_owned(),
        })),
        Some(Some(vpc)) => Ok(Ok(vpc)),
        // Fails closed: a subnet that is made while the request is on its way could be of any VPC.
        Some(None) => Err(MappingError::absent(Absent::Subnet, subnet)),
    }
}

/// The default security group of a VPC.
pub(super) fn group_of<'a>(request: &Request<'a>, vpc: &str) -> Found<&'a str> {
    match request.known.default_security_group(vpc) {
        None => Ok(Err(Lookup::DefaultSecurityGroup { vpc: vpc.to_owned() })),
        Some(Some(group)) => Ok(Ok(group)),
        Some(None) => Err(invalid(
            "SecurityGroupIds",
            "they must be given: the upstream does not tell of a default group",
        )),
    }
}

//! RunInstances: a permission for every resource that a launch uses or makes.
//!
//! Evidence: the user guide's policies for RunInstances: image, instance, network interface, security groups, subnet
//! and volume, and key pair, placement group, snapshot and the rest where they are named.
//!
//! A launch without a subnet or groups gets the default ones: every one that it may get is decided on. Groups that it
//! names by their names are sent on by their ids.

use super::defaults::{self, Found, known};
use super::{Decided, existing, found, ids, invalid, made, on_resource, tags, without_request_tags};
use crate::MappingError;
use crate::aws::call::Permission;
use crate::aws::input::Node;
use crate::aws::pin::Pin;
use crate::aws::request::Request;

/// Adds everything that a launch is decided on.
pub(super) fn launch(request: &Request<'_>, decided: &mut Decided) -> Found<()> {
    refuse_unknown(request)?;
    let mut permissions = vec![image(request)?];
    permissions.push(instance(request)?);
    let groups = known!(groups(request, "SecurityGroup", decided));
    known!(network(request, groups, &mut permissions));
    volumes(request, &mut permissions)?;
    others(request, &mut permissions)?;
    for resource_type in [
        "instance",
        "volume",
        "network-interface",
        "spot-instances-request",
        "elastic-gpu",
    ] {
        if permissions
            .iter()
            .any(|permission| permission.resource_type == Some(resource_type))
        {
            tags::on_creation(request, resource_type, &mut permissions)?;
        }
    }
    tags::check_types(request, &permissions)?;
    decided.permissions.extend(permissions);
    Ok(Ok(()))
}

/// Adds what a launch uses that another operation only describes: the image, the network and the snapshots. Names of
/// groups stand at the parameter `placed`.
pub(super) fn used(request: &Request<'_>, placed: &'static str, decided: &mut Decided) -> Found<()> {
    decided.permissions.push(image(request)?);
    let groups = known!(groups(request, placed, decided));
    known!(network(request, groups, &mut decided.permissions));
    let path = "BlockDeviceMappings.Ebs.SnapshotId";
    for id in request.texts(path)? {
        decided
            .permissions
            .push(with_path_of_id(request, "snapshot", id, path)?);
    }
    Ok(Ok(()))
}

fn image(request: &Request<'_>) -> Result<Permission, MappingError> {
    with_path_of_id(request, "image", request.required("ImageId")?, "ImageId")
}

/// The groups of a launch, by their ids. Names are of groups in the default VPC, and are sent on as ids.
fn groups<'a>(request: &Request<'a>, placed: &'static str, decided: &mut Decided) -> Found<Vec<&'a str>> {
    let names = request.texts("SecurityGroups")?;
    if names.is_empty() {
        return Ok(Ok(request.texts("SecurityGroupIds")?));
    }
    // Evidence: the API reference: in a VPC that is named by a subnet, groups are named by their ids.
    let others = ["SecurityGroupIds", "SubnetId", "NetworkInterfaces"];
    if others.iter().any(|path| request.has(path)) {
        return Err(invalid(
            "SecurityGroups",
            "beside subnets, interfaces or ids, groups must be named by their ids",
        ));
    }
    let mut groups = Vec::with_capacity(names.len());
    for name in names {
        groups.push(known!(found::group_by_name(request, name, "SecurityGroups")));
    }
    let put = groups.iter().zip(1..);
    decided.pins.push(Pin {
        instead_of: placed,
        put: put
            .map(|(group, number)| (format!("{placed}Id.{number}"), (*group).to_owned()))
            .collect(),
    });
    Ok(Ok(groups))
}

fn refuse_unknown(request: &Request<'_>) -> Result<(), MappingError> {
    for (path, reason) in [
        ("Placement.GroupId", "a placement group must be named by its name"),
        ("ElasticInferenceAccelerators", "accelerators are not taken apart"),
        ("SecondaryInterfaces", "secondary interfaces are not taken apart"),
    ] {
        if request.has(path) {
            return Err(invalid(path, reason));
        }
    }
    Ok(())
}

/// The instances, of which the request says much.
fn instance(request: &Request<'_>) -> Result<Permission, MappingError> {
    let mut permission = made(request, "instance")?.without("ec2:LaunchTemplate");
    for (key, path) in [
        ("ec2:InstanceType", "InstanceType"),
        ("ec2:EbsOptimized", "EbsOptimized"),
        ("ec2:AvailabilityZone", "Placement.AvailabilityZone"),
        ("ec2:Tenancy", "Placement.Tenancy"),
        ("ec2:InstanceProfile", "IamInstanceProfile.Arn"),
        ("ec2:InstanceMarketType", "InstanceMarketOptions.MarketType"),
        ("ec2:MetadataHttpEndpoint", "MetadataOptions.HttpEndpoint"),
        ("ec2:MetadataHttpTokens", "MetadataOptions.HttpTokens"),
        (
            "ec2:MetadataHttpPutResponseHopLimit",
            "MetadataOptions.HttpPutResponseHopLimit",
        ),
        ("ec2:InstanceMetadataTags", "MetadataOptions.InstanceMetadataTags"),
        ("ec2:CpuOptionsAmdSevSnp", "CpuOptions.AmdSevSnp"),
    ] {
        if let Some(value) = request.text(path)? {
            permission = permission.with(key, value);
        }
    }
    if !request.has("IamInstanceProfile") {
        permission = permission.without("ec2:InstanceProfile");
    }
    match request.text("Placement.GroupName")? {
        Some(name) => {
            let arn = request.arn("placement-group", &[("PlacementGroupName", name)])?;
            permission = permission.with("ec2:PlacementGroup", &arn);
        }
        None => permission = permission.without("ec2:PlacementGroup"),
    }
    Ok(permission)
}

/// Interfaces, subnets and groups. An interface that is there has its own subnet and groups.
fn network(request: &Request<'_>, groups: Vec<&str>, permissions: &mut Vec<Permission>) -> Found<()> {
    let interfaces = request.nodes("NetworkInterfaces");
    let mut launches = Vec::new();
    if interfaces.is_empty() {
        launches.push(Interface {
            subnet: request.text("SubnetId")?,
            groups,
            public: None,
        });
    } else if request.has("SubnetId") || request.has("SecurityGroupIds") {
        return Err(invalid(
            "SubnetId",
            "subnet and groups stand in the network interfaces",
        ));
    }
    for interface in interfaces {
        match interface.member("NetworkInterfaceId").and_then(Node::as_text) {
            Some(id) => permissions.push(with_path_of_id(
                request,
                "network-interface",
                id,
                "NetworkInterfaces",
            )?),
            None => launches.push(Interface {
                subnet: interface.member("SubnetId").and_then(Node::as_text),
                groups: interface
                    .at("Groups")
                    .into_iter()
                    .filter_map(Node::as_text)
                    .collect(),
                public: interface
                    .member("AssociatePublicIpAddress")
                    .and_then(Node::as_text),
            }),
        }
    }
    for launch in launches {
        known!(new_interface(request, launch, permissions));
    }
    Ok(Ok(()))
}

/// An interface that is being made, in each of the subnets that it may be put into.
fn new_interface<'a>(
    request: &Request<'a>,
    launch: Interface<'a>,
    permissions: &mut Vec<Permission>,
) -> Found<()> {
    let mut groups = launch.groups;
    let is_default_group = groups.is_empty();
    let subnets: Vec<&str> = match launch.subnet {
        Some(subnet) => {
            if is_default_group {
                let vpc = known!(defaults::vpc_of(request, subnet));
                groups.push(known!(defaults::group_of(request, vpc)));
            }
            vec![subnet]
        }
        None => {
            let found = known!(defaults::subnets(request));
            for subnet in &found {
                if is_default_group {
                    groups.push(known!(defaults::group_of(request, &subnet.vpc)));
                }
            }
            // Of default subnets in one VPC, it is one group.
            if is_default_group {
                groups.sort_unstable();
                groups.dedup();
            }
            found.iter().map(|subnet| subnet.subnet.as_str()).collect()
        }
    };
    for subnet in subnets {
        let subnet = with_path_of_id(request, "subnet", subnet, "SubnetId")?;
        let mut interface = made(request, "network-interface")?
            .without("ec2:LaunchTemplate")
            .with("ec2:Subnet", &subnet.resource);
        if let Some(public) = launch.public {
            interface = interface.with("ec2:AssociatePublicIpAddress", public);
        }
        permissions.push(interface);
        permissions.push(subnet);
    }
    for group in groups {
        permissions.push(with_path_of_id(
            request,
            "security-group",
            group,
            "SecurityGroupIds",
        )?);
    }
    Ok(Ok(()))
}

/// An interface that is being made.
struct Interface<'a> {
    subnet: Option<&'a str>,
    groups: Vec<&'a str>,
    public: Option<&'a str>,
}

/// The volumes that the request describes, and those that the image does: what they are like is not known here.
fn volumes(request: &Request<'_>, permissions: &mut Vec<Permission>) -> Result<(), MappingError> {
    permissions.push(made(request, "volume")?.without("ec2:LaunchTemplate"));
    for ebs in request.nodes("BlockDeviceMappings.Ebs") {
        let mut volume = made(request, "volume")?.without("ec2:LaunchTemplate");
        for (key, member) in [
            ("ec2:Encrypted", "Encrypted"),
            ("ec2:VolumeIops", "Iops"),
            ("ec2:VolumeSize", "VolumeSize"),
            ("ec2:VolumeThroughput", "Throughput"),
            ("ec2:VolumeType", "VolumeType"),
            ("ec2:VolumeInitializationRate", "VolumeInitializationRate"),
        ] {
            if let Some(value) = ebs.member(member).and_then(Node::as_text) {
                volume = volume.with(key, value);
            }
        }
        if let Some(id) = ebs.member("SnapshotId").and_then(Node::as_text) {
            let snapshot = with_path_of_id(request, "snapshot", id, "BlockDeviceMappings.Ebs.SnapshotId")?;
            volume = volume.with("ec2:ParentSnapshot", &snapshot.resource);
            permissions.push(snapshot);
        }
        permissions.push(volume);
    }
    Ok(())
}

fn others(request: &Request<'_>, permissions: &mut Vec<Permission>) -> Result<(), MappingError> {
    for (resource_type, path) in [
        ("key-pair", "KeyName"),
        ("placement-group", "Placement.GroupName"),
    ] {
        if let Some(name) = request.text(path)? {
            permissions.push(existing(request, resource_type, name)?);
        }
    }
    let reservation = "CapacityReservationSpecification.CapacityReservationTarget.CapacityReservationId";
    for id in request.texts(reservation)? {
        permissions.push(with_path_of_id(request, "capacity-reservation", id, reservation)?);
    }
    for (resource_type, path) in [
        (
            "group",
            "CapacityReservationSpecification.CapacityReservationTarget.CapacityReservationResourceGroupArn",
        ),
        ("group", "Placement.HostResourceGroupArn"),
        (
            "license-configuration",
            "LicenseSpecifications.LicenseConfigurationArn",
        ),
    ] {
        for arn in request.texts(path)? {
            let arn = request.checked_arn(resource_type, arn)?;
            let mut permission = request
                .permission("ec2:RunInstances", arn)
                .with("ec2:Region", request.scope.region);
            permission.resource_type = Some(resource_type);
            without_request_tags(&mut permission);
            permissions.push(permission);
        }
    }
    if request.has("ElasticGpuSpecification") {
        permissions.push(made(request, "elastic-gpu")?);
    }
    if request.text("InstanceMarketOptions.MarketType")? == Some("spot") {
        let mut spot = on_resource(request, "ec2:RunInstances", "spot-instances-request", "*")?;
        spot.takes_resource_tags = false;
        permissions.push(tags::with_request_tags(request, spot, "spot-instances-request")?);
    }
    Ok(())
}

/// A permission on a resource that is there, once its id is checked.
fn with_path_of_id(
    request: &Request<'_>,
    resource_type: &'static str,
    id: &str,
    path: &str,
) -> Result<Permission, MappingError> {
    ids::check(resource_type, id, path)?;
    Ok(existing(request, resource_type, id)?.without("ec2:LaunchTemplate"))
}

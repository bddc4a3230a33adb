//! What a version of a launch template says, by the names that RunInstances has for it.
//!
//! Evidence: the models of RunInstances and DescribeLaunchTemplateVersions.
//!
//! Invariant: an element that is not known here makes the whole unreadable. It could be a resource of a kind that a
//! policy is about.

use crate::aws::described::Described;
use crate::aws::input::Node;

/// The name in the answer, the name in the request, and what stands there.
type Field = (&'static str, &'static str, Shape);

enum Shape {
    Text,
    Texts,
    Structure(&'static [Field]),
    List(&'static [Field]),
    /// Nothing that a launch is decided on.
    Ignored,
}

use Shape::{Ignored, List, Structure, Text, Texts};

static DATA: &[Field] = &[
    ("imageId", "ImageId", Text),
    ("instanceType", "InstanceType", Text),
    ("keyName", "KeyName", Text),
    ("ebsOptimized", "EbsOptimized", Text),
    ("iamInstanceProfile", "IamInstanceProfile", Structure(PROFILE)),
    ("placement", "Placement", Structure(PLACEMENT)),
    ("securityGroupIdSet", "SecurityGroupIds", Texts),
    ("securityGroupSet", "SecurityGroups", Texts),
    ("networkInterfaceSet", "NetworkInterfaces", List(INTERFACE)),
    ("blockDeviceMappingSet", "BlockDeviceMappings", List(DEVICE)),
    ("tagSpecificationSet", "TagSpecifications", List(SPECIFICATION)),
    ("metadataOptions", "MetadataOptions", Structure(METADATA)),
    (
        "instanceMarketOptions",
        "InstanceMarketOptions",
        Structure(MARKET),
    ),
    ("cpuOptions", "CpuOptions", Structure(CPU)),
    (
        "capacityReservationSpecification",
        "CapacityReservationSpecification",
        Structure(RESERVATION),
    ),
    ("licenseSet", "LicenseSpecifications", List(LICENSE)),
    ("elasticGpuSpecificationSet", "ElasticGpuSpecification", List(GPU)),
    (
        "elasticInferenceAcceleratorSet",
        "ElasticInferenceAccelerators",
        List(ACCELERATOR),
    ),
    // Refused wherever it stands: it need not be read further.
    ("secondaryInterfaceSet", "SecondaryInterfaces", List(SECONDARY)),
    ("kernelId", "KernelId", Ignored),
    ("ramDiskId", "RamdiskId", Ignored),
    ("userData", "UserData", Ignored),
    ("monitoring", "Monitoring", Ignored),
    ("disableApiTermination", "DisableApiTermination", Ignored),
    ("disableApiStop", "DisableApiStop", Ignored),
    (
        "instanceInitiatedShutdownBehavior",
        "InstanceInitiatedShutdownBehavior",
        Ignored,
    ),
    ("creditSpecification", "CreditSpecification", Ignored),
    ("hibernationOptions", "HibernationOptions", Ignored),
    ("enclaveOptions", "EnclaveOptions", Ignored),
    ("instanceRequirements", "InstanceRequirements", Ignored),
    ("privateDnsNameOptions", "PrivateDnsNameOptions", Ignored),
    ("maintenanceOptions", "MaintenanceOptions", Ignored),
    ("networkPerformanceOptions", "NetworkPerformanceOptions", Ignored),
    ("operator", "Operator", Ignored),
];

static PROFILE: &[Field] = &[("arn", "Arn", Text), ("name", "Name", Text)];

static PLACEMENT: &[Field] = &[
    ("availabilityZone", "AvailabilityZone", Text),
    ("availabilityZoneId", "AvailabilityZoneId", Text),
    ("affinity", "Affinity", Text),
    ("groupName", "GroupName", Text),
    ("groupId", "GroupId", Text),
    ("hostId", "HostId", Text),
    ("tenancy", "Tenancy", Text),
    ("spreadDomain", "SpreadDomain", Text),
    ("hostResourceGroupArn", "HostResourceGroupArn", Text),
    ("partitionNumber", "PartitionNumber", Text),
];

static INTERFACE: &[Field] = &[
    ("networkInterfaceId", "NetworkInterfaceId", Text),
    ("subnetId", "SubnetId", Text),
    ("groupSet", "Groups", Texts),
    ("associatePublicIpAddress", "AssociatePublicIpAddress", Text),
    ("associateCarrierIpAddress", "AssociateCarrierIpAddress", Ignored),
    ("deleteOnTermination", "DeleteOnTermination", Ignored),
    ("description", "Description", Ignored),
    ("deviceIndex", "DeviceIndex", Text),
    ("interfaceType", "InterfaceType", Ignored),
    ("ipv6AddressCount", "Ipv6AddressCount", Ignored),
    ("ipv6AddressesSet", "Ipv6Addresses", Ignored),
    ("privateIpAddress", "PrivateIpAddress", Ignored),
    ("privateIpAddressesSet", "PrivateIpAddresses", Ignored),
    (
        "secondaryPrivateIpAddressCount",
        "SecondaryPrivateIpAddressCount",
        Ignored,
    ),
    ("networkCardIndex", "NetworkCardIndex", Ignored),
    ("ipv4PrefixSet", "Ipv4Prefixes", Ignored),
    ("ipv4PrefixCount", "Ipv4PrefixCount", Ignored),
    ("ipv6PrefixSet", "Ipv6Prefixes", Ignored),
    ("ipv6PrefixCount", "Ipv6PrefixCount", Ignored),
    ("primaryIpv6", "PrimaryIpv6", Ignored),
    ("enaSrdSpecification", "EnaSrdSpecification", Ignored),
    (
        "connectionTrackingSpecification",
        "ConnectionTrackingSpecification",
        Ignored,
    ),
    ("enaQueueCount", "EnaQueueCount", Ignored),
];

static DEVICE: &[Field] = &[
    ("deviceName", "DeviceName", Text),
    ("virtualName", "VirtualName", Text),
    ("noDevice", "NoDevice", Text),
    ("ebs", "Ebs", Structure(EBS)),
];

static EBS: &[Field] = &[
    ("encrypted", "Encrypted", Text),
    ("deleteOnTermination", "DeleteOnTermination", Ignored),
    ("iops", "Iops", Text),
    ("kmsKeyId", "KmsKeyId", Text),
    ("snapshotId", "SnapshotId", Text),
    ("volumeSize", "VolumeSize", Text),
    ("volumeType", "VolumeType", Text),
    ("throughput", "Throughput", Text),
    ("volumeInitializationRate", "VolumeInitializationRate", Text),
    ("ebsCardIndex", "EbsCardIndex", Ignored),
];

static SPECIFICATION: &[Field] = &[
    ("resourceType", "ResourceType", Text),
    ("tagSet", "Tags", List(TAG)),
];
static TAG: &[Field] = &[("key", "Key", Text), ("value", "Value", Text)];

static METADATA: &[Field] = &[
    ("state", "State", Ignored),
    ("httpTokens", "HttpTokens", Text),
    ("httpPutResponseHopLimit", "HttpPutResponseHopLimit", Text),
    ("httpEndpoint", "HttpEndpoint", Text),
    ("httpProtocolIpv6", "HttpProtocolIpv6", Ignored),
    ("instanceMetadataTags", "InstanceMetadataTags", Text),
];

static MARKET: &[Field] = &[
    ("marketType", "MarketType", Text),
    ("spotOptions", "SpotOptions", Ignored),
];

static CPU: &[Field] = &[
    ("coreCount", "CoreCount", Ignored),
    ("threadsPerCore", "ThreadsPerCore", Ignored),
    ("amdSevSnp", "AmdSevSnp", Text),
    ("nestedVirtualization", "NestedVirtualization", Ignored),
];

static RESERVATION: &[Field] = &[
    (
        "capacityReservationPreference",
        "CapacityReservationPreference",
        Ignored,
    ),
    (
        "capacityReservationTarget",
        "CapacityReservationTarget",
        Structure(TARGET),
    ),
];

static TARGET: &[Field] = &[
    ("capacityReservationId", "CapacityReservationId", Text),
    (
        "capacityReservationResourceGroupArn",
        "CapacityReservationResourceGroupArn",
        Text,
    ),
];

static LICENSE: &[Field] = &[("licenseConfigurationArn", "LicenseConfigurationArn", Text)];
static GPU: &[Field] = &[("type", "Type", Text)];
static ACCELERATOR: &[Field] = &[("type", "Type", Text), ("count", "Count", Text)];
static SECONDARY: &[Field] = &[("secondarySubnetId", "SecondarySubnetId", Text)];

/// What a template says; `None` if it cannot be read.
pub(super) fn read(said: &Described) -> Option<Node<'_>> {
    structure(said, DATA)
}

fn structure<'a>(said: &'a Described, fields: &'static [Field]) -> Option<Node<'a>> {
    if said.has_twins() || (said.children.is_empty() && !said.text.is_empty()) {
        return None;
    }
    let mut members = Vec::with_capacity(said.children.len());
    for child in &said.children {
        let (_, member, shape) = fields.iter().find(|(name, ..)| *name == child.name)?;
        if let Some(node) = value(child, shape)? {
            members.push(((*member).into(), node));
        }
    }
    Some(Node::Map(members))
}

/// What stands in an element: nothing, if it is empty.
fn value<'a>(said: &'a Described, shape: &Shape) -> Option<Option<Node<'a>>> {
    let is_empty = said.children.is_empty() && said.text.trim().is_empty();
    if is_empty || matches!(shape, Ignored) {
        return Some(None);
    }
    Some(Some(match shape {
        Text => Node::Text(text(said)?.into()),
        Texts => Node::List(
            said.children
                .iter()
                .map(|item| Some(Node::Text(text(item)?.into())))
                .collect::<Option<_>>()?,
        ),
        Structure(fields) => structure(said, fields)?,
        List(fields) => Node::List(
            said.children
                .iter()
                .map(|item| structure(item, fields))
                .collect::<Option<_>>()?,
        ),
        Ignored => return Some(None),
    }))
}

fn text(said: &Described) -> Option<&str> {
    said.children.is_empty().then_some(said.text.as_str())
}

/// What a launch says if its own members stand in place of the template's.
pub(super) fn overwritten<'n>(own: &'n Node<'_>, data: &'n Node<'_>) -> Node<'n> {
    let others = data
        .members()
        .iter()
        .filter(|(name, _)| own.member(name).is_none());
    let members = own.members().iter().chain(others);
    Node::Map(
        members
            .map(|(name, node)| (name.as_ref().into(), node.borrowed()))
            .collect(),
    )
}

/// What a launch says if structures, tags and devices of both are put together.
pub(super) fn put_together<'n>(own: &'n Node<'_>, data: &'n Node<'_>) -> Node<'n> {
    let mut members = Vec::new();
    for (name, node) in own.members() {
        let of_both = match (name.as_ref(), node, data.member(name)) {
            (_, Node::Map(_), Some(said @ Node::Map(_))) => put_together(node, said),
            ("TagSpecifications", _, Some(said)) => with_tags(node, said),
            ("BlockDeviceMappings", Node::List(own), Some(Node::List(said))) => {
                Node::List(said.iter().chain(own).map(Node::borrowed).collect())
            }
            _ => node.borrowed(),
        };
        members.push((name.as_ref().into(), of_both));
    }
    let others = data
        .members()
        .iter()
        .filter(|(name, _)| own.member(name).is_none());
    members.extend(others.map(|(name, node)| (name.as_ref().into(), node.borrowed())));
    Node::Map(members)
}

/// The tags of both. Of one key, the request's is the one that counts.
fn with_tags<'n>(own: &'n Node<'_>, said: &'n Node<'_>) -> Node<'n> {
    let text = |node: &Node<'_>, name: &str| node.member(name).and_then(Node::as_text).map(str::to_owned);
    let is_own = |made: &Option<String>, key: &Option<String>| {
        let same = own
            .items()
            .iter()
            .filter(|spec| text(spec, "ResourceType") == *made);
        let mut tags = same.flat_map(|spec| spec.at("Tags"));
        tags.any(|tag| text(tag, "Key") == *key)
    };
    let kept = said.items().iter().map(|spec| {
        let made = text(spec, "ResourceType");
        let tags = spec.at("Tags").into_iter();
        let tags = tags.filter(|tag| !is_own(&made, &text(tag, "Key")));
        let mut members = vec![("Tags".into(), Node::List(tags.map(Node::borrowed).collect()))];
        members.extend(made.map(|made| ("ResourceType".into(), Node::Text(made.into()))));
        Node::Map(members)
    });
    Node::List(kept.chain(own.items().iter().map(Node::borrowed)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn element(name: &str, text: &str, children: Vec<Described>) -> Described {
        Described {
            name: name.to_owned(),
            text: text.to_owned(),
            children,
        }
    }

    #[test]
    fn what_is_not_known_here_makes_the_whole_unreadable() {
        let image = || element("imageId", "ami-0a", Vec::new());
        let of = |children| element("launchTemplateData", "", children);
        assert_eq!(
            read(&of(vec![image()])),
            Some(Node::Map(vec![("ImageId".into(), Node::Text("ami-0a".into()))]))
        );
        assert_eq!(read(&of(vec![image(), image()])), None);
        assert_eq!(
            read(&of(vec![element("futureResource", "x-1", Vec::new())])),
            None
        );
        let profile = element("iamInstanceProfile", "", vec![element("role", "r", Vec::new())]);
        assert_eq!(read(&of(vec![profile])), None);
        assert_eq!(read(&element("launchTemplateData", "text", Vec::new())), None);
    }
}

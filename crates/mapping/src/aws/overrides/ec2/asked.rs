//! What EC2 is asked about ids and names that no policy is about.
//!
//! Evidence: the API reference of each operation that describes.

use super::found::{Asked, Name, Of, Resource};
use crate::Absent;

/// Of a subnet or a gateway, or of none: the main one of its VPC.
pub(super) const ROUTE_TABLE_ASSOCIATION: Of = Of {
    member: "AssociationId",
    what: Absent::Association,
    asked: Asked::Filter(
        "DescribeRouteTables",
        "routeTableSet",
        "association.route-table-association-id",
    ),
    part: Some("associationSet"),
    id: "routeTableAssociationId",
    resources: &[
        Resource::Is("route-table", "routeTableId"),
        Resource::May("subnet", "subnetId"),
        Resource::Any("gatewayId"),
        Resource::Any("publicIpv4Pool"),
    ],
    or: None,
};

pub(super) const NETWORK_ACL_ASSOCIATION: Of = Of {
    member: "AssociationId",
    what: Absent::Association,
    asked: Asked::Filter(
        "DescribeNetworkAcls",
        "networkAclSet",
        "association.association-id",
    ),
    part: Some("associationSet"),
    id: "networkAclAssociationId",
    resources: &[
        Resource::Is("network-acl", "networkAclId"),
        Resource::Is("subnet", "subnetId"),
    ],
    or: None,
};

pub(super) const ADDRESS_ASSOCIATION: Of = Of {
    member: "AssociationId",
    what: Absent::Association,
    asked: Asked::Filter("DescribeAddresses", "addressesSet", "association-id"),
    part: None,
    id: "associationId",
    resources: &[
        Resource::Is("elastic-ip", "allocationId"),
        Resource::May("network-interface", "networkInterfaceId"),
    ],
    or: None,
};

pub(super) const NAT_GATEWAY_ASSOCIATION: Of = Of {
    member: "AssociationIds",
    what: Absent::Association,
    asked: Asked::Within(
        "DescribeNatGateways",
        "natGatewaySet",
        "NatGatewayId.1",
        "NatGatewayId",
    ),
    part: Some("natGatewayAddressSet"),
    id: "associationId",
    resources: &[
        Resource::Is("elastic-ip", "allocationId"),
        Resource::May("network-interface", "networkInterfaceId"),
    ],
    or: None,
};

pub(super) const INSTANCE_PROFILE_ASSOCIATION: Of = Of {
    member: "AssociationId",
    what: Absent::Association,
    asked: Asked::Named(
        "DescribeIamInstanceProfileAssociations",
        "iamInstanceProfileAssociationSet",
        "AssociationId.1",
    ),
    part: None,
    id: "associationId",
    resources: &[Resource::Is("instance", "instanceId")],
    or: None,
};

pub(super) const INTERFACE_ATTACHMENT: Of = Of {
    member: "AttachmentId",
    what: Absent::NetworkInterfaceAttachment,
    asked: Asked::Filter(
        "DescribeNetworkInterfaces",
        "networkInterfaceSet",
        "attachment.attachment-id",
    ),
    part: Some("attachment"),
    id: "attachmentId",
    resources: &[
        Resource::Is("instance", "instanceId"),
        Resource::Is("network-interface", "networkInterfaceId"),
    ],
    or: None,
};

pub(super) const INTERFACE_PERMISSION: Of = Of {
    member: "NetworkInterfacePermissionId",
    what: Absent::NetworkInterfacePermission,
    asked: Asked::Named(
        "DescribeNetworkInterfacePermissions",
        "networkInterfacePermissions",
        "NetworkInterfacePermissionId.1",
    ),
    part: None,
    id: "networkInterfacePermissionId",
    resources: &[Resource::Is("network-interface", "networkInterfaceId")],
    or: None,
};

pub(super) const SUBNET_CIDR_ASSOCIATION: Of = Of {
    member: "AssociationId",
    what: Absent::SubnetCidrAssociation,
    asked: Asked::Filter(
        "DescribeSubnets",
        "subnetSet",
        "ipv6-cidr-block-association.association-id",
    ),
    part: Some("ipv6CidrBlockAssociationSet"),
    id: "associationId",
    resources: &[Resource::Is("subnet", "subnetId")],
    or: None,
};

pub(super) const VPC_CIDR_ASSOCIATION: Of = Of {
    member: "AssociationId",
    what: Absent::VpcCidrAssociation,
    asked: Asked::Filter("DescribeVpcs", "vpcSet", "cidr-block-association.association-id"),
    part: Some("cidrBlockAssociationSet"),
    id: "associationId",
    resources: &[Resource::Is("vpc", "vpcId")],
    or: Some(&Of {
        member: "AssociationId",
        what: Absent::VpcCidrAssociation,
        asked: Asked::Filter(
            "DescribeVpcs",
            "vpcSet",
            "ipv6-cidr-block-association.association-id",
        ),
        part: Some("ipv6CidrBlockAssociationSet"),
        id: "associationId",
        resources: &[Resource::Is("vpc", "vpcId")],
        or: None,
    }),
};

/// The VPC of the side that accepts. Evidence: the peering guide's policies for accepting.
pub(super) const ACCEPTER_VPC: Of = Of {
    member: "VpcPeeringConnectionId",
    what: Absent::VpcPeeringConnection,
    asked: Asked::Named(
        "DescribeVpcPeeringConnections",
        "vpcPeeringConnectionSet",
        "VpcPeeringConnectionId.1",
    ),
    part: None,
    id: "vpcPeeringConnectionId",
    resources: &[Resource::Is("vpc", "accepterVpcInfo.vpcId")],
    or: None,
};

pub(super) const TRAFFIC_MIRROR_RULE: Of = Of {
    member: "TrafficMirrorFilterRuleId",
    what: Absent::TrafficMirrorFilterRule,
    asked: Asked::Named(
        "DescribeTrafficMirrorFilterRules",
        "trafficMirrorFilterRuleSet",
        "TrafficMirrorFilterRuleId.1",
    ),
    part: None,
    id: "trafficMirrorFilterRuleId",
    resources: &[
        Resource::Is("traffic-mirror-filter", "trafficMirrorFilterId"),
        Resource::Is("traffic-mirror-filter-rule", "trafficMirrorFilterRuleId"),
    ],
    or: None,
};

/// Of one endpoint, or of the endpoints of a service.
pub(super) const ENDPOINT_NOTIFICATION: Of = Of {
    member: "ConnectionNotificationId",
    what: Absent::ConnectionNotification,
    asked: Asked::Named(
        "DescribeVpcEndpointConnectionNotifications",
        "connectionNotificationSet",
        "ConnectionNotificationId",
    ),
    part: None,
    id: "connectionNotificationId",
    resources: &[
        Resource::May("vpc-endpoint", "vpcEndpointId"),
        Resource::May("vpc-endpoint-service", "serviceId"),
    ],
    or: None,
};

pub(super) const ENDPOINT_NOTIFICATIONS: Of = Of {
    member: "ConnectionNotificationIds",
    ..ENDPOINT_NOTIFICATION
};

pub(super) const PUBLIC_ADDRESS: Name = Name {
    member: "PublicIp",
    what: Absent::Address,
    asked: Asked::Named("DescribeAddresses", "addressesSet", "PublicIp.1"),
    name: "publicIp",
    id: "allocationId",
    put: "AllocationId",
};

pub(super) const ASSOCIATED_ADDRESS: Name = Name {
    id: "associationId",
    put: "AssociationId",
    ..PUBLIC_ADDRESS
};

pub(super) const TEMPLATE_NAME: Name = Name {
    member: "LaunchTemplateName",
    what: Absent::LaunchTemplateName,
    asked: Asked::Named(
        "DescribeLaunchTemplates",
        "launchTemplates",
        "LaunchTemplateName.1",
    ),
    name: "launchTemplateName",
    id: "launchTemplateId",
    put: "LaunchTemplateId",
};

/// A placement group is in policies by its name.
pub(super) const PLACEMENT_GROUP_ID: Name = Name {
    member: "GroupId",
    what: Absent::PlacementGroup,
    asked: Asked::Named("DescribePlacementGroups", "placementGroupSet", "GroupId.1"),
    name: "groupId",
    id: "groupName",
    put: "GroupName",
};

/// A key pair is in policies by its name.
pub(super) const KEY_PAIR_ID: Name = Name {
    member: "KeyPairId",
    what: Absent::KeyPair,
    asked: Asked::Named("DescribeKeyPairs", "keySet", "KeyPairId.1"),
    name: "keyPairId",
    id: "keyName",
    put: "KeyName",
};

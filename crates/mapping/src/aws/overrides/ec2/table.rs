//! Which resources the common operations of EC2 name, and with which members.
//!
//! Evidence: the service authorization reference for the types, the API reference for the members.

use super::asked;
use super::by_table::{Network, On, on};

/// A resource that is made: it has no id yet.
const fn made(resource_type: &'static str) -> On {
    On::Made(resource_type)
}

/// A resource that must be named by its id.
const fn one(resource_type: &'static str, path: &'static str) -> On {
    On::Ids {
        resource_type,
        path,
        is_required: true,
    }
}

/// Resources that may be named by their ids.
const fn some(resource_type: &'static str, path: &'static str) -> On {
    On::Ids {
        resource_type,
        path,
        is_required: false,
    }
}

/// A resource that is named by its name.
const fn named(resource_type: &'static str, path: &'static str) -> On {
    On::Name { resource_type, path }
}

const INSTANCE: On = one("instance", "InstanceId");
const INSTANCES: On = one("instance", "InstanceIds");
const VOLUME: On = one("volume", "VolumeId");
const SNAPSHOT: On = one("snapshot", "SnapshotId");
const IMAGE: On = one("image", "ImageId");
const GROUP: On = On::Group;
const GROUP_ID: On = one("security-group", "GroupId");
const VPC: On = one("vpc", "VpcId");
const SUBNET: On = one("subnet", "SubnetId");
const INTERFACE: On = one("network-interface", "NetworkInterfaceId");
const ADDRESS: On = one("elastic-ip", "AllocationId");
const ADDRESS_OR_IP: On = On::IdOrName {
    resource_type: "elastic-ip",
    path: "AllocationId",
    name: &asked::PUBLIC_ADDRESS,
};
const ROUTE_TABLE: On = one("route-table", "RouteTableId");
const NETWORK_ACL: On = one("network-acl", "NetworkAclId");
const INTERNET_GATEWAY: On = one("internet-gateway", "InternetGatewayId");
const VPN_GATEWAY: On = one("vpn-gateway", "VpnGatewayId");
const PEERING: On = one("vpc-peering-connection", "VpcPeeringConnectionId");
const TEMPLATE: On = On::IdOrName {
    resource_type: "launch-template",
    path: "LaunchTemplateId",
    name: &asked::TEMPLATE_NAME,
};
const PREFIX_LIST: On = one("prefix-list", "PrefixListId");
const KEY_PAIR: On = named("key-pair", "KeyName");
const PLACEMENT_GROUP: On = named("placement-group", "GroupName");
const HOSTS: On = one("dedicated-host", "HostIds");
const PUBLIC_POOL: On = one("ipv4pool-ec2", "PoolId");
const CLIENT_VPN: On = one("client-vpn-endpoint", "ClientVpnEndpointId");
const LOCAL_ROUTE_TABLE: On = one("local-gateway-route-table", "LocalGatewayRouteTableId");
/// A rule is a resource of its own only where it is tagged.
const NEW_RULE: On = On::MadeIfTagged("security-group-rule");

on! {
    // Instances.
    "TerminateInstances" => [INSTANCES],
    "StopInstances" => [INSTANCES],
    "StartInstances" => [INSTANCES],
    "RebootInstances" => [INSTANCES],
    "MonitorInstances" => [INSTANCES],
    "UnmonitorInstances" => [INSTANCES],
    "ModifyInstanceAttribute" => [
        INSTANCE,
        some("security-group", "Groups"),
        some("volume", "BlockDeviceMappings.Ebs.VolumeId"),
    ],
    "ModifyInstanceCpuOptions" => [INSTANCE],
    "ModifyInstanceCreditSpecification" => [one("instance", "InstanceCreditSpecifications.InstanceId")],
    "ModifyInstanceEventStartTime" => [INSTANCE],
    "ModifyInstanceMaintenanceOptions" => [INSTANCE],
    "ModifyInstanceMetadataOptions" => [INSTANCE],
    "ModifyInstanceNetworkPerformanceOptions" => [INSTANCE],
    "ModifyPrivateDnsNameOptions" => [INSTANCE],
    "ResetInstanceAttribute" => [INSTANCE],
    "SendDiagnosticInterrupt" => [INSTANCE],
    "DescribeInstanceAttribute" => [INSTANCE],
    "GetConsoleOutput" => [INSTANCE],
    "GetConsoleScreenshot" => [INSTANCE],
    "GetPasswordData" => [INSTANCE],
    "AssociateIamInstanceProfile" => [INSTANCE],
    // Volumes.
    "CreateVolume" => [made("volume"), some("snapshot", "SnapshotId")],
    "AttachVolume" => [INSTANCE, VOLUME],
    "DetachVolume" => [VOLUME, some("instance", "InstanceId")],
    "DeleteVolume" => [VOLUME],
    "ModifyVolume" => [VOLUME],
    "ModifyVolumeAttribute" => [VOLUME],
    "EnableVolumeIO" => [VOLUME],
    "DescribeVolumeAttribute" => [VOLUME],
    "RestoreVolumeFromRecycleBin" => [VOLUME],
    // Snapshots.
    "CreateSnapshot" => [made("snapshot"), VOLUME],
    "CopyVolumes" => [made("volume"), one("volume", "SourceVolumeId")],
    "CopySnapshot" => [made("snapshot"), one("snapshot", "SourceSnapshotId")],
    "DeleteSnapshot" => [SNAPSHOT],
    "DescribeSnapshotAttribute" => [SNAPSHOT],
    "ModifySnapshotAttribute" => [SNAPSHOT],
    "ResetSnapshotAttribute" => [SNAPSHOT],
    "ModifySnapshotTier" => [SNAPSHOT],
    "RestoreSnapshotTier" => [SNAPSHOT],
    "RestoreSnapshotFromRecycleBin" => [SNAPSHOT],
    "LockSnapshot" => [SNAPSHOT],
    "UnlockSnapshot" => [SNAPSHOT],
    "EnableFastSnapshotRestores" => [one("snapshot", "SourceSnapshotIds")],
    "DisableFastSnapshotRestores" => [one("snapshot", "SourceSnapshotIds")],
    // Images.
    "CreateImage" => [INSTANCE, made("image"), made("snapshot")],
    "CopyImage" => [one("image", "SourceImageId"), made("image"), made("snapshot")],
    "RegisterImage" => [made("image"), some("snapshot", "BlockDeviceMappings.Ebs.SnapshotId")],
    "ExportImage" => [IMAGE, made("export-image-task")],
    "DeregisterImage" => [IMAGE],
    "DescribeImageAttribute" => [IMAGE],
    "ModifyImageAttribute" => [IMAGE],
    "ResetImageAttribute" => [IMAGE],
    "EnableImage" => [IMAGE],
    "DisableImage" => [IMAGE],
    "EnableImageDeprecation" => [IMAGE],
    "DisableImageDeprecation" => [IMAGE],
    "EnableImageDeregistrationProtection" => [IMAGE],
    "DisableImageDeregistrationProtection" => [IMAGE],
    "CancelImageLaunchPermission" => [IMAGE],
    "RestoreImageFromRecycleBin" => [IMAGE],
    // Security groups.
    "CreateSecurityGroup" => [made("security-group"), On::VpcOrDefault("VpcId")],
    "DeleteSecurityGroup" => [GROUP],
    "AuthorizeSecurityGroupIngress" => [GROUP, NEW_RULE],
    "AuthorizeSecurityGroupEgress" => [GROUP, NEW_RULE],
    "RevokeSecurityGroupIngress" => [GROUP],
    "RevokeSecurityGroupEgress" => [GROUP],
    "UpdateSecurityGroupRuleDescriptionsIngress" => [GROUP],
    "UpdateSecurityGroupRuleDescriptionsEgress" => [GROUP],
    "AssociateSecurityGroupVpc" => [GROUP_ID, VPC],
    "DisassociateSecurityGroupVpc" => [GROUP_ID, VPC],
    "DescribeSecurityGroupReferences" => [GROUP_ID],
    "ModifySecurityGroupRules" => [
        GROUP_ID,
        one("security-group-rule", "SecurityGroupRules.SecurityGroupRuleId"),
        some("prefix-list", "SecurityGroupRules.SecurityGroupRule.PrefixListId"),
    ],
    // Key pairs and placement groups: their names are in their ARNs.
    "CreateKeyPair" => [KEY_PAIR],
    "ImportKeyPair" => [KEY_PAIR],
    "CreatePlacementGroup" => [PLACEMENT_GROUP],
    "DeletePlacementGroup" => [PLACEMENT_GROUP],
    // Networks.
    "CreateVpc" => [
        made("vpc"),
        some("ipam-pool", "Ipv4IpamPoolId"),
        some("ipam-pool", "Ipv6IpamPoolId"),
        some("ipv6pool-ec2", "Ipv6Pool"),
    ],
    "AssociateVpcCidrBlock" => [
        VPC,
        some("ipam-pool", "Ipv4IpamPoolId"),
        some("ipam-pool", "Ipv6IpamPoolId"),
        some("ipv6pool-ec2", "Ipv6Pool"),
    ],
    "AssociateSubnetCidrBlock" => [SUBNET, some("ipam-pool", "Ipv6IpamPoolId")],
    "DeleteVpc" => [VPC],
    "DescribeVpcAttribute" => [VPC],
    "ModifyVpcAttribute" => [VPC],
    "ModifyVpcTenancy" => [VPC],
    "CreateSubnet" => [
        made("subnet"),
        VPC,
        some("ipam-pool", "Ipv4IpamPoolId"),
        some("ipam-pool", "Ipv6IpamPoolId"),
    ],
    "DeleteSubnet" => [SUBNET],
    "ModifySubnetAttribute" => [SUBNET],
    "CreateInternetGateway" => [made("internet-gateway")],
    "DeleteInternetGateway" => [INTERNET_GATEWAY],
    "AttachInternetGateway" => [INTERNET_GATEWAY, VPC],
    "DetachInternetGateway" => [INTERNET_GATEWAY, VPC],
    "CreateEgressOnlyInternetGateway" => [made("egress-only-internet-gateway"), VPC],
    "DeleteEgressOnlyInternetGateway" => [one("egress-only-internet-gateway", "EgressOnlyInternetGatewayId")],
    "CreateRouteTable" => [made("route-table"), VPC],
    "DeleteRouteTable" => [ROUTE_TABLE],
    "CreateRoute" => [ROUTE_TABLE],
    "ReplaceRoute" => [ROUTE_TABLE],
    "DeleteRoute" => [ROUTE_TABLE],
    "AssociateRouteTable" => [
        ROUTE_TABLE,
        some("subnet", "SubnetId"),
        On::AnyIds("GatewayId"),
        some("ipv4pool-ec2", "PublicIpv4Pool"),
    ],
    "CreateNatGateway" => [
        made("natgateway"),
        some("subnet", "SubnetId"),
        some("vpc", "VpcId"),
        some("elastic-ip", "AllocationId"),
        some("elastic-ip", "SecondaryAllocationIds"),
        some("elastic-ip", "AvailabilityZoneAddresses.AllocationIds"),
    ],
    "DeleteNatGateway" => [one("natgateway", "NatGatewayId")],
    "CreateNetworkAcl" => [made("network-acl"), VPC],
    "DeleteNetworkAcl" => [NETWORK_ACL],
    "CreateNetworkAclEntry" => [NETWORK_ACL],
    "ReplaceNetworkAclEntry" => [NETWORK_ACL],
    "DeleteNetworkAclEntry" => [NETWORK_ACL],
    "CreateDhcpOptions" => [made("dhcp-options")],
    "DeleteDhcpOptions" => [one("dhcp-options", "DhcpOptionsId")],
    "AssociateDhcpOptions" => [one("dhcp-options", "DhcpOptionsId"), VPC],
    // Network interfaces and addresses.
    "CreateNetworkInterface" => [
        made("network-interface"),
        SUBNET,
        On::GroupsOrDefault { path: "Groups", of: Network::OfSubnet },
    ],
    "DeleteNetworkInterface" => [INTERFACE],
    "ModifyNetworkInterfaceAttribute" => [
        INTERFACE,
        some("security-group", "Groups"),
        some("subnet", "AssociatedSubnetIds"),
    ],
    "ResetNetworkInterfaceAttribute" => [INTERFACE],
    "AttachNetworkInterface" => [INTERFACE, INSTANCE],
    "AssignPrivateIpAddresses" => [INTERFACE],
    "UnassignPrivateIpAddresses" => [INTERFACE],
    "AssignIpv6Addresses" => [INTERFACE],
    "UnassignIpv6Addresses" => [INTERFACE],
    "CreateNetworkInterfacePermission" => [INTERFACE],
    "AllocateAddress" => [
        made("elastic-ip"),
        some("ipam-pool", "IpamPoolId"),
        some("ipv4pool-ec2", "PublicIpv4Pool"),
    ],
    "AssociateAddress" => [
        ADDRESS_OR_IP,
        some("instance", "InstanceId"),
        some("network-interface", "NetworkInterfaceId"),
    ],
    "ReleaseAddress" => [ADDRESS_OR_IP],
    "ModifyAddressAttribute" => [ADDRESS],
    "ResetAddressAttribute" => [ADDRESS],
    // Endpoints, peerings, gateways, lists and logs.
    "CreateVpcEndpoint" => [
        made("vpc-endpoint"),
        VPC,
        some("subnet", "SubnetIds"),
        some("subnet", "SubnetConfigurations.SubnetId"),
        On::GroupsOrDefault { path: "SecurityGroupIds", of: Network::OfEndpoint },
        some("route-table", "RouteTableIds"),
    ],
    "ModifyVpcEndpoint" => [
        one("vpc-endpoint", "VpcEndpointId"),
        some("subnet", "AddSubnetIds"),
        some("subnet", "RemoveSubnetIds"),
        some("subnet", "SubnetConfigurations.SubnetId"),
        some("security-group", "AddSecurityGroupIds"),
        some("security-group", "RemoveSecurityGroupIds"),
        some("route-table", "AddRouteTableIds"),
        some("route-table", "RemoveRouteTableIds"),
    ],
    "DeleteVpcEndpoints" => [one("vpc-endpoint", "VpcEndpointIds")],
    "CreateInstanceConnectEndpoint" => [
        made("instance-connect-endpoint"),
        SUBNET,
        On::GroupsOrDefault { path: "SecurityGroupIds", of: Network::OfSubnet },
    ],
    "CreateVpcPeeringConnection" => [made("vpc-peering-connection"), VPC],
    "DeleteVpcPeeringConnection" => [PEERING],
    "RejectVpcPeeringConnection" => [PEERING],
    "ModifyVpcPeeringConnectionOptions" => [PEERING],
    "CreateVpnGateway" => [made("vpn-gateway")],
    "DeleteVpnGateway" => [VPN_GATEWAY],
    "AttachVpnGateway" => [VPC, VPN_GATEWAY],
    "DetachVpnGateway" => [VPC, VPN_GATEWAY],
    "EnableVgwRoutePropagation" => [ROUTE_TABLE, one("vpn-gateway", "GatewayId")],
    "DisableVgwRoutePropagation" => [ROUTE_TABLE, one("vpn-gateway", "GatewayId")],
    "CreateVpcEndpointServiceConfiguration" => [made("vpc-endpoint-service")],
    "DeleteVpcEndpointServiceConfigurations" => [one("vpc-endpoint-service", "ServiceIds")],
    "ModifyVpcEndpointServiceConfiguration" => [one("vpc-endpoint-service", "ServiceId")],
    "ModifyVpcEndpointServicePermissions" => [one("vpc-endpoint-service", "ServiceId")],
    "DescribeVpcEndpointServicePermissions" => [one("vpc-endpoint-service", "ServiceId")],
    "AcceptVpcEndpointConnections" => [one("vpc-endpoint-service", "ServiceId")],
    "RejectVpcEndpointConnections" => [one("vpc-endpoint-service", "ServiceId")],
    "CreateTransitGatewayVpcAttachment" => [
        made("transit-gateway-attachment"),
        one("transit-gateway", "TransitGatewayId"),
        VPC,
        one("subnet", "SubnetIds"),
    ],
    "CreateCustomerGateway" => [made("customer-gateway")],
    "DeleteCustomerGateway" => [one("customer-gateway", "CustomerGatewayId")],
    "CreateManagedPrefixList" => [made("prefix-list")],
    "DeleteManagedPrefixList" => [PREFIX_LIST],
    "ModifyManagedPrefixList" => [PREFIX_LIST],
    "RestoreManagedPrefixListVersion" => [PREFIX_LIST],
    "GetManagedPrefixListEntries" => [PREFIX_LIST],
    "GetManagedPrefixListAssociations" => [PREFIX_LIST],
    "CreateFlowLogs" => [made("vpc-flow-log"), On::AnyIds("ResourceIds")],
    "DeleteFlowLogs" => [one("vpc-flow-log", "FlowLogIds")],
    // Launch templates.
    "CreateLaunchTemplate" => [made("launch-template")],
    "CreateLaunchTemplateVersion" => [TEMPLATE],
    "ModifyLaunchTemplate" => [TEMPLATE],
    "DeleteLaunchTemplate" => [TEMPLATE],
    "DeleteLaunchTemplateVersions" => [TEMPLATE],
    "GetLaunchTemplateData" => [INSTANCE],
    "CancelSpotInstanceRequests" => [one("spot-instances-request", "SpotInstanceRequestIds")],
    // Of what an association is, EC2 is asked.
    "DisassociateIamInstanceProfile" => [On::Of(&asked::INSTANCE_PROFILE_ASSOCIATION)],
    "ReplaceIamInstanceProfileAssociation" => [On::Of(&asked::INSTANCE_PROFILE_ASSOCIATION)],
    "DisassociateRouteTable" => [On::Of(&asked::ROUTE_TABLE_ASSOCIATION)],
    "ReplaceRouteTableAssociation" => [ROUTE_TABLE, On::Of(&asked::ROUTE_TABLE_ASSOCIATION)],
    "ReplaceNetworkAclAssociation" => [NETWORK_ACL, On::Of(&asked::NETWORK_ACL_ASSOCIATION)],
    "DetachNetworkInterface" => [On::Of(&asked::INTERFACE_ATTACHMENT)],
    "DeleteNetworkInterfacePermission" => [On::Of(&asked::INTERFACE_PERMISSION)],
    "DisassociateNatGatewayAddress" => [
        one("natgateway", "NatGatewayId"),
        On::Of(&asked::NAT_GATEWAY_ASSOCIATION),
    ],
    "DisassociateSubnetCidrBlock" => [On::Of(&asked::SUBNET_CIDR_ASSOCIATION)],
    "DisassociateVpcCidrBlock" => [On::Of(&asked::VPC_CIDR_ASSOCIATION)],
    "DeleteTrafficMirrorFilterRule" => [On::Of(&asked::TRAFFIC_MIRROR_RULE)],
    "ModifyTrafficMirrorFilterRule" => [On::Of(&asked::TRAFFIC_MIRROR_RULE)],
    "ModifyVpcEndpointConnectionNotification" => [On::Of(&asked::ENDPOINT_NOTIFICATION)],
    "DeleteVpcEndpointConnectionNotifications" => [On::Of(&asked::ENDPOINT_NOTIFICATIONS)],
    // Pools, hosts and reservations.
    "AcceptAddressTransfer" => [made("elastic-ip")],
    "AllocateHosts" => [made("dedicated-host")],
    "ModifyHosts" => [HOSTS],
    "ReleaseHosts" => [HOSTS],
    "PurchaseHostReservation" => [one("dedicated-host", "HostIdSet")],
    "CreateCapacityReservationBySplitting" => [
        one("capacity-reservation", "SourceCapacityReservationId"),
        made("capacity-reservation"),
    ],
    "MoveCapacityReservationInstances" => [
        one("capacity-reservation", "SourceCapacityReservationId"),
        one("capacity-reservation", "DestinationCapacityReservationId"),
    ],
    "PurchaseCapacityBlock" => [made("capacity-reservation")],
    "CreatePublicIpv4Pool" => [made("ipv4pool-ec2")],
    "DeletePublicIpv4Pool" => [PUBLIC_POOL],
    "DeprovisionPublicIpv4PoolCidr" => [PUBLIC_POOL],
    "ProvisionPublicIpv4PoolCidr" => [one("ipam-pool", "IpamPoolId"), PUBLIC_POOL],
    "GetAssociatedIpv6PoolCidrs" => [one("ipv6pool-ec2", "PoolId")],
    "AssociateIpamResourceDiscovery" => [
        one("ipam", "IpamId"),
        one("ipam-resource-discovery", "IpamResourceDiscoveryId"),
        made("ipam-resource-discovery-association"),
    ],
    "ModifyIpamResourceCidr" => [
        one("ipam-scope", "CurrentIpamScopeId"),
        some("ipam-scope", "DestinationIpamScopeId"),
    ],
    "GetCoipPoolUsage" => [one("coip-pool", "PoolId")],
    "AcceptReservedInstancesExchangeQuote" => [one("reserved-instances", "ReservedInstanceIds")],
    "GetReservedInstancesExchangeQuote" => [one("reserved-instances", "ReservedInstanceIds")],
    // Tasks, reports and analyses.
    "CancelDeclarativePoliciesReport" => [On::Id("declarative-policies-report", "ReportId")],
    "GetDeclarativePoliciesReportSummary" => [On::Id("declarative-policies-report", "ReportId")],
    "DeleteImageUsageReport" => [On::Id("image-usage-report", "ReportId")],
    "CancelImportTask" => [On::AnyIds("ImportTaskId")],
    "CreateInstanceExportTask" => [made("export-instance-task"), INSTANCE],
    "CreateDelegateMacVolumeOwnershipTask" => [made("mac-modification-task"), INSTANCE],
    "CreateMacSystemIntegrityProtectionModificationTask" => [made("mac-modification-task"), INSTANCE],
    "StartNetworkInsightsAnalysis" => [
        made("network-insights-analysis"),
        one("network-insights-path", "NetworkInsightsPathId"),
    ],
    "StartNetworkInsightsAccessScopeAnalysis" => [
        made("network-insights-access-scope-analysis"),
        one("network-insights-access-scope", "NetworkInsightsAccessScopeId"),
    ],
    // Gateways, routes and endpoints.
    "AttachClassicLinkVpc" => [INSTANCE, one("security-group", "Groups"), VPC],
    "DeleteVpcBlockPublicAccessExclusion" => [On::Id("vpc-block-public-access-exclusion", "ExclusionId")],
    "ModifyVpcBlockPublicAccessExclusion" => [On::Id("vpc-block-public-access-exclusion", "ExclusionId")],
    "CreateTransitGatewayMeteringPolicyEntry" => [
        On::Id("transit-gateway-metering-policy", "TransitGatewayMeteringPolicyId"),
        some("transit-gateway-attachment", "SourceTransitGatewayAttachmentId"),
        some("transit-gateway-attachment", "DestinationTransitGatewayAttachmentId"),
    ],
    "CreateClientVpnRoute" => [CLIENT_VPN, On::SubnetOrLocal("TargetVpcSubnetId")],
    "DeleteClientVpnRoute" => [CLIENT_VPN, On::SubnetOrLocal("TargetVpcSubnetId")],
    "CreateLocalGatewayRoute" => [
        LOCAL_ROUTE_TABLE,
        some("local-gateway-virtual-interface-group", "LocalGatewayVirtualInterfaceGroupId"),
        some("network-interface", "NetworkInterfaceId"),
        some("prefix-list", "DestinationPrefixListId"),
    ],
    "ModifyLocalGatewayRoute" => [
        LOCAL_ROUTE_TABLE,
        some("local-gateway-virtual-interface-group", "LocalGatewayVirtualInterfaceGroupId"),
        some("network-interface", "NetworkInterfaceId"),
        some("prefix-list", "DestinationPrefixListId"),
    ],
    "DeleteLocalGatewayRoute" => [LOCAL_ROUTE_TABLE, some("prefix-list", "DestinationPrefixListId")],
    "CreateTransitGatewayConnect" => [
        made("transit-gateway-attachment"),
        one("transit-gateway-attachment", "TransportTransitGatewayAttachmentId"),
    ],
    "CreateTransitGatewayPeeringAttachment" => [
        made("transit-gateway-attachment"),
        one("transit-gateway", "TransitGatewayId"),
    ],
    "CreateTransitGatewayPolicyTableEntry" => [
        one("transit-gateway-policy-table", "TransitGatewayPolicyTableId"),
        one("transit-gateway-route-table", "TargetRouteTableId"),
    ],
    "CreateTransitGatewayRouteTableAnnouncement" => [
        made("transit-gateway-route-table-announcement"),
        one("transit-gateway-route-table", "TransitGatewayRouteTableId"),
        one("transit-gateway-attachment", "PeeringAttachmentId"),
    ],
    "ModifyTransitGatewayVpcAttachment" => [
        one("transit-gateway-attachment", "TransitGatewayAttachmentId"),
        some("subnet", "AddSubnetIds"),
        some("subnet", "RemoveSubnetIds"),
    ],
    "ModifyVpcEndpointPayerResponsibility" => [one("vpc-endpoint-service", "ServiceId")],
    "ModifyVpcEndpointServicePayerResponsibility" => [one("vpc-endpoint-service", "ServiceId")],
    "StartVpcEndpointServicePrivateDnsVerification" => [one("vpc-endpoint-service", "ServiceId")],
    "GetFlowLogsIntegrationTemplate" => [one("vpc-flow-log", "FlowLogId")];
    custom:
    "RunInstances" => super::launch_template::resolve,
        "all that is launched and used, with what the launch template says and what EC2 takes by default",
    "RequestSpotInstances" => super::spot::resolve,
        "the request that is made, and what the launch that it describes uses",
    "AcceptVpcPeeringConnection" => super::peering::accept,
        "vpc-peering-connection {VpcPeeringConnectionId}, and the VPC that accepts, which is looked up",
    "CreateSnapshots" => super::snapshots::resolve,
        "instance {InstanceSpecification.InstanceId}, its volumes, which are looked up, and a snapshot of each",
    "DisassociateAddress" => super::found::disassociate_address,
        "what {AssociationId} is of, or what {PublicIp} is associated by, which is looked up",
    "DeleteKeyPair" => super::found::delete_key_pair,
        "key-pair {KeyName}, or {KeyPairId}, whose name is looked up",
    "CreateTags" => super::tags::create,
        "each of {Resources}, of the type that its id tells",
    "DeleteTags" => super::tags::delete,
        "each of {Resources}, of the type that its id tells";
    refused:
    "CreateFleet" => TEMPLATES,
    "ModifyFleet" => TEMPLATES,
    "RequestSpotFleet" => TEMPLATES,
    "ModifySpotFleetRequest" => TEMPLATES,
    "RunScheduledInstances" => "a launch that was scheduled is not taken apart"
}

const TEMPLATES: &str = "what the launch templates of a fleet say is not taken apart";

//! What a request names and what is not there.

use std::fmt;

use super::MappingError;

/// A kind of thing that was looked up for a request, and that services have an error of their own for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Absent {
    /// An address of EC2, by itself.
    Address,
    /// An alias of KMS, by its ARN.
    Alias,
    /// An association of EC2 that has no kind of its own here.
    Association,
    /// Who is told of connections to an endpoint of EC2.
    ConnectionNotification,
    /// An instance of EC2.
    Instance,
    /// A key pair of EC2.
    KeyPair,
    /// A launch template, by its id.
    LaunchTemplateId,
    /// A launch template, by its name.
    LaunchTemplateName,
    /// A version of a launch template: the template itself may not be there, either.
    LaunchTemplateVersion,
    /// An attachment of a network interface.
    NetworkInterfaceAttachment,
    /// A permission on a network interface.
    NetworkInterfacePermission,
    /// A placement group of EC2, by its id.
    PlacementGroup,
    /// A security group of EC2, by its name.
    SecurityGroup,
    /// A subnet of EC2.
    Subnet,
    /// A range of addresses of a subnet.
    SubnetCidrAssociation,
    /// A rule of a filter of mirrored traffic.
    TrafficMirrorFilterRule,
    /// A range of addresses of a VPC.
    VpcCidrAssociation,
    /// A peering of two VPCs.
    VpcPeeringConnection,
}

impl fmt::Display for Absent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Address => "address",
            Self::Alias => "alias",
            Self::Association => "association",
            Self::ConnectionNotification => "connection notification",
            Self::Instance => "instance",
            Self::KeyPair => "key pair",
            Self::LaunchTemplateId | Self::LaunchTemplateName => "launch template",
            Self::LaunchTemplateVersion => "version of a launch template",
            Self::NetworkInterfaceAttachment => "network interface attachment",
            Self::NetworkInterfacePermission => "network interface permission",
            Self::PlacementGroup => "placement group",
            Self::SecurityGroup => "security group",
            Self::Subnet => "subnet",
            Self::SubnetCidrAssociation => "CIDR block association of a subnet",
            Self::TrafficMirrorFilterRule => "traffic mirror filter rule",
            Self::VpcCidrAssociation => "CIDR block association of a VPC",
            Self::VpcPeeringConnection => "VPC peering connection",
        })
    }
}

impl MappingError {
    /// What the request calls so is not there. Of a name, no more is repeated than names and ARNs can be long.
    pub(crate) fn absent(what: Absent, name: &str) -> Self {
        const NAME_CHARACTERS_MAX: usize = 320;
        Self::Absent {
            what,
            name: name.chars().take(NAME_CHARACTERS_MAX).collect(),
        }
    }
}

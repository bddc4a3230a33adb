//! The ids of EC2's resources: each type's begin in their own way, and go on in lower-case hexadecimal digits.
//!
//! Another spelling could be the same resource to an upstream and another one to a policy, so it is refused.

use crate::MappingError;

/// Types with the beginnings of their ids. Of two beginnings that fit, the longer one counts.
const PREFIXES: &[(&str, &str)] = &[
    ("instance", "i-"),
    ("volume", "vol-"),
    ("snapshot", "snap-"),
    ("image", "ami-"),
    ("security-group", "sg-"),
    ("security-group-rule", "sgr-"),
    ("vpc", "vpc-"),
    ("subnet", "subnet-"),
    ("subnet-cidr-reservation", "scr-"),
    ("network-interface", "eni-"),
    ("elastic-ip", "eipalloc-"),
    ("internet-gateway", "igw-"),
    ("egress-only-internet-gateway", "eigw-"),
    ("natgateway", "nat-"),
    ("route-table", "rtb-"),
    ("network-acl", "acl-"),
    ("dhcp-options", "dopt-"),
    ("vpc-endpoint", "vpce-"),
    ("vpc-endpoint-service", "vpce-svc-"),
    ("vpc-peering-connection", "pcx-"),
    ("vpc-flow-log", "fl-"),
    ("vpn-gateway", "vgw-"),
    ("customer-gateway", "cgw-"),
    ("vpn-connection", "vpn-"),
    ("launch-template", "lt-"),
    ("prefix-list", "pl-"),
    ("ipam", "ipam-"),
    ("ipam-pool", "ipam-pool-"),
    ("ipam-scope", "ipam-scope-"),
    ("ipam-resource-discovery", "ipam-res-disco-"),
    ("ipam-resource-discovery-association", "ipam-res-disco-assoc-"),
    ("ipv4pool-ec2", "ipv4pool-ec2-"),
    ("ipv6pool-ec2", "ipv6pool-ec2-"),
    ("capacity-reservation", "cr-"),
    ("dedicated-host", "h-"),
    ("spot-instances-request", "sir-"),
    ("transit-gateway", "tgw-"),
    ("transit-gateway-attachment", "tgw-attach-"),
    ("transit-gateway-route-table", "tgw-rtb-"),
    ("transit-gateway-policy-table", "tgw-ptb-"),
    ("client-vpn-endpoint", "cvpn-endpoint-"),
    ("local-gateway-route-table", "lgw-rtb-"),
    ("local-gateway-virtual-interface-group", "lgw-vif-grp-"),
    ("network-insights-path", "nip-"),
    ("network-insights-access-scope", "nis-"),
    ("traffic-mirror-filter", "tmf-"),
    ("traffic-mirror-filter-rule", "tmfr-"),
    ("transit-gateway-multicast-domain", "tgw-mcast-domain-"),
    ("transit-gateway-connect-peer", "tgw-connect-peer-"),
    ("local-gateway", "lgw-"),
    ("local-gateway-virtual-interface", "lgw-vif-"),
    ("coip-pool", "ipv4pool-coip-"),
    ("network-insights-analysis", "nia-"),
    ("network-insights-access-scope-analysis", "nisa-"),
    ("traffic-mirror-session", "tms-"),
    ("traffic-mirror-target", "tmt-"),
    ("instance-event-window", "iew-"),
    ("capacity-reservation-fleet", "crf-"),
    ("fleet", "fleet-"),
    ("spot-fleet-request", "sfr-"),
    ("verified-access-instance", "vai-"),
    ("verified-access-group", "vagr-"),
    ("verified-access-endpoint", "vae-"),
    ("verified-access-trust-provider", "vatp-"),
    ("carrier-gateway", "cagw-"),
    ("instance-connect-endpoint", "eice-"),
    ("export-image-task", "export-ami-"),
    ("import-image-task", "import-ami-"),
    ("import-snapshot-task", "import-snap-"),
    ("replace-root-volume-task", "replacevol-"),
];

const DIGITS_MAX: usize = 40;

/// The type whose ids are nothing but a UUID.
const BARE: &str = "reserved-instances";

/// The type of the resource with this id.
pub(super) fn resource_type(id: &str) -> Option<&'static str> {
    if is_uuid(id) {
        return Some(BARE);
    }
    PREFIXES
        .iter()
        .filter(|(_, prefix)| {
            id.strip_prefix(prefix)
                .is_some_and(|rest| are_digits(rest) || is_uuid(rest))
        })
        .max_by_key(|(_, prefix)| prefix.len())
        .map(|(resource_type, _)| *resource_type)
}

/// Refuses what is no id of the type.
pub(super) fn check(resource_type: &str, id: &str, member: &str) -> Result<(), MappingError> {
    if self::resource_type(id) == Some(resource_type) {
        Ok(())
    } else {
        Err(MappingError::InvalidMember {
            member: member.to_owned(),
            reason: "it is no id of such a resource, in lower case",
        })
    }
}

/// Refuses what could be one of several spellings of an id whose beginning is not published.
pub(super) fn check_spelling(id: &str, member: &str) -> Result<(), MappingError> {
    let is_plain = |byte: u8| byte.is_ascii_digit() || byte.is_ascii_lowercase() || byte == b'-';
    if !id.is_empty() && id.len() <= 2 * DIGITS_MAX && id.bytes().all(is_plain) {
        Ok(())
    } else {
        Err(MappingError::InvalidMember {
            member: member.to_owned(),
            reason: "it is no id in lower case",
        })
    }
}

fn is_uuid(text: &str) -> bool {
    const GROUPS: [usize; 5] = [8, 4, 4, 4, 12];
    let mut groups = text.split('-');
    GROUPS.iter().all(|len| {
        groups
            .next()
            .is_some_and(|group| group.len() == *len && are_digits(group))
    }) && groups.next().is_none()
}

fn are_digits(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= DIGITS_MAX
        && text
            .bytes()
            .all(|byte| byte.is_ascii_digit() || matches!(byte, b'a'..=b'f'))
}

/// The placeholder in the ARN of the type, where it is not the one of the types with an id of their own.
pub(super) fn placeholder(resource_type: &str) -> Option<&'static str> {
    let service = lanyard_catalogue::catalogue().service("ec2")?;
    let arn: &'static str = service.resource_type(resource_type)?.arns().first()?;
    let (_, last) = arn.rsplit_once("${")?;
    last.strip_suffix('}')
}

/// The condition key that has the id of a resource of the type.
///
/// Evidence: the service authorization reference.
pub(super) fn condition_key(resource_type: &str) -> Option<&'static str> {
    Some(match resource_type {
        "instance" => "ec2:InstanceID",
        "volume" => "ec2:VolumeID",
        "snapshot" => "ec2:SnapshotID",
        "image" => "ec2:ImageID",
        "security-group" => "ec2:SecurityGroupID",
        "vpc" => "ec2:VpcID",
        "subnet" => "ec2:SubnetID",
        "network-interface" => "ec2:NetworkInterfaceID",
        "internet-gateway" => "ec2:InternetGatewayID",
        "route-table" => "ec2:RouteTableID",
        "network-acl" => "ec2:NetworkAclID",
        "dhcp-options" => "ec2:DhcpOptionsID",
        "vpc-peering-connection" => "ec2:VpcPeeringConnectionID",
        "elastic-ip" => "ec2:AllocationId",
        "key-pair" => "ec2:KeyPairName",
        "placement-group" => "ec2:PlacementGroupName",
        "transit-gateway" => "ec2:transitGatewayId",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_says_its_type_in_one_spelling() {
        for (id, expected) in [
            ("i-0123456789abcdef0", Some("instance")),
            ("ami-12c6146b", Some("image")),
            ("vpce-svc-0a", Some("vpc-endpoint-service")),
            ("tgw-attach-0a", Some("transit-gateway-attachment")),
            ("import-ami-0a", Some("import-image-task")),
            ("fleet-12a34b55-67cd-8ef9-ba9b-9208dddddddd", Some("fleet")),
            ("12a34b55-67cd-8ef9-ba9b-9208dddddddd", Some("reserved-instances")),
            ("12a34b55-67cd-8ef9-ba9b-9208dddddddd-", None),
            ("12A34b55-67cd-8ef9-ba9b-9208dddddddd", None),
            ("12a34b5567cd8ef9ba9b9208dddddddd", None),
            ("i-ABC", None),
            ("I-0a", None),
            ("i-", None),
            ("i-*", None),
            ("i-0a\n", None),
            ("key-0a", None),
        ] {
            assert_eq!(resource_type(id), expected, "{id}");
        }
    }
}

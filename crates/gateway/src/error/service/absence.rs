//! What services say of something that is not there.

use lanyard_mapping::Absent;

/// What is in the names of the codes.
const PARTS: [&str; 6] = [
    "NotFound",
    "NonExist",
    "DoesNotExist",
    "InvalidResourceId",
    "InvalidPlacementGroup.Unknown",
    "InvalidConnectionNotification",
];
/// CloudFormation has no code of its own for a stack that is not there.
const OF_STACKS: (&str, &str) = ("ValidationError", "does not exist");

/// Whether an error of the upstream says that what it was asked about is not there. A server that does not know the
/// question says something else.
pub(crate) fn says_not_there(code: &str, message: &str) -> bool {
    let (of_stacks, ends) = OF_STACKS;
    PARTS.iter().any(|part| code.contains(part)) || (code == of_stacks && message.ends_with(ends))
}

/// The code of what is not there, by the service that has such things.
///
/// Evidence: KMS's reference; EC2's list of error codes; for ranges of addresses and permissions on interfaces, which
/// that list leaves out, programs that wait for these codes of AWS.
pub(super) fn code(what: Absent) -> &'static str {
    match what {
        Absent::Address => "InvalidAddress.NotFound",
        Absent::Alias => "NotFoundException",
        Absent::Association => "InvalidAssociationID.NotFound",
        Absent::ConnectionNotification => "InvalidConnectionNotification",
        Absent::Instance => "InvalidInstanceID.NotFound",
        Absent::KeyPair => "InvalidKeyPair.NotFound",
        Absent::LaunchTemplateId => "InvalidLaunchTemplateId.NotFound",
        Absent::LaunchTemplateName => "InvalidLaunchTemplateName.NotFoundException",
        Absent::LaunchTemplateVersion => "InvalidLaunchTemplateId.VersionNotFound",
        Absent::NetworkInterfaceAttachment => "InvalidAttachmentID.NotFound",
        Absent::NetworkInterfacePermission => "InvalidNetworkInterfacePermissionID.NotFound",
        Absent::PlacementGroup => "InvalidPlacementGroup.Unknown",
        Absent::SecurityGroup => "InvalidGroup.NotFound",
        Absent::Subnet => "InvalidSubnetID.NotFound",
        Absent::SubnetCidrAssociation => "InvalidSubnetCidrBlockAssociationID.NotFound",
        Absent::TrafficMirrorFilterRule => "InvalidTrafficMirrorFilterRuleId.NotFound",
        Absent::VpcCidrAssociation => "InvalidVpcCidrBlockAssociationID.NotFound",
        Absent::VpcPeeringConnection => "InvalidVpcPeeringConnectionID.NotFound",
    }
}

/// What is said of it. Evidence: answers of KMS and EC2 that users quote; where none is known, in the words of those.
pub(super) fn text(what: Absent, name: &str) -> String {
    let of_id = |kind: &str| format!("The {kind} ID '{name}' does not exist");
    match what {
        Absent::Address => format!("Address '{name}' not found."),
        Absent::Alias => format!("Alias {name} is not found."),
        Absent::Association => of_id("association"),
        Absent::ConnectionNotification => of_id("connection notification"),
        Absent::Instance => of_id("instance"),
        Absent::KeyPair => format!("The key pair '{name}' does not exist"),
        Absent::LaunchTemplateId => {
            format!("The specified launch template, with template ID {name}, does not exist.")
        }
        Absent::LaunchTemplateName => {
            format!("The specified launch template, with template name {name}, does not exist.")
        }
        Absent::LaunchTemplateVersion => {
            format!("The specified launch template version {name} does not exist.")
        }
        Absent::NetworkInterfaceAttachment => of_id("network interface attachment"),
        Absent::NetworkInterfacePermission => of_id("network interface permission"),
        Absent::PlacementGroup => format!("The Placement Group '{name}' is unknown."),
        Absent::SecurityGroup => format!("The security group '{name}' does not exist"),
        Absent::Subnet => of_id("subnet"),
        Absent::SubnetCidrAssociation => of_id("subnet CIDR block association"),
        Absent::TrafficMirrorFilterRule => of_id("traffic mirror filter rule"),
        Absent::VpcCidrAssociation => of_id("vpc CIDR block association"),
        Absent::VpcPeeringConnection => of_id("vpcPeeringConnection"),
    }
}

#[cfg(test)]
mod tests {
    use super::says_not_there;

    #[test]
    fn only_what_says_so_is_not_there() {
        for code in [
            "ResourceNotFoundException",
            "NotFoundException",
            "AWS.SimpleQueueService.NonExistentQueue",
            "QueueDoesNotExist",
            "InvalidResourceId",
            "InvalidSubnetID.NotFound",
            "InvalidPlacementGroup.Unknown",
            "DBInstanceNotFound",
        ] {
            assert!(says_not_there(code, ""), "{code}");
        }
        for code in [
            "",
            "UnknownOperationException",
            "InvalidAction",
            "AccessDenied",
            "ValidationError",
        ] {
            assert!(!says_not_there(code, ""), "{code}");
        }
        assert!(says_not_there(
            "ValidationError",
            "Stack with id s does not exist"
        ));
    }
}

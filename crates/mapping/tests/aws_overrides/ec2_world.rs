//! What the EC2 of these cases tells of its things.

use lanyard_mapping::aws::{Described, Ec2Question};

/// Which operation, which value it is asked about, and the item that it answers: `name=text` and `name[...]`, with
/// commas between them.
const WORLD: &[(&str, &str, &str)] = &[
    (
        "DescribeRouteTables",
        "rtbassoc-0a",
        "routeTableId=rtb-0a,associationSet[item[routeTableAssociationId=rtbassoc-0b,subnetId=subnet-0b],\
         item[routeTableAssociationId=rtbassoc-0a,subnetId=subnet-0a]]",
    ),
    (
        "DescribeRouteTables",
        "rtbassoc-0c",
        "routeTableId=rtb-0a,associationSet[item[routeTableAssociationId=rtbassoc-0c,main=true]]",
    ),
    (
        "DescribeRouteTables",
        "rtbassoc-0d",
        "routeTableId=rtb-0a,associationSet[item[routeTableAssociationId=rtbassoc-0d,gatewayId=igw-0a]]",
    ),
    // An answer to another question.
    (
        "DescribeRouteTables",
        "rtbassoc-0e",
        "routeTableId=rtb-0a,associationSet[item[routeTableAssociationId=rtbassoc-0a,subnetId=subnet-0a]]",
    ),
    (
        "DescribeNetworkAcls",
        "aclassoc-0a",
        "networkAclId=acl-0a,associationSet[item[networkAclAssociationId=aclassoc-0a,networkAclId=acl-0a,\
         subnetId=subnet-0a]]",
    ),
    (
        "DescribeAddresses",
        "eipassoc-0a",
        "allocationId=eipalloc-0a,associationId=eipassoc-0a,networkInterfaceId=eni-0a,publicIp=192.0.2.1",
    ),
    (
        "DescribeAddresses",
        "192.0.2.1",
        "allocationId=eipalloc-0a,associationId=eipassoc-0a,networkInterfaceId=eni-0a,publicIp=192.0.2.1",
    ),
    (
        "DescribeNatGateways",
        "nat-0a",
        "natGatewayId=nat-0a,natGatewayAddressSet[item[associationId=eipassoc-0a,allocationId=eipalloc-0a],\
         item[associationId=eipassoc-0b,allocationId=eipalloc-0b,networkInterfaceId=eni-0b]]",
    ),
    (
        "DescribeIamInstanceProfileAssociations",
        "iip-assoc-0a",
        "associationId=iip-assoc-0a,instanceId=i-0a",
    ),
    (
        "DescribeNetworkInterfaces",
        "eni-attach-0a",
        "networkInterfaceId=eni-0a,attachment[attachmentId=eni-attach-0a,instanceId=i-0a]",
    ),
    (
        "DescribeVpcs",
        "vpc-cidr-assoc-06",
        "vpcId=vpc-0a,cidrBlockAssociationSet[item[associationId=vpc-cidr-assoc-04]],\
         ipv6CidrBlockAssociationSet[item[associationId=vpc-cidr-assoc-06]]",
    ),
    (
        "DescribeVpcPeeringConnections",
        "pcx-0a",
        "vpcPeeringConnectionId=pcx-0a,accepterVpcInfo[vpcId=vpc-0a,ownerId=000000000000,region=eu-west-1],\
         requesterVpcInfo[vpcId=vpc-0b,ownerId=444455556666,region=eu-west-2]",
    ),
    (
        "DescribeInstances",
        "i-0a",
        "instancesSet[item[instanceId=i-0a,rootDeviceName=/dev/xvda,blockDeviceMapping[\
         item[deviceName=/dev/xvda,ebs[volumeId=vol-0a]],item[deviceName=/dev/sdf,ebs[volumeId=vol-0b]]]]]",
    ),
    (
        "DescribeSecurityGroups",
        "web",
        "groupName=web,groupId=sg-0e,vpcId=vpc-0d",
    ),
    // A filter takes wildcards, and this is another group than the one that was asked for.
    (
        "DescribeSecurityGroups",
        "w*",
        "groupName=web,groupId=sg-0e,vpcId=vpc-0d",
    ),
    (
        "DescribeLaunchTemplates",
        "small",
        "launchTemplateName=small,launchTemplateId=lt-0a",
    ),
    ("DescribeKeyPairs", "key-0a", "keyPairId=key-0a,keyName=mine"),
    (
        "DescribePlacementGroups",
        "pg-0a",
        "groupId=pg-0a,groupName=close",
    ),
    (
        "DescribeLaunchTemplateVersions",
        "small",
        "launchTemplateName=small,launchTemplateId=lt-0a,versionNumber=7,launchTemplateData[imageId=ami-0a,\
         instanceType=t3.micro,keyName=mine,networkInterfaceSet[item[deviceIndex=0,subnetId=subnet-0a,\
         groupSet[groupId=sg-0a]]],iamInstanceProfile[name=web],userData=aGk=]",
    ),
    (
        "DescribeLaunchTemplateVersions",
        "lt-0b",
        "launchTemplateName=tagged,launchTemplateId=lt-0b,versionNumber=3,launchTemplateData[imageId=ami-0a,\
         instanceType=t3.micro,securityGroupIdSet[item=sg-0a],metadataOptions[httpTokens=required],\
         tagSpecificationSet[item[resourceType=instance,tagSet[item[key=team,value=red],item[key=env,value=test]]]]]",
    ),
    (
        "DescribeLaunchTemplateVersions",
        "lt-0c",
        "launchTemplateName=odd,launchTemplateId=lt-0c,versionNumber=1,launchTemplateData[imageId=ami-0a,\
         futureResource=x-0a]",
    ),
];

pub(super) fn answer(question: &Ec2Question) -> Vec<Described> {
    let has = |value: &str| question.input.iter().any(|(_, known)| known == value);
    // The first of two questions about the blocks of a network finds nothing.
    if has("cidr-block-association.association-id") {
        return Vec::new();
    }
    let found = WORLD
        .iter()
        .filter(|(operation, value, _)| *operation == question.operation && has(value));
    found.map(|(.., item)| element("item", &mut &**item)).collect()
}

/// An element of this name, with everything up to the bracket that closes it.
fn element(name: &str, rest: &mut &str) -> Described {
    let mut children = Vec::new();
    while let Some(end) = rest.find(['=', '[']) {
        let (child, tail) = rest.split_at(end);
        let is_leaf = tail.starts_with('=');
        *rest = &tail[1..];
        children.push(if is_leaf {
            let end = rest.find([',', ']']).unwrap_or(rest.len());
            let (text, tail) = rest.split_at(end);
            *rest = tail;
            Described {
                name: child.to_owned(),
                text: text.to_owned(),
                children: Vec::new(),
            }
        } else {
            let inner = element(child, rest);
            *rest = rest.strip_prefix(']').unwrap();
            inner
        });
        match rest.strip_prefix(',') {
            Some(next) => *rest = next,
            None => break,
        }
    }
    Described {
        name: name.to_owned(),
        text: String::new(),
        children,
    }
}

//! Values that members of generated requests have.

use lanyard_catalogue::catalogue;
use lanyard_mapping::aws::CoverageRow;

/// The address of an object.
const TEMPLATE: Option<&str> = Some("https://s3.amazonaws.com/templates/a");

/// What members have that must be something in particular: the service, the operation or `*`, the path, the value.
/// Without a value the member is left out of requests with every member: it excludes another.
const PARTICULAR: &[(&str, &str, &str, Option<&str>)] = &[
    (
        "ec2",
        "*",
        "CertificateArn",
        Some("arn:aws:acm:us-east-1:111122223333:certificate/a"),
    ),
    (
        "ec2",
        "*",
        "DeliverLogsPermissionArn",
        Some("arn:aws:iam::111122223333:role/a"),
    ),
    ("ec2", "*", "Ipv6Pool", None),
    ("ec2", "*", "PublicIpv4Pool", None),
    ("ec2", "AssociateRouteTable", "GatewayId", Some("igw-0a")),
    ("ec2", "RunInstances", "LaunchTemplate", None),
    // Where there is an id, there is no name in its place.
    ("ec2", "AssociateAddress", "PublicIp", None),
    ("ec2", "ReleaseAddress", "PublicIp", None),
    ("ec2", "DisassociateAddress", "PublicIp", None),
    ("ec2", "AuthorizeSecurityGroupIngress", "GroupName", None),
    ("ec2", "RevokeSecurityGroupIngress", "GroupName", None),
    ("ec2", "DeleteSecurityGroup", "GroupName", None),
    (
        "ec2",
        "UpdateSecurityGroupRuleDescriptionsEgress",
        "GroupName",
        None,
    ),
    (
        "ec2",
        "UpdateSecurityGroupRuleDescriptionsIngress",
        "GroupName",
        None,
    ),
    ("ec2", "CreateLaunchTemplateVersion", "LaunchTemplateName", None),
    ("ec2", "ModifyLaunchTemplate", "LaunchTemplateName", None),
    ("ec2", "DeleteLaunchTemplate", "LaunchTemplateName", None),
    ("ec2", "DeleteLaunchTemplateVersions", "LaunchTemplateName", None),
    ("ec2", "DeleteKeyPair", "KeyPairId", None),
    ("ecr", "*", "registryId", Some("111122223333")),
    ("glue", "*", "CatalogId", Some("111122223333")),
    ("cloudformation", "*", "TemplateURL", TEMPLATE),
    ("cloudformation", "*", "StackDefinitions.TemplateURL", TEMPLATE),
    ("cloudformation", "*", "StackIdsUrl", TEMPLATE),
    ("cloudformation", "*", "StackPolicyURL", TEMPLATE),
    ("cloudformation", "*", "StackPolicyDuringUpdateURL", TEMPLATE),
    ("sqs", "*", "QueueOwnerAWSAccountId", Some("111122223333")),
    (
        "ecs",
        "*",
        "managedInstancesProvider.instanceLaunchTemplate.ec2InstanceProfileArn",
        Some("arn:aws:iam::111122223333:instance-profile/a"),
    ),
    (
        "elbv2",
        "*",
        "LoadBalancerArn",
        Some("arn:aws:elasticloadbalancing:us-east-1:111122223333:loadbalancer/app/a/a"),
    ),
    (
        "elbv2",
        "*",
        "ListenerArn",
        Some("arn:aws:elasticloadbalancing:us-east-1:111122223333:listener/app/a/a/a"),
    ),
    (
        "elbv2",
        "*",
        "ResourceArns",
        Some("arn:aws:elasticloadbalancing:us-east-1:111122223333:loadbalancer/app/a/a"),
    ),
    ("elbv2", "CreateLoadBalancer", "Type", Some("network")),
    (
        "sns",
        "*",
        "EndpointArn",
        Some("arn:aws:sns:us-east-1:111122223333:endpoint/GCM/a/a"),
    ),
    (
        "sns",
        "*",
        "PlatformApplicationArn",
        Some("arn:aws:sns:us-east-1:111122223333:app/GCM/a"),
    ),
    (
        "elbv2",
        "*",
        "RuleArn",
        Some("arn:aws:elasticloadbalancing:us-east-1:111122223333:listener-rule/app/a/a/a/a"),
    ),
    (
        "elbv2",
        "*",
        "RulePriorities.RuleArn",
        Some("arn:aws:elasticloadbalancing:us-east-1:111122223333:listener-rule/app/a/a/a/a"),
    ),
    ("ecs", "*", "cluster", Some("default")),
    ("kms", "*", "AliasName", Some("alias/a")),
    (
        "rds",
        "*",
        "ResourceIdentifier",
        Some("arn:aws:rds:us-east-1:111122223333:db:a"),
    ),
    ("dynamodb", "*", "KeyConditionExpression", Some("a = :a")),
    ("ssm", "DeregisterManagedInstance", "InstanceId", Some("mi-0a")),
    ("ssm", "UpdateManagedInstanceRole", "InstanceId", Some("mi-0a")),
    ("kinesis", "*", "StreamId", None),
    (
        "kinesis",
        "*",
        "StreamARN",
        Some("arn:aws:kinesis:us-east-1:111122223333:stream/a"),
    ),
    (
        "kinesis",
        "*",
        "ResourceARN",
        Some("arn:aws:kinesis:us-east-1:111122223333:stream/a"),
    ),
    (
        "kinesis",
        "*",
        "ConsumerARN",
        Some("arn:aws:kinesis:us-east-1:111122223333:stream/a/consumer/a:1"),
    ),
    (
        "lambda",
        "*",
        "CapacityProviderConfig.LambdaManagedInstancesCapacityProviderConfig.CapacityProviderArn",
        Some("arn:aws:lambda:us-east-1:111122223333:capacity-provider:a"),
    ),
    (
        "lambda",
        "*",
        "DurableExecutionArn",
        Some("arn:aws:lambda:us-east-1:111122223333:function:a:1/durable-execution/a/a"),
    ),
    (
        "lambda",
        "*",
        "Layers",
        Some("arn:aws:lambda:us-east-1:111122223333:layer:a:1"),
    ),
    (
        "lambda",
        "*",
        "Resource",
        Some("arn:aws:lambda:us-east-1:111122223333:function:a"),
    ),
    ("lambda", "*", "VersionNumber", Some("1")),
    (
        "lambda",
        "GetLayerVersionByArn",
        "Arn",
        Some("arn:aws:lambda:us-east-1:111122223333:layer:a:1"),
    ),
    ("logs", "*", "resourceIdentifier", None),
    (
        "logs",
        "*",
        "resourceArn",
        Some("arn:aws:logs:us-east-1:111122223333:log-group:a"),
    ),
    (
        "sns",
        "*",
        "SubscriptionArn",
        Some("arn:aws:sns:us-east-1:111122223333:a:0"),
    ),
    ("sns", "*", "TargetArn", None),
    ("sns", "Publish", "PhoneNumber", None),
    ("sqs", "*", "QueueUrl", Some("http://localhost/111122223333/a")),
    ("ec2", "*", "ServiceId", Some("vpce-svc-0a")),
    ("ec2", "*", "ServiceIds", Some("vpce-svc-0a")),
    ("ec2", "DisableVgwRoutePropagation", "GatewayId", Some("vgw-0a")),
    ("ec2", "EnableVgwRoutePropagation", "GatewayId", Some("vgw-0a")),
    ("ssm", "*", "InstanceId", Some("i-0a")),
    ("ssm", "*", "InstanceIds", Some("i-0a")),
    ("ssm", "*", "Entries.InstanceId", Some("i-0a")),
    ("ssm", "*", "OpsItemArn", None),
    ("ssm", "*", "Target", Some("i-0a")),
    ("ssm", "*", "OutputS3BucketName", Some("bucket")),
    ("ssm", "PutComplianceItems", "ResourceId", Some("i-0a")),
    ("ssm", "AddTagsToResource", "ResourceType", Some("Parameter")),
    ("ssm", "RemoveTagsFromResource", "ResourceType", Some("Parameter")),
    ("ssm", "ListTagsForResource", "ResourceType", Some("Parameter")),
    (
        "ssm",
        "*",
        "ResourceArn",
        Some("arn:aws:ssm:us-east-1:111122223333:parameter/a"),
    ),
    (
        "stepfunctions",
        "*",
        "resourceArn",
        Some("arn:aws:states:us-east-1:111122223333:stateMachine:a"),
    ),
    (
        "stepfunctions",
        "*",
        "executionArn",
        Some("arn:aws:states:us-east-1:111122223333:execution:a:a"),
    ),
    ("stepfunctions", "ListExecutions", "mapRunArn", None),
    (
        "events",
        "*",
        "ResourceARN",
        Some("arn:aws:events:us-east-1:111122223333:rule/a"),
    ),
    (
        "events",
        "CreateArchive",
        "EventSourceArn",
        Some("arn:aws:events:us-east-1:111122223333:event-bus/a"),
    ),
    (
        "events",
        "StartReplay",
        "EventSourceArn",
        Some("arn:aws:events:us-east-1:111122223333:archive/a"),
    ),
    (
        "events",
        "StartReplay",
        "Destination.Arn",
        Some("arn:aws:events:us-east-1:111122223333:event-bus/a"),
    ),
    (
        "apigateway",
        "*",
        "domainNameArn",
        Some("arn:aws:apigateway:us-east-1:111122223333:/domainnames/a+b"),
    ),
    (
        "apigateway",
        "*",
        "domainNameAccessAssociationArn",
        Some("arn:aws:apigateway:us-east-1:111122223333:/domainnameaccessassociations/domainname/a/VPCE/b"),
    ),
    (
        "apigateway",
        "*",
        "resourceArn",
        Some("arn:aws:apigateway:us-east-1::/restapis/a"),
    ),
    ("apigateway", "*", "domainNameId", None),
    (
        "apigatewayv2",
        "*",
        "ResourceArn",
        Some("arn:aws:apigateway:us-east-1::/apis/a"),
    ),
];

/// How the ids of members begin whose names end so, without `Id`.
const EC2_IDS: &[(&str, &str)] = &[
    ("SpotInstanceRequest", "sir-"),
    ("SecurityGroupRule", "sgr-"),
    ("SecurityGroup", "sg-"),
    ("Group", "sg-"),
    ("Instance", "i-"),
    ("Volume", "vol-"),
    ("Snapshot", "snap-"),
    ("Image", "ami-"),
    ("VpcEndpoint", "vpce-"),
    ("VpcPeeringConnection", "pcx-"),
    ("Vpc", "vpc-"),
    ("SubnetCidrReservation", "scr-"),
    ("Subnet", "subnet-"),
    ("NetworkInterface", "eni-"),
    ("Allocation", "eipalloc-"),
    ("EgressOnlyInternetGateway", "eigw-"),
    ("InternetGateway", "igw-"),
    ("NatGateway", "nat-"),
    ("TransitGatewayRouteTable", "tgw-rtb-"),
    ("TransitGatewayAttachment", "tgw-attach-"),
    ("TransitGateway", "tgw-"),
    ("RouteTable", "rtb-"),
    ("NetworkAcl", "acl-"),
    ("DhcpOption", "dopt-"),
    ("DhcpOptions", "dopt-"),
    ("FlowLog", "fl-"),
    ("VpnGateway", "vgw-"),
    ("CustomerGateway", "cgw-"),
    ("VpnConnection", "vpn-"),
    ("LaunchTemplate", "lt-"),
    ("PrefixList", "pl-"),
    ("IpamPool", "ipam-pool-"),
    ("CapacityReservation", "cr-"),
    ("Host", "h-"),
    ("CarrierGateway", "cagw-"),
    ("InstanceConnectEndpoint", "eice-"),
    ("Resource", "vpc-"),
    ("Resources", "vpc-"),
];

/// The text at a path of an operation's input; nothing if the member is left out.
pub(crate) fn text(row: &CoverageRow, path: &str, is_whole: bool) -> Option<String> {
    let (service, operation) = (row.service.id(), row.operation.name());
    let particular = PARTICULAR.iter().find(|(known, name, member, _)| {
        *known == service && matches!(*name, "*") | (*name == operation) && *member == path
    });
    match particular {
        Some((.., Some(value))) => return Some((*value).to_owned()),
        Some((.., None)) if is_whole => return None,
        _ => {}
    }
    let name = path.rsplit('.').next().unwrap_or(path);
    if service == "ec2" {
        if path.starts_with("TagSpecifications") {
            // Which of them an operation takes depends on what it makes.
            return None;
        }
        let stem = name
            .trim_end_matches('s')
            .trim_end_matches("Id")
            .trim_end_matches("ID");
        let known = EC2_IDS.iter().find(|(end, _)| stem.ends_with(end));
        return Some(known.map_or_else(
            || "a".to_owned(),
            |(_, prefix)| format!("{prefix}0123456789abcdef0"),
        ));
    }
    if let Some(stem) = name
        .strip_suffix("Arn")
        .or(name.strip_suffix("ARN"))
        .or(name.strip_suffix("Arns"))
        .or(name.strip_suffix("ARNs"))
    {
        return Some(arn(row, stem));
    }
    Some("a".to_owned())
}

/// An ARN for a member whose name begins so: of the type of that name, else of a type of the operation's action, else
/// of a role.
fn arn(row: &CoverageRow, stem: &str) -> String {
    let prefix = row.service.iam_prefix();
    let folded = |text: &str| text.replace(['-', ' ', '_', '/'], "").to_ascii_lowercase();
    let stem = folded(stem);
    let service = catalogue().service(prefix).unwrap();
    let action = service.action(row.operation.name());
    let own = action.map_or(&[][..], |action| action.resources());
    let own: Vec<_> = own.iter().map(|resource| resource.resource_type()).collect();
    let named = own.iter().copied().chain(service.resource_types()).find(|known| {
        !stem.is_empty() && (folded(known.name()) == stem || stem.ends_with(&folded(known.name())))
    });
    let is_role = stem.ends_with("role");
    let chosen = if is_role {
        None
    } else {
        named.or(own.first().copied())
    };
    let form = chosen.and_then(|known| known.arns().first().copied());
    let Some(form) = form else {
        return "arn:aws:iam::111122223333:role/a".to_owned();
    };
    let mut out = String::new();
    let mut rest = form;
    while let Some((before, inside)) = rest.split_once("${") {
        out.push_str(before);
        let (name, behind) = inside.split_once('}').unwrap();
        out.push_str(match name {
            "Partition" => "aws",
            "Region" => "us-east-1",
            "Account" => "111122223333",
            _ => "a",
        });
        rest = behind;
    }
    out.push_str(rest);
    out
}

//! By which operation a service tells the tags of a resource, and where they stand in its answer.

use crate::aws::lookups::{Inquiry, Question, carrier};

/// One service.
#[derive(Debug)]
pub(super) struct Row {
    /// The id of its model.
    service: &'static str,
    operation: &'static str,
    named: Named,
    /// Where the tags stand: the member in JSON; in XML, each element down to that of one tag.
    pub(super) tags: &'static [&'static str],
    /// How to ask for more.
    pub(super) pages: Pages,
}

/// What a question says, by the names of its protocol.
type Members = Vec<(&'static str, String)>;

/// How the resource is named in the question.
#[derive(Clone, Copy, Debug)]
enum Named {
    /// By its ARN, in this member.
    Arn(&'static str),
    /// In another way, that its ARN tells.
    Otherwise(fn(&Inquiry<'_>, &str) -> Option<Members>),
}

/// How there may be more tags than an answer has.
#[derive(Clone, Copy, Debug)]
pub(super) enum Pages {
    /// There never are.
    One,
    /// A text in this member of the answer (in XML, of what stands around the list) goes into that of the question.
    Token(&'static str, &'static str),
    /// If this member is true, the key of the last tag goes into that of the question.
    LastKey(&'static str, &'static str),
}

const fn row(
    service: &'static str,
    operation: &'static str,
    named: Named,
    tags: &'static [&'static str],
) -> Row {
    Row {
        service,
        operation,
        named,
        tags,
        pages: Pages::One,
    }
}

const fn paged(row: Row, pages: Pages) -> Row {
    Row { pages, ..row }
}

use Named::{Arn, Otherwise};
const TOKEN: Pages = Pages::Token("NextToken", "NextToken");

// Evidence: the public service models.
static ROWS: [Row; 33] = [
    row("acm", "ListTagsForCertificate", Arn("CertificateArn"), &["Tags"]),
    row("apigateway", "GetTags", Arn("resource_arn"), &["tags"]),
    row("apigatewayv2", "GetTags", Arn("resource-arn"), &["tags"]),
    paged(
        row("athena", "ListTagsForResource", Arn("ResourceARN"), &["Tags"]),
        TOKEN,
    ),
    paged(
        row(
            "autoscaling",
            "DescribeTags",
            Otherwise(auto_scaling_group),
            &["DescribeTagsResult", "Tags", "member"],
        ),
        TOKEN,
    ),
    row("batch", "ListTagsForResource", Arn("resourceArn"), &["tags"]),
    row(
        "cloudformation",
        "DescribeStacks",
        Arn("StackName"),
        &["DescribeStacksResult", "Stacks", "member", "Tags", "member"],
    ),
    row(
        "cloudwatch",
        "ListTagsForResource",
        Arn("ResourceARN"),
        &["ListTagsForResourceResult", "Tags", "member"],
    ),
    row(
        "cognito-idp",
        "ListTagsForResource",
        Arn("ResourceArn"),
        &["Tags"],
    ),
    paged(
        row("dynamodb", "ListTagsOfResource", Arn("ResourceArn"), &["Tags"]),
        TOKEN,
    ),
    paged(
        row("ec2", "DescribeTags", Otherwise(ec2_id), &["tagSet", "item"]),
        Pages::Token("nextToken", "NextToken"),
    ),
    row("ecr", "ListTagsForResource", Arn("resourceArn"), &["tags"]),
    row("ecs", "ListTagsForResource", Arn("resourceArn"), &["tags"]),
    row("eks", "ListTagsForResource", Arn("resourceArn"), &["tags"]),
    row(
        "elasticache",
        "ListTagsForResource",
        Arn("ResourceName"),
        &["ListTagsForResourceResult", "TagList", "Tag"],
    ),
    row(
        "elb",
        "DescribeTags",
        Otherwise(classic_load_balancer),
        &[
            "DescribeTagsResult",
            "TagDescriptions",
            "member",
            "Tags",
            "member",
        ],
    ),
    row(
        "elbv2",
        "DescribeTags",
        Arn("ResourceArns.member.1"),
        &[
            "DescribeTagsResult",
            "TagDescriptions",
            "member",
            "Tags",
            "member",
        ],
    ),
    row("events", "ListTagsForResource", Arn("ResourceARN"), &["Tags"]),
    paged(
        row(
            "firehose",
            "ListTagsForDeliveryStream",
            Otherwise(delivery_stream),
            &["Tags"],
        ),
        Pages::LastKey("HasMoreTags", "ExclusiveStartTagKey"),
    ),
    row("glue", "GetTags", Arn("ResourceArn"), &["Tags"]),
    paged(
        row("kinesis", "ListTagsForStream", Otherwise(stream), &["Tags"]),
        Pages::LastKey("HasMoreTags", "ExclusiveStartTagKey"),
    ),
    paged(
        row("kms", "ListResourceTags", Arn("KeyId"), &["Tags"]),
        Pages::Token("NextMarker", "Marker"),
    ),
    row("lambda", "ListTags", Arn("Resource"), &["Tags"]),
    row("logs", "ListTagsForResource", Arn("resourceArn"), &["tags"]),
    row("pipes", "ListTagsForResource", Arn("resourceArn"), &["tags"]),
    row(
        "rds",
        "ListTagsForResource",
        Arn("ResourceName"),
        &["ListTagsForResourceResult", "TagList", "Tag"],
    ),
    row("scheduler", "ListTagsForResource", Arn("ResourceArn"), &["Tags"]),
    row("secretsmanager", "DescribeSecret", Arn("SecretId"), &["Tags"]),
    row(
        "sns",
        "ListTagsForResource",
        Arn("ResourceArn"),
        &["ListTagsForResourceResult", "Tags", "member"],
    ),
    row("sqs", "ListQueueTags", Otherwise(queue), &["Tags"]),
    row(
        "ssm",
        "ListTagsForResource",
        Otherwise(of_systems_manager),
        &["TagList"],
    ),
    row(
        "stepfunctions",
        "ListTagsForResource",
        Arn("resourceArn"),
        &["tags"],
    ),
    paged(
        row("transfer", "ListTagsForResource", Arn("Arn"), &["Tags"]),
        TOKEN,
    ),
];

/// What to ask about a resource; `None` if nobody can be asked: the upstream stands for another service, or the service
/// does not tell.
pub(super) fn question(inquiry: &Inquiry<'_>, arn: &str) -> Option<(Question, &'static Row)> {
    let service = inquiry.service;
    if carrier::service(arn) != service.iam_prefix() {
        return None;
    }
    // Two generations of load balancers share everything but their forms.
    let id = match (
        service.iam_prefix(),
        carrier::resource(arn).split('/').collect::<Vec<_>>().as_slice(),
    ) {
        ("elasticloadbalancing", ["loadbalancer", _name]) => "elb",
        ("elasticloadbalancing", _) => "elbv2",
        _ => service.id(),
    };
    let row = ROWS.iter().find(|row| row.service == id)?;
    let input = match row.named {
        Arn(member) => vec![(member, inquiry.arn_there(arn))],
        Otherwise(name) => name(inquiry, arn)?,
    };
    let question = Question::new(row.service, row.operation, input)?;
    question.is_for(service).then_some((question, row))
}

/// What follows the last slash; `None` for nothing.
fn last(arn: &str) -> Option<String> {
    let (_, name) = carrier::resource(arn).rsplit_once('/')?;
    (!name.is_empty()).then(|| name.to_owned())
}

fn ec2_id(_: &Inquiry<'_>, arn: &str) -> Option<Members> {
    Some(vec![
        ("Filter.1.Name", "resource-id".to_owned()),
        ("Filter.1.Value.1", last(arn)?),
    ])
}

fn queue(inquiry: &Inquiry<'_>, arn: &str) -> Option<Members> {
    let name = carrier::resource(arn);
    let url = format!("{}{}/{name}", inquiry.upstream.origin(), inquiry.account_there());
    (!name.is_empty()).then(|| vec![("QueueUrl", url)])
}

fn stream(_: &Inquiry<'_>, arn: &str) -> Option<Members> {
    let name = carrier::resource(arn).strip_prefix("stream/")?;
    // Consumers have tags of their own.
    (!name.contains('/')).then(|| vec![("StreamName", name.to_owned())])
}

fn delivery_stream(_: &Inquiry<'_>, arn: &str) -> Option<Members> {
    let name = carrier::resource(arn).strip_prefix("deliverystream/")?;
    Some(vec![("DeliveryStreamName", name.to_owned())])
}

fn auto_scaling_group(_: &Inquiry<'_>, arn: &str) -> Option<Members> {
    let (_, name) = carrier::resource(arn)
        .strip_prefix("autoScalingGroup:")?
        .split_once(":autoScalingGroupName/")?;
    Some(vec![
        ("Filters.member.1.Name", "auto-scaling-group".to_owned()),
        ("Filters.member.1.Values.member.1", name.to_owned()),
    ])
}

fn classic_load_balancer(_: &Inquiry<'_>, arn: &str) -> Option<Members> {
    Some(vec![("LoadBalancerNames.member.1", last(arn)?)])
}

/// Evidence: the Systems Manager reference of AddTagsToResource, for the words; parameters in a hierarchy have names
/// that begin with a slash, which their ARNs leave out.
fn of_systems_manager(_: &Inquiry<'_>, arn: &str) -> Option<Members> {
    let (kind, id) = carrier::resource(arn).split_once('/')?;
    let (kind, id) = match kind {
        "parameter" if id.contains('/') => ("Parameter", format!("/{id}")),
        "parameter" => ("Parameter", id.to_owned()),
        "document" => ("Document", id.to_owned()),
        "maintenancewindow" => ("MaintenanceWindow", id.to_owned()),
        "managed-instance" => ("ManagedInstance", id.to_owned()),
        "opsitem" => ("OpsItem", id.to_owned()),
        "patchbaseline" => ("PatchBaseline", id.to_owned()),
        _ => return None,
    };
    Some(vec![("ResourceType", kind.to_owned()), ("ResourceId", id)])
}

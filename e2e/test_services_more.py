"""More services behind the gateway: a user who may use one of two things uses that one, in each protocol."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formataddr

import pytest

from harness.identity import REGION
from harness.policies import allow, trust
from harness.refusal import refused


@pytest.fixture
def name(request) -> str:
    """A name that no other test uses."""
    return re.sub(r"[^a-z0-9]+", "-", request.node.name.lower())[:40].strip("-")


@dataclass
class Service:
    """Two things of a service: how one is made, its ARN after the account, and what is done with it."""

    client: str
    make: Callable
    resource: str
    action: str
    use: Callable
    code: str = "AccessDeniedException"
    status: int = 400
    # Of the ARN, if it is not the client's name.
    prefix: str = ""
    # What `make` gives is the last part of the ARN, and not the name.
    by_id: bool = False


def log_group(logs, name):
    logs.create_log_group(logGroupName=name)
    logs.create_log_stream(logGroupName=name, logStreamName="s")
    return name


def put_log(logs, group):
    event = {"timestamp": 1_790_000_000_000, "message": "hello"}
    logs.put_log_events(logGroupName=group, logStreamName="s", logEvents=[event])


def machine(states, name):
    definition = json.dumps({"StartAt": "a", "States": {"a": {"Type": "Succeed"}}})
    role = "arn:aws:iam::444455556666:role/for-machines"
    made = states.create_state_machine(name=name, definition=definition, roleArn=role)
    return made["stateMachineArn"]


def bus(events, name):
    events.create_event_bus(Name=name)
    return name


def put_event(events, bus):
    events.put_events(
        Entries=[{"Source": "shop", "DetailType": "order", "Detail": "{}", "EventBusName": bus}]
    )


def rule(events, name):
    events.put_rule(Name=name, ScheduleExpression="rate(1 day)")
    return name


def stream(kinesis, name):
    kinesis.create_stream(StreamName=name, ShardCount=1)
    return name


def put_record(kinesis, stream):
    kinesis.put_record(StreamName=stream, Data=b"\x00\xffhello", PartitionKey="k")


def repository(ecr, name):
    ecr.create_repository(repositoryName=name)
    return name


def api(gateway, name):
    return gateway.create_rest_api(name=name)["id"]


TEMPLATE = json.dumps({"Resources": {"Wait": {"Type": "AWS::CloudFormation::WaitConditionHandle"}}})


def stack(cloudformation, name):
    cloudformation.create_stack(StackName=name, TemplateBody=TEMPLATE)
    return name


def cluster(ecs, name):
    ecs.create_cluster(clusterName=name)
    return name


def group(rds, name):
    rds.create_db_parameter_group(
        DBParameterGroupName=name, DBParameterGroupFamily="mysql8.0", Description="d"
    )
    return name


def zone(route53, name):
    made = route53.create_hosted_zone(Name=f"{name}.example", CallerReference=name)
    return made["HostedZone"]["Id"].rsplit("/", 1)[-1]


def change_zone(route53, zone):
    names = route53.get_hosted_zone(Id=zone)["HostedZone"]["Name"]
    record = {"Name": f"a.{names}", "Type": "A", "TTL": 60, "ResourceRecords": [{"Value": "192.0.2.1"}]}
    changes = {"Changes": [{"Action": "UPSERT", "ResourceRecordSet": record}]}
    route53.change_resource_record_sets(HostedZoneId=zone, ChangeBatch=changes)


def alarm(cloudwatch, name):
    cloudwatch.put_metric_alarm(
        AlarmName=name,
        Namespace="n",
        MetricName="m",
        Statistic="Sum",
        Period=60,
        EvaluationPeriods=1,
        Threshold=1,
        ComparisonOperator="GreaterThanThreshold",
    )
    return name


SERVICES = {
    "logs": Service("logs", log_group, "log-group:{}:*", "logs:PutLogEvents", put_log),
    "logs-stream": Service("logs", log_group, "log-group:{}:log-stream:s", "logs:PutLogEvents", put_log),
    "states": Service(
        "stepfunctions",
        machine,
        "stateMachine:{}",
        "states:StartExecution",
        lambda states, it: states.start_execution(stateMachineArn=it, input="{}"),
        prefix="states",
    ),
    "events": Service("events", bus, "event-bus/{}", "events:PutEvents", put_event),
    "rules": Service(
        "events", rule, "rule/{}", "events:DisableRule", lambda events, it: events.disable_rule(Name=it)
    ),
    "kinesis": Service("kinesis", stream, "stream/{}", "kinesis:PutRecord", put_record),
    "ecr": Service(
        "ecr",
        repository,
        "repository/{}",
        "ecr:DescribeImages",
        lambda ecr, it: ecr.describe_images(repositoryName=it),
    ),
    "apigateway": Service(
        "apigateway",
        api,
        "/restapis/{}",
        "apigateway:GET",
        lambda gateway, it: gateway.get_rest_api(restApiId=it),
        status=403,
        by_id=True,
    ),
    "cloudformation": Service(
        "cloudformation",
        stack,
        "stack/{}/*",
        "cloudformation:DeleteStack",
        lambda cloudformation, it: cloudformation.delete_stack(StackName=it),
        "AccessDenied",
        403,
    ),
    "ecs": Service(
        "ecs", cluster, "cluster/{}", "ecs:DeleteCluster", lambda ecs, it: ecs.delete_cluster(cluster=it)
    ),
    "rds": Service(
        "rds",
        group,
        "pg:{}",
        "rds:DeleteDBParameterGroup",
        lambda rds, it: rds.delete_db_parameter_group(DBParameterGroupName=it),
        "AccessDenied",
        403,
    ),
    "route53": Service(
        "route53",
        zone,
        "hostedzone/{}",
        "route53:*",
        change_zone,
        "AccessDenied",
        403,
        by_id=True,
    ),
    "cloudwatch": Service(
        "cloudwatch",
        alarm,
        "alarm:{}",
        "cloudwatch:DeleteAlarms",
        lambda cloudwatch, it: cloudwatch.delete_alarms(AlarmNames=[it]),
        "AccessDenied",
        403,
    ),
}


def arn(home, service: Service, named: str) -> str:
    prefix = service.prefix or service.client
    # Of some services, an ARN has no account, or no region either.
    places = {"route53": ":", "apigateway": f"{REGION}:"}
    place = places.get(prefix, f"{REGION}:{home.id}")
    return f"arn:aws:{prefix}:{place}:{service.resource.format(named)}"


@pytest.fixture(scope="module")
def passed(home, services) -> None:
    """The role that machines have."""
    trusts = trust({"Service": "states.amazonaws.com"})
    home.role(trusts, name="for-machines")
    services.moto.owner.iam.create_role(RoleName="for-machines", AssumeRolePolicyDocument=trusts)


@pytest.mark.parametrize("which", SERVICES)
def test_one_of_two(home, passed, name, which):
    service = SERVICES[which]
    root = home.root.client(service.client)
    own, other = (service.make(root, f"{name}-{which}") for which in ("own", "other"))
    named = own if service.by_id else f"{name}-own"
    user = home.user(None, allow(service.action, arn(home, service, named)))
    client = user.client(service.client)
    with refused(
        service.code, service.status, re.compile(f"User: {user.arn} is not authorized to perform: .*")
    ):
        service.use(client, other)
    service.use(client, own)


# The third one, CBOR, moto does not play.
@pytest.mark.parametrize("protocol", ["json", "query"])
def test_metrics_in_two_protocols(home, name, protocol):
    only = {"StringEquals": {"cloudwatch:namespace": f"{name}-own"}}
    user = home.user(None, allow("cloudwatch:PutMetricData", **only), allow("cloudwatch:DescribeAlarms"))
    cloudwatch = user.speaking(protocol, "cloudwatch")
    data = [{"MetricName": "m", "Value": 1.5, "Dimensions": [{"Name": "a", "Value": "b"}]}]
    with refused("AccessDenied", 403, re.compile(f"User: {user.arn} is not authorized to perform: .*")):
        cloudwatch.put_metric_data(Namespace=f"{name}-other", MetricData=data)
    with refused("AccessDenied", 403):
        cloudwatch.delete_alarms(AlarmNames=["a"])
    cloudwatch.put_metric_data(Namespace=f"{name}-own", MetricData=data)
    assert cloudwatch.describe_alarms()["MetricAlarms"] is not None


def mail(sender: str, **headers) -> bytes:
    """A mail as Python writes it."""
    message = EmailMessage()
    message["Subject"] = "Grüße"
    message["From"] = formataddr(("Jürg", sender))
    message["To"] = "bob@example.org"
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content("hello")
    message.add_attachment(b"\0\xff", maintype="application", subtype="octet-stream")
    return message.as_bytes()


def by_version_1(user, data: bytes, **more):
    user.client("ses").send_raw_email(RawMessage={"Data": data}, **more)


def by_version_2(user, data: bytes, Source=None):
    content = {"Raw": {"Data": data}}
    sender = {"FromEmailAddress": Source} if Source else {}
    user.client("sesv2").send_email(Content=content, **sender)


@pytest.mark.parametrize(
    ("send", "code"), [(by_version_1, "AccessDenied"), (by_version_2, "AccessDeniedException")]
)
def test_a_mail_that_is_written_out_whole(home, name, send, code):
    own, other = "own@example.com", "other@example.com"
    for address in (own, other):
        home.root.client("ses").verify_email_identity(EmailAddress=address)
    identity = f"arn:aws:ses:{REGION}:{home.id}:identity/"
    identities = [f"{identity}{own}", f"{identity}example.com"]
    user = home.user(None, allow("ses:SendRawEmail", identities, **{"StringLike": {"ses:FromAddress": own}}))
    send(user, mail(own))
    send(user, mail(own, Return_Path=own), Source=own)
    for data, more in (
        (mail(other), {}),
        (mail(other), {"Source": own}),
        (mail(own), {"Source": other}),
        (mail(own, Sender=other), {}),
        (mail(own, Return_Path=other), {}),
        (mail(own, X_SES_CONFIGURATION_SET="news"), {}),
    ):
        with refused(
            code, 403, re.compile(f"User: {user.arn} is not authorized to perform: ses:SendRawEmail .*")
        ):
            send(user, data, **more)

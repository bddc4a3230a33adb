"""Tags of resources behind the gateway, as the services themselves tell them.

For each service the root user makes two things, of which one belongs to the team. A user who may do everything with what
belongs to the team reaches the one and not the other.
"""

import io
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from botocore.exceptions import ClientError

from conftest import HOME
from harness.policies import allow, trust

ROLE = f"arn:aws:iam::{HOME}:role/for-services"
TEAM = {"team": "a"}
LISTED = [{"Key": "team", "Value": "a"}]
OF_TEAM = {"StringEquals": {"aws:ResourceTag/team": "a"}}
REFUSALS = {"AccessDeniedException", "AccessDenied", "AuthorizationError", "UnauthorizedOperation"}


@pytest.fixture
def name(request) -> str:
    """A name that no other test uses."""
    return re.sub(r"[^a-z0-9]+", "-", request.node.name.lower())[:40].strip("-")


@pytest.fixture(scope="module")
def role(services) -> str:
    """A role that services can be given; moto has an IAM of its own that it checks them against."""
    services.moto.owner.iam.create_role(
        RoleName="for-services", AssumeRolePolicyDocument=trust({"Service": "lambda.amazonaws.com"})
    )
    return ROLE


@dataclass
class Service:
    """How things of a service are made, with or without tags, and read."""

    client: str
    make: Callable
    read: Callable
    action: str


def queue(sqs, name, is_tagged):
    return sqs.create_queue(QueueName=name, tags=TEAM if is_tagged else {})["QueueUrl"]


def table(dynamodb, name, is_tagged):
    dynamodb.create_table(
        TableName=name,
        KeySchema=[{"AttributeName": "k", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "k", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
        Tags=LISTED if is_tagged else [],
    )
    return name


def topic(sns, name, is_tagged):
    return sns.create_topic(Name=name, Tags=LISTED if is_tagged else [])["TopicArn"]


def secret(secretsmanager, name, is_tagged):
    made = secretsmanager.create_secret(Name=name, SecretString="s", Tags=LISTED if is_tagged else [])
    return made["ARN"]


def parameter(ssm, name, is_tagged):
    ssm.put_parameter(Name=name, Value="v", Type="String", Tags=LISTED if is_tagged else [])
    return name


def deep_parameter(ssm, name, is_tagged):
    return parameter(ssm, f"/{name}/deep", is_tagged)


def key(kms, name, is_tagged):
    tags = [{"TagKey": "team", "TagValue": "a"}] if is_tagged else []
    return kms.create_key(Description=name, Tags=tags)["KeyMetadata"]["Arn"]


def log_group(logs, name, is_tagged):
    logs.create_log_group(logGroupName=name, tags=TEAM if is_tagged else {})
    return name


def stream(kinesis, name, is_tagged):
    kinesis.create_stream(StreamName=name, ShardCount=1)
    if is_tagged:
        kinesis.add_tags_to_stream(StreamName=name, Tags=TEAM)
    return name


def repository(ecr, name, is_tagged):
    ecr.create_repository(repositoryName=name, tags=LISTED if is_tagged else [])
    return name


def bus(events, name, is_tagged):
    events.create_event_bus(Name=name, Tags=LISTED if is_tagged else [])
    return name


def cluster(ecs, name, is_tagged):
    ecs.create_cluster(clusterName=name, tags=[{"key": "team", "value": "a"}] if is_tagged else [])
    return name


def network(ec2, name, is_tagged):
    tags = [{"ResourceType": "vpc", "Tags": LISTED}] if is_tagged else []
    return ec2.create_vpc(CidrBlock="10.0.0.0/16", TagSpecifications=tags)["Vpc"]["VpcId"]


def alarm(cloudwatch, name, is_tagged):
    cloudwatch.put_metric_alarm(
        AlarmName=name,
        Namespace="n",
        MetricName="m",
        Statistic="Sum",
        Period=60,
        EvaluationPeriods=1,
        Threshold=1,
        ComparisonOperator="GreaterThanThreshold",
        Tags=LISTED if is_tagged else [],
    )
    return name


def parameter_group(rds, name, is_tagged):
    rds.create_db_parameter_group(
        DBParameterGroupName=name,
        DBParameterGroupFamily="mysql8.0",
        Description="d",
        Tags=LISTED if is_tagged else [],
    )
    return name


def archive() -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as file:
        file.writestr("main.py", "def handler(event, context): return 1")
    return data.getvalue()


def function(client, name, is_tagged):
    client.create_function(
        FunctionName=name,
        Runtime="python3.12",
        Role=ROLE,
        Handler="main.handler",
        Code={"ZipFile": archive()},
        Tags=TEAM if is_tagged else {},
    )
    return name


def machine(states, name, is_tagged):
    made = states.create_state_machine(
        name=name,
        definition='{"StartAt":"a","States":{"a":{"Type":"Succeed"}}}',
        roleArn=ROLE,
        tags=[{"key": "team", "value": "a"}] if is_tagged else [],
    )
    return made["stateMachineArn"]


def work_group(athena, name, is_tagged):
    athena.create_work_group(Name=name, Tags=LISTED if is_tagged else [])
    return name


def kubernetes(eks, name, is_tagged):
    eks.create_cluster(
        name=name,
        roleArn=ROLE,
        resourcesVpcConfig={},
        tags=TEAM if is_tagged else {},
    )
    return name


SERVICES = {
    "sqs": Service("sqs", queue, lambda sqs, it: sqs.get_queue_attributes(QueueUrl=it), "sqs:*"),
    "dynamodb": Service("dynamodb", table, lambda db, it: db.describe_table(TableName=it), "dynamodb:*"),
    "sns": Service("sns", topic, lambda sns, it: sns.get_topic_attributes(TopicArn=it), "sns:*"),
    "secretsmanager": Service(
        "secretsmanager", secret, lambda sm, it: sm.get_secret_value(SecretId=it), "secretsmanager:*"
    ),
    "ssm": Service("ssm", parameter, lambda ssm, it: ssm.get_parameter(Name=it), "ssm:*"),
    "ssm-path": Service("ssm", deep_parameter, lambda ssm, it: ssm.get_parameter(Name=it), "ssm:*"),
    "kms": Service("kms", key, lambda kms, it: kms.describe_key(KeyId=it), "kms:*"),
    "logs": Service("logs", log_group, lambda logs, it: logs.describe_log_streams(logGroupName=it), "logs:*"),
    "kinesis": Service(
        "kinesis", stream, lambda kinesis, it: kinesis.describe_stream(StreamName=it), "kinesis:*"
    ),
    "ecr": Service("ecr", repository, lambda ecr, it: ecr.list_images(repositoryName=it), "ecr:*"),
    "events": Service("events", bus, lambda events, it: events.describe_event_bus(Name=it), "events:*"),
    "ecs": Service("ecs", cluster, lambda ecs, it: ecs.delete_cluster(cluster=it), "ecs:*"),
    "ec2": Service("ec2", network, lambda ec2, it: ec2.delete_vpc(VpcId=it), "ec2:*"),
    "cloudwatch": Service(
        "cloudwatch", alarm, lambda cw, it: cw.delete_alarms(AlarmNames=[it]), "cloudwatch:*"
    ),
    "lambda": Service("lambda", function, lambda it, name: it.get_function(FunctionName=name), "lambda:*"),
    "states": Service(
        "stepfunctions",
        machine,
        lambda states, it: states.describe_state_machine(stateMachineArn=it),
        "states:*",
    ),
    "athena": Service(
        "athena", work_group, lambda athena, it: athena.get_work_group(WorkGroup=it), "athena:*"
    ),
    "eks": Service("eks", kubernetes, lambda eks, it: eks.delete_cluster(name=it), "eks:*"),
    "rds": Service(
        "rds",
        parameter_group,
        lambda rds, it: rds.describe_db_parameters(DBParameterGroupName=it),
        "rds:*",
    ),
}


@pytest.mark.parametrize("which", SERVICES)
def test_a_tag_opens_what_has_it_and_nothing_else(home, name, role, which):
    service = SERVICES[which]
    root = home.root.client(service.client)
    own = service.make(root, f"{name}-own", True)
    other = service.make(root, f"{name}-other", False)
    user = home.user(None, {**allow(service.action, "*"), "Condition": OF_TEAM})
    client = user.client(service.client)
    service.read(client, own)
    with pytest.raises(ClientError) as refused:
        service.read(client, other)
    assert refused.value.response["Error"]["Code"] in REFUSALS, refused.value

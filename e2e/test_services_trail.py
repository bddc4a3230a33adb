"""What is told of requests to services: in the trail and in the log, which service, operation and resources; no contents."""

import json
import socket
import time

import pytest

from conftest import HOME
from harness import remembered, wire
from harness.background import wait_until
from harness.identity import REGION
from harness.policies import allow
from harness.refusal import error_of


def record_of(account, answer: dict, seconds: float = 10) -> dict:
    request_id = answer["ResponseMetadata"]["RequestId"]
    deadline = time.monotonic() + seconds
    while True:
        found = [record for record in account.server.trail(account.id) if record["requestID"] == request_id]
        if found:
            (record,) = found
            return record
        assert time.monotonic() < deadline, f"{request_id} never came to the trail"
        time.sleep(0.05)


def arn(service: str, resource: str) -> str:
    return f"arn:aws:{service}:{REGION}:{HOME}:{resource}"


def resources_of(record: dict) -> set[str]:
    return {resource["ARN"] for resource in record["resources"]}


@pytest.fixture
def user(home):
    return home.user(
        None, allow(["sqs:CreateQueue", "sqs:TagQueue", "dynamodb:ListTables", "secretsmanager:CreateSecret"])
    )


def test_a_change_is_recorded(home, user):
    made = user.client("sqs").create_queue(QueueName="trail-made", tags={"team": "red"})
    record = record_of(home, made)
    assert (record["eventSource"], record["eventName"]) == ("sqs.amazonaws.com", "CreateQueue")
    assert resources_of(record) == {arn("sqs", "trail-made")}
    assert record["userIdentity"]["arn"] == user.arn
    assert "errorCode" not in record
    assert record["awsRegion"] == REGION


def test_a_denial_is_recorded_with_what_was_denied(home, user):
    for client, call, source, name, resources in (
        ("sqs", lambda sqs: sqs.purge_queue(QueueUrl=f"{user.endpoint}/{HOME}/q"), "sqs", "PurgeQueue", {arn("sqs", "q")}),
        (
            "ec2",
            lambda ec2: ec2.stop_instances(InstanceIds=["i-0a", "i-0b"]),
            "ec2",
            "StopInstances",
            {arn("ec2", "instance/i-0a"), arn("ec2", "instance/i-0b")},
        ),
        (
            "lambda",
            lambda client: client.invoke(FunctionName="f", Payload=b"{}"),
            "lambda",
            "Invoke",
            {arn("lambda", "function:f")},
        ),
        ("cloudwatch", lambda client: client.delete_alarms(AlarmNames=["a"]), "monitoring", "DeleteAlarms", {arn("cloudwatch", "alarm:a")}),
        ("stepfunctions", lambda client: client.start_execution(stateMachineArn=arn("states", "stateMachine:m")), "states", "StartExecution", {arn("states", "stateMachine:m")}),
    ):  # fmt: skip
        answer = error_of(lambda: call(user.client(client)))  # noqa: B023
        record = record_of(home, answer)
        assert (record["eventSource"], record["eventName"]) == (f"{source}.amazonaws.com", name)
        assert resources_of(record) == resources
        # Queues and alarms have two names for it: one in the body, and one for those who knew the old protocol.
        assert record["errorCode"] == answer["Error"]["Code"]
        assert record["userIdentity"]["arn"] == user.arn


def test_what_nobody_can_decide_on_is_recorded_without_what_it_said(home, user):
    answer = error_of(lambda: user.client("kms").retire_grant(GrantToken="said-and-not-understood"))
    record = record_of(home, answer)
    assert (record["eventName"], record["errorCode"]) == ("RetireGrant", "AccessDeniedException")
    assert "said-and-not" not in json.dumps(record)


def test_contents_are_told_nowhere(home, user):
    """What is remembered is looked for in all logs and trails, when all tests have run."""
    for number, call in enumerate(
        (
            lambda secret: user.client("secretsmanager").create_secret(Name="trail", SecretString=secret),
            lambda secret: user.client("secretsmanager").put_secret_value(
                SecretId="trail", SecretString=secret
            ),
            lambda secret: user.client("ssm").put_parameter(Name="p", Value=secret, Type="SecureString"),
            lambda secret: user.client("sqs").send_message(
                QueueUrl=f"{user.endpoint}/{HOME}/q", MessageBody=secret
            ),
            lambda secret: user.client("sns").publish(TopicArn=arn("sns", "t"), Message=secret),
            lambda secret: user.client("kms").encrypt(KeyId=arn("kms", "key/1"), Plaintext=secret.encode()),
            lambda secret: user.client("rds").create_db_instance(
                DBInstanceIdentifier="d",
                DBInstanceClass="db.t3.micro",
                Engine="mysql",
                MasterUserPassword=secret,
            ),
            lambda secret: user.client("lambda").invoke(FunctionName="f", Payload=json.dumps(secret)),
            lambda secret: user.client("dynamodb").put_item(TableName="t", Item={"id": {"S": secret}}),
            # What is wrong with a request is told, and it must not tell what else the request says.
            lambda secret: user.unchecked("secretsmanager").put_secret_value(
                SecretId="trail", SecretString={secret: secret}
            ),
            lambda secret: user.unchecked("sqs").send_message(
                QueueUrl=f"{user.endpoint}/{HOME}/*", MessageBody=secret
            ),
        )
    ):
        secret = f"contents-of-a-request-{number}-that-nobody-tells"
        remembered.secret(secret)
        try:
            call(secret)
        except Exception as error:
            assert secret not in str(error)
    time.sleep(0.5)
    assert "that-nobody-tells" not in home.server.log_text()
    assert "that-nobody-tells" not in json.dumps(home.server.trail(home.id))


def test_the_newest_denial_is_found_by_whatever_name_its_service_has_for_one(home, user):
    for client, call, action in (
        ("lambda", lambda client: client.list_functions(), "lambda:ListFunctions"),
        ("ec2", lambda client: client.describe_vpcs(), "ec2:DescribeVpcs"),
        ("sns", lambda client: client.list_topics(), "sns:ListTopics"),
        ("sqs", lambda client: client.list_queues(), "sqs:ListQueues"),
    ):
        record_of(home, error_of(lambda: call(user.client(client))))  # noqa: B023
        told = home.server.run("explain", "--last").stdout
        assert told.startswith(f"DENIED  {action}  on  "), told


@pytest.mark.parametrize("linger", [b"\x00" * 8, b"\x01\x00\x00\x00\x00\x00\x00\x00"])
def test_whoever_hangs_up_is_recorded_nevertheless(listened, listener, linger):
    """What was sent on happens, whether anybody waits for the answer or not."""
    user = listened.user(None, allow("dynamodb:DeleteTable"))
    body = json.dumps({"TableName": f"hung-up-{linger[0]}"}).encode()
    signer = wire.Signer(
        user,
        service="dynamodb",
        content_type="application/x-amz-json-1.0",
        extra_headers={"x-amz-target": "DynamoDB_20120810.DeleteTable"},
    )
    listener.take()
    listener.answers_after = 1
    try:
        connection = wire.connect(user.endpoint)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        connection.sendall(
            wire.head_bytes(signer, wire.host_of(user.endpoint), wire.sha256(body), len(body)) + body
        )
        wait_until(listener.take, "the request at the upstream")
        connection.close()
        wait_until(
            lambda: [
                record
                for record in listened.server.trail(listened.id)
                if record["eventName"] == "DeleteTable" and record["userIdentity"]["arn"] == user.arn
            ],
            "its record in the trail",
        )
    finally:
        listener.answers_after = 0

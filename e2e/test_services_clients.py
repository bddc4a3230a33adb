"""Clients of services as they are: what they send reaches the upstream whole, and what is not allowed does not."""

import json
import os
import subprocess
import sys
import urllib.parse
from pathlib import Path

import pytest
from botocore.auth import SigV4Auth, SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from conftest import HOME
from harness import wire
from harness.identity import REGION
from harness.policies import allow
from harness.refusal import refused


def arn(service: str, resource: str) -> str:
    return f"arn:aws:{service}:{REGION}:{HOME}:{resource}"


@pytest.fixture(autouse=True)
def quiet(listener):
    """Nothing is heard of other tests, and everything that is heard was looked at."""
    listener.take()
    listener.answer = b"{}"
    yield
    listener.answer = b"{}"
    assert listener.take() == []


class TestOldProtocols:
    """What boto3 has left behind, and other clients have not."""

    def old_queue_request(self, user, queue: str, method: str = "POST", **parameters) -> wire.Answer:
        form = {"Action": "SendMessage", "Version": "2012-11-05", **parameters}
        body = urllib.parse.urlencode(form).encode()
        request = AWSRequest(
            method,
            f"{user.endpoint}/{HOME}/{queue}",
            headers={"content-type": "application/x-www-form-urlencoded; charset=utf-8"},
            data=body,
        )
        SigV4Auth(Credentials(user.access_key_id, user.secret_access_key), "sqs", REGION).add_auth(request)
        return wire.bare(user.endpoint, method, f"/{HOME}/{queue}", dict(request.headers), body)

    def test_a_queue_by_the_query_protocol(self, listened, listener):
        user = listened.user(None, allow("sqs:SendMessage", arn("sqs", "own")))
        answer = self.old_queue_request(user, "own", MessageBody="hello & goodbye")
        assert answer.status == 200
        (heard,) = listener.take()
        assert heard.target == f"/{HOME}/own"
        assert b"MessageBody=hello" in heard.body
        answer = self.old_queue_request(user, "other", MessageBody="hello")
        assert (answer.status, answer.code) == (403, "AccessDenied")
        named = {"QueueUrl": f"{user.endpoint}/{HOME}/own"}
        answer = self.old_queue_request(user, "other", MessageBody="hello", **named)
        assert (answer.status, answer.code) == (400, "InvalidParameterValue")

    def test_a_link_that_sends_a_message(self, listened, listener):
        user = listened.user(None, allow("sqs:SendMessage", arn("sqs", "own")))
        for queue, status in (("own", 200), ("other", 403)):
            question = "Action=SendMessage&Version=2012-11-05&MessageBody=hello"
            request = AWSRequest("GET", f"{user.endpoint}/{HOME}/{queue}?{question}")
            keys = Credentials(user.access_key_id, user.secret_access_key)
            SigV4QueryAuth(keys, "sqs", REGION, expires=60).add_auth(request)
            target = request.url.removeprefix(user.endpoint)
            answer = wire.bare(user.endpoint, "GET", target, {})
            assert answer.status == status, answer.text
            heard = listener.take()
            assert len(heard) == (status == 200)
            assert all("X-Amz" not in one.target for one in heard), heard

    def test_records_in_cbor_as_the_sdk_for_java_sends_them(self, listened, listener):
        user = listened.user(None, allow("kinesis:PutRecord", arn("kinesis", "stream/own")))
        for stream, status in ((b"own", 200), (b"other", 400)):
            body = (
                b"\xbf\x6aStreamName" + bytes([0x60 + len(stream)]) + stream
                + b"\x64Data\x45\x00\xff\x01\x02\x03\x6cPartitionKey\x61k\xff"
            )  # fmt: skip
            headers = {
                "content-type": "application/x-amz-cbor-1.1",
                "x-amz-target": "Kinesis_20131202.PutRecord",
            }
            request = AWSRequest("POST", user.endpoint + "/", headers=headers, data=body)
            keys = Credentials(user.access_key_id, user.secret_access_key)
            SigV4Auth(keys, "kinesis", REGION).add_auth(request)
            answer = wire.bare(user.endpoint, "POST", "/", dict(request.headers), body)
            assert answer.status == status, answer.body
            heard = listener.take()
            if status == 200:
                assert [one.body for one in heard] == [body]
            else:
                assert heard == []
                assert b"AccessDeniedException" in answer.body
                assert answer.headers["content-type"] == "application/x-amz-cbor-1.1"

    def test_metrics_in_cbor(self, listened, listener):
        listener.answer = b"\xa0"
        only = {"StringEquals": {"cloudwatch:namespace": "own"}}
        user = listened.user(None, allow("cloudwatch:PutMetricData", **only))
        cloudwatch = user.speaking("smithy-rpc-v2-cbor", "cloudwatch")
        data = [{"MetricName": "m", "Value": 1.5}]
        cloudwatch.put_metric_data(Namespace="own", MetricData=data)
        (heard,) = listener.take()
        assert heard.target == "/service/GraniteServiceVersion20100801/operation/PutMetricData"
        with refused("AccessDenied", 403):
            cloudwatch.put_metric_data(Namespace="other", MetricData=data)

    def test_many_metrics_are_packed(self, listened, listener):
        user = listened.user(None, allow("cloudwatch:PutMetricData"))
        cloudwatch = user.speaking("json", "cloudwatch")
        data = [{"MetricName": f"metric-{number}", "Value": 1.5} for number in range(500)]
        cloudwatch.put_metric_data(Namespace="own", MetricData=data)
        (heard,) = listener.take()
        assert "content-encoding" not in heard.headers
        assert len(json.loads(heard.body)["MetricData"]) == 500


class TestServicesThatMotoDoesNotPlay:
    def test_interfaces(self, listened, listener):
        user = listened.user(None, allow("apigateway:GET", f"arn:aws:apigateway:{REGION}::/restapis/own"))
        gateway = user.client("apigateway")
        gateway.get_rest_api(restApiId="own")
        assert [one.target for one in listener.take()] == ["/restapis/own"]
        for call in (
            lambda: gateway.get_rest_api(restApiId="other"),
            lambda: gateway.get_rest_apis(),
            lambda: gateway.get_resources(restApiId="own"),
            lambda: gateway.delete_rest_api(restApiId="own"),
        ):
            with refused("AccessDeniedException", 403):
                call()

    def test_stacks(self, listened, listener):
        listener.answer = b"<DeleteStackResponse/>"
        own = arn("cloudformation", "stack/own/*")
        user = listened.user(None, allow("cloudformation:DeleteStack", own))
        stacks = user.client("cloudformation")
        stacks.delete_stack(StackName="own")
        assert b"StackName=own" in listener.take()[0].body
        stacks.delete_stack(StackName=arn("cloudformation", "stack/own/1"))
        assert len(listener.take()) == 1
        elsewhere = f"arn:aws:cloudformation:{REGION}:111122223333:stack/own/1"
        for name in ("other", "ow", arn("cloudformation", "stack/other/1"), elsewhere):
            with refused("AccessDenied", 403):
                stacks.delete_stack(StackName=name)
        for name in ("o*", own):
            with refused("ValidationError", 400):
                stacks.delete_stack(StackName=name)
        with refused("AccessDenied", 403):
            stacks.create_stack(StackName="own", TemplateBody="{}")


class TestOtherServicesThanTheOneThatIsAsked:
    def test_sql_runs_with_a_secret_that_the_caller_may_read(self, listened, listener):
        cluster, secret = arn("rds", "cluster:own"), arn("secretsmanager", "secret:own-AbCdEf")
        sql = {"resourceArn": cluster, "secretArn": secret, "sql": "select 1"}
        run = allow("rds-data:ExecuteStatement", cluster)
        user = listened.user(None, run, allow("secretsmanager:GetSecretValue", secret))
        data = user.client("rds-data")
        data.execute_statement(**sql)
        assert len(listener.take()) == 1
        with refused("AccessDeniedException", 403):
            data.execute_statement(**sql | {"secretArn": secret.replace("own-", "admin-")})
        with refused("AccessDeniedException", 403):
            listened.user(None, run).client("rds-data").execute_statement(**sql)
        for name in ("called-by-name", secret.replace("own-", "*"), secret.replace("secret:", "")):
            with refused("ValidationException", 400):
                data.execute_statement(**sql | {"secretArn": name})

    def test_code_in_a_bucket_must_be_readable_for_the_caller(self, listened, listener):
        make = allow(["lambda:UpdateFunctionCode", "lambda:PublishLayerVersion"])
        user = listened.user(None, make, allow("s3:GetObject", "arn:aws:s3:::code/own/*"))
        functions = user.client("lambda")
        functions.update_function_code(FunctionName="f", S3Bucket="code", S3Key="own/a.zip")
        functions.publish_layer_version(LayerName="l", Content={"S3Bucket": "code", "S3Key": "own/a.zip"})
        functions.update_function_code(FunctionName="f", ZipFile=b"PK")
        assert len(listener.take()) == 3
        for place in (
            {"S3Bucket": "code", "S3Key": "other/a.zip"},
            {"S3Bucket": "other", "S3Key": "own/a.zip"},
            {"S3Bucket": "code", "S3Key": "own/a.zip", "S3ObjectVersion": "1"},
        ):
            with refused("AccessDeniedException", 403):
                functions.update_function_code(FunctionName="f", **place)
            with refused("AccessDeniedException", 403):
                functions.publish_layer_version(LayerName="l", Content=place)

    def test_a_table_goes_to_buckets_that_the_caller_may_write(self, listened, listener):
        table = arn("dynamodb", "table/own")
        export = allow("dynamodb:ExportTableToPointInTime", table)
        user = listened.user(None, export, allow("s3:PutObject", "arn:aws:s3:::own/*"))
        client = user.client("dynamodb")
        client.export_table_to_point_in_time(TableArn=table, S3Bucket="own")
        assert len(listener.take()) == 1
        with refused("AccessDeniedException", 400):
            client.export_table_to_point_in_time(TableArn=table, S3Bucket="other")

    def test_tags_are_changed_by_their_own_service_alone(self, listened, listener):
        tags = listened.user(None, allow("*")).client("resourcegroupstaggingapi")
        with refused("AccessDeniedException", 400):
            tags.tag_resources(ResourceARNList=[arn("sqs", "own")], Tags={"team": "red"})
        with refused("AccessDeniedException", 400):
            tags.untag_resources(ResourceARNList=[arn("sqs", "own")], TagKeys=["team"])
        tags.get_resources()
        assert len(listener.take()) == 1


class TestLargeBodies:
    def test_a_payload_that_streams(self, listened, listener):
        user = listened.user(None, allow("lambda:InvokeFunction", arn("lambda", "function:own")))
        payload = json.dumps("x" * (5 << 20)).encode()
        client = user.client("lambda")
        client.invoke(FunctionName="own", Payload=payload)
        assert [one.body for one in listener.take()] == [payload]
        with refused("AccessDeniedException", 403):
            client.invoke(FunctionName="other", Payload=payload)

    def test_a_batch_as_large_as_they_come(self, listened, listener):
        user = listened.user(None, allow("dynamodb:BatchWriteItem", arn("dynamodb", "table/own")))
        client = user.client("dynamodb")
        # Whose rows they are is read off the table's keys.
        keys = [{"AttributeName": "id", "KeyType": "HASH"}]
        listener.answer = json.dumps({"Table": {"KeySchema": keys}}).encode()

        def put(size: int, table: str = "own"):
            items = [{"id": {"S": str(number)}, "data": {"B": os.urandom(size)}} for number in range(25)]
            client.batch_write_item(RequestItems={table: [{"PutRequest": {"Item": item}} for item in items]})

        put(400 << 10)
        asked, heard = listener.take()
        assert asked.headers["x-amz-target"].endswith(".DescribeTable")
        assert len(heard.body) > 13 << 20
        with refused("AccessDeniedException", 400):
            put(400 << 10, "other")
        (asked,) = listener.take()
        assert asked.headers["x-amz-target"].endswith(".DescribeTable")

    def test_many_records(self, listened, listener):
        listener.answer = b'{"FailedRecordCount":0,"Records":[]}'
        user = listened.user(None, allow("kinesis:PutRecords", arn("kinesis", "stream/own")))
        kinesis = user.client("kinesis")
        records = [{"Data": os.urandom(9 << 10), "PartitionKey": str(number)} for number in range(500)]
        kinesis.put_records(StreamName="own", Records=records)
        (heard,) = listener.take()
        assert len(json.loads(heard.body)["Records"]) == 500
        with refused("AccessDeniedException", 400):
            kinesis.put_records(StreamName="other", Records=records)

    def test_what_is_larger_is_refused(self, listened, listener):
        user = listened.user(None, allow("*"))
        with refused("RequestEntityTooLargeException", 413):
            user.client("dynamodb").put_item(TableName="own", Item={"id": {"B": b"x" * (17 << 20)}})


CLIS = {"1": Path(sys.executable).parent / "aws", "2": Path("/usr/bin/aws")}


@pytest.mark.parametrize("version", CLIS)
class TestCommandLines:
    @pytest.fixture
    def aws(self, version):
        def run(user, *words: str) -> subprocess.CompletedProcess:
            clean = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
            environment = clean | user.environment()
            del environment["AWS_ENDPOINT_URL"]
            # Version 2 as Debian has it needs its own Python.
            environment |= {"PATH": "/usr/bin:/bin"}
            return subprocess.run(
                [str(CLIS[version]), "--endpoint-url", user.endpoint, "--output", "json", *words],
                env=environment,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                timeout=60,
            )

        return run

    def test_one_of_two(self, home, aws, version):
        root = home.root
        for which in ("own", "other"):
            name = f"cli{version}-{which}"
            root.client("sqs").create_queue(QueueName=name)
            root.client("dynamodb").create_table(
                TableName=name,
                KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
                AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
                BillingMode="PAY_PER_REQUEST",
            )
        own = f"cli{version}-own"
        user = home.user(
            None,
            allow("sqs:SendMessage", arn("sqs", own)),
            allow("dynamodb:PutItem", arn("dynamodb", f"table/{own}")),
            allow("ec2:DescribeVpcs"),
            allow("lambda:ListFunctions"),
        )
        url = f"{home.root.endpoint}/{HOME}/cli{version}-"
        item = ["--item", '{"id":{"S":"1"}}']
        for words, code in (
            (["sqs", "send-message", "--queue-url", url + "{}", "--message-body", "m"], "AccessDenied"),
            (["dynamodb", "put-item", "--table-name", f"cli{version}-{{}}", *item], "AccessDeniedException"),
        ):
            done = aws(user, *(word.replace("{}", "own") for word in words))
            assert done.returncode == 0, done.stderr
            done = aws(user, *(word.replace("{}", "other") for word in words))
            assert f"({code}) when calling the" in done.stderr, done.stderr
        for allowed, denied, code in (
            (["ec2", "describe-vpcs"], ["ec2", "describe-subnets"], "UnauthorizedOperation"),
            (["lambda", "list-functions"], ["lambda", "get-account-settings"], "AccessDeniedException"),
        ):
            done = aws(user, *allowed)
            assert done.returncode == 0, done.stderr
            done = aws(user, *denied)
            assert f"({code}) when calling the" in done.stderr, done.stderr

"""Services behind the gateway, by the AWS SDK for JavaScript: what is allowed passes, and the same on another resource
arrives as the SDK's own exception, unretried."""

import io
import json
import zipfile

import pytest

from conftest import HOME
from harness.identity import REGION
from harness.javascript import JavaScript, thrown
from harness.policies import allow, trust


@pytest.fixture
def javascript(tmp_path):
    """Starts the SDK for a caller."""
    started = []

    def start(caller) -> JavaScript:
        started.append(JavaScript(caller, tmp_path / f"javascript-{len(started)}.log"))
        return started[-1]

    yield start
    for each in started:
        each.stop()


def arn(service: str, resource: str) -> str:
    return f"arn:aws:{service}:{REGION}:{HOME}:{resource}"


def reason(user, action: str, resource: str) -> str:
    text = f"User: {user.arn} is not authorized to perform: {action} on resource: {resource}"
    return f"{text} because no identity-based policy allows the {action} action"


def denied(user, action: str, resource: str, *, name="AccessDeniedException", status=400, modelled=False):
    return thrown(name, status, reason(user, action, resource), modelled)


@pytest.fixture(scope="module")
def tables(home) -> tuple[str, str]:
    for name in ("js-own", "js-other"):
        home.root.client("dynamodb").create_table(
            TableName=name,
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
    return arn("dynamodb", "table/js-own"), arn("dynamodb", "table/js-other")


class TestTables:
    def test_items_of_one_table(self, home, tables, javascript):
        own, other = tables
        actions = ["dynamodb:PutItem", "dynamodb:GetItem", "dynamodb:DescribeTable"]
        user = home.user(None, allow(actions, own))
        run = javascript(user)
        item = {"id": {"S": "a"}, "raw": {"B": b"\x00\xff"}, "count": {"N": "3"}}
        run("dynamodb", "PutItem", TableName="js-own", Item=item)
        assert run("dynamodb", "GetItem", TableName="js-own", Key={"id": {"S": "a"}})["Item"] == item
        run.wait("dynamodb", "TableExists", TableName="js-own")
        with denied(user, "dynamodb:PutItem", other):
            run("dynamodb", "PutItem", TableName="js-other", Item=item)
        with denied(user, "dynamodb:DeleteItem", own):
            run("dynamodb", "DeleteItem", TableName="js-own", Key={"id": {"S": "a"}})

    def test_plain_values_and_rows_of_ones_own(self, home, tables, javascript):
        """`lib-dynamodb` writes the values' types itself; the key that decides is found among them."""
        own, other = tables
        rows = {"ForAllValues:StringEquals": {"dynamodb:LeadingKeys": ["mine"]}}
        actions = ["dynamodb:PutItem", "dynamodb:GetItem", "dynamodb:Query", "dynamodb:BatchGetItem"]
        user = home.user(None, allow(actions, own, **rows))
        run = javascript(user)
        item = {"id": "mine", "nested": {"list": [1, "two", None, True]}}
        run("lib-dynamodb", "Put", TableName="js-own", Item=item)
        assert run("lib-dynamodb", "Get", TableName="js-own", Key={"id": "mine"})["Item"] == item
        asked = {
            "TableName": "js-own",
            "KeyConditionExpression": "#id = :id",
            "ExpressionAttributeNames": {"#id": "id"},
        }
        (page,) = run.pages("lib-dynamodb", "Query", **asked, ExpressionAttributeValues={":id": "mine"})
        assert page["Items"] == [item]
        with denied(user, "dynamodb:Query", own):
            run.pages("lib-dynamodb", "Query", **asked, ExpressionAttributeValues={":id": "yours"})
        with denied(user, "dynamodb:PutItem", own):
            run("lib-dynamodb", "Put", TableName="js-own", Item={"id": "yours"})
        with denied(user, "dynamodb:BatchGetItem", own):
            keys = [{"id": "mine"}, {"id": "yours"}]
            run("lib-dynamodb", "BatchGet", RequestItems={"js-own": {"Keys": keys}})

    def test_a_transaction_is_refused_whole(self, home, tables, javascript):
        own, other = tables
        user = home.user(None, allow("dynamodb:PutItem", own))
        run = javascript(user)
        parts = [{"Put": {"TableName": f"js-{which}", "Item": {"id": "t"}}} for which in ("own", "other")]
        run("lib-dynamodb", "TransactWrite", TransactItems=parts[:1])
        with denied(user, "dynamodb:PutItem", other):
            run("lib-dynamodb", "TransactWrite", TransactItems=parts)


class TestQueuesAndTopics:
    def test_a_queue_whose_messages_are_summed(self, home, javascript):
        """The SDK checks the MD5 of what it sent and of what it gets."""
        urls = [home.root.client("sqs").create_queue(QueueName=f"js-{which}") for which in ("own", "other")]
        own, other = (made["QueueUrl"] for made in urls)
        actions = ["sqs:SendMessage", "sqs:ReceiveMessage", "sqs:DeleteMessage"]
        user = home.user(None, allow(actions, arn("sqs", "js-own")))
        run = javascript(user)
        attributes = {"kind": {"DataType": "String", "StringValue": "greeting"}}
        sent = run("sqs", "SendMessage", QueueUrl=own, MessageBody="héllo ☃", MessageAttributes=attributes)
        asked = {"QueueUrl": own, "MessageAttributeNames": ["All"]}
        (message,) = run("sqs", "ReceiveMessage", **asked)["Messages"]
        assert (message["Body"], message["MD5OfBody"]) == ("héllo ☃", sent["MD5OfMessageBody"])
        assert message["MessageAttributes"] == attributes
        entries = [{"Id": str(number), "MessageBody": f"message {number}"} for number in range(3)]
        batch = run("sqs", "SendMessageBatch", QueueUrl=own, Entries=entries)
        assert [one["Id"] for one in batch["Successful"]] == ["0", "1", "2"]
        run("sqs", "DeleteMessage", QueueUrl=own, ReceiptHandle=message["ReceiptHandle"])
        with denied(user, "sqs:sendmessage", arn("sqs", "js-other"), name="AccessDenied", status=403):
            run("sqs", "SendMessageBatch", QueueUrl=other, Entries=entries)
        with denied(user, "sqs:getqueueurl", arn("sqs", "js-other"), name="AccessDenied", status=403):
            run("sqs", "GetQueueUrl", QueueName="js-other")

    def test_a_topic(self, home, javascript):
        make = home.root.client("sns").create_topic
        own, other = (make(Name=f"js-{which}")["TopicArn"] for which in ("own", "other"))
        user = home.user(None, allow("sns:Publish", own), allow("sns:ListTopics"))
        run = javascript(user)
        assert run("sns", "Publish", TopicArn=own, Message="hello")["MessageId"]
        topics = [topic["TopicArn"] for page in run.pages("sns", "ListTopics") for topic in page["Topics"]]
        assert {own, other} <= set(topics)
        refusal = {"name": "AuthorizationErrorException", "status": 403, "modelled": True}
        with denied(user, "SNS:Publish", other, **refusal):
            run("sns", "Publish", TopicArn=other, Message="hello")
        with denied(user, "SNS:Publish", other, **refusal):
            entries = [{"Id": "1", "Message": "hello"}]
            run("sns", "PublishBatch", TopicArn=other, PublishBatchRequestEntries=entries)


class TestWhatIsSecret:
    def test_a_key(self, home, javascript):
        own, other = (home.root.client("kms").create_key()["KeyMetadata"]["Arn"] for _ in range(2))
        user = home.user(None, allow(["kms:Encrypt", "kms:Decrypt", "kms:GenerateDataKey"], own))
        run = javascript(user)
        sealed = run("kms", "Encrypt", KeyId=own, Plaintext=b"\x00hello")["CiphertextBlob"]
        assert run("kms", "Decrypt", KeyId=own, CiphertextBlob=sealed)["Plaintext"] == b"\x00hello"
        assert len(run("kms", "GenerateDataKey", KeyId=own, KeySpec="AES_256")["Plaintext"]) == 32
        with denied(user, "kms:Encrypt", other):
            run("kms", "Encrypt", KeyId=other, Plaintext=b"hello")

    def test_a_secret(self, home, javascript):
        make = home.root.client("secretsmanager").create_secret
        own, other = (make(Name=f"js/{which}", SecretString="quiet")["ARN"] for which in ("own", "other"))
        user = home.user(None, allow("secretsmanager:GetSecretValue", own))
        run = javascript(user)
        for name in (own, "js/own"):
            assert run("secrets-manager", "GetSecretValue", SecretId=name)["SecretString"] == "quiet"
        with denied(user, "secretsmanager:GetSecretValue", other):
            run("secrets-manager", "GetSecretValue", SecretId=other)

    def test_parameters_below_a_path(self, home, javascript):
        for name in ("/js/own/a", "/js/own/b", "/js/other/a"):
            home.root.client("ssm").put_parameter(Name=name, Value="v", Type="String")
        reading = ["ssm:GetParameter", "ssm:GetParametersByPath"]
        user = home.user(None, allow(reading, arn("ssm", "parameter/js/own*")))
        run = javascript(user)
        assert run("ssm", "GetParameter", Name="/js/own/a")["Parameter"]["Value"] == "v"
        pages = run.pages("ssm", "GetParametersByPath", Path="/js/own", MaxResults=1)
        names = [parameter["Name"] for page in pages for parameter in page["Parameters"]]
        assert sorted(names) == ["/js/own/a", "/js/own/b"]
        with denied(user, "ssm:GetParameter", arn("ssm", "parameter/js/other/a"), modelled=True):
            run("ssm", "GetParameter", Name="/js/other/a")


class TestComputing:
    def test_a_function_with_the_role_that_may_be_passed(self, services, home, javascript):
        by_lambda = trust({"Service": "lambda.amazonaws.com"})
        own, other = (home.role(by_lambda, name=f"js-{which}") for which in ("own", "other"))
        # moto's IAM is not Lanyard's: the role is there, too, for its checks.
        services.moto.owner.iam.create_role(RoleName="js-own", AssumeRolePolicyDocument=by_lambda)
        function = arn("lambda", "function:js-own")
        making = ["lambda:CreateFunction", "lambda:GetFunction", "lambda:ListVersionsByFunction"]
        user = home.user(None, allow(making, function), allow("iam:PassRole", own))
        run = javascript(user)
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as file:
            file.writestr("main.mjs", "export const handler = async (event) => event;\n")
        code = {
            "Runtime": "nodejs22.x",
            "Handler": "main.handler",
            "Code": {"ZipFile": packed.getvalue()},
        }
        forbidden = {"status": 403}
        with denied(user, "iam:PassRole", other, **forbidden):
            run("lambda", "CreateFunction", FunctionName="js-own", Role=other, **code)
        with denied(user, "lambda:CreateFunction", arn("lambda", "function:js-other"), **forbidden):
            run("lambda", "CreateFunction", FunctionName="js-other", Role=own, **code)
        made = run("lambda", "CreateFunction", FunctionName="js-own", Role=own, **code)
        assert made["FunctionArn"] == function
        run.wait("lambda", "FunctionActiveV2", FunctionName="js-own")
        with denied(user, "lambda:InvokeFunction", function, **forbidden):
            run("lambda", "Invoke", FunctionName="js-own", Payload=json.dumps({}).encode())

    def test_instances_by_their_tags(self, home, javascript):
        ec2 = home.root.client("ec2")
        image = ec2.describe_images()["Images"][0]["ImageId"]

        def started(team: str) -> str:
            tags = [{"ResourceType": "instance", "Tags": [{"Key": "team", "Value": team}]}]
            made = ec2.run_instances(ImageId=image, MinCount=1, MaxCount=1, TagSpecifications=tags)
            return made["Instances"][0]["InstanceId"]

        red, blue = started("js-red"), started("js-blue")
        only_red = {"StringEquals": {"aws:ResourceTag/team": "js-red"}}
        user = home.user(
            None,
            allow("ec2:DescribeInstances"),
            allow("ec2:StopInstances", arn("ec2", "instance/*"), **only_red),
        )
        run = javascript(user)
        pages = run.pages("ec2", "DescribeInstances", Filters=[{"Name": "tag:team", "Values": ["js-red"]}])
        found = [page["Reservations"][0]["Instances"][0]["InstanceId"] for page in pages]
        assert found == [red]
        (stopped,) = run("ec2", "StopInstances", InstanceIds=[red])["StoppingInstances"]
        assert stopped["InstanceId"] == red
        run.wait("ec2", "InstanceStopped", InstanceIds=[red])
        with pytest.raises(Exception, match="^UnauthorizedOperation: ") as caught:
            run("ec2", "StopInstances", InstanceIds=[red, blue])
        said = caught.value.error["message"]
        assert said.startswith("You are not authorized to perform this operation. "), said
        assert reason(user, "ec2:StopInstances", arn("ec2", f"instance/{blue}")) in said
        assert "Encoded authorization failure message: " in said


class TestWatching:
    def test_metrics_of_one_namespace(self, home, javascript):
        """The SDK packs them, and speaks of CloudWatch's protocols the one in CBOR."""
        only = {"StringEquals": {"cloudwatch:namespace": "js-own"}}
        user = home.user(None, allow("cloudwatch:PutMetricData", **only), allow("cloudwatch:ListMetrics"))
        run = javascript(user)
        data = [{"MetricName": f"metric-{number}", "Value": number / 2} for number in range(200)]
        run("cloudwatch", "PutMetricData", Namespace="js-own", MetricData=data)
        (page,) = run.pages("cloudwatch", "ListMetrics", Namespace="js-own")
        assert len(page["Metrics"]) == 200
        said = f"User: {user.arn} is not authorized to perform: cloudwatch:PutMetricData because no"
        said = f"{said} identity-based policy allows the cloudwatch:PutMetricData action"
        with thrown("AccessDenied", 403, said):
            run("cloudwatch", "PutMetricData", Namespace="js-other", MetricData=data)

    def test_one_log(self, home, javascript):
        for name in ("/js/own", "/js/other"):
            home.root.client("logs").create_log_group(logGroupName=name)
        log = arn("logs", "log-group:/js/own")
        writing = ["logs:CreateLogStream", "logs:PutLogEvents", "logs:FilterLogEvents"]
        user = home.user(None, allow(writing, [f"{log}:*"]))
        run = javascript(user)
        where = {"logGroupName": "/js/own", "logStreamName": "one"}
        run("cloudwatch-logs", "CreateLogStream", **where)
        events = [{"timestamp": 1_900_000_000_000, "message": "it works"}]
        run("cloudwatch-logs", "PutLogEvents", **where, logEvents=events)
        run.pages("cloudwatch-logs", "FilterLogEvents", logGroupName="/js/own")
        other = arn("logs", "log-group:/js/other:log-stream:one")
        with denied(user, "logs:PutLogEvents", other, modelled=True):
            run("cloudwatch-logs", "PutLogEvents", **where | {"logGroupName": "/js/other"}, logEvents=events)

    def test_one_stream(self, home, javascript):
        for name in ("js-own", "js-other"):
            home.root.client("kinesis").create_stream(StreamName=name, ShardCount=1)
        own, other = (arn("kinesis", f"stream/js-{which}") for which in ("own", "other"))
        user = home.user(None, allow(["kinesis:PutRecord", "kinesis:PutRecords"], own))
        run = javascript(user)
        record = {"Data": b"\x00\xff", "PartitionKey": "k"}
        assert run("kinesis", "PutRecord", StreamName="js-own", **record)["SequenceNumber"]
        assert run("kinesis", "PutRecords", StreamARN=own, Records=[record] * 3)["FailedRecordCount"] == 0
        with denied(user, "kinesis:PutRecord", other, modelled=True):
            run("kinesis", "PutRecord", StreamName="js-other", **record)
        with denied(user, "kinesis:PutRecords", other, modelled=True):
            run("kinesis", "PutRecords", StreamARN=other, Records=[record])


class TestRoles:
    def test_the_provider_of_temporary_credentials_assumes_a_role(self, home, javascript):
        home.root.client("sqs").create_queue(QueueName="js-by-role")
        user = home.user(None, allow("sts:AssumeRole"))
        role = home.role(
            trust(user.arn), allow("sqs:GetQueueUrl", arn("sqs", "js-by-role")), name="js-by-role"
        )
        run = javascript(user)
        assert run("sts", "GetCallerIdentity")["Arn"] == user.arn
        session = f"arn:aws:sts::{HOME}:assumed-role/js-by-role/javascript"
        assert run("sts", "GetCallerIdentity", role=role)["Arn"] == session
        assert run("sqs", "GetQueueUrl", role=role, QueueName="js-by-role")["QueueUrl"]
        said = reason(user, "sqs:getqueueurl", arn("sqs", "js-by-role"))
        with thrown("AccessDenied", 403, said):
            run("sqs", "GetQueueUrl", QueueName="js-by-role")

    def test_a_role_that_nobody_may_assume(self, home, javascript):
        user = home.user()
        role = home.role(trust(home.root_arn), name="js-closed")
        run = javascript(user)
        text = f"User: {user.arn} is not authorized to perform: sts:AssumeRole on resource: {role}"
        with thrown("AccessDenied", 403, text):
            run("sqs", "ListQueues", role=role)


class TestKeys:
    def test_a_key_that_nobody_has(self, home, javascript):
        run = javascript(home.root.with_key(secret_access_key="x" * 40))
        for client, command, name, status in (
            ("dynamodb", "ListTables", "InvalidSignatureException", 400),
            ("sns", "ListTopics", "SignatureDoesNotMatch", 403),
            ("ec2", "DescribeInstances", "AuthFailure", 401),
            ("cloudwatch", "ListMetrics", "SignatureDoesNotMatch", 403),
            ("lambda", "ListFunctions", "InvalidSignatureException", 403),
        ):
            with pytest.raises(Exception, match=f"^{name}: ") as caught:
                run(client, command)
            assert caught.value.error["status"] == status

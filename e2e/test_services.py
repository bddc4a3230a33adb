"""Services behind the gateway, with boto3 and moto: what is allowed passes, and the same on another resource does not.

Each test makes its resources as the root user and then acts as a user whose policy names one of two.
"""

import io
import json
import re
import zipfile
from contextlib import contextmanager

import pytest

from harness.policies import allow, deny, trust
from harness.refusal import refused
from harness.store import AWS_CREDENTIALS, Moto

REGION = "us-east-1"


@pytest.fixture
def name(request) -> str:
    """A name that no other test uses."""
    return re.sub(r"[^a-z0-9]+", "-", request.node.name.lower())[:40].strip("-")


def arn(home, service: str, resource: str) -> str:
    return f"arn:aws:{service}:{REGION}:{home.id}:{resource}"


@contextmanager
def denied(user, action: str, resource: str, code: str = "AccessDeniedException", status: int = 400):
    text = f"User: {user.arn} is not authorized to perform: {action} on resource: {resource}"
    reason = f"{text} because no identity-based policy allows the {action} action"
    with refused(code, status, reason):
        yield


class TestQueues:
    @pytest.fixture
    def queues(self, home, name):
        make = home.root.client("sqs").create_queue
        return [make(QueueName=f"{name}-{which}")["QueueUrl"] for which in ("own", "other")]

    def test_a_user_works_with_one_queue(self, home, name, queues):
        own, other = queues
        actions = ["sqs:SendMessage", "sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueUrl"]
        user = home.user(None, allow(actions, arn(home, "sqs", f"{name}-own")))
        sqs = user.client("sqs")
        assert sqs.get_queue_url(QueueName=f"{name}-own")["QueueUrl"] == own
        sqs.send_message(QueueUrl=own, MessageBody="hello")
        message = sqs.receive_message(QueueUrl=own)["Messages"][0]
        assert message["Body"] == "hello"
        sqs.delete_message(QueueUrl=own, ReceiptHandle=message["ReceiptHandle"])
        with refused("AccessDenied", 403):
            sqs.send_message(QueueUrl=other, MessageBody="hello")
        with refused("AccessDenied", 403):
            sqs.receive_message(QueueUrl=other)
        with refused("AccessDenied", 403):
            sqs.purge_queue(QueueUrl=own)
        assert "Messages" not in home.root.client("sqs").receive_message(QueueUrl=other)

    def test_a_batch_is_about_its_queue(self, home, name, queues):
        own, other = queues
        user = home.user(None, allow("sqs:SendMessage", arn(home, "sqs", f"{name}-own")))
        entries = [{"Id": str(number), "MessageBody": "m"} for number in range(3)]
        sent = user.client("sqs").send_message_batch(QueueUrl=own, Entries=entries)
        assert len(sent["Successful"]) == 3
        with refused("AccessDenied", 403):
            user.client("sqs").send_message_batch(QueueUrl=other, Entries=entries)


class TestTopics:
    def test_a_user_publishes_to_one_topic(self, home, name):
        make = home.root.client("sns").create_topic
        own, other = (make(Name=f"{name}-{which}")["TopicArn"] for which in ("own", "other"))
        user = home.user(None, allow("sns:Publish", arn(home, "sns", f"{name}-own")))
        sns = user.client("sns")
        assert sns.publish(TopicArn=own, Message="hello")["MessageId"]
        with refused("AuthorizationError", 403):
            sns.publish(TopicArn=other, Message="hello")
        with refused("AuthorizationError", 403):
            sns.publish(PhoneNumber="+15005550006", Message="hello")
        with refused("AuthorizationError", 403):
            sns.delete_topic(TopicArn=own)


class TestSecrets:
    def test_a_user_reads_one_secret(self, home, name):
        root = home.root.client("secretsmanager")
        for which in ("own", "other"):
            root.create_secret(Name=f"{name}-{which}", SecretString=which)
        own = arn(home, "secretsmanager", f"secret:{name}-own-??????")
        user = home.user(None, allow("secretsmanager:GetSecretValue", own))
        client = user.client("secretsmanager")
        assert client.get_secret_value(SecretId=f"{name}-own")["SecretString"] == "own"
        by_arn = root.describe_secret(SecretId=f"{name}-own")["ARN"]
        assert client.get_secret_value(SecretId=by_arn)["SecretString"] == "own"
        with refused("AccessDeniedException", 400):
            client.get_secret_value(SecretId=f"{name}-other")
        with refused("AccessDeniedException", 400):
            client.put_secret_value(SecretId=f"{name}-own", SecretString="changed")
        assert root.get_secret_value(SecretId=f"{name}-own")["SecretString"] == "own"

    def test_a_secret_that_is_not_there_is_told_to_who_may_have_it(self, home):
        text = "Secrets Manager can't find the specified secret."
        with refused("ResourceNotFoundException", message=text):
            home.root.client("secretsmanager").get_secret_value(SecretId="none")
        user = home.user(
            None, allow("secretsmanager:GetSecretValue", arn(home, "secretsmanager", "secret:other-??????"))
        )
        with refused("AccessDeniedException", 400):
            user.client("secretsmanager").get_secret_value(SecretId="none")


class TestParameters:
    def test_a_user_reads_the_parameters_of_a_path(self, home, name):
        root = home.root.client("ssm")
        for which in ("own", "other"):
            root.put_parameter(Name=f"/{name}/{which}/size", Value=which, Type="String")
        own = arn(home, "ssm", f"parameter/{name}/own")
        actions = ["ssm:GetParameter", "ssm:GetParameters", "ssm:GetParametersByPath"]
        user = home.user(None, allow(actions, [own, f"{own}/*"]))
        ssm = user.client("ssm")
        assert ssm.get_parameter(Name=f"/{name}/own/size")["Parameter"]["Value"] == "own"
        assert len(ssm.get_parameters_by_path(Path=f"/{name}/own")["Parameters"]) == 1
        with denied(user, "ssm:GetParameter", arn(home, "ssm", f"parameter/{name}/other/size")):
            ssm.get_parameter(Name=f"/{name}/other/size")
        # All of them are needed.
        with refused("AccessDeniedException", 400):
            ssm.get_parameters(Names=[f"/{name}/own/size", f"/{name}/other/size"])
        with refused("AccessDeniedException", 400):
            ssm.get_parameters_by_path(Path=f"/{name}", Recursive=True)
        with refused("AccessDeniedException", 400):
            ssm.put_parameter(Name=f"/{name}/own/size", Value="changed", Type="String", Overwrite=True)


class TestKeys:
    def test_a_user_encrypts_with_one_key(self, home):
        root = home.root.client("kms")
        own, other = (root.create_key()["KeyMetadata"]["KeyId"] for _ in range(2))
        key = arn(home, "kms", f"key/{own}")
        user = home.user(None, allow(["kms:Encrypt", "kms:Decrypt", "kms:DescribeKey"], key))
        kms = user.client("kms")
        sealed = kms.encrypt(KeyId=own, Plaintext=b"hello")["CiphertextBlob"]
        assert kms.decrypt(KeyId=own, CiphertextBlob=sealed)["Plaintext"] == b"hello"
        with denied(user, "kms:Encrypt", arn(home, "kms", f"key/{other}")):
            kms.encrypt(KeyId=other, Plaintext=b"hello")
        with denied(user, "kms:Decrypt", arn(home, "kms", f"key/{other}")):
            kms.decrypt(KeyId=other, CiphertextBlob=sealed)
        with denied(user, "kms:ScheduleKeyDeletion", key):
            kms.schedule_key_deletion(KeyId=own)

    def test_a_ciphertext_without_its_key_may_be_of_any(self, home):
        root = home.root.client("kms")
        own, other = (root.create_key()["KeyMetadata"]["KeyId"] for _ in range(2))
        sealed = root.encrypt(KeyId=own, Plaintext=b"hello")["CiphertextBlob"]
        decrypting = allow("kms:Decrypt", arn(home, "kms", "key/*"))
        kms = home.user(None, decrypting).client("kms")
        assert kms.decrypt(CiphertextBlob=sealed)["Plaintext"] == b"hello"
        for policies in (
            [allow("kms:Decrypt", arn(home, "kms", f"key/{own}"))],
            [decrypting, deny("kms:Decrypt", arn(home, "kms", f"key/{other}"))],
        ):
            user = home.user(None, *policies)
            with refused("AccessDeniedException", 400):
                user.client("kms").decrypt(CiphertextBlob=sealed)

    def test_an_alias_is_the_key_behind_it(self, home, name):
        root = home.root.client("kms")
        own, other = (root.create_key()["KeyMetadata"]["KeyId"] for _ in range(2))
        root.create_alias(AliasName=f"alias/{name}-own", TargetKeyId=own)
        root.create_alias(AliasName=f"alias/{name}-other", TargetKeyId=other)
        user = home.user(None, allow("kms:Encrypt", arn(home, "kms", f"key/{own}")))
        kms = user.client("kms")
        kms.encrypt(KeyId=f"alias/{name}-own", Plaintext=b"hello")
        with denied(user, "kms:Encrypt", arn(home, "kms", f"key/{other}")):
            kms.encrypt(KeyId=f"alias/{name}-other", Plaintext=b"hello")

    def test_who_describes_first_makes_what_is_not_there(self, home, name):
        kms, alias = home.root.client("kms"), f"alias/{name}"
        absent = f"Alias {arn(home, 'kms', alias)} is not found."
        for ask in (kms.describe_key, kms.get_key_policy):
            with refused("NotFoundException", 400, absent):
                ask(KeyId=alias)
        key = kms.create_key()["KeyMetadata"]["KeyId"]
        kms.create_alias(AliasName=alias, TargetKeyId=key)
        assert kms.describe_key(KeyId=alias)["KeyMetadata"]["KeyId"] == key
        kms.delete_alias(AliasName=alias)
        with refused("NotFoundException", 400, absent):
            kms.delete_alias(AliasName=alias)

    def test_the_context_of_an_encryption_is_a_condition(self, home):
        key = home.root.client("kms").create_key()["KeyMetadata"]["KeyId"]
        only = {"StringEquals": {"kms:EncryptionContext:stage": "test"}}
        user = home.user(None, allow("kms:Encrypt", arn(home, "kms", f"key/{key}"), **only))
        kms = user.client("kms")
        kms.encrypt(KeyId=key, Plaintext=b"hello", EncryptionContext={"stage": "test"})
        for context in ({}, {"stage": "live"}, {"Stage": "live"}):
            with refused("AccessDeniedException", 400):
                kms.encrypt(KeyId=key, Plaintext=b"hello", EncryptionContext=context)


class TestFunctions:
    @pytest.fixture
    def role(self, home, name) -> str:
        return home.role(trust({"Service": "lambda.amazonaws.com"}), name=name)

    def code(self) -> dict:
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as file:
            file.writestr("main.py", "def handler(event, context): return event\n")
        return {"Runtime": "python3.11", "Handler": "main.handler", "Code": {"ZipFile": packed.getvalue()}}

    def test_a_user_changes_one_function(self, home, name, role, services):
        # moto's IAM is not Lanyard's: the role is there, too, for its checks.
        moto = services.moto.owner
        moto.iam.create_role(
            RoleName=name, AssumeRolePolicyDocument=trust({"Service": "lambda.amazonaws.com"})
        )
        own, other = (f"{name}-{which}" for which in ("own", "other"))
        function = arn(home, "lambda", f"function:{own}")
        maker = home.user(
            None,
            allow(["lambda:CreateFunction", "lambda:GetFunction", "lambda:DeleteFunction"], function),
            allow("iam:PassRole", role, StringEquals={"iam:PassedToService": "lambda.amazonaws.com"}),
        )
        client = maker.client("lambda")
        client.create_function(FunctionName=own, Role=role, **self.code())
        assert client.get_function(FunctionName=own)["Configuration"]["FunctionName"] == own
        with denied(maker, "lambda:CreateFunction", arn(home, "lambda", f"function:{other}"), status=403):
            client.create_function(FunctionName=other, Role=role, **self.code())
        with denied(maker, "lambda:InvokeFunction", function, status=403):
            client.invoke(FunctionName=own, Payload=json.dumps({}))
        client.delete_function(FunctionName=own)

    def test_a_role_that_may_not_be_passed_makes_no_function(self, home, name, role):
        function = arn(home, "lambda", f"function:{name}")
        maker = home.user(None, allow("lambda:CreateFunction", function))
        with denied(maker, "iam:PassRole", role, status=403):
            maker.client("lambda").create_function(FunctionName=name, Role=role, **self.code())


class TestStrangers:
    def test_who_is_of_another_account_reaches_nothing(self, services, home, name):
        home.root.client("sqs").create_queue(QueueName=name)
        stranger = services.account("stranger").root
        with refused("AccessDenied", 403):
            stranger.client("sqs").get_queue_url(QueueName=name)
        with refused("AccessDenied", 403):
            stranger.client("sqs").get_queue_url(QueueName=name, QueueOwnerAWSAccountId=home.id)
        with refused("AccessDeniedException", 400):
            stranger.client("dynamodb").list_tables()

    def test_who_is_unknown_reaches_nothing(self, home):
        unknown = home.root.with_key(secret_access_key="x" * 40)
        with refused("InvalidSignatureException", 400):
            unknown.client("dynamodb").list_tables()
        with refused("SignatureDoesNotMatch", 403):
            unknown.client("sns").list_topics()
        with refused("AuthFailure", 401):
            unknown.client("ec2").describe_instances()


def test_an_upstream_that_calls_the_account_otherwise(binary, tmp_path_factory, fresh_server):
    """What the upstream puts into its ARNs is the account's here."""
    moto = Moto(tmp_path_factory.mktemp("moto-otherwise"))
    own = "777788889999"
    upstream = f"sns,sqs={moto.endpoint} account={own} upstream-account={moto.ACCOUNT}"
    environment = {name.replace("_AWS_", "_SNS_"): value for name, value in AWS_CREDENTIALS.items()}
    server = fresh_server(flags=["--upstream", upstream], environment=environment).start()
    try:
        home = server.account("home", own)
        topic = home.root.client("sns").create_topic(Name="news")["TopicArn"]
        assert topic == f"arn:aws:sns:{REGION}:{moto.ACCOUNT}:news"
        user = home.user(None, allow("sns:Publish", arn(home, "sns", "news")))
        user.client("sns").publish(TopicArn=topic, Message="hello")
        with refused("AuthorizationError", 403):
            user.client("sns").get_topic_attributes(TopicArn=topic)
        queue = home.root.client("sqs").create_queue(QueueName="jobs")["QueueUrl"]
        worker = home.user(None, allow("sqs:SendMessage", arn(home, "sqs", "jobs")))
        worker.client("sqs").send_message(QueueUrl=queue, MessageBody="hello")
    finally:
        moto.stop()

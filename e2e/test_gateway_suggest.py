"""From what an application was seen to do to the policy that lets it do just that."""

import json
import subprocess

import pytest

from harness.policies import trust
from harness.refusal import refused
from harness.store import AWS_CREDENTIALS, Moto

HOME = "333344445555"
REGION = "us-east-1"
# An object whose name has a variable, a wildcard and a letter that not every policy may have.
ODD = "odd/${aws:username}*é.txt"


@pytest.fixture
def moto(tmp_path_factory):
    moto = Moto(tmp_path_factory.mktemp("moto-suggest"), HOME)
    yield moto
    moto.stop()


@pytest.fixture
def server(fresh_server, moto):
    return fresh_server(flags=[*upstream(moto, "observe")], environment=AWS_CREDENTIALS).start()


def upstream(moto: Moto, mode: str) -> list[str]:
    # Tables are where the requests about them are; S3 has a line of its own.
    credentials = {name.replace("_AWS_", "_S3_"): value for name, value in AWS_CREDENTIALS.items()}
    AWS_CREDENTIALS.update(credentials)
    return [
        *("--upstream", f"aws={moto.endpoint} account={HOME} mode={mode}"),
        *("--upstream", f"s3={moto.endpoint} mode={mode}"),
    ]


class Shop:
    """An application: takes orders from a queue, keeps them in a table, files receipts, tells a topic."""

    def __init__(self, identity, role: str):
        self.sqs, self.sns = identity.client("sqs"), identity.client("sns")
        self.dynamodb, self.s3 = identity.client("dynamodb"), identity.s3
        self.states = identity.client("stepfunctions")
        self.role = role

    def run(self) -> None:
        queue = self.sqs.get_queue_url(QueueName="orders")["QueueUrl"]
        for number in range(8):
            self.sqs.send_message(QueueUrl=queue, MessageBody=f"order {number}")
            (message,) = self.sqs.receive_message(QueueUrl=queue)["Messages"]
            self.dynamodb.put_item(TableName="orders", Item={"id": {"S": str(number)}})
            self.s3.put_object(Bucket="receipts", Key=f"2026/11/{number}.txt", Body=message["Body"].encode())
            self.s3.get_object(Bucket="receipts", Key=f"2026/11/{number}.txt")
            self.sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
        self.s3.copy_object(
            Bucket="receipts",
            Key="archive/0.txt",
            CopySource={"Bucket": "receipts", "Key": "2026/11/0.txt"},
        )
        assert self.delete(6, 7) == (["2026/11/6.txt", "2026/11/7.txt"], [])
        self.s3.delete_object(Bucket="receipts", Key=ODD)
        self.dynamodb.scan(TableName="orders")
        self.sns.publish(TopicArn=f"arn:aws:sns:{REGION}:{HOME}:news", Message="done")
        self.dynamodb.list_tables()
        machine = {"StartAt": "End", "States": {"End": {"Type": "Succeed"}}}
        made = self.states.create_state_machine(
            name="nightly", definition=json.dumps(machine), roleArn=self.role
        )["stateMachineArn"]
        self.states.delete_state_machine(stateMachineArn=made)

    def delete(self, *numbers: int) -> tuple[list[str], list[str]]:
        """Deletes receipts together: which are gone, and which may not go."""
        keys = [{"Key": f"2026/11/{number}.txt"} for number in numbers]
        answer = self.s3.delete_objects(Bucket="receipts", Delete={"Objects": keys})
        gone, kept = (
            sorted(entry["Key"] for entry in answer.get(name, [])) for name in ("Deleted", "Errors")
        )
        return gone, kept

    def something_else(self):
        """Near everything that it does, something that it does not."""
        queue = f"http://127.0.0.1/{HOME}/orders"
        yield "AccessDenied", lambda: self.sqs.purge_queue(QueueUrl=queue)
        yield "AccessDenied", lambda: self.sqs.send_message(QueueUrl=f"{queue}-new", MessageBody="x")
        yield (
            "AccessDeniedException",
            lambda: self.dynamodb.delete_item(TableName="orders", Key={"id": {"S": "1"}}),
        )
        yield "AccessDeniedException", lambda: self.dynamodb.scan(TableName="customers")
        yield (
            "AuthorizationError",
            lambda: self.sns.publish(TopicArn=f"arn:aws:sns:{REGION}:{HOME}:other", Message="x"),
        )
        yield "AccessDenied", lambda: self.s3.put_object(Bucket="receipts", Key="2025/1.txt", Body=b"")
        yield "AccessDenied", lambda: self.s3.delete_object(Bucket="receipts", Key="2026/11/1.txt")
        # A name is a name, whatever it would mean in a policy.
        yield "AccessDenied", lambda: self.s3.delete_object(Bucket="receipts", Key=ODD.replace("*", "x"))
        yield "AccessDenied", lambda: self.s3.delete_object(Bucket="receipts", Key="odd/shop*é.txt")
        yield (
            "AccessDenied",
            lambda: self.s3.copy_object(
                Bucket="receipts",
                Key="archive/1.txt",
                CopySource={"Bucket": "receipts", "Key": "2026/11/1.txt"},
            ),
        )
        yield (
            "AccessDeniedException",
            lambda: self.states.create_state_machine(name="weekly", definition="{}", roleArn=self.role),
        )
        yield (
            "AccessDeniedException",
            lambda: self.states.create_state_machine(
                name="nightly", definition="{}", roleArn=f"{self.role}-of-others"
            ),
        )


def prepare(home) -> None:
    sqs, dynamodb = home.root.client("sqs"), home.root.client("dynamodb")
    sqs.create_queue(QueueName="orders")
    sqs.create_queue(QueueName="orders-new")
    home.root.client("sns").create_topic(Name="news")
    home.root.s3.create_bucket(Bucket="receipts")
    for table in ("orders", "customers"):
        dynamodb.create_table(
            TableName=table,
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )


def suggest(server, *words: str) -> subprocess.CompletedProcess:
    return server.run("gateway", "suggest", *words)


def statements(document: dict) -> dict[str, list[str]]:
    """Actions, each with its resources."""
    found = {}
    for statement in document["Statement"]:
        assert statement["Effect"] == "Allow"
        actions, resources = (
            value if isinstance(value, list) else [value]
            for value in (statement["Action"], statement["Resource"])
        )
        for action in actions:
            found.setdefault(action, []).extend(resources)
    return found


def test_an_application_gets_the_policy_of_what_it_was_seen_to_do(server, moto):
    home = server.account("home", HOME)
    prepare(home)
    role = home.role(trust({"Service": "states.amazonaws.com"}), name="nightly")
    user = home.user("shop")
    Shop(user, role).run()

    done = suggest(server, "shop")
    document = json.loads(done.stdout)
    found = statements(document)
    assert found["dynamodb:PutItem"] == [f"arn:aws:dynamodb:{REGION}:{HOME}:table/orders"]
    # Eight objects are one folder; what is written by a copy counts.
    receipts = "arn:aws:s3:::receipts"
    assert found["s3:PutObject"] == [f"{receipts}/2026/11/*", f"{receipts}/archive/0.txt"]
    # What is copied has no tags, so nobody needs to read or write any.
    assert not [action for action in found if action.startswith("s3:") and "Tagging" in action]
    # Of those that are deleted together each is named.
    assert found["s3:DeleteObject"] == [
        f"{receipts}/2026/11/6.txt",
        f"{receipts}/2026/11/7.txt",
        f"{receipts}/odd/${{$}}{{aws:username}}${{*}}é.txt",
    ]
    assert done.stdout.isascii()
    assert found["dynamodb:ListTables"] == [f"arn:aws:dynamodb:{REGION}:{HOME}:table/*"]
    assert found["iam:PassRole"] == [role]
    passing = [statement for statement in document["Statement"] if statement["Action"] == "iam:PassRole"]
    assert passing[0]["Condition"] == {"StringEquals": {"iam:PassedToService": "states.amazonaws.com"}}
    assert not [action for action in found if "*" in action]

    errors = server.run("trail", "--errors", "--by", "shop").stdout.splitlines()
    assert errors and all("AccessDenied" not in line or " (let through)  " in line for line in errors)

    # Every line names requests, and they are in the trail as what they were.
    told = json.loads(suggest(server, "shop", "--json").stdout)
    lines = [line for policy in told["Policies"] for line in policy["Lines"]]
    seen = {record["requestID"]: record for record in server.trail(HOME)}
    for line in lines:
        for request in line["RequestIds"]:
            needed = seen[request]["additionalEventData"]["permissions"]
            assert line["Action"] in {permission["action"] for permission in needed}
    puts = next(line for line in lines if line["Action"] == "s3:PutObject")
    assert (puts["Requests"], puts["Resources"]) == (8, 8)
    assert "s3:PutObject on arn:aws:s3:::receipts/2026/11/* (8 resources): 8 requests" in done.stderr

    home.iam.put_user_policy(UserName="shop", PolicyName="seen", PolicyDocument=done.stdout)
    assert server.stop() == 0
    server.flags = upstream(moto, "enforce")
    server.start()
    shop = Shop(user, role)
    shop.run()
    assert shop.delete(1, 6) == (["2026/11/6.txt"], ["2026/11/1.txt"])
    for code, call in shop.something_else():
        with refused(code):
            call()


def test_what_was_not_observed_suggests_nothing(server):
    home = server.account("home", HOME)
    home.user("idle")
    done = server.run("gateway", "suggest", "idle", check=False)
    assert done.returncode == 4
    assert done.stderr == (
        "lanyard: nothing was observed of idle\n  requests are observed by an upstream with mode=observe\n"
    )

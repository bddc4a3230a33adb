"""A service of one's own behind the gateway, which makes queues for whoever asks it for a stack."""

import re
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from botocore.exceptions import ClientError

from harness.identity import Identity
from harness.policies import allow, deny
from harness.refusal import refused
from harness.store import AWS_CREDENTIALS, Moto

HOME = "666677778888"
SERVICE = "cloudformation.amazonaws.com"
MADE = """<CreateStackResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><CreateStackResult>
<StackId>arn:aws:cloudformation:us-east-1:{home}:stack/{name}/1</StackId></CreateStackResult></CreateStackResponse>"""
FAILED = """<ErrorResponse><Error><Code>{code}</Code><Message>{message}</Message></Error></ErrorResponse>"""


class Stacks:
    """Plays CloudFormation: each stack is a queue of its name, made with the credentials that came along."""

    def __init__(self):
        stacks = self
        self.endpoint_of_lanyard = ""
        self.seen = []

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                stacks.seen.append(self.headers)
                status, answer = stacks.make(self.headers, re.search(r"StackName=([\w-]+)", body)[1])
                self.send_response(status)
                self.send_header("Content-Type", "text/xml")
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer.encode())

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        Thread(target=self.server.serve_forever, daemon=True).start()
        self.endpoint = f"http://127.0.0.1:{self.server.server_port}"

    def make(self, headers, name: str) -> tuple[int, str]:
        caller = Identity(
            self.endpoint_of_lanyard,
            headers["X-Lanyard-Access-Key-Id"],
            headers["X-Lanyard-Secret-Access-Key"],
            headers["X-Lanyard-Session-Token"],
        )
        try:
            caller.client("sqs").create_queue(QueueName=name)
        except ClientError as error:
            told = error.response["Error"]
            return 400, FAILED.format(code=told["Code"], message=told["Message"])
        return 200, MADE.format(home=HOME, name=name)

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def stacks(tmp_path_factory, fresh_server):
    moto, stacks = Moto(tmp_path_factory.mktemp("moto-stacks"), HOME), Stacks()
    environment = AWS_CREDENTIALS | {
        name.replace("_AWS_", "_CLOUDFORMATION_"): value for name, value in AWS_CREDENTIALS.items()
    }
    flags = [
        *("--upstream", f"cloudformation={stacks.endpoint} account={HOME} forward-access={SERVICE}"),
        *("--upstream", f"aws={moto.endpoint} account={HOME}"),
    ]
    server = fresh_server(flags=flags, environment=environment).start()
    stacks.endpoint_of_lanyard, stacks.lanyard = server.endpoint, server
    yield stacks
    stacks.stop()
    moto.stop()


@pytest.fixture
def home(stacks):
    return stacks.lanyard.account("home", HOME)


def make(user, name: str) -> str:
    return user.client("cloudformation").create_stack(StackName=name, TemplateBody="{}")["StackId"]


def test_a_service_does_for_its_caller_what_the_caller_may_through_it(stacks, home):
    via = {"ForAnyValue:StringEquals": {"aws:CalledVia": SERVICE}}
    user = home.user("maker", allow("cloudformation:CreateStack"), allow("sqs:CreateQueue", **via))
    with refused("AccessDenied", 403):
        user.client("sqs").create_queue(QueueName="orders")
    assert make(user, "orders").endswith("stack/orders/1")
    assert home.root.client("sqs").get_queue_url(QueueName="orders")
    # The person is in the trail, and through whom it was done.
    made = [record for record in stacks.lanyard.trail(HOME) if record["eventName"] == "CreateQueue"]
    told = [record["userIdentity"] for record in made if "errorCode" not in record]
    assert [(who["arn"], who["invokedBy"]) for who in told] == [(user.arn, SERVICE)]


def test_what_the_caller_may_not_the_service_may_not(stacks, home):
    user = home.user("maker", allow("cloudformation:CreateStack"))
    with refused("AccessDenied", 400, re.compile(r".* is not authorized to perform: sqs:createqueue .*")):
        make(user, "orders")
    direct_only = {"Bool": {"aws:ViaAWSService": "true"}}
    other = home.user("other", allow(["cloudformation:*", "sqs:*"]), deny("sqs:*", **direct_only))
    other.client("sqs").create_queue(QueueName="direct")
    with refused("AccessDenied", 400):
        make(other, "indirect")


def test_what_it_was_handed_ends_with_the_key_and_makes_nothing_that_lasts(stacks, home):
    user = home.user("maker", allow(["cloudformation:*", "sqs:*", "sts:*"]))
    make(user, "orders")
    headers = stacks.seen[-1]
    handed = Identity(
        stacks.lanyard.endpoint,
        headers["X-Lanyard-Access-Key-Id"],
        headers["X-Lanyard-Secret-Access-Key"],
        headers["X-Lanyard-Session-Token"],
    )
    assert user.secret_access_key not in str(headers)
    assert handed.caller() == user.arn
    with refused("AccessDenied", 403):
        handed.sts.get_session_token()
    home.iam.update_access_key(UserName="maker", AccessKeyId=user.access_key_id, Status="Inactive")
    with refused("ExpiredToken"):
        handed.caller()

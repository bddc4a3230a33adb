"""What else decides at the gateway for services: policies of resources, keys, and the registry of tags."""

import json

import pytest

from conftest import HOME
from harness.identity import REGION
from harness.policies import allow, deny, document, for_principal
from harness.refusal import refused
from harness.server import Server


def arn(service: str, resource: str) -> str:
    return f"arn:aws:{service}:{REGION}:{HOME}:{resource}"


@pytest.fixture(scope="module")
def guests(listened):
    """Another account of the same server."""
    return listened.server.account("guests")


@pytest.fixture(autouse=True)
def quiet(listener):
    listener.take()
    listener.answer = b"{}"
    yield
    listener.answer = b"{}"


@pytest.fixture
def put(listened, tmp_path):
    """Sets the policy of a resource, until the test ends."""
    placed = set()

    def put(resource: str, *statements: dict) -> None:
        file = tmp_path / "policy.json"
        file.write_text(document(*statements))
        listened.server.run("resource-policy", "put", resource, str(file))
        placed.add(resource)

    yield put
    for resource in placed:
        listened.server.run("resource-policy", "delete", resource)


class TestQueues:
    @pytest.fixture
    def send(self, listener):
        def send(user, queue: str = "shared", account: str = HOME) -> None:
            url = f"{user.endpoint}/{account}/{queue}"
            user.client("sqs").send_message(QueueUrl=url, MessageBody="m")

        return send

    def test_a_queue_admits_another_account(self, listened, guests, listener, put, send):
        queue = arn("sqs", "shared")
        guest = guests.user(None, allow("sqs:SendMessage", [queue, arn("sqs", "other")]))
        idle = guests.user(None)
        with refused("AccessDenied", 403):
            send(guest)
        put(queue, for_principal(guests.root_arn, allow("sqs:SendMessage", queue)))
        listener.answer = b'{"MD5OfMessageBody":"6f8f57715090da2632453988d9a1501b","MessageId":"1"}'
        send(guest)
        (heard,) = listener.take()
        assert json.loads(heard.body)["QueueUrl"].endswith(f"/{HOME}/shared")
        # Both accounts must allow it, and it is this queue alone and this action alone.
        for user, name in ((idle, "shared"), (guest, "other")):
            with refused("AccessDenied", 403):
                send(user, name)
        with refused("AccessDenied", 403):
            guest.client("sqs").purge_queue(QueueUrl=f"{guest.endpoint}/{HOME}/shared")
        # The name alone is one of the guest's own account, behind which nothing stands.
        with refused("AccessDenied", 403):
            guest.client("sqs").get_queue_url(QueueName="shared")
        with refused("AccessDenied", 403):
            send(guest, account=guests.id)
        assert listener.take() == []

    def test_a_queue_keeps_somebody_out(self, listened, listener, put, send):
        queue = arn("sqs", "shared")
        user = listened.user(None, allow("sqs:*"))
        put(queue, for_principal(user.arn, deny("sqs:SendMessage", queue)))
        with refused("AccessDenied", 403):
            send(user)
        assert listener.take() == []
        listener.answer = b'{"MD5OfMessageBody":"6f8f57715090da2632453988d9a1501b","MessageId":"1"}'
        send(user, "other")
        assert len(listener.take()) == 1

    def test_a_queue_admits_somebody_of_its_own_account(self, listened, listener, put, send):
        queue = arn("sqs", "shared")
        user = listened.user(None)
        put(queue, for_principal(user.arn, allow("sqs:SendMessage", queue)))
        listener.answer = b'{"MD5OfMessageBody":"6f8f57715090da2632453988d9a1501b","MessageId":"1"}'
        send(user)
        assert len(listener.take()) == 1


class TestKeys:
    KEY = "key/0000aaaa-1111-2222-3333-444455556666"

    def test_a_key_whose_policy_leaves_nothing_to_the_account(self, listened, listener, put):
        key = arn("kms", self.KEY)
        user = listened.user(None, allow("kms:*"))
        keeper = listened.user(None)

        def encrypt(who):
            who.client("kms").encrypt(KeyId=key, Plaintext=b"m")

        encrypt(user)
        put(key, for_principal(keeper.arn, allow("kms:Encrypt", "*")))
        listener.take()
        with refused("AccessDeniedException", 400):
            encrypt(user)
        with refused("AccessDeniedException", 400):
            encrypt(listened.root)
        assert listener.take() == []
        encrypt(keeper)
        assert len(listener.take()) == 1
        put(key, for_principal(listened.root_arn, allow("kms:*", "*")))
        encrypt(user)
        with refused("AccessDeniedException", 400):
            encrypt(keeper)

    def test_an_alias_is_no_way_around(self, listened, listener, put):
        key = arn("kms", self.KEY)
        user = listened.user(None, allow("kms:*"))
        put(key, for_principal("arn:aws:iam::111122223333:root", allow("kms:*", "*")))
        listener.answer = json.dumps({"KeyMetadata": {"Arn": key}}).encode()
        with refused("AccessDeniedException", 400):
            user.client("kms").encrypt(KeyId="alias/own", Plaintext=b"m")
        assert [one.headers["x-amz-target"] for one in listener.take()] == ["TrentService.DescribeKey"]


class TestTags:
    def test_the_registry_decides(self, listened, listener):
        team = {"StringEquals": {"aws:ResourceTag/team": "red"}}
        user = listened.user(None, allow("sqs:PurgeQueue", **team))
        sqs, server = user.client("sqs"), listened.server
        url = f"{user.endpoint}/{HOME}/tagged"

        def purge():
            sqs.purge_queue(QueueUrl=url)

        with refused("AccessDenied", 403):
            purge()
        server.run("resource-tags", "put", arn("sqs", "tagged"), "team=blue")
        with refused("AccessDenied", 403):
            purge()
        server.run("resource-tags", "put", arn("sqs", "tagged"), "Team=red")
        purge()
        server.run("resource-tags", "put", arn("sqs", "others"), "team=red")
        server.run("resource-tags", "delete", arn("sqs", "tagged"))
        with refused("AccessDenied", 403):
            purge()
        # The upstream has no say in it.
        assert [one.headers["x-amz-target"] for one in listener.take()] == ["AmazonSQS.PurgeQueue"]

    def test_where_nobody_knows_tags_a_denial_by_one_holds(self, binary, listener, tmp_path_factory):
        words = f"aws={listener.endpoint} account={HOME} credentials=none tags=none"
        server = Server(binary, tmp_path_factory.mktemp("untagged"), flags=["--upstream", words]).start()
        try:
            home = server.account("home", HOME)
            server.run("resource-tags", "put", arn("sqs", "tagged"), "team=red")
            for statements, is_allowed in (
                ([allow("sqs:*")], True),
                ([allow("sqs:*", StringEquals={"aws:ResourceTag/team": "red"})], False),
                ([allow("sqs:*"), deny("sqs:*", StringEquals={"aws:ResourceTag/team": "blue"})], False),
                ([allow("sqs:*"), deny("sqs:Tag*", StringEquals={"aws:ResourceTag/team": "blue"})], True),
            ):
                user = home.user(None, *statements)
                sqs, url = user.client("sqs"), f"{user.endpoint}/{HOME}/tagged"
                if is_allowed:
                    sqs.purge_queue(QueueUrl=url)
                    assert len(listener.take()) == 1
                    continue
                with refused("AccessDenied", 403):
                    sqs.purge_queue(QueueUrl=url)
                assert listener.take() == []
        finally:
            assert server.stop() == 0

"""MinIO's access management plugin asks Lanyard."""

import json

import pytest

from harness import wire
from harness.decision_point import bearer_key
from harness.policies import allow, bucket_arn, deny, objects


@pytest.fixture
def guard(account):
    return account.user("minio", allow("lanyard:Authorize"))


@pytest.fixture
def asks(binary, account, guard):
    """One question as MinIO puts it; whether it is allowed."""
    key = bearer_key(binary, guard)

    def ask(name: str, action: str, bucket="reports", key_of_object="may.csv", **conditions) -> bool:
        answer = post(
            account.root.endpoint, f"Bearer {key}", question(name, action, bucket, key_of_object, conditions)
        )
        assert answer.status == 200, answer.text
        result = json.loads(answer.body)
        assert result in ({"result": {"allow": True}}, {"result": {"allow": False}})
        return result["result"]["allow"]

    return ask


def question(name, action, bucket, key, conditions) -> bytes:
    """Everything that MinIO sends, with what it believes about its user."""
    sent = {
        "input": {
            "account": name,
            "groups": ["admins"],
            "action": action,
            "bucket": bucket,
            "object": key,
            "conditions": {
                "SourceIp": ["192.0.2.7"],
                "SecureTransport": ["false"],
                "UserAgent": ["MinIO (linux; amd64) minio-go/v7.0.70"],
                "CurrentTime": ["2026-01-01T00:00:00Z"],
                "username": [name],
                "userid": [name],
                "principaltype": ["User"],
                "authType": ["REST-HEADER"],
                "signatureversion": ["AWS4-HMAC-SHA256"],
            }
            | conditions,
            "owner": False,
            "claims": {"policy": "consoleAdmin"},
            "denyOnly": False,
        }
    }
    return json.dumps(sent).encode()


def post(endpoint: str, authorization: str | None, body: bytes) -> wire.Answer:
    headers = {"content-type": "application/json"} | (
        {"authorization": authorization} if authorization else {}
    )
    return wire.bare(endpoint, "POST", "/authorize/minio", headers, body)


def test_policies_decide(account, asks):
    account.user(
        "ann", allow("s3:GetObject", objects("reports")), allow("s3:ListBucket", bucket_arn("reports"))
    )
    assert asks("ann", "s3:GetObject")
    assert asks("ann", "s3:ListBucket", key_of_object="")
    assert not asks("ann", "s3:PutObject")
    assert not asks("ann", "s3:GetObject", bucket="secrets")
    assert not asks("ann", "admin:ServerInfo", bucket="", key_of_object="")


def test_users_are_known_by_name_key_and_arn(account, asks):
    ann = account.user("ann", allow("s3:GetObject"))
    for name in ("ann", ann.access_key_id, ann.arn):
        assert asks(name, "s3:GetObject"), name
        assert not asks(name, "s3:PutObject"), name


def test_nobody_is_let_in_whom_lanyard_does_not_know(asks):
    for name in ("nobody", "minioadmin", "", "AKIAIOSFODNN7EXAMPLE", "../ann", "a" * 3_000):
        assert not asks(name, "s3:GetObject"), name


def test_what_minio_believes_of_its_user_is_not_heard(account, asks):
    red = {"StringEquals": {"aws:PrincipalTag/team": "red"}}
    account.user("ann", allow("s3:*", **red))
    account.user("bob", allow("s3:*", **{"StringEquals": {"aws:username": "ann"}}))
    assert not asks("ann", "s3:GetObject", **{"PrincipalTag/team": ["red"], "aws:PrincipalTag/team": ["red"]})
    assert not asks("bob", "s3:GetObject", username=["ann"])


def test_conditions_about_the_request_are_heard(account, asks):
    account.user(
        "ann",
        allow("s3:GetObject", **{"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}}),
        allow("s3:ListBucket", **{"StringEquals": {"s3:prefix": "may/"}}),
        deny("s3:*", **{"Bool": {"aws:SecureTransport": "true"}}),
    )
    assert asks("ann", "s3:GetObject")
    assert not asks("ann", "s3:GetObject", SourceIp=["198.51.100.1"])
    assert not asks("ann", "s3:GetObject", SecureTransport=["true"])
    assert asks("ann", "s3:ListBucket", key_of_object="", prefix=["may/"])
    assert not asks("ann", "s3:ListBucket", key_of_object="", prefix=["june/"])


class TestTheKey:
    def body(self) -> bytes:
        return question("ann", "s3:GetObject", "reports", "k", {})

    def test_it_must_be_there_and_right(self, binary, account, guard):
        key = bearer_key(binary, guard)
        endpoint = account.root.endpoint
        for wrong in (
            None,
            "Bearer",
            "Bearer x",
            f"Bearer {key[:-1]}",
            f"Basic {key}",
            f"Bearer {key}x",
            key,
        ):
            assert post(endpoint, wrong, self.body()).status in (400, 401, 403), wrong
        assert post(endpoint, f"Bearer {key}", self.body()).status == 200

    def test_it_stops_with_its_access_key(self, binary, account, guard):
        key = bearer_key(binary, guard)
        assert guard.secret_access_key not in key
        names = {"UserName": "minio", "AccessKeyId": guard.access_key_id}
        account.iam.update_access_key(**names, Status="Inactive")
        assert post(account.root.endpoint, f"Bearer {key}", self.body()).status == 403
        account.iam.update_access_key(**names, Status="Active")
        assert post(account.root.endpoint, f"Bearer {key}", self.body()).status == 200
        account.iam.delete_access_key(**names)
        assert post(account.root.endpoint, f"Bearer {key}", self.body()).status == 403

    def test_its_user_needs_permission_to_ask(self, binary, account):
        account.user("ann", allow("s3:GetObject"))
        key = bearer_key(binary, account.user("plain"))
        assert post(account.root.endpoint, f"Bearer {key}", self.body()).status == 403

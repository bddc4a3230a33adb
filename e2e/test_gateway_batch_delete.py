"""DeleteObjects: each key is decided by itself, and the answer says what became of each."""

import hashlib
from base64 import b64encode

import pytest

from harness import s3_wire
from harness.policies import allow, bucket_arn, deny, objects
from harness.refusal import refused


@pytest.fixture
def bucket(tenant) -> str:
    name = tenant.bucket()
    for key in ("a/1", "a/2", "b/1", "b/2 ü&<>"):
        tenant.root.s3.put_object(Bucket=name, Key=key, Body=b"x")
    return name


def delete(identity, bucket, *keys, quiet=False) -> tuple[set, dict]:
    """The keys that are gone, and the codes of the others."""
    answer = identity.s3.delete_objects(
        Bucket=bucket, Delete={"Objects": [{"Key": key} for key in keys], "Quiet": quiet}
    )
    gone = {entry["Key"] for entry in answer.get("Deleted", [])}
    return gone, {entry["Key"]: entry for entry in answer.get("Errors", [])}


def there(tenant, bucket) -> set[str]:
    answer = tenant.root.s3.list_objects_v2(Bucket=bucket)
    return {entry["Key"] for entry in answer.get("Contents", [])}


def test_what_is_allowed_is_deleted_and_the_rest_is_told(tenant, bucket, store):
    user = tenant.user("dev", allow("s3:DeleteObject", objects(bucket, "a/")))
    watch = store.watch()
    gone, errors = delete(user, bucket, "a/1", "b/1", "a/2", "b/2 ü&<>")
    assert gone == {"a/1", "a/2"}
    assert {key: error["Code"] for key, error in errors.items()} == {
        "b/1": "AccessDenied",
        "b/2 ü&<>": "AccessDenied",
    }
    assert user.arn in errors["b/1"]["Message"] and f"{bucket_arn(bucket)}/b/1" in errors["b/1"]["Message"]
    assert there(tenant, bucket) == {"b/1", "b/2 ü&<>"}
    assert watch.requests()[0].method == "POST"


def test_when_nothing_is_allowed_the_store_is_not_asked(tenant, bucket, store):
    user = tenant.user("dev", allow("s3:GetObject"))
    watch = store.watch()
    gone, errors = delete(user, bucket, "a/1", "b/1")
    assert (gone, set(errors)) == (set(), {"a/1", "b/1"})
    watch.check_nothing_came()
    assert "a/1" in there(tenant, bucket)


def test_quiet_tells_errors_only(tenant, bucket):
    user = tenant.user("dev", allow("s3:DeleteObject"), deny("s3:DeleteObject", f"{bucket_arn(bucket)}/a/2"))
    gone, errors = delete(user, bucket, "a/1", "a/2", "b/1", quiet=True)
    assert (gone, set(errors)) == (set(), {"a/2"})
    assert there(tenant, bucket) == {"a/2", "b/2 ü&<>"}


def test_the_same_key_twice_and_keys_that_are_not_there(tenant, bucket):
    gone, errors = delete(tenant.root, bucket, "a/1", "a/1", "never-was")
    assert gone == {"a/1", "never-was"} and errors == {}


def test_a_thousand_keys_and_not_one_more(tenant, bucket, store):
    user = tenant.user("dev", allow("s3:DeleteObject", objects(bucket, "even-")))
    keys = [f"{('even', 'odd')[number % 2]}-{number}" for number in range(1_000)]
    gone, errors = delete(user, bucket, *keys)
    assert (len(gone), len(errors)) == (500, 500)
    watch = store.watch()
    with refused("MalformedXML", 400):
        delete(user, bucket, *keys, "even-more")
    watch.check_nothing_came()


def test_an_account_without_the_bucket_deletes_nothing(tenant, other_tenant, bucket, store):
    watch = store.watch()
    gone, errors = delete(other_tenant.root, bucket, "a/1")
    assert (gone, set(errors)) == (set(), {"a/1"})
    watch.check_nothing_came()


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"no xml",
        b"<Delete></Delete>",
        b"<Delete><Object><Key>a/1</Key></Object>",
        b"<Delete><Object></Object></Delete>",
        b'<!DOCTYPE d [<!ENTITY e "a/1">]><Delete><Object><Key>&e;</Key></Object></Delete>',
        b'<!DOCTYPE d [<!ENTITY e SYSTEM "file:///etc/passwd">]><Delete><Object><Key>&e;</Key></Object></Delete>',
        b"<Delete><Object><Key>a/1</Key><Key>b/1</Key></Object></Delete>",
    ],
    ids=[
        "empty",
        "no xml",
        "no key",
        "not closed",
        "no key in it",
        "an entity",
        "a foreign entity",
        "two keys",
    ],
)
def test_documents_that_are_none(tenant, bucket, store, body):
    request = post(tenant.root, bucket, body)
    watch = store.watch()
    answer = s3_wire.send(tenant.root.endpoint, request)
    assert answer.status == 400 and answer.code in ("MalformedXML", "MissingRequestBodyError"), answer.text
    watch.check_nothing_came()
    assert "a/1" in there(tenant, bucket)


def test_a_document_other_than_its_digest_deletes_nothing(tenant, bucket, store):
    right = b"<Delete><Object><Key>a/1</Key></Object></Delete>"
    wrong = right.replace(b"a/1", b"b/1")
    request = post(tenant.root, bucket, right)
    watch = store.watch()
    request.body = wrong
    answer = s3_wire.send(tenant.root.endpoint, request)
    assert (answer.status, answer.code) == (400, "XAmzContentSHA256Mismatch")
    answer = s3_wire.send(tenant.root.endpoint, post(tenant.root, bucket, wrong, digest_of=right))
    assert (answer.status, answer.code) == (400, "BadDigest")
    watch.check_nothing_came()
    assert {"a/1", "b/1"} <= there(tenant, bucket)


def post(identity, bucket, body: bytes, digest_of: bytes | None = None) -> s3_wire.Request:
    digest = b64encode(hashlib.md5(digest_of if digest_of is not None else body).digest()).decode()
    return s3_wire.signed(
        identity, "POST", f"/{bucket}", query="delete=", body=body, headers={"content-md5": digest}
    )

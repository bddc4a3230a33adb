"""The gateway over HTTP/2: the same decisions, the same bytes, many at a time."""

import os
import subprocess

import pytest

from harness import s3_wire
from harness.http2 import Http2
from harness.policies import allow, objects, whole
from harness.s3_wire import signed

MEGABYTE = 1024 * 1024


@pytest.fixture
def bucket(tenant) -> str:
    return tenant.bucket()


@pytest.fixture
def user(tenant, bucket):
    return tenant.user("dev", allow("s3:*", whole(bucket)))


@pytest.fixture
def connection(gateway):
    with Http2(gateway.endpoint) as connection:
        yield connection


def test_round_trip(connection, user, bucket, store):
    body = os.urandom(5 * MEGABYTE)
    put = connection.call(signed(user, "PUT", f"/{bucket}/k", body=body))
    assert put.status == 200, put.text
    assert store.file(bucket, "k").read_bytes() == body
    got = connection.call(signed(user, "GET", f"/{bucket}/k"))
    assert (got.status, got.body) == (200, body)
    assert got.headers["x-amz-request-id"]


def test_every_form_of_body(connection, user, bucket, store):
    data = [b"a" * 65_536, b"b" * 100]
    for number, form in enumerate((s3_wire.CHUNKED, s3_wire.CHUNKED_TRAILER, s3_wire.UNSIGNED_TRAILER)):
        answer = connection.call(s3_wire.upload(user, f"/{bucket}/{number}", data, form=form).request)
        assert answer.status == 200, answer.text
        assert store.file(bucket, str(number)).read_bytes() == b"".join(data)


def test_many_at_a_time_on_one_connection(connection, user, bucket):
    for number in range(20):
        user.s3.put_object(Bucket=bucket, Key=str(number), Body=str(number).encode() * 10_000)
    streams = [connection.start(signed(user, "GET", f"/{bucket}/{number}")) for number in range(20)]
    for number, stream in enumerate(streams):
        assert connection.answer(stream).body == str(number).encode() * 10_000


def test_a_denial_ends_its_stream_and_no_other(connection, tenant, user, bucket, store):
    nobody = tenant.user("nobody")
    user.s3.put_object(Bucket=bucket, Key="k", Body=b"x")
    watch = store.watch()
    number = connection.start(signed(nobody, "PUT", f"/{bucket}/k", body=b"y" * MEGABYTE))
    denied = connection.answer(number)
    assert (denied.status, denied.code) == (403, "AccessDenied")
    watch.check_nothing_came()
    got = connection.call(signed(user, "GET", f"/{bucket}/k"))
    assert (got.status, got.body) == (200, b"x")


def test_a_stream_that_is_given_up_becomes_no_object(connection, user, bucket, store):
    request = signed(user, "PUT", f"/{bucket}/k", body=b"x" * 200_000)
    body, request.body = request.body, b""
    number = connection.start(request, end=False)
    connection.send(number, body[:100_000], end=False)
    connection.h2.reset_stream(number)
    connection._flush()
    assert connection.call(signed(user, "GET", f"/{bucket}", query="list-type=2")).element("KeyCount") == "0"
    assert not store.file(bucket, "k").exists()


def test_a_body_shorter_or_longer_than_its_length(gateway, user, bucket, store):
    for cut in (-1, 1):
        request = signed(user, "PUT", f"/{bucket}/k", body=b"x" * 1_000, payload=s3_wire.UNSIGNED)
        request.body = b"x" * (1_000 + cut)
        with Http2(gateway.endpoint, checks=False) as connection:
            connection.h2._validate = False
            try:
                answer = connection.call(request)
            except (AssertionError, ConnectionError):
                continue
            assert 400 <= answer.status < 500
    assert not store.file(bucket, "k").exists()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("transfer-encoding", "chunked"),
        ("connection", "close"),
        ("Upper", "x"),
        ("x-amz-copy-source", "/secret/k"),
        ("x-evil", "a\r\nx-other: b"),
        ("host", "evil.example"),
        ("authorization", "Bearer x"),
        (":path", "/other"),
        ("content-length", "3"),
    ],
)
def test_headers_that_would_smuggle(gateway, tenant, bucket, store, name, value):
    user = tenant.user("dev", allow("s3:*Object", objects(bucket, "mine/")))
    watch = store.watch()
    with Http2(gateway.endpoint, checks=False) as connection:
        try:
            answer = connection.call(
                signed(user, "PUT", f"/{bucket}/mine/k", body=b"x"), more=[(name, value)]
            )
        except (AssertionError, ConnectionError):
            answer = None
    if answer is not None and answer.status == 200:
        raise AssertionError(f"{name}: {value} was taken")
    watch.check_nothing_came()


def test_another_authority_than_was_signed(gateway, user, bucket):
    with Http2(gateway.endpoint) as connection:
        answer = connection.call(
            signed(user, "GET", f"/{bucket}", query="list-type=2"), authority="evil.example"
        )
        assert (answer.status, answer.code) == (403, "SignatureDoesNotMatch")


def test_curl_speaks_it(gateway, user, bucket, tmp_path):
    """An unmodified client: `curl --http2-prior-knowledge --aws-sigv4`."""
    version = subprocess.run(["curl", "--version"], capture_output=True, text=True).stdout
    assert "HTTP2" in version, f"this curl has no HTTP/2: {version}"
    user.s3.put_object(Bucket=bucket, Key="k", Body=b"by curl")
    configuration = tmp_path / "curl"
    configuration.write_text(f'user = "{user.access_key_id}:{user.secret_access_key}"\n')
    words = [
        "curl",
        "-sS",
        "--config",
        configuration,
        "--http2-prior-knowledge",
        "--aws-sigv4",
        "aws:amz:us-east-1:s3",
    ]
    words += [
        "-H",
        f"x-amz-content-sha256: {s3_wire.EMPTY}",
        "-w",
        "%{http_version}",
        f"{gateway.endpoint}/{bucket}/k",
    ]
    done = subprocess.run(words, capture_output=True, text=True, timeout=30)
    assert done.stdout == "by curl2", done.stdout + done.stderr

"""What the store does wrong becomes a clear error of S3, soon, and leaves nothing behind."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from botocore.config import Config
from botocore.exceptions import ReadTimeoutError

from harness import s3_wire
from harness import trouble as upstreams
from harness.background import wait_until
from harness.policies import allow, objects
from harness.trouble import Trouble

SECONDS_MAX = 15
MEGABYTE = 1024 * 1024


@pytest.fixture(scope="module")
def owner(troubled_gateway):
    return troubled_gateway.account("owner").root


@pytest.fixture
def bucket(troubled_gateway, trouble, owner) -> str:
    """A bucket whose upstream is well again."""
    name = f"{owner.account}-bucket"
    troubled_gateway.run("gateway", "adopt", name, "--account", owner.account)
    wait_until_well(owner, name)
    return name


@pytest.fixture
def held(troubled_gateway, trouble):
    """How many connections the gateway holds to its upstream; a few may wait to be used again."""
    return lambda: troubled_gateway.connections_to(trouble.port)


def wait_until_well(owner, bucket) -> None:
    wait_until(lambda: get(owner, bucket).status == 200, "the upstream is found well again")


def get(owner, bucket):
    return s3_wire.send(owner.endpoint, s3_wire.signed(owner, "GET", f"/{bucket}/k"))


def put(owner, bucket, body: bytes):
    return s3_wire.send(owner.endpoint, s3_wire.signed(owner, "PUT", f"/{bucket}/k", body=body))


def check(answer, *codes: str) -> None:
    assert answer.status >= 500, f"{answer.status} {answer.text}"
    assert answer.code in codes, answer.text
    assert answer.headers["x-amz-request-id"]
    assert answer.seconds < SECONDS_MAX, f"{answer.seconds:.0f} s"
    # Nothing about what stands behind is told.
    assert "127.0.0.1" not in answer.text and "hyper" not in answer.text.lower()


FAILURES = {
    "resets at once": upstreams.resetting_at_once,
    "never answers": upstreams.silent,
    "resets before the answer": upstreams.resetting_before_the_answer,
    "hangs up before the answer": upstreams.ending_before_the_answer,
    "says what is no HTTP": upstreams.saying(upstreams.GARBAGE),
    "says a head without end": upstreams.saying(upstreams.ENDLESS_HEAD),
    "says two lengths": upstreams.saying(upstreams.TWO_LENGTHS),
}


@pytest.mark.parametrize("how", FAILURES)
def test_a_store_that_fails(trouble, owner, bucket, how):
    with trouble.behaving(FAILURES[how]):
        check(get(owner, bucket), "ServiceUnavailable", "InternalError", "SlowDown")
        check(put(owner, bucket, b"x" * 100_000), "ServiceUnavailable", "InternalError", "SlowDown")
    wait_until_well(owner, bucket)


@pytest.mark.parametrize("how", ["resets in the body", "does not read"])
def test_a_store_that_fails_while_it_is_sent_to(trouble, owner, bucket, held, how):
    behaviour = {
        "resets in the body": upstreams.resetting_in_the_request,
        "does not read": upstreams.not_reading,
    }
    with trouble.behaving(behaviour[how]):
        for _ in range(5):
            answer = put(owner, bucket, b"x" * (8 * MEGABYTE))
            check(answer, "ServiceUnavailable", "InternalError", "RequestTimeout")
        wait_until(lambda: held() <= 3, "the connections of failed uploads are closed", seconds=10)
    wait_until_well(owner, bucket)


@pytest.mark.parametrize("how", ["resets", "stalls"])
def test_an_answer_that_breaks_off_is_not_taken_for_a_whole_one(trouble, owner, bucket, how):
    behaviour = {"resets": upstreams.resetting_in_the_answer, "stalls": upstreams.stalling_in_the_answer}
    start = time.monotonic()
    with (
        trouble.behaving(behaviour[how]),
        pytest.raises((s3_wire.http.client.IncompleteRead, ConnectionError)),
    ):
        get(owner, bucket)
    assert time.monotonic() - start < SECONDS_MAX
    wait_until_well(owner, bucket)


def test_a_slow_answer_within_patience_is_an_answer(trouble, owner, bucket):
    with trouble.behaving(upstreams.slow(0.5)):
        assert get(owner, bucket).status == 200


def test_a_store_that_is_down(fresh_gateway):
    gone = Trouble()
    server = fresh_gateway(gone, "connect-seconds=1", "answer-seconds=1").start()
    account = server.account()
    server.run("gateway", "adopt", f"{account.id}-bucket", "--account", account.id)
    gone.stop()
    for _ in range(3):
        check(get(account.root, f"{account.id}-bucket"), "ServiceUnavailable")
    # Lanyard itself is well: who asks it, and who is denied, is answered.
    assert server.get("/readyz") == 200
    account.iam.list_users()
    nobody = account.user("nobody")
    answer = get(nobody, f"{account.id}-bucket")
    assert (answer.status, answer.code) == (403, "AccessDenied")
    assert [bucket["Name"] for bucket in account.root.s3.list_buckets()["Buckets"]] == [
        f"{account.id}-bucket"
    ]


def test_errors_of_the_store_come_through(trouble, owner, bucket):
    text = b"<Error><Code>SlowDown</Code><Message>theirs</Message></Error>"
    answer = b"HTTP/1.1 503 X\r\ncontent-type: application/xml\r\ncontent-length: %d\r\n\r\n%s" % (
        len(text),
        text,
    )
    with trouble.behaving(upstreams.saying(answer, goes_on=True)):
        answer = get(owner, bucket)
    assert (answer.status, answer.code, answer.message) == (503, "SlowDown", "theirs")


def test_what_the_store_says_of_the_connection_and_of_itself_does_not_go_on(trouble, owner, bucket):
    said = (
        b"HTTP/1.1 200 OK\r\nset-cookie: a=b\r\nproxy-authenticate: x\r\nkeep-alive: timeout=1\r\n"
        b"x-amz-request-id: theirs\r\nx-amz-id-2: theirs\r\nserver: theirs\r\ncontent-length: 0\r\n\r\n"
    )
    with trouble.behaving(upstreams.saying(said, goes_on=True)):
        answer = get(owner, bucket)
    assert answer.status == 200
    for name in ("set-cookie", "proxy-authenticate", "keep-alive"):
        assert name not in answer.headers, name
    assert "theirs" not in answer.headers["x-amz-request-id"]


def test_a_client_that_leaves_takes_its_upstream_connection_along(trouble, owner, bucket, held):
    """A hundred clients go away in the middle of an upload; nothing stays open behind the gateway."""
    before = held()
    request = s3_wire.signed(owner, "PUT", f"/{bucket}/k", body=b"x" * 100_000, payload=s3_wire.UNSIGNED)
    seen = list(trouble.requests)
    with trouble.behaving(upstreams.not_reading):
        for _ in range(100):
            with s3_wire.connect(owner.endpoint) as sock:
                sock.sendall(request.head() + request.body[:50_000])
                wait_until(lambda: len(trouble.requests) > len(seen), "the upload has reached the store")
                seen.append(trouble.requests[-1])
        wait_until(
            lambda: held() <= before + 3,
            "the connections of the aborted uploads end",
            seconds=20,
        )
    wait_until_well(owner, bucket)


def test_a_client_that_leaves_in_the_middle_of_an_answer(trouble, owner, bucket, held):
    before = held()
    request = s3_wire.signed(owner, "GET", f"/{bucket}/k")
    with trouble.behaving(upstreams.stalling_in_the_answer):
        for _ in range(50):
            with s3_wire.connect(owner.endpoint) as sock:
                sock.sendall(request.head())
                sock.recv(100)
        wait_until(lambda: held() <= before + 3, "the connections of abandoned answers end", seconds=20)
    wait_until_well(owner, bucket)


def test_connections_are_used_again(store, tenant):
    bucket = tenant.bucket()
    tenant.root.s3.put_object(Bucket=bucket, Key="k", Body=b"x")
    before = store.report(1 << 40)["connections"]
    for _ in range(200):
        tenant.root.s3.get_object(Bucket=bucket, Key="k")["Body"].read()
    assert store.report(1 << 40)["connections"] - before <= 3


def test_a_request_in_flight_is_finished_when_the_server_stops(fresh_gateway, trouble):
    server = fresh_gateway(trouble).start()
    account = server.account()
    server.run("gateway", "adopt", f"{account.id}-bucket", "--account", account.id)
    answers = []
    with trouble.behaving(upstreams.slow(1)):
        count = len(trouble.requests)
        asking = threading.Thread(target=lambda: answers.append(get(account.root, f"{account.id}-bucket")))
        asking.start()
        wait_until(lambda: len(trouble.requests) > count, "the request is under way")
        assert server.stop() == 0
        asking.join(10)
    assert [answer.status for answer in answers] == [200]


class TestMemory:
    ABORTED = 10_000

    def test_ten_thousand_aborted_uploads_leave_memory_flat(self, gateway, store, tenant):
        bucket = tenant.bucket()
        user = tenant.user("dev", allow("s3:PutObject", objects(bucket)))
        signed = s3_wire.signed(user, "PUT", f"/{bucket}/k", body=b"x" * 64_000, payload=s3_wire.UNSIGNED)
        chunked = s3_wire.upload(user, f"/{bucket}/k", [b"x" * 64_000]).request

        def abort(number: int) -> None:
            """One in five waits until the store is about to take the body."""
            request = (signed, chunked)[number % 2]
            with s3_wire.connect(gateway.endpoint) as sock:
                if number % 10 < 2:
                    sock.sendall(request.with_headers(("expect", "100-continue")).head())
                    assert sock.recv(12) == b"HTTP/1.1 100"
                    sock.sendall(request.body[:20_000])
                else:
                    sock.sendall(request.head() + request.body[:2_000])

        def storm(count: int) -> int:
            with ThreadPoolExecutor(32) as pool:
                for _ in pool.map(abort, range(count), chunksize=50):
                    pass
            # Only once all of them are over is what is left a leak.
            wait_until(lambda: store.report(1 << 40)["open"] <= 32, "the uploads are over", seconds=30)
            return gateway.resident_bytes()

        watch = store.watch()
        first = storm(1_000)
        last = storm(self.ABORTED - 1_000)
        grown = (last - first) / MEGABYTE
        assert grown < 16, f"{grown:.0f} MB more after {self.ABORTED} aborted uploads"
        reached = len(watch.requests())
        assert reached > self.ABORTED // 20, f"only {reached} of them got as far as the store"
        assert not store.file(bucket, "k").exists()
        user.s3.put_object(Bucket=bucket, Key="k", Body=b"still well")

    def test_a_hundred_streams_at_once_are_not_buffered(self, gateway, store, tenant):
        bucket = tenant.bucket()
        size = 4 * MEGABYTE
        tenant.root.s3.put_object(Bucket=bucket, Key="big", Body=b"\0" * size)
        before = gateway.resident_bytes()
        socks = [s3_wire.connect(gateway.endpoint) for _ in range(100)]
        try:
            request = s3_wire.signed(tenant.root, "GET", f"/{bucket}/big").head()
            for sock in socks:
                sock.sendall(request)
            for sock in socks:
                assert sock.recv(12) == b"HTTP/1.1 200"
            # Nobody reads on: 400 MB wait in the store.
            grown = (gateway.resident_bytes() - before) / MEGABYTE
            assert grown < 60, f"{grown:.0f} MB more"
        finally:
            for sock in socks:
                sock.close()


def test_whoever_hangs_up_is_recorded_nevertheless(troubled_gateway, trouble, owner, bucket):
    """What was sent on happens, whether anybody waits for the answer or not."""
    impatient = owner.client("s3", Config(read_timeout=0.3, retries={"max_attempts": 0}))
    with trouble.behaving(upstreams.slow(0.8)), pytest.raises(ReadTimeoutError):
        impatient.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    (record,) = wait_until(
        lambda: [
            record
            for record in troubled_gateway.trail(owner.account)
            if record["eventName"] == "PutBucketVersioning"
        ],
        "its record in the trail",
    )
    assert "not known" in record["additionalEventData"]["storeStatus"]

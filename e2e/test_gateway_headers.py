"""Headers that change meaning, and requests that are two or half a one. None of them gets to the store."""

from datetime import timedelta

import pytest

from harness import s3_wire
from harness.attack import Attacker, read_all
from harness.policies import allow, objects
from harness.s3_wire import UNSIGNED, signed


@pytest.fixture
def bucket(tenant) -> str:
    name = tenant.bucket()
    for key in ("mine/k", "secret/k"):
        tenant.root.s3.put_object(Bucket=name, Key=key, Body=key.encode())
    return name


@pytest.fixture
def user(tenant, bucket):
    """May read and write below `mine/`, and list."""
    return tenant.user("dev", allow("s3:*Object", objects(bucket, "mine/")), allow("s3:ListBucket"))


def head(*lines: str, body: bytes = b"") -> bytes:
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body


@pytest.fixture
def refused(gateway, store) -> Attacker:
    return Attacker(gateway, store)


class TestHeaders:
    def test_two_authorization_headers(self, refused, tenant, user, bucket):
        mine = signed(user, "GET", f"/{bucket}/mine/k")
        other = signed(tenant.root, "GET", f"/{bucket}/mine/k")
        refused(mine.with_headers(("authorization", other.header("authorization"))))
        refused(mine.with_headers(("authorization", mine.header("authorization"))))
        refused(mine.with_headers(("Authorization", "Bearer x")))

    def test_a_signature_in_header_and_query(self, refused, user, bucket):
        presigned = s3_wire.presigned(user, "GET", f"/{bucket}/mine/k")
        query = presigned.target.split("?", 1)[1]
        refused(signed(user, "GET", f"/{bucket}/mine/k", query=query))
        extra = signed(user, "GET", f"/{bucket}/mine/k").header("authorization")
        refused(presigned.with_headers(("authorization", extra)))

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("x-amz-copy-source", "/BUCKET/secret/k"),
            ("X-Amz-Copy-Source", "/BUCKET/secret/k"),
            ("x-amz-acl", "public-read"),
            ("x-amz-tagging", "team=red"),
            ("x-amz-meta-who", "dev"),
            ("x-amz-storage-class", "GLACIER"),
            ("x-amz-website-redirect-location", "http://evil.example/"),
            ("x-amz-server-side-encryption", "AES256"),
            ("x-amz-bypass-governance-retention", "true"),
            ("x-amz-security-token", "x"),
            ("x-amz-decoded-content-length", "1"),
            ("x-amz-expected-bucket-owner", "111111111111"),
            ("x-amz-mfa", "x 1"),
            ("x-amz-no-such-header", "x"),
            ("x-amz-date", "20200101T000000Z"),
            ("x-amz-content-sha256", UNSIGNED),
        ],
    )
    def test_headers_that_change_meaning_must_be_signed(self, refused, user, bucket, name, value):
        request = signed(user, "PUT", f"/{bucket}/mine/new", body=b"x")
        refused(request.with_headers((name, value.replace("BUCKET", bucket))))

    def test_a_signed_header_that_nobody_knows_is_refused(self, refused, user, bucket):
        request = signed(user, "PUT", f"/{bucket}/mine/new", headers={"x-amz-no-such-header": "x"})
        refused(request, statuses=(400, 403, 501))

    def test_signed_headers_that_are_doubled_or_missing(self, refused, user, bucket):
        request = signed(user, "PUT", f"/{bucket}/mine/new", body=b"x", headers={"x-amz-meta-a": "1"})
        refused(request.with_headers(("x-amz-meta-a", "2")))
        refused(request.without("x-amz-meta-a"))
        refused(request.without("x-amz-content-sha256"))
        refused(request.without("x-amz-date"))
        refused(request.without("host"))

    def test_a_signature_that_leaves_the_host_out(self, refused, user, bucket):
        request = signed(user, "GET", f"/{bucket}/mine/k")
        value = request.header("authorization").replace("SignedHeaders=host;", "SignedHeaders=")
        refused(request.without("authorization").with_headers(("authorization", value)))

    @pytest.mark.parametrize(
        "value",
        [
            "",
            "AWS4-HMAC-SHA256",
            "AWS4-HMAC-SHA256 Credential=x",
            "AWS AKIAIOSFODNN7EXAMPLE:frJIUN8DYpKDtOLCwo//yllqDzg=",
            "AWS4-ECDSA-P256-SHA256 Credential=a/b/s3/aws4_request, SignedHeaders=host, Signature=00",
            "Basic YTpi",
            "Bearer x",
            "\x01",
        ],
    )
    def test_authorizations_that_are_none(self, refused, user, bucket, value):
        request = signed(user, "GET", f"/{bucket}/mine/k").without("authorization")
        refused(request.with_headers(("authorization", value)))

    def test_a_scope_of_another_service_day_or_region(self, refused, user, bucket):
        for scope in ("iam", "sts", "s3express", "lanyard"):
            refused(signed(user, "GET", f"/{bucket}/mine/k", scope_service=scope))
        request = signed(user, "GET", f"/{bucket}/mine/k")
        day = request.header("x-amz-date")[:8]
        value = request.header("authorization").replace(f"/{day}/", "/20200101/")
        refused(request.without("authorization").with_headers(("authorization", value)))

    @pytest.mark.parametrize("minutes", [-16, 16, -60 * 24, 60 * 24 * 365])
    def test_a_clock_that_is_wrong(self, refused, user, bucket, minutes):
        late = timedelta(minutes=minutes)
        refused(signed(user, "GET", f"/{bucket}/mine/k", late_by=late), codes={"RequestTimeTooSkewed"})

    def test_a_request_again_a_quarter_of_an_hour_later_is_too_late_and_before_it_is_not(
        self, gateway, user, bucket
    ):
        request = signed(user, "GET", f"/{bucket}/mine/k", late_by=timedelta(minutes=14))
        assert s3_wire.send(gateway.endpoint, request).status == 200

    def test_too_much_head(self, refused, user, bucket):
        request = signed(user, "GET", f"/{bucket}/mine/k")
        refused(request.with_headers(("x-padding", "x" * 200_000)))
        refused(request.with_headers(*((f"x-padding-{n}", "x") for n in range(2_000))))
        refused(request.to(f"/{bucket}/mine/k?prefix=" + "x" * 200_000))
        refused(signed(user, "PUT", f"/{bucket}/mine/k", headers={"x-amz-meta-a": "x" * 70_000}))


class TestSmuggling:
    """One request that is two, or two that are one."""

    def inner(self, user, bucket) -> bytes:
        return signed(user, "GET", f"/{bucket}/secret/k").head()

    def put(self, user, bucket, body: bytes, *more, without=("content-length",)) -> bytes:
        request = signed(user, "PUT", f"/{bucket}/mine/new", body=body, payload=UNSIGNED)
        for name in without:
            request = request.without(name)
        return request.with_headers(*more).head() + body

    @pytest.mark.parametrize(
        "more",
        [
            [("content-length", "5"), ("transfer-encoding", "chunked")],
            [("transfer-encoding", "chunked"), ("content-length", "5")],
            [("content-length", "5"), ("content-length", "6")],
            [("content-length", "5, 6")],
            [("content-length", "+5")],
            [("content-length", "5 ")],
            [("content-length", "0x5")],
            [("content-length", "-1")],
            [("content-length", "99999999999999999999")],
            [("content-length", "")],
            [("transfer-encoding", "identity")],
            [("transfer-encoding", "gzip, chunked")],
            [("transfer-encoding", "chunked, identity")],
            [("transfer-encoding", "xchunked")],
            [("transfer-encoding", "\x0bchunked")],
            [("transfer-encoding", "chunked"), ("transfer-encoding", "x")],
            [("transfer-encoding ", "chunked"), ("content-length", "5")],
            [("transfer-encoding\x00", "chunked"), ("content-length", "5")],
            [("content-length", "5\nx: y")],
        ],
        ids=lambda more: (
            ",".join(f"{name}:{value}" for name, value in more).encode("unicode_escape").decode()
        ),
    )
    def test_bodies_of_doubtful_length(self, gateway, user, bucket, store, more):
        """Refused, or read as one of the two; never is what follows taken for a request that was not decided."""
        body = b"0\r\n\r\n" + self.inner(user, bucket)
        watch = store.watch()
        with s3_wire.connect(gateway.endpoint) as sock:
            sock.settimeout(10)
            sock.sendall(self.put(user, bucket, body, *more))
            data = read_all(sock)
        assert b"secret/k" not in data.split(b"\r\n\r\n", 1)[-1] or b"AccessDenied" in data, data
        assert not any("secret" in seen.target for seen in watch.requests())
        for seen in watch.requests():
            assert seen.header("transfer-encoding") is None or seen.header("content-length") is None

    def test_what_follows_a_body_is_decided_by_itself(self, gateway, user, bucket, store):
        first = signed(user, "PUT", f"/{bucket}/mine/new", body=b"12345")
        watch = store.watch()
        with s3_wire.connect(gateway.endpoint) as sock:
            sock.settimeout(10)
            sock.sendall(first.head() + b"12345" + self.inner(user, bucket))
            # Both answers can come in one piece.
            data = read_all(sock)
        assert data.startswith(b"HTTP/1.1 200 ")
        assert b"HTTP/1.1 403 " in data and b"AccessDenied" in data
        assert [seen.method for seen in watch.requests()] == ["PUT"]

    @pytest.mark.parametrize(
        "lines",
        [
            ["GET /x HTTP/1.1", "host: a", " folded: b"],
            ["GET /x HTTP/1.1", "host: a", "no colon"],
            ["GET /x HTTP/1.1", "host: a", "bad name: b"],
            ["GET /x HTTP/1.1", "host: a", ": b"],
            ["GET  /x HTTP/1.1", "host: a"],
            ["GET /x", "host: a"],
            ["GET /x HTTP/9.9", "host: a"],
            ["GET /x HTTP/1.1 x", "host: a"],
            ["GET /a b HTTP/1.1", "host: a"],
            ["\x00\x01\x02"],
            ["GET /x HTTP/1.1", "host: a\x00b"],
            ["GET /x HTTP/1.1", "x: \x7f\x00", "host: a"],
        ],
    )
    def test_heads_that_are_none(self, refused, lines):
        refused(head(*lines))

    def test_what_a_value_holds_never_becomes_a_line(self, gateway, tenant, bucket, store):
        """A decoded line break in a parameter, a key or a tag stays one."""
        watch = store.watch()
        evil = "a%0d%0ax-evil:%20yes%0d%0a"
        s3_wire.send(
            gateway.endpoint, signed(tenant.root, "GET", f"/{bucket}", query=f"list-type=2&prefix={evil}")
        )
        s3_wire.send(
            gateway.endpoint, signed(tenant.root, "GET", f"/{bucket}/{evil.replace('%0d%0a', '%0D%0A')}")
        )
        for seen in watch.requests():
            assert seen.header("x-evil") is None, seen
            assert "\r" not in seen.target and "\n" not in seen.target

    def test_connection_headers_take_nothing_away(self, gateway, user, bucket, store):
        """A client cannot have the gateway drop the headers that the store's signature needs."""
        request = signed(user, "PUT", f"/{bucket}/mine/new", body=b"x")
        watch = store.watch()
        answer = s3_wire.send(
            gateway.endpoint,
            request.with_headers(
                ("connection", "keep-alive, authorization, x-amz-date, x-amz-content-sha256")
            ),
        )
        for seen in watch.requests():
            assert seen.header("authorization") and seen.header("x-amz-date")
        assert answer.status in (200, 400, 403)

    def test_headers_of_the_hop_do_not_go_on(self, gateway, user, bucket, store):
        request = signed(user, "PUT", f"/{bucket}/mine/new", body=b"x")
        more = [
            ("te", "trailers"),
            ("upgrade", "h2c"),
            ("keep-alive", "timeout=1"),
            ("proxy-authorization", "x"),
        ]
        watch = store.watch()
        answer = s3_wire.send(
            gateway.endpoint,
            request.with_headers(*more, ("cookie", "a=b"), ("x-other", "1"), ("forwarded", "for=1")),
        )
        assert answer.status == 200, answer.text
        seen = watch.only()
        for name in ("te", "upgrade", "keep-alive", "proxy-authorization", "cookie", "x-other", "forwarded"):
            assert seen.header(name) is None, name

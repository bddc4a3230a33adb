"""Requests that try to mean one thing to Lanyard and another to the store. None of them gets there."""

from datetime import timedelta

import pytest

from harness import s3_wire
from harness.policies import allow, objects
from harness.s3_wire import EMPTY, UNSIGNED, Request, signed

CRLF = "\r\n"


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


@pytest.fixture
def refused(gateway, store):
    """Sends bytes as they are; they must be refused with 4xx or hung up on, and bring nothing to the store."""

    def send(data: bytes | Request, *, codes: set[str] | None = None, statuses=range(400, 500)) -> str | None:
        if isinstance(data, Request):
            data = data.head() + data.body
        watch = store.watch()
        with s3_wire.connect(gateway.endpoint) as sock:
            sock.settimeout(10)
            method = data.split(b" ", 1)[0].decode("latin-1")
            try:
                answer = s3_wire.exchange(sock, data, method)
            except (ConnectionError, s3_wire.http.client.HTTPException):
                answer = None
        watch.check_nothing_came()
        if answer is None:
            assert codes is None, "hung up without a word"
            return None
        assert answer.status in statuses, f"{answer.status} {answer.text}"
        code = answer.code if answer.body.startswith(b"<") else None
        assert codes is None or code in codes, answer.text
        return code

    return send


def head(*lines: str, body: bytes = b"") -> bytes:
    return (CRLF.join(lines) + CRLF + CRLF).encode("latin-1") + body


class TestPaths:
    """`mine/` is allowed; none of these is a way from there to `secret/`."""

    @pytest.mark.parametrize(
        "path",
        [
            "/mine/../secret/k",
            "/mine/%2e%2e/secret/k",
            "/mine/.%2E/secret/k",
            "/mine/%2e%2e%2fsecret/k",
            "/mine/..%2fsecret%2fk",
            "/mine/./../secret/k",
            "/mine/x/../../secret/k",
            "/mine//../secret/k",
            "/mine/..",
            "/mine/%2e",
            "/mine/./k",
            "/mine//k",
            "//mine/k",
            "/%2Fmine/k",
            "/mine/%2F/k",
            "/mine/k%00",
            "/mine/k%00/../../secret/k",
            "/mine/%",
            "/mine/%4",
            "/mine/%zz",
            "/mine/%c0%ae%c0%ae/secret/k",
            "/mine/%ff%fe",
            "/mine/" + "x" * 1_030,
        ],
    )
    @pytest.mark.parametrize("method", ["GET", "PUT"])
    def test_no_way_out_of_the_folder(self, refused, user, bucket, method, path):
        refused(signed(user, method, f"/{bucket}{path}"))

    def test_what_is_encoded_twice_is_a_name_and_no_way(self, gateway, user, bucket, store):
        """`%252e%252e` is decoded once: a key with `%2e%2e` in it, and the store must see it so."""
        request = signed(user, "PUT", f"/{bucket}/mine/%252e%252e/secret", body=b"x")
        assert s3_wire.send(gateway.endpoint, request).status == 200
        assert store.file(bucket, "mine/%2e%2e/secret").read_bytes() == b"x"
        assert store.file(bucket, "secret/k").read_bytes() == b"secret/k"

    def test_an_encoded_slash_is_decided_as_a_slash(self, gateway, refused, tenant, user, bucket, store):
        request = signed(user, "GET", f"/{bucket}/mine%2Fk")
        answer = s3_wire.send(gateway.endpoint, request)
        assert (answer.status, answer.body) == (200, b"mine/k")
        refused(signed(user, "GET", f"/{bucket}/secret%2Fk"), codes={"AccessDenied"})

    @pytest.mark.parametrize(
        "key", ["mine/k%20", "mine/a b", "mine/ü", "mine/a+b", "mine/a%2Bb", "mine/~'()*!"]
    )
    def test_a_path_in_another_spelling_is_the_same_key_or_refused(self, gateway, user, bucket, key):
        """Whatever the spelling, what is decided on is what is stored."""
        path = f"/{bucket}/{s3_wire.quoted(key)}"
        assert s3_wire.send(gateway.endpoint, signed(user, "PUT", path, body=b"x")).status == 200
        assert user.s3.get_object(Bucket=bucket, Key=key)["Body"].read() == b"x"

    @pytest.mark.parametrize(
        "bucket_name", ["..", ".", "%2e%2e", "a%2Fb", "UPPER", "x", "a_b", "a..b", "%00"]
    )
    def test_no_bucket_of_that_name(self, refused, tenant, bucket_name):
        refused(signed(tenant.root, "GET", f"/{bucket_name}/k"))
        refused(signed(tenant.root, "PUT", f"/{bucket_name}"))

    def test_a_target_in_absolute_form_may_not_name_another_host(self, gateway, refused, user, bucket, store):
        for host in ("evil.example", "127.0.0.1:1", store.endpoint.removeprefix("http://")):
            refused(signed(user, "GET", f"/{bucket}/mine/k").to(f"http://{host}/{bucket}/secret/k"))
            refused(signed(user, "GET", f"/{bucket}/mine/k").to(f"http://{host}/{bucket}/mine/k"))

    @pytest.mark.parametrize(
        "target", ["*", "mine/k", "", "http:///x", "//evil.example/x", "/#/mine/k", "/?#"]
    )
    def test_targets_that_are_no_paths(self, refused, user, target):
        refused(signed(user, "GET", "/").to(target))


class TestQueries:
    @pytest.mark.parametrize(
        "query",
        [
            "acl=&policy=",
            "policy=&uploads=",
            "delete=&uploads=",
            "tagging=&versionId=1&versionId=2",
            "prefix=mine%2F&prefix=secret%2F",
            "list-type=2&list-type=1",
            "list-type=2&prefix=a&Prefix=b",
            "uploadId=1&partNumber=1&partNumber=2",
            "uploadId=1&uploadId=2&partNumber=1",
            "no-such-parameter=1",
            "x-id=GetObject&x-id=DeleteObject",
            "x-id=PutBucketPolicy",
            "acl&acl",
            "prefix=%",
            "prefix=%ff",
            "x-amz-acl=public-read",
            "list-type=3",
            "max-keys=-1",
            "max-keys=1e3",
            "X-Amz-Algorithm=AWS4-HMAC-SHA256",
        ],
    )
    @pytest.mark.parametrize("method", ["GET", "PUT", "POST", "DELETE"])
    def test_questions_with_two_meanings(self, refused, tenant, bucket, method, query):
        query = "&".join(sorted(query.split("&")))
        refused(signed(tenant.root, method, f"/{bucket}", query=query), statuses=(*range(400, 500), 501))

    def test_a_sub_resource_is_decided_as_what_it_is(self, refused, user, bucket):
        """The user may get objects, not what else there is to get about them."""
        for query in (
            "acl=",
            "tagging=",
            "torrent=",
            "retention=",
            "legal-hold=",
            "attributes=",
            "versionId=1",
        ):
            refused(signed(user, "GET", f"/{bucket}/mine/k", query=query), statuses=(*range(400, 500), 501))
        for query in ("acl=", "tagging=", "retention=", "legal-hold=", "restore="):
            refused(signed(user, "PUT", f"/{bucket}/mine/k", query=query), statuses=(*range(400, 500), 501))

    def test_a_parameter_that_was_not_signed(self, refused, user, bucket):
        request = signed(user, "GET", f"/{bucket}/mine/k")
        for more in ("?acl", "?versionId=1", "?response-content-type=text%2Fhtml", "?", "??"):
            code = {"SignatureDoesNotMatch"} if len(more) > 2 else None
            if code:
                refused(request.to(request.target + more), codes=code)

    @pytest.mark.parametrize(
        "method", ["PATCH", "TRACE", "CONNECT", "LINK", "get", "OPTIONS", "PROPFIND", "G" * 40]
    )
    def test_methods_that_are_none(self, refused, tenant, bucket, method):
        refused(signed(tenant.root, method, f"/{bucket}/mine/k"), statuses=(*range(400, 500), 501))


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


class TestHosts:
    def test_a_bucket_in_the_host(self, gateway, user, bucket):
        request = signed(user, "GET", "/mine/k", host=f"{bucket}.s3.lanyard.test")
        answer = s3_wire.send(gateway.endpoint, request)
        assert (answer.status, answer.body) == (200, b"mine/k")
        port = gateway.port
        request = signed(user, "GET", "/mine/k", host=f"{bucket}.S3.Lanyard.test:{port}")
        assert s3_wire.send(gateway.endpoint, request).status == 200
        request = signed(user, "GET", f"/{bucket}/mine/k", host="s3.lanyard.test")
        assert s3_wire.send(gateway.endpoint, request).status == 200

    def test_the_bucket_in_the_host_decides(self, refused, user, bucket):
        refused(signed(user, "GET", "/secret/k", host=f"{bucket}.s3.lanyard.test"), codes={"AccessDenied"})

    def test_two_hosts(self, refused, user, bucket):
        request = signed(user, "GET", f"/{bucket}/mine/k")
        refused(request.with_headers(("host", "evil.example")))
        refused(request.with_headers(("Host", request.header("host"))))

    def test_another_host_than_the_one_signed(self, refused, user, bucket):
        request = signed(user, "GET", "/mine/k", host=f"{bucket}.s3.lanyard.test")
        refused(request.without("host").with_headers(("host", "s3.lanyard.test")))

    @pytest.mark.parametrize(
        "host",
        [
            "..s3.lanyard.test",
            "a.b.c.s3.lanyard.test",
            "s3.lanyard.test.",
            ".s3.lanyard.test",
            "UPPER_.s3.lanyard.test",
            "bucket@s3.lanyard.test",
            "s3.lanyard.test/x",
            "a b",
            "",
            "[::1",
        ],
    )
    def test_hosts_that_are_none(self, refused, user, host):
        refused(signed(user, "GET", "/secret/k", host=host))

    def test_headers_of_proxies_name_no_bucket(self, gateway, refused, user, bucket):
        request = signed(user, "GET", "/secret/k", host="s3.lanyard.test")
        for name in (
            "x-forwarded-host",
            "x-host",
            "x-original-url",
            "x-rewrite-url",
            "x-http-method-override",
        ):
            refused(request.with_headers((name, f"{bucket}.s3.lanyard.test")), statuses=(403, 501))


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
            assert s3_wire.read(sock, "PUT").status == 200
            data = read_all(sock)
        assert b"403" in data and b"AccessDenied" in data
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


class TestBodies:
    """A body that is not what was signed never becomes an object."""

    DATA = bytes(range(256)) * 1_024

    @pytest.fixture(autouse=True)
    def the_object_stays_as_it_was(self, store, bucket):
        yield
        assert store.file(bucket, "mine/k").read_bytes() == b"mine/k"

    def path(self, bucket) -> str:
        return f"/{bucket}/mine/k"

    def check(self, gateway, request: Request, *codes: str) -> None:
        answer = s3_wire.send(gateway.endpoint, request)
        assert 400 <= answer.status < 500 and answer.code in codes, answer.text

    def test_other_bytes_than_were_hashed(self, gateway, user, bucket):
        for wrong in (b"y" + self.DATA[1:], self.DATA[:-1] + b"y"):
            request = signed(user, "PUT", self.path(bucket), body=self.DATA)
            request.body = wrong
            self.check(gateway, request, "XAmzContentSHA256Mismatch")

    def test_a_hash_of_nothing_with_a_body(self, gateway, user, bucket):
        request = signed(user, "PUT", self.path(bucket), body=self.DATA, payload=EMPTY)
        self.check(gateway, request, "XAmzContentSHA256Mismatch")

    @pytest.mark.parametrize(
        "payload", ["x", "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD", "STREAMING-", "0" * 63]
    )
    def test_hashes_that_are_none(self, gateway, user, bucket, payload):
        request = signed(user, "PUT", self.path(bucket), body=b"x", payload=payload)
        answer = s3_wire.send(gateway.endpoint, request)
        assert answer.status in (400, 403, 501), answer.text

    @pytest.mark.parametrize("number", [0, 1, 2, 3])
    def test_a_chunk_that_was_changed(self, gateway, user, bucket, number):
        upload = s3_wire.upload(user, self.path(bucket), [b"%d" % n * 8_192 for n in range(4)])
        piece = upload.pieces[number]
        upload.pieces[number] = piece[:-3] + b"x" + piece[-2:]
        self.check(gateway, upload.request, "SignatureDoesNotMatch")

    def test_a_signature_in_the_middle_that_is_wrong(self, gateway, user, bucket):
        upload = s3_wire.upload(user, self.path(bucket), [b"%d" % n * 8_192 for n in range(4)])
        piece = upload.pieces[2]
        start = piece.index(b"=") + 1
        upload.pieces[2] = piece[:start] + b"0" * 64 + piece[start + 64 :]
        self.check(gateway, upload.request, "SignatureDoesNotMatch")

    def test_chunks_in_another_order_or_missing_or_twice(self, gateway, user, bucket):
        def upload():
            return s3_wire.upload(user, self.path(bucket), [b"%d" % n * 8_192 for n in range(4)])

        changed = upload()
        changed.pieces[1], changed.pieces[2] = changed.pieces[2], changed.pieces[1]
        self.check(gateway, changed.request, "SignatureDoesNotMatch")
        changed = upload()
        changed.pieces[2] = changed.pieces[1]
        self.check(gateway, changed.request, "SignatureDoesNotMatch")

    def test_the_last_chunk_is_signed_too(self, gateway, user, bucket):
        upload = s3_wire.upload(user, self.path(bucket), [b"a" * 8_192])
        upload.pieces[-1] = b"0;chunk-signature=" + b"0" * 64 + b"\r\n\r\n"
        self.check(gateway, upload.request, "SignatureDoesNotMatch")

    @pytest.mark.parametrize(
        "piece",
        [
            b"zz;chunk-signature=" + b"0" * 64 + b"\r\n",
            b"2000\r\n" + b"a" * 8_192 + b"\r\n",
            b"2000;chunk-signature=x\r\n" + b"a" * 8_192 + b"\r\n",
            b"ffffffffffffffffff;chunk-signature=" + b"0" * 64 + b"\r\n",
            b"-1;chunk-signature=" + b"0" * 64 + b"\r\n",
            b"x" * 9_000,
            b"2000;" + b"y" * 9_000,
        ],
        ids=[
            "no number",
            "no signature",
            "no proper signature",
            "too large",
            "negative",
            "no head",
            "a long head",
        ],
    )
    def test_frames_that_are_none(self, gateway, user, bucket, piece):
        upload = s3_wire.upload(user, self.path(bucket), [b"a" * 8_192])
        whole = len(b"".join(upload.pieces))
        body = (piece + b"".join(upload.pieces[1:])).ljust(whole, b"0")[:whole]
        request = Request("PUT", upload.head.target, upload.head.headers, body)
        answer = s3_wire.send(gateway.endpoint, request)
        assert 400 <= answer.status < 500, answer.text

    @pytest.mark.parametrize("form", [s3_wire.CHUNKED_TRAILER, s3_wire.UNSIGNED_TRAILER])
    def test_a_checksum_behind_the_body_that_is_wrong(self, gateway, user, bucket, form):
        wrong = ("x-amz-checksum-crc32", "AAAAAA==")
        upload = s3_wire.upload(user, self.path(bucket), [self.DATA], form=form, trailer=wrong)
        self.check(gateway, upload.request, "BadDigest")

    def test_a_trailer_whose_signature_is_wrong(self, gateway, user, bucket):
        upload = s3_wire.upload(user, self.path(bucket), [self.DATA], form=s3_wire.CHUNKED_TRAILER)
        upload.pieces[-2] = b"x-amz-trailer-signature:" + b"0" * 64 + b"\r\n"
        self.check(gateway, upload.request, "SignatureDoesNotMatch")

    def test_another_trailer_than_was_announced(self, gateway, user, bucket):
        upload = s3_wire.upload(user, self.path(bucket), [self.DATA], form=s3_wire.UNSIGNED_TRAILER)
        upload.pieces[-2] = upload.pieces[-2].replace(b"crc32:", b"sha01:")
        self.check(gateway, upload.request, "MalformedTrailerError", "InvalidRequest", "BadDigest")

    @pytest.mark.parametrize("form", [s3_wire.CHUNKED, s3_wire.CHUNKED_TRAILER, s3_wire.UNSIGNED_TRAILER])
    def test_another_length_than_was_announced(self, gateway, user, bucket, form):
        for length in (len(self.DATA) - 1, len(self.DATA) + 1, 0):
            upload = s3_wire.upload(user, self.path(bucket), [self.DATA], form=form, decoded_length=length)
            answer = s3_wire.send(gateway.endpoint, upload.request)
            assert answer.status == 400, answer.text

    @pytest.mark.parametrize("form", ["plain", "unsigned", *(s3_wire.CHUNKED, s3_wire.UNSIGNED_TRAILER)])
    @pytest.mark.parametrize("missing", [1, 100_000])
    def test_a_body_that_breaks_off(self, gateway, user, bucket, store, form, missing):
        match form:
            case "plain":
                request = signed(user, "PUT", self.path(bucket), body=self.DATA)
            case "unsigned":
                request = signed(user, "PUT", self.path(bucket), body=self.DATA, payload=UNSIGNED)
            case _:
                request = s3_wire.upload(user, self.path(bucket), [self.DATA], form=form).request
        watch = store.watch()
        with s3_wire.connect(gateway.endpoint) as sock:
            sock.sendall(request.head() + request.body[:-missing])
            sock.shutdown(s3_wire.socket.SHUT_WR)
            data = read_all(sock)
        assert b" 200 " not in data[:20], data
        assert not any(seen.complete and not seen.broken for seen in watch.requests())

    def test_checksums_in_headers_are_checked(self, gateway, user, bucket):
        wrong = {"x-amz-checksum-crc32": "AAAAAA==", "x-amz-sdk-checksum-algorithm": "CRC32"}
        request = signed(user, "PUT", self.path(bucket), body=b"x", headers=wrong)
        self.check(gateway, request, "BadDigest")
        request = signed(
            user, "PUT", self.path(bucket), body=b"x", headers={"content-md5": "1B2M2Y8AsgTpgAmY7PhCfg=="}
        )
        self.check(gateway, request, "BadDigest")


def test_right_bodies_of_every_form_arrive(gateway, user, bucket, store):
    data = [b"a" * 65_536, b"b" * 65_536, b"c" * 10]
    for number, form in enumerate((s3_wire.CHUNKED, s3_wire.CHUNKED_TRAILER, s3_wire.UNSIGNED_TRAILER)):
        upload = s3_wire.upload(user, f"/{bucket}/mine/{number}", data, form=form)
        answer = s3_wire.send(gateway.endpoint, upload.request)
        assert answer.status == 200, (form, answer.text)
        assert store.file(bucket, f"mine/{number}").read_bytes() == b"".join(data)


def read_all(sock) -> bytes:
    """Everything until the peer hangs up or falls silent."""
    data = b""
    sock.settimeout(1)
    try:
        while piece := sock.recv(65_536):
            data += piece
    except (ConnectionError, TimeoutError):
        pass
    return data
